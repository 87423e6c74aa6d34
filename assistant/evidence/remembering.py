"""Vectors of texts that were embedded already: the evidence and the judge read the same sentences."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from vectorstore.types import Embedder, Vectors

__all__ = ["Remembering", "remembering"]

_TEXTS_REMEMBERED = 4096


class Remembering:
    """An embedder that keeps the vectors of the last few thousand texts. Safe to share between threads."""

    def __init__(self, embedder: "Embedder") -> None:
        self._embedder = embedder
        self._documents: OrderedDict[str, Vectors] = OrderedDict()
        self._queries: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """That of the embedder itself: the vectors are the same."""
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._embedder.dimensions

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Embed texts: shape (len(texts), dimensions), rows of unit length; only new ones are computed."""
        import numpy as np

        known = {text: vector for text in set(texts) if (vector := self._found(self._documents, text)) is not None}
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            made = dict(zip(fresh, self._embedder.embed_documents(fresh), strict=True))
            self._keep(self._documents, made)
            known |= made
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        return np.stack([known[text] for text in texts])

    def embed_query(self, text: str) -> "Vectors":
        """Embed one query: shape (dimensions,), unit length."""
        vector = self._found(self._queries, text)
        if vector is None:
            vector = self._embedder.embed_query(text)
            self._keep(self._queries, {text: vector})
        return vector

    def _found(self, store: "OrderedDict[str, Vectors]", text: str) -> "Vectors | None":
        with self._lock:
            if text in store:
                store.move_to_end(text)
            return store.get(text)

    def _keep(self, store: "OrderedDict[str, Vectors]", made: "dict[str, Vectors]") -> None:
        with self._lock:
            store.update(made)
            while len(store) > _TEXTS_REMEMBERED:
                store.popitem(last=False)


_MEMORIES: "WeakKeyDictionary[object, Remembering]" = WeakKeyDictionary()


def remembering(embedder: "Embedder") -> Remembering:
    """The memory of an embedder: one for all who ask with the same one, for as long as somebody holds it."""
    if isinstance(embedder, Remembering):
        return embedder
    found = _MEMORIES.get(embedder)
    if found is None:
        found = _MEMORIES.setdefault(embedder, Remembering(embedder))
    return found
