"""Making the indexes of a library anew, while those that there are can be searched."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from assistant.belonging import claim, sign_folder, take_over
from assistant.embedders import remember_embedder
from assistant.library.meta import forget, note, noted
from assistant.library.store import Library
from assistant.moving import replaced, unfinished
from assistant.stores import (
    LOCAL,
    Place,
    new_place,
    note_leftover,
    place_as_json,
    place_from_json,
    place_of,
    remember_place,
)
from vectorstore.index import HybridIndex, recorded_embedder
from vectorstore.types import Embedder

_BATCH = 2048
_BEGUN = "rebuilding at"
_TRIES = 5


def rebuild(
    library: Library, folder: Path, embedder: Embedder, store: str, on_progress: Callable[[int, int], None]
) -> int:
    """Cut all abstracts anew and index them beside the present indexes, then put these in their place.

    Until then the present ones are searched. What a killed process has made is gone on with when the next one wants
    the same model and store. Call it while the library's write lock is held.

    Args:
        library: The papers.
        folder: Where the indexes are, less what is on a server.
        embedder: What makes the vectors; its name is noted at the end.
        store: Where the vectors are from then on.
        on_progress: Called with the chunks done and all.

    Returns:
        The number of chunks.

    Raises:
        VectorstoreError: The store or the embedding model failed; the present indexes are as they were.
    """
    place = _begun(library, folder, embedder, store)
    fresh = unfinished(folder)
    with closing(place.open(fresh, embedder, is_unfinished=True)) as index:
        if place.store != LOCAL:
            index.counts("dense")  # a server that does not answer is refused before anything is changed
            note_leftover(library, place, may_be_there=True)
        library.rechunk()
        count = _fill(library, index, on_progress)
        if place.store != LOCAL:
            claim(library, index)
    signature = sign_folder(fresh)
    _put_in_place(fresh, folder)
    before = place_of(library)
    with library.database.transaction():
        take_over(library, signature)
        remember_embedder(library, embedder.name)
        remember_place(library, place)
        library.confirm(library.pending())
        forget(library.database, _BEGUN)
        note_leftover(library, place, may_be_there=False)
        if before.store != LOCAL:
            note_leftover(library, before, may_be_there=True)
    shutil.rmtree(replaced(folder), ignore_errors=True)
    return count


def _begun(library: Library, folder: Path, embedder: Embedder, store: str) -> Place:
    """Where an earlier process was killed that did the same, else a new place."""
    fresh, text = unfinished(folder), noted(library.database, _BEGUN)
    if text is not None and recorded_embedder(fresh) == embedder.name:
        place = place_from_json(text)
        if place.store == store:
            return place
    shutil.rmtree(fresh, ignore_errors=True)
    place = new_place(store)
    note(library.database, _BEGUN, place_as_json(place))
    return place


def _fill(library: Library, index: HybridIndex, on_progress: Callable[[int, int], None]) -> int:
    expected = library.chunk_digests()
    difference = index.missing(expected)
    wanted = [one for one in expected if one in difference.to_index]
    index.apply([], delete=difference.to_delete)
    done = len(expected) - len(wanted)
    for first in range(0, len(wanted), _BATCH):
        ids = wanted[first : first + _BATCH]
        index.apply(list(library.chunks(ids).values()), delete=[])
        on_progress(done + first + len(ids), len(expected))
    return len(expected)


def _put_in_place(fresh: Path, folder: Path) -> None:
    for left in range(_TRIES, 0, -1):
        shutil.rmtree(replaced(folder), ignore_errors=True)
        if folder.exists():
            folder.rename(replaced(folder))
        try:
            fresh.rename(folder)
        except OSError:
            # Between the two steps another process may have begun to search, which makes the folder.
            if left == 1:
                raise
        else:
            return
