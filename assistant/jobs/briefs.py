"""What each section of an outline is to be: its papers, its share of the words, and the user's wishes."""

from collections.abc import Sequence

from assistant.jobs.ask import AskParts
from assistant.types import Assignment, Outline, Paper
from assistant.writing.own_draft import own_paper
from assistant.writing.sections import SectionBrief

__all__ = ["OWN_HEADING", "briefs_of"]

OWN_HEADING = "Relation to This Work"
_LEAST_WORDS = 25
"""A section with fewer words says nothing."""
_BESIDE_THE_OWN = 4
"""Papers that the user's own draft is related to."""


def briefs_of(outline: Outline, assignment: Assignment, parts: AskParts, *, topic: str = "") -> list[SectionBrief]:
    """A brief for each section, and a last one for the user's own draft if there is one that says something.

    Words are shared out by the number of papers. A paper that is gone from the library is left out.

    Args:
        outline: What is followed.
        assignment: What is asked for.
        parts: What it is done with.
        topic: What the draft is on, when the assignment does not say it.
    """
    found = [[paper for key in one.papers if (paper := parts.lookup(key))] for one in outline.sections]
    own = own_paper(assignment.own) if assignment.own else None
    beside = _beside(own, found, parts) if own else []
    weights = [len(papers) for papers in found] + ([min(len(beside), 2)] if own else [])
    shares = _shared(assignment.words, weights)
    briefs = [
        SectionBrief(
            topic=assignment.topic or topic or outline.title,
            heading=section.heading,
            papers=tuple(papers),
            words=words,
            note=section.note,
            order=assignment.order,
        )
        for section, papers, words in zip(outline.sections, found, shares, strict=False)
        if papers
    ]
    if own and beside:
        heading = OWN_HEADING
        last = SectionBrief(topic=briefs[0].topic, heading=heading, papers=(*beside, own), words=shares[-1])
        briefs.append(last)
    return briefs


def _shared(words: int | None, weights: Sequence[int]) -> list[int | None]:
    total = sum(weights)
    if words is None or not total:
        return [None] * len(weights)
    return [max(_LEAST_WORDS, round(words * weight / total)) for weight in weights]


def _beside(own: Paper, found: Sequence[Sequence[Paper]], parts: AskParts) -> list[Paper]:
    """The papers that are nearest to the user's own draft, nearest first."""
    from assistant.planning.themes import paper_vectors

    papers = list({one.key: one for papers in found for one in papers}.values())
    if not papers:
        return []
    near = paper_vectors(papers, parts.embedder) @ paper_vectors([own], parts.embedder)[0]
    return [papers[at] for at in sorted(range(len(papers)), key=lambda at: -float(near[at]))[:_BESIDE_THE_OWN]]
