"""The ranking of a search: what both parts of an index say of each chunk, put in one order.

A hybrid search has two rounds. The first fuses cosine and BM25 and reads the best documents; their telling words widen
the query. The second searches by the widened words, fuses again, and mixes each score with those of the nearest
candidates. In both, every candidate has both scores, whichever part found it. The sizes and weights were chosen on
SciFact's training claims and half of Cranfield's queries (bench/ablations.py).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from vectorstore.alike import alike
from vectorstore.feedback import DOCUMENTS, expanded_terms
from vectorstore.fuse import standard_score_fusion
from vectorstore.neighbours import smoothed
from vectorstore.types import Passage, Scores

if TYPE_CHECKING:
    from vectorstore.types import Chunk, DenseIndex, Embedder, Examples, LexicalIndex, SearchMode, Vectors, Words

__all__ = ["rank"]

_POOL = 250  # chunks of each part that are fused in the second round; from 100 to 1,000 are level
_FIRST_POOL = 100  # the same in the first round

Lookup: TypeAlias = Callable[[Sequence[str]], Mapping[str, "Chunk"]]


def rank(
    query: "str | Examples",
    k: int,
    *,
    mode: "SearchMode",
    keys: Collection[str] | None,
    embedder: "Embedder",
    dense: Callable[[], "DenseIndex"],
    lexical: Callable[[], "LexicalIndex"],
    lookup: Lookup,
) -> list[Passage]:
    """Find the k best chunks, best first, equal scores by id; a smaller k gives the beginning of the same list.

    Args:
        query: Any text; or chunks that others are to be like, by vectors alone, see `vectorstore.alike`.
        k: How many at most.
        mode: `dense` is ordered by cosine, `lexical` by BM25, `hybrid` by both with feedback.
        keys: Only chunks of these papers; None for all.
        embedder: Makes the query's vector.
        dense: Opens the vectors; not called in mode `lexical`.
        lexical: Opens the words; not called in mode `dense`.
        lookup: Chunk ids to chunks; ids that it does not know are left out of the result.
    """
    if k < 1 or (keys is not None and not keys):
        return []
    if not isinstance(query, str):
        found = {one: Scores(dense=score) for one, score in alike(query, k, keys, dense())}
        return _passages(found, lambda scores: scores.dense, k, lookup)
    if not query.strip():
        return []
    depth = max(_POOL, k)
    if mode == "lexical":
        found = {one: Scores(lexical=score) for one, score in lexical().search(query, depth, keys)}
        return _passages(found, lambda scores: scores.lexical, k, lookup)
    vector = embedder.embed_query(query)
    if mode == "dense":
        found = {one: Scores(dense=score) for one, score in dense().search(vector, depth, keys)}
        return _passages(found, lambda scores: scores.dense, k, lookup)
    parts = _Parts(query=query, vector=vector, keys=keys, dense=dense(), lexical=lexical(), lookup=lookup)
    return parts.worded(_passages(parts.fused(depth), lambda scores: scores.fused, k, lookup))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """One hybrid search."""

    query: str
    vector: "Vectors"
    keys: Collection[str] | None
    dense: "DenseIndex"
    lexical: "LexicalIndex"
    lookup: Lookup

    def fused(self, depth: int) -> dict[str, Scores]:
        """The candidates with the scores that order them, best first; what only a greater depth found comes last."""
        nearest = dict(self.dense.search(self.vector, depth, self.keys))
        worded = dict(self.lexical.search(self.query, depth, self.keys))
        wide = self._widened(nearest, worded)
        widened = dict(self.lexical.search(wide, depth, self.keys))
        pool = {*_first(nearest, _POOL), *_first(widened, _POOL)}
        candidates = {*nearest, *widened}
        vectors = self.dense.vectors(candidates)
        cosines = {**{one: float(vector @ self.vector) for one, vector in vectors.items()}, **nearest}
        feedback = self._bm25(wide, widened, candidates)
        scores = standard_score_fusion([cosines, feedback], pool)
        scores |= smoothed({one: scores[one] for one in scores if one in pool}, vectors)
        order = sorted(scores, key=lambda one: (one not in pool, -scores[one], one))
        return {one: Scores(dense=cosines.get(one), feedback=feedback.get(one), fused=scores[one]) for one in order}

    def worded(self, passages: list[Passage]) -> list[Passage]:
        """The passages with what the words of the query alone say of them."""
        words = self.lexical.scores(self.query, [one.chunk.id for one in passages])
        return [replace(one, scores=replace(one.scores, lexical=words.get(one.chunk.id))) for one in passages]

    def _widened(self, nearest: Mapping[str, float], worded: Mapping[str, float]) -> dict[str, float]:
        """The query's terms and those of the documents that the first round puts first, with weights."""
        pool = {*_first(nearest, _FIRST_POOL), *_first(worded, _FIRST_POOL)}
        parts = [self._cosines(nearest, pool), self._bm25(self.query, worded, pool)]
        first = standard_score_fusion([{one: part.get(one, 0.0) for one in pool} for part in parts], pool)
        best = _first(first, DOCUMENTS)
        chunks = self.lookup(best)
        read = [(first[one], self.lexical.terms(chunks[one].embedding_text)) for one in best if one in chunks]
        holding = self.lexical.holding({term for _, terms in read for term in terms})
        return expanded_terms(self.lexical.terms(self.query), read, holding, self.lexical.count())

    def _cosines(self, known: Mapping[str, float], wanted: Collection[str]) -> dict[str, float]:
        """The cosine of every chunk wanted, as far as its vector is held."""
        lacking = [one for one in wanted if one not in known]
        vectors = self.dense.vectors(lacking) if lacking else {}
        return {**known, **{one: float(vector @ self.vector) for one, vector in vectors.items()}}

    def _bm25(self, query: "Words", known: Mapping[str, float], wanted: Collection[str]) -> dict[str, float]:
        """The BM25 of every chunk wanted that shares a word with the query."""
        lacking = [one for one in wanted if one not in known]
        return {**known, **(self.lexical.scores(query, lacking) if lacking else {})}


def _first(ranking: Mapping[str, float], k: int) -> list[str]:
    return list(ranking)[:k]


def _passages(
    found: Mapping[str, Scores], score: Callable[[Scores], float | None], k: int, lookup: Lookup
) -> list[Passage]:
    """The first k of those that the library knows; of the others no more are looked up than that takes."""
    passages: list[Passage] = []
    order = list(found)
    while order and len(passages) < k:
        wanted, order = order[: k - len(passages)], order[k - len(passages) :]
        chunks = lookup(wanted)
        passages += [
            Passage(chunk=chunks[one], score=score(found[one]) or 0.0, scores=found[one])
            for one in wanted
            if one in chunks
        ]
    return passages
