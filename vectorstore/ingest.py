"""Chunks into both parts of an index: the next ones are embedded while these are written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.ahead import worked_ahead
from vectorstore.errors import EmbedderError
from vectorstore.local import known

if TYPE_CHECKING:
    from vectorstore.chroma import ChromaIndex
    from vectorstore.lexical import TantivyIndex
    from vectorstore.local import LocalVectors
    from vectorstore.types import Chunk, Embedder, Vectors

__all__ = ["Ingest"]

_STORED_AT_ONCE = 512  # many small writes take Chroma several times as long
_EMBEDDED_AT_ONCE = 64  # between two looks at whether to go on


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """Storing chunks.

    Attributes:
        dense: Where the vectors go.
        lexical: Where the words go.
        embedder: What makes the vectors; used by another thread.
        vectors: Chunk id to the unit vector of what is to be stored, where that is there already.
        report: Called with how many chunks have their vectors, in increasing order; by another thread too.
    """

    dense: "LocalVectors | ChromaIndex"
    lexical: "TantivyIndex"
    embedder: "Embedder"
    vectors: "Mapping[str, Vectors]"
    report: Callable[[int], None]

    def store(self, chunks: "Sequence[Chunk]") -> None:
        """Store chunks in both parts, hundreds at a time; what is there already is neither embedded nor written."""
        with closing(worked_ahead(self._batches(chunks), self._embedded)) as batches:
            for batch, ready in batches:
                self._write(batch, ready)

    def _batches(self, chunks: "Sequence[Chunk]") -> "Iterator[_Batch]":
        for start in range(0, len(chunks), _STORED_AT_ONCE):
            every = {chunk.id: chunk for chunk in chunks[start : start + _STORED_AT_ONCE]}
            held = self.dense.digests(every)
            fresh = [chunk for chunk in every.values() if held.get(chunk.id) != chunk.digest]
            ready = {**known(self.dense.parts().values(), fresh), **self.vectors}
            yield _Batch(start=start, every=list(every.values()), fresh=fresh, ready=ready)

    def _embedded(self, batch: "_Batch", stopping: Event) -> "dict[str, Vectors]":
        """The vectors of the fresh chunks of a batch; of fewer of them when it shall stop."""
        lacking = [chunk for chunk in batch.fresh if chunk.id not in batch.ready]
        vectors = {chunk.id: batch.ready[chunk.id] for chunk in batch.fresh if chunk.id in batch.ready}
        done = batch.start + len(batch.every) - len(lacking)
        for start in range(0, len(lacking), _EMBEDDED_AT_ONCE):
            if stopping.is_set():
                break
            part = lacking[start : start + _EMBEDDED_AT_ONCE]
            rows = self.embedder.embed_documents([chunk.embedding_text for chunk in part])
            vectors |= {chunk.id: row for chunk, row in zip(part, rows, strict=True)}
            self.report(done + start + len(part))
        if not lacking:
            self.report(done)
        return vectors

    def _write(self, batch: "_Batch", vectors: "Mapping[str, Vectors]") -> None:
        if batch.fresh:
            rows = np.array([vectors[chunk.id] for chunk in batch.fresh], dtype=np.float32)
            if not np.isfinite(rows).all():  # nothing is nearer or farther than such a vector: searches would fail
                raise EmbedderError(
                    f"The embedding model {self.embedder.name!r} gave something else than numbers for a text. "
                    "Try again, or use another model."
                )
            self.dense.upsert(batch.fresh, rows)
        self.lexical.upsert(batch.every)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    start: int
    """How many chunks come before it."""
    every: "list[Chunk]"
    fresh: "list[Chunk]"
    """Those whose vectors are not held."""
    ready: "Mapping[str, Vectors]"
