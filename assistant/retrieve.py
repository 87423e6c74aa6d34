"""From a question to the papers that may answer it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.types import Filter, Paper
from vectorstore.types import Examples, Passage, SearchMode

Search = Callable[[str, int, Filter, SearchMode], Sequence[Passage]]
"""(query, k, filter, mode) -> passages, best first."""
WideSearch = Callable[[str | Examples, int, Filter, SearchMode], Sequence[Passage]]
"""The same, which also finds passages like some chunks."""
Lookup = Callable[[str], Paper | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A paper with what the search said of it."""

    paper: Paper
    passages: tuple[Passage, ...]
    """Its passages that were found, best first."""
    score: float
    """Score of the best passage: comparable within one search."""
    dense: float | None
    """Highest cosine of its passages to the question; None when the dense index returned none of them."""


def find_papers(question: str, *, search: Search, lookup: Lookup, limit: int, where: Filter) -> list[Found]:
    """The papers whose passages answer best, best first."""
    grouped: dict[str, list[Passage]] = {}
    for passage in search(question, limit * 4, where, "hybrid"):
        grouped.setdefault(passage.chunk.key, []).append(passage)
    found = []
    for key, passages in list(grouped.items())[:limit]:
        paper = lookup(key)
        if paper is not None:
            dense = max((one.scores.dense for one in passages if one.scores.dense is not None), default=None)
            found.append(Found(paper=paper, passages=tuple(passages), score=passages[0].score, dense=dense))
    return found


def find_also(
    found: Sequence[Found], queries: Sequence[str], *, search: Search, lookup: Lookup, limit: int, where: Filter
) -> list[Found]:
    """What was found, and behind it the first papers for each further query that are not there yet.

    Their scores and cosines are to another text than those of the rest, so they have no cosine.
    """
    all_found = {one.paper.key: one for one in found}
    for query in queries:
        for one in find_papers(query, search=search, lookup=lookup, limit=limit, where=where):
            all_found.setdefault(one.paper.key, replace(one, score=0.0, dense=None))
    return list(all_found.values())
