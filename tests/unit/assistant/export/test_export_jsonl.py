import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.export.jsonl import extra_value, to_jsonl
from assistant.library.ingest import add_records
from assistant.library.readers.json.reader import JsonReader
from assistant.library.sources.content import Content
from assistant.types import DETAILS, Author, Paper, Record
from tests.fakes.shelf import BEES, OWLS, WHALES, open_shelf

# Markup and odd spaces too, but line ends only in the fields that may have them.
_texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12) | st.sampled_from(
    ["<i>x</i>", "a &amp; b", " "]
)
_lines = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_some = _texts.filter(bool)
_pairs = st.lists(st.tuples(_texts, _lines), max_size=3).map(tuple)
_records = st.builds(
    Record,
    title=_some,
    authors=st.lists(st.builds(Author, family=_texts, given=_texts), max_size=3).map(tuple),
    et_al=st.booleans(),
    year=st.none() | st.integers(1, 9999),
    date=st.none() | st.sampled_from(["2023", "2023-08", "2023-08-17"]),
    year_inferred=st.booleans(),
    venue=st.none() | _some,
    doi=st.none() | _some,
    arxiv_id=st.none() | _some,
    pmid=st.none() | _some,
    url=st.none() | _some,
    category=st.none() | _some,
    tags=st.lists(_texts, max_size=3).map(tuple),
    abstract=_lines,
    entry_type=st.none() | _some,
    details=st.dictionaries(st.sampled_from(DETAILS), _texts, max_size=4).map(lambda found: tuple(found.items())),
    extra=_pairs,
    written=st.lists(st.tuples(st.sampled_from(["title", "x-y"]), _lines), max_size=2).map(tuple),
    notes=_lines,
    edited=st.lists(_texts, max_size=2).map(tuple),
    filled=_pairs,
    extracted=st.booleans(),
    key=st.just("li2023pmet"),
    source=st.just("s"),
)  # fmt: skip


def read(text: str) -> list[Record]:
    records = JsonReader("jsonl").read(Content.of_text(text), source="s", saved=dt.date(2026, 1, 1))
    return [replace(one, line=None) for one in records if isinstance(one, Record)]


@given(st.lists(_records, min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_written_is_read_back(records: list[Record]) -> None:
    text = to_jsonl([Paper(key="li2023pmet", record=one) for one in records])
    assert read(text) == records


def test_every_field_of_a_record_is_written_but_where_it_came_from() -> None:
    full = Record(
        title="T", authors=(Author(family="F"),), et_al=True, year=1, date="1", year_inferred=True, venue="V", doi="d",
        arxiv_id="a", pmid="1", url="u", category="c", tags=("t",), abstract="A", key="k", entry_type="article",
        details=(("volume", "3"),), extra=(("x", "1"),), written=(("x", "{1}"),), notes="n", edited=("title",),
        filled=(("doi", "f"),), extracted=True,
    )  # fmt: skip
    written = json.loads(to_jsonl([Paper(key="k", record=full)]))
    assert written.keys() - {"format"} == set(Record.__dataclass_fields__) - {"source", "line"}


def test_a_paper_of_which_nothing_is_known() -> None:
    written = json.loads(to_jsonl([Paper(key="k", record=Record(title="T"))]))
    assert written == {"format": "citewell", "key": "k", "title": "T"}
    assert to_jsonl([]) == ""


def test_a_line_that_somebody_broke_is_read_as_far_as_it_can_be() -> None:
    line = '{"format": "citewell", "key": "k", "title": "T", "authors": [{"family": 3}], "year": "2020"}\n'
    (record,) = read(line)
    assert (record.title, record.key, record.year) == ("T", "k", 2020)


def test_values_that_only_look_like_json_stay_text() -> None:
    values = [extra_value(text) for text in ("3.10", "007", "12", '"x"', "{IEEE}", "[1,2]", "[1, 2]", "[" * 100_000)]
    assert values == ["3.10", "007", 12, "x", "{IEEE}", "[1,2]", [1, 2], "[" * 100_000]


def test_adding_an_export_to_its_own_library_changes_nothing(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    extra = (("pages", "1--5"), ("volume", "3"))
    add_records(shelf, [replace(OWLS, extra=extra), BEES, WHALES])
    before = shelf.papers()
    report = add_records(shelf, read(to_jsonl(before)))
    assert (report.added, report.updated) == (0, 0)
    assert shelf.papers() == before
    shelf.close()


def test_what_no_library_holds_does_not_come_in() -> None:
    forged = {
        "format": "citewell", "title": "T\nER  - ", "venue": "V\r\nTY  - JOUR", "authors": [{"family": "A\nB"}],
        "tags": ["a\nb"], "details": {"volume": "3", "author = {x}, title": "y"},
        "written": [["title", "{T}"], ["x} @misc{y, title", "{Y}"]],
    }  # fmt: skip
    (record,) = read(json.dumps(forged))
    assert (record.title, record.venue, record.authors[0].family, record.tags) == (
        "T ER -",
        "V TY - JOUR",
        "A B",
        ("a b",),
    )
    assert (record.details, record.written) == ((("volume", "3"),), (("title", "{T}"),))
    assert record.extra == (("author = {x}, title", '"y"'),)
