"""Hybrid search: vectors and words over the same chunks, kept in step and fused."""

import json
import logging
import os
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.errors import EmbedderMismatch, IndexDamaged
from vectorstore.fuse import reciprocal_rank_fusion
from vectorstore.types import Passage, Scores

if TYPE_CHECKING:
    from vectorstore.chroma import ChromaIndex
    from vectorstore.lexical import TantivyIndex
    from vectorstore.types import Chunk, Embedder, SearchMode, Vectors

__all__ = ["Difference", "HybridIndex", "recorded_embedder"]

_LOGGER = logging.getLogger(__name__)
_LEAST_DEPTH = 100  # chunks that each part hands to the fusion
_STORED_AT_ONCE = 512
_EMBEDDED_AT_ONCE = 64
_RECORD = "embedder.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What keeps the indexes from holding exactly the expected chunks."""

    to_index: frozenset[str]
    """Ids that a part lacks or holds in an older form."""
    to_delete: frozenset[str]
    """Ids that a part holds and should not."""

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to do."""
        return not (self.to_index or self.to_delete)


class HybridIndex:
    """The chunks of a library by meaning and by words, in two indexes derived from it.

    Each part is opened when it is first needed: a search by words loads neither Chroma nor a model.
    """

    def __init__(self, folder: Path, embedder: "Embedder") -> None:
        """Open the index in a folder, which need not exist.

        Raises:
            EmbedderMismatch: The vectors in it were made by another embedder.
        """
        recorded = recorded_embedder(folder)
        if recorded not in (None, embedder.name):
            raise EmbedderMismatch(recorded, embedder.name)
        self._folder = folder
        self._embedder = embedder
        self._opening = threading.Lock()
        self._dense: ChromaIndex | None = None
        self._lexical: TantivyIndex | None = None

    def apply(
        self,
        chunks: Sequence["Chunk"],
        delete: Collection[str],
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Delete ids, then store chunks in both parts; doing it again changes nothing and embeds nothing.

        Args:
            chunks: What to store, replacing chunks with the same ids.
            delete: Ids to forget; unknown ones are ignored.
            on_progress: Called with how many of `chunks` are done, after every few.

        Raises:
            IndexDamaged: A part cannot be read; call `missing`, which replaces it.
            IndexInUse: Another process is writing.
        """
        dense, lexical = self._open_dense(), self._open_lexical()
        _record_embedder(self._folder, self._embedder.name)
        if delete:
            lexical.delete(delete)
            dense.delete(delete)
        report = on_progress or (lambda _: None)
        for start in range(0, len(chunks), _STORED_AT_ONCE):
            batch = {chunk.id: chunk for chunk in chunks[start : start + _STORED_AT_ONCE]}
            held = dense.digests(batch)
            fresh = [chunk for chunk in batch.values() if held.get(chunk.id) != chunk.digest]
            known = start + len(batch) - len(fresh)
            for done, part in _counted(fresh, _EMBEDDED_AT_ONCE):
                dense.upsert(part, self._embed(part))
                report(known + done)
            lexical.upsert(list(batch.values()))
            report(min(start + _STORED_AT_ONCE, len(chunks)))

    def search(
        self,
        query: str,
        k: int,
        *,
        mode: "SearchMode" = "hybrid",
        keys: Collection[str] | None = None,
        lookup: Callable[[Sequence[str]], Mapping[str, "Chunk"]],
    ) -> list[Passage]:
        """Find the k best chunks, best first.

        Args:
            query: Any text.
            k: How many at most.
            mode: `dense` is ordered by cosine, `lexical` by BM25, `hybrid` by the reciprocal-rank fusion of both.
            keys: Only chunks of these papers; None for all.
            lookup: Chunk ids to chunks; ids that it does not know are left out of the result.

        Raises:
            IndexDamaged: A part cannot be read; call `missing`, which replaces it.
        """
        if k < 1 or not query.strip() or (keys is not None and not keys):
            return []
        depth = max(_LEAST_DEPTH, 5 * k)
        dense: dict[str, float] = {}
        lexical: dict[str, float] = {}
        if mode != "lexical":
            dense = dict(self._open_dense().search(self._embedder.embed_query(query), depth, keys))
        if mode != "dense":
            lexical = dict(self._open_lexical().search(query, depth, keys))
        if mode == "hybrid":
            ranking = reciprocal_rank_fusion([list(dense), list(lexical)])
        else:
            ranking = list((dense or lexical).items())
        chunks = lookup([one for one, _ in ranking])
        passages = (
            Passage(chunk=chunks[one], score=score, scores=Scores(dense=dense.get(one), lexical=lexical.get(one)))
            for one, score in ranking
            if one in chunks
        )
        return [passage for passage, _ in zip(passages, range(k), strict=False)]

    def counts(self, mode: "SearchMode" = "hybrid") -> list[int]:
        """Number of chunks held by each part that a search of this mode reads.

        Raises:
            IndexDamaged: A part cannot be read; call `missing`, which replaces it.
        """
        return [
            *([self._open_dense().count()] if mode != "lexical" else []),
            *([self._open_lexical().count()] if mode != "dense" else []),
        ]

    def rarity(self, words: Collection[str]) -> dict[str, float]:
        """Inverse document frequency of each word over the chunks, as in BM25: `ln(1 + (N - n + 0.5) / (n + 0.5))`.

        Source: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", in the form that
        cannot be negative.
        """
        lexical = self._open_lexical()
        total = lexical.count()
        # Chunks replaced or deleted since tantivy last merged are still counted as holding a word.
        holding = {word: min(count, total) for word, count in lexical.document_frequencies(words).items()}
        return {word: log(1 + (total - count + 0.5) / (count + 0.5)) for word, count in holding.items()}

    def missing(self, expected: Mapping[str, str]) -> Difference:
        """Compare both parts with what they should hold; a damaged part is replaced by an empty one first.

        Args:
            expected: Chunk id to `Chunk.digest` of every chunk of the library.

        Returns:
            What to hand to `apply`.
        """
        self.repair()
        held = (self._open_dense().digests(), self._open_lexical().digests())
        return Difference(
            to_index=frozenset(
                one for one, digest in expected.items() if any(part.get(one) != digest for part in held)
            ),
            to_delete=frozenset(one for part in held for one in part if one not in expected),
        )

    def repair(self) -> bool:
        """Replace each damaged part by an empty one; True when there was one, and `missing` tells what to index."""
        dense = self._repaired("dense", lambda: self._open_dense().check())
        return self._repaired("lexical", lambda: self._open_lexical().digests()) or dense

    def close(self) -> None:
        """Release files and locks, so that the folder may be deleted; searching again opens them again."""
        with self._opening:
            dense, self._dense = self._dense, None
            lexical, self._lexical = self._lexical, None
        for part in (dense, lexical):
            if part is not None:
                part.close()

    def _repaired(self, part: str, check: Callable[[], object]) -> bool:
        try:
            check()
        except IndexDamaged as damage:
            _LOGGER.warning("%s It is replaced by an empty one now.", damage)
            self.close()
            shutil.rmtree(self._folder / part)
            return True
        return False

    def _embed(self, chunks: Sequence["Chunk"]) -> "Vectors":
        return self._embedder.embed_documents([chunk.embedding_text for chunk in chunks])

    def _open_dense(self) -> "ChromaIndex":
        from vectorstore.chroma import ChromaIndex

        with self._opening:
            if self._dense is None:
                embedder = self._embedder
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._dense = ChromaIndex(
                    self._folder / "dense", embedder_name=embedder.name, dimensions=embedder.dimensions
                )
            return self._dense

    def _open_lexical(self) -> "TantivyIndex":
        from vectorstore.lexical import TantivyIndex

        with self._opening:
            if self._lexical is None:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._lexical = TantivyIndex(self._folder / "lexical")
            return self._lexical


def recorded_embedder(folder: Path) -> str | None:
    """Name of the embedder that made the vectors in an index folder; None when it holds none or does not say."""
    try:
        record = json.loads((folder / _RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    name = record.get("embedder") if isinstance(record, dict) else None
    return name if isinstance(name, str) else None


def _record_embedder(folder: Path, name: str) -> None:
    if recorded_embedder(folder) == name:
        return
    unfinished = folder / f"{_RECORD}.{os.getpid()}.tmp"
    unfinished.write_text(json.dumps({"embedder": name}), "utf-8")
    unfinished.replace(folder / _RECORD)  # atomic: a crash leaves no half record


def _counted(chunks: Sequence["Chunk"], size: int) -> Iterator[tuple[int, Sequence["Chunk"]]]:
    """Parts of a sequence, each with how many have come up to its end."""
    for start in range(0, len(chunks), size):
        part = chunks[start : start + size]
        yield start + len(part), part
