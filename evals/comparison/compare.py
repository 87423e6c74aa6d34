"""Two runs over the same questions: what differs, by how much, and whether chance would do as much."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from assistant.errors import UsageError
from evals.comparison.basis import basis, check_names, is_better_higher, is_share, refuse, shared
from evals.comparison.changes import Change, changes
from evals.paired import Paired, holm, paired, paired_statistic
from evals.types import EvalLog, Result, SetMetric

__all__ = ["Comparison", "Difference", "Verdict", "compare", "document"]

Verdict = Literal["better", "worse", "different", "no difference seen", "the same", "not tested"]
Pairs = Sequence[tuple[Result, Result]]

_ALPHA = 0.05
_PERCENTILE = re.compile(r"(?P<metric>.+)_p(?P<percentile>\d{1,2})")
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One metric of the second run against the first, over the questions that both were scored on."""

    metric: str
    before: float | None
    after: float | None
    paired: Paired
    only_first: int = 0
    """Questions that only the first run was scored on; they are left out."""
    only_second: int = 0
    adjusted: float | None = None
    """p after Holm, over all metrics that differ in some question."""
    verdict: Verdict = "not tested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The second run against the first."""

    first: EvalLog
    second: EvalLog
    n: int
    """Questions in both."""
    reasons: tuple[str, ...]
    """Why their numbers do not mean the same; empty unless it was told to compare them anyway."""
    stated: tuple[str, ...]
    """What else differs."""
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    """Worst first."""
    notes: tuple[str, ...]


def compare(
    first: EvalLog, second: EvalLog, *, anyway: bool = False, seed: int = 0, metrics: Sequence[str] | None = None
) -> Comparison:
    """Compare two runs question by question.

    Args:
        first: the run before, or the other system's.
        second: the run that may be better or worse.
        anyway: compare also what does not mean the same; then only questions that are in both runs count.
        seed: of the tests and intervals.
        metrics: those to compare; all that both runs have when None.

    Raises:
        UsageError: The runs' judge, prompts, ways of counting, metric sets or questions differ; no question is in both;
            or a metric is not in both.
    """
    found = basis(first, second)
    refuse(found, anyway=anyway)
    pairs = shared(first, second)
    if not pairs:
        raise UsageError("No question is in both runs. Run both over the same data set.")
    common = [name for name in first.metrics if name in second.metrics]
    check_names(metrics or (), common, "--metric")
    rows = [_difference(name, pairs, seed) for name in dict.fromkeys(metrics or common)]
    differences = _judged([one for one in rows if one])
    return Comparison(
        first=first,
        second=second,
        n=len(pairs),
        reasons=found.reasons,
        stated=found.stated,
        differences=differences,
        changes=changes(pairs, _looked_at(metrics or common, is_chosen=bool(metrics))),
        notes=tuple(_notes(first, second, differences)),
    )


def _difference(name: str, pairs: Pairs, seed: int) -> Difference | None:
    """Compare one metric; None when it applies to no question or is not known to this version."""
    from evals.metrics import named

    if any(name in one.scores for pair in pairs for one in pair):
        return _of_values(name, pairs, _mean, seed)
    found = _PERCENTILE.fullmatch(name)
    if found and any(found["metric"] in one.scores for pair in pairs for one in pair):
        return _of_values(found["metric"], pairs, _percentile_of(int(found["percentile"])), seed, name=name)
    metric = named(name)
    return _of_sets(metric, pairs, seed) if isinstance(metric, SetMetric) else None


def _of_values(
    metric: str, pairs: Pairs, statistic: Callable[[Sequence[float]], float], seed: int, *, name: str = ""
) -> Difference | None:
    scores = [(one.scores.get(metric), two.scores.get(metric)) for one, two in pairs]
    values = [(one.value if one else None, two.value if two else None) for one, two in scores]
    both = [(one, two) for one, two in values if one is not None and two is not None]
    only_first = sum(one is not None and two is None for one, two in values)
    only_second = sum(one is None and two is not None for one, two in values)
    if not (both or only_first or only_second):
        return None
    before, after = [one for one, _ in both], [two for _, two in both]
    is_mean = not name
    tested = (
        paired([two - one for one, two in both], seed=seed)
        if is_mean
        else paired_statistic(statistic, before, after, seed=seed)
    )
    return Difference(
        metric=name or metric,
        before=statistic(before) if both else None,
        after=statistic(after) if both else None,
        paired=tested,
        only_first=only_first,
        only_second=only_second,
    )


def _of_sets(metric: SetMetric, pairs: Pairs, seed: int) -> Difference | None:
    before, after = [one for one, _ in pairs], [two for _, two in pairs]
    values = metric.value(before), metric.value(after)
    if values == (None, None):
        return None
    tested = paired_statistic(metric.value, before, after, seed=seed)
    return Difference(metric=metric.name, before=values[0], after=values[1], paired=tested)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _percentile_of(percentile: int) -> Callable[[Sequence[float]], float]:
    def percentile_of(values: Sequence[float]) -> float:
        import numpy as np

        return float(np.percentile(values, percentile))

    return percentile_of


def _judged(rows: Sequence[Difference]) -> tuple[Difference, ...]:
    """Adjust the p values for their number, and say what they say.

    A metric that is the same in every question cannot show a difference, and counts for nothing (Tarone, 1990).
    """
    adjusted = iter(holm([one.paired.p for one in rows if one.paired.p is not None and not _is_same(one)]))
    judged = []
    for one in rows:
        if one.paired.p is None:
            judged.append(one)
        elif _is_same(one):
            judged.append(replace(one, adjusted=1.0, verdict="the same"))
        else:
            p = next(adjusted)
            judged.append(replace(one, adjusted=p, verdict=_verdict(one, p)))
    return tuple(judged)


def _is_same(row: Difference) -> bool:
    return row.paired.low == row.paired.high == 0


def _verdict(row: Difference, adjusted: float) -> Verdict:
    if adjusted > _ALPHA:
        return "no difference seen"
    upwards = is_better_higher(row.metric)
    if upwards is None or row.paired.difference is None:
        return "different"
    return "better" if (row.paired.difference > 0) is upwards else "worse"


def _looked_at(names: Iterable[str], *, is_chosen: bool) -> Mapping[str, bool | None]:
    """Metrics to look at question by question: seconds and costs differ in every one, and count only when chosen."""
    return {name: is_better_higher(name) for name in names if is_chosen or is_share(name)}


def _notes(first: EvalLog, second: EvalLog, rows: Sequence[Difference]) -> Iterable[str]:
    count = sum(one.verdict not in {"the same", "not tested"} for one in rows)
    if count > 1:
        yield (
            f"{count} metrics were tested. Were the systems the same, about {count * _ALPHA:.1f} of them would "
            "still show p <= 0.05; the verdicts use p adjusted after Holm. To miss less, choose the metrics beforehand "
            "(--metric)."
        )
    elif count:
        yield "One metric was tested; looking at others afterwards makes its p too good."
    yield (
        "MDD is the minimum detectable difference: a true one of that size would be seen (p <= 0.05, one metric) in "
        "8 of 10 such comparisons; smaller ones may be there unseen."
    )
    if alone := [f"{one.metric} {one.only_first} and {one.only_second}" for one in rows if _left_out(one)]:
        yield f"Questions that only the first, or only the second run was scored on are left out: {', '.join(alone)}."
    for note in dict.fromkeys([*first.notes, *second.notes]):
        both = note in first.notes and note in second.notes
        yield f"{'Both runs' if both else 'First run' if note in first.notes else 'Second run'}: {note}"


def _left_out(row: Difference) -> int:
    return row.only_first + row.only_second


def document(found: Comparison) -> dict[str, Any]:
    """Shape a comparison for `eval compare --json`."""
    return {
        "first": _run(found.first),
        "second": _run(found.second),
        "n": found.n,
        "comparable": not found.reasons,
        "reasons": list(found.reasons),
        "stated": list(found.stated),
        "metrics": {one.metric: _row(one) for one in found.differences},
        "changes": [_change(one) for one in found.changes],
        "newly_failed": [one.id for one in found.changes if one.newly_failed],
        "newly_abstained": [one.id for one in found.changes if one.newly_abstained],
        "notes": list(found.notes),
    }


def _run(log: EvalLog) -> dict[str, Any]:
    return {"dataset": log.dataset, "model": log.model, "judge": log.judge, "seed": log.seed, "started": log.started}


def _row(one: Difference) -> dict[str, Any]:
    return {
        "n": one.paired.n,
        "first": _rounded(one.before),
        "second": _rounded(one.after),
        "difference": _rounded(one.paired.difference),
        "low": _rounded(one.paired.low),
        "high": _rounded(one.paired.high),
        "p": _rounded(one.paired.p),
        "p_holm": _rounded(one.adjusted),
        "detectable": _rounded(one.paired.detectable),
        "verdict": one.verdict,
        "only_first": one.only_first,
        "only_second": one.only_second,
    }


def _change(one: Change) -> dict[str, Any]:
    return {
        "id": one.id,
        "question": one.question,
        "outcome": {"first": one.outcome[0], "second": one.outcome[1]},
        "scores": {
            name: {"first": _rounded(moved.before), "second": _rounded(moved.after)}
            for name, moved in one.scores.items()
        },
        "first": one.before,
        "second": one.after,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
