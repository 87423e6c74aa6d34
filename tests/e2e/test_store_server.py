"""A library whose vectors are on a Chroma server that runs on this machine."""

import logging
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest

from assistant import belonging, indexing
from assistant.embedders import remember_embedder
from assistant.errors import ServiceError, UsageError
from assistant.indexing import SearchableLibrary
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.stores import LOCAL, leftovers, place_of, recorded_store, remember_place
from assistant.types import Filter, Record
from tests.conftest import Run
from tests.fakes.chroma_server import chroma_server, free_port
from tests.fakes.embedder import HashEmbedder
from tests.fakes.shelf import BEES, OWLS, WHALES, open_shelf
from vectorstore.index import HybridIndex
from vectorstore.types import SearchMode, Vectors

pytestmark = pytest.mark.slow

ALL = [OWLS, BEES, WHALES]
MODES: list[SearchMode] = ["hybrid", "dense", "lexical"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as address:
        yield address


class Shelf:
    """A library of short chunks and its indexes, as one process has them open."""

    def __init__(self, folder: Path, name: str = "hash-64") -> None:
        self.embedder = HashEmbedder(name)
        self.library = open_shelf(folder)
        self.index = SearchableLibrary(self.library, embedder=self.embedder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.index.close()
        self.library.close()

    def add(self, *records: Record) -> None:
        add_records(self.library, records)
        remember_embedder(self.library, self.embedder.name)
        self.index.bring_up_to_date()

    def found(self, query: str, mode: SearchMode = "hybrid", k: int = 9) -> list[tuple[str, float]]:
        return [(one.chunk.id, round(one.score, 5)) for one in self.index.search(query, k, Filter(), mode)]

    def keys(self, query: str, mode: SearchMode = "hybrid", k: int = 1) -> list[str]:
        return [one.partition("#")[0] for one, _ in self.found(query, mode, k)]

    @property
    def embedded(self) -> int:
        return sum(len(call) for call in self.embedder.document_calls)


def left_at(shelf: Shelf) -> list[str]:
    return [one.store for one in leftovers(shelf.library)]


def test_there_and_back_again_embeds_nothing(server: str, tmp_path: Path) -> None:
    with Shelf(tmp_path / "shelf") as shelf:
        shelf.add(*ALL)
        local = {mode: shelf.found("owls hunt mice", mode) for mode in MODES}
        embedded = shelf.embedded
        for store in (server, LOCAL):
            shelf.index.move_to(store)
            assert (shelf.index.store, left_at(shelf)) == (store, [])
            assert {mode: shelf.found("owls hunt mice", mode) for mode in MODES} == local
        assert shelf.embedded == embedded


def test_it_is_remembered_and_what_was_there_is_gone(server: str, tmp_path: Path) -> None:
    with Shelf(tmp_path / "shelf") as shelf:
        shelf.add(*ALL)
        shelf.index.move_to(server)
    assert not list((tmp_path / "shelf" / "index").rglob("chroma.sqlite3"))
    with Shelf(tmp_path / "shelf") as again:
        assert (again.index.store, again.keys("bees dance", "dense")) == (server, ["berg2021"])
        assert again.embedded == 0
        again.index.rebuild(again.embedder)
        assert (again.index.store, again.keys("bees dance", "dense")) == (server, ["berg2021"])


def test_two_libraries_on_one_server_do_not_mix(server: str, tmp_path: Path) -> None:
    with Shelf(tmp_path / "one") as one, Shelf(tmp_path / "two") as two:
        for shelf, record in ((one, OWLS), (two, BEES)):
            shelf.add(record)
            shelf.index.move_to(server)
        assert place_of(one.library).collection != place_of(two.library).collection
        one.index.rebuild(one.embedder)
        for mode in MODES:
            assert set(one.keys("bees dance near owls", mode, 9)) == {"quill2020"}
            assert set(two.keys("bees dance near owls", mode, 9)) == {"berg2021"}


def test_a_client_that_has_it_open_follows(server: str, tmp_path: Path) -> None:
    with Shelf(tmp_path / "shelf") as first:
        first.add(OWLS, BEES)
        with Shelf(tmp_path / "shelf") as second:
            assert second.keys("bees dance") == ["berg2021"]
            first.index.move_to(server)
            assert second.keys("bees dance", "dense") == ["berg2021"]
            first.add(WHALES)
            assert second.keys("songs of whales", "dense") == ["dove2022songs"]
            first.index.move_to(LOCAL)
            assert second.keys("songs of whales", "dense") == ["dove2022songs"]
            assert second.embedded == 0


def test_vectors_of_another_model_are_refused(server: str, tmp_path: Path) -> None:
    with Shelf(tmp_path / "shelf") as shelf:
        shelf.add(*ALL)
        shelf.index.move_to(server)
    with (
        Shelf(tmp_path / "shelf", "other") as other,
        pytest.raises(UsageError, match=r"'hash-64', not with 'other'.*reindex --embedding other"),
    ):
        other.found("bees dance")
    # The folder says nothing of another client's model; the server does.
    (tmp_path / "shelf" / "index" / "embedder.json").unlink()
    with Shelf(tmp_path / "shelf", "other") as other:
        remember_embedder(other.library, "other")
        with pytest.raises(UsageError, match=r"'hash-64', not with 'other'.*reindex --embedding other"):
            other.found("bees dance", "dense")
        other.index.rebuild(other.embedder)
        assert other.keys("bees dance", "dense") == ["berg2021"]


class TestCopies:
    """`cp -r` of a library's folder makes two that name the same vectors."""

    @pytest.fixture
    def copies(self, server: str, tmp_path: Path) -> Iterator[tuple[Shelf, Shelf]]:
        with Shelf(tmp_path / "shelf") as shelf:
            shelf.add(OWLS, BEES)
            shelf.index.move_to(server)
        shutil.copytree(tmp_path / "shelf", tmp_path / "copy")
        with Shelf(tmp_path / "shelf") as shelf, Shelf(tmp_path / "copy") as copy:
            yield shelf, copy

    def test_whoever_writes_second_keeps_its_own(
        self, copies: tuple[Shelf, Shelf], caplog: pytest.LogCaptureFixture
    ) -> None:
        shelf, copy = copies
        assert shelf.keys("bees dance", "dense") == copy.keys("bees dance", "dense") == ["berg2021"]
        shared = place_of(shelf.library)
        assert place_of(copy.library) == shared
        shelf.add(replace(BEES, abstract="Bees sleep in winter."), OWLS)
        assert caplog.messages == []
        copy.add(WHALES)
        assert f"another copy of this library's; this one keeps its own in {place_of(copy.library).collection}" in (
            caplog.text
        )
        assert (place_of(shelf.library), left_at(copy)) == (shared, [])
        assert place_of(copy.library).collection != shared.collection
        for mode in MODES:
            assert "dove2022songs" not in shelf.keys("songs of whales", mode, 9)
            assert set(copy.keys("songs of whales bees owls", mode, 9)) == {"dove2022songs", "berg2021", "quill2020"}
        # BEES as the copy knows it is on the server no more; the rest is taken from there.
        assert copy.embedded == 2

    def test_noticed_when_it_is_opened(self, copies: tuple[Shelf, Shelf], caplog: pytest.LogCaptureFixture) -> None:
        shelf, copy = copies
        before = shelf.found("bees dance", "dense")
        shelf.index.close()
        copy.add(replace(BEES, abstract="Bees sleep in winter."), OWLS)
        assert shelf.found("bees dance", "dense") == before
        assert "another copy" in caplog.text
        assert (shelf.embedded, copy.embedded) == (1, 1)
        assert place_of(shelf.library).collection != place_of(copy.library).collection
        caplog.clear()
        with Shelf(shelf.library.folder) as again:
            assert again.found("bees dance", "dense") == before
        assert caplog.messages == []

    def test_both_write_at_the_same_time(self, copies: tuple[Shelf, Shelf], monkeypatch: pytest.MonkeyPatch) -> None:
        """The copy looks for another's claim just before there is one; then each overwrites what the other stores."""
        shelf, copy = copies
        moles, mites = (
            replace(WHALES, title=f"Of {one}", key="same", abstract=f"All about {one}.") for one in ("moles", "mites")
        )
        look, claim, embed = belonging.is_claimed_by_another, belonging.claim, shelf.embedder.embed_documents
        claimed: list[Library] = []

        def looked_before(library: Library, index: HybridIndex) -> bool:
            return (library is shelf.library or library in claimed) and look(library, index)

        def claims(library: Library, index: HybridIndex) -> None:
            claim(library, index)
            claimed.append(library)

        def meanwhile(texts: Sequence[str]) -> Vectors:
            if copy.library not in claimed:
                copy.add(mites)
            return embed(texts)

        with monkeypatch.context() as patched:
            patched.setattr(indexing, "is_claimed_by_another", looked_before)
            patched.setattr(indexing, "claim", claims)
            patched.setattr(shelf.embedder, "embed_documents", meanwhile)
            shelf.add(moles)
        assert claimed[:2] == [shelf.library, copy.library]
        for folder, held in ((shelf.library.folder, "moles"), (copy.library.folder, "mites")):
            with Shelf(folder) as one, Shelf(folder.with_name(f"{held}-alone")) as alone:
                alone.add(OWLS, BEES, moles if held == "moles" else mites)
                for mode in MODES:
                    assert one.found("all about them", mode) == alone.found("all about them", mode)
                assert one.index.check_again() == 0
        assert place_of(shelf.library).collection != place_of(copy.library).collection

    @pytest.mark.parametrize("rebuilt", [False, True])
    def test_one_that_goes_takes_nothing_of_the_other(self, copies: tuple[Shelf, Shelf], *, rebuilt: bool) -> None:
        shelf, copy = copies
        shelf.add(WHALES)
        if rebuilt:
            copy.index.rebuild(copy.embedder)
        else:
            copy.index.move_to(LOCAL)
        assert left_at(copy) == []
        assert copy.keys("bees dance", "dense") == ["berg2021"]
        before = shelf.embedded
        with Shelf(shelf.library.folder) as again:
            assert again.keys("songs of whales", "dense") == ["dove2022songs"]
            assert again.embedded == 0
        assert shelf.embedded == before


def test_searched_while_it_is_made_anew(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Shelf(tmp_path / "shelf") as shelf:
        shelf.add(*ALL)
        shelf.index.move_to(server)
        embed = shelf.embedder.embed_documents
        found: list[list[str]] = []

        def meanwhile(texts: Sequence[str]) -> Vectors:
            with Shelf(tmp_path / "shelf") as other:
                found.extend(other.keys("bees dance", mode) for mode in MODES)
                assert other.embedded == 0
            return embed(texts)

        monkeypatch.setattr(shelf.embedder, "embed_documents", meanwhile)
        assert shelf.index.rebuild(shelf.embedder) == 5
        assert found == [["berg2021"]] * 3
        assert left_at(shelf) == []


class TestAway:
    def test_moving_to_a_server_that_does_not_answer_changes_nothing(self, tmp_path: Path) -> None:
        with Shelf(tmp_path / "shelf") as shelf:
            shelf.add(*ALL)
            nowhere = f"http://127.0.0.1:{free_port()}"
            with pytest.raises(ServiceError, match=re.escape(nowhere)):
                shelf.index.move_to(nowhere)
            assert (shelf.index.store, left_at(shelf)) == (LOCAL, [])
            assert shelf.keys("bees dance") == ["berg2021"]

    def test_words_are_searched_while_it_is_away(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        port = free_port()
        with Shelf(tmp_path / "shelf") as shelf:
            with chroma_server(tmp_path / "chroma", port) as address:
                shelf.add(OWLS, BEES)
                shelf.index.move_to(address)
            shelf.index.close()
            with pytest.raises(ServiceError, match=f"{address}.*--store local"):
                shelf.found("bees dance")
            with pytest.raises(ServiceError, match=address):
                shelf.add(WHALES)
            assert shelf.keys("bees dance", "lexical") == ["berg2021"]
            assert "may be missing" in caplog.text
            with pytest.raises(ServiceError, match=address):
                shelf.index.rebuild(shelf.embedder)
            with chroma_server(tmp_path / "chroma", port):
                assert shelf.keys("songs of whales", "dense") == ["dove2022songs"]

    def test_back_to_the_folder_without_it(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        port = free_port()
        with Shelf(tmp_path / "shelf") as shelf:
            with chroma_server(tmp_path / "chroma", port) as address:
                shelf.add(*ALL)
                shelf.index.move_to(address)
            before, there = shelf.embedded, place_of(shelf.library)
            shelf.index.move_to(LOCAL)
            assert shelf.keys("bees dance", "dense") == ["berg2021"]
            assert shelf.embedded == 2 * before
            assert "made anew" in caplog.text
            assert there.collection in caplog.text
            assert left_at(shelf) == [address]
            with chroma_server(tmp_path / "chroma", port):
                shelf.index.drop_leftovers()
            assert left_at(shelf) == []


def test_a_crash_while_moving_is_gone_on_with(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Shelf(tmp_path / "shelf") as shelf:
        shelf.add(*ALL)
        with monkeypatch.context() as patched:
            patched.setattr("assistant.moving.remember_place", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                shelf.index.move_to(server)
    with Shelf(tmp_path / "shelf") as again:
        assert (recorded_store(again.library), left_at(again)) == (LOCAL, [server])
        assert again.keys("bees dance", "dense") == ["berg2021"]
        again.index.move_to(server)
        assert again.keys("bees dance", "dense") == ["berg2021"]
        assert (again.embedded, left_at(again)) == (0, [])


def test_from_the_command_line(
    server: str, run: Run, library: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = run("search", "late interaction", "--json", "--library", library).out
    caplog.set_level(logging.INFO, "assistant.moving")
    moved = run("--store", server, "search", "late interaction", "--json", "--library", library)
    assert (moved.code, moved.out.count('"key"')) == (0, before.count('"key"'))
    assert "Moving the vectors" in caplog.text
    caplog.clear()
    plain = run("ask", "How does ColBERT encode queries?", "--library", library)
    assert (plain.code, "khattab2020colbert" in plain.out) == (0, True)
    assert "Moving" not in caplog.text
    doctor = run("doctor", "--library", library)
    assert (doctor.code, server in doctor.out) == (0, True)
    reindexed = run("reindex", "--library", library)
    assert (reindexed.code, server in reindexed.err) == (0, True)
    monkeypatch.setenv("CITEWELL_STORE", "local")
    assert run("search", "late interaction", "--library", library).code == 0
    assert list((library / "index").rglob("chroma.sqlite3"))
    nowhere = f"http://127.0.0.1:{free_port()}"
    refused = run("search", "late interaction", "--store", nowhere, "--library", library)
    assert (refused.code, nowhere in refused.err) == (3, True)
    assert run("ask", "x", "--local", "--store", "http://example.org", "--library", library).code == 2


def test_the_record_alone_names_the_server(tmp_path: Path) -> None:
    """A server that was forgotten about: the message names it, words are still found."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    with Shelf(tmp_path / "shelf") as shelf:
        shelf.add(OWLS)
        remember_place(shelf.library, place_of(shelf.library, nowhere))
        with pytest.raises(ServiceError, match=nowhere):
            shelf.found("owls", "dense")
        assert shelf.keys("owls", "lexical") == ["quill2020"]
