"""Taking a library's vectors from one place to another."""

import logging
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from assistant.belonging import claim, claims
from assistant.library.store import Library
from assistant.stores import LOCAL, Place, leftovers, new_place, note_leftover, place_of, remember_place
from vectorstore.errors import VectorstoreError
from vectorstore.index import HybridIndex
from vectorstore.types import Embedder, Vectors

_BATCH = 1024
_LOGGER = logging.getLogger(__name__)
OnProgress = Callable[[int, int], None]


def move_vectors(
    library: Library, folder: Path, embedder: Embedder, place: Place, on_progress: OnProgress | None = None
) -> None:
    """Fill another place with the vectors of a library, then note that they are there.

    Until the end the library is searched where it was; what a crash leaves is used when the move is tried again. Call
    it while the library's write lock is held.

    Args:
        library: The papers.
        folder: Where the indexes are, less what is on a server.
        embedder: What makes the vectors that the place before cannot give.
        place: Where to.
        on_progress: Called with the chunks done and all.

    Raises:
        VectorstoreError: The place cannot be used.
    """
    before = place_of(library)
    _copy(library, folder, embedder, place, on_progress)
    with library.database.transaction():
        remember_place(library, place)
        note_leftover(library, place, may_be_there=False)
        note_leftover(library, before, may_be_there=True)


def part_from_copy(library: Library, folder: Path, embedder: Embedder) -> None:
    """Give a library vectors of its own on the server, where a copy of it has taken those that they shared.

    Call it while the library's write lock is held.

    Raises:
        VectorstoreError: The server cannot be used.
    """
    shared, own = place_of(library), new_place(place_of(library).store)
    _LOGGER.warning(
        "The vectors in the collection %s at %s are another copy of this library's; this one keeps its own in %s.",
        shared.collection,
        shared.store,
        own.collection,
    )
    _copy(library, folder, embedder, own)
    with library.database.transaction():
        remember_place(library, own)
        note_leftover(library, own, may_be_there=False)


def drop_leftovers(library: Library, folder: Path) -> list[str]:
    """Delete what the library left where it is not; return the stores where it could not be done, with a warning."""
    for path in unused_folders(folder):
        shutil.rmtree(path, ignore_errors=True)
    kept: list[str] = []
    for place in leftovers(library):
        try:
            place.drop(folder, claims(library))
        except VectorstoreError as error:
            kept.append(place.store)
            _LOGGER.warning(
                "The vectors in the store %s are not used any more, and could not be deleted: %s `citewell doctor"
                " --fix` tries again; on the server the collection is %s.",
                place.store,
                error,
                place.collection,
            )
        else:
            note_leftover(library, place, may_be_there=False)
    return kept


def unused_folders(folder: Path) -> list[Path]:
    """What a rebuild leaves beside the folder of the indexes when it is killed."""
    return [one for one in (unfinished(folder), replaced(folder)) if one.exists()]


def unfinished(folder: Path) -> Path:
    """Where indexes are made that are to take the place of those in a folder."""
    return folder.with_name(f"{folder.name}.new")


def replaced(folder: Path) -> Path:
    """Where indexes are put that others took the place of, until they are deleted."""
    return folder.with_name(f"{folder.name}.old")


def _copy(
    library: Library, folder: Path, embedder: Embedder, place: Place, on_progress: OnProgress | None = None
) -> None:
    with (
        closing(place.open(folder, embedder)) as target,
        closing(place_of(library).open(folder, embedder)) as source,
    ):
        target.counts("dense")  # a server that does not answer is refused before anything is noted
        note_leftover(library, place, may_be_there=True)
        _fill(library, source, target, on_progress or (lambda _done, _total: None))
        if place.store != LOCAL:
            claim(library, target)


def _fill(library: Library, source: HybridIndex, target: HybridIndex, on_progress: Callable[[int, int], None]) -> None:
    difference = target.missing(library.chunk_digests())
    wanted = [*difference.to_delete, *sorted(difference.to_index)]
    reusable = _held_now(source) if difference.to_index else {}
    if wanted:
        _LOGGER.info("Moving the vectors of %d chunks.", len(wanted))
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
