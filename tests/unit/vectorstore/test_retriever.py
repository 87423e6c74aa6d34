import asyncio
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from tests.fakes.embedder import HashEmbedder
from vectorstore.index import HybridIndex
from vectorstore.retriever import HybridRetriever
from vectorstore.types import Chunk, Passage, Scores, SearchMode

OWLS = Chunk(id="o#0", key="o", title="Owls", text="Owls hunt mice.", start=3, end=18)
BEES = Chunk(id="b#0", key="b", title="Bees", text="Bees dance.", start=0, end=11)


def lookup(ids: Sequence[str]) -> Mapping[str, Chunk]:
    return {one.id: one for one in (OWLS, BEES) if one.id in ids}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[HybridIndex]:
    opened = HybridIndex(tmp_path / "index", HashEmbedder())
    opened.apply([OWLS, BEES], [])
    yield opened
    opened.close()


def test_passages_are_documents_in_anybodys_chain(index: HybridIndex) -> None:
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
        "scores": asdict(passage.scores),
    }


def test_mode_and_keys_are_handed_on(index: HybridIndex) -> None:
    retriever = HybridRetriever(index=index, lookup=lookup, mode="lexical", keys=["b"])
    assert retriever.invoke("owls") == []
    (found,) = retriever.invoke("owls and bees")
    assert found.metadata["scores"]["dense"] is None


def test_one_text_is_no_collection_of_keys(index: HybridIndex) -> None:
    with pytest.raises(ValueError, match=r"for example \['smith2020'\]"):
        HybridRetriever(index=index, lookup=lambda _: {}, keys="smith2020")


def test_how_many_is_said_once_or_for_a_call(index: HybridIndex) -> None:
    retriever = HybridRetriever(index=index, lookup=lookup, k=1)
    assert [len(retriever.invoke("owls and bees", k=k)) for k in (0, 1, 2)] == [0, 1, 2]
    assert len(retriever.invoke("owls and bees")) == 1
    assert len(asyncio.run(retriever.ainvoke("owls and bees", k=2))) == 2
    assert len(asyncio.run(retriever.ainvoke("owls and bees"))) == 1


@pytest.mark.parametrize("wrong", [-1, 1.5, "3", True, [3]])
def test_how_many_is_a_whole_number(index: HybridIndex, wrong: Any) -> None:
    retriever = HybridRetriever(index=index, lookup=lookup)
    with pytest.raises(ValueError, match="whole number that is not negative; got"):
        retriever.invoke("owls", k=wrong)
    with pytest.raises(ValueError, match="whole number that is not negative; got"):
        asyncio.run(retriever.ainvoke("owls", k=wrong))


@pytest.mark.parametrize("wrong", [-1, 1.5, "three"])
def test_how_many_is_checked_when_it_is_made(index: HybridIndex, wrong: Any) -> None:
    with pytest.raises(ValueError, match="k"):
        HybridRetriever(index=index, lookup=lookup, k=wrong)


def test_batches_keep_the_order_of_the_queries(index: HybridIndex) -> None:
    retriever = HybridRetriever(index=index, lookup=lookup, k=1)
    queries = ["owls hunt", "bees dance"] * 10
    wanted = ["o", "b"] * 10
    assert [found[0].metadata["key"] for found in retriever.batch(queries)] == wanted
    assert [found[0].metadata["key"] for found in asyncio.run(retriever.abatch(queries))] == wanted


class Waiting:
    """A search that ends when all that are expected have begun."""

    def __init__(self, together: int) -> None:
        self._barrier = threading.Barrier(together, timeout=20)

    def search(
        self, query: str, k: int, *, mode: SearchMode, keys: Collection[str] | None, lookup: Any
    ) -> list[Passage]:
        self._barrier.wait()
        return [Passage(chunk=OWLS, score=1.0, scores=Scores())]


def test_awaiting_leaves_the_event_loop_free() -> None:
    retriever = HybridRetriever(index=Waiting(3), lookup=lookup)

    async def all_at_once() -> list[list[Document]]:
        return await asyncio.gather(*(retriever.ainvoke("owls") for _ in range(3)))

    assert [found[0].id for found in asyncio.run(all_at_once())] == ["o#0"] * 3


class Listener(BaseCallbackHandler):
    """Notes what a retriever reports."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []

    def on_retriever_start(self, serialized: Any, query: str, **about: Any) -> None:
        self.heard.append(("start", (query, sorted(about["tags"]))))

    def on_retriever_end(self, documents: Sequence[Document], **about: Any) -> None:
        self.heard.append(("end", [one.id for one in documents]))

    def on_retriever_error(self, error: BaseException, **about: Any) -> None:
        self.heard.append(("error", str(error)))


def test_callbacks_hear_of_it_with_its_tags(index: HybridIndex) -> None:
    retriever = HybridRetriever(index=index, lookup=lookup, k=1, tags=["library"])
    listener = Listener()
    retriever.invoke("owls hunt", {"callbacks": [listener], "tags": ["mine"]})
    heard = [("start", ("owls hunt", ["library", "mine"])), ("end", ["o#0"])]
    assert listener.heard == heard
    asyncio.run(retriever.ainvoke("owls hunt", {"callbacks": [listener], "tags": ["mine"]}))
    assert listener.heard == heard * 2


def test_callbacks_hear_of_failures() -> None:
    class Failing(Waiting):
        def search(self, *_: Any, **__: Any) -> list[Passage]:
            raise RuntimeError("no index")

    retriever, listener = HybridRetriever(index=Failing(1), lookup=lookup), Listener()
    with pytest.raises(RuntimeError, match="no index"):
        asyncio.run(retriever.ainvoke("owls", {"callbacks": [listener]}))
    assert listener.heard[-1] == ("error", "no index")
