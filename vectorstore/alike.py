"""More chunks like some that are known to be good: search by example."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vectorstore.types import DenseIndex, Examples, Hit

__all__ = ["alike"]

_AROUND = 2000
"""Chunks around the examples whose mean is what they have in common with what they are not."""
_LESS = 0.8
"""How much of that mean is taken away. Less than 1, so that examples that are all there is still have a direction."""


def alike(examples: "Examples", k: int, keys: Collection[str] | None, dense: "DenseIndex") -> "list[Hit]":
    """The k chunks most like the examples and least like the other chunks around them, best first, equal ones by id.

    The query is the weighted mean of the examples less the mean of the chunks around them (Rocchio, "Relevance feedback
    in information retrieval", 1971): in a library on one field, all chunks are near to any example, and what tells them
    apart is how they differ from their neighbours.

    Args:
        examples: Chunk id to weight, above 0; ids that are not held count for nothing.
        k: How many at most.
        keys: Only chunks of these papers; None for all.
        dense: Where the vectors are.

    Returns:
        Ids with the cosine of their vectors to the query; nothing when no example is held.
    """
    held = dense.vectors(examples)
    weights = {one: examples[one] for one in sorted(held) if examples[one] > 0.0}
    if k < 1 or not weights:
        return []
    centre = np.average([held[one] for one in weights], axis=0, weights=list(weights.values()))
    around = dense.vectors([one for one, _ in dense.search(_unit(centre), _AROUND)])
    background = np.mean(list(around.values()), axis=0) if around else np.zeros_like(centre)
    return dense.search(_unit(centre - _LESS * background), k, keys)


def _unit(vector: "np.ndarray") -> "np.ndarray":
    length = float(np.linalg.norm(vector))
    unit: np.ndarray = (vector / length if length else vector).astype(np.float32)
    return unit
