"""What every chunk index does, however it ranks."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from tests.fakes.embedder import HashEmbedder
from vectorstore.types import Chunk, Hit


def chunk(number: int, text: str, *, key: str | None = None, title: str = "A study") -> Chunk:
    key = key or f"paper{number}"
    return Chunk(id=f"{key}#{number}", key=key, title=title, text=text, start=0, end=len(text))


OWLS = chunk(1, "Owls hunt mice at night.")
BEES = chunk(2, "Bees dance to tell where flowers are.")
WHALES = chunk(3, "Whales sing songs that travel far.")
ALL = [OWLS, BEES, WHALES]


class IndexContract(ABC):
    """Subclasses say how an index is opened, filled and asked; `find` takes the words of a chunk."""

    @abstractmethod
    def open(self, folder: Path) -> Any:
        """Open or create the index in a folder."""

    @abstractmethod
    def put(self, index: Any, chunks: Sequence[Chunk]) -> None:
        """Store chunks."""

    @abstractmethod
    def find(self, index: Any, words: str, k: int = 10, keys: Collection[str] | None = None) -> list[Hit]:
        """Search for the words of a chunk."""

    @pytest.fixture
    def opened(self, tmp_path: Path) -> Any:
        opened: list[Any] = []

        def opener(name: str = "index") -> Any:
            opened.append(self.open(tmp_path / name))
            return opened[-1]

        yield opener
        for index in opened:
            index.close()

    @pytest.fixture
    def index(self, opened: Callable[..., Any]) -> Any:
        return opened()

    def first(self, index: Any, words: str) -> str | None:
        hits = self.find(index, words)
        return hits[0][0] if hits else None

    def test_an_empty_index_finds_nothing(self, index: Any) -> None:
        assert self.find(index, "owls") == []
        assert index.digests() == {}
        assert index.count() == 0

    def test_the_nearest_comes_first(self, index: Any) -> None:
        self.put(index, ALL)
        for one in ALL:
            assert self.first(index, one.embedding_text) == one.id

    def test_scores_fall(self, index: Any) -> None:
        self.put(index, ALL)
        scores = [score for _, score in self.find(index, "A study: owls hunt where bees dance")]
        assert scores == sorted(scores, reverse=True)
        assert all(type(score) is float for score in scores)

    def test_no_more_than_k(self, index: Any) -> None:
        self.put(index, ALL)
        assert len(self.find(index, "a study", k=2)) == 2
        assert self.find(index, "a study", k=0) == []
        assert len(self.find(index, "a study", k=1000)) == 3

    def test_equal_scores_are_ordered_by_id(self, index: Any) -> None:
        twins = [chunk(number, "The same words.", key="twin") for number in (7, 3, 9, 1)]
        self.put(index, twins)
        assert [one for one, _ in self.find(index, "same words")] == sorted(one.id for one in twins)

    def test_only_of_the_papers_asked_for(self, index: Any) -> None:
        self.put(index, ALL)
        found = {one for one, _ in self.find(index, "A study of owls", keys=["paper2", "paper3", "nobody"])}
        assert found == {BEES.id, WHALES.id}
        assert self.find(index, "owls", keys=["nobody"]) == []
        assert self.find(index, "owls", keys=[]) == []

    def test_more_papers_asked_for_than_a_database_takes_variables(self, index: Any) -> None:
        self.put(index, ALL)
        keys = [f"paper{number}" for number in range(40_000)]
        assert self.find(index, OWLS.embedding_text, k=1, keys=keys)[0][0] == OWLS.id

    def test_upsert_replaces(self, index: Any) -> None:
        self.put(index, ALL)
        changed = replace(OWLS, text="Newts sleep.", end=12)
        self.put(index, [changed])
        assert self.first(index, "newts sleep") == OWLS.id
        assert index.digests()[OWLS.id] == changed.digest != OWLS.digest
        assert len(index.digests()) == 3

    def test_the_last_of_several_with_one_id_counts(self, index: Any) -> None:
        changed = replace(OWLS, text="Newts sleep.", end=12)
        self.put(index, [OWLS, changed])
        assert index.digests() == {OWLS.id: changed.digest}

    def test_upsert_of_nothing(self, index: Any) -> None:
        self.put(index, [])
        assert index.digests() == {}

    def test_delete(self, index: Any) -> None:
        self.put(index, ALL)
        assert index.count() == 3
        index.delete([OWLS.id, "unknown#1"])
        index.delete([])
        assert index.count() == 2
        assert index.digests() == {one.id: one.digest for one in (BEES, WHALES)}
        assert OWLS.id not in [one for one, _ in self.find(index, "owls hunt mice")]

    def test_digests_of_some(self, index: Any) -> None:
        self.put(index, ALL)
        assert index.digests([BEES.id, "unknown#1"]) == {BEES.id: BEES.digest}
        assert index.digests([]) == {}

    def test_a_chunk_without_text_is_found_by_its_title(self, index: Any) -> None:
        self.put(index, [*ALL, chunk(4, "", title="Newts")])
        assert self.first(index, "newts") == "paper4#4"

    @pytest.mark.parametrize("text", ["a\x00b", "lone \ud800 surrogate", "𝒳 中文 é 😀", "'; DROP TABLE chunks; --"])
    def test_any_text_can_be_stored(self, index: Any, text: str) -> None:
        self.put(index, [chunk(1, text, title=text)])
        assert index.digests() == {"paper1#1": chunk(1, text, title=text).digest}

    def test_what_was_stored_is_there_after_reopening(self, opened: Callable[..., Any]) -> None:
        first = opened()
        self.put(first, ALL)
        first.close()
        again = opened()
        assert again.digests() == {one.id: one.digest for one in ALL}
        assert self.first(again, "owls hunt mice") == OWLS.id

    def test_closing_twice(self, index: Any) -> None:
        index.close()
        index.close()

    def test_threads_share_one_index(self, index: Any) -> None:
        self.put(index, ALL)
        failures: list[BaseException] = []

        def work(number: int) -> None:
            try:
                self.put(index, [chunk(100 + number, f"Thread {number} writes.")])
                assert self.find(index, "owls hunt mice", k=1)[0][0] == OWLS.id
            except BaseException as error:  # noqa: BLE001 - because it is raised again below
                failures.append(error)

        threads = [Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(index.digests()) == 11


class FolderContract(IndexContract):
    """An index that lies in a folder."""

    def test_the_folder_is_its_owners_alone(self, opened: Callable[..., Any], tmp_path: Path) -> None:
        self.put(opened("mine"), ALL)
        assert (tmp_path / "mine").stat().st_mode & 0o077 == 0


class DenseContract(IndexContract):
    """An index of vectors. `find` embeds with `HashEmbedder`."""

    def test_the_score_is_the_cosine(self, index: Any) -> None:
        self.put(index, ALL)
        query = HashEmbedder().embed_query("owls and bees")
        found = self.find(index, "owls and bees")
        assert len(found) == 3
        for one, score in found:
            text = next(chunk.embedding_text for chunk in ALL if chunk.id == one)
            assert score == pytest.approx(float(HashEmbedder().embed_query(text) @ query), abs=1e-5)

    def test_vectors_are_those_that_were_stored(self, index: Any) -> None:
        self.put(index, ALL)
        vectors = index.vectors([OWLS.id, "unknown#1", BEES.id, OWLS.id])
        assert vectors.keys() == {OWLS.id, BEES.id}
        for one in (OWLS, BEES):
            assert vectors[one.id] == pytest.approx(HashEmbedder().embed_query(one.embedding_text), abs=1e-6)
        assert index.vectors([]) == {}

    def test_vectors_of_another_shape_are_refused(self, index: Any) -> None:
        with pytest.raises(ValueError, match=r"\(3, 64\), got \(2, 64\)"):
            index.upsert(ALL, np.zeros((2, 64), dtype=np.float32))

    @pytest.mark.parametrize("share", [0.05, 0.2, 0.6, 1.0])
    def test_a_filter_changes_nothing_but_who_may_be_found(self, index: Any, share: float) -> None:
        words = "owl bee whale newt mouse song dance night flower travel".split()
        chunks = [chunk(n, " ".join(words[i] for i in range(10) if n >> i & 1), key=f"p{n % 100}") for n in range(300)]
        self.put(index, chunks)
        keys = frozenset(f"p{n}" for n in range(int(100 * share)))
        everything = self.find(index, "owl song travel", k=300)
        passing = [hit for hit in everything if hit[0].partition("#")[0] in keys]
        for _ in range(2):
            found = self.find(index, "owl song travel", k=10, keys=keys)
            assert [score for _, score in found] == pytest.approx([score for _, score in passing[:10]], abs=1e-6)


class PartContract(DenseContract):
    """One of several places that hold the same vectors, each to be filled from another."""

    def test_what_is_read_can_be_stored_elsewhere(self, opened: Callable[..., Any]) -> None:
        source, target = opened("source"), opened("target")
        self.put(source, ALL)
        digests = source.digests()
        keys, vectors = source.keys([*digests, "unknown#1"]), source.vectors(list(digests))
        assert keys == {one.id: one.key for one in ALL}
        names = [(one, keys[one], digests[one]) for one in digests]
        target.store(names, np.array([vectors[one] for one in digests]))
        assert target.digests() == digests
        for one in ALL:
            assert self.first(target, one.embedding_text) == one.id
