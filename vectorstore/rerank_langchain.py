"""LangChain's rerankers as ours: cross-encoders, and compressors that put documents in another order."""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vectorstore.errors import RerankerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.cross_encoders import BaseCrossEncoder
    from langchain_core.documents import BaseDocumentCompressor

    from vectorstore.rerank import Reranker

__all__ = ["adapted"]

_PLACE = "citewell_place"


def adapted(given: object) -> "Reranker":
    """A cross-encoder or a document compressor of LangChain's as a reranker.

    Raises:
        RerankerError: It is neither.
    """
    from langchain_core.cross_encoders import BaseCrossEncoder
    from langchain_core.documents import BaseDocumentCompressor

    if isinstance(given, BaseCrossEncoder):
        return _Scoring(given, lambda query, texts: _by_pairs(given, query, texts))
    if isinstance(given, BaseDocumentCompressor):
        return _Scoring(given, lambda query, texts: _by_order(given, query, texts))
    raise RerankerError(
        f"{given!r} is no reranker. Give a folder with an ONNX cross-encoder, an object with `name` and "
        "`scores(query, texts)`, or LangChain's BaseCrossEncoder or BaseDocumentCompressor."
    )


class _Scoring:
    def __init__(self, model: object, scores: Callable[[str, Sequence[str]], list[float]]) -> None:
        which = next(
            (one for name in ("model_name", "model") if isinstance(one := getattr(model, name, None), str)), ""
        )
        self.name = f"langchain:{type(model).__name__}" + (f":{which}" if which else "")
        self._scores = scores

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        with self._failures_named():
            return self._scores(query, texts) if texts else []

    @contextmanager
    def _failures_named(self) -> "Iterator[None]":
        """Name the model and the kind of failure; a service's own words may hold a key, so they stay out."""
        try:
            yield
        except RerankerError:
            raise
        except Exception as error:
            status = getattr(error, "status_code", None)
            what = type(error).__name__ + (f", status {status}" if status else "")
            raise RerankerError(
                f"The reranker {self.name!r} failed ({what}). Check its key, its address and the network, or search "
                "without a reranker."
            ) from error


def _by_pairs(model: "BaseCrossEncoder", query: str, texts: Sequence[str]) -> list[float]:
    return [float(score) for score in model.score([(query, text) for text in texts])]


def _by_order(model: "BaseDocumentCompressor", query: str, texts: Sequence[str]) -> list[float]:
    """The compressor's own `relevance_score` where all it returns have one, else places; what it drops comes last."""
    from langchain_core.documents import Document

    documents = [Document(page_content=text, metadata={_PLACE: place}) for place, text in enumerate(texts)]
    kept = list(model.compress_documents(documents, query))
    places = [one.metadata.get(_PLACE) for one in kept]
    if not all(isinstance(place, int) for place in places) or len(set(places)) < len(places):
        raise RerankerError(
            f"{type(model).__name__} does not say which of the documents it returns is which: it must keep their "
            "metadata, and return each once."
        )
    own = [one.metadata.get("relevance_score") for one in kept]
    is_scored = all(isinstance(score, int | float) for score in own)
    scores = [float(score) for score in own if score is not None] if is_scored else _falling(len(kept))
    found = dict(zip(places, scores, strict=True))
    least = min(scores, default=0.0) - 1.0
    return [found.get(place, least) for place in range(len(texts))]


def _falling(count: int) -> list[float]:
    return [float(count - place) for place in range(count)]
