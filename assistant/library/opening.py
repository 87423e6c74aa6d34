"""Opening a library alone, for reading its papers: no index, no model, nothing heavy to import."""

from contextlib import closing
from pathlib import Path

from assistant.config import library_folder, load_config
from assistant.errors import UsageError
from assistant.library.store import FILE_NAME, Library
from vectorstore.chunk import chunk_paper


def open_library(path: Path | str | None = None) -> closing[Library]:
    """The papers of a library that exists; see `Assistant.open` for which folder that is.

    Raises:
        UsageError: There is no library in the folder.
        LibraryError: The library cannot be used.
    """
    folder = library_folder(Path(path) if path else None, load_config())
    refuse_missing(folder)
    return closing(Library(folder, chunker=chunk_paper))


def has_library(path: Path | str | None = None) -> bool:
    """True when there is a library in the folder."""
    return (library_folder(Path(path) if path else None, load_config()) / FILE_NAME).exists()


def refuse_missing(folder: Path) -> None:
    """Raise unless there is a library in the folder.

    Raises:
        UsageError: There is none.
    """
    if not (folder / FILE_NAME).exists():
        raise UsageError(f"There is no library in {folder}. `citewell add FILE` makes one; --library names another.")
