"""Papers as a prompt shows them: numbered, harmless, and within a budget of tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.guards.neutral import harmless
from assistant.guards.orders import title_without_orders, without_orders
from assistant.types import Paper
from vectorstore.tokens import count_tokens, truncate_tokens

PROMPT_TOKENS = 6_000
"""Passages together, so that the prompt fits models with small windows."""
_TITLE_TOKENS = 100
_NAME_TOKENS = 20
_LAYOUT_TOKENS = 12
"""Number, year and brackets of a passage in the prompt."""
_NO_TITLE = "(no title)"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPassage:
    """A paper as a prompt shows it: every text is one line that cannot be taken for a part of the prompt itself."""

    number: int
    key: str
    title: str
    authors: str
    year: int | None
    text: str


def evidence_of(paper: Paper) -> tuple[str, ...]:
    """What a judge is given of a paper: its title and its whole abstract, each a piece; what is empty is left out."""
    return tuple(piece for piece in (paper.title, paper.abstract) if piece.strip())


def prompt_passages(papers: Sequence[Paper], budget: int = PROMPT_TOKENS) -> list[PromptPassage]:
    """Number papers from 1 and give each its abstract until the budget is used up; the last one may be cut.

    What an abstract or a title tells whoever reads it to do is left out, and so is what would be taken for the end of
    a passage, for another passage or for somebody else's turn to speak.
    """
    known = frozenset(paper.key for paper in papers) | {str(number) for number in range(1, len(papers) + 1)}
    passages: list[PromptPassage] = []
    left = budget
    for number, paper in enumerate(papers, start=1):
        title = truncate_tokens(harmless(title_without_orders(paper.title), known), _TITLE_TOKENS) or _NO_TITLE
        left -= count_tokens(title) + _LAYOUT_TOKENS
        abstract = harmless(without_orders(paper.abstract), known)
        text = truncate_tokens(abstract, max(left, 0))
        left -= count_tokens(text)
        if left < 0 or (abstract and not text):
            break
        passages.append(
            PromptPassage(
                number=number,
                key=paper.key,
                title=title,
                authors=_authors(paper, known),
                year=paper.record.year,
                text=text,
            )
        )
    return passages


def _authors(paper: Paper, known: frozenset[str]) -> str:
    authors = paper.record.authors
    family = harmless(without_orders(authors[0].family), known) if authors else ""
    more = " et al." if len(authors) > 1 or paper.record.et_al else ""
    return (truncate_tokens(family, _NAME_TOKENS) or "Anonymous") + more
