"""Several rankings made into one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import fsum, sqrt

__all__ = ["reciprocal_rank_fusion", "standard_score_fusion"]

_NO_SPREAD = 1e-9  # below it, scores differ by rounding only


def standard_score_fusion(parts: Sequence[Mapping[str, float]], pool: Collection[str]) -> dict[str, float]:
    """Sum over parts of the standard score: how many standard deviations a score is above the pool's mean.

    Cosines and BM25 have other ranges for every query; counted in deviations they can be added. Each part knows the
    score of every candidate here, so nothing is guessed for what one ranking left out (which rank fusion does).

    Args:
        parts: Id to score, higher is better; an id that a part lacks has 0.
        pool: What mean and deviation are of.

    Returns:
        Every id of `parts` or `pool` with its score, best first, equal scores by id.
    """
    scores = dict.fromkeys((*pool, *(one for part in parts for one in part)), 0.0)
    for part in parts:
        mean, spread = _mean_and_spread([part.get(one, 0.0) for one in pool])
        if spread > _NO_SPREAD:
            for one in scores:
                scores[one] += (part.get(one, 0.0) - mean) / spread
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def reciprocal_rank_fusion(rankings: Sequence[Sequence[str]], k: int = 60) -> list[tuple[str, float]]:
    """Fuse rankings by the sum over rankings of `1 / (k + rank)`, ranks counted from 1.

    Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods", SIGIR 2009; k = 60 is theirs.

    Args:
        rankings: Ids, best first; an id that a ranking repeats counts where it stands first.
        k: How little the first places differ; at least 0.

    Returns:
        Every id that occurs with its score, best first, equal scores by id.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        for rank, one in enumerate(dict.fromkeys(ranking), start=1):
            scores[one] += 1.0 / (k + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation, the same in whatever order the values come; 0 and 0 of nothing."""
    if not values:
        return 0.0, 0.0
    mean = fsum(values) / len(values)
    return mean, sqrt(fsum((value - mean) ** 2 for value in values) / len(values))
