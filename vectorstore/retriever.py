"""The index as a LangChain retriever, for anybody's chain."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from operator import index as whole_number
from typing import Protocol, SupportsIndex

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import ConfigDict, NonNegativeInt, SkipValidation, field_validator

from vectorstore.types import Chunk, Passage, SearchMode

__all__ = ["HybridRetriever", "Searchable"]

Lookup = Callable[[Sequence[str]], Mapping[str, Chunk]]


class Searchable(Protocol):
    """What a retriever searches in: `HybridIndex`, or what stands before one."""

    def search(
        self, query: str, k: int, *, mode: SearchMode, keys: Collection[str] | None, lookup: Lookup
    ) -> Sequence[Passage]:
        """Find the k best chunks, best first; see `HybridIndex.search`."""
        ...


class HybridRetriever(BaseRetriever):
    """Passages as Documents: the text, and `key, title, chunk, start, end, score, scores` as metadata.

    Awaited, it searches in another thread; several may do so at the same time.

    Attributes:
        index: Where to search.
        lookup: Chunk ids to chunks, as `HybridIndex.search` takes it.
        k: How many documents at most; `invoke(query, k=3)` says it for one call.
        mode: As `HybridIndex.search` takes it.
        keys: Only chunks of these papers; None for all.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: SkipValidation[Searchable]
    lookup: SkipValidation[Lookup]
    k: NonNegativeInt = 10
    mode: SearchMode = "hybrid"
    keys: Collection[str] | None = None

    @field_validator("keys", mode="before")
    @classmethod
    def _refuse_one_text(cls, keys: object) -> object:
        if isinstance(keys, str):  # a collection of letters, which no paper is called
            raise ValueError(f"keys are several, for example [{keys!r}]; got {keys!r}")  # noqa: TRY004 - because pydantic reports this one
        return keys

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        del run_manager  # nothing to report: a search has no steps
        return self._documents(query, k)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        del run_manager  # as above
        return await run_in_executor(None, self._documents, query, k)

    def _documents(self, query: str, k: int | None) -> list[Document]:
        wanted = self.k if k is None else _count(k)
        found = self.index.search(query, wanted, mode=self.mode, keys=self.keys, lookup=self.lookup)
        return [_document(passage) for passage in found]


def _count(k: SupportsIndex) -> int:
    """What a caller gave for `k`, which no type checker sees: `invoke` hands anything on."""
    try:
        count = whole_number(k)
    except TypeError:
        count = -1
    if count < 0 or isinstance(k, bool):
        raise ValueError(f"k is how many documents are wanted, a whole number that is not negative; got {k!r}")
    return count


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
            "scores": asdict(passage.scores),
        },
    )
