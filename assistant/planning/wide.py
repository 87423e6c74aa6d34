"""Wide search: what several sides of a topic find, and what is like the best of that, in one order.

Two rounds. In the first, every facet is searched by words and vectors; a paper's score is that for the whole topic and,
for less, that for the side of it that the paper fits best. In the second, the first papers are examples of what is
wanted, and the library is searched for papers like them. The two scores are counted in standard deviations and added.
The sizes and weights are those that bench/surveys.py measures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.planning.facets import Facet
from assistant.planning.relevance import Signals, probability
from assistant.planning.scale import EMBEDDED, Scale
from assistant.planning.subject import VAGUE
from assistant.reading.extract import Rarity, coverage
from assistant.retrieve import Lookup, WideSearch
from assistant.text import content_stems, content_words
from assistant.types import Filter, Paper
from vectorstore.fuse import standard_score_fusion
from vectorstore.types import Passage

__all__ = ["Candidate", "wide_search"]

_DEPTH = 500
"""Passages of the first round, whatever is asked for: so the estimate does not depend on how many are wanted."""
_SIDE_DEPTH = 100
"""Passages for one side of the topic."""
_EXAMPLES = 40
"""First papers that the second round looks for more of; 10 and 20 find less on the surveys, 80 no more."""
_EXAMPLES_SHARE = 4
"""At most one of so many papers found is an example: what all papers are like tells none apart."""
_RANKS = 10
"""An example counts 1 / (10 + rank): the first four times as much as the fortieth."""
_SIDES = {"item": 0.5, "part": 0.3, "draft": 0.5}
"""What the best side counts against the whole topic. A part is wider than what is asked for."""

_ON_TOPIC = ("topic", "item")
"""A paper that fits one of the things that a topic lists is on the topic as much as one that fits all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A paper that may be related work."""

    paper: Paper
    probability: float
    """That it belongs to the related work, 0 to 1."""
    facets: tuple[str, ...]
    """Texts of the facets that found it, the nearest one first; none for a paper that is only like the others."""
    score: float
    """What it is ordered by; comparable within one search."""
    signals: Signals
    """What the probability was estimated from."""


def wide_search(
    facets: Sequence[Facet],
    *,
    search: WideSearch,
    lookup: Lookup,
    where: Filter,
    limit: int,
    rarity: Rarity | None = None,
    scale: Scale = EMBEDDED,
) -> list[Candidate]:
    """The papers that any side of the topic finds, most likely first.

    Args:
        facets: What to search for, the whole topic first.
        search: Of the library, by a text and by examples.
        lookup: Key to paper.
        where: Papers that may be used.
        limit: How many at most.
        rarity: How rare words are in the library; without it all words of the topic count the same.
        scale: What the cosines of the search mean; the embedded model's unless said otherwise.

    Returns:
        Equal scores by key; a smaller limit gives the beginning of the same list. Nothing without facets.
    """
    found = [_Results.of(one, search(one.text, _depth(one), where, "hybrid")) for one in facets]
    first = _first_round(found)
    if not first or limit < 1:
        return []
    order = sorted(first, key=lambda key: (-first[key], key))
    chunks = {key: chunk for results in reversed(found) for key, chunk in results.chunks.items()}
    examples = order[: max(1, min(_EXAMPLES, len(order) // _EXAMPLES_SHARE))]
    weights = {chunks[key]: 1.0 / (_RANKS + rank) for rank, key in enumerate(examples, start=1)}
    likeness = _best(search(weights, 2 * _DEPTH, where, "dense"))
    scores = standard_score_fusion([_filled(first, likeness), _filled(likeness, first)], first.keys() | likeness.keys())
    weighed = _Weighed(found, likeness, _Covering(found, rarity), scale)
    papers = ((lookup(key), score) for key, score in scores.items())
    return list(islice((weighed.candidate(paper, score) for paper, score in papers if paper), limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results:
    """What one facet found."""

    facet: Facet
    scores: Mapping[str, float]
    """By paper, that of its best passage."""
    cosines: Mapping[str, float]
    chunks: Mapping[str, str]
    """Id of the best passage of each paper."""

    @classmethod
    def of(cls, facet: Facet, passages: Sequence[Passage]) -> "_Results":
        chunks: dict[str, str] = {}
        cosines: dict[str, float] = {}
        for one in passages:
            chunks.setdefault(one.chunk.key, one.chunk.id)
            if one.scores.dense is not None:
                cosines[one.chunk.key] = max(one.scores.dense, cosines.get(one.chunk.key, -1.0))
        return cls(facet=facet, scores=_best(passages), cosines=cosines, chunks=chunks)


def _depth(facet: Facet) -> int:
    return _DEPTH if facet.side == "topic" else _SIDE_DEPTH


def _best(passages: Sequence[Passage]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for one in passages:
        scores.setdefault(one.chunk.key, one.score)
    return scores


def _first_round(found: Sequence[_Results]) -> dict[str, float]:
    """The score for the whole topic in its best wording, and with its weight that for the best side."""
    whole = _maxima([one for one in found if one.facet.side == "topic"])
    sides = _maxima([one for one in found if one.facet.side != "topic"])
    whole, sides = _filled(whole, sides), _filled(sides, whole)
    return {key: whole.get(key, 0.0) + sides.get(key, 0.0) for key in whole or sides}


def _maxima(found: Sequence[_Results]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for results in found:
        weight = results.facet.weight * _SIDES.get(results.facet.side, 1.0)
        for key, score in results.scores.items():
            scores[key] = max(weight * score, scores.get(key, weight * score))
    return scores


def _filled(scores: Mapping[str, float], others: Mapping[str, float]) -> dict[str, float]:
    """The scores with the lowest of them for papers that only others found; nothing when there are none."""
    if not scores:
        return {}
    return {**dict.fromkeys(others, min(scores.values())), **scores}


class _Covering:
    """Which share of the words of a topic a paper has."""

    def __init__(self, found: Sequence[_Results], rarity: Rarity | None) -> None:
        texts = [one.facet.text for one in found if one.facet.side in _ON_TOPIC]
        words = [content_words(text, leave_out=VAGUE) or content_words(text) for text in texts]
        every = {word: 1.0 for one in words for word in one.values()}
        rare = rarity(list(every)) if rarity else every
        self._weights = [{stem: rare[word] for stem, word in one.items()} for one in words]

    def of(self, paper: Paper) -> float:
        """The highest share for any wording of the topic or thing that it lists, rare words counting more."""
        present = frozenset(content_stems(f"{paper.title} {paper.abstract}"))
        return max((coverage(weights, present) for weights in self._weights), default=0.0)


class _Weighed:
    """What was found, as it is weighed: made once for all candidates."""

    def __init__(
        self, found: Sequence[_Results], likeness: Mapping[str, float], covering: _Covering, scale: Scale
    ) -> None:
        self._found = found
        self._likeness = likeness
        self._least_likeness = min(likeness.values(), default=0.0)
        self._covering = covering
        cosines = _nearest([one for one in found if one.facet.side in _ON_TOPIC] or found)
        self._cosines = {key: scale.as_embedded(cosine) for key, cosine in cosines.items()}
        self._least = min(self._cosines.values(), default=0.0)
        self._best = max(self._cosines.values(), default=0.0)

    def candidate(self, paper: Paper, score: float) -> Candidate:
        """A paper with how likely it belongs; what a search did not say of it is as little as was said of any."""
        near = [one for one in self._found if paper.key in one.chunks]
        near.sort(key=lambda one: -one.cosines.get(paper.key, -1.0))
        signals = Signals(
            cosine=self._cosines.get(paper.key, self._least),
            coverage=self._covering.of(paper),
            likeness=self._likeness.get(paper.key, self._least_likeness),
            best=self._best,
            papers=len(self._cosines),
        )
        return Candidate(
            paper=paper,
            probability=probability(signals),
            facets=tuple(one.facet.text for one in near),
            score=score,
            signals=signals,
        )


def _nearest(found: Sequence[_Results]) -> dict[str, float]:
    """The highest cosine of each paper."""
    cosines: dict[str, float] = {}
    for results in found:
        for key, cosine in results.cosines.items():
            cosines[key] = max(cosine, cosines.get(key, -1.0))
    return cosines
