"""Results that are not all alike: measured by `ablations.py`, and not shipped because it costs coverage."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vectorstore.types import Passage, Vectors

__all__ = ["diversified"]


def diversified(
    passages: "Sequence[Passage]", vectors: "Mapping[str, Vectors]", k: int, weight: float
) -> "list[Passage]":
    """Choose k passages one after the other, each by its score less its likeness to those chosen before.

    Maximal marginal relevance: Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering
    documents and producing summaries", SIGIR 1998. Scores count by their place between the lowest and the highest, so
    that they compare with cosines.

    Args:
        passages: What was found, best first.
        vectors: Chunk id to unit vector; a chunk without one is like no other.
        k: How many at most.
        weight: Of the score, from 0 (only unlike the others) to 1 (the first k as they are).

    Returns:
        Some of `passages`, in the order chosen; with equal claims the one that stands first. A smaller k gives the
        beginning of the same list.

    Raises:
        ValueError: The weight is not from 0 to 1.
    """
    if not 0.0 <= weight <= 1.0:
        raise ValueError(f"weight must be from 0 to 1, got {weight!r}")
    if not passages:
        return []
    claims = weight * _scaled([one.score for one in passages])
    rows = _rows(passages, vectors)
    likeness = np.zeros(len(passages), dtype=np.float32)
    chosen: list[int] = []
    while len(chosen) < min(k, len(passages)):
        marginal = claims - (1.0 - weight) * likeness
        marginal[chosen] = -np.inf
        chosen.append(int(np.argmax(marginal)))
        likeness = np.maximum(likeness, rows @ rows[chosen[-1]])
    return [passages[at] for at in chosen]


def _scaled(scores: Sequence[float]) -> "Vectors":
    values = np.array(scores, dtype=np.float32)
    spread = values.max() - values.min()
    scaled: Vectors = (values - values.min()) / spread if spread else np.ones_like(values)
    return scaled


def _rows(passages: "Sequence[Passage]", vectors: "Mapping[str, Vectors]") -> "Vectors":
    dimensions = max((len(one) for one in vectors.values()), default=1)
    nothing = np.zeros(dimensions, dtype=np.float32)
    return np.array([vectors.get(one.chunk.id, nothing) for one in passages], dtype=np.float32)
