from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from assistant.library.merging import agrees, filled, newly_filled, said, updated
from assistant.types import Author, Record
from tests.fakes.shelf import OWLS, any_records, record

BARE = record("Owls that hunt at night", source="a.bib")
FULL = replace(
    OWLS, source="b.bib", venue="Birds", arxiv_id="2001.00001", pmid="12", url="http://x", entry_type="article",
    details=(("volume", "3"), ("pages", "1-2")), extra=(("file", "x.pdf"),), tags=("night",),
)  # fmt: skip


class TestFilled:
    def test_gaps_are_filled_and_it_is_said_from_where(self) -> None:
        new = filled(BARE, FULL)
        assert said(replace(new, filled=(), key=FULL.key)) == said(FULL)
        assert dict(new.filled).keys() == {
            "venue", "doi", "arxiv_id", "pmid", "url", "entry_type", "abstract", "authors", "year", "date", "volume",
            "pages", "extra",
        }  # fmt: skip
        assert set(dict(new.filled).values()) == {"b.bib"}
        assert newly_filled(BARE, new) == tuple(name for name, _ in new.filled)

    @given(any_records, any_records)
    def test_nothing_that_was_there_is_overwritten(self, old: Record, new: Record) -> None:
        merged = filled(old, new)
        for name in (
            "title",
            "venue",
            "doi",
            "abstract",
            "year",
            "date",
            "category",
            "key",
            "source",
            "line",
            "written",
        ):
            assert getattr(old, name) in (None, "", ()) or getattr(merged, name) == getattr(old, name)
        assert merged.extra[: len(old.extra)] == old.extra
        assert set(merged.tags) == {*old.tags, *new.tags}

    @given(any_records, any_records)
    def test_once_is_enough(self, old: Record, new: Record) -> None:
        once = filled(old, new)
        assert said(filled(once, new)) == said(once)

    def test_details_by_name(self) -> None:
        old = replace(BARE, details=(("volume", "9"),))
        new = filled(old, FULL)
        assert new.details == (("volume", "9"), ("pages", "1-2"))
        assert "volume" not in dict(new.filled)

    def test_what_the_user_edited_is_no_gap(self) -> None:
        old = replace(BARE, edited=("abstract", "pages", "tags", "year", "authors", "extra"))
        new = filled(old, FULL)
        assert (new.abstract, new.tags, new.year, new.authors, new.extra) == ("", (), None, (), ())
        assert new.details == (("volume", "3"),)

    def test_a_guessed_year_gives_way(self) -> None:
        old = replace(BARE, year=2024, date="2024-05", year_inferred=True)
        new = filled(old, FULL)
        assert (new.year, new.date, new.year_inferred) == (2020, "2020", False)
        assert filled(new, old) == new

    def test_a_guessed_year_fills_a_gap_as_a_guess(self) -> None:
        new = filled(BARE, replace(FULL, year_inferred=True))
        assert (new.year, new.year_inferred) == (2020, True)

    def test_notes_are_the_users(self) -> None:
        assert filled(replace(BARE, notes="mine"), replace(FULL, notes="theirs")).notes == "mine"
        assert filled(BARE, replace(FULL, notes="theirs")).notes == "theirs"

    def test_written_belongs_to_one_source(self) -> None:
        written = (("title", "{Owls}"),)
        assert filled(BARE, replace(FULL, written=written)).written == ()
        assert filled(replace(BARE, written=written), FULL).written == written


class TestReadOffAPdf:
    PDF = replace(BARE, title="Owls Ihat hunt", authors=(Author(family="Qui"),), abstract="Ow1s.", extracted=True)

    def test_gives_way_to_a_source_that_states_it(self) -> None:
        new = filled(self.PDF, FULL)
        assert (new.title, new.authors, new.abstract, new.extracted) == (FULL.title, FULL.authors, FULL.abstract, False)
        assert (new.source, new.key) == (self.PDF.source, self.PDF.key)
        assert {"title", "authors", "abstract"} <= dict(new.filled).keys()

    def test_but_not_what_the_user_corrected(self) -> None:
        assert filled(replace(self.PDF, edited=("title",)), FULL).title == self.PDF.title

    def test_only_fills_the_gaps_of_another(self) -> None:
        new = filled(replace(FULL, abstract=""), self.PDF)
        assert (new.title, new.abstract, new.extracted) == (FULL.title, self.PDF.abstract, False)


class TestUpdated:
    def test_the_new_state_of_a_source_holds(self) -> None:
        new = replace(FULL, title="Owls", abstract="New.", year=2021, date="2021-03", details=(("volume", "4"),))
        assert updated(new, FULL) == replace(new, details=(("volume", "4"), ("pages", "1-2")))

    def test_what_other_sources_said_stays_where_it_says_nothing(self) -> None:
        old = filled(replace(OWLS, abstract="", doi=None), FULL)
        new = updated(replace(OWLS, abstract="", doi=None, title="Owls at night", venue="Own venue"), old)
        assert (new.title, new.abstract, new.doi, new.venue) == ("Owls at night", OWLS.abstract, OWLS.doi, "Own venue")
        assert dict(new.filled)["abstract"] == "b.bib"
        assert "venue" not in dict(new.filled)

    def test_a_stated_year_is_not_replaced_by_a_guess(self) -> None:
        old = filled(replace(BARE, year=2024, date="2024-05", year_inferred=True), FULL)
        new = updated(replace(BARE, title="Owls at night", year=2025, date="2025-05", year_inferred=True), old)
        assert (new.year, new.date, new.year_inferred, dict(new.filled)["year"]) == (2020, "2020", False, "b.bib")

    @given(any_records, any_records)
    def test_again_is_the_same(self, new: Record, old: Record) -> None:
        once = updated(new, old)
        assert said(updated(new, once)) == said(once)


@pytest.mark.parametrize(
    ("change", "is_said"),
    [
        ({}, True),
        ({"doi": None, "abstract": "", "key": None, "tags": ()}, True),
        ({"details": (("pages", "1-2"), ("volume", "3"))}, True),
        ({"written": (("a", "{b}"),), "notes": "mine"}, True),
        ({"year": 2024, "date": "2024", "year_inferred": True}, True),
        ({"title": "Owls"}, False),
        ({"abstract": "Other."}, False),
        ({"details": (("volume", "4"),)}, False),
        ({"tags": ("new",)}, False),
    ],
)
def test_agreeing(change: dict[str, Any], is_said: bool) -> None:
    assert agrees(replace(FULL, source="c.bib", **change), FULL) is is_said


def test_the_doi_of_the_other_version_is_not_lost() -> None:
    preprint, article = (
        Record(title="Owls", doi="10.48550/arxiv.1"),
        Record(title="Owls", doi="10.1000/owls", source="b"),
    )
    merged = filled(preprint, article)
    assert (merged.doi, merged.extra) == ("10.48550/arxiv.1", (("doi", "10.1000/owls"),))
    assert filled(merged, article) == merged
