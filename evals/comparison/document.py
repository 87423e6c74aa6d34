"""A gate's outcome as a JSON document."""

from typing import Any

from evals.comparison.gate import Check, Failing, Gate

__all__ = ["document"]

_DIGITS = 6


def document(found: Gate) -> dict[str, Any]:
    """Shape a gate's outcome for `eval gate --format json`."""
    return {
        "passed": found.is_passed,
        "dataset": found.log.dataset,
        "n": len(found.log.results),
        "checks": [_check(one) for one in found.checks],
        "warnings": list(found.warnings),
        "notes": list(found.notes),
    }


def _check(one: Check) -> dict[str, Any]:
    return {
        "metric": one.metric,
        "rule": one.rule,
        "value": _rounded(one.value),
        "baseline": _rounded(one.baseline),
        "bound": _rounded(one.bound),
        "passed": one.is_met,
        "reason": one.reason,
        "failing": [_example(example) for example in one.failing],
    }


def _example(one: Failing) -> dict[str, Any]:
    return {
        "id": one.id,
        "question": one.question,
        "value": _rounded(one.value),
        "baseline": _rounded(one.baseline),
        "explanation": one.explanation,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
