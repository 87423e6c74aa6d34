import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from assistant.export.bibtex import to_bibtex
from assistant.library.readers.bibtex.reader import BibtexReader
from assistant.library.readers.values.markup import plain
from assistant.library.sources.content import Content
from assistant.types import DETAILS, Author, Paper, Record, Skipped
from tests.fakes.shelf import BEES, OWLS, WHALES, paper

# What the reader, which takes all it reads for LaTeX, does not read back: `--` in a DOI; and a formula that is one
# symbol (`$\\AA$`), an entity and a tag, which no record has. Commas and semicolons part keywords; white space is
# collapsed. All else is read back.
_LETTERS = "abcABC19 éßñØ中я́😀"
_MARKS = r"""&_%#${}~^\"'`-,.;:@=<>|/()[]!?*+"""


def _plain(text: str) -> str:
    return " ".join(text.split())


def _is_text(text: str) -> bool:
    """No markup, which readers take out, and no formula that is one symbol."""
    return bool(text) and plain(text) == text and not re.search(r"\$\s*\\[A-Za-z]+\s*\$", text)


_texts = st.text(st.sampled_from(_LETTERS + _MARKS), min_size=1, max_size=15).map(_plain).filter(_is_text)
_names = _texts.filter(lambda text: text.strip("{} ,") != "")
_tags = _texts.map(lambda text: _plain(re.sub("[,;]", "", text))).filter(bool)
_records = st.builds(
    Record,
    title=_texts,
    authors=st.lists(st.builds(Author, family=_names, given=st.just("") | _names), max_size=3).map(tuple),
    et_al=st.booleans(),
    date=st.dates(dt.date(1000, 1, 1)).map(str).flatmap(lambda day: st.sampled_from([day, day[:7], day[:4]])),
    venue=st.none() | _texts,
    details=st.dictionaries(st.sampled_from(["volume", "publisher", "note", "series", "address", "isbn"]), _texts)
    .map(lambda found: tuple((name, found[name]) for name in DETAILS if name in found)),
    pmid=st.none() | st.from_regex(r"\A[1-9]\d{0,7}\Z"),
    tags=st.lists(_tags, unique=True, max_size=3).map(tuple),
    abstract=st.just("") | _texts,
    entry_type=st.sampled_from(["article", "inproceedings", "incollection", "misc", "online"]),
    doi=st.none() | st.from_regex(r"\A10\.\d{4}/(?:[a-z0-9_#%&$]-?){1,4}[a-z0-9]\Z"),
    arxiv_id=st.none() | st.just("2305.14627"),
    url=st.none() | st.from_regex(r"\Ahttps://x\.org/[a-z0-9_#%&?=$-]{0,9}\Z"),
    source=st.just("s"),
    key=st.just("k"),
    line=st.just(1),
).map(lambda record: replace(record, year=int((record.date or "")[:4])))  # fmt: skip


def read(text: str) -> list[Record | Skipped]:
    return list(BibtexReader().read(Content.of_text(text), source="s", saved=dt.date(2026, 1, 1)))


def written(title: str = "T", **fields: Any) -> str:
    return to_bibtex([paper(title, **fields)])


@given(record=_records)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_is_read_back(record: Record) -> None:
    neighbour = replace(OWLS, key="n")
    text = to_bibtex([Paper(key="k", record=record), Paper(key="n", record=neighbour)])
    got = read(text)
    assert isinstance(got[0], Record)
    assert replace(got[0], written=()) == record
    assert [one.title for one in got if isinstance(one, Record)] == [record.title, OWLS.title]


@given(record=_records)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_braces_are_balanced_as_bibtex_counts_them(record: Record) -> None:
    text = to_bibtex([Paper(key="k", record=replace(record, url="http://x/{a\\", doi="10.1/}"))])
    assert text.count("{") == text.count("}")
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        assert depth >= 0


def test_how_it_looks(snapshot: SnapshotAssertion) -> None:
    full = paper(
        "Scaling LLMs: A_B, 100% of GPT-4 & more", "van der Berg, Jan", "Li, Bo", key="berg2020scaling", et_al=True,
        year=2020, date="2020-03-09", venue="Proceedings of X", doi="10.1000/a_b", url="https://x.org/a_b?c=%20",
        arxiv_id="2001.00001", category="cs.CL", tags=("R&D", "x"), abstract="One -- two.\n\nThree $x^2$ ~ 4 {a}.",
        extra=(("pages", "1--5"), ("editor", "{A. Ed}"), ("volume", '"7é"'), ("file", "x.pdf"), ("number", "3.10")),
    )  # fmt: skip
    bare = paper("Owls", "The Owl & Newt Society,")
    assert to_bibtex([full, bare]) == snapshot


def test_the_order_is_kept_and_abstracts_can_be_left_out() -> None:
    papers = [Paper(key=key, record=one) for key, one in (("c", OWLS), ("a", BEES), ("b", WHALES))]
    text = to_bibtex(papers, abstracts=False)
    assert re.findall(r"@\w+\{(\w),", text) == ["c", "a", "b"]
    assert "abstract" not in text
    assert to_bibtex([]).strip() == ""


@pytest.mark.parametrize(
    ("author", "name"),
    [
        (Author(family="Open & Co"), r"{Open \& Co}"),
        (Author(family="Smith and Sons"), "{Smith and Sons}"),
        (Author(family="Smith and Sons", given="A."), "{Smith and Sons}, A."),
        (Author(family="Smith, Jr.", given="A."), "{Smith, Jr.}, A."),
        (Author(family="", given="Plato"), "{Plato}"),
        (Author(family="~", given="A_B"), r"{\textasciitilde{}}, {A\_B}"),
        (Author(family="de la Cruz", given="José"), "de la Cruz, José"),
    ],
)
def test_names(author: Author, name: str) -> None:
    assert "\tauthor = {" + name + " and Li, Bo}," in written(
        authors=(author, Author(family="", given=""), Author(family="Li", given="Bo")), year=2020
    )


@pytest.mark.parametrize(
    ("record", "entry_type", "venue"),
    [
        ({}, "misc", None),
        ({"venue": "Birds"}, "article", "journal"),
        ({"venue": "36th Conference on Owls"}, "inproceedings", "booktitle"),
        ({"venue": "Birds", "entry_type": "book"}, "book", "publisher"),
        ({"venue": "Birds", "entry_type": "techreport"}, "techreport", "institution"),
        ({"venue": "Birds", "entry_type": "string"}, "article", "journal"),
        ({"venue": "Birds", "entry_type": "a, b = {c}"}, "article", "journal"),
    ],
)
def test_types_and_where_the_venue_goes(record: dict[str, Any], entry_type: str, venue: str | None) -> None:
    text = written(**record)
    assert text.startswith(f"@{entry_type}{{key,")
    assert re.findall(r"(\w+) = \{.*(?:Birds|Conference)", text) == ([venue] if venue else [])


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        (("pages", "12--15"), "pages = {12--15}"),
        (("volume", "3"), "volume = {3}"),
        (("volume", '"3_b"'), r"volume = {3\_b}"),
        (("note", r"\emph{x} {\'e}"), r"note = {\emph{x} {\'e}}"),
        (("note", "a } b {"), r"note = {a \rbrace{} b \lbrace{}}"),
        (("note", "end\\"), r"note = {end\textbackslash{}}"),
        (("pages", "[1, 2]"), None),
        (("pages", '{"a": 1}'), None),
        (("note", ""), None),
        (("abstract-note", "x"), None),
    ],
)
def test_fields_without_a_place(extra: tuple[str, str], line: str | None) -> None:
    text = written(extra=(extra,))
    assert (line in text) if line else (extra[0] not in text)


def test_a_field_is_written_once() -> None:
    text = written(entry_type="book", venue="Owl Press", extra=(("publisher", "Other"),))
    assert re.findall(r"publisher = (.*?),?\n", text) == ["{Owl Press}"]


def test_a_circumflex_is_latex() -> None:
    assert r"title = {x\textasciicircum{}2}" in to_bibtex([paper("x^2")])


def test_an_address_cannot_end_its_field() -> None:
    text = written(url="http://x.org/{a} b\\", doi="10.1/{")
    assert "url = {http://x.org/%7Ba%7D%20b%5C}" in text
    assert "doi = {10.1/%7B}" in text


@pytest.mark.parametrize(
    ("title", "latex"),
    [
        ("On $x_i^2$ and $n$", "On $x_i^2$ and $n$"),
        (r"$\mathcal{O}(n)$ for $LL(k)$", r"$\mathcal{O}(n)$ for $LL(k)$"),
        ("From $5 and up to $6", r"From \$5 and up to \$6"),
        ("A $b and c$ d", r"A \$b and c\$ d"),
        (r"$\input{x}$", r"\$\textbackslash{}input\lbrace{}x\rbrace{}\$"),
        ("$a}b$", r"\$a\rbrace{}b\$"),
        ("$a%b$", r"\$a\%b\$"),
    ],
)
def test_formulas_in_titles_stay_formulas_where_they_are_harmless(title: str, latex: str) -> None:
    assert f"title = {{{latex}}}" in written(title=title)


@pytest.mark.parametrize(
    ("details", "line"),
    [
        (("pages", "12-15, 20"), "pages = {12--15, 20}"),
        (("editor", "Quill, Ada and The Group and others"), "editor = {Quill, Ada and {The Group} and others}"),
        (("publisher", "A & B"), r"publisher = {A \& B}"),
        (("shortjournal", "J. X"), "shortjournal = {J. X}"),
    ],
)
def test_details(details: tuple[str, str], line: str) -> None:
    assert line in written(details=(details,))


def test_control_characters_are_left_out() -> None:
    assert "title = {A[31mB}" in written(title="A\x1b[31m\x00B")
