"""Chunks of abstracts, their vectors and words, and the search over both. Knows nothing of language models."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vectorstore.chunk import chunk_paper
    from vectorstore.embed import EmbeddedModel, open_embedder
    from vectorstore.index import HybridIndex
    from vectorstore.rerank import OnnxCrossEncoder, Reranker, open_reranker
    from vectorstore.retriever import HybridRetriever
    from vectorstore.sentences import split_sentences
    from vectorstore.tokens import count_tokens
    from vectorstore.types import Chunk, Embedder, Passage, Scores

__all__ = [
    "Chunk",
    "EmbeddedModel",
    "Embedder",
    "HybridIndex",
    "HybridRetriever",
    "OnnxCrossEncoder",
    "Passage",
    "Reranker",
    "Scores",
    "chunk_paper",
    "count_tokens",
    "open_embedder",
    "open_reranker",
    "split_sentences",
]

_HOMES = {
    "Chunk": "types",
    "EmbeddedModel": "embed",
    "Embedder": "types",
    "HybridIndex": "index",
    "HybridRetriever": "retriever",
    "OnnxCrossEncoder": "rerank",
    "Passage": "types",
    "Reranker": "rerank",
    "Scores": "types",
    "chunk_paper": "chunk",
    "count_tokens": "tokens",
    "open_embedder": "embed",
    "open_reranker": "rerank",
    "split_sentences": "sentences",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import vectorstore` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
