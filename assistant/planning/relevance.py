"""How likely a paper belongs to the related work of a topic, and which papers are kept."""

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.planning.wide import Candidate

__all__ = ["BIAS", "WEIGHTS", "Signals", "features", "probability", "relevant"]

_KEPT = 0.5
"""Least probability of a paper that is kept."""
_MOST_PAPERS = 500
BIAS, WEIGHTS = -3.5, (6.0, 0.0, 3.2, 7.0, -1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known of a paper beside a topic."""

    cosine: float
    """To the whole topic, -1 to 1."""
    nearest: float
    """To the nearest facet, -1 to 1."""
    likeness: float
    """To the papers found first, less what all papers around have in common, -1 to 1."""
    best: float
    """Mean cosine to the topic of the nearest papers of the library."""
    papers: int
    """How many papers the search had to choose from, as far as it counted."""


def features(signals: Signals) -> tuple[float, ...]:
    """What the weights of `WEIGHTS` are for, in their order."""
    size = log(max(1, min(signals.papers, _MOST_PAPERS)))
    return (signals.cosine, signals.nearest, signals.likeness, signals.best, size)


def probability(signals: Signals) -> float:
    """That a paper belongs to the related work, 0 to 1."""
    log_odds = BIAS + sum(weight * one for weight, one in zip(WEIGHTS, features(signals), strict=True))
    return 1.0 / (1.0 + exp(-log_odds))


def relevant(candidates: "Sequence[Candidate]") -> "list[Candidate]":
    """The candidates that belong to the related work, in their order; none when the library holds nothing on it."""
    return [one for one in candidates if one.probability >= _KEPT]
