"""Writing and reading the files that a user names."""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from assistant.errors import InputError, UsageError

_MOST_CHARACTERS = 20_000_000
"""Of a text to be read, as of a draft; books have a tenth of that."""


def path_of(name: str) -> Path:
    """The path that somebody wrote; `~` is the home folder.

    Raises:
        UsageError: It names the home folder of nobody.
    """
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{name!r} names the home folder of nobody. Write the whole path.") from error


def write_file(path: Path, text: str) -> None:
    """Write a text file; where that fails, as on a full disk, one that was there stays as it was.

    Raises:
        InputError: It cannot be written.
    """
    write_bytes(path, text.encode("utf-8", errors="replace").replace(b"\n", os.linesep.encode()))


def write_bytes(path: Path, written: bytes) -> None:
    """Write a file; where that fails one that was there stays as it was.

    Raises:
        InputError: It cannot be written.
    """
    try:
        # What a link leads to is replaced, unless that is no file of a name: a pipe behind /dev/stdout, say.
        leads_on = path.is_symlink() and (path.is_file() or not path.exists())
        _replace(path.resolve() if leads_on else path, written)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path} cannot be written: {why}. Name another file.") from error


def _replace(path: Path, written: bytes) -> None:
    """Write beside a file first; what is no file of one's own folder (`/dev/stdout`, say) is written as it is."""
    is_beside = not path.exists() or (path.is_file() and os.access(path, os.W_OK) and path.stat().st_nlink == 1)
    if not (is_beside and os.access(path.parent, os.W_OK)):
        path.write_bytes(written)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:50]}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(written)
        with suppress(OSError):  # not every file system knows of rights
            Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """What new files may not be to others; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read_file(path: Path) -> str:
    """Read a text file.

    Raises:
        InputError: It cannot be read, or has no end that would be in sight.
    """
    try:
        with path.open(encoding="utf-8") as file:
            return _read_all(file, str(path))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InputError(f"{path} cannot be read: {why}. Name another file.") from error


def read_standard_input() -> str:
    """All of standard input as text.

    Raises:
        InputError: It is longer than any text that somebody wrote.
    """
    return _read_all(sys.stdin, "standard input")


def _read_all(file: TextIO, name: str) -> str:
    text = file.read(_MOST_CHARACTERS + 1)
    if len(text) > _MOST_CHARACTERS:
        raise InputError(f"{name} is longer than {_MOST_CHARACTERS:,} characters. Name the right file.")
    return text


def refuse_folder(path: Path | None) -> None:
    """Find out before the work is done that its result cannot be written.

    Raises:
        InputError: It is a folder, or in one that does not exist.
    """
    try:
        is_folder, has_folder = (path.is_dir(), path.parent.is_dir()) if path else (False, True)
    except OSError as error:  # the name is too long, say
        raise InputError(f"{path} cannot be written: {error.strerror}. Name another file.") from error
    if path and (is_folder or not has_folder):
        why = "is a folder" if is_folder else f"cannot be made: there is no folder {path.parent}"
        raise InputError(f"{path} {why}. Name a file in a folder that exists.")
