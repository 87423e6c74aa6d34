import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library.readers.bibtex.reader import BibtexReader
from assistant.library.sources.content import Content
from assistant.library.sources.decoding import BinaryContentError
from assistant.types import Author, Record, Skipped
from tests.conftest import REAL_DATA
from tests.contracts.reader_contract import SAVED, ReaderContract

DATA = REAL_DATA / "import"

TWO = """\
@article{quill2020,
  title = {Counting {Sheep}},
  author = {Quill, Ada and Li, Bo},
  year = 2020
}

@misc{li2021, title = "Sleep", author = "Bo Li"}
"""


class TestBibtex(ReaderContract):
    reader = BibtexReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(BibtexReader().read(Content.of_text(text), source="s", saved=SAVED))


def one(fields: str, entry_type: str = "article") -> Record:
    (record,) = read(f"@{entry_type}{{key, {fields}}}")
    assert isinstance(record, Record), record
    return record


def titles(text: str) -> list[str]:
    return [item.title for item in read(text) if isinstance(item, Record)]


def test_a_whole_entry() -> None:
    record = one(
        r"title={Caf{\'e} {DNA}}, abstract={We drink"
        "\n   coffee -- 5\\% more.}, journal={J. of Caf{\\'e}s}, year=2020,"
        "month=aug, doi={https://doi.org/10.1000/ABC.d}, keywords={x, y; z}, volume={3}, url={https://example.org/a\\_b},"
        "note={n {\\'e}}",
        entry_type="ARTICLE",
    )
    assert record == Record(
        title="Caf\u00e9 DNA",
        abstract="We drink coffee \u2013 5% more.",
        venue="J. of Caf\u00e9s",
        year=2020,
        date="2020-08",
        doi="10.1000/abc.d",
        tags=("x", "y", "z"),
        url="https://example.org/a_b",
        key="key",
        entry_type="article",
        details=(("volume", "3"), ("note", "n \u00e9")),
        written=record.written,
        source="s",
        line=1,
    )
    assert record.written == (
        ("title", r"{Caf{\'e} {DNA}}"),
        ("abstract", "{We drink\n   coffee -- 5\\% more.}"),
        ("journal", r"{J. of Caf{\'e}s}"),
        ("year", "2020"),
        ("month", "aug"),
        ("doi", "{https://doi.org/10.1000/ABC.d}"),
        ("keywords", "{x, y; z}"),
        ("volume", "{3}"),
        ("url", r"{https://example.org/a\_b}"),
        ("note", r"{n {\'e}}"),
    )


@pytest.mark.parametrize(
    ("text", "authors", "et_al"),
    [
        ("Quill, Ada", [("Quill", "Ada")], False),
        ("Ada Quill", [("Quill", "Ada")], False),
        ("Ada Quill and others", [("Quill", "Ada")], True),
        ("Laurens van der Berg and van der Berg, L.", [("van der Berg", "Laurens"), ("van der Berg", "L.")], False),
        ("{World Sheep Organization and Friends}", [("World Sheep Organization and Friends", "")], False),
        (r"{\'E}lise M{\"u}ller and {\L}ukasz Nowak", [("M\u00fcller", "\u00c9lise"), ("Nowak", "\u0141ukasz")], False),
        ("King, Jr., Martin", [("King Jr.", "Martin")], False),
        ("Plato", [("Plato", "")], False),
        ("Quill, Ada\n  and\n  Li, Bo", [("Quill", "Ada"), ("Li", "Bo")], False),
        ("family=Berg, given=Ada, prefix=van", [("van Berg", "Ada")], False),
        ("", [], False),
    ],
)
def test_authors(text: str, authors: list[tuple[str, str]], et_al: bool) -> None:
    record = one(f"title={{T}}, author={{{text}}}")
    assert record.authors == tuple(Author(family=family, given=given) for family, given in authors)
    assert record.et_al is et_al


@pytest.mark.parametrize(
    ("fields", "year", "date", "extra"),
    [
        ("date={2020-03-05}", 2020, "2020-03-05", ()),
        ("date={2020-03}", 2020, "2020-03", ()),
        ("date={2020-03-05/2020-03-09}", 2020, "2020-03-05", (("date", "2020-03-05/2020-03-09"),)),
        ("date={2020-02-30}", 2020, "2020-02", (("date", "2020-02-30"),)),
        ("year={2020}, month={March}", 2020, "2020-03", ()),
        ("year={2020}, month=3, day=5", 2020, "2020-03-05", ()),
        ("year={in press}", None, None, (("year", "in press"),)),
        ("year={c. 2020}", 2020, "2020", (("year", "c. 2020"),)),
        ("year={2020}, month={Spring}", 2020, "2020", (("month", "Spring"),)),
        ('year={2020}, month="12~" # jan', 2020, "2020-01-12", ()),
        ("date={12 March 2020}", 2020, "2020-03-12", (("date", "12 March 2020"),)),
        ("date={n.d.}, year={2020}", 2020, "2020", (("date", "n.d."),)),
    ],
)
def test_dates(fields: str, year: int | None, date: str | None, extra: tuple[tuple[str, str], ...]) -> None:
    record = one(f"title={{T}}, {fields}")
    assert (record.year, record.date, record.extra) == (year, date, extra)


@pytest.mark.parametrize(
    "fields",
    [
        "eprint={2305.14627v2}, archivePrefix={arXiv}",
        "eprint={2305.14627}, eprinttype={arxiv}",
        "url={https://arxiv.org/abs/2305.14627v1}",
        "url={https://arxiv.org/pdf/2305.14627.pdf}",
        "journal={arXiv preprint arXiv:2305.14627}",
        "doi={10.48550/arXiv.2305.14627}",
    ],
)
def test_arxiv_ids(fields: str) -> None:
    assert one(f"title={{T}}, {fields}").arxiv_id == "2305.14627"


@pytest.mark.parametrize("fields", ["pmid={12345}", "eprint={12345}, eprinttype={pubmed}"])
def test_pubmed_numbers(fields: str) -> None:
    record = one(f"title={{T}}, {fields}")
    assert (record.pmid, record.arxiv_id, record.extra) == ("12345", None, ())


def test_an_eprint_of_another_archive_is_no_arxiv_id_and_is_kept() -> None:
    record = one("title={T}, eprint={2001.00001}, eprinttype={hal}")
    assert record.arxiv_id is None
    assert record.extra == (("eprint", "2001.00001"), ("eprinttype", "hal"))


@pytest.mark.parametrize("field", ["journal", "journaltitle", "booktitle"])
def test_venues(field: str) -> None:
    assert one(f"title={{T}}, {field}={{The Venue}}").venue == "The Venue"


def test_a_paper_in_proceedings_has_them_for_its_venue_though_they_are_in_a_journal() -> None:
    fields = "title={T}, journal={Letters}, booktitle={Proc. of X}"
    assert one(fields, "inproceedings").venue == "Proc. of X"
    assert (one(fields).venue, one(fields).details) == ("Letters", (("booktitle", "Proc. of X"),))


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ("pages={12--15}", ("pages", "12-15")),
        ("pages={454 \u2013 81}", ("pages", "454-481")),
        ("location={K{\\o}benhavn}", ("address", "K\u00f8benhavn")),
        ("issue={3}", ("number", "3")),
        ("editor={Ada Quill and Li, Bo and others}", ("editor", "Quill, Ada and Li, Bo and others")),
        ("publisher={A \\& B}", ("publisher", "A & B")),
        ("langid={english}", ("language", "english")),
        ("school={U}", ("school", "U")),
    ],
)
def test_details_are_plain_text_under_one_name(fields: str, details: tuple[str, str]) -> None:
    record = one(f"title={{T}}, {fields}")
    assert (record.details, record.extra) == ((details,), ())


def test_of_two_fields_for_one_detail_the_second_is_kept_besides() -> None:
    record = one("title={T}, address={Rome}, location={Bonn}, number={1}, issue={Spring}")
    assert record.details == (("number", "1"), ("address", "Rome"))
    assert record.extra == (("location", "Bonn"), ("issue", "Spring"))


def test_a_subtitle_is_part_of_the_title() -> None:
    assert one("title={Owls}, subtitle={A Study}").title == "Owls: A Study"
    assert one("title={Owls?}, subtitle={A Study}").title == "Owls? A Study"


def test_an_address_may_stand_where_it_was_published() -> None:
    record = one(r"title={T}, howpublished={\url{https://x.org/a_b}}")
    assert (record.url, record.details) == ("https://x.org/a_b", (("howpublished", "https://x.org/a_b"),))


def test_markup_of_web_pages_is_no_part_of_the_text() -> None:
    record = one(r"title={The <i>E. coli</i> {\&}amp; me}, abstract={{\textless}p{\textgreater}One &lt; two.}")
    assert (record.title, record.abstract) == ("The E. coli & me", "One < two.")


def test_an_abstract_is_not_held_twice() -> None:
    plain, other = one("title={T}, abstract={One \\& two.}"), one("title={T}, abstract={{One} two.}")
    assert plain.written == (("title", "{T}"), ("abstract", ""))
    assert other.written == (("title", "{T}"), ("abstract", "{{One} two.}"))


def test_what_acts_in_tex_is_inert_text() -> None:
    record = one(r"title={A \input{/etc/passwd} b}, abstract={\write18{rm} and \catcode`\%=12}")
    assert record.title == r"A \input{/etc/passwd} b"
    assert record.abstract.startswith(r"\write18")


def test_string_macros_are_resolved_and_joined_whatever_their_case() -> None:
    text = '@string{JS = "J. of " # {Sheep}}\n@article{a, title={T}, journal = js # ", Part " # 2}'
    (record,) = read(text)
    assert isinstance(record, Record)
    assert record.venue == "J. of Sheep, Part 2"


def test_comments_and_preambles_say_nothing() -> None:
    assert titles('Made by hand.\n@comment{x {y}}\n@preamble{"\\x"}\n' + TWO) == ["Counting Sheep", "Sleep"]
    assert len(read('Made by hand.\n@comment{x {y}}\n@preamble{"\\x"}\n' + TWO)) == 2


BROKEN = {
    "a brace of a value": "@article{bad,\n title = {Broken,\n year = {2020}\n}\n",
    "the last brace": "@article{bad,\n title = {Broken},\n year = {2020}\n",
    "a quote": '@article{bad,\n title = "Broken,\n year = {2020}\n}\n',
    "a comma after the key": "@article{bad\n title = {Broken},\n}\n",
    "an equals sign": "@article{bad,\n title {Broken},\n}\n",
    "everything after the key": "@article{bad,\n",
    "two braces": "@article{bad,\n title = {A {Broken, abstract = {x {y},\n}\n",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_malformed_entry_loses_only_itself(broken: str) -> None:
    before, after = "@article{a, title={Before}}\n\n", "\n@article{z, title={After}, year={2021}}\n"
    first, *reports, last = read(before + broken + after)
    assert isinstance(first, Record)
    assert isinstance(last, Record)
    assert (first.title, last.title, last.line) == ("Before", "After", 4 + broken.count("\n"))
    assert reports
    assert all(isinstance(report, Skipped) and report.line in (3, 4) for report in reports)
    assert "bad" in reports[0].reason if isinstance(reports[0], Skipped) else False


def test_a_malformed_entry_does_not_swallow_one_that_begins_on_its_last_line() -> None:
    text = "@article{a, title={A {bad}, year=2020} @article{b, title={Good}}\n@article{c, title={Also}}"
    assert titles(text) == ["Good", "Also"]


def test_a_brace_too_many_is_reported_and_the_next_entry_read() -> None:
    first, report, last = read("@article{a, title={First}}, year={2020}}\n@article{b, title={Last}}")
    assert isinstance(report, Skipped)
    assert (report.line, "brace" in report.reason) == (1, True)
    assert [item.title for item in (first, last) if isinstance(item, Record)] == ["First", "Last"]


def test_a_missing_comma_between_fields_does_not_merge_them() -> None:
    record = one("title = {T}\n author = {Ada Quill}\n year = 2020")
    assert (record.title, record.year, record.authors) == ("T", 2020, (Author(family="Quill", given="Ada"),))


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ("@techreport{\n title = {T},\n year = {2020}\n}", None),
        ("@misc{, title = {T}}", None),
        ("@misc{a key, title = {T}}", "a key"),
        ("@misc{a,b, title = {T}}", "a,b"),
        ("@misc{a=b, title = {T}}", "a=b"),
        ("@misc(k, title = {T (x) y})", "k"),
        ('@misc(k, title = "T) y")', "k"),
        ("@ misc\n{k, title = {T}}", "k"),
        ("@misc{k, % a comment, with = signs }\n title = {T}, % another\n}", "k"),
        ("@misc{k,, title = {T},, year = 2020,,}", "k"),
        ("@misc{k, title = {T}, year = , note = {}}", "k"),
        ("@misc{k, title = {T}, a.b:c-1 = {x}, \u00e9 = {y}}", "k"),
        ('@misc{k, title = "T {"} quoted {" here"}"}', "k"),
        ('@misc{k, title = "T \\"{o} x"}', "k"),
        (r"@misc{k, title = {T \{ x}, year = {2020}}", "k"),
        (r"@misc{k, title = {T x\\}, year = {2020}}", "k"),
        ("@misc{k, title = {T @home}, note = {see @misc{x, y = {z}}}}", "k"),
        ("@comment{jabref-meta: a:b;}\n@comment{ @misc{x, title={No}} }\n@misc{k, title = {T}}", "k"),
        ("@comment no braces\n@misc{k, title = {T}}", "k"),
    ],
)
def test_odd_entries_are_read(entry: str, key: str | None) -> None:
    (record,) = read(entry)
    assert isinstance(record, Record), record
    assert record.title.startswith("T")
    assert record.key == key


def test_what_stands_behind_a_value_is_part_of_it() -> None:
    record = one("title={A} of {B}, year=2020")
    assert (record.title, record.year, record.written[0]) == ("A of B", 2020, ("title", "{A of {B}}"))


def test_an_entry_that_is_commented_out_is_reported() -> None:
    (report, record) = read("% @misc{a,\n%  title = {A}\n% }\n@misc{b, title = {B}}")
    assert isinstance(report, Skipped)
    assert (report.line, "commented out" in report.reason) == (1, True)
    assert isinstance(record, Record)
    assert (record.title, record.line) == ("B", 4)


def test_lines_are_counted_where_one_ends_in_a_backslash() -> None:
    first, second = read("@misc{a, title = {A}, note = {x\\\\\ny}}\n@misc{b, title = {B}}")
    assert (first.line, second.line) == (1, 3)


def test_macros_that_make_no_sense_are_reported_with_their_line() -> None:
    report, record = read("\n@string{a = a # a}\n@misc{b, title = {B}}")
    assert isinstance(report, Skipped)
    assert (report.line, "defined by itself" in report.reason) == (2, True)
    assert isinstance(record, Record)


def test_a_field_that_shows_nothing_is_no_matter() -> None:
    assert one("title={T}, editor={ }, address={\n}, number={{}}").details == ()


def test_repeated_keys_are_both_read_and_of_repeated_fields_the_first_counts() -> None:
    assert titles("@a{k, title={A}}\n@a{k, title={B}}") == ["A", "B"]
    record = one("title={A}, title={B}, year=2020, year=2021")
    assert (record.title, record.year, record.extra) == ("A", 2020, (("title", "B"), ("year", "2021")))


def test_an_entry_without_title_is_reported() -> None:
    (report,) = read("\n@book{nameless, year=2020}")
    assert isinstance(report, Skipped)
    assert report.line == 2
    assert "nameless" in report.reason


@settings(deadline=None)
@given(
    fields=st.dictionaries(
        st.sampled_from(["title", "volume", "note", "abstract", "publisher", "pages", "isbn"]),
        st.text(alphabet=st.characters(categories=["L", "N"], include_characters=" .,:"), min_size=1).filter(str.strip),
        min_size=1,
    )
)
def test_every_field_is_somewhere_in_the_record(fields: dict[str, str]) -> None:
    fields = {"title": "T", **fields}
    record = one(", ".join(f"{name} = {{{value}}}" for name, value in fields.items()))
    kept = {"title": record.title, "abstract": record.abstract, **dict(record.details), **dict(record.extra)}
    assert set(fields) == {name for name, value in kept.items() if value}
    assert [kept[name] for name in fields if name != "pages"] == [
        " ".join(value.split()) for name, value in fields.items() if name != "pages"
    ]
    assert record.written == tuple(
        (name, "" if name == "abstract" and value == " ".join(value.split()) else f"{{{value}}}")
        for name, value in fields.items()
    )


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no bibliographic files in {DATA}; set CITEWELL_DATA to their parent")
def test_files_of_real_tools_lose_nothing() -> None:
    rows = [line.split("\t") for line in (DATA / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    counted = [(DATA / row[0], int(row[3])) for row in rows if row[1] == "bibtex"]
    for path, count in counted:
        try:
            text = Content.of_bytes(path.read_bytes()).text()
        except BinaryContentError:
            assert re.search("bak", path.suffix), path
            continue
        items = read(text)
        assert len(items) >= count, path
        assert all(item.reason for item in items if isinstance(item, Skipped))


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        (r"year = {\noopsort{1980}1998}", "year", 1998),
        ("journal = {CoRR}, volume = {abs/1409.0473}", "arxiv_id", "1409.0473"),
        ("howpublished = {At \\url{https://x.org/a}}", "url", "https://x.org/a"),
        ("author = {Quill, Ada and}", "authors", (Author(family="Quill", given="Ada"),)),
        (
            "author = {Quill, Ada; Reed, Bo}", "authors",
            (Author(family="Quill", given="Ada"), Author(family="Reed", given="Bo")),
        ),
        ("pages = {.}", "extra", (("pages", "."),)),
    ],
)  # fmt: skip
def test_fields_as_people_write_them(fields: str, name: str, value: object) -> None:
    assert getattr(one(fields + ", title = {Owls}"), name) == value
