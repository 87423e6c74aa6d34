"""Hybrid search: vectors and words over the same chunks, kept in step and fused."""

import logging
import shutil
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.errors import EmbedderMismatch, IndexDamaged
from vectorstore.folder import drop_vectors, record_embedder, recorded_embedder
from vectorstore.types import Difference

if TYPE_CHECKING:
    from vectorstore.chroma import ChromaIndex
    from vectorstore.lexical import TantivyIndex
    from vectorstore.local import LocalVectors
    from vectorstore.types import Chunk, Embedder, Examples, Passage, SearchMode, Vectors

__all__ = ["Difference", "HybridIndex", "drop_vectors", "recorded_embedder"]

_LOGGER = logging.getLogger(__name__)
_MOST_PARTS = 2  # that one check reads
_REWRITTEN_AT_ONCE = 1000  # chunks looked up


class HybridIndex:
    """The chunks of a library by meaning and by words, in two indexes derived from it.

    Each part is opened when it is first needed: a search by words loads neither Chroma nor a model.
    """

    def __init__(
        self,
        folder: Path,
        embedder: "Embedder",
        *,
        store: str | None = None,
        collection: str = "chunks",
        is_unfinished: bool = False,
    ) -> None:
        """Open the index in a folder, which need not exist.

        Args:
            folder: Where the words are, and the vectors when there is no server.
            embedder: What makes the vectors.
            store: Address of a Chroma server that holds the vectors, see `ChromaIndex.at`.
            collection: Name of their collection on that server; each library has its own.
            is_unfinished: It is being made, perhaps by the next process after one that was killed: what that one left
                half written is replaced, and no cause for a warning.

        Raises:
            EmbedderMismatch: The vectors in it were made by another embedder.
        """
        recorded = recorded_embedder(folder)
        if recorded not in (None, embedder.name):
            raise EmbedderMismatch(recorded, embedder.name)
        self._folder = folder
        self._embedder = embedder
        self._store = store
        self._collection = collection
        self._repairs = logging.INFO if is_unfinished else logging.WARNING
        self._opening = threading.Lock()
        self._dense: LocalVectors | ChromaIndex | None = None
        self._lexical: TantivyIndex | None = None

    def apply(
        self,
        chunks: Sequence["Chunk"],
        delete: Collection[str],
        on_progress: Callable[[int], None] | None = None,
        vectors: "Mapping[str, Vectors] | None" = None,
    ) -> None:
        """Delete ids, then store chunks in both parts; doing it again changes nothing and embeds nothing.

        Args:
            chunks: What to store, replacing chunks with the same ids.
            delete: Ids to forget; unknown ones are ignored.
            on_progress: Called with how many of `chunks` have their vectors, after every few, by another thread too.
            vectors: Chunk id to the unit vector of what is to be stored, where that is there already.

        Raises:
            IndexDamaged: A part cannot be read; call `missing`, which replaces it.
            IndexInUse: Another process is writing.
        """
        from vectorstore.ingest import Ingest

        dense, lexical = self._open_dense(), self._open_lexical()
        record_embedder(self._folder, self._embedder.name)
        if delete:
            lexical.delete(delete)
            dense.delete(delete)
        Ingest(
            dense=dense,
            lexical=lexical,
            embedder=self._embedder,
            vectors=vectors or {},
            report=on_progress or (lambda _: None),
        ).store(chunks)

    def is_uneven(self) -> bool:
        """True when scores by words depend on chunks that are gone, so that `even_out` is due."""
        return (self._folder / "lexical").exists() and self._open_lexical().is_uneven()

    def even_out(self, lookup: Callable[[Sequence[str]], Mapping[str, "Chunk"]]) -> None:
        """Write the words anew, so that scores depend on nothing but the chunks that are held.

        Args:
            lookup: Chunk ids to chunks, as they were stored.

        Raises:
            IndexInUse: Another process is writing.
        """
        lexical = self._open_lexical()
        held = list(lexical.digests())
        batches = (held[start : start + _REWRITTEN_AT_ONCE] for start in range(0, len(held), _REWRITTEN_AT_ONCE))
        lexical.rewrite(chunk for batch in batches for chunk in lookup(batch).values())

    def without_vectors(self, chunks: Sequence["Chunk"]) -> list["Chunk"]:
        """Those of the chunks that have no stored vector of their present text: what `apply` would embed."""
        from vectorstore.local import known

        dense = self._open_dense()
        held = dense.digests([chunk.id for chunk in chunks])
        fresh = [chunk for chunk in chunks if held.get(chunk.id) != chunk.digest]
        ready = known(dense.parts().values(), fresh)
        return [chunk for chunk in fresh if chunk.id not in ready]

    def search(
        self,
        query: "str | Examples",
        k: int,
        *,
        mode: "SearchMode" = "hybrid",
        keys: Collection[str] | None = None,
        lookup: Callable[[Sequence[str]], Mapping[str, "Chunk"]],
    ) -> "list[Passage]":
        """Find the k best chunks, best first.

        Args:
            query: Any text; or ids of chunks with weights, for chunks that are like these.
            k: How many at most.
            mode: `dense` is ordered by cosine, `lexical` by BM25, `hybrid` by both, see `vectorstore.search`.
            keys: Only chunks of these papers; None for all.
            lookup: Chunk ids to chunks; ids that it does not know are left out of the result.

        Raises:
            IndexDamaged: A part cannot be read; call `missing`, which replaces it.
        """
        from vectorstore.search import rank

        return rank(
            query,
            k,
            mode=mode,
            keys=keys,
            embedder=self._embedder,
            dense=self._open_dense,
            lexical=self._open_lexical,
            lookup=lookup,
        )

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
        places = self._open_dense().parts().values()
        to_index = set() if places else set(expected)  # there are no vectors at all
        to_delete: set[str] = set()
        for part in (*places, self._open_lexical()):
            held = part.digests()  # of one part at a time: those of a large library take much memory
            to_index |= {one for one, digest in expected.items() if held.get(one) != digest}
            to_delete |= held.keys() - expected.keys()
        return Difference(to_index=frozenset(to_index), to_delete=frozenset(to_delete))

    def repair(self) -> bool:
        """Replace each damaged part, from the other one if both hold vectors; True when there was one.

        A part of which nothing is left elsewhere is empty then, and `missing` tells what to index.
        """
        dense = self._repaired(lambda: self._open_dense().level())
        return self._repaired(lambda: self._open_lexical().digests()) or dense

    def vectors(self, ids: Collection[str]) -> "Mapping[str, Vectors]":
        """The stored unit vectors, shape (dimensions,), of those chunks of `ids` that are held."""
        return self._open_dense().vectors(ids)

    def mark(self) -> str | None:
        """What a client noted last on the collection on the server; None when none did, or there is no server."""
        from vectorstore.local import LocalVectors

        dense = self._open_dense()
        return None if isinstance(dense, LocalVectors) else dense.mark()

    def set_mark(self, mark: str) -> None:
        """Note a text on the collection on the server, for all its clients to read; without a server, nothing."""
        from vectorstore.local import LocalVectors

        dense = self._open_dense()
        if not isinstance(dense, LocalVectors):
            dense.set_mark(mark)

    def held(self) -> "dict[str, Callable[[], Mapping[str, str]]]":
        """Name of each part to what tells chunk id to digest of all that it holds; nothing is repaired by that."""
        from vectorstore.local import CHROMA, SCAN, digests_in

        parts: dict[str, Callable[[], Mapping[str, str]]] = {"vectors": lambda: self._open_dense().digests()}
        if self._store is None:
            parts = {
                "vectors": lambda: digests_in(self._folder, CHROMA, self._embedder),
                "scan": lambda: digests_in(self._folder, SCAN, self._embedder),
            }
        has_words = (self._folder / "lexical").exists()
        return {**parts, "words": lambda: self._open_lexical().digests() if has_words else {}}

    def close(self) -> None:
        """Release files and locks, so that the folder may be deleted; searching again opens them again."""
        with self._opening:
            dense, self._dense = self._dense, None
            lexical, self._lexical = self._lexical, None
        for part in (dense, lexical):
            if part is not None:
                part.close()

    def _repaired(self, check: Callable[[], object]) -> bool:
        for damaged in range(_MOST_PARTS + 1):
            try:
                check()
            except IndexDamaged as damage:
                if damaged == _MOST_PARTS:
                    raise
                _LOGGER.log(self._repairs, "%s It is replaced now.", damage)
                self.close()
                shutil.rmtree(damage.folder)
            else:
                break
        return damaged > 0

    def _open_dense(self) -> "LocalVectors | ChromaIndex":
        with self._opening:
            if self._dense is None:
                name, dimensions = self._embedder.name, self._embedder.dimensions
                if self._store is None:
                    from vectorstore.local import LocalVectors

                    self._dense = LocalVectors(self._folder, embedder_name=name, dimensions=dimensions)
                else:
                    from vectorstore.chroma import ChromaIndex

                    self._dense = ChromaIndex.at(
                        self._store, collection=self._collection, embedder_name=name, dimensions=dimensions
                    )
            return self._dense

    def _open_lexical(self) -> "TantivyIndex":
        from vectorstore.lexical import TantivyIndex

        with self._opening:
            if self._lexical is None:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._lexical = TantivyIndex(self._folder / "lexical")
            return self._lexical
