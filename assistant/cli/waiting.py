"""A quiet mark on stderr while there is nothing to show yet."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from assistant.cli.output import printable
from assistant.types import Checking, Event, OnEvent

if TYPE_CHECKING:
    from assistant.llm import ModelChoice

_LONGEST = 48


def looking(choice: "ModelChoice") -> str:
    """What is said until there is something to check or to show."""
    return "looking for an answer …" if choice.is_embedded else f"searching; then {choice.name} writes …"


class Mark(Protocol):
    """Something that says what is being done and disappears."""

    def say(self, what: str) -> None:
        """Show this from now on."""
        ...

    def hide(self) -> None:
        """Leave the line clean, for something is about to be printed; `say` shows the mark again."""
        ...


class NoMark:
    """For output that nobody watches."""

    def say(self, what: str) -> None:
        """Show nothing."""

    def hide(self) -> None:
        """Show nothing."""


@contextmanager
def waiting(what: str) -> Iterator[Mark]:
    """A mark for as long as something takes; nothing when stderr is no terminal that can take a line back."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield NoMark()
        return
    mark = _Spinner()
    mark.say(what)
    try:
        yield mark
    finally:
        mark.hide()


def checked_by(mark: Mark) -> OnEvent:
    """Has a mark say which sentence is being checked; for what is printed when all of it is there."""

    def take(event: Event) -> None:
        if isinstance(event, Checking):
            mark.say(f"checking: {event.text}")

    return take


class _Spinner:
    def __init__(self) -> None:
        from rich.console import Console
        from rich.status import Status

        self._status = Status("", console=Console(stderr=True, highlight=False), spinner="dots")

    def say(self, what: str) -> None:
        from rich.text import Text

        self._status.update(Text(_short(what), style="dim"))
        self._status.start()

    def hide(self) -> None:
        self._status.stop()


def _short(text: str) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
