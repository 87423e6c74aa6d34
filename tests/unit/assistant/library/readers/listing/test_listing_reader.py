import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library.codec import record_digest
from assistant.library.readers.listing.lines import is_profile, listing_year, parse_header
from assistant.library.readers.listing.reader import ListingReader
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

PROFILE = "Ada Quill\n\nCL\nh-index9\n15papers\n302citations\nNovelty47%\nAI Score51\n\n15 Papers\n\n"
APART = (
    PROFILE + "CLAug 17, 2023Code\nCounting Sheep\n\nAda Quill, Bo Li et al.\n\nWe count sheep. They are many.\n\n"
    "74.4CVJan 12\nSleep\n\nAda Quill\n\nWe sleep.\n"
)
GLUED = (
    "CLAug 17, 2023Code\nCounting SheepAda Quill, Bo Li et al.\nWe count sheep. They are many.\n"
    "74.4CVJan 12\nHow to SleepAda Quill\nWe sleep.\n"
)


class TestApart(ReaderContract):
    reader = ListingReader()
    sample = APART


class TestGlued(ReaderContract):
    reader = ListingReader()
    sample = GLUED


def read(text: str, saved: dt.date = SAVED) -> list[Record | Skipped]:
    return list(ListingReader().read(Content.of_text(text), source="s", saved=saved))


def records(text: str) -> list[Record]:
    items = read(text)
    assert all(isinstance(item, Record) for item in items), items
    return [item for item in items if isinstance(item, Record)]


def names(record: Record) -> list[str]:
    return [author.name for author in record.authors]


@pytest.mark.parametrize("text", [APART, GLUED, APART.replace("\n\n", "\n"), APART.replace("\n", "  \r\n")])
def test_all_that_a_paper_shows_is_read(text: str) -> None:
    first, second = records(text)
    assert (first.title, names(first), first.et_al) == ("Counting Sheep", ["Ada Quill", "Bo Li"], True)
    assert (first.date, first.year, first.category) == ("2023-08-17", 2023, "CL")
    assert first.abstract == "We count sheep. They are many."
    assert first.extra == (("code", "yes"),)
    assert (second.date, second.category, second.extra) == ("2026-01-12", "CV", (("score", "74.4"),))
    assert (names(second), second.et_al) == (["Ada Quill"], False)


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("CLAug 17, 2023Code", (None, "CL", 8, 17, 2023, ("Code",))),
        ("CVJan 12", (None, "CV", 1, 12, None, ())),
        ("74.4AIMay 17", ("74.4", "AI", 5, 17, None, ())),
        ("81CLFeb 22Code", ("81", "CL", 2, 22, None, ("Code",))),
        ("MMMar 3", (None, "MM", 3, 3, None, ())),
        ("MMMay 3, 2020", (None, "MM", 5, 3, 2020, ())),
        ("QUANT-PHDec 31, 1999", (None, "QUANT-PH", 12, 31, 1999, ())),
        ("stat.MLSep 9", (None, "stat.ML", 9, 9, None, ())),
        ("ROB Jun 1", (None, "ROB", 6, 1, None, ())),
    ],
)
def test_header_lines(line: str, parts: tuple[object, ...]) -> None:
    header = parse_header(line)
    assert header is not None
    assert (header.score, header.category, header.month, header.day, header.year, header.marks) == parts


@settings(deadline=None)
@given(
    score=st.one_of(st.just(""), st.integers(0, 100).map(str), st.floats(0, 99, width=16).map(lambda x: f"{x:.1f}")),
    category=st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=4),
    day=st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2040, 1, 1)),
    has_year=st.booleans(),
    code=st.sampled_from(["", "Code"]),
)
def test_every_header_of_this_form_is_read_back(
    score: str,
    category: str,
    day: dt.date,
    has_year: bool,
    code: str,
) -> None:
    line = f"{score}{category}{day:%b} {day.day}{f', {day.year}' if has_year else ''}{code}"
    header = parse_header(line)
    assert header is not None
    assert (header.score or "", header.category, header.marks) == (score, category, tuple(filter(None, [code])))
    assert header.date(day.year) == day.isoformat()


@pytest.mark.parametrize("line", ["May we count sheep", "CL", "", "CLAug 41", "In May 17 sheep came.", "CLFoo 3"])
def test_other_lines_are_no_headers(line: str) -> None:
    assert parse_header(line) is None


def test_a_day_that_the_year_lacks_is_the_last_of_its_month() -> None:
    header = parse_header("CLFeb 29")
    assert header is not None
    assert header.date(2023) == "2023-02-28"


@pytest.mark.parametrize(("saved", "own_year"), [(2026, 2026), (2025, 2025), (2024, 2025), (2020, 2025)])
def test_the_year_left_out_is_later_than_every_year_stated(saved: int, own_year: int) -> None:
    headers = [header for header in map(parse_header, ["CLAug 1, 2024", "CLMay 2", "CLMay 2, 2019"]) if header]
    assert listing_year(headers, dt.date(saved, 5, 1)) == own_year


@pytest.mark.parametrize("line", ["h-index9", "15papers", "1,302 citations", "Novelty47%", "AI Score51", "15 Papers"])
def test_profile_lines(line: str) -> None:
    assert is_profile(line)


def test_an_abstract_of_several_lines_and_paragraphs_is_kept_whole() -> None:
    (paper,) = records("CLMay 1\nSleepAda Quill, Bo Li\nWe sleep\nat night.\n\nAnd at noon.\n")
    assert paper.abstract == "We sleep at night.\n\nAnd at noon."


@pytest.mark.parametrize(
    "text",
    [
        "CLMay 1\nSleepAda Quill, Bo Li\nCLMay 2\nDreamsBo Li, Xi Yu\nWe dream.\n",
        "CLMay 1\nSleep\n\nAda Quill, Bo Li\n\nCLMay 2\nDreams\n\nBo Li, Xi Yu\n\nWe dream.\n",
    ],
)
def test_a_missing_abstract_leaves_the_others(text: str) -> None:
    first, second = records(text)
    assert (first.title, first.abstract, names(first)) == ("Sleep", "", ["Ada Quill", "Bo Li"])
    assert (second.title, second.abstract, names(second)) == ("Dreams", "We dream.", ["Bo Li", "Xi Yu"])


def test_what_is_no_paper_is_reported_with_its_line() -> None:
    items = read("Sign in\nCLMay 1\nCLMay 2\nDreamsBo Li, Xi Yu\nWe dream.\n\nShow more papers\n")
    assert [(item.line, type(item)) for item in items] == [(1, Skipped), (2, Skipped), (3, Record), (7, Skipped)]


def test_a_second_profile_between_papers_is_no_abstract() -> None:
    first, second = records(GLUED.split("74.4", maxsplit=1)[0] + "\n" + PROFILE + "74.4" + GLUED.split("74.4")[1])
    assert first.abstract == "We count sheep. They are many."
    assert second.title == "How to Sleep"


def test_an_author_line_with_odd_names_is_still_the_author_line() -> None:
    odd = "CLMay 3\nNoise\n\nquux lab 7, x, danah fern\n\nWe hear noise.\n\n"
    *_, paper = records(APART + "\n" + odd)
    assert (paper.title, paper.abstract) == ("Noise", "We hear noise.")
    assert [author.name for author in paper.authors] == ["quux lab 7", "x", "danah fern"]


def test_blank_lines_show_the_author_line_where_names_do_not() -> None:
    text = "CLMay 3\nNoise\n\nWenYuan Gu, JiaLe Han\n\nWe hear noise.\n\n"
    (paper,) = records(text)
    assert (paper.title, names(paper), paper.abstract) == ("Noise", ["WenYuan Gu", "JiaLe Han"], "We hear noise.")


def test_a_unicode_line_separator_stays_in_the_abstract() -> None:
    (paper,) = records("CLMay 1\nSleepAda Quill, Bo Li\nWe sleep\u2028at night\x0b.\n")
    assert paper.abstract == "We sleep\u2028at night\x0b."


def test_ordinary_text_is_not_taken_for_a_listing() -> None:
    assert not ListingReader().sniff(
        Content.of_text("# Notes\n\nBuy milk, bread, and eggs.\n\nSee Li, Bo, for more.\n")
    )


def test_a_year_that_the_listing_leaves_out_is_marked_and_no_part_of_what_it_says() -> None:
    text = "CLJan 12\nOn Quiet Rivers\n\nAda Lund\n\nRivers are quiet at night, says this abstract at some length.\n"
    text += "\nCLMar 3, 2024\nOn Loud Rivers\n\nAda Lund\n\nRivers are loud by day, says this other abstract.\n"
    first, later = (
        [
            one
            for one in ListingReader().read(Content.of_text(text), source="x", saved=dt.date(year, 6, 1))
            if isinstance(one, Record)
        ]
        for year in (2026, 2028)
    )
    assert [(one.year, one.year_inferred) for one in first] == [(2026, True), (2024, False)]
    assert [(one.year, one.year_inferred) for one in later] == [(2028, True), (2024, False)]
    assert [record_digest(one) for one in first] == [record_digest(one) for one in later]
