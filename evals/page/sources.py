"""The papers under one answer: what is cited and what a right answer rests on, with the places marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from assistant.types import Citation, Paper, Source, Statement, cited_keys
from evals.page.anchors import paper_anchor, source_anchor
from evals.page.highlight import Quoted, Range, find, highlight
from evals.types import Result, Sample

__all__ = ["SourceView", "byline", "keys_of", "sources"]

_FEW = 3
_ELLIPSIS = "…"
_LONGEST_QUOTE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A paper that an answer cites or should have cited."""

    key: str
    anchor: str = ""
    entry: str
    """The paper's own anchor; empty when the log does not have the paper."""
    title: Markup
    byline: str
    abstract: Markup
    is_gold: bool
    cited_by: tuple[int, ...]
    """Numbers of the statements, from 1."""
    problems: tuple[str, ...]


def sources(result: Result, papers: Mapping[str, Paper], *, anchor: str, context: int | None) -> tuple[SourceView, ...]:
    """The papers of one result: first the cited ones in order of citation, then the gold ones that are not cited.

    Args:
        result: one question and its answer.
        papers: those of the log.
        anchor: of the question.
        context: as in `highlight`.
    """
    statements = result.answer.statements if result.answer else ()
    return tuple(
        replace(
            _source(papers[key], result.sample, statements, context)
            if key in papers
            else _missing(key, result.sample, statements),
            anchor=source_anchor(anchor, key),
        )
        for key in keys_of(result)
    )


def keys_of(result: Result) -> tuple[str, ...]:
    """Keys of the cited and the gold papers, each once."""
    cited = cited_keys(result.answer.statements) if result.answer else ()
    gold = (*result.sample.gold_keys, *(span.key for span in result.sample.gold_spans))
    return tuple(dict.fromkeys((*cited, *gold)))


def byline(paper: Paper) -> str:
    """Authors and year."""
    families = [author.family for author in paper.record.authors]
    people = ", ".join(families[:_FEW]) + (" et al." if len(families) > _FEW or paper.record.et_al else "")
    return " ".join(filter(None, (people, f"({paper.record.year})" if paper.record.year else "")))


def _source(paper: Paper, sample: Sample, statements: Sequence[Statement], context: int | None) -> SourceView:
    cited = [(number, one) for number, one in _citations(statements) if one.key == paper.key]
    gold, lost = _gold(paper, sample)
    wrong = [_inexact(number, one, paper) for number, one in cited]
    return SourceView(
        key=paper.key,
        entry=paper_anchor(paper.key),
        title=highlight(paper.title, _quoted(cited, paper.title, "title")),
        byline=byline(paper),
        abstract=highlight(paper.abstract, _quoted(cited, paper.abstract, "abstract"), gold, context=context),
        is_gold=_is_gold(paper.key, sample),
        cited_by=tuple(dict.fromkeys(number for number, _ in cited)),
        problems=tuple(filter(None, (*wrong, *lost))),
    )


def _missing(key: str, sample: Sample, statements: Sequence[Statement]) -> SourceView:
    return SourceView(
        key=key,
        entry="",
        title=Markup(),
        byline="",
        abstract=Markup(),
        is_gold=_is_gold(key, sample),
        cited_by=tuple(dict.fromkeys(number for number, one in _citations(statements) if one.key == key)),
        problems=("There is no paper of this key in the library.",),
    )


def _citations(statements: Sequence[Statement]) -> Iterable[tuple[int, Citation]]:
    return ((number, one) for number, statement in enumerate(statements, 1) for one in statement.citations)


def _quoted(cited: Iterable[tuple[int, Citation]], text: str, where: Source) -> list[Quoted]:
    """The quotes that stand in the text where they say."""
    return [
        Quoted(start=one.start, end=one.end, by=frozenset({number}))
        for number, one in cited
        if one.where == where and _is_exact(one, text)
    ]


def _is_exact(citation: Citation, text: str) -> bool:
    start, end = citation.start, citation.end
    return 0 <= start < end <= len(text) and text[start:end] == citation.quote


def _inexact(number: int, citation: Citation, paper: Paper) -> str:
    """What is wrong with a quote; empty when nothing is, or when nothing is quoted."""
    text = paper.abstract if citation.where == "abstract" else paper.title
    if not citation.quote or _is_exact(citation, text):
        return ""
    where = f"at {citation.start}–{citation.end} of the {citation.where}"
    return f"Sentence {number} quotes “{_short(citation.quote)}”, which does not stand {where}."


def _gold(paper: Paper, sample: Sample) -> tuple[list[Range], list[str]]:
    """Where the gold spans stand in the abstract, and a word on each that does not."""
    spans = [span.text for span in sample.gold_spans if span.key == paper.key]
    found = [(text, find(paper.abstract, text)) for text in spans]
    lost = [f"Expected here and not found: “{_short(text)}”." for text, place in found if place is None]
    return [place for _, place in found if place], lost


def _is_gold(key: str, sample: Sample) -> bool:
    return key in sample.gold_keys or any(span.key == key for span in sample.gold_spans)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + _ELLIPSIS
