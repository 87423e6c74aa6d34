"""Which questions went wrong, how, and how badly."""

from evals.types import Result

__all__ = ["faults", "severity"]

_RECALL = "citation_recall"


def faults(result: Result) -> tuple[str, ...]:
    """What went wrong with a question, in words; empty when nothing that the page looks at did.

    A system that failed, a wrong decision to answer or to abstain, a metric that could not be computed, and a citation
    recall below 1.
    """
    if result.answer is None:
        return ("no answer",)
    found = []
    if result.sample.answerable is not None and result.answer.abstained == result.sample.answerable:
        found.append("abstained wrongly" if result.answer.abstained else "should have abstained")
    if any(score.failed for score in result.scores.values()):
        found.append("not fully scored")
    recall = _recall(result)
    if recall is not None and recall < 1:
        found.append(f"citation recall {recall:.2f}")
    return tuple(found)


def severity(result: Result) -> tuple[float, ...]:
    """Sort key, the worst first.

    No answer, then wrong decisions to answer or to abstain, then by citation recall, then what was not fully scored,
    then by the share of the facts stated, then by citation precision. What was not measured counts as good.
    """
    is_wrong = (
        result.answer is not None
        and result.sample.answerable is not None
        and result.answer.abstained == result.sample.answerable
    )
    recall = _recall(result)
    return (
        0.0 if result.answer is None else 1.0,
        0.0 if is_wrong else 1.0,
        1.0 if recall is None else recall,
        0.0 if any(score.failed for score in result.scores.values()) else 1.0,
        _value(result, "facts_stated"),
        _value(result, "citation_precision"),
    )


def _recall(result: Result) -> float | None:
    """Citation recall, by Citewell's convention where the log has several."""
    by_name = [score for name, score in result.scores.items() if name.endswith(_RECALL)]
    score = result.scores.get(_RECALL) or next(iter(by_name), None)
    return score.value if score else None


def _value(result: Result, name: str) -> float:
    score = result.scores.get(name)
    return 1.0 if score is None or score.value is None else score.value
