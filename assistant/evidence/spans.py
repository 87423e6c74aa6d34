"""Where a text says what a statement says: its sentences, pairs of neighbouring sentences, and the best of them."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vectorstore.sentences import split_sentences

if TYPE_CHECKING:
    from vectorstore.types import Vectors

__all__ = ["Span", "best_span", "is_aim", "lines_and_sentences", "nearest_sentences"]

_PAIR_COSTS = 0.04
"""Two sentences hold more words than one: as a quote they must be better by this much."""
_AIM_COSTS = 0.12
_LONGEST_TITLE = 300
_AIM = re.compile(
    r"^(?:OBJECTIVES?|AIMS?|PURPOSE|Objectives?|Aims?|Purpose)\b"
    r"|\b(?:aim(?:s|ed)? (?:to|of|was|is)|to (?:determine|assess"
    r"|investigate|evaluate|examine|test|explore|compare|study|identify|estimate)\b|whether|(?:is|are|remains?) "
    r"(?:un|not )(?:known|clear|certain)|hypothesi[sz]ed)",
)
_ENDS = (".", "!", "?", ":", ";", ",", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One sentence of a list of sentences, or two neighbours, compared with a statement."""

    first: int
    last: int
    """Indices of sentences, both inside."""
    cosine: float
    """Of the statement to the span's vector, -1 to 1; two sentences have the mean of theirs."""
    coverage: float
    """Share of the statement's content stems in the span, 0 to 1."""

    @property
    def similarity(self) -> float:
        """Mean of cosine and coverage, 0 to 1."""
        return (max(self.cosine, 0.0) + self.coverage) / 2

    @property
    def worth(self) -> float:
        """What spans are chosen by: similarity, less for two sentences."""
        return self.similarity - (_PAIR_COSTS if self.last > self.first else 0.0)


def best_span(
    wanted: Collection[str],
    query: "Vectors",
    stems: Sequence[frozenset[str]],
    vectors: "Vectors",
    *,
    runs: Sequence[tuple[int, int]] = (),
    claims: Sequence[bool] = (),
) -> Span:
    """The span that is nearest to a statement; of equal ones the first.

    Args:
        wanted: Content stems of the statement.
        query: Its vector.
        stems: Content stems of each sentence, at least one sentence.
        vectors: Their vectors, shape (sentences, dimensions).
        runs: `(start, end)` of sentences that follow one another in one text; none for all of them.
        claims: Whether each sentence claims something; a title or an aim is chosen when it is nearer by far. None when
            all do.
    """
    wanted = frozenset(wanted)
    cosines = vectors @ query
    found = [
        Span(first=at, last=at, cosine=float(cosine), coverage=_share(wanted, stems[at]))
        for at, cosine in enumerate(cosines)
    ]
    found += _pairs(wanted, found, stems, vectors, runs or ((0, len(stems)),))
    return max(found, key=lambda span: span.worth - _AIM_COSTS * (bool(claims) and not claims[span.last]))


def nearest_sentences(
    wanted: Collection[str],
    query: "Vectors",
    stems: Sequence[frozenset[str]],
    vectors: "Vectors",
    *,
    claims: Sequence[bool],
    k: int = 3,
) -> tuple[int, ...]:
    """Indices of the k sentences nearest to a statement, nearest first; arguments as for `best_span`."""
    wanted = frozenset(wanted)
    cosines = (vectors @ query).tolist()
    worth = [
        (max(cosine, 0.0) + _share(wanted, present)) / 2 - _AIM_COSTS * (not claim)
        for cosine, present, claim in zip(cosines, stems, claims, strict=True)
    ]
    return tuple(sorted(range(len(worth)), key=lambda at: (-worth[at], at))[:k])


def is_aim(sentence: str) -> bool:
    """True when a sentence says what was to be found out, not what was found."""
    return bool(_AIM.search(sentence))


def _pairs(
    wanted: frozenset[str],
    single: Sequence[Span],
    stems: Sequence[frozenset[str]],
    vectors: "Vectors",
    runs: Sequence[tuple[int, int]],
) -> Iterator[Span]:
    import numpy as np

    for start, end in runs:
        inner = (vectors[start : end - 1] * vectors[start + 1 : end]).sum(axis=1)
        # Two unit vectors with inner product p add up to one of length sqrt(2 + 2p).
        lengths = np.sqrt(np.maximum(2 + 2 * inner, 1e-6))
        for offset, length in enumerate(lengths):
            left = start + offset
            cosine = (single[left].cosine + single[left + 1].cosine) / float(length)
            coverage = _share(wanted, stems[left] | stems[left + 1])
            yield Span(first=left, last=left + 1, cosine=min(cosine, 1.0), coverage=coverage)


def _share(wanted: frozenset[str], present: frozenset[str]) -> float:
    return len(wanted & present) / len(wanted) if wanted else 0.0


def lines_and_sentences(text: str) -> list[tuple[int, int]]:
    """Find the sentences of a text in which lines may end sentences too: a title, headings, a list.

    Lines count when none but the first begins with a small letter: then the text is not wrapped. Of wrapped text only
    a first line that looks like a title is told from the rest.

    Returns:
        `(start, end)` offsets as `split_sentences` gives them.
    """
    lines = _lines(text)
    if len(lines) < 2:  # noqa: PLR2004 - because one line has no end inside
        return split_sentences(text)
    is_wrapped = any(text[start].islower() for start, _ in lines[1:])
    if is_wrapped:
        start, end = lines[0]
        title = text[start:end]
        is_title = end - start <= _LONGEST_TITLE and not title.endswith(_ENDS) and not text[lines[1][0]].islower()
        lines = [lines[0], (lines[1][0], len(text))] if is_title else [(0, len(text))]
    return [(start + begin, start + end) for start, stop in lines for begin, end in split_sentences(text[start:stop])]


def _lines(text: str) -> list[tuple[int, int]]:
    """Where the lines with something on them begin and end, without outer white space."""
    found, at = [], 0
    for line in text.split("\n"):
        if visible := line.strip():
            start = at + line.index(visible)
            found.append((start, start + len(visible)))
        at += len(line) + 1
    return found
