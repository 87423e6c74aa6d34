"""How likely a paper belongs to the related work of a topic, and which papers are kept.

A logistic regression on five signals, fitted by bench/fit_relevance.py on libraries of many kinds: large and small,
all, partly or not at all on the topic.
"""

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.planning.wide import Candidate

__all__ = ["BIAS", "WEIGHTS", "Signals", "features", "probability", "relevant"]

_KEPT = 0.4
"""Least probability of a paper that is kept. Below a half: one too many is seen and struck out, one too few is missed
by nobody."""
_MOST_PAPERS = 500
"""As many as a wide search counts."""
_ON_TOPIC = 0.5
"""A library whose nearest paper comes as near as this is on the topic, and no more so when it comes nearer."""
BIAS = -6.4
WEIGHTS = (7.0, 2.9, 0.5, 9.8, -0.65)
"""Of what `features` gives, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known of a paper beside a topic."""

    cosine: float
    """To the topic, or to one of the things that it lists; -1 to 1."""
    coverage: float
    """Share of the words of the topic, or of one of the things that it lists, that the paper has; by weight, 0 to 1."""
    likeness: float
    """To the papers found first, less what all papers around have in common, -1 to 1."""
    best: float
    """Cosine to the topic of the nearest paper of the library: whether it holds anything on it."""
    papers: int
    """How many papers the search had to choose from: among many, more are near by chance."""


def features(signals: Signals) -> tuple[float, ...]:
    """What is weighed: cosine, coverage, likeness, how near the library comes, and the logarithm of its papers."""
    size = log(max(1, min(signals.papers, _MOST_PAPERS)))
    return (signals.cosine, signals.coverage, signals.likeness, min(signals.best, _ON_TOPIC), size)


def probability(signals: Signals) -> float:
    """That a paper belongs to the related work, 0 to 1."""
    log_odds = BIAS + sum(weight * one for weight, one in zip(WEIGHTS, features(signals), strict=True))
    return 1.0 / (1.0 + exp(-log_odds))


def relevant(candidates: "Sequence[Candidate]") -> "list[Candidate]":
    """The candidates that belong to the related work, in their order; none when the library holds nothing on it."""
    return [one for one in candidates if one.probability >= _KEPT]
