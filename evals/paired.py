"""Whether two systems differ on the same questions: each question is its own control.

Two systems of the same quality, 50 / 300 questions, 4,000 / 2,000 samples, by `bench/intervals.py`: how often, in per
cent, `paired` and the same test with plain p saw a difference (p <= 0.05), and how often nominal 95% intervals held 0.

| differences | `paired` | plain p | interval of `paired` | percentile bootstrap | BCa bootstrap |
|---|---|---|---|---|---|
| 0 or 1, 5% of answers differ | 0.6 / 4.9 | 0.0 / 2.9 | 97.9 / 94.8 | 97.9 / 95.5 | 91.8 / 94.0 |
| 0 or 1, 20% of answers differ | 4.2 / 4.7 | 2.2 / 3.5 | 95.7 / 95.2 | 95.8 / 95.6 | 94.7 / 95.5 |
| 0 or 1, 40% of answers differ | 4.8 / 5.6 | 2.9 / 4.6 | 94.5 / 94.2 | 96.0 / 94.8 | 96.1 / 94.8 |
| citation recall | 5.1 / 5.1 | 4.5 / 5.1 | 95.1 / 95.0 | 94.7 / 95.0 | 93.5 / 94.3 |
| the same, 40% of answers differ | 4.9 / 4.8 | 3.2 / 4.2 | 95.4 / 95.2 | 92.6 / 94.9 | 87.7 / 94.2 |
| seconds | 5.0 / 5.0 | 5.0 / 4.7 | 95.3 / 95.1 | 94.3 / 95.2 | 92.7 / 94.7 |

With fewer than ten questions of 0 or 1 that differ no test can see much. A true difference of the size `detectable` was
seen in 78.5 / 80.8% of samples of normal differences.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Paired", "holm", "paired", "paired_statistic"]

T = TypeVar("T")

_EXACT_UP_TO = 14
"""Differences other than 0 for which all 2^n signs are tried."""
_CELLS = 2_000_000
_POWER = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """The second system against the first."""

    n: int
    """Questions that both were scored on."""
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    """Two-sided: how often chance alone would show a difference as large, were the systems the same."""
    detectable: float | None
    """The true difference that a sample like this shows with a probability of 80%; None when the differences do not
    vary."""


def paired(differences: Sequence[float], *, seed: int = 0, level: float = 0.95, permutations: int = 10_000) -> Paired:
    """Test the mean of the differences by flipping their signs (Fisher, 1935; Pitman, 1937), with an interval.

    If the systems are the same, each difference is as likely the other way round. With up to 14 differences other than
    0 all ways are counted, else `permutations` ways drawn at random. Ways that give exactly the observed mean count
    half (mid-p; Lancaster, 1961): shares take few values, and counting them whole sees differences too seldom, as is
    known of McNemar's test (Fagerland et al., 2013), which this test is for values of 0 and 1. The observed way counts
    as one of those drawn, so that p is never 0 (Davison and Hinkley, 1997, chapter 4).

    The interval is Student's for the mean difference. The smallest detectable difference is Bloom's (1995): the
    standard error times (t(1 - a/2) + t(power)), with n - 1 degrees of freedom, 5% two-sided, 80% power.

    Args:
        differences: second minus first, one per question, finite.
        seed: the same differences and seed give the same p.
        level: wanted probability that the interval holds the true difference.
        permutations: how many ways are drawn when not all are counted.

    Returns:
        No difference for no questions; for one question neither bounds nor p.
    """
    import numpy as np
    from scipy.special import stdtrit

    observed = np.asarray(differences, dtype=np.float64)
    if not np.isfinite(observed).all():
        raise ValueError(f"Differences must be finite, got {list(differences)!r}.")
    count = len(observed)
    if count < 2:  # noqa: PLR2004 - because one difference says nothing about spread
        value = float(observed[0]) if count else None
        return Paired(n=count, difference=value, low=None, high=None, p=None, detectable=None)
    mean = float(observed.mean())
    # Equal differences have a spread of rounding errors.
    error = float(observed.std(ddof=1)) / count**0.5 if observed.min() < observed.max() else 0.0
    half = float(stdtrit(count - 1, (1 + level) / 2)) * error
    reach = float(stdtrit(count - 1, 0.975) + stdtrit(count - 1, _POWER))
    return Paired(
        n=count,
        difference=mean,
        low=mean - half,
        high=mean + half,
        p=_flipped(observed[observed != 0], seed, permutations),
        detectable=reach * error if error else None,
    )


def paired_statistic(
    statistic: Callable[[Sequence[T]], float | None],
    first: Sequence[T],
    second: Sequence[T],
    *,
    seed: int = 0,
    resamples: int = 1_000,
) -> Paired:
    """Compare a statistic of all questions together, such as a percentile, that is no mean over them.

    The test swaps the systems' results of random questions (Noreen, 1989) and is otherwise as in `paired`; the interval
    is the expanded bootstrap percentile of the difference, by question.

    Args:
        statistic: of the results of one system; None where it is not defined.
        first: the first system's results.
        second: the second system's, of the same questions in the same order.
        seed: the same results and seed give the same interval and p.
        resamples: how often questions are drawn again, and results swapped.
    """
    import numpy as np

    from evals.stats import resampled

    def difference(chosen: "NDArray[np.intp]") -> float | None:
        before, after = statistic([first[one] for one in chosen]), statistic([second[one] for one in chosen])
        return None if before is None or after is None else after - before

    found = resampled(difference, len(first), corrected=False, seed=seed, resamples=resamples)
    p = None
    if found.value is not None and found.low is not None:
        p = _swapped(statistic, (first, second), found.value, np.random.default_rng(seed), resamples)
    return Paired(n=found.n, difference=found.value, low=found.low, high=found.high, p=p, detectable=None)


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Adjust p values for their number (Holm, 1979), whatever their dependence; in the order given."""
    order = sorted(range(len(ps)), key=ps.__getitem__)
    adjusted = [0.0] * len(ps)
    least = 0.0
    for rank, one in enumerate(order):
        least = max(least, min(1.0, (len(ps) - rank) * ps[one]))
        adjusted[one] = least
    return tuple(adjusted)


def _flipped(differences: "NDArray[np.float64]", seed: int, permutations: int) -> float:
    """Mid-p of the sum of the differences, none of which is 0."""
    import numpy as np

    count = len(differences)
    if count <= _EXACT_UP_TO:
        ways = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
        return _mid_p((2.0 * ways - 1) @ differences, differences)
    draw, block = np.random.default_rng(seed), max(1, _CELLS // count)
    sums = [
        (2.0 * draw.integers(0, 2, size=(min(block, permutations - done), count), dtype=np.int8) - 1) @ differences
        for done in range(0, permutations, block)
    ]
    return _mid_p(np.concatenate([*sums, [differences.sum()]]), differences)


def _mid_p(sums: "NDArray[np.float64]", differences: "NDArray[np.float64]") -> float:
    import numpy as np

    observed = abs(float(differences.sum()))
    # The same differences added in another order give sums that differ in their last digits.
    close = 1e-12 * float(np.abs(differences).sum())
    return _mid(np.abs(sums), observed, close)


def _swapped(
    statistic: Callable[[Sequence[T]], float | None],
    results: tuple[Sequence[T], Sequence[T]],
    observed: float,
    draw: "np.random.Generator",
    permutations: int,
) -> float:
    import numpy as np

    found = [abs(observed)]
    for _ in range(permutations):
        chosen = draw.integers(0, 2, size=len(results[0]))
        before = statistic([results[side][one] for one, side in enumerate(chosen)])
        after = statistic([results[1 - side][one] for one, side in enumerate(chosen)])
        if before is not None and after is not None:
            found.append(abs(after - before))
    return _mid(np.asarray(found), abs(observed), 1e-12 * max(found))


def _mid(sizes: "NDArray[np.float64]", observed: float, close: float) -> float:
    """Share of the sizes above the observed one, and half of those equal to it; 1 where there is nothing to see."""
    if observed <= close:
        return 1.0
    equal = abs(sizes - observed) <= close
    return float(((sizes > observed) & ~equal).mean() + equal.mean() / 2)
