import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.library import journal
from assistant.library.editing import edit, note, tag
from assistant.library.ingest import add_records
from assistant.library.journal import LibraryChange, undo
from assistant.library.store import Library
from assistant.types import Author, Record
from tests.fakes.shelf import BEES, OWLS, WHALES, open_shelf

Step = Callable[[Library], object]


def state(shelf: Library) -> dict[str, Any]:
    """Everything that belongs to papers, rows in one order."""
    columns = {"papers": "*", "keys": "*", "tags": "*", "sources": "*", "told_apart": "*", "matching_keys": "*"}
    tables = {
        table: sorted(shelf.database.rows(f"SELECT {what} FROM {table}"), key=repr) for table, what in columns.items()
    }
    return tables | {"chunks": shelf.chunk_digests(), "order": [paper.key for paper in shelf.papers()]}


def add(*records: Record, tags: tuple[str, ...] = ()) -> Step:
    return lambda shelf: add_records(shelf, records, tags=tags)


def remove(key: str) -> Step:
    def step(shelf: Library) -> None:
        with shelf.changing(f"remove {key}"):
            shelf.remove(key)

    return step


def absorb(kept: str, other: str) -> Step:
    def step(shelf: Library) -> None:
        with shelf.changing("dedupe"):
            shelf.absorb(kept, other)
            shelf.database.rows("INSERT INTO told_apart VALUES ('a', 'b')")

    return step


CHANGES: dict[str, Step] = {
    "add one": add(WHALES),
    "enrich one": add(replace(OWLS, source="b.bib", key="theirs", venue="Birds", tags=("night",))),
    "update one": add(replace(OWLS, abstract="Owls sleep. They wake.", title="Owls that hunt by night")),
    "a new tag": add(OWLS, BEES, tags=("read",)),
    "the same from elsewhere": add(replace(OWLS, source="b.bib")),
    "remove": remove("quill2020"),
    "remove and add again in one file": lambda shelf: (remove("berg2021")(shelf), add(BEES)(shelf)),
    "edit": lambda shelf: edit(shelf, "quill2020", replace(OWLS, abstract="Mine.", year=1999)),
    "tag": lambda shelf: tag(shelf, ["quill2020", "berg2021"], add=["x"]),
    "note": lambda shelf: note(shelf, "berg2021", "to read"),
    "absorb": absorb("quill2020", "berg2021"),
}


class TestUndo:
    @pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
    def test_everything_is_as_before_and_the_indexes_are_told(self, change: Step, shelf: Library) -> None:
        add_records(shelf, [OWLS, replace(BEES, tags=("old",))])
        before, steps = state(shelf), len(shelf.changes())
        change(shelf)
        after = state(shelf)
        assert after != before
        assert len(shelf.changes()) > steps
        shelf.confirm(shelf.pending())
        while len(shelf.changes()) > steps:
            assert undo(shelf)
        assert state(shelf) == before
        digests = after["chunks"] | before["chunks"]
        changed = {one for one in digests if after["chunks"].get(one) != before["chunks"].get(one)}
        assert set(shelf.pending()) >= changed
        assert set(shelf.pending()) <= changed | {one for one in digests if one.startswith("berg2021#")}

    def test_what_was_undone_is_told(self, shelf: Library) -> None:
        add_records(shelf, [OWLS, BEES])
        add_records(shelf, [replace(OWLS, venue="Birds"), WHALES])
        undone = undo(shelf)
        assert undone
        assert (undone.what, undone.back, undone.gone) == ("add lib.bib", ("quill2020",), ("dove2022songs",))
        assert [paper.key for paper in shelf.papers()] == ["quill2020", "berg2021"]
        undone = undo(shelf)
        assert undone
        assert (undone.back, undone.gone) == ((), ("quill2020", "berg2021"))
        assert undo(shelf) is None
        assert shelf.count() == 0

    def test_changes_are_listed_last_first(self, shelf: Library) -> None:
        add_records(shelf, [OWLS, BEES])
        tag(shelf, ["quill2020"], add=["x"])
        assert [(one.what, one.papers) for one in shelf.changes()] == [("tag quill2020", 1), ("add lib.bib", 2)]
        assert all(isinstance(one, LibraryChange) and one.at.endswith("+00:00") for one in shelf.changes())

    def test_nothing_done_is_no_change(self, shelf: Library) -> None:
        add_records(shelf, [OWLS])
        add_records(shelf, [replace(OWLS, line=7)])
        tag(shelf, ["quill2020"], remove=["absent"])
        assert len(shelf.changes()) == 1

    def test_a_dry_run_is_no_change(self, shelf: Library) -> None:
        add_records(shelf, [OWLS], dry_run=True)
        assert shelf.changes() == []

    def test_a_failure_leaves_neither_change_nor_record_of_it(self, shelf: Library) -> None:
        add_records(shelf, [OWLS])
        before = state(shelf)

        def fail() -> None:
            with shelf.changing("fail"):
                shelf.remove("quill2020")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert (state(shelf), len(shelf.changes())) == (before, 1)
        assert shelf.database.rows("SELECT * FROM recording") == []
        with shelf.changing("go on"):
            shelf.remove("quill2020")
        assert shelf.changes()[0].what == "go on"

    def test_a_change_inside_another_is_part_of_it(self, shelf: Library) -> None:
        with shelf.changing("both"):
            add_records(shelf, [OWLS])
            note(shelf, "quill2020", "mine")
        assert [one.papers for one in shelf.changes()] == [1]
        undo(shelf)
        assert shelf.count() == 0

    def test_a_key_that_is_free_again_can_be_given_out_again(self, shelf: Library) -> None:
        add_records(shelf, [OWLS])
        undo(shelf)
        add_records(shelf, [replace(BEES, key="quill2020")])
        assert shelf.get("quill2020")
        assert shelf.known_keys() == ["quill2020"]

    def test_what_nobody_noted_ends_the_history(self, shelf: Library) -> None:
        add_records(shelf, [OWLS, BEES])
        with shelf.writing(), shelf.database.transaction():
            shelf.remove("quill2020")
        assert shelf.changes() == []
        assert undo(shelf) is None
        assert shelf.database.rows("SELECT count(*) FROM journal") == [(0,)]

    def test_another_process_undoes_it(self, shelf: Library) -> None:
        before = state(shelf)
        add_records(shelf, [OWLS])
        other = open_shelf(shelf.folder)
        assert undo(other)
        other.close()
        assert state(shelf) == before


class TestForgetting:
    def test_the_last_changes_are_kept(self, shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(journal, "_MOST_CHANGES", 3)
        add_records(shelf, [OWLS])
        for number in range(5):
            note(shelf, "quill2020", str(number))
        assert len(shelf.changes()) == 3
        while undo(shelf):
            pass
        paper = shelf.get("quill2020")
        assert paper
        assert paper.record.notes == "1"

    def test_large_ones_push_older_ones_out_and_the_last_one_stays(
        self, shelf: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(journal, "_MOST_BYTES", 2000)
        add_records(shelf, [OWLS])
        for number in range(4):
            note(shelf, "quill2020", str(number))
        assert 1 < len(shelf.changes()) < 5
        note(shelf, "quill2020", "x" * 5000)
        note(shelf, "quill2020", "")
        assert len(shelf.changes()) == 1

    def test_papers_that_were_added_are_noted_without_their_text(self, shelf: Library) -> None:
        add_records(shelf, [OWLS, BEES])
        rows = shelf.database.rows("SELECT kind, image FROM journal ORDER BY 1")
        assert rows == [("keys", None), ("keys", None), ("papers", None), ("papers", None)]


_titles = st.sampled_from(
    ["Owls that hunt at night", "How bees dance in spring", "Songs of the whales at sea", "Preface"]
)
_records = st.builds(
    Record,
    title=_titles,
    authors=st.sampled_from([(), (Author(family="Li"),)]),
    year=st.sampled_from([None, 2020]),
    doi=st.sampled_from([None, "10.1/a"]),
    abstract=st.sampled_from(["", "One. Two.", "Owls hunt mice in the dark. They hear each step."]),
    key=st.sampled_from([None, "a", "b"]),
    tags=st.sampled_from([(), ("t",)]),
    source=st.sampled_from(["one.bib", "two.bib"]),
)
_steps = st.lists(
    st.tuples(st.just("add"), st.lists(_records, min_size=1, max_size=4))
    | st.tuples(st.sampled_from(["remove", "note", "tag", "edit", "absorb"]), st.integers(0, 3)),
    min_size=1,
    max_size=8,
)


def take(shelf: Library, kind: str, what: Any) -> None:
    keys = [paper.key for paper in shelf.papers()]
    if kind == "add":
        add_records(shelf, what)
    elif what >= len(keys):
        return
    elif kind == "remove":
        remove(keys[what])(shelf)
    elif kind == "note":
        note(shelf, keys[what], f"note {len(shelf.changes())}")
    elif kind == "tag":
        tag(shelf, [keys[what]], add=[f"tag{what}"])
    elif kind == "edit":
        edit(shelf, keys[what], Record(title="Edited by hand", abstract="Mine."))
    elif what + 1 < len(keys):
        with shelf.changing("dedupe"):
            shelf.absorb(keys[what], keys[what + 1])


@given(steps=_steps)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_sequence_is_undone_step_by_step(steps: list[tuple[str, Any]], tmp_path_factory: Any) -> None:
    shelf = open_shelf(tmp_path_factory.mktemp("shelf"))
    states = [state(shelf)]
    for kind, what in steps:
        count = len(shelf.changes())
        take(shelf, kind, what)
        if len(shelf.changes()) > count:
            states.append(state(shelf))
        else:
            assert json.dumps(state(shelf)) == json.dumps(states[-1])
    while len(states) > 1:
        after = states.pop()["chunks"]
        shelf.confirm(shelf.pending())
        assert undo(shelf)
        assert state(shelf) == states[-1]
        now = states[-1]["chunks"]
        assert set(shelf.pending()) >= {one for one in now | after if now.get(one) != after.get(one)}
    assert undo(shelf) is None
    shelf.close()
