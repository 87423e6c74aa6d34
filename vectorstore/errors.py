"""Everything the vector store raises on purpose.

VectorstoreError
├── EmbedderError          an embedding model cannot be used
│   ├── EmbedderMismatch   the index was made with another embedding model
│   └── ModelFileError     weights or vocabulary are missing or not the ones expected
├── ModelFolderError       a local folder holds no model that can be used
├── RerankerError          a reranker failed
├── IndexDamaged           an index folder is not readable as one
│   └── IndexOutdated      it is of an older version's making
├── IndexInUse             another process is writing to an index
└── StoreUnreachable       a Chroma server does not answer
"""

from pathlib import Path

__all__ = [
    "EmbedderError",
    "EmbedderMismatch",
    "IndexDamaged",
    "IndexInUse",
    "IndexOutdated",
    "ModelFileError",
    "ModelFolderError",
    "RerankerError",
    "VectorstoreError",
]


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


class ModelFolderError(VectorstoreError):
    """A local folder holds no model that can be used."""


class RerankerError(VectorstoreError):
    """A reranker failed, or gave something else than a score for each text."""


class IndexDamaged(VectorstoreError):  # noqa: N818 - because the name states the condition
    """An index folder is not readable as one. Indexes are derived data: delete the folder and build it again."""

    def __init__(self, folder: Path, why: object) -> None:
        super().__init__(f"The index in {str(folder)!r} is damaged ({why}). It can be made anew.")
        self.folder = folder


class IndexOutdated(IndexDamaged):
    """An index folder is not as this version makes it."""

    def __init__(self, folder: Path) -> None:
        VectorstoreError.__init__(
            self,
            f"The index in {str(folder)!r} was made by another version of Citewell. It can be made anew.",
        )
        self.folder = folder


class IndexInUse(VectorstoreError):  # noqa: N818 - because the name states the condition
    """Another process is writing to an index."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another program is writing to the index in {str(folder)!r}. Try again when it has finished.")
        self.folder = folder


class StoreUnreachable(VectorstoreError):  # noqa: N818 - because the name states the condition
    """A Chroma server does not answer."""

    def __init__(self, address: str, why: object) -> None:
        super().__init__(
            f"The vector store at {address} cannot be reached ({why}). Start it with `chroma run`, check the address, "
            "or go back to vectors on this machine with `--store local`."
        )
        self.address = address
