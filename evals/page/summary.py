"""The head of the page: what was run, on what, and what came out, ready for the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from evals.page.catalogue import GROUPS, About, Group, about
from evals.page.svg import number, whisker
from evals.types import EvalLog, Summary

__all__ = ["Kinds", "Row", "facts", "figures", "kinds", "rows"]

_SHORT_HASH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One metric of the table."""

    about: About
    value: str
    interval: str
    """Empty when there is none."""
    plot: Markup | None
    """A dot with its interval; None when the metric is no share."""
    n: int
    not_applicable: int
    unscored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """The metrics by kind of question."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Row | None, ...]], ...]
    """Each metric with its value for each of the kinds; None where the kind lacks it."""


def facts(log: EvalLog) -> tuple[tuple[str, str], ...]:
    """What a run was made of, as names and values; nothing that is empty."""
    found = (
        ("Data set", f"{log.dataset} (SHA-256 {log.dataset_sha256[:_SHORT_HASH]})"),
        ("Questions run", f"{len(log.results)} (SHA-256 {log.samples_sha256[:_SHORT_HASH]})"),
        ("Model", log.model or "not named"),
        ("Judge", log.judge),
        ("Metric sets", ", ".join(log.metric_sets)),
        ("Started", _moment(log.started)),
        ("Took", f"{number(log.wall_seconds)} s, the judge included" if log.wall_seconds else ""),
        ("Seed", str(log.seed)),
        ("Versions", ", ".join(f"{name} {version}" for name, version in log.versions.items())),
    )
    return tuple((name, value) for name, value in found if value)


def figures(log: EvalLog) -> tuple[tuple[str, int], ...]:
    """How the questions fared, as words and counts."""
    answered = len(log.results) - log.failed - log.abstained
    return (
        ("questions", len(log.results)),
        ("answered", answered),
        ("abstained", log.abstained),
        ("failed", log.failed),
        ("not fully scored", log.unscored),
    )


def rows(metrics: Mapping[str, Summary]) -> tuple[tuple[Group, tuple[Row, ...]], ...]:
    """The metrics in their groups; a group without any is left out.

    So is a metric that the data set has nothing to measure on, unless that is true of all.
    """
    measured = {name: summary for name, summary in metrics.items() if summary.n or summary.unscored}
    made = [_row(name, summary) for name, summary in (measured or metrics).items()]
    grouped = ((group, tuple(row for row in made if row.about.group == group)) for group in GROUPS)
    return tuple((group, members) for group, members in grouped if members)


def kinds(log: EvalLog) -> Kinds | None:
    """The metrics by kind; None when the log does not tell kinds apart."""
    if not log.by_kind:
        return None
    made = {kind: {name: _row(name, one) for name, one in found.items()} for kind, found in log.by_kind.items()}
    names = [row.about.name for _, members in rows(log.metrics) for row in members]
    names = [name for name in names if any(name in found for found in made.values())]
    return Kinds(
        names=tuple(kind or "(no kind)" for kind in made),
        rows=tuple((name, tuple(found.get(name) for found in made.values())) for name in names),
    )


def _row(name: str, summary: Summary) -> Row:
    known = about(name, summary)
    value = "–" if summary.value is None else _shown(summary.value, known)
    interval = ""
    if summary.low is not None and summary.high is not None:
        interval = f"{_shown(summary.low, known)} to {_shown(summary.high, known)}"
    plot = None
    if known.is_share and summary.value is not None:
        label = f"{name}: {value}" + (f", 95% interval {interval}" if interval else "")
        plot = whisker(summary.value, summary.low, summary.high, label=label)
    return Row(
        about=known,
        value=value,
        interval=interval,
        plot=plot,
        n=summary.n,
        not_applicable=summary.not_applicable,
        unscored=summary.unscored,
    )


def _shown(value: float, known: About) -> str:
    return f"{value:.3f}" if known.is_share else number(value)


def _moment(text: str) -> str:
    """A date and time for people; the text itself when it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment.tzname() or ''}".rstrip()
