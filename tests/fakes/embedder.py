"""An embedder without a model: words hashed into a small bag, so that texts that share words are near."""

import re
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from vectorstore.types import Vectors

_DIMENSIONS = 64


class HashEmbedder:
    """Deterministic unit vectors of hashed words; remembers what it was asked."""

    def __init__(self, name: str = "hash-64", dimensions: int = _DIMENSIONS) -> None:
        self.name = name
        self.dimensions = dimensions
        self.document_calls: list[list[str]] = []
        self.query_calls: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.document_calls.append(list(texts))
        rows = [self._vector(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimensions)

    def embed_query(self, text: str) -> Vectors:
        self.query_calls.append(text)
        return self._vector(text)

    def _vector(self, text: str) -> Vectors:
        vector = np.full(self.dimensions, 1e-3, dtype=np.float32)  # a text without words still has a direction
        for word in re.findall(r"\w+", text.casefold()):
            hashed = int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "big")
            vector[hashed % self.dimensions] += 1.0 if hashed >> 63 else -1.0
        unit: Vectors = (vector / np.linalg.norm(vector)).astype(np.float32)
        return unit
