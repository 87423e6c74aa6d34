"""Scores that also count what the nearest neighbours of a chunk score."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vectorstore.types import Vectors

__all__ = ["smoothed"]

_WEIGHT = 0.3  # of the neighbours against the chunk itself
_NEIGHBOURS = 10
_LEAST_LIKENESS = 1e-6


def smoothed(scores: Mapping[str, float], vectors: "Mapping[str, Vectors]") -> dict[str, float]:
    """Mix each score with the mean of those of the nearest candidates, weighted by the squares of their cosines.

    Texts that are alike tend to answer the same queries, so one that scores less than all those around it was more
    likely missed than wrong (Diaz, "Regularizing ad hoc retrieval scores", CIKM 2005).

    Args:
        scores: Id to score of every candidate.
        vectors: Id to unit vector; a candidate without one is nobody's neighbour.

    Returns:
        Every id of `scores`; its score is as it was where it has no vector or no other candidate has one.
    """
    there = [one for one in sorted(scores) if one in vectors]
    if len(there) < 2:  # noqa: PLR2004 - because one alone has no neighbour
        return dict(scores)
    rows, values = np.array([vectors[one] for one in there]), np.array([scores[one] for one in there])
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, -np.inf)
    count = min(_NEIGHBOURS, len(there) - 1)
    nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    weights = np.take_along_axis(likeness, nearest, axis=1).clip(_LEAST_LIKENESS).astype(np.float64) ** 2
    means = (weights * values[nearest]).sum(axis=1) / weights.sum(axis=1)
    mixed = (1.0 - _WEIGHT) * values + _WEIGHT * means
    return {**scores, **dict(zip(there, mixed.tolist(), strict=True))}
