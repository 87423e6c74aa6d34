from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.merging import agrees, filled, newly_filled, said, updated
from assistant.library.published import is_published
from assistant.library.sameness.venues import is_preprint
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
        # Of a preprint and its published version the latter says where it appeared: TestPublished.
        new = replace(new, extracted=is_preprint(old) and is_published(new))
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
    assert (merged.doi, merged.arxiv_id, merged.extra) == ("10.1000/owls", "1", (("doi", "10.48550/arxiv.1"),))
    assert filled(merged, article) == merged
    assert filled(article, preprint).doi == "10.1000/owls"
    assert filled(article, preprint).extra == (("doi", "10.48550/arxiv.1"),)


PREPRINT = record(
    "Owls that hunt", "Quill, Ada", source="a.bib", key="pre", venue="arXiv preprint arXiv:2001.00001", year=2019,
    date="2019-12", doi="10.48550/arxiv.2001.00001", entry_type="misc", abstract="Owls hunt mice in the dark.",
    details=(("volume", "abs/2001.00001"), ("publisher", "arXiv"), ("note", "12 figures")), extra=(("file", "x.pdf"),),
)  # fmt: skip
ARTICLE = record(
    "Owls that hunt at night", "Quill, A.", source="b.bib", venue="Journal of Birds", year=2021, doi="10.1000/owls",
    entry_type="article", details=(("volume", "3"), ("pages", "1-2")),
)  # fmt: skip
_venues = st.sampled_from([None, "arXiv", "Journal of Birds", "bioRxiv"])
_dois = st.sampled_from([None, "10.48550/arxiv.2001.00001", "10.1000/owls", "10.1101/2020.01.01.123456"])
_details = st.lists(
    st.tuples(st.sampled_from(["volume", "pages", "note"]), st.sampled_from("123")), unique_by=lambda pair: pair[0]
).map(tuple)
versions = st.builds(
    replace, any_records, venue=_venues, doi=_dois, details=_details, source=st.sampled_from(["a", "b"]),
    edited=st.lists(st.sampled_from(["venue", "doi", "year", "title", "volume", "extra"]), unique=True).map(tuple),
)  # fmt: skip
"""Preprints and published versions, perhaps edited."""


class TestPublished:
    def test_the_published_version_says_where_and_when(self) -> None:
        merged = filled(PREPRINT, ARTICLE)
        assert (merged.venue, merged.year, merged.doi, merged.entry_type) == (
            "Journal of Birds", 2021, "10.1000/owls", "article",
        )  # fmt: skip
        assert (merged.title, merged.date) == ("Owls that hunt at night", None)
        assert dict(merged.details) == {"note": "12 figures", "volume": "3", "pages": "1-2"}
        taken = {"venue", "year", "doi", "entry_type", "title", "volume", "pages"}
        assert merged.filled == tuple((name, "b.bib") for name, _ in merged.filled)
        assert {name for name, _ in merged.filled} == taken

    def test_what_belongs_to_the_preprint_is_kept_beside(self) -> None:
        merged = filled(PREPRINT, ARTICLE)
        assert merged.arxiv_id == "2001.00001"
        assert dict(merged.extra) == {"file": "x.pdf", "doi": "10.48550/arxiv.2001.00001"}
        assert (merged.abstract, merged.authors) == (PREPRINT.abstract, PREPRINT.authors)
        assert (merged.key, merged.source) == ("pre", "a.bib")

    def test_whichever_comes_first(self) -> None:
        one, other = filled(PREPRINT, ARTICLE), filled(ARTICLE, PREPRINT)
        for name in ("venue", "year", "doi", "entry_type", "title", "arxiv_id"):
            assert getattr(one, name) == getattr(other, name)
        assert dict(one.details) == dict(other.details)

    @pytest.mark.parametrize(
        ("edited", "stays"),
        [
            (("venue",), {"venue": PREPRINT.venue, "year": 2019, "title": PREPRINT.title, "doi": "10.1000/owls"}),
            (("year",), {"venue": "Journal of Birds", "year": 2019, "date": "2019-12"}),
            (("doi",), {"venue": "Journal of Birds", "doi": PREPRINT.doi}),
            (("title",), {"title": PREPRINT.title}),
        ],
    )
    def test_what_the_user_edited_stays(self, edited: tuple[str, ...], stays: dict[str, Any]) -> None:
        merged = filled(replace(PREPRINT, edited=edited), ARTICLE)
        assert {name: getattr(merged, name) for name in stays} == stays

    def test_a_detail_that_the_user_edited_stays(self) -> None:
        merged = filled(replace(PREPRINT, edited=("volume",)), ARTICLE)
        assert dict(merged.details) == {"volume": "abs/2001.00001", "note": "12 figures", "pages": "1-2"}
        assert "volume" not in dict(merged.filled)

    @pytest.mark.parametrize(
        "other",
        [
            replace(ARTICLE, extracted=True),
            replace(ARTICLE, venue="bioRxiv", doi="10.1101/2020.01.01.123456"),
            replace(ARTICLE, venue=None, doi=None),
        ],
    )
    def test_a_guess_another_preprint_and_no_place_at_all_change_nothing(self, other: Record) -> None:
        merged = filled(PREPRINT, other)
        for name in ("venue", "year", "date", "doi", "title", "entry_type"):
            assert getattr(merged, name) == getattr(PREPRINT, name)
        assert dict(merged.details) == {"pages": "1-2"} | dict(PREPRINT.details)

    def test_without_a_year_the_preprints_stays(self) -> None:
        merged = filled(PREPRINT, replace(ARTICLE, year=None))
        assert (merged.venue, merged.year, merged.date) == ("Journal of Birds", 2019, "2019-12")

    def test_a_doi_alone_is_enough(self) -> None:
        merged = filled(PREPRINT, replace(ARTICLE, venue=None, details=()))
        assert (merged.doi, merged.venue, merged.details) == ("10.1000/owls", None, (("note", "12 figures"),))
        assert filled(merged, PREPRINT).venue is None

    def test_the_preprints_file_read_again_does_not_undo_it(self) -> None:
        merged = filled(PREPRINT, ARTICLE)
        again = updated(replace(PREPRINT, abstract="Owls hunt mice, and voles."), merged)
        assert again == replace(merged, abstract="Owls hunt mice, and voles.", line=again.line)

    def test_a_source_that_corrects_its_own_venue_holds(self) -> None:
        assert updated(PREPRINT, replace(ARTICLE, source="a.bib")).venue == PREPRINT.venue

    @given(versions, versions)
    def test_whatever_they_say(self, old: Record, new: Record) -> None:
        merged = filled(old, new)
        for name in {*old.edited} - {"volume"}:
            assert getattr(merged, name) == getattr(old, name)
        if "volume" in old.edited:
            assert dict(merged.details).get("volume") == dict(old.details).get("volume")
        for name in ("title", "venue", "doi", "year", "date"):
            assert getattr(merged, name) in (getattr(old, name), getattr(new, name))
        assert not (is_published(old) and is_preprint(merged))
        assert merged.abstract == (old.abstract or new.abstract)
        assert said(filled(merged, new)) == said(merged)
