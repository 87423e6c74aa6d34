"""Writing and reading the files that a user names."""

from pathlib import Path

from assistant.errors import InputError, UsageError


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
    """Write a text file.

    Raises:
        InputError: It cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path} cannot be written: {why}. Name another file.") from error


def read_file(path: Path) -> str:
    """Read a text file.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InputError(f"{path} cannot be read: {why}. Name another file.") from error


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
