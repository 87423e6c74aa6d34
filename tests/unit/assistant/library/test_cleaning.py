import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.cleaning import clean_text, storable
from assistant.library.codec import record_to_json
from assistant.types import Author, Record
from tests.fakes.shelf import OWLS, any_records

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_hostile = st.text(
    st.characters(codec=None) | st.sampled_from("\x00\x07\x1b\x9b\r\n\t\u202e\u2066e\u0301[31m]0;\x85\ud800")
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("Zoë", "Zoë"),
        ("Zoe\u0308", "Zoë"),
        ("one\r\ntwo\rthree\x85four\u2028five", "one\ntwo\nthree\nfour\nfive"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("\x1b", " "),
        ("\x1b]never ended", " ]never ended"),
        ("a\x00b\x08c\x7fd", "a b c d"),
        ("abc\u202edcba\u202c", "abcdcba"),
        ("\ufeffBegin", "Begin"),
        ("\x1b\u202e[31mred", "red"),
        ("a\u200db \u200f", "a\u200db \u200f"),
    ],
)
def test_cleaned(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@given(_hostile)
def test_nothing_that_acts_is_left_and_cleaning_again_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    assert not _FORBIDDEN.search(cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean_text(cleaned) == cleaned


def test_lone_surrogates_become_question_marks_in_place() -> None:
    odd = Record(title="A\ud800B", abstract="\udcff.", source="caf\udce9.bib", authors=(Author(family="\ud801"),))
    plain = Record(title="A?B", abstract="?.", source="caf?.bib", authors=(Author(family="?"),))
    assert storable(odd) == plain


@pytest.mark.parametrize("bad", ["a\x1b[2Jb", "a\u202eb", "e\u0301", "\x00", "\ud800", "\ufeffx"])
def test_every_text_of_a_record(bad: str) -> None:
    pairs = ((bad, bad),)
    record = Record(
        title=bad, authors=(Author(family=bad, given=bad),), date=bad, venue=bad, doi=bad, arxiv_id=bad, pmid=bad,
        url=bad, category=bad, tags=(bad,), abstract=bad, key=bad, entry_type=bad, details=pairs, extra=pairs,
        written=pairs, notes=bad, edited=(bad,), filled=pairs, source=bad, year=2020, line=3, et_al=True,
    )  # fmt: skip
    cleaned = storable(record)
    good = clean_text(bad)
    assert good != bad
    assert record_to_json(cleaned).count(bad) == (0 if bad not in good else record_to_json(cleaned).count(good))
    assert (cleaned.title, cleaned.authors, cleaned.extra) == (
        good,
        (Author(family=good, given=good),),
        ((good, good),),
    )
    assert (cleaned.year, cleaned.line, cleaned.et_al) == (2020, 3, True)


@given(any_records)
def test_what_is_clean_stays_the_object_it_is(record: Record) -> None:
    cleaned = storable(record)
    assert storable(cleaned) is cleaned
    assert storable(OWLS) is OWLS


def test_only_abstracts_notes_and_what_is_kept_as_it_stood_have_several_lines() -> None:
    torn = "a\r\nER  - b\tc"
    record = Record(title=torn, authors=(Author(family=torn),), venue=torn, tags=(torn,), details=(("pages", torn),),
                    key=torn, abstract=torn, notes=torn, extra=(("x", torn),), written=(("x", torn),))  # fmt: skip
    cleaned, whole = storable(record), "a\nER  - b\tc"
    one_line = "a ER - b c"
    assert (cleaned.title, cleaned.authors[0].family, cleaned.venue, cleaned.key) == (one_line,) * 4
    assert (cleaned.tags, cleaned.details) == ((one_line,), (("pages", one_line),))
    assert (cleaned.abstract, cleaned.notes) == (whole, whole)
    assert (cleaned.extra, cleaned.written) == ((("x", whole),),) * 2
    assert storable(cleaned) is cleaned


@pytest.mark.parametrize(
    "text",
    [
        "[No abstract available]",
        "No abstract available.",
        "no abstract is available",
        "Abstract not available",
        "N/A",
        "NA",
    ],
)
def test_what_stands_for_no_abstract_is_none(text: str) -> None:
    assert storable(Record(title="T", abstract=text)).abstract == ""


@pytest.mark.parametrize(
    "text", ["NA channels open.", "No abstract thought is needed here.", "None of the owls slept."]
)
def test_an_abstract_that_begins_like_it_stays(text: str) -> None:
    assert storable(Record(title="T", abstract=text)).abstract == text


def test_what_stands_for_no_author_is_none() -> None:
    nobody = Author(family="author name available]", given="[No")
    assert storable(Record(title="T", authors=(nobody,))).authors == ()
    assert storable(Record(title="T", authors=(Author(family="[Anonymous]"),))).authors == ()
    assert storable(Record(title="T", authors=(Author(family="Anonymous"),))).authors != ()
