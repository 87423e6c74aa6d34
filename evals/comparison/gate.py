"""Whether a run is good enough: against fixed bounds, and against an earlier run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.errors import UsageError
from evals.comparison.basis import basis, check_names, is_better_higher, is_share, refuse, shared
from evals.types import EvalLog, Result, Summary

__all__ = ["By", "Check", "Failing", "Gate", "Rules", "gate"]

By = Literal["point", "low"]

_MOST = 10
_CLOSE = 1e-9
"""Bounds are decimal numbers, sums of scores are not."""
_PER_CENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a run must keep to."""

    minimum: Mapping[str, float] = field(default_factory=dict)
    maximum: Mapping[str, float] = field(default_factory=dict)
    by: By = "point"
    """`low`: of a metric's 95% interval, the end nearer to failing must keep to its bound."""
    tolerance: float = 0.0
    """How much worse than the baseline a metric may be: by itself for shares, by a share of the baseline's value for
    amounts such as seconds."""
    metrics: tuple[str, ...] = ()
    """Metrics to hold against the baseline; empty: all shares and measures of the whole set that both runs have."""
    allow_unscored: int = 0
    """So many questions may be unscored by a metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A question that a metric fails by."""

    id: str
    question: str
    value: float | None
    """None when it could not be scored."""
    explanation: str
    baseline: float | None = None
    """The baseline's score, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule, applied to one metric."""

    metric: str
    rule: str
    """In words, such as `at least 0.85`."""
    value: float | None
    """What is held against the bound: the metric's value, or an end of its interval."""
    bound: float | None
    is_met: bool
    reason: str = ""
    """Why it is not met."""
    failing: tuple[Failing, ...] = ()
    """Worst first, at most ten."""
    baseline: float | None = None
    """The baseline's value of the metric, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """All rules, applied to a run."""

    log: EvalLog
    checks: tuple[Check, ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_passed(self) -> bool:
        """Whether every rule is met."""
        return all(check.is_met for check in self.checks)


def gate(log: EvalLog, rules: Rules, *, baseline: EvalLog | None = None, anyway: bool = False) -> Gate:
    """Apply rules to a run. A metric without a value, or with questions that could not be scored, meets no rule.

    Args:
        log: the run.
        rules: what it must keep to.
        baseline: an earlier run that it must not be worse than.
        anyway: use the baseline also when its numbers do not mean the same.

    Raises:
        UsageError: There is no rule; a metric is not in the run; a share's bound is no share; or the baseline's judge,
            prompts, ways of counting, metric sets or questions differ.
    """
    if not (rules.minimum or rules.maximum or baseline):
        raise UsageError("There is nothing to check. Give --min METRIC=NUMBER, --max METRIC=NUMBER or --baseline LOG.")
    _check_bounds(rules.minimum, list(log.metrics), "--min")
    _check_bounds(rules.maximum, list(log.metrics), "--max")
    checks = [_bounded(log, rules, name, bound, is_least=True) for name, bound in rules.minimum.items()]
    checks += [_bounded(log, rules, name, bound, is_least=False) for name, bound in rules.maximum.items()]
    if baseline is None:
        return Gate(log=log, checks=tuple(checks), notes=log.notes)
    found = basis(baseline, log)
    refuse(found, anyway=anyway)
    names, notes = _held(log, baseline, rules)
    checks += [_against(log, baseline, rules, name) for name in names]
    beside = tuple(_beside(check, baseline, log) for check in checks)
    stated = [f"the baseline and this run differ in {one}" for one in found.stated]
    return Gate(log=log, checks=beside, warnings=found.reasons, notes=(*log.notes, *stated, *notes))


def _check_bounds(bounds: Mapping[str, float], known: Sequence[str], option: str) -> None:
    """Refuse a bound on nothing, and one that a share always or never keeps to, such as a percentage."""
    check_names(bounds, known, option)
    for name, bound in bounds.items():
        # A metric that this version does not know may be an amount.
        if is_better_higher(name) is None or not is_share(name) or 0 <= bound <= 1:
            continue
        hint = f"write {bound / 100:g}" if 1 < bound <= _PER_CENT else "write a number between them, such as 0.85"
        raise UsageError(f"{option} {name}={bound:g}: shares go from 0 to 1; {hint}.")


def _beside(check: Check, baseline: EvalLog, log: EvalLog) -> Check:
    """The check with what the baseline has for its metric and for each failing question."""
    summary, name = baseline.metrics.get(check.metric), _of(check.metric)
    scores = {after.sample.id: before.scores.get(name) for before, after in shared(baseline, log)}
    failing = (replace(one, baseline=score.value) if (score := scores.get(one.id)) else one for one in check.failing)
    return replace(check, baseline=summary.value if summary else None, failing=tuple(failing))


def _bounded(log: EvalLog, rules: Rules, name: str, bound: float, *, is_least: bool) -> Check:
    summary = log.metrics[name]
    rule = f"{'at least' if is_least else 'at most'} {bound:g}"
    refused = _unusable(log, rules, name, rule=rule, bound=bound)
    if refused:
        return refused
    end = summary.low if is_least else summary.high
    value = summary.value if rules.by == "point" else end
    what = "" if rules.by == "point" else f"the {'lower' if is_least else 'upper'} end of the interval "
    if value is None:
        reason = f"{summary.n} question says nothing about the interval"
        return Check(metric=name, rule=rule, value=summary.value, bound=bound, is_met=False, reason=reason)
    is_met = value >= bound - _CLOSE if is_least else value <= bound + _CLOSE
    reason = "" if is_met else f"{what}{value:.4g} is {'below' if is_least else 'above'} {bound:g}"
    failing = () if is_met else _beyond(log.results, name, bound, is_least=is_least)
    return Check(metric=name, rule=rule, value=value, bound=bound, is_met=is_met, reason=reason, failing=failing)


def _unusable(log: EvalLog, rules: Rules, name: str, *, rule: str, bound: float | None) -> Check | None:
    """A failed check when the metric has no value to hold against anything; else None."""
    summary = log.metrics[name]
    if summary.value is not None and summary.unscored <= rules.allow_unscored:
        return None
    total = summary.n + summary.unscored + summary.not_applicable
    if summary.unscored:
        reason = f"{summary.unscored} of {total} questions could not be scored"
    else:
        reason = f"it applies to none of {total} questions"
    failed = [_failing(one, name) for one in log.results if (score := one.scores.get(_of(name))) and score.failed]
    return Check(
        metric=name,
        rule=rule,
        value=summary.value,
        bound=bound,
        is_met=False,
        reason=reason,
        failing=tuple(failed[:_MOST]),
    )


def _beyond(results: Sequence[Result], name: str, bound: float, *, is_least: bool) -> tuple[Failing, ...]:
    """Questions on the wrong side of a bound, worst first."""
    found = [_failing(one, name) for one in results if (score := one.scores.get(_of(name))) and score.value is not None]
    wrong = [(one.value, one) for one in found if one.value is not None and (one.value < bound) is is_least]
    wrong = [pair for pair in wrong if abs(pair[0] - bound) > _CLOSE]
    ordered = sorted(wrong, key=lambda pair: pair[0] if is_least else -pair[0])
    return tuple(one for _, one in ordered[:_MOST])


def _held(log: EvalLog, baseline: EvalLog, rules: Rules) -> tuple[Sequence[str], Sequence[str]]:
    """Metrics to hold against the baseline, and what to say of the others."""
    common = [name for name in log.metrics if name in baseline.metrics]
    check_names(rules.metrics, common, "--metric")
    if unknown := [name for name in rules.metrics if is_better_higher(name) is None]:
        raise UsageError(f"--metric {unknown[0]!r}: this version does not know which way is worse. Run both again.")
    if rules.metrics:
        return list(dict.fromkeys(rules.metrics)), []
    unused = {
        "unknown to this version": [name for name in common if is_better_higher(name) is None],
        "not held against the baseline unless named by --metric": [name for name in common if not is_share(name)],
        "without a value in the baseline": [
            name for name in common if is_share(name) and baseline.metrics[name].value is None
        ],
    }
    held = [name for name in common if not any(name in names for names in unused.values())]
    if not held:
        raise UsageError(
            "The baseline and the run have no metric in common that has a value. Run both in the same way."
        )
    return held, [f"{why}: {', '.join(names)}" for why, names in unused.items() if names]


def _against(log: EvalLog, baseline: EvalLog, rules: Rules, name: str) -> Check:
    before, after = baseline.metrics[name], log.metrics[name]
    tolerance = f"{rules.tolerance:g}" if is_share(name) else f"{rules.tolerance * 100:g}%"
    rule = f"may be {tolerance} worse than the baseline" if rules.tolerance else "must not be worse than the baseline"
    if before.value is None:
        reason = "the baseline has no value"
        return Check(metric=name, rule=rule, value=after.value, bound=None, is_met=False, reason=reason)
    allowed = rules.tolerance * (1 if is_share(name) else abs(before.value))
    bound = before.value - allowed if is_better_higher(name) else before.value + allowed
    refused = _unusable(log, rules, name, rule=rule, bound=bound)
    if refused:
        return refused
    loss = _loss(log, baseline, rules, name)
    if loss is None:
        reason = "too few questions have a score in both runs"
        return Check(metric=name, rule=rule, value=after.value, bound=bound, is_met=False, reason=reason)
    is_met = loss <= allowed + _CLOSE
    reason = "" if is_met else _loss_in_words(before, after, loss, rules)
    failing = () if is_met else _lost(log, baseline, name)
    return Check(metric=name, rule=rule, value=after.value, bound=bound, is_met=is_met, reason=reason, failing=failing)


def _loss(log: EvalLog, baseline: EvalLog, rules: Rules, name: str) -> float | None:
    """How much worse the run is: by the two values, or at worst by the interval of their paired difference."""
    sign = -1 if is_better_higher(name) else 1
    if rules.by == "point":
        before, after = baseline.metrics[name].value, log.metrics[name].value
        return None if before is None or after is None else sign * (after - before)
    from evals.comparison.compare import compare

    rows = compare(baseline, log, anyway=True, metrics=[name]).differences
    ends = (rows[0].paired.low, rows[0].paired.high) if rows else (None, None)
    worst = ends[0] if sign < 0 else ends[1]
    return None if worst is None else sign * worst


def _loss_in_words(before: Summary, after: Summary, loss: float, rules: Rules) -> str:
    what = f"{before.value:.4g} in the baseline, {after.value:.4g} now"
    if rules.by == "low":
        return f"{what}, and as much as {loss:.4g} worse by the interval of the difference"
    return f"{what}, {loss:.4g} worse"


def _lost(log: EvalLog, baseline: EvalLog, name: str) -> tuple[Failing, ...]:
    """Questions that score worse than in the baseline, the greatest loss first."""
    sign = -1 if is_better_higher(name) else 1
    found: list[tuple[float, Failing]] = []
    for before, after in shared(baseline, log):
        old, new = before.scores.get(_of(name)), after.scores.get(_of(name))
        if old and new and old.value is not None and new.value is not None and sign * (new.value - old.value) > _CLOSE:
            found.append((sign * (new.value - old.value), _failing(after, name)))
    return tuple(one for _, one in sorted(found, key=lambda pair: -pair[0])[:_MOST])


def _failing(result: Result, name: str) -> Failing:
    score = result.scores[_of(name)]
    return Failing(
        id=result.sample.id,
        question=result.sample.question,
        value=score.value,
        explanation=score.explanation,
    )


def _of(name: str) -> str:
    """The metric that single questions are scored by: `seconds` for `seconds_p95`."""
    from evals.metrics import named

    metric = named(name)
    return metric.name if metric else name
