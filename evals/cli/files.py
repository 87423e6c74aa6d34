"""Writing the files that the commands are told to write."""

from pathlib import Path

from assistant.cli.diagnostics import say
from assistant.errors import InputError
from evals.log import to_bytes
from evals.types import EvalLog

__all__ = ["refuse_unwritable", "write"]


def refuse_unwritable(path: Path) -> None:
    """Find out before the work is done, not after, that its outcome cannot be written.

    Raises:
        InputError: The path is a folder or in none.
    """
    try:
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
    except OSError as error:
        raise _unwritable(path, error) from error
    if is_folder:
        raise InputError(f"--out {path}: is a folder; name a file in it.")
    if not has_folder:
        raise InputError(f"--out {path}: there is no folder {path.parent}; make it first.")


def write(path: Path, log: EvalLog) -> None:
    """Write a log.

    Raises:
        InputError: The file cannot be written.
    """
    _write(path, to_bytes(log, path))
    say(f"The log is in {path}; `citewell eval report {path}` makes a page of it.")


def write_text(path: Path, text: str) -> None:
    """Write a text.

    Raises:
        InputError: The file cannot be written.
    """
    _write(path, text.encode("utf-8"))


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(f"--out {path}: cannot be written ({error.strerror}); name another file.")
