import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.indexing import SearchableLibrary
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.types import Filter
from tests.fakes.embedder import HashEmbedder
from tests.fakes.shelf import BEES, OWLS, WHALES, open_shelf, record
from vectorstore.retriever import HybridRetriever


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = open_shelf(tmp_path / "shelf")
    yield opened
    opened.close()


@pytest.fixture
def index(library: Library) -> Iterator[SearchableLibrary]:
    add_records(library, [OWLS, BEES])
    opened = SearchableLibrary(library, embedder=HashEmbedder())
    yield opened
    opened.close()


def keys(retriever: HybridRetriever, query: str) -> set[str]:
    return {document.metadata["key"] for document in retriever.invoke(query)}


def test_what_is_added_later_is_found(library: Library, index: SearchableLibrary) -> None:
    retriever = index.retriever(5, Filter(first_year=2021))
    assert keys(retriever, "owls bees whales") == {"berg2021"}
    add_records(library, [WHALES])
    assert keys(retriever, "owls bees whales") == {"berg2021", "dove2022songs"}


def test_the_filter_and_the_keys_both_hold(index: SearchableLibrary) -> None:
    retriever = index.retriever(5, Filter(authors=("Berg",)))
    assert keys(retriever, "owls") == {"berg2021"}
    assert keys(retriever.model_copy(update={"keys": ["quill2020"]}), "owls") == set()
    narrow = index.retriever(5, Filter(keys=("quill2020", "berg2021")))
    assert keys(narrow.model_copy(update={"keys": ["quill2020", "x"]}), "owls bees") == {"quill2020"}
    assert keys(narrow.model_copy(update={"keys": ["x"]}), "owls bees") == set()
    assert narrow.model_copy(update={"mode": "lexical"}).invoke("dance")[0].metadata["scores"]["dense"] is None


def test_it_outlives_the_indexes_it_began_with(index: SearchableLibrary) -> None:
    retriever = index.retriever(1, Filter())
    assert keys(retriever, "bees dance") == {"berg2021"}
    index.rebuild(HashEmbedder("hash-32", 32))
    assert keys(retriever, "bees dance") == {"berg2021"}


def test_many_at_once_the_first_of_which_index(
    library: Library, index: SearchableLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    add_records(library, [record(f"Paper {at} on ants", "Ant, A", year=2000 + at, key=f"ant{at}") for at in range(30)])
    retriever = index.retriever(1, Filter(first_year=2000, last_year=2099))

    async def all_at_once() -> list[str]:
        queries = [f"paper {at} on ants" for at in range(30)] * 4
        found = await asyncio.gather(*(retriever.ainvoke(query) for query in queries))
        return [documents[0].metadata["key"] for documents in found]

    assert asyncio.run(all_at_once()) == [f"ant{at}" for at in range(30)] * 4
    assert caplog.records == []


def test_a_reranker_is_asked_wherever_is_searched(library: Library) -> None:
    add_records(library, [OWLS, BEES])
    asked: list[tuple[str, int]] = []

    class Backwards:
        name = "backwards"

        def scores(self, query: str, texts: Sequence[str]) -> list[float]:
            asked.append((query, len(texts)))
            return [float(at) for at in range(len(texts))]

    plain = SearchableLibrary(library, embedder=HashEmbedder())
    everything = [one.chunk.id for one in plain.search("owls", 50, Filter(), "dense")]
    plain.close()
    opened = SearchableLibrary(library, embedder=HashEmbedder(), reranker=Backwards)
    assert [one.chunk.id for one in opened.search("owls", 2, Filter(), "dense")] == everything[:-3:-1]
    assert opened.retriever(1, Filter()).model_copy(update={"mode": "dense"}).invoke("owls")[0].id == everything[-1]
    assert asked == [("owls", len(everything))] * 2
    opened.close()
