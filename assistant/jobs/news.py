"""What papers that a draft does not cite say to what it says: the same, or the opposite."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.evidence.bank import EvidenceBank
from assistant.jobs.ask import AskParts
from assistant.retrieve import find_papers
from assistant.text import title_fingerprint
from assistant.types import Citation, Filter, Paper, Statement, Usage
from assistant.weighing.claimed import claimed, is_of_own_work, names_only
from assistant.weighing.comparing import Comparer

_NEAREST = 6
"""So many papers are looked at for each sentence."""
_NEAR = 0.5
"""Least similarity of a paper's nearest sentence that is worth asking the judge about."""
_SUPPORT, _SUPPORT_NEAR = 0.92, 0.6
"""Least score, and least similarity, of a paper that is cited unasked."""
_CONTRADICTION, _CONTRADICTION_NEAR = 0.3, 0.7
"""Highest score, and least similarity, of what contradicts a sentence: both speak of one thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newly:
    """What a paper says to a sentence."""

    paper: Paper
    citation: Citation
    is_support: bool
    """It says the same; else the opposite."""
    score: float
    """Support, 0 to 1."""


class News:
    """Looks for papers that say the same as sentences of a draft, or the opposite."""

    def __init__(self, parts: AskParts) -> None:
        self._parts = parts
        self.usage = Usage()
        """What asking the judge cost."""

    def of(
        self,
        sentences: Sequence[tuple[str, frozenset[str]]],
        *,
        cited: Collection[str] = (),
        new: Collection[str] | None = None,
        clear: float = _SUPPORT,
    ) -> list[list[Newly]]:
        """For each sentence the papers that clearly support it, and those that clearly contradict it, nearest first.

        Args:
            sentences: As plain text, with the keys of the papers that each cites.
            cited: Keys of papers that are not looked at: the draft has them.
            new: Keys of the papers that are looked at; None for all.
            clear: Score from which support is clear, 0 to 1.

        Raises:
            ServiceError: The judge failed.
        """
        papers = {key: paper for key in cited if (paper := self._parts.lookup(key))}
        titles = {title_fingerprint(paper.title) for paper in papers.values()}
        where = Filter() if new is None else Filter(keys=tuple(sorted(new)))
        asked = [self._claim(text, [papers[key] for key in sorted(keys) if key in papers]) for text, keys in sentences]
        near: list[list[Paper]] = []
        for text in asked:
            found = self._nearest(text, where) if text and (new is None or new) else []
            near.append([one for one in found if one.key not in cited and title_fingerprint(one.title) not in titles])
        bank = EvidenceBank([paper for found in near for paper in found], self._parts.embedder)
        comparer = Comparer(judge=self._parts.judge, bank=bank, claimed=claimed)
        try:
            every = [_said(text, found, bank, comparer) for text, found in zip(asked, near, strict=True)]
        finally:
            self.usage += comparer.usage
        return [[one for one in found if not one.is_support or one.score >= clear] for found in every]

    def _claim(self, text: str, cited: Sequence[Paper]) -> str:
        """What a sentence says of others' work; empty when it says nothing of it."""
        return "" if is_of_own_work(text) or names_only(text, cited) else claimed(text, cited)

    def _nearest(self, text: str, where: Filter) -> list[Paper]:
        found = find_papers(text, search=self._parts.search, lookup=self._parts.lookup, limit=_NEAREST, where=where)
        return [one.paper for one in found if one.paper.abstract]


def _said(text: str, papers: Sequence[Paper], bank: EvidenceBank, comparer: Comparer) -> list[Newly]:
    similarity: dict[str, float] = {}
    for match in bank.matches(text, {one.key for one in papers}) if papers else ():
        similarity.setdefault(match.sentence.key, match.similarity)
    near = [one for one in papers if similarity.get(one.key, 0.0) >= _NEAR]
    found = [_newly(one, comparer.compared(text, (one.key,)), similarity[one.key]) for one in near]
    return [one for one in found if one]


def _newly(paper: Paper, statement: Statement, similarity: float) -> Newly | None:
    verdict = statement.verdict
    is_support = verdict.label == "supported" and similarity >= _SUPPORT_NEAR
    is_opposite = (
        verdict.label == "contradicted" and verdict.score <= _CONTRADICTION and similarity >= _CONTRADICTION_NEAR
    )
    if not statement.citations or not (is_support or is_opposite):
        return None
    return Newly(paper=paper, citation=statement.citations[0], is_support=is_support, score=verdict.score)
