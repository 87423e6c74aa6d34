import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library.readers.json.reader import JsonReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

TWO = '{"key": "a", "title": "Counting Sheep", "year": 2020}\n\n{"title": "Sleep", "authors": ["Bo Li"]}\n'


field_names = st.sampled_from(["title", "authors", "year", "date", "issued", "date-parts", "doi", "name", "family"])
any_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(field_names, inner),
)


class TestJsonLines(ReaderContract):
    reader = JsonReader("jsonl")
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(JsonReader("jsonl").read(Content.of_text(text), source="s", saved=SAVED))


def one(**fields: object) -> Record:
    (record,) = read(json.dumps({"title": "T", **fields}))
    assert isinstance(record, Record), record
    return record


def test_a_whole_object() -> None:
    record = one(
        key="a", abstract="We count.\n\nSheep.", authors=["Ada Quill", "Li, Bo"], year="2020", date="2020-03-05",
        venue="J. of Sheep", doi="https://doi.org/10.1000/ABC", arxiv_id="arXiv:2305.14627v2", url="https://x.org",
        category="CL", tags=["x", "y"], pages=[1, 2], code=None, note="",
    )  # fmt: skip
    assert record == Record(
        title="T",
        key="a",
        abstract="We count.\n\nSheep.",
        authors=(Author(family="Quill", given="Ada"), Author(family="Li", given="Bo")),
        year=2020,
        date="2020-03-05",
        venue="J. of Sheep",
        doi="10.1000/abc",
        arxiv_id="2305.14627",
        url="https://x.org",
        category="CL",
        tags=("x", "y"),
        extra=(("pages", "[1, 2]"),),
        source="s",
        line=1,
    )


@pytest.mark.parametrize(
    ("authors", "expected", "et_al"),
    [
        (["Ada van der Quill"], [("van der Quill", "Ada")], False),
        ([{"family": "Quill", "given": "Ada"}], [("Quill", "Ada")], False),
        ([{"name": "Ada Quill"}, {"literal": "Sheep Team"}], [("Quill", "Ada"), ("Sheep Team", "")], False),
        (["Ada Quill", "et al."], [("Quill", "Ada")], True),
        ("Ada Quill and Bo Li", [("Quill", "Ada"), ("Li", "Bo")], False),
        ("Ada Quill, Bo Li", [("Quill", "Ada"), ("Li", "Bo")], False),
        ("Quill, Ada", [("Quill", "Ada")], False),
        (["Plato"], [("Plato", "")], False),
        ([7, None], [], False),
    ],
)
def test_authors(authors: object, expected: list[tuple[str, str]], et_al: bool) -> None:
    record = one(authors=authors)
    assert record.authors == tuple(Author(family=family, given=given) for family, given in expected)
    assert record.et_al is et_al


def test_usual_other_names_of_fields() -> None:
    record = one(id=7, author=["Ada Quill"], DOI="10.1000/x", URL="https://x.org", keywords="a; b", journal="J")
    assert (record.key, record.doi, record.url, record.venue) == ("7", "10.1000/x", "https://x.org", "J")
    assert (record.tags, record.extra) == (("a", "b"), ())


def test_a_year_comes_out_of_the_date_and_a_date_out_of_the_year() -> None:
    assert (one(date="2020-03-05T10:00:00Z").year, one(date="2020-03-05T10:00:00Z").date) == (2020, "2020-03-05")
    assert one(year=2020).date == "2020"
    assert one(issued={"date-parts": [[2020, 3]]}).date == "2020-03"


def test_a_value_that_cannot_be_used_is_kept() -> None:
    record = one(doi="unknown", year="soon", tags={"a": 1})
    assert (record.doi, record.year, record.tags) == (None, None, ())
    assert record.extra == (("doi", '"unknown"'), ("year", '"soon"'), ("tags", '{"a": 1}'))


def test_bad_lines_are_reported_and_the_rest_is_read() -> None:
    text = '{"title": "A"}\n{"title": \n[1]\n{"year": 2020}\n' + "[" * 100_000 + '\n{"title": "B"}'
    items = read(text)
    assert [item.line for item in items] == [1, 2, 3, 4, 5, 6]
    assert [item.title for item in items if isinstance(item, Record)] == ["A", "B"]
    reasons = [item.reason for item in items if isinstance(item, Skipped)]
    assert ["JSON" in reasons[0], "object" in reasons[1], "title" in reasons[2]] == [True, True, True]


@pytest.mark.parametrize("shape", ["[{}, {}]", '{{"papers": [{}, {}]}}', "[\n{},\n{}\n]"])
def test_arrays_of_the_same_objects(shape: str) -> None:
    text = shape.format('{"title": "A"}', '{"title": "B"}')
    assert JsonReader("jsonl").sniff(Content.of_text(text))
    assert [item.title for item in read(text) if isinstance(item, Record)] == ["A", "B"]


def test_one_object_over_several_lines() -> None:
    text = json.dumps({"title": "A", "year": 2020}, indent=2)
    assert JsonReader("jsonl").sniff(Content.of_text(text))
    assert [item.title for item in read(text) if isinstance(item, Record)] == ["A"]


@settings(deadline=None)
@given(any_json)
def test_any_json_is_read_or_reported(value: object) -> None:
    for item in read(json.dumps(value)):
        assert isinstance(item, Skipped) or item.title
