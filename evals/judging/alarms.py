"""How much of what is false a judge finds when it may call so much of what is honest false."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from assistant.types import Problem
from evals.judging.types import Judged, Measure
from evals.stats import interval
from evals.types import is_support

__all__ = ["RATE", "Alarms", "Made", "made"]

RATE = 0.05
"""False alarms that are allowed."""
_PROBLEMS = frozenset(get_args(Problem))
_ALSO_RIGHT = {("wrong-paper", "not-stated")}
"""A judge sees the cited text only: that another paper says it is not for it to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """What is found with the score from which at most `RATE` of some honest statements are taken for false."""

    among: str
    """Kind of the honest statements, or `all`."""
    threshold: float
    """What scores less is called false."""
    rate: Measure
    """Share of the honest statements that score less: at most `RATE`, and less where many have the same score."""
    recall: Mapping[str, Measure]
    """By problem, the share of the statements with it that score less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a judge says of statements whose kind is known because they were made."""

    false_alarms: Mapping[str, Measure]
    """By kind of honest statements, the share that the judge does not call supported."""
    named: Mapping[str, Measure]
    """By problem, the share of what the judge does not call supported whose problem it names rightly."""
    at_rate: tuple[Alarms, ...]
    """By kind of honest statements; then of all, when there is more than one kind."""


def made(scored: Sequence[Judged]) -> Made | None:
    """Sort verdicts by the kinds of the statements.

    The threshold is that of the same honest statements, and the intervals take it as given. A judge that knows few
    scores may have none near the wanted rate; then fewer false alarms are raised, and less is found.

    Returns:
        None when no honest statement has a kind, or nothing was scored.
    """
    honest = [one for one in scored if one.pair.supported and one.pair.kind]
    if not honest:
        return None
    false = [one for one in scored if not one.pair.supported]
    kinds = sorted({one.pair.kind for one in honest})
    groups = {kind: [one for one in honest if one.pair.kind == kind] for kind in kinds}
    if len(kinds) > 1:
        groups["all"] = honest
    return Made(
        false_alarms={kind: _share(not is_support(one.verdict) for one in groups[kind]) for kind in kinds},
        named={problem: _named(some) for problem, some in _by_problem(false).items() if problem in _PROBLEMS},
        at_rate=tuple(_alarms(among, some, false) for among, some in groups.items()),
    )


def _alarms(among: str, honest: Sequence[Judged], false: Sequence[Judged]) -> Alarms:
    scores = sorted(_score(one) for one in honest)
    threshold = scores[int(RATE * len(scores))]
    return Alarms(
        among=among,
        threshold=threshold,
        rate=_share(score < threshold for score in scores),
        recall={
            problem: _share(_score(one) < threshold for one in some) for problem, some in _by_problem(false).items()
        },
    )


def _named(some: Sequence[Judged]) -> Measure:
    found = [one for one in some if not is_support(one.verdict)]
    return _share(_is_named(one) for one in found)


def _is_named(one: Judged) -> bool:
    said = one.verdict.problem if one.verdict else None
    return said == one.pair.problem or (one.pair.problem, said) in _ALSO_RIGHT


def _by_problem(false: Sequence[Judged]) -> dict[str, list[Judged]]:
    problems = sorted({one.pair.problem for one in false})
    return {problem: [one for one in false if one.pair.problem == problem] for problem in problems}


def _score(one: Judged) -> float:
    return one.verdict.score if one.verdict else 0.0


def _share(values: Iterable[bool]) -> Measure:
    found = interval([float(one) for one in values], share=True)
    reason = "there is none" if found.value is None else "" if found.low is not None else "too few for an interval"
    return Measure(value=found.value, low=found.low, high=found.high, n=found.n, reason=reason)
