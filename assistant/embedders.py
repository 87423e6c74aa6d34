"""Which embedding model a library's vectors are made with."""

from assistant.errors import CitewellError, UsageError
from assistant.failures import failures_explained
from assistant.library.meta import note, noted
from assistant.library.store import Library
from assistant.llm import EMBEDDED, ModelChoice
from vectorstore.embed import DEFAULT_EMBEDDER, open_embedder
from vectorstore.errors import EmbedderMismatch
from vectorstore.onnx_folder import PREFIX, full_name
from vectorstore.types import Embedder

_RECORD = "embedder"
_EMBEDDED_FAMILY = "all-MiniLM-L6-v2"


def library_embedder(library: Library, wanted: str | None, *, local: bool) -> Embedder:
    """The embedding model of a library: the one that made its vectors, else the one wanted, else the embedded one.

    Raises:
        UsageError: Another one is wanted, it does not exist any more, or `local` refuses it.
    """
    recorded = recorded_embedder(library)
    name = wanted if wanted and wanted != EMBEDDED else DEFAULT_EMBEDDER
    if name.startswith(PREFIX):
        with failures_explained():
            name = full_name(name)
    if recorded is not None:
        if (wanted and name != recorded) or is_superseded(recorded):
            raise UsageError(str(EmbedderMismatch(recorded, name)))
        name = recorded
    try:
        return named_embedder(name, local=local)
    except CitewellError as error:
        if name != recorded or name == DEFAULT_EMBEDDER:
            raise
        raise type(error)(
            f"{error} It made the vectors of this library; `citewell reindex --embedding embedded` makes them with the "
            "embedded model."
        ) from error


def named_embedder(name: str, *, local: bool) -> Embedder:
    """Open an embedding model by its name.

    Raises:
        UsageError: It does not exist, or `local` refuses it.
    """
    if local and is_remote(name):
        raise UsageError(f"--local refuses the embedding model {name}: it is not on this machine.")
    with failures_explained():
        return open_embedder(name)


def is_remote(name: str) -> bool:
    """True when text that this embedding model reads leaves the machine."""
    is_here = name in {DEFAULT_EMBEDDER, EMBEDDED} or name.startswith(PREFIX)
    return not is_here and ModelChoice(name=name, why="").is_remote


def is_superseded(name: str) -> bool:
    """True for the model embedded in another version of Citewell, which this one cannot run."""
    return name != DEFAULT_EMBEDDER and name.startswith(_EMBEDDED_FAMILY)


def recorded_embedder(library: Library) -> str | None:
    """Name of the embedding model that made the library's vectors; None before the first paper."""
    return noted(library.database, _RECORD)


def remember_embedder(library: Library, name: str) -> None:
    """Note which embedding model makes the library's vectors."""
    note(library.database, _RECORD, name)
