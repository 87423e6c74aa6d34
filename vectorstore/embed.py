"""Text to unit vectors: the embedded model, or any that LangChain can name."""

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import numpy as np

from vectorstore.errors import EmbedderError
from vectorstore.minilm import WEIGHTS_SHA256, open_session, open_tokenizer
from vectorstore.text import encodable
from vectorstore.threads import model_threads

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from tokenizers import BertWordPieceTokenizer

    from vectorstore.types import Embedder, Vectors

__all__ = ["DEFAULT_EMBEDDER", "EmbeddedModel", "open_embedder"]

_PIECES_IN_A_RUN = 512
_LONGEST_INPUT = 20_000  # characters; far beyond the window, so that long input costs no tokenizing time

DEFAULT_EMBEDDER = f"all-MiniLM-L6-v2-int8@{WEIGHTS_SHA256[:8]}"
"""Name of the embedded model."""


class EmbeddedModel:
    """all-MiniLM-L6-v2 with int8 weights, run here by onnxruntime. Safe to share between threads.

    Only texts of equal length share a run. Without padding a vector depends on its text alone, to the last bit. On
    processors that cannot multiply bytes exactly the vectors differ a little (cosine above 0.99; `vectorstore.minilm`).
    """

    name = DEFAULT_EMBEDDER
    dimensions = 384

    def __init__(self) -> None:
        self._loaded: tuple[BertWordPieceTokenizer, Any] | None = None
        self.begin_threads()
        _OPEN.add(self)

    def begin_threads(self) -> None:
        """Forget the threads; a process that was copied from another has none of its threads, and its locks as is."""
        self._lock = threading.Lock()
        self._workers: Executor | None = None

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Embed texts: shape (len(texts), 384), rows of unit length.

        Raises:
            ModelFileError: The weights or the vocabulary are missing or changed.
        """
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        if not texts:
            return vectors
        tokenizer, session, workers = self._parts()
        encoded = [tokenizer.encode(encodable(text[:_LONGEST_INPUT])).ids for text in texts]

        def embed(rows: list[int]) -> None:
            ids = np.array([encoded[row] for row in rows], dtype=np.int64)
            (states,) = session.run(["states"], {"input_ids": ids})
            # Not in the graph: onnxruntime adds in another order when there is one text only.
            vectors[rows] = _unit(states.mean(axis=1))

        runs = list(_runs([len(ids) for ids in encoded]))
        # The session works on one thread and lets go of Python's lock: runs side by side beat runs cut into parts.
        for _ in workers.map(embed, runs) if len(runs) > 1 else map(embed, runs):
            pass
        return vectors

    def embed_query(self, text: str) -> "Vectors":
        """Embed one text: shape (384,), unit length.

        Raises:
            ModelFileError: The weights or the vocabulary are missing or changed.
        """
        vector: Vectors = self.embed_documents([text])[0]
        return vector

    def _parts(self) -> "tuple[BertWordPieceTokenizer, Any, Executor]":
        with self._lock:
            if self._loaded is None:
                self._loaded = open_tokenizer(), open_session()
            if self._workers is None:
                self._workers = ThreadPoolExecutor(model_threads(), thread_name_prefix="embed")
            return *self._loaded, self._workers


_OPEN: WeakSet[EmbeddedModel] = WeakSet()


def _begin_threads() -> None:
    for model in _OPEN:
        model.begin_threads()


# A copied process would wait for threads that it has not. Windows copies none.
getattr(os, "register_at_fork", lambda **_: None)(after_in_child=_begin_threads)


def open_embedder(name: str | None = None) -> "Embedder":
    """Open an embedding model by name.

    Args:
        name: None, `embedded` or the embedded model's own name for the model that comes with Citewell;
            `onnx:FOLDER` for a model in a local folder; else `provider:model` as LangChain's `init_embeddings` takes
            it.

    Raises:
        ModelFolderError: The folder holds no embedding model that can be used.
        EmbedderError: LangChain does not know the provider, its package is not installed, or it could not start.
    """
    if name in (None, "embedded", DEFAULT_EMBEDDER):
        return EmbeddedModel()
    if name.startswith("onnx:"):
        from vectorstore.onnx_folder import OnnxFolderModel

        return OnnxFolderModel(name)
    return _LangChainModel(name, _init_embeddings(name))


class _LangChainModel:
    """An embedding model of LangChain's; its rows are brought to unit length here."""

    def __init__(self, name: str, model: "Embeddings") -> None:
        self.name = name
        self._model = model

    @cached_property
    def dimensions(self) -> int:
        return len(self.embed_query("dimensions"))

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        with self._failures_named():
            found = np.array(self._model.embed_documents(list(texts)), dtype=np.float32)
        return self._unit(found, len(texts))

    def embed_query(self, text: str) -> "Vectors":
        with self._failures_named():
            found = np.array([self._model.embed_query(text)], dtype=np.float32)
        vector: Vectors = self._unit(found, 1)[0]
        return vector

    def _unit(self, found: "Vectors", texts: int) -> "Vectors":
        if found.shape[:1] != (texts,) or found.ndim != 2 or not np.isfinite(found).all():  # noqa: PLR2004 - because a matrix has two
            raise EmbedderError(
                f"The embedding model {self.name!r} gave something else than a row of numbers for each of {texts} "
                "texts. Try again, or use the model that comes with Citewell: `embedded`."
            )
        return _unit(found)

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        """Name the model and the kind of failure; a service's own words may hold a key, so they stay out."""
        try:
            yield
        except Exception as error:
            status = getattr(error, "status_code", None)
            what = type(error).__name__ + (f", status {status}" if status else "")
            raise EmbedderError(
                f"The embedding model {self.name!r} failed ({what}). Check its key, its address and the network, "
                "or use the model that comes with Citewell: `embedded`."
            ) from error


def _init_embeddings(name: str) -> "Embeddings":
    if not all(name.partition(":")):
        raise EmbedderError(
            f"{name!r} does not name an embedding model. Write `embedded`, or `provider:model`, for example "
            "`openai:text-embedding-3-small`."
        )
    from langchain.embeddings import init_embeddings

    try:
        return init_embeddings(name)
    except ImportError as error:  # LangChain's message names the package and its pip command
        raise EmbedderError(f"The embedding model {name!r} needs a package that is not installed. {error}") from error
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise EmbedderError(
            f"The embedding model {name!r} could not be opened: {reason} LangChain's providers are installed with "
            "`pip install langchain-PROVIDER`; `embedded` needs nothing."
        ) from error


def _runs(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of equal length, a few hundred word pieces at a time, the longest texts first."""
    rows_by_length: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        rows_by_length.setdefault(length, []).append(row)
    for length, rows in sorted(rows_by_length.items(), reverse=True):
        size = max(1, _PIECES_IN_A_RUN // length)
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def _unit(vectors: "Vectors") -> "Vectors":
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
