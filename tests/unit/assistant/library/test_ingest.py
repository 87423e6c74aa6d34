from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.library.ingest import AddReport, add_records
from assistant.library.store import Library
from assistant.text import title_fingerprint
from assistant.types import Author, Paper, Record, Skipped
from tests.fakes.shelf import BEES, OWLS, WHALES, open_shelf, record

ALL = [OWLS, BEES, WHALES]


def counts(report: AddReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.duplicates)


def told(report: AddReport) -> list[tuple[str, str, str]]:
    """What the duplicates are called, which papers they are, and why."""
    return [(one.key, one.of, one.why) for one in report.duplicates]


def elsewhere(one: Record, **changes: Any) -> Record:
    """The record as another file has it."""
    return replace(one, **{"source": "other.jsonl", "line": 7, **changes})


def got(shelf: Library, key: str) -> Record:
    paper = shelf.get(key)
    assert paper is not None
    return paper.record


def state(shelf: Library) -> object:
    tables = "papers", "keys", "tags", "sources", "chunks", "pending"
    return [
        shelf.database.rows(
            f"SELECT * FROM {table} ORDER BY 1, 2" if table != "pending" else "SELECT * FROM pending ORDER BY 1"
        )
        for table in tables
    ]


class TestTheSameFileAgain:
    def test_new(self, shelf: Library) -> None:
        report = add_records(shelf, [*ALL, Skipped(source="lib.bib", line=9, reason="torn")])
        assert counts(report) == (3, 0, 0, 0)
        assert report.papers == ("quill2020", "berg2021", "dove2022songs")
        assert report.skipped == (Skipped(source="lib.bib", line=9, reason="torn"),)
        assert shelf.papers() == [Paper(key=key, record=one) for key, one in zip(report.papers, ALL, strict=True)]

    def test_nothing_changes_and_nothing_is_pending(self, shelf: Library) -> None:
        odd = record("Keys with spaces", key="Smith et al")
        add_records(shelf, [*ALL, odd])
        shelf.confirm(shelf.pending())
        before = state(shelf)
        report = add_records(shelf, [*ALL, odd])
        assert counts(report) == (0, 0, 4, 0)
        assert state(shelf) == before
        assert shelf.pending() == []

    def test_lines_may_move(self, shelf: Library) -> None:
        add_records(shelf, [replace(OWLS, line=3)])
        assert counts(add_records(shelf, [BEES, replace(OWLS, line=30)])) == (1, 0, 1, 0)
        assert shelf.sources("quill2020") == [("lib.bib", 30)]

    def test_a_changed_abstract(self, shelf: Library) -> None:
        add_records(shelf, ALL)
        shelf.confirm(shelf.pending())
        changed = replace(OWLS, abstract=OWLS.abstract.replace("every", "light"))
        assert counts(add_records(shelf, [changed, BEES, WHALES])) == (0, 1, 2, 0)
        assert got(shelf, "quill2020") == changed
        assert shelf.pending() == ["quill2020#1"]

    def test_a_change_and_its_undoing_are_both_seen(self, shelf: Library) -> None:
        changed = replace(OWLS, abstract="Owls sleep.")
        for one, expected in (
            (OWLS, (1, 0, 0, 0)),
            (changed, (0, 1, 0, 0)),
            (OWLS, (0, 1, 0, 0)),
            (OWLS, (0, 0, 1, 0)),
        ):
            assert counts(add_records(shelf, [one])) == expected
            assert got(shelf, "quill2020") == one

    def test_a_field_that_is_gone_from_the_file_is_kept(self, shelf: Library) -> None:
        add_records(shelf, [OWLS])
        report = add_records(shelf, [replace(OWLS, abstract="", venue="Birds")])
        assert counts(report) == (0, 1, 0, 0)
        assert got(shelf, "quill2020") == replace(OWLS, venue="Birds")
        assert counts(add_records(shelf, [replace(OWLS, abstract="", doi=None, venue="Birds")])) == (0, 0, 1, 0)

    def test_a_mended_title_is_the_same_paper(self, shelf: Library) -> None:
        add_records(shelf, [replace(OWLS, doi=None)])
        mended = replace(OWLS, title="Owls that hunt at nightfall", doi=None)
        assert counts(add_records(shelf, [mended])) == (0, 1, 0, 0)
        assert [paper.record for paper in shelf.papers()] == [mended]

    def test_a_changed_record_without_a_key_is_known_by_its_title_when_no_other_has_it(self, shelf: Library) -> None:
        bare = record("Owls that hunt at night", abstract="Old.")
        add_records(shelf, [bare])
        assert counts(add_records(shelf, [replace(bare, abstract="New.")])) == (0, 1, 0, 0)
        (key,) = add_records(shelf, [replace(bare, abstract="Newer.", doi="10.1/x")]).papers
        assert got(shelf, key).doi == "10.1/x"
        assert counts(add_records(shelf, [replace(bare, abstract="Other.", doi="10.1/y")])) == (1, 0, 0, 0)

    def test_another_paper_under_the_same_key_of_another_file_of_that_name(self, shelf: Library) -> None:
        first = record("Owls that hunt at night", key="a", source="-")
        second = record("Whales in the deep sea", key="a", source="-")
        add_records(shelf, [first])
        assert counts(add_records(shelf, [second])) == (1, 0, 0, 0)
        assert [paper.record for paper in shelf.papers()] == [first, second]
        assert counts(add_records(shelf, [first])) == (0, 0, 1, 0)

    def test_an_entry_that_is_gone_from_the_file_stays_in_the_library(self, shelf: Library) -> None:
        add_records(shelf, ALL)
        add_records(shelf, [OWLS])
        assert shelf.count() == 3


class TestTheSamePaperFromElsewhere:
    @pytest.mark.parametrize(
        ("one", "why"),
        [
            (record("Owls: that hunt at NIGHT", doi="10.1000/owls"), "same DOI"),
            (record("Owls that hunt", doi="10.1000/owls"), "same DOI"),
            (record("Owls that hunt at night", "Quill, A.", year=2021), "same title and authors"),
            (record("“Owls That Hunt At Night”", "Quíll, Ada"), "same title and authors"),
        ],
    )
    def test_is_a_duplicate(self, shelf: Library, one: Record, why: str) -> None:
        add_records(shelf, [OWLS])
        one = elsewhere(one, key="theirs")
        report = add_records(shelf, [one])
        assert told(report) == [("theirs", "quill2020", why)]
        assert (report.duplicates[0].source, report.duplicates[0].line) == ("other.jsonl", 7)
        assert report.papers == ("quill2020",)
        assert got(shelf, "quill2020") == OWLS
        assert shelf.get("theirs") == shelf.get("quill2020")
        assert shelf.sources("quill2020") == [("lib.bib", None), ("other.jsonl", 7)]
        assert counts(add_records(shelf, [one])) == (0, 0, 1, 0)

    def test_by_its_arxiv_id(self, shelf: Library) -> None:
        add_records(shelf, [BEES])
        report = add_records(shelf, [elsewhere(record("How do bees dance?", arxiv_id="2105.00001"))])
        assert told(report) == [("berg2021", "berg2021", "same arXiv id")]

    def test_fills_gaps_and_overwrites_nothing(self, shelf: Library) -> None:
        first = record(
            "Owls that hunt at night", "Quill, Ada", year=2020, key="a", extra=(("pages", "1"),), tags=("x",)
        )
        more = elsewhere(
            replace(OWLS, venue="Birds", title="owls that hunt at night!", extra=(("pages", "2"), ("volume", "3"))),
            tags=("y",), year=2021, date="2020-05-01",
        )  # fmt: skip
        add_records(shelf, [first])
        (duplicate,) = add_records(shelf, [more]).duplicates
        assert duplicate.filled == ("venue", "doi", "abstract", "date", "extra")
        assert got(shelf, "a") == replace(
            first, venue="Birds", doi="10.1000/owls", abstract=OWLS.abstract, date="2020-05-01", tags=("x", "y"),
            extra=(("pages", "1"), ("volume", "3")),
            filled=tuple((name, "other.jsonl") for name in ("venue", "doi", "abstract", "date", "extra")),
        )  # fmt: skip

    def test_a_date_of_another_year_is_no_gap(self, shelf: Library) -> None:
        add_records(shelf, [replace(OWLS, date=None)])
        add_records(shelf, [elsewhere(OWLS, date="2021-03", year=2021)])
        assert (got(shelf, "quill2020").year, got(shelf, "quill2020").date) == (2020, None)

    @pytest.mark.parametrize(
        ("had", "comes", "expected"),
        [
            ("Quill et al", "Quill Li", "Quill Li"),
            ("Quill Li et al", "Quill", "Quill Li et al"),
            ("Quill et al", "Quill Li et al", "Quill et al"),
            ("Quill", "Quill Li", "Quill"),
            ("", "Quill et al", "Quill et al"),
            ("et al", "Quill", "Quill"),
            ("et al", "", "et al"),
        ],
    )
    def test_authors(self, shelf: Library, had: str, comes: str, expected: str) -> None:
        def of(names: str) -> dict[str, Any]:
            families = names.replace("et al", "").split()
            return {"authors": tuple(Author(family=one) for one in families), "et_al": names.endswith("et al")}

        add_records(shelf, [replace(OWLS, **of(had))])
        add_records(shelf, [elsewhere(OWLS, **of(comes), venue="Birds")])
        record = got(shelf, "quill2020")
        assert {"authors": record.authors, "et_al": record.et_al} == of(expected)

    def test_saying_the_same_is_no_duplicate(self, shelf: Library) -> None:
        add_records(shelf, [OWLS])
        assert counts(add_records(shelf, [elsewhere(replace(OWLS, doi=None))])) == (0, 0, 1, 0)

    def test_an_export_of_the_library_changes_nothing(self, shelf: Library) -> None:
        few = record("Preface", key="p", year=2002, details=(("isbn", "1"),), tags=("b", "a"))
        add_records(shelf, [OWLS, few])
        exported = [elsewhere(paper.record, key=paper.key) for paper in shelf.papers()]
        exported[1] = replace(exported[1], tags=("a", "b"))
        assert counts(add_records(shelf, exported)) == (0, 0, 2, 0)
        assert counts(add_records(shelf, [elsewhere(few, year=None, source="third.bib")])) == (1, 0, 0, 0)

    def test_twice_in_one_file(self, shelf: Library) -> None:
        again = replace(OWLS, key="again", line=20, venue="Birds", abstract="Other words.")
        report = add_records(shelf, [OWLS, again])
        assert counts(report) == (1, 0, 0, 1)
        assert report.papers == ("quill2020",)
        assert got(shelf, "quill2020") == replace(OWLS, venue="Birds", filled=(("venue", "lib.bib"),))
        before = state(shelf)
        assert counts(add_records(shelf, [OWLS, again])) == (0, 0, 2, 0)
        assert state(shelf) == before

    def test_two_papers_of_one_key_in_one_file(self, shelf: Library) -> None:
        twins = [record("Owls that hunt at night", key="a"), record("Owls that hunt at nightfall", key="a")]
        assert add_records(shelf, twins).papers == ("a", "anonndowls")
        before = state(shelf)
        assert counts(add_records(shelf, twins)) == (0, 0, 2, 0)
        assert state(shelf) == before

    def test_keys_of_other_cases_and_of_removed_papers_become_no_aliases(self, shelf: Library) -> None:
        add_records(shelf, [OWLS, BEES])
        add_records(shelf, [elsewhere(BEES, key="QUILL2020")])
        assert shelf.aliases("berg2021") == []


class TestOtherPapers:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (
                record("Locating and Editing Factual Associations in GPT", doi="10.1000/x"),
                record("Mass-Editing Memory in a Transformer", doi="10.1000/x"),
            ),
            (
                record("A survey of large language models", arxiv_id="2303.18223"),
                record("Teaching large language models to cite", arxiv_id="2303.18223"),
            ),
            (record("Owls that hunt at night", "Quill, Ada"), record("Owls that hunt at night", "Dove, Eve")),
            (record("Owls that hunt at night", year=2001), record("Owls that hunt at night", year=2003)),
            (
                record("Owls that hunt at night", doi="10.1000/a", venue="Birds"),
                record("Owls that hunt at night", doi="10.1000/b", venue="Birds"),
            ),
            (record("Preface"), record("Preface")),
            (record("Owls that hunt at night", key="a"), record("Songs of the whales", key="a")),
        ],
    )
    def test_are_kept_apart(self, shelf: Library, one: Record, other: Record) -> None:
        add_records(shelf, [one])
        assert counts(add_records(shelf, [elsewhere(other)])) == (1, 0, 0, 0)
        assert [paper.title for paper in shelf.papers()] == [one.title, other.title]
        again = add_records(shelf, [elsewhere(other), one])
        assert counts(again) == (0, 0, 2, 0)

    def test_the_one_of_several_with_the_identifier_whose_title_fits(self, shelf: Library) -> None:
        add_records(shelf, [record("Locating facts", doi="10.1/x"), record("Songs of whales", doi="10.1/x")])
        report = add_records(shelf, [elsewhere(record("Songs of whales: a study", doi="10.1/x", key="k"))])
        assert told(report) == [("k", "anonndsongs", "same DOI")]

    @pytest.mark.parametrize("title", ["", "!?", "of the"])
    def test_titles_that_say_nothing(self, shelf: Library, title: str) -> None:
        add_records(shelf, [record(title, doi="10.1/x")])
        add_records(shelf, [elsewhere(record("and a", doi="10.1/x"))])
        assert shelf.count() == (2 if title == "of the" else 1)


class TestAllOrNothing:
    def test_a_failure_in_the_middle_leaves_nothing(self, shelf: Library) -> None:
        add_records(shelf, [OWLS])
        before = state(shelf)

        def torn() -> Iterator[Record]:
            yield replace(OWLS, abstract="Changed.")
            yield BEES
            raise OSError("the disk is gone")

        with pytest.raises(OSError, match="disk is gone"):
            add_records(shelf, torn())
        assert state(shelf) == before
        assert counts(add_records(shelf, [OWLS, BEES])) == (1, 0, 1, 0)

    def test_a_dry_run_reports_and_changes_nothing(self, shelf: Library) -> None:
        add_records(shelf, [OWLS])
        before = state(shelf)
        wanted: list[Record | Skipped] = [
            replace(OWLS, abstract="Changed."),
            BEES,
            elsewhere(OWLS, key="k", venue="Birds"),
        ]
        report = add_records(shelf, wanted, tags=("x",), dry_run=True)
        assert counts(report) == (1, 1, 0, 1)
        assert state(shelf) == before
        assert add_records(shelf, wanted, tags=("x",)) == report

    def test_each_record_is_told(self, shelf: Library) -> None:
        told: list[int] = []
        add_records(shelf, [*ALL, Skipped(source="s", line=None, reason="r")], on_record=told.append)
        assert told == [1, 2, 3, 4]


class TestTags:
    def test_are_put_on_every_paper_described(self, shelf: Library) -> None:
        add_records(shelf, [OWLS, replace(BEES, tags=("own",))], tags=("new", "own"))
        assert got(shelf, "quill2020").tags == ("new", "own")
        assert got(shelf, "berg2021").tags == ("own", "new")

    def test_a_new_tag_is_an_update_and_embeds_nothing(self, shelf: Library) -> None:
        add_records(shelf, ALL)
        shelf.confirm(shelf.pending())
        assert counts(add_records(shelf, ALL, tags=("x",))) == (0, 3, 0, 0)
        assert counts(add_records(shelf, ALL, tags=("x",))) == (0, 0, 3, 0)
        assert shelf.pending() == []

    def test_tags_given_before_are_kept(self, shelf: Library) -> None:
        add_records(shelf, [OWLS], tags=("x",))
        assert counts(add_records(shelf, [OWLS])) == (0, 0, 1, 0)
        add_records(shelf, [replace(OWLS, venue="Birds")])
        assert got(shelf, "quill2020").tags == ("x",)


def test_text_without_a_utf8_form(shelf: Library) -> None:
    odd = record("Owls \ud800 at night", abstract="A \udcff.", source="caf\udce9.bib", key="a")
    assert counts(add_records(shelf, [odd])) == (1, 0, 0, 0)
    assert (got(shelf, "a").title, got(shelf, "a").abstract) == ("Owls ? at night", "A ?.")
    assert shelf.sources("a") == [("caf?.bib", None)]
    assert counts(add_records(shelf, [odd])) == (0, 0, 1, 0)
    assert shelf.chunks(["a#0"])["a#0"].digest == shelf.chunk_digests()["a#0"]


_titles = st.sampled_from(["Owls that hunt at night", "How bees dance", "Songs of the whales", "Preface", "", "é"])
_records = st.builds(
    Record,
    title=_titles,
    authors=st.sampled_from([(), (Author(family="Li"),), (Author(family="Quill"), Author(family="Li"))]),
    et_al=st.booleans(),
    year=st.sampled_from([None, 2020, 2021, 2023]),
    doi=st.sampled_from([None, "10.1/a", "10.1/b"]),
    abstract=st.sampled_from(["", "One. Two.", "Owls hunt mice in the dark. They hear each step. Silent feathers."])
    | st.text(),
    key=st.sampled_from([None, "a", "A", "b", "li2020owls", "not usable"]),
    source=st.sampled_from(["one.bib", "two.bib"]),
)
_steps = st.lists(st.lists(_records, min_size=1, max_size=4) | st.integers(0, 5), min_size=1, max_size=6)


class TestAnySequence:
    @given(steps=_steps)
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_keys_stay_and_chunks_fit(self, steps: list[list[Record] | int], tmp_path_factory: Any) -> None:
        shelf = open_shelf(tmp_path_factory.mktemp("shelf"))
        self._check(shelf, steps)
        shelf.close()

    def _check(self, shelf: Library, steps: list[list[Record] | int]) -> None:
        given_out: dict[str, tuple[int, str]] = {}
        for step in steps:
            if isinstance(step, int):
                self._remove(shelf, step)
            else:
                add_records(shelf, step)
                again = add_records(shelf, step)
                assert (again.added, again.updated, again.duplicates) == (0, 0, ())
            # A key that was ever given out belongs to the same paper, to one that came back by its title, or to none.
            for paper in shelf.papers():
                now = (shelf.paper_id(paper.key), title_fingerprint(paper.title))
                before = given_out.get(paper.key, now)
                assert now[0] == before[0] or now[1] == before[1]
                given_out[paper.key] = now
            assert len({key.lower() for key in shelf.known_keys()}) == len(shelf.known_keys())
            self._chunks_fit(shelf)

    def _remove(self, shelf: Library, number: int) -> None:
        keys = [paper.key for paper in shelf.papers()]
        if number < len(keys):
            with shelf.writing(), shelf.database.transaction():
                shelf.remove(keys[number])
            assert shelf.get(keys[number]) is None

    def _chunks_fit(self, shelf: Library) -> None:
        digests = shelf.chunk_digests()
        chunks = shelf.chunks(list(digests))
        assert set(chunks) == set(digests) <= set(shelf.pending())
        assert {chunk.key for chunk in chunks.values()} == {paper.key for paper in shelf.papers()}
        for one, chunk in chunks.items():
            abstract = got(shelf, chunk.key).abstract
            assert chunk.text == abstract[chunk.start : chunk.end]
            assert chunk.digest == digests[one]


def test_a_folder_of_its_own(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path / "deep" / "shelf")
    add_records(shelf, ALL)
    assert sorted(one.name for one in shelf.folder.iterdir() if "-" not in one.name) == ["library.db", "write.lock"]
    shelf.close()


def test_a_book_in_the_place_of_an_abstract_is_reported(shelf: Library) -> None:
    report = add_records(shelf, [replace(OWLS, abstract="owl " * 60_000), BEES])
    assert counts(report) == (1, 0, 0, 0)
    (skipped,) = report.skipped
    assert "has an abstract of 240,000 characters" in skipped.reason
