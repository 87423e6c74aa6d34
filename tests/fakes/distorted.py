"""An embedder on another scale: the vectors of one with a common direction, with noise, turned, or in other numbers."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from vectorstore.types import Embedder, Vectors

_NOISE = 512


class DistortedEmbedder:
    """Unit vectors whose cosines are those of another embedder on another scale.

    Args:
        model: The other embedder.
        common: Share of every vector that all have in common: a cosine c becomes common + (1 - common) c.
        noise: Share that each text has for itself: the cosine of two texts becomes (1 - noise) c.
        dimensions: When given, what the vectors are projected to at random, which also turns them.
    """

    def __init__(
        self, model: Embedder, *, common: float = 0.0, noise: float = 0.0, dimensions: int | None = None
    ) -> None:
        self.name = f"{model.name}, distorted {common} {noise} {dimensions}"
        self._model = model
        self._common, self._noise = common, noise
        size = (model.dimensions, dimensions or model.dimensions)
        drawn = np.random.default_rng(0).normal(size=size)
        self._turn = drawn if dimensions else np.linalg.qr(drawn)[0]
        self.dimensions = size[1] + _NOISE + 1

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._distorted(self._model.embed_documents(texts), texts)

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._distorted(self._model.embed_query(text)[np.newaxis], [text])[0]
        return vector

    def _distorted(self, vectors: Vectors, texts: Sequence[str]) -> Vectors:
        shared = np.ones((len(texts), 1)) * np.sqrt(self._common)
        own = np.array([_direction(text) for text in texts]).reshape(len(texts), _NOISE)
        turned = _unit(vectors.astype(np.float64) @ self._turn)
        mixed = np.hstack([np.sqrt(1.0 - self._noise) * turned, np.sqrt(self._noise) * own])
        return np.hstack([np.sqrt(1.0 - self._common) * mixed, shared]).astype(np.float32)


def _direction(text: str) -> np.ndarray:
    seed = int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
    return _unit(np.random.default_rng(seed).normal(size=_NOISE))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
