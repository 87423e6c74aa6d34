"""How far a judge's verdicts and scores agree with people's labels: the numbers of a report card.

All are computed from arrays over the same pairs. One that is not defined for them, because all are of one class for
example, is None; it is never NaN and never a zero.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

__all__ = ["STATISTICS", "Bin", "Judgements", "Statistic", "balanced_accuracy", "reliability"]

_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """Labels, verdicts and scores of n pairs: arrays of shape (n,)."""

    gold: "Bools"
    """Whether people say that the statement is supported."""
    said: "Bools"
    """Whether the judge says so."""
    scores: "Floats"
    """The judge's support, 0 to 1."""

    def at(self, indices: "NDArray[np.intp]") -> "Judgements":
        """The pairs with these indices, which may repeat."""
        return Judgements(gold=self.gold[indices], said=self.said[indices], scores=self.scores[indices])


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A number over judgements."""

    name: str
    value: Callable[[Judgements], float | None]
    undefined: str
    """What is the matter where it is None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Pairs of similar score."""

    n: int
    mean_score: float
    supported: float
    """Share that people call supported; equal to the mean score where the judge is calibrated."""


def balanced_accuracy(judgements: Judgements) -> float | None:
    """Mean of the share of supported pairs that are called so and the share of the others that are not."""
    found, missed, wrong, rejected = _counts(judgements)
    if not found + missed or not wrong + rejected:
        return None
    return (found / (found + missed) + rejected / (wrong + rejected)) / 2


def _precision(judgements: Judgements) -> float | None:
    """Share of what is called supported that is."""
    found, _, wrong, _ = _counts(judgements)
    return found / (found + wrong) if found + wrong else None


def _recall(judgements: Judgements) -> float | None:
    """Share of what is supported that is called so."""
    found, missed, _, _ = _counts(judgements)
    return found / (found + missed) if found + missed else None


def _f1(judgements: Judgements) -> float | None:
    """Harmonic mean of precision and recall; 0 when the judge finds none of the supported pairs."""
    found, missed, wrong, _ = _counts(judgements)
    return 2 * found / (2 * found + missed + wrong) if found + missed + wrong else None


def _kappa(judgements: Judgements) -> float | None:
    """Agreement beyond that of independent raters with the same habits (Cohen, 1960)."""
    found, missed, wrong, rejected = _counts(judgements)
    count = found + missed + wrong + rejected
    by_chance = ((found + missed) * (found + wrong) + (wrong + rejected) * (missed + rejected)) / count**2
    return ((found + rejected) / count - by_chance) / (1 - by_chance) if by_chance < 1 else None


def _auroc(judgements: Judgements) -> float | None:
    """Probability that a supported pair has a higher score than another one; equal scores count one half."""
    import numpy as np

    positive = int(judgements.gold.sum())
    negative = len(judgements.gold) - positive
    if not positive or not negative:
        return None
    _, places, counts = np.unique(judgements.scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return float((ranks[judgements.gold].sum() - positive * (positive + 1) / 2) / (positive * negative))


def _ece(judgements: Judgements) -> float | None:
    """Expected calibration error: mean distance of the pairs' bins from the diagonal.

    Naeini et al. (2015) and Guo et al. (2017) cut the range of scores into equal parts. Here the bins hold about as
    many pairs each, since judges give a few scores often, and equal scores stay together. The number depends on the
    bins; it is above 0 even for a calibrated judge, and the more so the fewer pairs there are.
    """
    import numpy as np

    # Of a bin of n pairs, n times the distance of mean score and share supported.
    excess = np.bincount(_places(judgements.scores, _BINS), weights=judgements.scores - judgements.gold)
    return float(np.abs(excess).sum() / len(judgements.gold))


def _brier(judgements: Judgements) -> float | None:
    """Mean squared distance of the score from 1 for supported pairs and 0 for others (Brier, 1950)."""
    return float(((judgements.scores - judgements.gold) ** 2).mean())


def reliability(judgements: Judgements, bins: int = _BINS) -> tuple[Bin, ...]:
    """Sort pairs by score into bins of about equal size, equal scores in one bin; empty bins are left out."""
    import numpy as np

    places = _places(judgements.scores, bins)
    found = []
    for place in np.unique(places):
        inside = places == place
        scores, gold = judgements.scores[inside], judgements.gold[inside]
        found.append(Bin(n=int(inside.sum()), mean_score=float(scores.mean()), supported=float(gold.mean())))
    return tuple(found)


def _places(scores: "Floats", bins: int) -> "NDArray[np.intp]":
    """The bin of each score: 0 for the lowest scores."""
    import numpy as np

    # The greatest score of each bin but the last: quantiles of the scores, as numbers that occur among them.
    last = -(-len(scores) * np.arange(1, bins) // bins) - 1
    return np.searchsorted(np.sort(scores)[last], scores, side="left")


def _counts(judgements: Judgements) -> tuple[int, int, int, int]:
    """Supported and called so, supported and not, not supported but called so, neither."""
    gold, said = judgements.gold, judgements.said
    found, supported, called = int((gold & said).sum()), int(gold.sum()), int(said.sum())
    return found, supported - found, called - found, len(gold) - supported - called + found


_ONE_CLASS = "the pairs are all supported or all not"
STATISTICS: Sequence[Statistic] = (
    Statistic(name="balanced_accuracy", value=balanced_accuracy, undefined=_ONE_CLASS),
    Statistic(name="precision", value=_precision, undefined="the judge calls nothing supported"),
    Statistic(name="recall", value=_recall, undefined="none of the pairs is supported"),
    Statistic(name="f1", value=_f1, undefined="nothing is supported, and nothing is called so"),
    Statistic(name="kappa", value=_kappa, undefined="labels and verdicts are all the same"),
    Statistic(name="auroc", value=_auroc, undefined=_ONE_CLASS),
    Statistic(name="ece", value=_ece, undefined="there are no pairs"),
    Statistic(name="brier", value=_brier, undefined="there are no pairs"),
)
"""In the order in which they are reported. For `ece` and `brier` less is better."""
