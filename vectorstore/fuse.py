"""Several rankings made into one."""

from collections import defaultdict
from collections.abc import Sequence

__all__ = ["reciprocal_rank_fusion"]


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
