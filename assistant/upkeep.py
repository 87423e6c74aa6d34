"""Making the indexes of a library anew: the one job for which the embedding model may be another than before."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.config import load_config
from assistant.embedders import is_superseded, named_embedder, recorded_embedder
from assistant.indexing import OnProgress, SearchableLibrary
from assistant.library.opening import open_library
from assistant.llm import EMBEDDED
from assistant.stores import checked_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """What was made anew."""

    chunks: int
    embedder: str
    """Name of the embedding model that made the vectors."""
    store: str
    """Where the vectors are: `local` or a server's address."""


def reindex(
    path: Path | str | None = None,
    *,
    embedding: str | None = None,
    store: str | None = None,
    on_progress: OnProgress | None = None,
) -> Reindexed:
    """Make the indexes of a library anew; on a server only this library's collection.

    Args:
        path: The folder of the library; see `Assistant.open`.
        embedding: The embedding model; else the config file's, else the one that made the vectors.
        store: Where the vectors are from now on; else where they were.
        on_progress: Called while indexing.

    Raises:
        UsageError: There is no library in the folder, or no such embedding model or store.
        ServiceError: The embedding model or the store failed.
        LibraryError: The library cannot be used.
    """
    config = load_config()
    with open_library(path) as library:
        recorded = recorded_embedder(library)
        known = recorded if recorded and not is_superseded(recorded) else EMBEDDED
        embedder = named_embedder(embedding or config.embedding or known, local=False)
        with closing(SearchableLibrary(library, embedder=embedder)) as index:
            chunks = index.rebuild(embedder, on_progress, store=checked_store(store) if store else None)
            return Reindexed(chunks=chunks, embedder=embedder.name, store=index.store)
