"""Owns stderr and the exit codes: messages, warnings, progress, logging."""

import errno
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size

from assistant.cli.output import broken, printable
from assistant.errors import CitewellError, ServiceError
from assistant.llm import ModelChoice

INTERRUPTED = 130
_SHOW_AFTER = 1.0


def say(message: str) -> None:
    """Print a message for a person on stderr: one line, broken at the terminal's width when it is one."""
    text = printable(message)
    if sys.stderr.isatty():
        text = "\n".join(broken(line, get_terminal_size().columns) for line in text.split("\n"))
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def say_model(choice: ModelChoice) -> None:
    """Say which model answers and why."""
    what = "quotes, no chat model" if choice.is_embedded else ("remote" if choice.is_remote else "on this machine")
    where = f" at {choice.base_url}" if choice.base_url else ""
    say(f"Model: {choice.name}{'' if choice.is_embedded else where} ({what}; {choice.why}).")


def exit_code_of(error: BaseException, told: Callable[[str], str] = str) -> int:
    """Report an error in words and return the exit code for it.

    Args:
        error: What was raised.
        told: Puts a message meant for a reader into other words.
    """
    if isinstance(error, CitewellError):
        say(f"Error: {told(str(error))}")
        return error.exit_code
    if _is_interrupt(error):
        say("Stopped.")
        return INTERRUPTED
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        say("Error: the disk, or what the output goes to, is full.")
        return ServiceError.exit_code
    if os.environ.get("CITEWELL_DEBUG"):
        logging.getLogger(__name__).error("unexpected error", exc_info=error)
    say(f"Error: unexpected {type(error).__name__}. Set CITEWELL_DEBUG=1 to see where, and please report it.")
    return ServiceError.exit_code


def _is_interrupt(error: BaseException) -> bool:
    """Whether somebody pressed Ctrl-C: a module that is being imported then fails with an error of its own."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        if isinstance(at, KeyboardInterrupt):
            return True
        seen.add(id(at))
        at = at.__cause__ or at.__context__
    return False


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


Update = Callable[[int, int | None], None]
"""(done, in all; None when that is not known)."""


def _unseen(_done: int, _total: int | None = None) -> None:
    pass


@contextmanager
def progress(what: str) -> Iterator[Update]:
    """A progress bar on stderr that appears after a second; nothing when stderr is no terminal."""
    with stages() as stage:
        yield stage(what)


@contextmanager
def stages() -> Iterator[Callable[[str], Update]]:
    """Progress bars on stderr for work that is done in stages: each in place of the one before."""
    if not sys.stderr.isatty():
        yield lambda _what: _unseen
        return
    from assistant.cli.bars import Bars

    with Bars(show_after=_SHOW_AFTER) as bars:
        yield bars.stage
