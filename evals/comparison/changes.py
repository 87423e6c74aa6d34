"""What is different between two runs, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Literal

from evals.types import Result

__all__ = ["Change", "Moved", "Outcome", "changes"]

Outcome = Literal["answered", "abstained", "failed"]

_CLOSE = 1e-6
"""Logs keep six digits."""
_LONGEST = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A score in both runs; None where it does not apply or could not be computed."""

    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A question on which the runs differ."""

    id: str
    question: str
    scores: Mapping[str, Moved]
    """The metrics whose scores differ."""
    outcome: tuple[Outcome, Outcome]
    before: str
    """What was answered, shortened."""
    after: str
    gain: float
    """Sum of the scores' changes for the better less those for the worse."""

    @property
    def newly_failed(self) -> bool:
        """Whether only the second system failed."""
        return self.outcome[0] != "failed" and self.outcome[1] == "failed"

    @property
    def newly_abstained(self) -> bool:
        """Whether the second system abstained where the first did not."""
        return self.outcome[0] != "abstained" and self.outcome[1] == "abstained"


def changes(pairs: Sequence[tuple[Result, Result]], metrics: Mapping[str, bool | None]) -> tuple[Change, ...]:
    """List the questions with another outcome or another score: what newly failed or abstained first, then the losses.

    Args:
        pairs: results of the same question in both runs.
        metrics: those to look at, and whether a higher score is better; None when that is not known.
    """
    found = (_change(first, second, metrics) for first, second in pairs)
    changed = [one for one in found if one.scores or one.outcome[0] != one.outcome[1]]
    return tuple(sorted(changed, key=lambda one: (not one.newly_failed, not one.newly_abstained, one.gain)))


def _change(first: Result, second: Result, metrics: Mapping[str, bool | None]) -> Change:
    moved = {name: Moved(before=_value(first, name), after=_value(second, name)) for name in metrics}
    scores = {name: one for name, one in moved.items() if _differs(one)}
    return Change(
        id=first.sample.id,
        question=first.sample.question,
        scores=scores,
        outcome=(_outcome(first), _outcome(second)),
        before=_said(first),
        after=_said(second),
        gain=sum(_gain(one, metrics[name]) for name, one in scores.items()),
    )


def _value(result: Result, name: str) -> float | None:
    score = result.scores.get(name)
    return None if score is None else score.value


def _differs(one: Moved) -> bool:
    if one.before is None or one.after is None:
        return one.before is not one.after
    return abs(one.after - one.before) > _CLOSE


def _gain(one: Moved, higher_is_better: bool | None) -> float:
    if one.before is None or one.after is None or higher_is_better is None:
        return 0.0
    return one.after - one.before if higher_is_better else one.before - one.after


def _outcome(result: Result) -> Outcome:
    if result.answer is None:
        return "failed"
    return "abstained" if result.answer.abstained else "answered"


def _said(result: Result) -> str:
    text = result.answer.text if result.answer else result.error
    return shorten(text, _LONGEST, placeholder=" …")
