import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.export.csl_json import to_csl_json
from assistant.library.readers.json.csl_types import TYPES
from assistant.library.readers.json.reader import JsonReader
from assistant.library.sources.content import Content
from assistant.types import Author, Paper, Record

_SAVED = dt.date(2026, 1, 1)


def written(record: Record) -> dict[str, object]:
    (item,) = json.loads(to_csl_json([Paper(key=record.key or "k", record=record)]))
    return item


def read(text: str) -> list[Record]:
    found = JsonReader("csl-json").read(Content.of_text(text), source="", saved=_SAVED)
    return [replace(one, line=None) for one in found if isinstance(one, Record)]


def again(item: dict[str, object]) -> dict[str, object]:
    (record,) = read(json.dumps([item]))
    return written(record)


_words = st.text("abc Ää", min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(bool)
_numbers = st.integers(1, 999).map(str)
_family = st.sampled_from(["Quill", "van der Berg", "Ford Jr.", "O'Neil", "de la Vallée"])
_authors = st.lists(
    st.builds(Author, family=_family, given=st.sampled_from(["Ada", "B. C.", "Jo-Ann"]))
    | st.builds(Author, family=st.sampled_from(["Plato", "Owl Team", "van Team, Inc."])),
    max_size=3,
).map(tuple)
_DETAILS = ("volume", "number", "pages", "eid", "address", "edition", "series", "chapter", "booktitle", "shortjournal",
            "organization", "howpublished", "note", "isbn", "issn", "pmcid", "language")  # fmt: skip


def _detail(name: str) -> st.SearchStrategy[str]:
    special = {"pages": st.just("12-15"), "pmcid": st.just("PMC123"), "number": _numbers, "volume": _numbers}
    return special.get(name, _words)


_details = st.sets(st.sampled_from(_DETAILS)).flatmap(
    lambda names: st.tuples(*(st.tuples(st.just(name), _detail(name)) for name in _DETAILS if name in names))
)
_dates = st.sampled_from(["2023", "2023-08", "2023-08-17"])
_records = st.builds(
    Record,
    title=_words,
    authors=_authors,
    et_al=st.booleans(),
    year=st.just(2023),
    date=_dates,
    venue=st.none() | _words,
    doi=st.none() | st.just("10.1000/a_b"),
    arxiv_id=st.none() | st.just("2305.14627"),
    pmid=st.none() | _numbers,
    url=st.none() | st.just("https://x.org/a"),
    category=st.none() | _words,
    tags=st.lists(_words, unique=True, max_size=3).map(tuple),
    abstract=st.just("") | _words,
    key=st.just("li2023"),
    entry_type=st.sampled_from(
        "article inproceedings incollection inbook book proceedings phdthesis mastersthesis thesis techreport report "
        "unpublished misc online dataset software patent manual booklet".split()
    ),
    details=_details,
    extra=st.just(()) | st.just((("accessed", '{"date-parts": [[2024, 1, 2]]}'), ("odd name", '["é"]'))),
)  # fmt: skip


@given(_records)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_written_is_read_back_and_is_valid(record: Record) -> None:
    (found,) = read(to_csl_json([Paper(key="li2023", record=record)]))
    assert found == record
    check(written(record))


_csl_names = st.lists(
    st.fixed_dictionaries({"family": st.sampled_from(["Quill", "de Berg"]), "given": st.sampled_from(["Ada", "B."])})
    | st.fixed_dictionaries({"literal": st.just("Owl Team")}),
    min_size=1,
    max_size=3,
)
_csl_date = st.sampled_from(
    [[[2020]], [[2020, 5]], [[2020, 5, 6]], [[2020, 5], [2020, 6]], [[-44, 3, 15]]],
).map(lambda parts: {"date-parts": parts}) | st.sampled_from(
    [{"date-parts": [[2020]], "season": 2}, {"literal": "spring 2020"}, {"date-parts": [[2020]], "circa": True}]
)
_csl_items = st.fixed_dictionaries(
    {"id": st.just("k"), "type": st.sampled_from(sorted(TYPES)), "title": _words},
    optional={
        "author": _csl_names,
        "editor": _csl_names,
        "translator": _csl_names,
        "issued": _csl_date,
        "accessed": _csl_date,
        "container-title": _words,
        "container-title-short": _words,
        "collection-title": _words,
        "volume": _numbers,
        "issue": _numbers,
        "number": _numbers,
        "collection-number": _numbers,
        "number-of-pages": _numbers,
        "page": st.just("12-15"),
        "publisher": _words,
        "publisher-place": _words,
        "edition": _words,
        "genre": _words,
        "DOI": st.just("10.1000/x"),
        "PMID": _numbers,
        "PMCID": st.just("PMC12"),
        "URL": st.just("https://x.org"),
        "ISBN": st.just("978-3-16-148410-0"),
        "abstract": _words,
        "note": _words,
        "language": st.just("en"),
        "keyword": st.just("owls, bees"),
        "title-short": _words,
        "event-title": _words,
        "event-place": _words,
        "custom": st.just({"my field": [1, {"a": 2}]}),
    },
)


@example({"id": "k", "type": "article", "title": "a", "collection-number": "1", "custom": {"my field": [1, {"a": 2}]}})
@given(_csl_items)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_csl_json_comes_back_as_it_was(item: dict[str, object]) -> None:
    found = again(item)
    added = found.keys() - item.keys()
    assert {name: found.get(name) for name in item if name != "custom"} == {
        name: value for name, value in item.items() if name != "custom"
    }
    assert added <= {"custom", "container-title", "DOI"}
    custom = found.get("custom", {})
    assert isinstance(custom, dict)
    assert custom.get("my field") == ([1, {"a": 2}] if "custom" in item else None)
    check(found)


@pytest.mark.parametrize("value", [True, [1], {"a": 1}, "text"])
@pytest.mark.parametrize("name", ["accessed", "translator", "medium", "number-of-volumes", "categories", "unknown"])
def test_what_the_schema_would_refuse_stands_apart(name: str, value: object) -> None:
    item = again({"id": "k", "type": "article-journal", "title": "T", "container-title": "J", name: value})
    check(item)
    custom = item.get("custom", {})
    assert isinstance(custom, dict)
    assert item.get(name, custom.get(name)) == value


def test_a_list_of_papers_is_one_document() -> None:
    papers = [Paper(key=key, record=Record(title=key)) for key in ("a", "b")]
    assert [item["id"] for item in json.loads(to_csl_json(papers))] == ["a", "b"]
    assert json.loads(to_csl_json([])) == []


def test_fields_of_bibtex_in_latex_stay_out() -> None:
    record = Record(title="T", extra=(("annote", r"\emph{x}"), ("file", "a.pdf")))
    assert written(record) == {"id": "k", "type": "document", "title": "T"}


def test_a_thesis_names_its_school_and_kind() -> None:
    item = written(Record(title="T", entry_type="phdthesis", details=(("school", "Owl U"),)))
    assert (item["type"], item["genre"], item["publisher"]) == ("thesis", "PhD thesis", "Owl U")


def check(item: dict[str, object]) -> None:
    """What CSL's schema for data asks for."""
    assert item["type"] in TYPES
    assert isinstance(item["id"], str | int)
    for name in ("author", "editor", "translator"):
        for person in item.get(name, []):  # type: ignore[attr-defined]
            assert person.keys() <= {"family", "given", "suffix", "literal"}
            assert all(isinstance(part, str) for part in person.values())
    for name in ("issued", "accessed"):
        date = item.get(name, {})
        assert isinstance(date, dict)
        assert date.keys() <= {"date-parts", "season", "circa", "literal", "raw"}
    texts = ("title", "abstract", "container-title", "DOI", "PMID", "URL", "keyword", "note", "publisher", "medium")
    assert all(isinstance(item.get(name, ""), str) for name in texts)
    numbers = ("volume", "issue", "number", "page", "edition", "chapter-number", "number-of-volumes")
    assert all(isinstance(item.get(name, ""), str | int) for name in numbers)
    assert isinstance(item.get("custom", {}), dict)
