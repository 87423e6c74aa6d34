"""BibTeX into a library and out again: nothing is lost, nothing is spelled otherwise."""

import importlib.util
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.export.biblatex import to_biblatex
from assistant.export.bibtex import to_bibtex
from assistant.library.ingest import add_records
from assistant.library.readers.bibtex.reader import BibtexReader
from assistant.library.readers.bibtex.syntax import read_entry, value_text
from assistant.library.sources.content import Content
from assistant.library.sources.decoding import BinaryContentError
from assistant.types import Author, Paper, Record
from tests.conftest import REAL_DATA
from tests.contracts.reader_contract import SAVED
from tests.fakes.shelf import open_shelf

DATA = REAL_DATA / "import"

_WORDS = (
    "owl bees Whale é 中文 {DNA} {\\'e} \\\"{o} \\c{c} {\\L}ukasz \\& \\% \\_ -- --- $x_i^2$ $\\alpha$ ~ a~b a@b.c # = "
    ", {nested{deep}} \\emph{said} \\LaTeX{} \\unknown{a}{b} ``q'' 50% <i>x</i> &amp; 10.1000/x arXiv:2305.14627 and "
    ", . \n"
).split(" ")
_latex = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join)
_quoted = _latex.map(lambda text: '"' + text.replace('\\"', "\\'") + '"')
_value = st.one_of(
    _latex.map(lambda text: "{" + text + "}"),
    _latex.map(lambda text: "{" + text + ' "in" it}'),
    _quoted,
    st.integers(0, 2100).map(str),
    st.sampled_from(["jan", "AUG", '"12~" # mar', "{a} # {b} # 3", "{}", "{2020-05-06}", "{2020/2021}", "{12--15}"]),
)
_NAMES = (
    "author editor journal booktitle publisher school year month day date number issue pages volume address location "
    "note doi url eprint archiveprefix eprinttype primaryclass keywords abstract pmid howpublished subtitle language "
    "langid file annote bdsk-url-1 x-unknown __marked crossref series isbn"
).split()
_names = st.lists(st.sampled_from(_NAMES), unique=True, max_size=8).flatmap(
    lambda names: st.tuples(*(st.sampled_from([name, name.upper(), name.title()]) for name in names))
)
_fields = _names.flatmap(lambda names: st.tuples(*(st.tuples(st.just(name), _value) for name in names)))
_titles = _latex.map(lambda text: ("title", "{Owls " + text + "}"))
_entries = st.tuples(_titles, _fields).map(lambda parts: (parts[0], *parts[1]))
_quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Write = Callable[[Iterable[Paper]], str]


def read(text: str) -> list[Record]:
    items = list(BibtexReader().read(Content.of_text(text), source="s", saved=SAVED))
    assert all(isinstance(item, Record) for item in items), items
    return [item for item in items if isinstance(item, Record)]


def entry(fields: Iterable[tuple[str, str]], kind: str = "article", key: str = "k1") -> str:
    return f"@{kind}{{{key},\n" + ",\n".join(f"  {name} = {value}" for name, value in fields) + "\n}\n"


def through_library(records: list[Record]) -> list[Paper]:
    with tempfile.TemporaryDirectory() as folder:
        library = open_shelf(Path(folder) / "lib")
        try:
            add_records(library, records)
            return library.papers()
        finally:
            library.close()


@_quick
@example(fields=(("title", "{Owls owl}"), ("url", '{owl \n "in" it}')))
@given(fields=_entries)
def test_what_comes_from_bibtex_goes_back_as_it_was(fields: tuple[tuple[str, str], ...]) -> None:
    before = read(entry(fields))
    text = to_bibtex(through_library(before))
    again = read_entry(text)
    assert (again.entry_type, again.key, again.fields) == ("article", "k1", fields)
    assert read(text) == [replace(one, line=1) for one in before]


@_quick
@given(fields=_entries, year=st.integers(1900, 2030), volume=st.integers(1, 99).map(str))
def test_what_was_edited_is_written_anew_and_all_else_as_it_was(
    fields: tuple[tuple[str, str], ...], year: int, volume: str
) -> None:
    (record,) = read(entry(fields))
    rest = tuple(pair for pair in record.details if pair[0] != "volume")
    edited = replace(
        record, title="A & B: 100% new", year=year, date=str(year), authors=(Author(family="Quill", given="Ada"),),
        et_al=False, abstract="All_new.", details=(("volume", volume), *rest), doi="10.1000/new",
    )  # fmt: skip
    text = to_bibtex([Paper(key="k1", record=edited)])
    (again,) = read(text)
    names = ("title", "authors", "et_al", "year", "date", "abstract", "doi", "venue", "url", "pmid", "tags")
    assert {name: getattr(again, name) for name in names} == {name: getattr(edited, name) for name in names}
    assert dict(again.details) == dict(edited.details)
    changed = {"title", "subtitle", "year", "month", "day", "date", "author", "abstract", "volume", "doi"}
    before = [pair for pair in fields if pair[0].lower() not in changed]
    assert [pair for pair in read_entry(text).fields if pair in before] == before


@_quick
@given(fields=_entries, kind=st.sampled_from(["article", "phdthesis", "inproceedings", "techreport", "online"]))
def test_biblatex_says_the_same(fields: tuple[tuple[str, str], ...], kind: str) -> None:
    (record,) = read(entry(fields, kind))
    (again,) = read(to_biblatex([Paper(key="k1", record=record)]))
    names = set(Record.__dataclass_fields__) - {"written", "extra", "entry_type", "line", "details"}
    assert _details(again) == _details(record)
    assert {name: getattr(again, name) for name in names} == {name: getattr(record, name) for name in names}
    assert {raw for _, raw in record.written} - {raw for _, raw in again.written} <= {
        raw for name, raw in record.written if name.lower() in ("year", "month", "day")
    }


def _details(record: Record) -> dict[str, str]:
    """BibLaTeX has no schools, only institutions."""
    details = dict(record.details)
    return (
        details
        if "institution" in details
        else {{"school": "institution"}.get(name, name): details[name] for name in details}
    )


@pytest.mark.parametrize("write", [to_bibtex, to_biblatex])
@_quick
@given(fields=_entries)
@pytest.mark.skipif(not importlib.util.find_spec("pybtex"), reason="pybtex is not installed")
def test_other_parsers_read_what_is_written(write: Write, fields: tuple[tuple[str, str], ...]) -> None:
    import bibtexparser
    from pybtex.database import parse_string

    (record,) = read(entry(fields))
    text = write([Paper(key="k1", record=record)])
    assert [one.key for one in bibtexparser.parse_string(text).entries] == ["k1"]
    assert not bibtexparser.parse_string(text).failed_blocks
    without_people = write([Paper(key="k1", record=replace(record, authors=(), written=_no_people(record)))])
    assert list(parse_string(without_people, "bibtex").entries) == ["k1"]  # its own view of names is strict


def _no_people(record: Record) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in record.written if pair[0].lower() not in ("author", "editor"))


def test_what_is_filled_in_follows() -> None:
    (record,) = read(entry([("title", "{Owls}"), ("year", "2020"), ("file", "{a.pdf}")]))
    filled = replace(
        record, doi="10.1000/x", arxiv_id="2001.00001", category="cs.CL", pmid="7", date="2020-03", venue="Birds",
        details=(("pages", "1-2"),), tags=("a",), abstract="One.",
    )  # fmt: skip
    assert read_entry(to_bibtex([Paper(key="k1", record=filled)])).fields == (
        ("title", "{Owls}"), ("year", "2020"), ("file", "{a.pdf}"), ("journal", "{Birds}"), ("doi", "{10.1000/x}"),
        ("eprint", "{2001.00001}"), ("archiveprefix", "{arXiv}"), ("primaryclass", "{cs.CL}"), ("pmid", "{7}"),
        ("keywords", "{a}"), ("abstract", "{One.}"), ("month", "mar"), ("pages", "{1--2}"),
    )  # fmt: skip


def test_a_changed_year_takes_its_month_along() -> None:
    fields = [("title", "{T}"), ("year", "{2020}"), ("month", "may"), ("day", "6")]
    (record,) = read(entry(fields))
    text = to_bibtex([Paper(key="k1", record=replace(record, year=2021, date="2021"))])
    assert read_entry(text).fields == (("title", "{T}"), ("year", "{2021}"))


def test_what_a_field_said_and_the_record_does_not_is_gone() -> None:
    (record,) = read(entry([("title", "{T}"), ("doi", "{10.1000/x}"), ("journal", "{J}"), ("volume", "3")]))
    text = to_bibtex([Paper(key="k1", record=replace(record, doi=None, venue=None, details=()))])
    assert read_entry(text).fields == (("title", "{T}"),)


def test_what_is_inherited_is_written_only_without_its_parent() -> None:
    text = entry([("title", "{A}"), ("crossref", "{p}")], "inproceedings") + entry(
        [("title", "{P}"), ("year", "2020"), ("publisher", "{Q}")], "proceedings", "p"
    )
    part, whole = read(text)
    both = to_bibtex([Paper(key="k1", record=part), Paper(key="p", record=whole)])
    assert read(both) == [replace(part, line=1), replace(whole, line=7)]
    assert read_entry(both).fields == part.written
    alone = read_entry(to_bibtex([Paper(key="k1", record=part)])).fields
    assert alone == (*part.written, ("year", "{2020}"), ("booktitle", "{P}"), ("publisher", "{Q}"))


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        (r"{See \input{/etc/passwd}}", r"{See \textbackslash{}input\lbrace{}/etc/passwd\rbrace{}}"),
        (r"{\write18{rm -rf x}}", r"{\textbackslash{}write18\lbrace{}rm -rf x\rbrace{}}"),
        (r"{\catcode`\%=12}", r"{\textbackslash{}catcode`\textbackslash{}\%=12}"),
        ("{^^5cinput x}", r"{\textasciicircum{}\textasciicircum{}5cinput x}"),
        ("{a\x1b[31mb\x00}", "{a[31mb}"),
        (r"{a \} b}", r"{a \rbrace{} b}"),
        (r"{C\\input}", r"{C\\input}"),
        (r"{\LaTeX{} \inputs \Users}", r"{\LaTeX{} \inputs \Users}"),
    ],
)
def test_what_acts_in_tex_is_shown_instead(raw: str, safe: str) -> None:
    (record,) = read(entry([("title", "{T}"), ("x-note", raw)]))
    assert dict(read_entry(to_bibtex([Paper(key="k1", record=record)])).fields)["x-note"] == safe


def test_a_title_that_acts_is_shown_instead_and_reads_the_same() -> None:
    (record,) = read(entry([("title", r"{A \input{x}{y} b}"), ("abstract", r"{\include{z}}")]))
    text = to_bibtex([Paper(key="k1", record=record)])
    assert "\\input" not in text
    assert "\\include" not in text
    (again,) = read(text)
    assert (again.title, again.abstract) == (record.title, record.abstract)


def test_biblatex_has_its_own_names() -> None:
    (record,) = read(
        entry(
            [("title", "{T}"), ("Journal", "{J {X}}"), ("year", "2020"), ("month", "may"), ("address", "{Rome}"),
             ("eprint", "{2001.00001}"), ("archivePrefix", "{arXiv}"), ("primaryClass", "{cs}"), ("school", "{U}")],
            "phdthesis",
        )
    )  # fmt: skip
    again = read_entry(to_biblatex([Paper(key="k1", record=record)]))
    assert again.entry_type == "thesis"
    assert again.fields == (
        ("title", "{T}"), ("journaltitle", "{J {X}}"), ("date", "{2020-05}"), ("location", "{Rome}"),
        ("eprint", "{2001.00001}"), ("eprinttype", "{arXiv}"), ("eprintclass", "{cs}"), ("institution", "{U}"),
        ("type", "{phdthesis}"),
    )  # fmt: skip


def test_biblatex_of_other_records() -> None:
    preprint = Record(title="T", url="https://x.org", pmid="7", year=2020, date="2020-05-06", entry_type="misc")
    again = read_entry(to_biblatex([Paper(key="k1", record=preprint)], abstracts=False))
    assert (again.entry_type, dict(again.fields)) == (
        "online",
        {"title": "{T}", "date": "{2020-05-06}", "eprint": "{7}", "eprinttype": "{pubmed}", "url": "{https://x.org}"},
    )


def test_dates_that_one_field_cannot_say_stay() -> None:
    (record,) = read(entry([("title", "{T}"), ("year", "{2020/2021}"), ("month", '"12~" # may')]))
    assert read_entry(to_biblatex([Paper(key="k1", record=record)])).fields == record.written


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no bibliographic files in {DATA}; set CITEWELL_DATA to their parent")
@pytest.mark.slow
def test_entries_of_real_tools_go_back_as_they_were(record_property: Callable[[str, Any], None]) -> None:
    total = exact = 0
    for path in sorted((DATA / "bibtex").iterdir()):
        try:
            text = Content.of_bytes(path.read_bytes()).text().replace("\r\n", "\n").replace("\r", "\n")
        except BinaryContentError:
            continue
        found = BibtexReader().read(Content.of_text(text), source="s", saved=SAVED)
        records = [one for one in found if isinstance(one, Record)]
        by_key = {record.key: record for record in records}
        lines = text.split("\n")
        starts = [*((record.line or 1) - 1 for record in records), len(lines)]
        for record, start, end in zip(records, starts[:-1], starts[1:], strict=True):
            total += 1
            before = read_entry("\n".join(lines[start : end + 1]).lstrip())
            after = read_entry(to_bibtex([Paper(key=record.key or "k", record=record), *_parents(record, by_key)]))
            exact += after.key == (record.key or "k") and _said(after.fields) == _said(before.fields, record)
    record_property("exact", f"{exact} of {total}")
    assert exact >= 0.99 * total


def _parents(record: Record, by_key: dict[str | None, Record]) -> list[Paper]:
    keys = {key.strip() for name, value in record.extra if name in ("crossref", "xdata") for key in value.split(",")}
    return [Paper(key=key, record=by_key[key]) for key in sorted(keys) if key in by_key]


def _said(fields: Iterable[tuple[str, str]], record: Record | None = None) -> list[tuple[str, str]]:
    """Names and what the values say; of the file's own where it uses a macro what that stands for."""
    macros = dict(record.written) if record else {}
    return [
        (name, value_text(raw if raw.strip()[:1] in '{"' else macros.get(name, raw) or raw)) for name, raw in fields
    ]
