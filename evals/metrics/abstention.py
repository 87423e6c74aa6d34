"""Does the system know when it cannot answer?"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from evals.metrics.scores import not_applicable, yes_or_no
from evals.types import Case, Result, Score

__all__ = [
    "CurvePoint",
    "abstained_when_unanswerable",
    "abstention_accuracy",
    "answered_when_answerable",
    "aurc",
    "risk_coverage",
]


_ABSTAINED = -inf
"""Less sure than any answer."""


class CurvePoint(NamedTuple):
    """A point of a risk-coverage curve, both between 0 and 1."""

    coverage: float
    """Share of the questions that is answered, the surest first."""
    risk: float
    """Share of those answered that is wrong."""


def abstained_when_unanswerable(case: Case) -> Score:
    """1 when the system abstained on a question that the library cannot answer, 0 when it answered.

    Read it with `answered_when_answerable`: a system that always abstains has 1 here.
    """
    if case.sample.answerable is not False:
        return not_applicable("not known to be unanswerable")
    return yes_or_no(case.answer.abstained)


def answered_when_answerable(case: Case) -> Score:
    """1 when the system answered, rightly or wrongly, a question that the library can answer, 0 when it abstained."""
    if case.sample.answerable is not True:
        return not_applicable("not known to be answerable")
    return yes_or_no(not case.answer.abstained)


def abstention_accuracy(case: Case) -> Score:
    """1 when the system abstained exactly if the question is unanswerable, else 0.

    It moves with the share of unanswerable questions: with one in ten, never abstaining scores 0.9.
    """
    if case.sample.answerable is None:
        return not_applicable("not known whether it is answerable")
    return yes_or_no(case.answer.abstained != case.sample.answerable)


def aurc(results: Sequence[Result]) -> float | None:
    """Compute the area under the risk-coverage curve: the mean risk over all coverages. Lower is better.

    Sources: Geifman and El-Yaniv (2017), "Selective Classification for Deep Neural Networks", NIPS, for the curve;
    Geifman, Uziel and El-Yaniv (2019), "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers", ICLR, for its
    area. Between 0 and the risk at full coverage when the confidence ranks well, and near that risk when it says
    nothing. It also falls when fewer answers are wrong: of two systems the one with the better ranking need not have
    the smaller area.

    None when fewer than two questions are known to be answered rightly or wrongly, when every one of them was abstained
    from, or when an answer among them comes without a confidence.
    """
    risks = _risks(results)
    return sum(risks) / len(risks) if risks else None


def risk_coverage(results: Sequence[Result]) -> list[CurvePoint]:
    """Compute the risk-coverage curve, one point for each question; no points where `aurc` is None.

    Questions are ordered by `Answer.confidence`, the surest first; abstentions come after all answers. Of equally sure
    ones each has the mean loss of all of them, so that their order does not matter.

    An answer is wrong when the question is unanswerable, or when a fact is missing (`all_facts` is 0); an abstention is
    wrong when the question is answerable or has facts to state. Questions of which neither is known are left out, and
    so are those that the system failed on.
    """
    risks = _risks(results)
    return [CurvePoint(coverage=done / len(risks), risk=risk) for done, risk in enumerate(risks, start=1)]


def _risks(results: Sequence[Result]) -> list[float]:
    """The risk when one question is answered, when two are, and so on.

    An interval needs it thousands of times.
    """
    import numpy as np

    judged = [(_sureness(one), loss) for one in results if one.answer is not None and (loss := _loss(one)) is not None]
    sureness = [sure for sure, _ in judged]
    if len(judged) < 2 or None in sureness or not any(sure != _ABSTAINED for sure in sureness):  # noqa: PLR2004 - because a curve has two ends
        return []
    losses = np.array([loss for _, loss in judged])
    _, ties = np.unique(-np.array(sureness, dtype=np.float64), return_inverse=True)
    evened = (np.bincount(ties, losses) / np.bincount(ties))[np.sort(ties)]
    risks: list[float] = (evened.cumsum() / np.arange(1, len(judged) + 1)).tolist()
    return risks


def _loss(result: Result) -> float | None:
    """1 when the outcome is wrong, 0 when it is right, None when that is not known."""
    abstained = result.answer is not None and result.answer.abstained
    if result.sample.answerable is False:
        return float(not abstained)
    if abstained and result.sample.answerable:
        return 1.0
    facts = result.scores.get("all_facts")
    return None if facts is None or facts.value is None else 1.0 - facts.value


def _sureness(result: Result) -> float | None:
    """What questions are ordered by; an abstention has no confidence that could be compared with that of an answer."""
    if result.answer is None or result.answer.abstained:
        return _ABSTAINED
    return result.answer.confidence
