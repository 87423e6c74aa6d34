"""Grouping papers by what they are about, and naming the groups from their own titles."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING

from assistant.guards.orders import without_orders
from assistant.text import STOP_WORDS, content_stems
from assistant.types import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PAPERS_PER_THEME = 5
_MOST_THEMES = 6
_LONGEST_HEADING = 4
# Words that fit any paper; a heading made of them alone says nothing.
_VAGUE = frozenset(
    """abstract analysis application approach approaches baseline baselines based benchmark case challenge challenges
    comprehensive data dataset direction directions efficient enhanced enhancing evaluation experiment framework future
    improved improving insight insights introduction investigation language large learning limitation limitations method
    methods
    model models new novel overview paper perspective problem prospective prospectives recent advance advances result
    results review strategies study survey system systems task tasks technique techniques work""".split()
)
_WORD = re.compile(r"[^\W_]+(?:[-’'+/][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Papers that belong together, in the order they were given, under a name from their titles."""

    heading: str
    papers: tuple[Paper, ...]


def group(papers: Sequence[Paper], vectors: "NDArray[np.float32]") -> list[Theme]:
    """Cluster papers by average linkage over cosine distance.

    Args:
        papers: Best first; a theme stands where its best paper stands.
        vectors: Shape (len(papers), dimensions).

    Returns:
        One theme for up to five papers, then about one for every five, six at most.
    """
    if not papers:
        return []
    number = min(_MOST_THEMES, -(-len(papers) // _PAPERS_PER_THEME))
    groups: dict[int, list[Paper]] = {}
    for paper, label in zip(papers, _clusters(vectors, number), strict=True):
        groups.setdefault(label, []).append(paper)
    members = list(groups.values())
    return [Theme(heading=heading, papers=tuple(one)) for heading, one in zip(_headings(members), members, strict=True)]


def _clusters(vectors: "NDArray[np.float32]", number: int) -> list[int]:
    if number == 1:
        return [0] * len(vectors)
    import numpy as np
    from sklearn.cluster import AgglomerativeClustering

    directed = np.where(vectors.any(axis=1, keepdims=True), vectors, 1.0)  # a cosine needs a direction
    clusters = AgglomerativeClustering(n_clusters=number, metric="cosine", linkage="average")
    return [int(label) for label in clusters.fit_predict(directed)]


def _headings(groups: Sequence[Sequence[Paper]]) -> list[str]:
    """For each group the title phrase that most of its papers, and few of the others, are about."""
    stems = [[frozenset(content_stems(f"{paper.title} {paper.abstract}")) for paper in one] for one in groups]
    headings: list[str] = []
    for index, papers in enumerate(groups):
        others = [paper for other, members in enumerate(stems) if other != index for paper in members]
        used = {heading.casefold() for heading in headings}
        phrases = dict.fromkeys(phrase for paper in papers for phrase in _phrases(without_orders(paper.title)))
        best, heading = 0.0, _plain_heading(papers, used)
        for phrase in phrases:
            worth = _worth(phrase, stems[index], others)
            if worth > best and phrase.casefold() not in used:
                best, heading = worth, phrase
        headings.append(heading[:1].upper() + heading[1:])
    return headings


def _plain_heading(papers: Sequence[Paper], used: Collection[str]) -> str:
    """The first title that is no heading yet, for a group whose titles have nothing in common."""
    titles = [" ".join(without_orders(paper.title).split()) for paper in papers]
    numbered = ("Further papers" + (f" ({number})" if number else "") for number in count())
    return next(one for one in chain(titles, numbered) if one and one.casefold() not in used)


def _phrases(title: str) -> Iterator[str]:
    """Noun phrases, roughly: the last two to four words of each run of words that no function word interrupts."""
    for run in _runs(title):
        for length in range(2, _LONGEST_HEADING + 1):
            if length <= len(run):
                yield " ".join(run[-length:])


def _runs(title: str) -> Iterator[list[str]]:
    run: list[str] = []
    end = 0
    for match in _WORD.finditer(title):
        word = match.group()
        if run and title[end : match.start()].strip():
            yield run
            run = []
        end = match.end()
        if word.lower() in STOP_WORDS:
            if run:
                yield run
            run = []
        else:
            run.append(word)
    if run:
        yield run


def _worth(phrase: str, own: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> float:
    """Share of the group's papers less share of the others that have all its words; more for longer phrases."""
    stems = frozenset(content_stems(phrase))
    if not stems or all(word.lower() in _VAGUE for word in phrase.split()):
        return 0.0
    inside = sum(stems <= paper for paper in own) / len(own)
    outside = sum(stems <= paper for paper in others) / len(others) if others else 0.0
    return (inside - outside) * (1 + 0.2 * len(stems))
