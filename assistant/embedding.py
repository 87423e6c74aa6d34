"""Embedding what is pending with many workers, while what is embedded is already stored."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from assistant.library.store import Library
from vectorstore.embed import open_embedder
from vectorstore.engines import Engine, embed_many
from vectorstore.index import HybridIndex
from vectorstore.types import Chunk

if TYPE_CHECKING:
    from vectorstore.types import Vectors

__all__ = ["Spread", "index_spread"]

_BATCH = 256
"""Chunks that a worker gets at a time, and that are stored at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How embedding is spread; see `vectorstore.engines.embed_many`."""

    engine: Engine
    workers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    ids: Sequence[str]
    chunks: dict[str, Chunk]
    """By id; ids that are not here are of chunks that are gone."""
    fresh: frozenset[str]
    """Ids of chunks that need a vector."""


def index_spread(
    index: HybridIndex, library: Library, embedder_name: str, spread: Spread, on_progress: Callable[[int, int], None]
) -> int:
    """Index what is pending, a few hundred chunks at a time; return the number of chunks.

    Each few hundred are confirmed when they are stored: whoever stops this loses what the workers were embedding just
    then, and doing it again goes on from there.

    Args:
        index: Where to.
        library: What is pending; nobody else may write to it.
        embedder_name: Which model the workers open.
        spread: Over what.
        on_progress: Called with the chunks done and all of them.
    """
    work = _Work(index, library)
    opener = partial(open_embedder, embedder_name)
    done, total = 0, library.pending_count()
    found = embed_many(work.texts(), opener, engine=spread.engine, workers=spread.workers, batch=_BATCH)
    for embedded in found:
        work.take(embedded.indices, embedded.vectors)
        for count in work.store():
            done += count
            on_progress(done, total)
    for count in work.store():
        done += count
        on_progress(done, total)
    return done


class _Work:
    """The batches whose texts were handed out and that are not stored yet."""

    def __init__(self, index: HybridIndex, library: Library) -> None:
        self._index = index
        self._library = library
        self._waiting: deque[_Batch] = deque()
        self._chunk_at: dict[int, str] = {}
        self._vectors: dict[str, Vectors] = {}

    def texts(self) -> Iterator[str]:
        """What the workers embed, read from the library as they ask for it."""
        place = 0
        pending = self._library.pending()
        for first in range(0, len(pending), _BATCH):
            ids = pending[first : first + _BATCH]
            chunks = self._library.chunks(ids)
            fresh = self._index.without_vectors(list(chunks.values()))
            self._waiting.append(_Batch(ids=ids, chunks=chunks, fresh=frozenset(chunk.id for chunk in fresh)))
            for chunk in fresh:
                self._chunk_at[place] = chunk.id
                place += 1
                yield chunk.embedding_text

    def take(self, places: Sequence[int], vectors: "Vectors") -> None:
        """Keep vectors until the rest of their batch is there."""
        for place, vector in zip(places, vectors, strict=True):
            self._vectors[self._chunk_at.pop(place)] = vector

    def store(self) -> Iterator[int]:
        """Store every batch that is whole, in order; yield the number of chunks of each."""
        while self._waiting and self._waiting[0].fresh <= self._vectors.keys():
            batch = self._waiting.popleft()
            ready = {one: self._vectors.pop(one) for one in batch.fresh}
            gone = [one for one in batch.ids if one not in batch.chunks]
            self._index.apply(list(batch.chunks.values()), delete=gone, vectors=ready)
            self._library.confirm(batch.ids)
            yield len(batch.ids)
