"""Choosing a few of many relevant papers so that they are not all alike."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from assistant.planning.wide import Candidate

__all__ = ["diverse"]

_LAMBDA = 0.7
"""Share of relevance against novelty: what Carbonell and Goldstein advise once one knows what is important, against 0.3
for a first look around."""


def diverse(
    candidates: "Sequence[Candidate]",
    vectors: "NDArray[np.float32]",
    most: int,
    *,
    weight: float = _LAMBDA,
    relevance: "Sequence[float] | None" = None,
) -> "list[Candidate]":
    """Choose papers one after the other, each by its relevance less its likeness to those chosen before.

    Maximal marginal relevance: Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering
    documents and producing summaries", SIGIR 1998. Both terms are from 0 to 1, so nothing is rescaled.

    Args:
        candidates: The relevant papers, best first.
        vectors: Shape (len(candidates), dimensions), in the order of `candidates`; rows need not be of unit length.
        most: How many at most.
        relevance: Of each candidate, 0 to 1; its probability unless given.
        weight: Lambda, from 0 (only unlike the others) to 1 (the most probable ones).

    Returns:
        All of them as they are when no more than `most`; else `most` of them, in their own order. With equal claims the
        one that stands first.

    Raises:
        ValueError: The weight is not from 0 to 1, or there are not as many vectors as candidates.
    """
    import numpy as np

    if not 0.0 <= weight <= 1.0:
        raise ValueError(f"weight must be from 0 to 1, got {weight!r}")
    if len(vectors) != len(candidates):
        raise ValueError(f"{len(candidates)} candidates need as many vectors, got {len(vectors)}")
    if len(candidates) <= most:
        return list(candidates)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float64)
    rows = vectors / np.where(norms > 0.0, norms, 1.0)
    claims = weight * np.array([one.probability for one in candidates] if relevance is None else relevance)
    likeness = np.zeros(len(candidates))
    chosen: list[int] = []
    while len(chosen) < most:
        marginal = claims - (1.0 - weight) * likeness
        marginal[chosen] = -np.inf
        chosen.append(int(np.argmax(marginal)))
        likeness = np.maximum(likeness, rows @ rows[chosen[-1]])
    return [candidates[at] for at in sorted(chosen)]
