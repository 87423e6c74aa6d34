import datetime as dt
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export.ris import to_ris
from assistant.library.readers.tagged.ris import RisReader
from assistant.library.sources.content import Content
from assistant.types import Author, Paper, Record, Skipped
from tests.contracts.reader_contract import SAVED

FULL = Record(
    title="Counting sheep",
    authors=(Author(family="van der Quill", given="Ada"), Author(family="Wool Study Group")),
    et_al=True,
    year=2020,
    date="2020-03-14",
    venue="Journal of Wool",
    doi="10.1000/sheep.1",
    arxiv_id="2305.14627",
    pmid="26957754",
    url="https://wool.example/1",
    tags=("wool", "sheep"),
    abstract="We count sheep.\nThey sleep.",
    entry_type="article",
    details=(
        ("volume", "4"),
        ("number", "2"),
        ("pages", "12-15"),
        ("issn", "1234-5679"),
        ("editor", "Ewe, A. and Ram, B."),
    ),
    notes="Read again",
)


def written(*records: Record) -> str:
    return to_ris(Paper(key=f"key{number}", record=record) for number, record in enumerate(records, start=1))


def read(text: str) -> list[Record | Skipped]:
    return list(RisReader().read(Content.of_text(text), source="s", saved=SAVED))


def back(record: Record) -> Record:
    (item,) = read(written(record))
    assert isinstance(item, Record), item
    return item


def test_a_paper() -> None:
    assert written(FULL) == (
        "TY  - JOUR\n"
        "TI  - Counting sheep\n"
        "AU  - van der Quill, Ada\n"
        "AU  - Wool Study Group,\n"
        "AU  - et al.\n"
        "ED  - Ewe, A.\n"
        "ED  - Ram, B.\n"
        "PY  - 2020\n"
        "DA  - 2020/03/14\n"
        "T2  - Journal of Wool\n"
        "VL  - 4\n"
        "IS  - 2\n"
        "SN  - 1234-5679\n"
        "SP  - 12\n"
        "EP  - 15\n"
        "DO  - 10.1000/sheep.1\n"
        "DB  - PubMed\n"
        "AN  - 26957754\n"
        "UR  - https://wool.example/1\n"
        "UR  - https://arxiv.org/abs/2305.14627\n"
        "KW  - wool\n"
        "KW  - sheep\n"
        "AB  - We count sheep. They sleep.\n"
        "N1  - Read again\n"
        "ID  - key1\n"
        "ER  - \n"
    )


def test_several_papers_are_set_apart_by_a_blank_line_and_none_are_nothing() -> None:
    text = written(Record(title="A"), Record(title="B"))
    assert text == "TY  - GEN\nTI  - A\nID  - key1\nER  - \n\nTY  - GEN\nTI  - B\nID  - key2\nER  - \n"
    assert written() == ""


@pytest.mark.parametrize(
    ("entry_type", "ris"),
    [
        ("article", "JOUR"), ("inproceedings", "CPAPER"), ("incollection", "CHAP"), ("inbook", "CHAP"),
        ("book", "BOOK"), ("proceedings", "CONF"), ("phdthesis", "THES"), ("mastersthesis", "THES"), ("thesis", "THES"),
        ("techreport", "RPRT"), ("report", "RPRT"), ("unpublished", "UNPB"), ("misc", "GEN"), ("online", "ELEC"),
        ("dataset", "DATA"), ("software", "COMP"), ("patent", "PAT"), ("manual", "BOOK"), ("strange", "GEN"),
        (None, "GEN"),
    ],
)  # fmt: skip
def test_types(entry_type: str | None, ris: str) -> None:
    text = written(Record(title="T", entry_type=entry_type))
    assert text.startswith(f"TY  - {ris}\n")
    kept = back(Record(title="T", entry_type=entry_type)).entry_type
    assert kept == {
        "inbook": "incollection",
        "report": "techreport",
        "manual": "book",
        "strange": "misc",
        None: "misc",
    }.get(entry_type, entry_type)


def test_a_type_that_says_more_is_written_again() -> None:
    assert written(Record(title="T", entry_type="article", extra=(("TY", "MGZN"),))).startswith("TY  - MGZN\n")
    assert written(Record(title="T", entry_type="book", extra=(("TY", "MGZN"),))).startswith("TY  - BOOK\n")
    assert written(Record(title="T", entry_type="article", extra=(("TY", "x\nER  - "),))).startswith("TY  - JOUR\n")


def test_what_a_ris_file_had_besides_is_written_again_and_other_formats_fields_are_not() -> None:
    text = "TY  - JOUR\nTI  - T\nPY  - 2020\nY2  - 2021/01/24\nN1  - ASReview_relevant\nAD  - Wool St\nU1  - x\nER  - "
    (record,) = read(text)
    assert isinstance(record, Record)
    assert back(record).extra == record.extra
    medline = Record(title="T", year=2020, date="2020", extra=(("OWN", "NLM"), ("DA", "20200520")))
    assert back(medline).date == "2020"
    assert "odd" not in written(Record(title="T", extra=(("XX", "odd"), ("note", "odd"))))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00\n", "\x1b[2J\n"])
@pytest.mark.parametrize("place", ["title", "venue", "abstract", "url", "notes", "tags", "authors", "details", "extra"])
def test_no_value_can_end_its_record_or_begin_a_field(place: str, end: str) -> None:
    hostile = f"wool{end}ER  - {end}TY  - JOUR{end}TI  - Forged{end}"
    values: dict[str, object] = {
        "title": hostile, "venue": hostile, "abstract": hostile, "url": hostile, "notes": hostile, "tags": (hostile,),
        "authors": (Author(family=hostile, given=hostile),), "details": (("volume", hostile), ("pages", hostile)),
        "extra": (("N1", hostile), ("T2", hostile)),
    }  # fmt: skip
    text = written(Record(**({"title": "T"} | {place: values[place]})), Record(title="Last"))  # type: ignore[arg-type]  # - because the names are fields
    assert [line[:6] for line in text.splitlines() if line[:2] in ("ER", "TY")] == ["TY  - ", "ER  - "] * 2
    assert all(line[2:6] == "  - " for line in text.splitlines() if line)
    assert "\x1b" not in text
    items = read(text)
    assert len(items) == 2
    assert isinstance(items[1], Record)
    assert items[1].title == "Last"


# No `<`, since markup in what is read is taken out; titles begin with a word, since `NA` or `10.1000/x` is none.
_LETTERS = "abcABC19éßñØ中я\u0301😀"
_MARKS = "&%#_$~'\"`-,.:/()[]!?*+=@|{}\\ "


def plain(alphabet: str, start: str) -> st.SearchStrategy[str]:
    """Text as a record has it: composed, its spaces single."""
    return st.text(st.sampled_from(alphabet), max_size=15).map(
        lambda text: " ".join(unicodedata.normalize("NFC", start + text).split())
    )


titles = plain(_LETTERS + _MARKS, "On wool ")
tags = plain(_LETTERS + _MARKS, "wool")
authors = st.builds(Author, family=plain(_LETTERS + "-'", "Quill"), given=plain(_LETTERS + "-. ", "Ada"))
groups = st.builds(Author, family=plain(_LETTERS + "-. ", "Wool Group"))
numbers = st.integers(1, 9999).map(str)
days = st.dates(dt.date(1500, 1, 1), dt.date(2100, 1, 1)).map(str)
dates = days.flatmap(lambda day: st.sampled_from([day, day[:7], day[:4], None]))


@st.composite
def records(draw: st.DrawFn) -> Record:
    date = draw(dates)
    entry_type = draw(st.sampled_from(["article", "inproceedings", "incollection", "misc"]))
    details = {
        "volume": draw(st.just("") | numbers),
        "number": draw(st.just("") | numbers),
        "pages": draw(st.just("") | numbers | numbers.map(lambda first: f"{first}-{int(first) + 7}")),
        "publisher": draw(st.just("") | titles),
        "editor": " and ".join(f"{one.family}, {one.given}" for one in draw(st.lists(authors, max_size=2))),
        "issn": draw(st.just("") | st.just("1234-567X")),
        "isbn": draw(st.just("") | st.just("978-3-16-148410-0")),
    }
    return Record(
        title=draw(titles),
        authors=tuple(draw(st.lists(authors | groups, max_size=3))),
        et_al=draw(st.booleans()),
        year=int(date[:4]) if date else None,
        date=date,
        venue=draw(titles) if entry_type != "misc" else None,
        doi=draw(st.none() | numbers.map(lambda number: f"10.1000/sheep.{number}")),
        pmid=draw(st.none() | numbers),
        url=draw(st.none() | numbers.map(lambda number: f"https://wool.example/{number}?a=b#c")),
        arxiv_id=draw(st.none() | st.just("2305.14627")) if entry_type == "article" else None,
        tags=tuple(draw(st.lists(tags, max_size=3, unique=True))),
        abstract=draw(st.just("") | titles),
        entry_type=entry_type,
        details=tuple((name, value) for name, value in details.items() if value),
    )


@settings(deadline=None)
@given(st.lists(records(), min_size=1, max_size=3))
def test_what_ris_has_a_place_for_comes_back(before: list[Record]) -> None:
    after = read(written(*before))
    assert len(after) == len(before)
    for one, item in zip(before, after, strict=True):
        assert isinstance(item, Record)
        shared = "title authors et_al year date venue doi pmid arxiv_id tags abstract entry_type".split()
        assert {name: getattr(item, name) for name in shared} == {name: getattr(one, name) for name in shared}
        assert dict(item.details) == dict(one.details)
        assert one.url is None or item.url == one.url
