"""Writing the files that the commands are told to write."""

import os
from pathlib import Path

from assistant.cli.diagnostics import say
from assistant.errors import InputError
from evals.log import to_bytes
from evals.types import EvalLog

__all__ = ["refuse_foreign", "refuse_unwritable", "write", "write_text"]


_OURS = (b'{\n  "format":', b'{\n  "dataset":', b"\x1f\x8b")
"""How the documents of `eval run` and `eval judge` begin, and what is packed."""


def refuse_unwritable(path: Path) -> None:
    """Find out before the work is done, not after, that its outcome cannot be written.

    Raises:
        InputError: The path is a folder, in none, or closed to writing.
    """
    try:
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
        is_open = os.access(path if path.exists() else path.parent, os.W_OK)
    except OSError as error:
        raise _unwritable(path, error) from error
    if is_folder:
        raise InputError(f"--out {path}: is a folder; name a file in it.")
    if not has_folder:
        raise InputError(f"--out {path}: there is no folder {path.parent}; make it first.")
    if not is_open:
        raise InputError(f"--out {path}: may not be written by you; name another file.")


def refuse_foreign(path: Path) -> None:
    """Keep whatever is no document of an earlier evaluation: questions, labels, a library.

    Raises:
        InputError: The file holds something else.
    """
    refuse_unwritable(path)
    if not path.exists():
        return
    try:
        with path.open("rb") as file:
            begins = file.read(16)
    except OSError as error:
        raise _unwritable(path, error) from error
    if begins and not begins.startswith(_OURS):
        raise InputError(f"--out {path}: holds something that is no earlier evaluation; name another file.")


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
