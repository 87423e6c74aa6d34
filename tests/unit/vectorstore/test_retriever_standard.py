"""LangChain's own tests of retrievers, run over an index on disk."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.retrievers import BaseRetriever

from tests.fakes.embedder import HashEmbedder
from vectorstore.index import HybridIndex
from vectorstore.retriever import HybridRetriever
from vectorstore.types import Chunk

standard = pytest.importorskip(
    "langchain_tests.integration_tests", reason="LangChain's standard tests (langchain-tests) are not installed"
)
CHUNKS = {
    f"owl{number}#0": Chunk(
        id=f"owl{number}#0", key=f"owl{number}", title="Owls", text=f"Owl {number} hunts.", start=0, end=12
    )
    for number in range(5)
}


def lookup(ids: Sequence[str]) -> Mapping[str, Chunk]:
    return {one: CHUNKS[one] for one in ids if one in CHUNKS}


class TestHybridRetriever(standard.RetrieversIntegrationTests):  # type: ignore[misc] - because it may not be installed
    @pytest.fixture(autouse=True)
    def _index(self, tmp_path: Path) -> Iterator[None]:
        self.index = HybridIndex(tmp_path / "index", HashEmbedder())
        self.index.apply(list(CHUNKS.values()), [])
        yield
        self.index.close()

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return HybridRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"index": self.index, "lookup": lookup}

    @property
    def retriever_query_example(self) -> str:
        return "an owl that hunts"
