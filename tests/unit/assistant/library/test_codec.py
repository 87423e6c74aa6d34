import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.codec import record_digest, record_from_json, record_to_json
from assistant.types import Author, Record
from tests.fakes.shelf import OWLS, any_records


@given(any_records)
def test_what_is_written_is_read_back(record: Record) -> None:
    assert record_from_json(record_to_json(record)) == record


def test_empty_fields_are_left_out() -> None:
    assert json.loads(record_to_json(Record(title="T"))) == {"title": "T"}
    assert record_from_json("{}") == Record(title="")


def test_names_of_a_later_version_are_passed_over() -> None:
    assert record_from_json('{"title": "T", "peer_reviews": [1]}') == Record(title="T")


@given(any_records, st.text(), st.integers())
def test_the_digest_does_not_depend_on_the_place(record: Record, source: str, line: int) -> None:
    assert record_digest(replace(record, source=source, line=line)) == record_digest(record)


@pytest.mark.parametrize(
    "change",
    [{"title": "t"}, {"abstract": ""}, {"authors": (Author(family="Quill"),)}, {"et_al": True}, {"tags": ("x",)},
     {"extra": (("note", "x"),)}, {"key": None}, {"year": None}],
)  # fmt: skip
def test_the_digest_depends_on_everything_else(change: dict[str, Any]) -> None:
    assert record_digest(replace(OWLS, **change)) != record_digest(OWLS)
