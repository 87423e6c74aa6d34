"""How sure a number is: bootstrap intervals, resampled by question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Interval", "interval"]

_CELLS = 2_000_000
"""Values resampled at a time: 16 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A statistic of n values and the range in which it would fall for other questions of the same sort."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def interval(
    values: Sequence[float],
    *,
    percentile: int | None = None,
    seed: int = 0,
    resamples: int = 2_000,
    level: float = 0.95,
) -> Interval:
    """Compute the mean, or a percentile, with a bootstrap percentile interval (Efron and Tibshirani, 1993, chapter 13).

    One value stands for one question: sentences of one answer depend on each other, so resampling those would make
    intervals too narrow. The bootstrap knows only the values it sees. Equal values give an interval without width, also
    when there are few of them (20 right of 20 does not prove 100%), and for a high percentile of few values it is
    rough.

    Args:
        values: one number per question, finite.
        percentile: 0 to 100, by linear interpolation; the mean when None.
        seed: the same values and seed give the same interval.
        resamples: how often the questions are drawn again.
        level: share of resampled statistics inside the interval.

    Returns:
        No value for no values, and no bounds for fewer than two: one question says nothing about spread.
    """
    import numpy as np

    count = len(values)
    if not count:
        return Interval(value=None, low=None, high=None, n=0)
    observed = np.asarray(values, dtype=np.float64)
    if not np.isfinite(observed).all():
        raise ValueError(f"Values must be finite, got {list(values)!r}.")
    value = float(_statistic(observed[None, :], percentile)[0])
    if count == 1:
        return Interval(value=value, low=None, high=None, n=1)
    draw = np.random.default_rng(seed)
    block = max(1, _CELLS // count)
    statistics = np.concatenate(
        [
            _statistic(observed[draw.integers(0, count, size=(min(block, resamples - done), count))], percentile)
            for done in range(0, resamples, block)
        ]
    )
    tail = 100 * (1 - level) / 2
    low, high = np.percentile(statistics, [tail, 100 - tail])
    return Interval(value=value, low=float(low), high=float(high), n=count)


def _statistic(rows: "NDArray[np.float64]", percentile: int | None) -> "NDArray[np.float64]":
    """The statistic of each row."""
    import numpy as np

    found: NDArray[np.float64] = rows.mean(axis=1) if percentile is None else np.percentile(rows, percentile, axis=1)
    return found
