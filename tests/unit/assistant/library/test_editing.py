from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.errors import UsageError
from assistant.library.editing import edit, note, tag
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.types import Author, Record
from tests.fakes.shelf import BEES, OWLS


@pytest.fixture
def owls(shelf: Library) -> Library:
    add_records(shelf, [replace(OWLS, details=(("volume", "1"), ("pages", "2-3"))), BEES])
    shelf.confirm(shelf.pending())
    return shelf


def got(shelf: Library, key: str = "quill2020") -> Record:
    paper = shelf.get(key)
    assert paper
    return paper.record


class TestEdit:
    def test_is_stored_under_the_same_key_and_found_by_what_it_says_now(self, owls: Library) -> None:
        wanted = replace(got(owls), title="Owls by hand", authors=(Author(family="Ek", given="Io"),), key="other")
        paper = edit(owls, "quill2020", wanted)
        assert paper == owls.get("quill2020")
        assert (paper.record.title, paper.record.key) == ("Owls by hand", "quill2020")
        assert paper.record.edited == ("title", "authors")

    def test_only_changed_text_is_indexed_again(self, owls: Library) -> None:
        edit(owls, "quill2020", replace(got(owls), year=1999, venue="Birds"))
        assert owls.pending() == []
        edit(owls, "quill2020", replace(got(owls), abstract=OWLS.abstract.replace("every", "light")))
        assert owls.pending() == ["quill2020#1"]

    @pytest.mark.parametrize(
        ("change", "kept"),
        [
            ({"abstract": "Mine."}, lambda one: one.abstract == "Mine."),
            ({"abstract": ""}, lambda one: one.abstract == ""),
            ({"title": "Owls that hunt at nights"}, lambda one: one.title == "Owls that hunt at nights"),
            ({"authors": ()}, lambda one: one.authors == ()),
            ({"et_al": True}, lambda one: one.et_al),
            ({"year": 1999, "date": "1999"}, lambda one: (one.year, one.date) == (1999, "1999")),
            ({"doi": None}, lambda one: one.doi is None),
            ({"details": (("volume", "7"), ("pages", "2-3"))}, lambda one: dict(one.details)["volume"] == "7"),
            ({"details": (("pages", "2-3"),)}, lambda one: "volume" not in dict(one.details)),
            ({"tags": ()}, lambda one: one.tags == ()),
            ({"extra": (("mine", "x"),)}, lambda one: one.extra == (("mine", "x"),)),
        ],
    )
    def test_no_source_overwrites_it(
        self, shelf: Library, change: dict[str, object], kept: Callable[[Record], bool]
    ) -> None:
        first = replace(OWLS, details=(("volume", "1"), ("pages", "2-3")), tags=("t",), extra=(("a", "b"),))
        add_records(shelf, [first])
        edit(shelf, "quill2020", replace(got(shelf), **change))  # type: ignore[arg-type]  # - because of fields' names
        assert kept(got(shelf))
        changed = replace(
            first,
            venue="Birds",
            details=(("volume", "2"), ("pages", "4")),
            abstract="Theirs.",
            year=2020,
            date="2020-02",
        )
        add_records(shelf, [changed])
        assert kept(got(shelf))
        assert got(shelf).venue == "Birds"
        add_records(shelf, [replace(changed, source="b.bib", line=9, extra=(("c", "d"),))])
        assert kept(got(shelf))
        assert dict(got(shelf).details)["pages"] == "4" or "details" in change

    def test_what_the_user_did_not_touch_follows_the_source(self, owls: Library) -> None:
        edit(owls, "quill2020", replace(got(owls), venue="Birds"))
        add_records(owls, [replace(OWLS, abstract="Theirs.", venue="Not birds")])
        assert (got(owls).abstract, got(owls).venue) == ("Theirs.", "Birds")

    def test_nothing_changed(self, owls: Library) -> None:
        before = len(owls.changes())
        edit(owls, "quill2020", got(owls))
        assert got(owls).edited == ()
        assert len(owls.changes()) == before

    def test_is_cleaned(self, owls: Library) -> None:
        edit(owls, "quill2020", replace(got(owls), title="Owls \x1b[31mby\x1b[0m hand"))
        assert got(owls).title == "Owls by hand"

    def test_refused(self, owls: Library) -> None:
        with pytest.raises(UsageError, match=r"needs a title.*'quill2020'"):
            edit(owls, "quill2020", replace(OWLS, title=" "))
        with pytest.raises(UsageError, match="No paper has the key 'nobody'"):
            edit(owls, "nobody", OWLS)


class TestTags:
    def test_are_put_on_and_taken_off(self, owls: Library) -> None:
        papers = tag(owls, ["quill2020", "berg2021"], add=["to  read", "x"])
        assert [paper.record.tags for paper in papers] == [("to read", "x")] * 2
        tag(owls, ["quill2020"], remove=["x", "absent"])
        assert got(owls).tags == ("to read",)
        assert owls.database.rows("SELECT count(*) FROM tags") == [(3,)]
        assert owls.pending() == []

    def test_one_that_was_taken_off_does_not_come_back(self, shelf: Library) -> None:
        add_records(shelf, [replace(OWLS, tags=("a", "b"))])
        tag(shelf, ["quill2020"], remove=["a"])
        add_records(shelf, [replace(OWLS, tags=("a", "b"), venue="Birds")])
        add_records(shelf, [replace(OWLS, tags=("a", "c"), source="b.bib", doi=None)])
        assert got(shelf).tags == ("b",)

    def test_one_that_was_put_on_stays_and_others_come(self, shelf: Library) -> None:
        add_records(shelf, [OWLS])
        tag(shelf, ["quill2020"], add=["mine"])
        add_records(shelf, [replace(OWLS, tags=("theirs",))])
        assert set(got(shelf).tags) == {"mine", "theirs"}

    def test_all_or_none(self, owls: Library) -> None:
        with pytest.raises(UsageError, match="'nobody'"):
            tag(owls, ["quill2020", "nobody"], add=["x"])
        with pytest.raises(UsageError, match="at least one letter"):
            tag(owls, ["quill2020"], add=[" "])
        assert got(owls).tags == ()


class TestNotes:
    def test_are_kept_whatever_the_sources_say(self, owls: Library) -> None:
        assert note(owls, "quill2020", " to read \n").record.notes == "to read"
        add_records(owls, [replace(OWLS, abstract="Changed.", notes="theirs")])
        add_records(owls, [replace(OWLS, source="b.bib", notes="theirs too", venue="Birds")])
        assert got(owls).notes == "to read"
        assert note(owls, "quill2020", "").record.notes == ""
