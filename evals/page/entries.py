"""The papers of a run, each once and whole, with the questions that they are cited in or should have been."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.types import Paper, cited_keys
from evals.page.anchors import paper_anchor
from evals.page.examples import Example
from evals.page.sources import byline
from evals.types import Result

__all__ = ["Entry", "entries"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One paper."""

    key: str
    anchor: str
    title: str
    byline: str
    abstract: str
    cited_in: tuple[Example, ...]
    gold_in: tuple[Example, ...]


def entries(papers: Mapping[str, Paper], results: Sequence[Result], shown: Sequence[Example]) -> tuple[Entry, ...]:
    """All papers of a log, sorted by key; `shown` has the questions of `results` in the same order."""
    cited: dict[str, list[Example]] = {}
    gold: dict[str, list[Example]] = {}
    for result, example in zip(results, shown, strict=True):
        for key in cited_keys(result.answer.statements if result.answer else ()):
            cited.setdefault(key, []).append(example)
        for source in example.sources:
            if source.is_gold:
                gold.setdefault(source.key, []).append(example)
    return tuple(
        Entry(
            key=key,
            anchor=paper_anchor(key),
            title=paper.title,
            byline=byline(paper),
            abstract=paper.abstract,
            cited_in=tuple(cited.get(key, ())),
            gold_in=tuple(gold.get(key, ())),
        )
        for key, paper in sorted(papers.items())
    )
