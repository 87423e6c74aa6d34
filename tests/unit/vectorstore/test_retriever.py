from collections.abc import Mapping, Sequence
from pathlib import Path

from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from tests.fakes.embedder import HashEmbedder
from vectorstore.index import HybridIndex
from vectorstore.retriever import HybridRetriever
from vectorstore.types import Chunk

OWLS = Chunk(id="o#0", key="o", title="Owls", text="Owls hunt mice.", start=3, end=18)
BEES = Chunk(id="b#0", key="b", title="Bees", text="Bees dance.", start=0, end=11)


def lookup(ids: Sequence[str]) -> Mapping[str, Chunk]:
    return {one.id: one for one in (OWLS, BEES) if one.id in ids}


def test_passages_are_documents_in_anybodys_chain(tmp_path: Path) -> None:
    index = HybridIndex(tmp_path / "index", HashEmbedder())
    index.apply([OWLS, BEES], [])
    retriever = HybridRetriever(index=index, lookup=lookup, k=1)
    chain = retriever | RunnableLambda[list[Document], Document](lambda documents: documents[0])
    found = chain.invoke("owls that hunt")
    (passage,) = index.search("owls that hunt", 1, lookup=lookup)
    assert (found.id, found.page_content) == ("o#0", "Owls hunt mice.")
    assert found.metadata == {
        "key": "o",
        "title": "Owls",
        "chunk": "o#0",
        "start": 3,
        "end": 18,
        "score": passage.score,
        "scores": {"dense": passage.scores.dense, "lexical": passage.scores.lexical},
    }
    index.close()


def test_mode_and_keys_are_handed_on(tmp_path: Path) -> None:
    index = HybridIndex(tmp_path / "index", HashEmbedder())
    index.apply([OWLS, BEES], [])
    retriever = HybridRetriever(index=index, lookup=lookup, mode="lexical", keys=["b"])
    assert retriever.invoke("owls") == []
    (found,) = retriever.invoke("owls and bees")
    assert found.metadata["scores"]["dense"] is None
    index.close()
