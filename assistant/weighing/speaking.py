"""What papers say that a statement may rest on: titles, abstracts, and which of the two."""

from collections.abc import Sequence

from assistant.evidence.passages import evidence_of
from assistant.text import QUESTION_WORDS, content_stems
from assistant.types import Paper

__all__ = ["beyond", "evidence_in", "speaking_of"]


def evidence_in(papers: Sequence[Paper]) -> list[str]:
    """What each paper says, title and abstract apart: a title without a full stop would run on into the abstract."""
    return [piece for paper in papers for piece in evidence_of(paper)]


def speaking_of(said: str, paper: Paper) -> tuple[str, ...]:
    """Title and abstract; not the title where it has more of a statement's words than the abstract, but not all."""
    wanted = set(content_stems(said))
    in_title, in_abstract = (len(wanted.intersection(content_stems(text))) for text in (paper.title, paper.abstract))
    is_carried_by_title = paper.abstract and in_title > in_abstract and beyond(said, [paper.title])
    return (paper.abstract,) if is_carried_by_title else evidence_of(paper)


def beyond(text: str, evidence: Sequence[str]) -> list[str]:
    """Stems of the words that carry content and do not stand in the evidence."""
    present = set(content_stems(" ".join(evidence)))
    return [stem for stem in content_stems(text, leave_out=QUESTION_WORDS) if stem not in present]
