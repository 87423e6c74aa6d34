"""Reads the lines of a conversation."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PROMPT = "> "


@contextmanager
def lines(history: Path, completions: Callable[[str], Iterable[str]]) -> Iterator[Callable[[], str | None]]:
    """How the next line is read: with editing and history at a terminal, plainly from a pipe. None at the end."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield _piped_line
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import FileHistory

    class SlashCompleter(Completer):
        def get_completions(self, document: Document, _event: object) -> Iterator[Completion]:
            line = document.text_before_cursor
            return (Completion(one, start_position=-len(line)) for one in completions(line))

    history.touch(mode=0o600)
    prompt: PromptSession[str] = PromptSession(history=FileHistory(str(history)), completer=SlashCompleter())

    def read_line() -> str | None:
        try:
            return prompt.prompt(_PROMPT)
        except EOFError:
            return None

    yield read_line


def _piped_line() -> str | None:
    """The next line of standard input; Ctrl-C while waiting for it ends the conversation, for there is no prompt."""
    try:
        return next(sys.stdin, None)
    except KeyboardInterrupt:
        return None
