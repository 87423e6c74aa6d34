"""Taking a library's vectors from one store to another."""

import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from assistant.library.store import Library
from assistant.stores import (
    collection_name,
    drop_vectors_in,
    leftover_stores,
    note_leftover,
    open_index,
    recorded_store,
    remember_store,
)
from vectorstore.errors import VectorstoreError
from vectorstore.index import HybridIndex
from vectorstore.types import Embedder, Vectors

_BATCH = 1024
_LOGGER = logging.getLogger(__name__)


def move_vectors(
    library: Library,
    folder: Path,
    embedder: Embedder,
    store: str,
    on_progress: Callable[[int, int], None] | None = None,
) -> None:
    """Fill another store with the vectors of a library, then note that they are there.

    Until the end the library is searched where it was; what a crash leaves is used when the move is tried again. Call
    it while the library's write lock is held.

    Args:
        library: The papers.
        folder: Where the indexes are, less what is on a server.
        embedder: What makes the vectors that the store before cannot give.
        store: `local` or a server's address.
        on_progress: Called with the chunks done and all.

    Raises:
        VectorstoreError: The store to move to cannot be used.
    """
    before = recorded_store(library)
    with (
        closing(open_index(library, folder, embedder, store)) as target,
        closing(open_index(library, folder, embedder, before)) as source,
    ):
        target.counts("dense")  # a server that does not answer is refused before anything is noted
        note_leftover(library, store, may_be_there=True)
        _fill(library, source, target, on_progress or (lambda _done, _total: None))
    with library.database.transaction():
        remember_store(library, store)
        note_leftover(library, store, may_be_there=False)
        note_leftover(library, before, may_be_there=True)


def drop_leftovers(library: Library, folder: Path) -> list[str]:
    """Delete what the library left in stores where it was; return those where it could not be done, with a warning."""
    kept: list[str] = []
    for store in leftover_stores(library):
        try:
            drop_vectors_in(library, folder, store)
        except VectorstoreError as error:
            kept.append(store)
            _LOGGER.warning(
                "The vectors in the store %s are not used any more, and could not be deleted: %s `citewell doctor"
                " --fix` tries again; on the server the collection is %s.",
                store,
                error,
                collection_name(library),
            )
        else:
            note_leftover(library, store, may_be_there=False)
    return kept


def _fill(library: Library, source: HybridIndex, target: HybridIndex, on_progress: Callable[[int, int], None]) -> None:
    difference = target.missing(library.chunk_digests())
    wanted = [*difference.to_delete, *sorted(difference.to_index)]
    reusable = _held_now(source) if difference.to_index else {}
    if wanted:
        _LOGGER.warning("Moving the vectors of %d chunks.", len(wanted))
    for first in range(0, len(wanted), _BATCH):
        ids = wanted[first : first + _BATCH]
        chunks = library.chunks(ids)
        ready = [one for one, chunk in chunks.items() if reusable.get(one) == chunk.digest]
        target.apply(
            list(chunks.values()),
            delete=[one for one in ids if one not in chunks],
            vectors=_vectors(source, ready),
        )
        on_progress(first + len(ids), len(wanted))


def _held_now(source: HybridIndex) -> Mapping[str, str]:
    """Digests of the chunks whose vectors can be had from the store where they are."""
    try:
        return source.held()["vectors"]()
    except VectorstoreError as error:
        _LOGGER.warning("%s Its vectors cannot be had; they are made anew.", error)
        return {}


def _vectors(source: HybridIndex, ids: list[str]) -> Mapping[str, Vectors]:
    return source.vectors(ids) if ids else {}
