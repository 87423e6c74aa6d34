import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import rebuilding
from assistant.embedders import recorded_embedder
from assistant.errors import ServiceError
from assistant.indexing import SearchableLibrary
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.types import Filter, Record
from tests.fakes.embedder import HashEmbedder
from tests.fakes.shelf import BEES, OWLS, WHALES, open_shelf
from vectorstore.chunk import chunk_paper
from vectorstore.errors import EmbedderError
from vectorstore.types import SearchMode, Vectors

MODES: list[SearchMode] = ["hybrid", "dense", "lexical"]


class Opened:
    """A library and its indexes, as one process has them open."""

    def __init__(self, folder: Path, *, whole: bool = False) -> None:
        self.embedder = HashEmbedder()
        self.library = Library(folder, chunker=chunk_paper, chunking="whole") if whole else open_shelf(folder)
        self.index = SearchableLibrary(self.library, embedder=self.embedder)

    def add(self, *records: Record) -> None:
        add_records(self.library, records)
        self.index.bring_up_to_date()

    def found(self, query: str, mode: SearchMode = "hybrid", k: int = 1) -> list[str]:
        return [one.chunk.id for one in self.index.search(query, k, Filter(), mode)]

    def embedded(self) -> list[str]:
        """First lines of what was embedded since the last call."""
        texts = [text.partition("\n")[0] for call in self.embedder.document_calls for text in call]
        self.embedder.document_calls.clear()
        return texts

    def close(self) -> None:
        self.index.close()
        self.library.close()


class Interrupted(HashEmbedder):
    """Does something before it embeds for the second time."""

    def __init__(self, name: str, event: Callable[[], object]) -> None:
        super().__init__(name)
        self._event = event

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if len(self.document_calls) == 1:
            self._event()
        return super().embed_documents(texts)


@pytest.fixture(autouse=True)
def _few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "_BATCH", 2)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(tmp_path / "shelf")
    opened.add(OWLS, BEES, WHALES)
    opened.embedded()
    yield opened
    opened.close()


def dies() -> None:
    raise KeyboardInterrupt


def left(opened: Opened) -> set[str]:
    return {one.name for one in opened.library.folder.glob("index*")}


@pytest.mark.parametrize("name", ["hash-64", "other"])
def test_meanwhile_the_present_indexes_are_searched(
    opened: Opened, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    def search() -> None:
        began_before = [opened_before.found("bees dance", mode) for mode in MODES]
        begins_now = Opened(opened.library.folder)
        assert began_before == [begins_now.found("bees dance", mode) for mode in MODES] == [["berg2021#0"]] * 3
        assert (opened_before.embedded(), begins_now.embedded()) == ([], [])
        begins_now.close()
        searched.append(True)

    searched: list[bool] = []
    opened_before = Opened(opened.library.folder)
    opened_before.found("bees dance")
    assert opened.index.rebuild(Interrupted(name, search)) == 5
    assert searched == [True]
    assert caplog.messages == []
    assert opened.found("bees dance") == ["berg2021#0"]
    assert left(opened) == {"index"}
    if name == "hash-64":
        assert opened_before.found("bees dance", "dense") == ["berg2021#0"]
    opened_before.close()


class TestKilled:
    @pytest.fixture
    def killed(self, opened: Opened, tmp_path: Path) -> Iterator[Opened]:
        """A new process, after one was killed that had embedded two of five chunks anew."""
        with pytest.raises(KeyboardInterrupt):
            opened.index.rebuild(Interrupted("hash-64", dies))
        opened.close()
        again = Opened(tmp_path / "shelf")
        yield again
        again.close()

    def test_the_present_indexes_are_as_they_were(self, killed: Opened) -> None:
        assert [killed.found("bees dance", mode) for mode in MODES] == [["berg2021#0"]] * 3
        killed.add(replace(BEES, abstract="Bees sleep in winter."), OWLS, WHALES)
        assert killed.found("bees sleep", "dense") == ["berg2021#0"]
        assert killed.embedded() == ["How bees dance"]

    def test_the_next_goes_on(self, killed: Opened) -> None:
        assert killed.index.rebuild(killed.embedder) == 5
        assert len(killed.embedded()) == 3
        assert left(killed) == {"index"}
        assert [killed.found("bees dance", mode) for mode in MODES] == [["berg2021#0"]] * 3
        assert killed.index.rebuild(killed.embedder) == len(killed.embedded()) == 5

    def test_a_graph_at_whose_reading_it_died_is_made_again(
        self, killed: Opened, caplog: pytest.LogCaptureFixture
    ) -> None:
        unfinished = killed.index.folder.parent / "index.new"
        for vectors in unfinished.glob("scan*"):  # only the graph holds what was made
            vectors.unlink() if vectors.is_file() else shutil.rmtree(vectors)
        (unfinished / "dense" / "tried").touch()
        with caplog.at_level(logging.WARNING):
            assert killed.index.rebuild(killed.embedder) == len(killed.embedded()) == 5
        assert "damaged" not in caplog.text, "nothing that anybody had is lost"
        assert left(killed) == {"index"}

    def test_what_changed_since_is_made_anew_too(self, killed: Opened) -> None:
        killed.add(replace(OWLS, title="Owls"), BEES, WHALES)
        killed.embedded()
        assert killed.index.rebuild(killed.embedder) == 5
        assert len(killed.embedded()) == 5
        assert killed.found("bees dance", "dense") == ["berg2021#0"]

    def test_with_another_model_it_begins_again(self, killed: Opened) -> None:
        other = HashEmbedder("other", dimensions=32)
        assert killed.index.rebuild(other) == 5
        assert sum(map(len, other.document_calls)) == 5
        assert recorded_embedder(killed.library) == "other"
        assert left(killed) == {"index"}

    def test_leftovers_are_deleted(self, killed: Opened) -> None:
        assert left(killed) == {"index", "index.new"}
        killed.index.drop_leftovers()
        assert left(killed) == {"index"}
        assert killed.index.rebuild(killed.embedder) == len(killed.embedded()) == 5

    @pytest.mark.parametrize("name", ["hash-64", "other"])
    def test_after_the_indexes_were_put_in_place(
        self, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(rebuilding, "take_over", lambda *_: dies())
            with pytest.raises(KeyboardInterrupt):
                opened.index.rebuild(HashEmbedder(name))
        opened.close()
        again = Opened(tmp_path / "shelf")
        if name == "hash-64":
            assert [again.found("bees dance", mode) for mode in MODES] == [["berg2021#0"]] * 3
            assert again.embedded() == []
        else:
            assert again.index.rebuild(again.embedder) == 5
            assert again.found("bees dance") == ["berg2021#0"]
        again.close()


def test_a_model_that_fails_leaves_the_present_indexes(opened: Opened) -> None:
    def fails() -> None:
        raise EmbedderError("The embedding model 'far' failed. Try again.")

    with pytest.raises(ServiceError, match="'far' failed"):
        opened.index.rebuild(Interrupted("far", fails))
    assert recorded_embedder(opened.library) is None
    assert opened.found("bees dance", "dense") == ["berg2021#0"]


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 5])
def test_another_process_searches_while_they_change_places(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """It finds no folder for a moment, and makes one."""
    rename = Path.rename
    made: list[Path] = []

    def made_again(path: Path, target: Path) -> Path:
        moved = rename(path, target)
        if target.name == "index.old" and len(made) < times:
            made.append(path)
            (path / "lexical").mkdir(parents=True)
        return moved

    monkeypatch.setattr(Path, "rename", made_again)
    if times == 5:
        with pytest.raises(Exception, match="cannot be used"):
            opened.index.rebuild(opened.embedder)
        return
    assert opened.index.rebuild(opened.embedder) == 5
    assert opened.found("bees dance", "dense") == ["berg2021#0"]
    assert left(opened) == {"index"}


class TestCutOtherwise:
    def test_old_and_new_chunks_are_searched_together(self, opened: Opened) -> None:
        newer = Opened(opened.library.folder, whole=True)
        newer.add(
            OWLS, BEES, WHALES, replace(OWLS, title="Of moles", key="mole", doi=None, abstract="Moles. They dig.")
        )
        assert newer.embedded() == ["Of moles"]
        for mode in MODES:
            assert newer.found("moles dig", mode)[0].endswith("#0")
            assert newer.found("feathers sound", mode) == ["quill2020#2"]
        newer.close()

    def test_they_are_cut_anew(self, opened: Opened) -> None:
        opened.close()
        newer = Opened(opened.library.folder, whole=True)
        assert newer.index.rebuild(newer.embedder) == 3
        assert not newer.library.is_cut_otherwise()
        for mode in MODES:
            (found,) = newer.index.search("feathers sound", 1, Filter(), mode)
            assert (found.chunk.id, found.chunk.text) == ("quill2020#0", OWLS.abstract)
        assert newer.library.pending() == []
        assert newer.index.check_again() == 0
        newer.close()

    def test_killed_before_the_end(self, opened: Opened) -> None:
        newer = Opened(opened.library.folder, whole=True)
        with pytest.raises(KeyboardInterrupt):
            newer.index.rebuild(Interrupted("hash-64", dies))
        newer.close()
        again = Opened(opened.library.folder, whole=True)
        for mode in MODES:
            assert again.found("feathers sound", mode) == ["quill2020#0"]
        assert again.embedded() == ["Owls that hunt at night"]
        again.close()
