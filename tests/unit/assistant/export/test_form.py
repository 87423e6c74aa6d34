from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.export.form import FIELDS, from_form, others_of, record_with, to_form
from assistant.types import DETAILS, Author, Record

OWLS = Record(
    title="Owls: a survey",
    authors=(Author(family="Quill", given="Ada"), Author(family="Owl Trust")),
    et_al=True,
    year=2020,
    date="2020-03",
    venue="Night Birds",
    doi="10.1000/owls",
    tags=("dusk", "owls"),
    abstract="They hunt.\nMostly at night.",
    details=(("volume", "3"), ("pages", "5-9")),
    extra=(("file", "x.pdf"),),
    source="s.bib",
    line=4,
)


def test_the_form_of_a_paper() -> None:
    assert to_form(OWLS) == (
        "title: 'Owls: a survey'\n"
        "authors:\n"
        "- Quill, Ada\n"
        "- Owl Trust\n"
        "- others\n"
        "year: '2020'\n"
        "date: 2020-03\n"
        "venue: Night Birds\n"
        "doi: 10.1000/owls\n"
        "tags:\n"
        "- dusk\n"
        "- owls\n"
        "volume: '3'\n"
        "pages: 5-9\n"
        "abstract: |-\n"
        "  They hunt.\n"
        "  Mostly at night.\n"
    )


def test_a_form_that_is_not_changed_changes_nothing() -> None:
    assert from_form(to_form(OWLS), OWLS) == OWLS


_text = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20).map(str.strip)
_some = _text.filter(bool)
_line = _some.map(lambda text: " ".join(text.split()))


@settings(deadline=None)
@given(
    record=st.builds(
        Record,
        title=_line,
        authors=st.lists(
            st.builds(Author, family=_some.filter(lambda text: "," not in text and text != "others"), given=_text),
            max_size=3,
        ).map(tuple),
        et_al=st.booleans(),
        venue=st.none() | _some,
        tags=st.lists(_some, max_size=3, unique=True).map(tuple),
        abstract=st.lists(_text, max_size=3).map("\n".join).map(str.strip),
        notes=_text,
        details=st.lists(st.tuples(st.sampled_from(DETAILS), _some), unique_by=lambda pair: pair[0], max_size=3).map(
            lambda pairs: tuple(sorted(pairs, key=lambda pair: DETAILS.index(pair[0])))
        ),
    )
)
def test_any_record_comes_back_from_its_form(record: Record) -> None:
    assert from_form(to_form(record), record) == record


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: A: B", "line 1"),
        ("title: [", "line 1"),
        ("just a text", "no list of fields"),
        ("title: A\nyaer: '2020'", "Did you mean 'year'?"),
        ("title: A\nyear: soon", "'soon' is no year"),
        ("title: A\ndoi: owls", "'owls' is no DOI"),
        ("title: A\narxiv_id: owls", "'owls' is no arXiv identifier"),
        ("title: A\npmid: PMC123", "'PMC123' is no PubMed number"),
        ("title: A\ndate: March", "'March' is no date"),
        ("title:\n- A", "'title' takes one text"),
        ("title: A\nauthors:\n- a: b", "'authors' takes a list"),
        ("title: A\nauthors: {a: b}", "'authors' takes a list"),
        ("? [a]\n: b", "line 1"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        from_form(text, OWLS)
    assert said in str(caught.value)


def test_values_that_yaml_takes_for_something_else_stay_texts() -> None:
    record = from_form("title: No\nyear: 2021\ndate: 2021-05-04\nvolume: 1e3\nabstract: ~\ntags: [yes, 12]", OWLS)
    assert (record.title, record.year, record.date) == ("No", 2021, "2021-05-04")
    assert (record.details, record.abstract, record.tags) == ((("volume", "1e3"),), "~", ("yes", "12"))


def test_a_field_that_is_left_out_is_emptied_and_what_is_not_edited_stays() -> None:
    record = from_form("title: Owls", OWLS)
    assert record == Record(title="Owls", extra=OWLS.extra, source=OWLS.source, line=OWLS.line)


def test_single_fields_may_be_set() -> None:
    record = record_with(OWLS, {"year": "2021", "authors": "Reed, Bo; Lund, Cy", "tags": "a, b"}, only_these=True)
    assert (record.year, record.date, record.title) == (2021, "2021", OWLS.title)
    assert record.authors == (Author(family="Reed", given="Bo"), Author(family="Lund", given="Cy"))
    assert (record.tags, record.et_al, record.details) == (("a", "b"), False, OWLS.details)


def test_of_year_and_date_either_may_be_changed() -> None:
    assert record_with(OWLS, {"date": "2022-01-02"}, only_these=True).year == 2022
    assert record_with(OWLS, {"year": ""}, only_these=True).date == "2020-03"


def test_no_script_can_be_put_into_a_form() -> None:
    with pytest.raises(InputError):
        from_form("!!python/object/apply:os.system ['true']", OWLS)
    assert "title" in FIELDS


@pytest.mark.parametrize(
    ("record", "what"),
    [
        (
            Record(title="T", authors=(Author(family="Institute of Owls, Oslo"), Author(family="", given="Plato"))),
            "comma",
        ),
        (Record(title="T", authors=(Author(family="others"),)), "a name that means something else in a form"),
        (Record(title="T", year=850, date="0850"), "an early year"),
        (Record(title="T", year=2021, date="2020-12-31"), "a year that its date contradicts"),
        (Record(title="two  spaces", abstract=" Set in. ", doi="10.1000/Owls", entry_type="Article"), "spelling"),
        (Record(title="T", details=(("pages", "1-2"), ("volume", "3"))), "another order"),
    ],
)
def test_what_nobody_touched_stays_as_it_is(record: Record, what: str) -> None:
    assert from_form(to_form(record), record) == record, what
    changed = record_with(record, {"venue": "Birds"}, only_these=True)
    assert replace(changed, venue=None) == record, what


def test_of_a_date_that_is_none_the_year_can_be_mended() -> None:
    record = Record(title="T", year=2020, date="2020-99")
    assert record_with(record, {"year": "2019"}, only_these=True) == replace(record, year=2019, date="2019")
    with pytest.raises(InputError, match="'2019-13' is no date"):
        record_with(record, {"date": "2019-13"}, only_these=True)


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("doi", "https://doi.org/10.1000/Owls", "10.1000/owls"),
        ("arxiv_id", "https://arxiv.org/abs/2305.14627v2", "2305.14627"),
        ("arxiv_id", "arXiv:2305.14627", "2305.14627"),
    ],
)
def test_identifiers_are_stored_bare(name: str, written: str, kept: str) -> None:
    assert getattr(record_with(OWLS, {name: written}, only_these=True), name) == kept


def test_the_fields_that_are_not_shown_are_named() -> None:
    told = others_of(OWLS)
    assert all(line.startswith("# ") for line in told.splitlines())
    assert "notes" in told
    assert "volume" not in told
    assert from_form(told + to_form(OWLS), OWLS) == OWLS
