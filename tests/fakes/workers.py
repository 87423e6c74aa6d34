"""Embedders that another process can open, each different in one way."""

import os
import signal
from collections.abc import Sequence

import numpy as np

from tests.fakes.embedder import HashEmbedder
from vectorstore.errors import EmbedderMismatch
from vectorstore.types import Vectors


class Failing(HashEmbedder):
    """Cannot be used; its error is of a kind that cannot be sent between processes."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        raise EmbedderMismatch("one", "another")


class Dying(HashEmbedder):
    """Ends its process at the text `die`, as the system does when memory is used up."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if "die" in texts:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_documents(texts)


class Telling(HashEmbedder):
    """Vectors that tell which process made them, and how many threads it was given."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        told = [os.getpid(), int(os.environ.get("CITEWELL_THREADS", "0"))]
        return np.array([told] * len(texts), dtype=np.float32).reshape(len(texts), 2)
