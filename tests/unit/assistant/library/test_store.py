from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import LibraryDamaged, LibraryError, LibraryInUse, UsageError
from assistant.library import locking
from assistant.library.store import Library
from assistant.types import Filter, Paper, Record
from tests.fakes.shelf import BEES, OWLS, WHALES, open_shelf, record
from vectorstore.chunk import chunk_paper


def put(shelf: Library, *records: Record) -> list[str]:
    with shelf.writing(), shelf.database.transaction():
        return [shelf.insert(one) for one in records]


@pytest.fixture
def full(shelf: Library) -> Library:
    """Owls (2020), bees (2021), whales (2022) and a paper of which only a title is known."""
    put(
        shelf,
        OWLS,
        BEES,
        WHALES,
        record("Newts", "Ångström, Zoë", key="newts", tags=("pond", "Cold Blood"), venue="ACL"),
    )
    return shelf


class TestReading:
    def test_papers_added_since(self, full: Library) -> None:
        full.database.rows("UPDATE papers SET added = '2020-01-31T12:00:00+00:00' WHERE key = 'berg2021'")
        assert "berg2021" not in full.added_since(datetime(2020, 2, 1, tzinfo=UTC))
        assert len(full.added_since(datetime(2020, 2, 1, tzinfo=UTC))) == 3
        assert len(full.added_since(datetime(2020, 1, 31, 12, tzinfo=UTC))) == 4

    def test_papers_in_the_order_they_were_added(self, full: Library) -> None:
        assert [paper.key for paper in full.papers()] == ["quill2020", "berg2021", "dove2022songs", "newts"]
        assert full.papers()[0] == Paper(key="quill2020", record=OWLS)
        assert full.count() == 4

    def test_one_paper(self, full: Library) -> None:
        assert full.get("berg2021") == Paper(key="berg2021", record=BEES)
        assert full.get("nobody") is None
        assert full.get("odd\udcff") is None

    def test_an_alias_finds_the_paper(self, full: Library) -> None:
        full.add_alias("bees", "berg2021")
        assert full.get("bees") == full.get("berg2021")
        assert full.aliases("berg2021") == ["bees"]
        assert full.aliases("quill2020") == []
        assert sorted(full.known_keys()) == ["bees", "berg2021", "dove2022songs", "newts", "quill2020"]

    def test_an_alias_never_takes_a_key_from_a_paper(self, full: Library) -> None:
        full.add_alias("QUILL2020", "berg2021")
        full.add_alias("quill2020", "berg2021")
        assert full.aliases("berg2021") == []

    def test_what_was_stored_is_there_after_reopening(self, full: Library) -> None:
        again = open_shelf(full.folder)
        assert again.papers() == full.papers()
        again.close()


class TestFilter:
    @pytest.mark.parametrize(
        ("where", "found"),
        [
            ({}, "obwn"),
            ({"first_year": 2021}, "bw"),
            ({"last_year": 2021}, "ob"),
            ({"first_year": 2021, "last_year": 2021}, "b"),
            ({"first_year": 2023}, ""),
            ({"authors": ("quill",)}, "o"),
            ({"authors": ("QUÍLL",)}, "o"),
            ({"authors": ("bo li",)}, "o"),
            ({"authors": ("angstrom",)}, "n"),
            ({"authors": ("Ångström",)}, "n"),
            ({"authors": ("quill", "zoe")}, "on"),
            ({"authors": ("",)}, "obwn"),
            ({"venues": ("journal",)}, "w"),
            ({"venues": ("acl", "zo")}, "bn"),
            ({"venues": (" ",)}, "obwn"),
            ({"tags": ("pond",)}, "n"),
            ({"tags": ("cold blood",)}, ""),
            ({"tags": ("Cold Blood", "unknown")}, "n"),
            ({"keys": ("newts", "quill2020", "nobody")}, "on"),
            ({"keys": ("nobody",)}, ""),
            ({"first_year": 2020, "authors": ("quill", "dove"), "venues": ("sea",)}, "w"),
        ],
    )
    def test_fields_narrow_and_values_widen(self, full: Library, where: dict[str, Any], found: str) -> None:
        letters = {"quill2020": "o", "berg2021": "b", "dove2022songs": "w", "newts": "n"}
        keys = full.keys(Filter(**where))
        assert sorted(letters[key] for key in keys) == sorted(found)
        assert "".join(letters[paper.key] for paper in full.papers(Filter(**where))) == found

    def test_an_alias_filters_too(self, full: Library) -> None:
        full.add_alias("bees", "berg2021")
        assert full.keys(Filter(keys=("bees",))) == ["berg2021"]

    def test_any_number_of_values(self, full: Library) -> None:
        many = tuple(map(str, range(40_000)))
        assert full.keys(Filter(keys=(*many, "newts"))) == ["newts"]
        assert full.keys(Filter(tags=(*many, "pond"))) == ["newts"]

    def test_a_changed_record_is_found_by_what_it_says_now(self, full: Library) -> None:
        with full.writing(), full.database.transaction():
            full.replace("newts", record("Newts", "Ek, Io", year=2020, venue="EMNLP", tags=("new",)))
        assert full.keys(Filter(first_year=2020, authors=("ek",), venues=("emnlp",), tags=("new",))) == ["newts"]
        assert full.keys(Filter(tags=("pond",))) == full.keys(Filter(authors=("zoe",))) == []


class TestKeys:
    def test_unique_whatever_the_case(self, shelf: Library) -> None:
        keys = put(shelf, record("Owls", key="Owls20"), record("Bees", key="OWLS20"), record("Newts", key="owls20"))
        assert keys == ["Owls20", "anonndbees", "anonndnewts"]

    def test_never_given_to_another_paper_and_given_back_to_the_same(self, full: Library) -> None:
        full.add_alias("night", "quill2020")
        with full.writing(), full.database.transaction():
            full.remove("quill2020")
        assert full.get("quill2020") is full.get("night") is None
        assert "night" not in full.known_keys()
        other = replace(OWLS, title="Owls by Day")
        assert put(full, other) == ["quill2020owls"]
        with full.writing(), full.database.transaction():
            full.remove("quill2020owls")
        assert put(full, OWLS) == ["quill2020"]
        full.add_alias("night", "berg2021")
        assert full.get("night") is None

    def test_unknown(self, full: Library) -> None:
        for act in (full.paper_id, full.remove):
            with pytest.raises(UsageError, match="No paper has the key 'nobody'"):
                act("nobody")


class TestChunks:
    def test_they_are_spans_of_the_abstract(self, full: Library) -> None:
        ids = sorted(full.chunk_digests())
        chunks = full.chunks([*ids, "unknown#1"])
        assert sorted(chunks) == ids
        assert len([one for one in ids if one.startswith("quill2020#")]) == 3
        for one, chunk in chunks.items():
            paper = full.get(chunk.key)
            assert paper
            assert (chunk.id, chunk.title, chunk.text) == (one, paper.title, paper.abstract[chunk.start : chunk.end])
            assert full.chunk_digests()[one] == chunk.digest
        assert chunks["newts#0"].text == ""

    def test_more_than_a_statement_takes(self, full: Library) -> None:
        assert list(full.chunks([*map(str, range(2000)), "newts#0"])) == ["newts#0"]

    def test_new_ones_are_pending_until_confirmed(self, full: Library) -> None:
        assert sorted(full.pending()) == sorted(full.chunk_digests())
        assert full.settled_count() == 0
        full.confirm(["newts#0", "unknown#1"])
        assert "newts#0" not in full.pending()
        assert full.settled_count() == 1
        full.confirm(full.pending())
        assert (full.pending(), full.settled_count()) == ([], 6)
        full.mark_pending(["newts#0", "newts#0"])
        assert full.pending() == ["newts#0"]

    def test_only_changed_ones_become_pending_again(self, full: Library) -> None:
        full.confirm(full.pending())
        changed = "Owls hunt mice in the dark. They hear light step. Their feathers make no sound at all."
        with full.writing(), full.database.transaction():
            full.replace("quill2020", record(OWLS.title, key="quill2020", abstract=changed))
        assert full.pending() == ["quill2020#1"]

    def test_chunks_that_are_gone_are_pending_too(self, full: Library) -> None:
        full.confirm(full.pending())
        with full.writing(), full.database.transaction():
            full.replace("quill2020", record(OWLS.title, abstract="Owls hunt mice in the dark."))
            full.remove("newts")
        assert sorted(full.pending()) == ["newts#0", "quill2020#1", "quill2020#2"]
        assert full.chunks(full.pending()) == {}


class TestCuttingAnew:
    """A library whose abstracts were cut in another way than new ones are."""

    @pytest.fixture
    def newer(self, full: Library) -> Iterator[Library]:
        """The library as a later version opens it, which leaves abstracts whole."""
        full.confirm(full.pending())
        library = Library(full.folder, chunker=chunk_paper, chunking="whole")
        yield library
        library.close()

    def test_what_is_there_stays_and_what_comes_is_cut_as_now(self, newer: Library) -> None:
        before = newer.chunk_digests()
        (key,) = put(newer, record("Moles", "Mo, Le", abstract="Moles dig. They dig in the dark. They see little."))
        assert newer.chunk_digests() == before | {f"{key}#0": newer.chunks([f"{key}#0"])[f"{key}#0"].digest}
        assert newer.is_cut_otherwise()

    def test_all_are_cut_as_new_ones_are(self, newer: Library) -> None:
        assert newer.is_cut_otherwise()
        before = newer.chunk_digests()
        newer.rechunk()
        assert not newer.is_cut_otherwise()
        assert newer.chunks(["quill2020#0"])["quill2020#0"].text == OWLS.abstract
        assert set(newer.pending()) == {"quill2020#0", "quill2020#1", "quill2020#2"}
        assert before.keys() - newer.chunk_digests().keys() == {"quill2020#1", "quill2020#2"}
        newer.confirm(newer.pending())
        newer.rechunk()
        assert newer.pending() == []

    def test_all_or_none(self, newer: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        before = newer.chunk_digests()
        monkeypatch.setattr("assistant.library.chunking.note", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            newer.rechunk()
        assert (newer.chunk_digests(), newer.pending(), newer.is_cut_otherwise()) == (before, [], True)

    def test_in_parts(self, newer: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assistant.library.chunking._BATCH", 1)
        newer.rechunk()
        assert newer.chunk_digests().keys() == {"quill2020#0", "berg2021#0", "dove2022songs#0", "newts#0"}

    def test_a_library_that_was_always_cut_so_is_not_looked_through(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        library = Library(tmp_path / "new", chunker=chunk_paper, chunking="whole")
        put(library, OWLS, BEES)
        monkeypatch.setattr(library, "_all_cut", lambda: 1 / 0)
        assert not library.is_cut_otherwise()
        library.close()


class TestWriting:
    @pytest.fixture
    def other(self, shelf: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
        monkeypatch.setattr(locking, "_SECONDS", 0.01)
        other = open_shelf(shelf.folder)
        yield other
        other.close()

    def test_one_at_a_time(self, shelf: Library, other: Library) -> None:
        with shelf.writing():
            with pytest.raises(LibraryInUse, match="Another program is writing"), other.writing():
                pytest.fail("must not be let in")
            with shelf.writing():
                pass
        with other.writing():
            pass

    def test_an_error_lets_go(self, shelf: Library, other: Library) -> None:
        with pytest.raises(ZeroDivisionError), shelf.writing():
            raise ZeroDivisionError
        with other.writing():
            pass

    def test_the_lock_cannot_be_made(self, shelf: Library) -> None:
        (shelf.folder / "write.lock").mkdir()
        with pytest.raises(LibraryError, match="cannot be written"), shelf.writing():
            pytest.fail("must not be let in")

    def test_the_lock_is_its_owners_alone(self, shelf: Library) -> None:
        with shelf.writing():
            assert (shelf.folder / "write.lock").stat().st_mode & 0o077 == 0


class TestDamage:
    @pytest.mark.parametrize("text", ["", "{", "[]", '{"authors": [1]}', '{"authors": [{"x": 1}]}', '{"extra": [[1]]}'])
    def test_a_record_that_makes_no_sense(self, full: Library, text: str) -> None:
        full.database.rows("UPDATE papers SET record = ? WHERE key = 'newts'", [text])
        for read in (full.papers, lambda: full.get("newts"), lambda: full.chunks(["newts#0"])):
            with pytest.raises(LibraryDamaged, match="a record cannot be read"):
                read()

    def test_a_library_file_cut_short(self, full: Library, tmp_path: Path) -> None:
        full.close()
        path = full.folder / "library.db"
        path.write_bytes(path.read_bytes()[: 4096 * 3])
        with pytest.raises(LibraryDamaged):
            open_shelf(full.folder).papers()


def test_looking_for_a_free_key_reads_no_whole_table(shelf: Library) -> None:
    plan = shelf.database.rows("EXPLAIN QUERY PLAN SELECT 1 FROM keys WHERE key = ? COLLATE NOCASE", ["x"])
    assert all("SEARCH" in row[-1] for row in plan)
