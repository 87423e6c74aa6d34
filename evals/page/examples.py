"""One question with its answer, the verdicts, the sources and the scores, ready for the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.types import Dropped, Paper, Statement, Verdict, cited_keys
from evals.page.anchors import question_anchor, source_anchor
from evals.page.failing import faults, severity
from evals.page.sources import SourceView, sources
from evals.page.svg import number
from evals.types import Checks, CitationCheck, Result, Sample, Score, StatementCheck

__all__ = ["Cited", "Example", "Said", "ScoreRow", "StatementView", "example", "examples"]

_CONVENTION = "citewell"
"""The counting convention that judges every statement; where a log lacks it, the first that it has is shown."""

_RANKED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A verdict in words."""

    label: str
    score: str
    judge: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """One paper that a statement cites."""

    key: str
    href: str
    note: str
    """What the judge says of this paper alone; empty when that was not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """One sentence of an answer."""

    text: str
    citations: tuple[Cited, ...]
    system: Said
    judge: Said | None
    label: str
    """The judge's label, or why there is none: `not judged`, `cites nothing`, `cites no known paper`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One metric's word on an answer."""

    name: str
    value: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Everything that the page shows of one question."""

    anchor: str
    sample: Sample
    answerable: str
    model: str
    confidence: str
    faults: tuple[str, ...]
    """Why it counts as failing; empty when it does not."""
    place: int
    """In the order of the run, from 0."""
    severity: int
    """Place when the worst come first, from 0."""
    seconds: float
    labels: tuple[str, ...]
    """Labels of its statements, each once."""
    state: str
    """`answered`, `abstained` or `failed`."""
    reason: str
    statements: tuple[StatementView, ...]
    dropped: tuple[Dropped, ...]
    claims: tuple[tuple[str, Said], ...]
    sources: tuple[SourceView, ...]
    scores: tuple[ScoreRow, ...]
    ranking: tuple[str, ...]
    """Keys of the papers that retrieval found, best first; the first ten."""
    not_applicable: tuple[tuple[str, str], ...]
    """Reasons why metrics do not apply, each with their names."""
    error: str
    cached: bool


def examples(results: Sequence[Result], papers: Mapping[str, Paper], *, context: int | None) -> tuple[Example, ...]:
    """All questions in the order of the run; an id that comes again gets an anchor of its own."""
    worst_first = sorted(range(len(results)), key=lambda place: severity(results[place]))
    severities = {place: rank for rank, place in enumerate(worst_first)}
    seen: dict[str, int] = {}
    made = []
    for place, result in enumerate(results):
        times = seen[result.sample.id] = seen.get(result.sample.id, 0) + 1
        anchor = question_anchor(result.sample.id) + (f"|{times}" if times > 1 else "")
        made.append(example(result, papers, context=context, anchor=anchor, place=place, rank=severities[place]))
    return tuple(made)


def example(
    result: Result, papers: Mapping[str, Paper], *, context: int | None, anchor: str, place: int, rank: int
) -> Example:
    """One question."""
    answer, sample = result.answer, result.sample
    statements = _statements(result, anchor)
    return Example(
        anchor=anchor,
        sample=sample,
        answerable={True: "answerable", False: "unanswerable", None: ""}[sample.answerable],
        model=answer.model if answer else "",
        confidence="" if answer is None or answer.confidence is None else f"{answer.confidence:.2f}",
        faults=faults(result),
        place=place,
        severity=rank,
        seconds=answer.seconds.total if answer else 0.0,
        labels=tuple(dict.fromkeys(one.label for one in statements)),
        state="failed" if answer is None else "abstained" if answer.abstained else "answered",
        reason=answer.reason if answer else "",
        statements=statements,
        dropped=answer.dropped if answer else (),
        claims=tuple((claim.text, _said(claim.verdict)) for claim in result.claims or ()),
        sources=sources(result, papers, anchor=anchor, context=context),
        scores=tuple(_score(name, score) for name, score in result.scores.items() if _is_told(score)),
        ranking=(result.ranking or ())[:_RANKED],
        not_applicable=_not_applicable(result.scores),
        error=result.error,
        cached=result.cached,
    )


def _statements(result: Result, anchor: str) -> tuple[StatementView, ...]:
    statements = result.answer.statements if result.answer else ()
    checks = _checks(result.checks)
    unused = list(checks)
    views = []
    for statement in statements:
        check = next((one for one in unused if one.text == statement.text), None)
        if check is not None:
            unused.remove(check)
        views.append(_statement(statement, check, anchor))
    return tuple(views)


def _checks(checks: Checks | None) -> Sequence[StatementCheck]:
    if not checks:
        return ()
    return checks[_CONVENTION] if _CONVENTION in checks else next(iter(checks.values()))


def _statement(statement: Statement, check: StatementCheck | None, anchor: str) -> StatementView:
    checked = {one.key: one for one in check.citations} if check else {}
    return StatementView(
        text=statement.text,
        citations=tuple(
            Cited(key=key, href=source_anchor(anchor, key), note=_note(checked.get(key), is_only=len(checked) == 1))
            for key in cited_keys([statement])
        ),
        system=_said(statement.verdict),
        judge=_said(check.joint) if check and check.joint else None,
        label=_label(check),
    )


def _label(check: StatementCheck | None) -> str:
    if check is None:
        return "not judged"
    if check.joint is not None:
        return check.joint.label
    return "cites no known paper" if check.citations else "cites nothing"


def _note(check: CitationCheck | None, *, is_only: bool) -> str:
    if check is None:
        return ""
    if not check.known:
        return "not in the library"
    if check.irrelevant:
        return "not needed: the others support the sentence without it"
    return f"alone: {check.alone.label}" if check.alone and not is_only else ""


def _said(verdict: Verdict) -> Said:
    return Said(label=verdict.label, score=f"{verdict.score:.2f}", judge=verdict.judge, reason=verdict.reason)


def _is_told(score: Score) -> bool:
    return score.failed or score.value is not None


def _score(name: str, score: Score) -> ScoreRow:
    value = "not scored" if score.value is None else number(round(score.value, 4))
    return ScoreRow(name=name, value=value, explanation=score.explanation)


def _not_applicable(scores: Mapping[str, Score]) -> tuple[tuple[str, str], ...]:
    reasons: dict[str, list[str]] = {}
    for name, score in scores.items():
        if not _is_told(score):
            reasons.setdefault(score.explanation or "no reason given", []).append(name)
    return tuple((reason, ", ".join(names)) for reason, names in reasons.items())
