from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import embedding
from assistant.embedding import Spread
from assistant.indexing import SearchableLibrary
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.types import Filter
from tests.fakes.embedder import HashEmbedder
from tests.fakes.shelf import open_shelf, record
from vectorstore.types import Vectors

RECORDS = [
    record(f"Paper {at} on owls", "Quill, Ada", year=2000 + at, key=f"owl{at}", abstract=f"Owl {at} hunts. It sleeps.")
    for at in range(30)
]
HERE = Spread(engine="threads")


class Counting(HashEmbedder):
    """Opened by name as the workers do it; all that are opened note in one place what they embed."""

    embedded: list[str]

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return super().embed_documents(texts)


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What workers embed, which share this process."""
    monkeypatch.setattr(Counting, "embedded", [], raising=False)
    monkeypatch.setattr(embedding, "open_embedder", Counting)
    monkeypatch.setattr(embedding, "_BATCH", 8)
    return Counting.embedded


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = open_shelf(tmp_path / "shelf")
    add_records(opened, RECORDS)
    yield opened
    opened.close()


@pytest.fixture
def index(library: Library) -> Iterator[SearchableLibrary]:
    opened = SearchableLibrary(library, embedder=HashEmbedder())
    yield opened
    opened.close()


def found(index: SearchableLibrary) -> list[list[tuple[str, float]]]:
    queries = ["owl 7 hunts", "paper 12", "sleeps"]
    return [[(one.chunk.id, one.score) for one in index.search(query, 9, Filter(), "hybrid")] for query in queries]


def test_the_same_index_as_in_the_ordinary_way(
    index: SearchableLibrary, library: Library, embedded: list[str], tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    total = library.pending_count()
    assert index.bring_up_to_date(lambda *done: told.append(done), spread=HERE) == total
    assert told == [(min(done, total), total) for done in range(8, total + 8, 8)]
    assert len(embedded) == total
    assert library.pending() == []
    other = open_shelf(tmp_path / "other")
    add_records(other, RECORDS)
    ordinary = SearchableLibrary(other, embedder=HashEmbedder())
    assert found(index) == found(ordinary)
    ordinary.close()
    other.close()


def test_only_what_changed_is_embedded_and_what_is_gone_is_forgotten(
    index: SearchableLibrary, library: Library, embedded: list[str]
) -> None:
    index.bring_up_to_date(spread=HERE)
    embedded.clear()
    add_records(library, [replace(RECORDS[3], abstract="Owl 3 flies."), *RECORDS[4:]])
    with library.writing(), library.database.transaction():
        library.remove("owl0")
    index.bring_up_to_date(spread=HERE)
    assert embedded == ["Paper 3 on owls\nOwl 3 flies."]
    assert index.search("paper 0 on owls", 1, Filter(keys=("owl0",)), "hybrid") == []
    assert index.search("owl 3 flies", 1, Filter(), "hybrid")[0].chunk.text == "Owl 3 flies."


def test_whoever_stops_it_loses_one_batch(index: SearchableLibrary, library: Library, embedded: list[str]) -> None:
    class StoppedError(Exception):
        pass

    def stop_at_sixteen(done: int, total: int) -> None:
        if done == 16:
            raise StoppedError

    total = library.pending_count()
    with pytest.raises(StoppedError):
        index.bring_up_to_date(stop_at_sixteen, spread=HERE)
    assert library.pending_count() == total - 16
    index.close()
    again = SearchableLibrary(library, embedder=HashEmbedder())
    assert again.bring_up_to_date(spread=HERE) == total - 16
    assert len(embedded) <= total + 8
    again.close()


def test_nothing_pending(index: SearchableLibrary, embedded: list[str]) -> None:
    index.bring_up_to_date(spread=HERE)
    embedded.clear()
    assert index.bring_up_to_date(spread=HERE) == 0
    assert embedded == []
