"""Chunks into both parts of an index: the next ones are embedded while these are written."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.ahead import worked_ahead
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
        stopping = threading.Event()
        with closing(worked_ahead(self._batches(chunks), lambda batch: self._embedded(batch, stopping))) as batches:
            try:
                for batch, ready in batches:
                    self._write(batch, ready)
            except BaseException:
                stopping.set()  # or closing would wait for the whole of the next batch
                raise

    def _batches(self, chunks: "Sequence[Chunk]") -> "Iterator[_Batch]":
        for start in range(0, len(chunks), _STORED_AT_ONCE):
            every = {chunk.id: chunk for chunk in chunks[start : start + _STORED_AT_ONCE]}
            held = self.dense.digests(every)
            fresh = [chunk for chunk in every.values() if held.get(chunk.id) != chunk.digest]
            ready = {**known(self.dense.parts().values(), fresh), **self.vectors}
            yield _Batch(start=start, every=list(every.values()), fresh=fresh, ready=ready)

    def _embedded(self, batch: "_Batch", stopping: threading.Event) -> "dict[str, Vectors]":
        """The vectors of the fresh chunks of a batch."""
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
            self.dense.upsert(batch.fresh, rows)
        # Writing words again that are there already would count them twice until tantivy merges.
        held = self.lexical.digests([chunk.id for chunk in batch.every])
        self.lexical.upsert([chunk for chunk in batch.every if held.get(chunk.id) != chunk.digest])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    start: int
    """How many chunks come before it."""
    every: "list[Chunk]"
    fresh: "list[Chunk]"
    """Those whose vectors are not held."""
    ready: "Mapping[str, Vectors]"
