"""The command chat: a conversation in the terminal."""

from typing import Annotated

import typer

from assistant.cli.catching_up import catch_up
from assistant.cli.conversation import Conversation
from assistant.cli.diagnostics import say, say_model
from assistant.cli.groups import AnsweringOptions
from assistant.cli.options import (
    KeepOption,
    LibraryOption,
    ShowOption,
    StoreOption,
    StyleOption,
    is_verbose,
    library_path,
    store_of,
    view_of,
)
from assistant.cli.prompt import lines
from assistant.config import load_config


def chat(
    context: typer.Context,
    *,
    continue_: Annotated[bool, typer.Option("--continue", help="Go on with the newest conversation.")] = False,
    session: Annotated[
        int | None, typer.Option("--session", metavar="ID", min=1, max=2**63 - 1, help="Go on with this conversation.")
    ] = None,
    answering: AnsweringOptions,
    keep_unsupported: KeepOption = False,
    style: StyleOption = None,
    show: ShowOption = None,
    library: LibraryOption = None,
    store: StoreOption = None,
) -> None:
    """Talk with the library; /help lists what can be said."""
    config = load_config()
    view = view_of(style, show, configured=config.style)
    with answering.open(library_path(context, library), store_of(context, store)) as assistant:
        catch_up(assistant)
        say_model(assistant.choice)
        keep = keep_unsupported or bool(config.keep_unsupported)
        conversation = Conversation(
            assistant,
            local=answering.local,
            view=view,
            keep_unsupported=keep,
            verbose=is_verbose(context),
        )
        _resume(conversation, session=session, newest=continue_)
        with lines(assistant.library.folder / "chat_history", conversation) as read_line:
            conversation.run(read_line)


def _resume(conversation: Conversation, *, session: int | None, newest: bool) -> None:
    if newest and session is None:
        session = conversation.assistant.sessions.latest()
        if session is None:
            say("There is no conversation to go on with; this is a new one.")
    if session is not None:
        conversation.resume(session)
