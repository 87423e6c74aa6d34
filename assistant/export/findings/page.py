"""What was found in drafts as one self-contained HTML page: no network, no script, nothing beside it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.export.findings.advice import advice, counts, heading, reasons
from assistant.export.findings.text import summary
from assistant.export.pages import page_of
from assistant.export.references import reference
from assistant.types import Citation, Document, Paper
from assistant.types.findings import Allowed, Finding, Findings, Level

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["to_page"]

_TEMPLATES = Path(__file__).parent / "templates"
_FIGURES = (
    *("sentences", "judged", "supported", "partly", "contradicted", "unsupported", "unverifiable", "unknown_keys"),
    *("no_claim", "uncited", "ignored", "unchecked", "warnings"),
)
_ALWAYS = frozenset({"sentences", "judged", "supported", "unsupported"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """A paper beside a sentence."""

    key: str
    reference: str
    abstract: "Markup | None"
    """With the quote marked; None when there is none."""
    is_cited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A sentence as the page shows it."""

    anchor: str
    line: int
    text: str
    level: Level
    heading: str
    score: str
    reasons: tuple[str, ...]
    advice: str
    keys: tuple[str, ...]
    beside: tuple[_Beside, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A paragraph, and the heading above it where a new one begins."""

    heading: str
    sentences: tuple[_Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A draft."""

    name: str
    blocks: tuple[_Block, ...]
    notes: tuple[str, ...]

    @property
    def faults(self) -> tuple[_Shown, ...]:
        """The sentences with which something is wrong."""
        return tuple(one for block in self.blocks for one in block.sentences if one.level != "fine")


def to_page(found: Sequence[Findings], *, allowed: Collection[Allowed] = ()) -> str:
    """The drafts sentence by sentence; each opens the abstracts that it was compared with, their quotes marked."""
    count = counts(found, allowed)
    return page_of(
        _TEMPLATES,
        "findings",
        title=f"Citations of {', '.join(one.document.name for one in found)}",
        figures=[(count[key], key.replace("_", " ")) for key in _FIGURES if count[key] or key in _ALWAYS],
        summary=summary(found, allowed),
        judge=next((one.judge for one in found), ""),
        files=[_file(number, one, allowed) for number, one in enumerate(found)],
    )


def _file(number: int, findings: Findings, allowed: Collection[Allowed]) -> _File:
    document = findings.document
    papers = {paper.key: paper for paper in findings.papers}
    at = iter(enumerate(findings.findings))
    blocks, above = [], ""
    for paragraph in document.paragraphs:
        shown = tuple(
            _shown(f"s{number}-{place}", one, papers, allowed) for place, one in (next(at) for _ in paragraph.sentences)
        )
        blocks.append(_Block(heading=paragraph.heading if paragraph.heading != above else "", sentences=shown))
        above = paragraph.heading
    return _File(name=document.name, blocks=tuple(blocks), notes=_notes(document, findings.note))


def _notes(document: Document, note: str) -> tuple[str, ...]:
    unread = [f"{name} is taken in by this file and was not read." for name in document.includes]
    troubles = [f"Line {one.line}: {one.what}" for one in document.troubles]
    return (*([note] if note else []), *unread, *troubles)


def _shown(anchor: str, finding: Finding, papers: Mapping[str, Paper], allowed: Collection[Allowed]) -> _Shown:
    quotes = [(one, True) for one in finding.citations] + ([(finding.instead, False)] if finding.instead else [])
    return _Shown(
        anchor=anchor,
        line=finding.sentence.line,
        text=finding.text,
        level=finding.level(allowed),
        heading=heading(finding),
        score=f"{finding.verdict.score:.2f}" if finding.verdict else "",
        reasons=reasons(finding),
        advice=advice(finding),
        keys=tuple(one.written for one in finding.keys),
        beside=tuple(_beside(one, papers[one.key], is_cited=is_cited) for one, is_cited in quotes if one.key in papers),
    )


def _beside(citation: Citation, paper: Paper, *, is_cited: bool) -> _Beside:
    from markupsafe import Markup, escape

    marked = None
    if paper.abstract:
        start, end = (citation.start, citation.end) if citation.where == "abstract" else (0, 0)
        quote = Markup("<mark>{}</mark>").format(paper.abstract[start:end]) if end else ""
        marked = escape(paper.abstract[:start]) + quote + escape(paper.abstract[end:])
    return _Beside(key=paper.key, reference=reference(paper).text, abstract=marked, is_cited=is_cited)
