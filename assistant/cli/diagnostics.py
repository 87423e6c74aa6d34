"""Owns stderr and the exit codes: messages, warnings, progress, logging."""

import errno
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.cli.output import print_statement, printable
from assistant.errors import CitewellError, ServiceError
from assistant.llm import ModelChoice
from assistant.types import Event, OnEvent, Statement

INTERRUPTED = 130
_SHOW_AFTER = 1.0


def say(message: str) -> None:
    """Print one line for a person on stderr."""
    sys.stderr.write(printable(message) + "\n")
    sys.stderr.flush()


def say_model(choice: ModelChoice) -> None:
    """Say which model answers and why."""
    what = "quotes, no chat model" if choice.is_embedded else ("remote" if choice.is_remote else "on this machine")
    where = f" at {choice.base_url}" if choice.base_url else ""
    say(f"Model: {choice.name}{'' if choice.is_embedded else where} ({what}; {choice.why}).")


def statement_printer(*, quotes: bool) -> OnEvent:
    """Prints the sentences of one answer as they come; when all are quotes, says so before the first."""
    is_said = not quotes

    def print_next(event: Event) -> None:
        nonlocal is_said
        if not isinstance(event, Statement):
            return
        if not is_said:
            say("In the papers' own words:")
            is_said = True
        print_statement(event)

    return print_next


def exit_code_of(error: BaseException) -> int:
    """Report an error in words and return the exit code for it."""
    if isinstance(error, CitewellError):
        say(f"Error: {error}")
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        say("Stopped.")
        return INTERRUPTED
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        say("Error: the disk, or what the output goes to, is full.")
        return ServiceError.exit_code
    if os.environ.get("CITEWELL_DEBUG"):
        logging.getLogger(__name__).error("unexpected error", exc_info=error)
    say(f"Error: unexpected {type(error).__name__}. Set CITEWELL_DEBUG=1 to see where, and please report it.")
    return ServiceError.exit_code


def set_up_logging(*, verbose: bool) -> None:
    """Warnings to stderr; with `verbose` everything the parts say, and which part says it."""
    logging.basicConfig(
        stream=sys.stderr,
        format="%(levelname)s %(name)s: %(message)s" if verbose else "%(levelname)s: %(message)s",
        level=logging.INFO if verbose else logging.WARNING,
    )
    # What takes minutes and is no cause for a warning is said all the same.
    logging.getLogger("assistant.moving").setLevel(logging.INFO)
    for noisy in ("chromadb", "httpx", "httpx2", "langchain_openai", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING if verbose else logging.ERROR)


def _unseen(_done: int, _total: int) -> None:
    pass


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr that appears after a second; nothing when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield _unseen
        return
    from time import monotonic

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    began = monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=None)

    def update(done: int, total: int) -> None:
        if not bar.live.is_started and monotonic() - began > _SHOW_AFTER:
            bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield update
    finally:
        bar.stop()
