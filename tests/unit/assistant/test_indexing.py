import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import indexing
from assistant.embedders import library_embedder, named_embedder, recorded_embedder, remember_embedder
from assistant.errors import LibraryDamaged, LibraryError, LibraryInUse, ServiceError, UsageError
from assistant.indexing import SearchableLibrary
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.types import Filter, Record
from tests.fakes.embedder import HashEmbedder
from tests.fakes.shelf import BEES, OWLS, WHALES, open_shelf
from vectorstore.embed import DEFAULT_EMBEDDER
from vectorstore.errors import (
    EmbedderError,
    EmbedderMismatch,
    IndexDamaged,
    IndexInUse,
    ModelFileError,
    VectorstoreError,
)
from vectorstore.index import HybridIndex
from vectorstore.types import SearchMode

ALL = [OWLS, BEES, WHALES]
OWL_SENTENCES = ["Owls hunt mice in the dark.", "They hear every step.", "Their feathers make no sound at all."]
MODES: list[SearchMode] = ["hybrid", "dense", "lexical"]


class Opened:
    """A library with indexes, and the embedder that makes them."""

    def __init__(self, folder: Path, name: str = "hash-64") -> None:
        self.embedder = HashEmbedder(name)
        self.library = open_shelf(folder)
        self.index = SearchableLibrary(self.library, embedder=self.embedder)

    def add(self, *records: Record) -> None:
        add_records(self.library, records)
        self.index.bring_up_to_date()

    def found(self, query: str, mode: SearchMode = "hybrid", where: Filter | None = None, k: int = 1) -> list[str]:
        return [passage.chunk.key for passage in self.index.search(query, k, where or Filter(), mode)]

    def embedded(self) -> list[str]:
        """Texts embedded since the last call, less their titles."""
        texts = [text.partition("\n")[2] for call in self.embedder.document_calls for text in call]
        self.embedder.document_calls.clear()
        return texts

    def close(self) -> None:
        self.index.close()
        self.library.close()


Opener = Callable[..., Opened]


@pytest.fixture
def opener(tmp_path: Path) -> Iterator[Opener]:
    """Opens the one library of the test, as a new process would."""
    opened: list[Opened] = []

    def opener(name: str = "hash-64") -> Opened:
        for one in opened:
            one.close()
        opened.append(Opened(tmp_path / "shelf", name))
        return opened[-1]

    yield opener
    for one in opened:
        one.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three papers in their indexes, to be copied."""
    opened = Opened(tmp_path_factory.mktemp("made") / "shelf")
    opened.add(*ALL)
    opened.close()
    return opened.library.folder


@pytest.fixture
def full(opener: Opener, made: Path, tmp_path: Path) -> Opened:
    shutil.copytree(made, tmp_path / "shelf")
    return opener()


class TestEmbedsWhatChanged:
    def test_new_papers(self, opener: Opener) -> None:
        opened = opener()
        opened.add(*ALL)
        assert sorted(opened.embedded()) == sorted([*OWL_SENTENCES, BEES.abstract, ""])
        assert opened.library.pending() == []

    def test_nothing_when_the_same_file_is_added_again(self, full: Opened, opener: Opener) -> None:
        again = opener()
        again.add(*ALL)
        assert again.found("owls hunt mice") == ["quill2020"]
        assert again.embedded() == []

    def test_the_changed_chunk_of_a_changed_abstract(self, full: Opened) -> None:
        full.embedded()
        full.add(replace(OWLS, abstract=OWLS.abstract.replace("every", "light")), BEES, WHALES)
        assert full.embedded() == ["They hear light step."]
        full.add(*ALL)
        assert full.embedded() == ["They hear every step."]

    def test_counted_over_the_life_of_a_library(self, opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
        """What each event embeds: a change its chunks, and everything else nothing."""
        opened = opener()
        told: dict[str, int] = {}

        def embedding(event: str, *records: Record, tags: tuple[str, ...] = ()) -> None:
            add_records(opened.library, records, tags=tags)
            opened.index.bring_up_to_date()
            told[event] = len(opened.embedded())

        embedding("new", *ALL)
        embedding("the same file", *ALL)
        embedding("another tag", *ALL, tags=("seen",))
        embedding("a changed venue and year", replace(OWLS, venue="Night", year=2019), BEES, WHALES)
        embedding("a changed title", OWLS, replace(BEES, title="How bees dance at noon"), WHALES)
        embedding("a changed abstract", replace(OWLS, abstract=OWLS.abstract.replace("every", "light")), WHALES)
        with opened.library.writing(), opened.library.database.transaction():
            opened.library.remove("berg2021")
        embedding("removed")
        embedding("added again", BEES)
        opened = opener()
        embedding("opened again")
        assert told == {
            "new": 5,
            "the same file": 0,
            "another tag": 0,
            "a changed venue and year": 0,
            "a changed title": 1,
            "a changed abstract": 1,
            "removed": 0,
            "added again": 1,
            "opened again": 0,
        }
        opened.index.rebuild(opened.embedder)
        assert len(opened.embedded()) == 5

    @pytest.mark.parametrize("died_after", ["dense", "words"])
    def test_a_crash_in_the_middle_costs_at_most_what_was_being_written(
        self, opener: Opener, monkeypatch: pytest.MonkeyPatch, died_after: str
    ) -> None:
        opened = opener()
        add_records(opened.library, ALL)
        with monkeypatch.context() as patched:
            if died_after == "dense":
                patched.setattr("vectorstore.lexical.TantivyIndex.upsert", lambda *_: 1 / 0)
            else:
                patched.setattr(opened.library, "confirm", lambda _: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                opened.index.bring_up_to_date()
        assert len(opened.embedded()) == 5
        again = opener()
        assert again.found("bees dance") == ["berg2021"]
        assert again.embedded() == []

    def test_progress_is_told_in_chunks(self, opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(indexing, "_BATCH", 2)
        opened = opener()
        add_records(opened.library, ALL)
        told: list[tuple[int, int]] = []
        assert opened.index.bring_up_to_date(lambda done, total: told.append((done, total))) == 5
        assert (told[0], told[-1]) == ((0, 5), (5, 5))
        assert told == sorted(told)
        assert {(2, 5), (4, 5)} < set(told)
        assert opened.index.bring_up_to_date() == 0


class TestSearch:
    @pytest.mark.parametrize("mode", MODES)
    def test_finds(self, full: Opened, mode: SearchMode) -> None:
        passage = full.index.search("owls hunt mice", 1, Filter(), mode)[0]
        assert (passage.chunk.key, passage.chunk.text) == ("quill2020", OWL_SENTENCES[0])

    def test_only_papers_that_pass(self, full: Opened) -> None:
        assert full.found("owls hunt mice", where=Filter(first_year=2021)) != ["quill2020"]
        assert full.found("owls hunt mice", where=Filter(first_year=2030)) == []

    def test_a_search_by_words_alone_embeds_no_query(self, full: Opened, opener: Opener) -> None:
        again = opener()
        assert again.found("owls", "lexical") == ["quill2020"]
        assert again.embedder.query_calls == []

    def test_a_removed_paper_is_gone_from_both(self, full: Opened) -> None:
        with full.library.writing(), full.library.database.transaction():
            full.library.remove("quill2020")
        full.index.bring_up_to_date()
        for mode in MODES:
            assert "quill2020" not in full.found("owls hunt mice", mode, k=10)
        with_nothing_hidden = HybridIndex(full.library.folder / "index", full.embedder)
        assert with_nothing_hidden.counts() == [2, 2]
        with_nothing_hidden.close()

    def test_an_empty_library(self, opener: Opener) -> None:
        opened = opener()
        assert opened.found("owls") == []
        assert opened.index.rarity(["owls"]).keys() == {"owls"}

    def test_rare_words_are_rarer(self, full: Opened) -> None:
        rarity = full.index.rarity(["owls", "bees", "unknown"])
        assert rarity["owls"] < rarity["bees"] < rarity["unknown"]

    def test_as_a_langchain_retriever(self, full: Opened) -> None:
        found = full.index.retriever(1, Filter()).invoke("bees dance near flowers")
        assert [one.page_content for one in found] == [BEES.abstract]
        assert full.index.retriever(5, Filter(keys=("quill2020",))).invoke("bees")[0].metadata["key"] == "quill2020"


class TestRepair:
    def test_a_crash_between_library_and_indexes(self, opener: Opener) -> None:
        opened = opener()
        add_records(opened.library, ALL)
        again = opener()
        assert again.found("bees dance") == ["berg2021"]
        assert len(again.embedded()) == 5

    def test_a_crash_after_the_indexes_were_written_embeds_nothing_again(self, full: Opened, opener: Opener) -> None:
        full.library.mark_pending(full.library.chunk_digests())
        again = opener()
        assert again.index.bring_up_to_date() == 5
        assert (again.embedded(), again.library.pending()) == ([], [])

    def test_a_crash_in_the_middle(self, full: Opened, opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
        add_records(full.library, [replace(OWLS, abstract="Owls sleep."), BEES, WHALES])
        monkeypatch.setattr(full.library, "confirm", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            full.index.bring_up_to_date()
        again = opener()
        assert [one.chunk.text for one in again.index.search("owls sleep", 1, Filter(), "hybrid")] == ["Owls sleep."]
        assert "They hear every step." not in [
            one.chunk.text for one in again.index.search("they hear every step", 9, Filter(), "lexical")
        ]
        assert again.embedded() == []

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("part", [".", "dense", "lexical"])
    def test_a_deleted_index(self, full: Opened, opener: Opener, part: str, mode: SearchMode) -> None:
        full.close()
        shutil.rmtree(full.library.folder / "index" / part)
        again = opener()
        for query, key in (("owls hunt mice", "quill2020"), ("bees dance", "berg2021")):
            assert again.found(query, mode) == [key]
        # The vectors are there twice: one part is made anew from the other.
        assert len(again.embedded()) == (5 if part == "." else 0)
        assert again.found("bees dance") == ["berg2021"]

    @pytest.mark.parametrize("pattern", ["dense/chroma.sqlite3", "dense/*/*.bin", "lexical/*.json", "lexical/*.*"])
    @pytest.mark.parametrize("hurt", ["emptied", "garbage"])
    def test_a_damaged_index(self, full: Opened, opener: Opener, pattern: str, hurt: str) -> None:
        full.close()
        paths = [one for one in (full.library.folder / "index").glob(pattern) if one.is_file()]
        assert paths or pattern == "dense/*/*.bin"
        for path in paths:
            path.write_bytes(b"" if hurt == "emptied" else b"\xaa" * max(100, path.stat().st_size))
        again = opener()
        for mode in MODES:
            assert again.found("owls hunt mice", mode) == ["quill2020"]
            assert again.found("bees dance", mode) == ["berg2021"]
        assert again.index.rarity(["bees"])["bees"] > 0
        assert again.library.pending() == []

    @pytest.mark.parametrize(("times", "is_made_anew"), [(1, False), (2, True)])
    def test_damage_that_shows_only_in_use(
        self,
        full: Opened,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        times: int,
        is_made_anew: bool,
    ) -> None:
        """What is whole when it is read again, while nobody writes, was read in the middle of a write."""
        real, calls = HybridIndex.search, []

        def torn(self: HybridIndex, *values: Any, **named: Any) -> object:
            calls.append(1)
            if len(calls) <= times:
                raise IndexDamaged(full.library.folder / "index" / "dense", "torn")
            return real(self, *values, **named)

        monkeypatch.setattr(HybridIndex, "search", torn)
        full.embedded()
        assert full.found("bees dance") == ["berg2021"]
        assert full.embedded() == []
        assert ("is made anew now" in caplog.text) is is_made_anew

    def test_damage_that_stays(self, full: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
        def torn(*_: object, **__: object) -> object:
            raise IndexDamaged(full.library.folder / "index" / "lexical", "torn")

        monkeypatch.setattr(HybridIndex, "rarity", torn)
        with pytest.raises(LibraryDamaged, match="torn"):
            full.index.rarity(["owls"])

    def test_a_library_file_restored_from_a_backup(self, full: Opened, opener: Opener, tmp_path: Path) -> None:
        full.close()
        shutil.copytree(full.library.folder, tmp_path / "backup")
        later = opener()
        later.add(OWLS, replace(BEES, abstract="Bees sleep in the winter."), WHALES)
        later.close()
        for name in ("library.db", "library.db-wal", "library.db-shm"):
            (later.library.folder / name).unlink(missing_ok=True)
        shutil.copy(tmp_path / "backup" / "library.db", later.library.folder)
        again = opener()
        again.index.bring_up_to_date()
        assert again.embedded() == [BEES.abstract]
        assert again.found("tell where flowers are", "lexical") == ["berg2021"]

    def test_a_new_library_beside_the_indexes_of_an_old_one(self, full: Opened, opener: Opener) -> None:
        full.close()
        (full.library.folder / "library.db").unlink()
        again = opener()
        again.add(replace(BEES, title="How bees sleep"))
        assert again.found("owls hunt mice", k=10) == ["berg2021"]

    def test_an_unreadable_signature_is_none(self, full: Opened, opener: Opener) -> None:
        (full.library.folder / "index" / "signature").write_bytes(b"\xff")
        again = opener()
        assert again.found("bees dance") == ["berg2021"]
        assert again.embedded() == []
        assert (full.library.folder / "index" / "signature").read_text().isalnum()


class TestRebuild:
    def test_with_the_same_embedder(self, full: Opened) -> None:
        full.embedded()
        told: list[tuple[int, int]] = []
        assert full.index.rebuild(full.embedder, lambda *progress: told.append(progress)) == 5
        assert (len(full.embedded()), told) == (5, [(5, 5)])
        assert full.found("bees dance") == ["berg2021"]

    def test_with_another(self, full: Opened, opener: Opener) -> None:
        other = HashEmbedder("other", dimensions=32)
        assert full.index.rebuild(other) == 5
        assert recorded_embedder(full.library) == "other"
        assert full.index.embedder is other
        assert full.found("bees dance", "dense") == ["berg2021"]
        with pytest.raises(
            UsageError, match=r"embedding model 'other', not with 'hash-64'.*reindex --embedding hash-64"
        ):
            opener().found("bees dance")

    def test_a_model_that_does_not_answer_costs_nothing(self, full: Opened) -> None:
        class Silent(HashEmbedder):
            @property
            def dimensions(self) -> int:
                raise EmbedderError("The embedding model 'far' failed. Check its key.")

            @dimensions.setter
            def dimensions(self, _: int) -> None:
                pass

        remember_embedder(full.library, "hash-64")
        with pytest.raises(ServiceError, match="'far' failed"):
            full.index.rebuild(Silent("far"))
        assert recorded_embedder(full.library) == "hash-64"
        full.embedded()
        assert full.found("bees dance", "dense") == ["berg2021"]
        assert full.embedded() == []


class TestFollowsOthers:
    """A process that has a library open sees what another one did to it."""

    def test_papers_added_changed_and_removed(self, full: Opened) -> None:
        other = Opened(full.library.folder)
        assert full.found("bees dance") == ["berg2021"]
        other.add(replace(BEES, abstract="Bees sleep in the winter."), WHALES, OWLS)
        assert [one.chunk.text for one in full.index.search("bees sleep", 1, Filter(), "hybrid")] == [
            "Bees sleep in the winter."
        ]
        with other.library.writing(), other.library.database.transaction():
            other.library.remove("berg2021")
        assert "berg2021" not in full.found("bees sleep", k=10)
        other.close()

    def test_indexes_made_anew(self, full: Opened) -> None:
        assert full.found("bees dance") == ["berg2021"]
        other = Opened(full.library.folder)
        other.index.rebuild(other.embedder)
        other.add(
            replace(BEES, title="Bees and bears", key="bears2021", doi="10.1/x", arxiv_id=None, abstract="Bears.")
        )
        other.close()
        full.embedded()
        for mode in MODES:
            assert full.found("bears", mode) == ["bears2021"]
        assert full.embedded() == []

    def test_another_embedding_model(self, full: Opened) -> None:
        assert full.found("bees dance") == ["berg2021"]
        other = Opened(full.library.folder)
        other.index.rebuild(HashEmbedder("other"))
        other.close()
        with pytest.raises(UsageError, match="'other', not with 'hash-64'"):
            full.found("bees dance")

    def test_a_filter_is_looked_up_once_until_something_changes(
        self, full: Opened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[Filter] = []
        keys = full.library.keys
        monkeypatch.setattr(full.library, "keys", lambda where: [asked.append(where), *keys(where)][1:])
        since = Filter(first_year=2021)
        full.index.bring_up_to_date()
        for _ in range(3):
            assert full.found("bees dance", where=since) == ["berg2021"]
        assert asked == [since]
        other = Opened(full.library.folder)
        other.add(replace(OWLS, year=2024), BEES, WHALES)
        other.close()
        assert full.found("owls hunt mice", where=since) == ["quill2020"]
        assert asked == [since, since]
        for year in range(40):
            full.found("owls", where=Filter(first_year=year))
        assert full.found("owls hunt mice", where=since) == ["quill2020"]


class TestWhichEmbedder:
    @pytest.fixture
    def library(self, tmp_path: Path) -> Iterator[Library]:
        library = open_shelf(tmp_path / "library")
        yield library
        library.close()

    @pytest.mark.parametrize("wanted", [None, "", "embedded", DEFAULT_EMBEDDER])
    @pytest.mark.parametrize("is_recorded", [True, False])
    def test_the_embedded_one(self, library: Library, wanted: str | None, is_recorded: bool) -> None:
        if is_recorded:
            remember_embedder(library, DEFAULT_EMBEDDER)
        assert library_embedder(library, wanted, local=True).name == DEFAULT_EMBEDDER

    def test_another_than_the_recorded_one_is_refused(self, library: Library) -> None:
        remember_embedder(library, DEFAULT_EMBEDDER)
        assert recorded_embedder(library) == DEFAULT_EMBEDDER
        with pytest.raises(UsageError) as caught:
            library_embedder(library, "openai:text-embedding-3-small", local=False)
        for part in (DEFAULT_EMBEDDER, "'openai:text-embedding-3-small'", "citewell reindex --embedding openai:text-e"):
            assert part in str(caught.value)

    def test_the_embedded_one_is_refused_for_a_library_of_another(self, library: Library) -> None:
        remember_embedder(library, "openai:text-embedding-3-small")
        with pytest.raises(UsageError, match="citewell reindex --embedding all-MiniLM"):
            library_embedder(library, "embedded", local=False)

    def test_local_refuses_a_remote_one(self, library: Library) -> None:
        remember_embedder(library, "openai:text-embedding-3-small")
        with pytest.raises(UsageError, match="--local refuses the embedding model openai:text-embedding-3-small"):
            library_embedder(library, None, local=True)
        with pytest.raises(UsageError, match="--local refuses"):
            named_embedder("openai:x", local=True)

    def test_one_that_does_not_exist(self) -> None:
        with pytest.raises(ServiceError, match="'nonsense' does not name an embedding model"):
            named_embedder("nonsense", local=False)


class TestErrors:
    def test_become_ours(self, full: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
        cases: list[tuple[Exception, type[Exception]]] = [
            (IndexInUse(Path("x")), LibraryInUse),
            (IndexDamaged(Path("x"), "torn"), LibraryDamaged),
            (EmbedderMismatch("one", "other"), UsageError),
            (ModelFileError("missing"), UsageError),
            (EmbedderError("silent"), ServiceError),
            (VectorstoreError("full"), LibraryError),
            (PermissionError(13, "Permission denied"), LibraryError),
        ]
        for raised, expected in cases:

            def fail(*_: object, error: Exception = raised, **__: object) -> None:
                raise error

            monkeypatch.setattr(HybridIndex, "search", fail)
            with pytest.raises(expected) as caught:
                full.found("owls", "lexical")
            assert type(caught.value) is expected
            assert str(raised).rpartition("] ")[2] in str(caught.value)
