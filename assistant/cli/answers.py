"""The command that answers one question."""

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.catching_up import catch_up
from assistant.cli.diagnostics import say, say_model
from assistant.cli.explaining import cost_line, time_line
from assistant.cli.groups import AnsweringOptions, FilterOptions
from assistant.cli.options import (
    JsonOption,
    KeepOption,
    LibraryOption,
    ShowOption,
    StoreOption,
    StyleOption,
    is_verbose,
    library_path,
    store_of,
    text_of,
    view_of,
)
from assistant.cli.showing import AnswerPrinter, View
from assistant.cli.waiting import checked_by, looking, waiting
from assistant.config import load_config

if TYPE_CHECKING:
    from assistant.types import Answer, Filter
    from assistant.wiring import Assistant


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In words; - reads standard input.")],
    *,
    filters: FilterOptions,
    answering: AnsweringOptions,
    keep_unsupported: KeepOption = False,
    style: StyleOption = None,
    show: ShowOption = None,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question; every sentence is cited and checked."""
    from assistant.shapes import answer_shape

    where = filters.filter
    question = text_of(question)
    config = load_config()
    view = view_of(style, show, configured=config.style)
    keep = keep_unsupported or bool(config.keep_unsupported)
    with answering.open(library_path(context, library), store_of(context, store)) as assistant:
        catch_up(assistant)
        say_model(assistant.choice)
        if as_json:
            with waiting(looking(assistant.choice)) as mark:
                answer = assistant.ask(question, where=where, on_event=checked_by(mark), keep_unsupported=keep)
            output.print_json(answer_shape(answer))
        else:
            answer = _ask_aloud(assistant, question, where=where, view=view, keep_unsupported=keep)
    if is_verbose(context):
        say(f"{time_line(answer)}; {cost_line(answer.usage)}")


def _ask_aloud(
    assistant: "Assistant", question: str, *, where: "Filter", view: View, keep_unsupported: bool
) -> "Answer":
    """Ask, and print each sentence as soon as it has passed."""
    with waiting(looking(assistant.choice)) as mark:
        printer = AnswerPrinter(view, assistant.library.get, choice=assistant.choice, mark=mark)
        answer = assistant.ask(question, where=where, on_event=printer.take, keep_unsupported=keep_unsupported)
    printer.end(answer)
    return answer
