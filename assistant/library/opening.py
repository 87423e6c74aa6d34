"""Opening a library alone, for reading its papers: no index, no model, nothing heavy to import."""

from contextlib import closing
from pathlib import Path

from assistant.config import library_folder, load_config
from assistant.errors import LibraryDamaged, LibraryError, UsageError
from assistant.library.store import FILE_NAME, INDEX_FOLDER, Library
from vectorstore.chunk import DEFAULT_BUDGET, chunk_paper


def open_library(path: Path | str | None = None) -> closing[Library]:
    """The papers of a library that exists; see `Assistant.open` for which folder that is.

    Raises:
        UsageError: There is no library in the folder.
        LibraryError: The library cannot be used.
    """
    folder = library_folder(Path(path) if path else None, load_config())
    refuse_missing(folder)
    return closing(library_in(folder))


def library_in(folder: Path) -> Library:
    """The library in a folder, which is made there when there is none.

    Raises:
        UsageError: The folder is no folder.
        LibraryDamaged: The library file has lost all that it held.
        LibraryError: The library cannot be used.
    """
    _refuse_emptied(folder)
    return Library(folder, chunker=chunk_paper, chunking=f"{DEFAULT_BUDGET} tokens")


def has_library(path: Path | str | None = None) -> bool:
    """True when there is a library in the folder."""
    return _size(library_folder(Path(path) if path else None, load_config())) is not None


def refuse_missing(folder: Path) -> None:
    """Raise unless there is a library in the folder.

    Raises:
        UsageError: There is none.
        LibraryError: The folder may not be read.
    """
    if _size(folder) is None:
        raise UsageError(f"There is no library in {folder}. `citewell add FILE` makes one; --library names another.")


def _refuse_emptied(folder: Path) -> None:
    """Raise for a file of no bytes beside indexes of what it held: opened, it would be a new and empty library."""
    if _size(folder) == 0 and (folder / INDEX_FOLDER).exists():
        raise LibraryDamaged(
            f"The library file {folder / FILE_NAME} is empty, and there are indexes of what it held. Restore it from a "
            "backup; or move it away and add your papers again: the indexes are rebuilt by themselves."
        )


def _size(folder: Path) -> int | None:
    """Bytes of the library file in a folder; None when there is none."""
    try:
        return (folder / FILE_NAME).stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise LibraryError(
            f"The library folder {folder} cannot be read: {error.strerror}. Change its permissions, or name another "
            "library with --library."
        ) from error
