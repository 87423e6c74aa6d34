"""Ideas for the hybrid search that did not pay, kept so that `ablations.py` can show what they are worth."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from bench.diversity import diversified
from vectorstore.sentences import split_sentences
from vectorstore.types import Passage, Scores

if TYPE_CHECKING:
    from vectorstore.types import Chunk, Vectors

_SHORT = re.compile(r"\(\s*([A-Za-z0-9][A-Za-z0-9/-]{1,9})\s*(?:[;,][^()]*)?\)")
_WORD = re.compile(r"[A-Za-z0-9/-]+")
_FIRST = 10  # abstracts whose sentences are read
_SENTENCE_WEIGHT = 0.3  # of the sentence's standard score against the fused one's
_DEPTH = 250  # passages that MMR orders
_SCORE_WEIGHT = 0.7


def abbreviations(texts: Iterable[str]) -> dict[str, str]:
    """Short form to its most frequent long form (Schwartz and Hearst 2003)."""
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for short, long in set(_pairs(text)):
            seen[short][long.lower()] += 1
    return {short: counts.most_common(1)[0][0] for short, counts in seen.items()}


def spelled_out(query: str, table: Mapping[str, str], terms: Callable[[str], Sequence[str]]) -> dict[str, float]:
    """Terms that a query lacks: of the long form of a short one in it, and the other way; shares of 1 for each form."""
    words, held = set(_WORD.findall(query)), set(terms(query))
    added: dict[str, float] = {}
    for short, long in table.items():
        spelled = list(terms(long))
        if short in words:
            added |= {term: 1 / len(spelled) for term in spelled if term not in held}
        elif len(spelled) > 1 and held.issuperset(spelled):
            added |= {term: 1.0 for term in terms(short) if term not in held}
    return added


def by_best_sentence(
    scores: Mapping[str, float],
    texts: Mapping[str, str],
    vector: "Vectors",
    embed: "Callable[[Sequence[str]], Vectors]",
) -> dict[str, float]:
    """The first scores with the standard score of the cosine of the best sentence added; the others as they are."""
    first = list(scores)[:_FIRST]
    cosines = []
    for one in first:
        parts = [texts[one][start:end] for start, end in split_sentences(texts[one])]
        cosines.append(float((embed(parts) @ vector).max()) if parts else 0.0)
    fused, found = np.array([scores[one] for one in first]), np.array(cosines)
    mixed = fused + _SENTENCE_WEIGHT * fused.std() * (found - found.mean()) / (found.std() or 1.0)
    order = [first[at] for at in np.argsort(-mixed, kind="stable")]
    return _descending([*order, *(one for one in scores if one not in first)])


def by_novelty(scores: Mapping[str, float], chunks: "Mapping[str, Chunk]", matrix: "Vectors") -> dict[str, float]:
    """The first in the order of maximal marginal relevance, then the others."""
    rows = {one: row for row, one in enumerate(chunks)}
    first = list(scores)[:_DEPTH]
    passages = [Passage(chunk=chunks[one], score=scores[one], scores=Scores()) for one in first]
    chosen = diversified(passages, {one: matrix[rows[one]] for one in first}, len(first), _SCORE_WEIGHT)
    return _descending([*(one.chunk.id for one in chosen), *(one for one in scores if one not in first)])


def _descending(order: Sequence[str]) -> dict[str, float]:
    return {one: -float(place) for place, one in enumerate(order)}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for found in _SHORT.finditer(text):
        short = found.group(1)
        before = re.split(r"[.;:()]\s", text[: found.start()])[-1].split()
        long = _long_form(short, " ".join(before[-min(len(short) + 5, 2 * len(short)) :]))
        if any(letter.isupper() for letter in short) and len(long) > len(short):
            yield short, long


def _long_form(short: str, before: str) -> str:
    """The shortest end of `before` that holds the letters of `short` in order, the first at a word's beginning."""
    at = len(before)
    for place, letter in reversed([(place, one.lower()) for place, one in enumerate(short) if one.isalnum()]):
        at -= 1
        while at >= 0 and (before[at].lower() != letter or (place == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    return before[at:]
