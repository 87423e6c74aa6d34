"""Scores as most metrics give them."""

from collections.abc import Sequence

from evals.types import Score

__all__ = ["judge_failed", "not_applicable", "share", "yes_or_no"]


def share(marks: Sequence[bool], of_what: str) -> Score:
    """The share of marks that are set, at least one mark given; `of_what` is said behind `2 of 3`."""
    return Score(value=sum(marks) / len(marks), explanation=f"{sum(marks)} of {len(marks)} {of_what}")


def yes_or_no(holds: bool) -> Score:
    """1 or 0."""
    return Score(value=float(holds))


def not_applicable(why: str) -> Score:
    """No value, and no failure."""
    return Score(value=None, explanation=why)


def judge_failed(error: str) -> Score:
    """No value because the judge gave no verdict."""
    return Score(value=None, explanation=f"the judge failed: {error}", failed=True)
