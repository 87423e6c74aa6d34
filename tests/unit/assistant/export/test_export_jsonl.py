import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.export.jsonl import extra_value, to_jsonl
from assistant.library.ingest import add_records
from assistant.library.readers.jsonl import JsonLinesReader
from assistant.types import Author, Paper, Record
from tests.fakes.shelf import BEES, OWLS, WHALES, open_shelf

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(lambda text: " ".join(text.split()))
_some = _texts.filter(bool)
_records = st.builds(
    Record,
    title=_some,
    authors=st.lists(st.builds(Author, family=_some, given=_texts), max_size=3).map(tuple),
    et_al=st.booleans(),
    year=st.just(2023),
    date=st.sampled_from(["2023", "2023-08", "2023-08-17"]),
    venue=st.none() | _some,
    doi=st.none() | st.just("10.1000/a_b"),
    arxiv_id=st.none() | st.just("2305.14627"),
    url=st.none() | _some,
    category=st.none() | _some,
    tags=st.lists(_some, unique=True, max_size=3).map(tuple),
    abstract=st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(str.strip),
    entry_type=st.none() | _some,
    extra=st.just(()) | st.just((("pages", '"1--5"'), ("volume", "3"), ("codes", '["é"]'))),
    key=st.just("li2023pmet"),
    source=st.just("s"),
)  # fmt: skip


def read(text: str) -> list[Record]:
    records = JsonLinesReader().read(text, source="s", saved=dt.date(2026, 1, 1))
    return [replace(one, line=None) for one in records if isinstance(one, Record)]


@given(st.lists(_records, min_size=2, max_size=3))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_is_read_back(records: list[Record]) -> None:
    text = to_jsonl([Paper(key="li2023pmet", record=one) for one in records])
    assert read(text) == records


def test_a_paper_of_which_nothing_is_known() -> None:
    assert json.loads(to_jsonl([Paper(key="k", record=Record(title="T"))])) == {"key": "k", "title": "T"}
    assert to_jsonl([]) == ""


def test_fields_without_a_place_never_replace_those_that_have_one() -> None:
    record = Record(title="T", extra=(("title", "other"), ("year", "1999"), ("note", r"\emph{x}")))
    assert json.loads(to_jsonl([Paper(key="k", record=record)])) == {"key": "k", "title": "T", "note": r"\emph{x}"}


def test_values_that_only_look_like_json_stay_text() -> None:
    values = [extra_value(text) for text in ("3.10", "007", "12", '"x"', "{IEEE}", "[1,2]", "[1, 2]", "[" * 100_000)]
    assert values == ["3.10", "007", 12, "x", "{IEEE}", "[1,2]", [1, 2], "[" * 100_000]


def test_adding_an_export_to_its_own_library_changes_nothing(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    extra = (("pages", "1--5"), ("volume", "3"))
    add_records(shelf, [replace(OWLS, extra=extra), BEES, WHALES])
    before = shelf.papers()
    report = add_records(shelf, read(to_jsonl(before)))
    assert (report.added, report.updated, report.unchanged) == (0, 0, 2)
    assert [one.of for one in report.duplicates] == ["quill2020"]  # pages are LaTeX there and text here
    assert shelf.papers() == before
    shelf.close()
