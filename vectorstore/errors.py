"""Everything the vector store raises on purpose.

VectorstoreError
├── EmbedderError          an embedding model cannot be used
│   ├── EmbedderMismatch   the index was made with another embedding model
│   └── ModelFileError     weights or vocabulary are missing or not the ones expected
├── IndexDamaged           an index folder is not readable as one
└── IndexInUse             another process is writing to an index
"""

from pathlib import Path

__all__ = ["EmbedderError", "EmbedderMismatch", "IndexDamaged", "IndexInUse", "ModelFileError", "VectorstoreError"]


class VectorstoreError(Exception):
    """Base of all errors of the vector store: the message names the value and the next step."""


class EmbedderError(VectorstoreError):
    """An embedding model cannot be used."""


class EmbedderMismatch(EmbedderError):  # noqa: N818 - because the name states the condition
    """The index was made with another embedding model, so their vectors cannot be compared."""

    def __init__(self, recorded: str, given: str) -> None:
        super().__init__(
            f"This library was indexed with the embedding model {recorded!r}, not with {given!r}. "
            f"Use {recorded!r}, or index it again with `citewell reindex --embedding {given}`."
        )
        self.recorded = recorded
        self.given = given


class ModelFileError(EmbedderError):
    """A file that a model needs is missing or is not the one expected."""


class IndexDamaged(VectorstoreError):  # noqa: N818 - because the name states the condition
    """An index folder is not readable as one. Indexes are derived data: delete the folder and build it again."""

    def __init__(self, folder: Path, why: object) -> None:
        super().__init__(f"The index in {str(folder)!r} is damaged ({why}). Delete that folder; it will be rebuilt.")
        self.folder = folder


class IndexInUse(VectorstoreError):  # noqa: N818 - because the name states the condition
    """Another process is writing to an index."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another program is writing to the index in {str(folder)!r}. Try again when it has finished.")
        self.folder = folder
