"""Drafts: writing them from the papers, and checking what somebody wrote against the papers."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.budget import Spending
from assistant.jobs.ask import AskParts
from assistant.jobs.related_work import related_work
from assistant.templates import templates_explained
from assistant.types import Assignment, Document, Draft, Filter, OnEvent, Outline, Usage

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from assistant.jobs.plan import Plan
    from assistant.planning.resuming import Resumable
    from assistant.types.audits import CoverageReport, Refresh
    from assistant.types.findings import Findings

OnSentence = Callable[[int, int], None]
"""(sentences done, sentences in all)."""


class Desk(ABC):
    """What is done with whole drafts."""

    @property
    @abstractmethod
    def parts(self) -> AskParts:
        """What the jobs are done with."""

    @abstractmethod
    def _spending(self) -> AbstractContextManager[Spending]:
        """Hold what is asked meanwhile to the limits, and count it."""

    def related_work(
        self,
        topic: str | Assignment,
        *,
        where: Filter | None = None,
        max_papers: int = 20,
        on_event: OnEvent | None = None,
        keep_unsupported: bool = False,
        resume: "Resumable | None" = None,
    ) -> Draft:
        """Draft a related-work text, within the limits; see `assistant.jobs.related_work`.

        Args:
            topic: A few words or sentences; or an `Assignment`, which says all that a draft can be asked for, and in
                whose place `where` and `max_papers` say nothing.
            where: Papers that may be used.
            max_papers: At most so many papers are used.
            on_event: Told of each sentence.
            keep_unsupported: Show what is not supported, marked by its verdict.
            resume: Where finished sections are kept; discard it when the draft is complete and safe.
        """
        assignment = _assignment(topic, where, max_papers)
        with templates_explained(), self._spending() as spent:
            draft = related_work(
                assignment, self.parts, on_event=on_event, keep_unsupported=keep_unsupported, resume=resume
            )
        return replace(draft, usage=spent.at_least(draft.usage))

    def plan(self, topic: str | Assignment, *, where: Filter | None = None, max_papers: int = 20) -> "Plan":
        """Say which sections a draft would have, and from which papers; see `related_work`."""
        from assistant.jobs.plan import planned

        with templates_explained(), self._spending():
            return planned(_assignment(topic, where, max_papers), self.parts)

    def estimate(self, outline: Outline, assignment: Assignment) -> Usage:
        """Estimate what writing along an outline costs, before anything is asked; nothing without a chat model."""
        from assistant.jobs.estimate import estimate

        with templates_explained():
            return estimate(outline, assignment, self.parts)

    def verify(self, document: Document, *, on_progress: OnSentence | None = None, suggest: bool = True) -> "Findings":
        """Compare each sentence of a draft with the papers that it cites; see `assistant.jobs.verify`."""
        from assistant.jobs.verify import verify

        with templates_explained(), self._spending() as spent:
            findings = verify(document, self.parts, on_progress=on_progress, suggest=suggest)
        return replace(findings, usage=spent.at_least(findings.usage))

    def coverage(self, document: Document, *, most: int = 20) -> "CoverageReport":
        """Say what of the library a draft leaves out, and where it cites too little; see `assistant.jobs.coverage`."""
        from assistant.jobs.coverage import coverage

        with templates_explained(), self._spending():
            return coverage(document, self.parts, most=most)

    def refresh(
        self, document: Document, *, new: "Collection[str] | None" = None, path: "Path | None" = None
    ) -> "Refresh":
        """Say what of a draft should change now that other papers came in; see `assistant.jobs.refresh`."""
        from assistant.jobs.refresh import refresh

        with templates_explained(), self._spending():
            return refresh(document, self.parts, new=new, path=path)


def _assignment(topic: str | Assignment, where: Filter | None, max_papers: int) -> Assignment:
    if isinstance(topic, Assignment):
        return topic
    return Assignment(topic=topic, where=where or Filter(), max_papers=max_papers)
