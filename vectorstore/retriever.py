"""The index as a LangChain retriever, for anybody's chain."""

from collections.abc import Callable, Collection, Mapping, Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from vectorstore.index import HybridIndex
from vectorstore.types import Chunk, Passage, SearchMode

__all__ = ["HybridRetriever"]


class HybridRetriever(BaseRetriever):
    """Passages as Documents: the text, and `key, title, chunk, start, end, score, scores` as metadata.

    Attributes:
        index: Where to search.
        lookup: Chunk ids to chunks, as `HybridIndex.search` takes it.
        k: How many documents at most.
        mode: As `HybridIndex.search` takes it.
        keys: Only chunks of these papers; None for all.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: SkipValidation[HybridIndex]
    lookup: SkipValidation[Callable[[Sequence[str]], Mapping[str, Chunk]]]
    k: int = 10
    mode: SearchMode = "hybrid"
    keys: Collection[str] | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        del run_manager  # nothing to report: a search has no steps
        found = self.index.search(query, self.k, mode=self.mode, keys=self.keys, lookup=self.lookup)
        return [_document(passage) for passage in found]


def _document(passage: Passage) -> Document:
    chunk = passage.chunk
    return Document(
        id=chunk.id,
        page_content=chunk.text or chunk.title,
        metadata={
            "key": chunk.key,
            "title": chunk.title,
            "chunk": chunk.id,
            "start": chunk.start,
            "end": chunk.end,
            "score": passage.score,
            "scores": {"dense": passage.scores.dense, "lexical": passage.scores.lexical},
        },
    )
