"""Reads the lines of a conversation."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.diagnostics import say

if TYPE_CHECKING:
    from prompt_toolkit.history import History
    from prompt_toolkit.key_binding import KeyBindings

    from assistant.cli.conversation import Conversation


@contextmanager
def lines(history: Path, conversation: "Conversation") -> Iterator[Callable[[], str | None]]:
    """How the next line is read: with editing and history at a terminal, plainly from a pipe. None at the end."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield _piped_line
        return
    from prompt_toolkit import PromptSession

    from assistant.cli.completion import ChatCompleter

    prompt: PromptSession[str] = PromptSession(
        history=_history(history),
        completer=ChatCompleter(conversation),
        complete_in_thread=True,
        complete_while_typing=True,
        key_bindings=_bindings(),
        enable_open_in_editor=True,
        tempfile_suffix=".md",
        prompt_continuation=". ",
    )

    def read_line() -> str | None:
        try:
            return prompt.prompt(conversation.prompt)
        except EOFError:
            return None

    yield read_line


def _history(path: Path) -> "History":
    """What was typed before, for its owner only; for this time alone when it cannot be kept."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    try:
        path.touch(mode=0o600)
        path.chmod(0o600)
    except OSError as error:
        say(f"What you type is not remembered: {path} cannot be written ({error.strerror}).")
        return InMemoryHistory()
    return FileHistory(str(path))


def _bindings() -> "KeyBindings":
    """Alt-Enter breaks the line; Enter alone ends it."""
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    bindings = KeyBindings()

    @bindings.add("escape", "enter")
    def break_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings


def _piped_line() -> str | None:
    """The next line of standard input; Ctrl-C while waiting for it ends the conversation, for there is no prompt."""
    try:
        return next(sys.stdin, None)
    except KeyboardInterrupt:
        return None
