"""Audits of a draft, as lines for a person and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from assistant.types import Citation
from assistant.types.audits import CoverageReport, DraftChange, Refresh, Uncited

Json = dict[str, Any]


def coverage_text(report: CoverageReport) -> str:
    """What was found, each with `file:line:` in front; a heading above each kind."""
    name = report.document.name
    parts = [
        ("Relevant and not cited", [line for one in report.uncited for line in _uncited(name, one)]),
        ("Needs a citation", [line for one in _bare(report) for line in one]),
        (
            "Leans on one paper",
            [
                f"{name}:{one.line}: {one.cited} of {one.citing} sentences that cite anything cite {one.key}"
                for one in report.leaning
            ],
        ),
        (
            "Cited in rows only, never discussed",
            [f"{name}:{one.lines[0]}: {one.key}{_elsewhere(one.lines[1:])}" for one in report.undiscussed],
        ),
        (
            "No paper of the library has this key",
            [f"{name}:{one.line}: {one.key}{_near(one.near)}" for one in report.unknown],
        ),
    ]
    blocks = ["\n".join([heading, *lines]) for heading, lines in parts if lines]
    if report.more:
        blocks.insert(1, f"{report.more} more relevant papers are not cited; --max shows more of them.")
    return "\n\n".join([*blocks, _summary(report)])


def coverage_shape(report: CoverageReport) -> Json:
    """The report as JSON."""
    return {
        "draft": report.document.name,
        "cited": list(report.cited),
        "uncited": [
            {
                "key": one.paper.key,
                "title": one.paper.title,
                "probability": round(one.probability, 4),
                "line": one.line,
                "near": one.near,
                "citation": _citation(one.citation),
            }
            for one in report.uncited
        ],
        "more_uncited": report.more,
        "needs_citation": [
            {
                "line": one.line,
                "text": one.text,
                "why": one.why,
                "citation": _citation(one.citation),
                "score": None if one.score is None else round(one.score, 4),
            }
            for one in report.bare
        ],
        "leaning": [{**asdict(one), "share": round(one.share, 4)} for one in report.leaning],
        "undiscussed": [{"key": one.key, "lines": list(one.lines)} for one in report.undiscussed],
        "unknown": [{"key": one.key, "line": one.line, "near": list(one.near)} for one in report.unknown],
        "summary": {
            "cited": len(report.cited),
            "uncited": len(report.uncited) + report.more,
            "needs_citation": len(report.bare),
            "leaning": len(report.leaning),
            "undiscussed": len(report.undiscussed),
            "unknown": len(report.unknown),
        },
    }


def told(changes: Sequence[DraftChange]) -> list[str]:
    """A line for each change, `file:line: what, why`."""
    return [f"{one.file}:{one.line}: {_change(one)}" for one in changes]


def refresh_shape(result: Refresh, diff: str, *, is_applied: bool) -> Json:
    """The changes as JSON, with the patch that makes them."""
    return {
        "draft": result.document.name,
        "changes": [
            {
                "kind": one.kind,
                "file": one.file,
                "line": one.line,
                "before": one.before,
                "after": one.after,
                "why": one.why,
                "key": one.key,
                "citation": _citation(one.citation),
                "in_patch": not one.is_told,
            }
            for one in result.changes
        ],
        "files": [one.name for one in result.files],
        "diff": diff,
        "applied": is_applied,
    }


def _uncited(name: str, one: Uncited) -> Iterator[str]:
    where = f"{name}:{one.line}: " if one.line else f"{name}: "
    yield f"{where}{one.paper.key} ({one.probability:.2f}): {_one_line(one.paper.title)}"
    if one.near:
        yield f"    near: {_one_line(one.near)}"
    if one.citation and one.citation.where == "abstract":
        yield f"    says: “{_one_line(one.citation.quote)}”"


def _bare(report: CoverageReport) -> Iterator[list[str]]:
    for one in report.bare:
        lines = [f"{report.document.name}:{one.line}: {one.why}: {one.text}"]
        if one.citation:
            lines.append(f"    {one.citation.key} says it: “{_one_line(one.citation.quote)}”")
        yield lines


def _change(one: DraftChange) -> str:
    if one.kind == "support":
        quote = f": “{_one_line(one.citation.quote)}”" if one.citation else ""
        return f"cite {one.key} too; {one.why}{quote}"
    if one.kind in ("unknown", "retracted", "unread"):
        return one.why
    if one.kind == "published":
        return f"{one.key}: {one.why}"
    if one.kind == "renamed":
        return f"cite {one.key}; {one.why}"
    return f"add {one.key}, which {one.why}" if one.kind == "reference" else one.why


def _summary(report: CoverageReport) -> str:
    if report.is_clean:
        return f"{report.document.name}: nothing to tell; {len(report.cited)} papers are cited."
    return (
        f"{report.document.name}: {_counted(len(report.cited), 'paper')} cited,"
        f" {_counted(len(report.uncited) + report.more, 'relevant one')} not;"
        f" {_counted(len(report.bare), 'sentence')} without a needed citation;"
        f" {_counted(len(report.leaning), 'paragraph')} leaning on one paper;"
        f" {_counted(len(report.undiscussed), 'paper')} never discussed;"
        f" {_counted(len(report.unknown), 'unknown key')}."
    )


def _counted(count: int, name: str) -> str:
    return f"1 {name}" if count == 1 else f"{count} {name}s"


def _elsewhere(lines: Sequence[int]) -> str:
    return f" (also in line {', '.join(map(str, lines))})" if lines else ""


def _near(keys: Sequence[str]) -> str:
    return f"; perhaps {' or '.join(keys)}" if keys else ""


def _citation(citation: Citation | None) -> Json | None:
    return asdict(citation) if citation else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
