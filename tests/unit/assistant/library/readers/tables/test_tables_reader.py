import csv
import datetime as dt
from io import StringIO
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export.table import COLUMNS, to_csv
from assistant.library.readers.tables.people import people
from assistant.library.readers.tables.reader import TableReader
from assistant.library.sources.content import Content
from assistant.library.sources.files import read_sources
from assistant.types import Author, Paper, Record, Skipped
from tests.contracts.reader_contract import ReaderContract

SAVED = dt.date(2026, 5, 4)
SAMPLE = (
    "Title,Authors,Publication Year,Journal/Book,DOI,Abstract\n"
    'Owls at dusk,"Quill A, Reed BC.",2020,Night Birds,10.1000/owls,"They hunt, mostly."\n'
    "Bees in rain,Lund C.,2021,Wet Wings,,\n"
)


class TestTables(ReaderContract):
    reader = TableReader()
    sample = SAMPLE


def read(text: str) -> list[Record | Skipped]:
    return list(TableReader().read(Content.of_text(text), source="t.csv", saved=SAVED))


def records(text: str) -> list[Record]:
    return [one for one in read(text) if isinstance(one, Record)]


def test_a_row_becomes_a_record() -> None:
    owls, bees = records(SAMPLE)
    assert owls == Record(
        title="Owls at dusk",
        authors=(Author(family="Quill", given="A"), Author(family="Reed", given="BC")),
        year=2020,
        date="2020",
        venue="Night Birds",
        doi="10.1000/owls",
        abstract="They hunt, mostly.",
        source="t.csv",
        line=2,
    )
    assert (bees.authors, bees.doi, bees.line) == ((Author(family="Lund", given="C."),), None, 3)


def test_scopus_columns() -> None:
    (record,) = records(
        '"Authors","Author full names","Title","Year","Source title","Volume","Issue","Art. No.","Page start",'
        '"Page end","Cited by","Link","Author Keywords","Index Keywords","PubMed ID","Document Type"\n'
        '"Quill A.; Reed B.","Quill, Ada (57212345678); Reed, Bo (57212345679)","Owls","2020","Night Birds","7","2",'
        '"e12","5","9","3","https://x.org/a","owls; dusk","BIRDS","31415926","Conference paper"\n'
    )
    assert record.authors == (Author(family="Quill", given="Ada"), Author(family="Reed", given="Bo"))
    assert dict(record.details) == {"volume": "7", "number": "2", "eid": "e12", "pages": "5-9"}
    assert (record.pmid, record.entry_type, record.tags) == ("31415926", "inproceedings", ("owls", "dusk"))
    assert dict(record.extra) == {"Authors": "Quill A.; Reed B.", "Cited by": "3", "Index Keywords": "BIRDS"}


def test_zotero_columns() -> None:
    (record,) = records(
        '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note","Date",'
        '"Pages","Journal Abbreviation","Manual Tags","Place"\n'
        '"ABCD2345","journalArticle","2020","Quill, Ada; Reed, Bo","Owls","Night Birds","10.1000/x","http://x.org",'
        '"Text.","2020-03-12","5–9","Nt. Bd.","a; b","Oslo"\n'
    )
    assert (record.date, record.entry_type, record.tags) == ("2020-03-12", "article", ("a", "b"))
    assert dict(record.details) == {"pages": "5-9", "address": "Oslo", "shortjournal": "Nt. Bd."}


def test_a_whole_source_in_one_cell_is_taken_apart_and_kept() -> None:
    source = "Night Birds (2014) 3:2 (152-160). Date of Publication: 1 Mar 2014"
    (record,) = records(f"Title,Author Names,Source\nOwls,Quill A.,{source}\n")
    assert (record.venue, record.year) == ("Night Birds", 2014)
    assert dict(record.details) == {"volume": "3", "number": "2", "pages": "152-160"}
    assert record.extra == (("Source", source),)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter(delimiter: str) -> None:
    rows = [["title", "abstract", "year"], ["Owls", "They hunt, at night; always", "2020"]]
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    assert TableReader().sniff(Content.of_text(out.getvalue()))
    (record,) = records(out.getvalue())
    assert (record.title, record.abstract, record.year) == ("Owls", "They hunt, at night; always", 2020)


def test_what_stands_above_the_header_is_passed_over() -> None:
    text = "sep=;\nMy papers\n\ntitle;year\nOwls;2020\n"
    assert TableReader().sniff(Content.of_text(text))
    (record,) = records(text)
    assert (record.title, record.line) == ("Owls", 5)


def test_cells_may_have_lines_and_doubled_quotes() -> None:
    first, second = records('title,abstract\nOwls,"one\n""two"" three"\nBees,x\n')
    assert (first.abstract, second.line) == ('one\n"two" three', 4)


def test_a_table_of_one_column_of_titles_is_read() -> None:
    assert [one.title for one in records("Title\nOwls\nBees\n")] == ["Owls", "Bees"]


def test_rows_without_a_title_are_reported_one_by_one() -> None:
    owls, skipped = read("title,year\nOwls,2020\n,2021\n")
    assert isinstance(owls, Record)
    assert skipped == Skipped(source="t.csv", line=3, reason="the row has no title; fill in its cell under 'title'")


def test_a_table_without_a_title_column_says_which_columns_it_has() -> None:
    text = "name,place\nAda,Oslo\nBo,Bergen\n"
    assert TableReader().sniff(Content.of_text(text))
    found = read(text)
    assert [one.line for one in found] == [2, 3]
    assert all(isinstance(one, Skipped) and "'name', 'place'" in one.reason for one in found)


def test_a_quotation_mark_that_is_never_closed_loses_its_own_line() -> None:
    rows = "".join(f"Bees {number},2021\n" for number in range(3000))
    found = read('title,year\nOwls,2020\n"Moths,2020\n' + rows)
    assert [one.line for one in found if isinstance(one, Skipped)] == [3]
    assert len([one for one in found if isinstance(one, Record)]) == 3001


def test_a_quotation_mark_unclosed_near_the_end_loses_its_own_line() -> None:
    found = read('title,year\n"Moths,2020\nOwls,2021\nBees,2022\n')
    assert [(type(one).__name__, one.line) for one in found] == [("Skipped", 2), ("Record", 3), ("Record", 4)]


def test_a_cell_may_be_a_list_as_python_writes_it() -> None:
    (record,) = records("title,authors,keywords\nOwls,\"['Quill, Ada' 'Reed Bo']\",\"['owls', 'dusk']\"\n")
    assert [one.family for one in record.authors] == ["Quill", "Bo"]
    assert record.tags == ("owls", "dusk")


def test_a_doi_may_stand_in_an_address() -> None:
    resolved = "http://find.example.org/cgi?id=doi:10.1000%2Fowls.7&atitle=Owls&volume=3"
    (first, second) = records(f"title,link\nOwls,{resolved}\nBees,https://doi.org/10.1000/bees\n")
    assert (first.doi, first.url, second.doi) == ("10.1000/owls.7", resolved, "10.1000/bees")


def test_cells_beyond_the_header_are_kept() -> None:
    (record,) = records("title,year\nOwls,2020,more\n")
    assert record.extra == (("column 3", "more"),)


def test_rows_are_read_as_they_are_asked_for() -> None:
    text = "title,year\n" + "Owls,2020\n" * 5
    assert len(list(islice(TableReader().read(Content.of_text(text), source="t", saved=SAVED), 2))) == 2


@pytest.mark.parametrize(
    "text",
    [
        "@article{a,\n title = {Owls, and bees},\n year = 2020,\n}\n",
        '{"title": "Owls", "year": 2020}\n{"title": "Bees", "year": 2021}\n',
        "TY  - JOUR\nTI  - Owls\nER  - \n",
        "Dear Ada, thank you,\nfor the owls, which came,\nyesterday, all well,\n",
        "# Notes\n\n- one, two\n- three, four\n",
        "",
        "one word",
    ],
)
def test_other_texts_are_no_tables(text: str) -> None:
    assert not TableReader().sniff(Content.of_text(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quill A.; Reed B.C.", ["Quill|A.", "Reed|B.C."]),
        ("Lim SM, Shiau CWC, Lau Y.", ["Lim|SM", "Shiau|CWC", "Lau|Y"]),
        ("Quill, A., Reed, B. C.", ["Quill|A.", "Reed|B. C."]),
        ("Quill, Ada; Reed, Bo", ["Quill|Ada", "Reed|Bo"]),
        ("Ada Quill, Bo van Reed", ["Quill|Ada", "van Reed|Bo"]),
        ("Ada Quill|Bo Reed", ["Quill|Ada", "Reed|Bo"]),
        ("Quill, Ada", ["Quill|Ada"]),
        ("Ada Quill and Bo Reed", ["Quill|Ada", "Reed|Bo"]),
        ("van der Berg JH, Li X", ["van der Berg|JH", "Li|X"]),
        ("World Owl Trust", ["World Owl Trust|"]),
        ("", []),
    ],
)
def test_people(text: str, expected: list[str]) -> None:
    assert [f"{one.family}|{one.given}" for one in people(text)[0]] == expected


def test_people_may_end_in_et_al() -> None:
    assert people("Quill A, Reed B, et al.") == (
        (Author(family="Quill", given="A"), Author(family="Reed", given="B")),
        True,
    )


_texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12).map(
    lambda text: text.strip("'\"<>&;|,")
)
_words = st.lists(_texts.filter(bool), min_size=1, max_size=4).map(" ".join)
_names = st.builds(
    Author,
    family=st.text("abcdefgß'-", min_size=2, max_size=8).map(lambda text: "M" + text.strip("-'") + "o"),
    given=st.text("abcdefé", min_size=1, max_size=8).map(str.capitalize),
)


@settings(deadline=None)
@given(
    record=st.builds(
        Record,
        title=_words.map(lambda text: "On " + text),
        authors=st.lists(_names, max_size=4).map(tuple),
        year=st.none() | st.integers(1000, 2999),
        venue=st.none() | _words.map(lambda text: "Journal " + text),
        doi=st.none() | st.just("10.1000/x.y"),
        pmid=st.none() | st.just("31415926"),
        abstract=st.just("") | _words.map(lambda text: "=1+1 " + text),
        tags=st.lists(st.text("abc", min_size=1, max_size=4), max_size=3, unique=True).map(tuple),
        details=st.just(()) | st.just((("volume", "3"), ("pages", "1-5"))),
    )
)
def test_what_is_exported_is_read_back(record: Record) -> None:
    text = to_csv([Paper(key="quill2020owls", record=record)])
    (back,) = records(text)
    for name in ("title", "authors", "year", "venue", "doi", "pmid", "abstract", "tags", "details"):
        assert getattr(back, name) == getattr(record, name), name
    assert (back.key, back.extra) == ("quill2020owls", ())


def test_no_cell_is_taken_for_a_formula() -> None:
    record = Record(title="=HYPERLINK(1)", abstract="-2+3", notes="@x")
    cells = next(islice(csv.DictReader(StringIO(to_csv([Paper(key="a", record=record)]))), 0, 1))
    assert tuple(cells) == COLUMNS
    assert (cells["title"], cells["abstract"], cells["notes"]) == ("'=HYPERLINK(1)", "'-2+3", "'@x")


def test_a_file_is_told_from_its_content(tmp_path: Path) -> None:
    path = tmp_path / "papers.txt"
    path.write_bytes(b"\xef\xbb\xbf" + SAMPLE.replace("\n", "\r\n").encode())
    assert [one.title for one in read_sources([path]) if isinstance(one, Record)] == ["Owls at dusk", "Bees in rain"]


def test_tab_delimited_records_of_web_of_science() -> None:
    (owls,) = records(
        "PT\tAU\tAF\tCA\tTI\tSO\tDT\tDE\tID\tAB\tSN\tEI\tJI\tPD\tPY\tVL\tBP\tEP\tDI\tUT\tPM\n"
        'J\tQuill, A\tQuill, Ada\tOwl Team\t"Owls" at dusk\tNIGHT BIRDS\tArticle\towls; dusk\tBIRDS\tThey "hunt.\t'
        "1234-5678\t8765-4321\tNight B.\tMAR\t2020\t7\t1\t9\t10.1000/owls\tWOS:0005\t31415926\n"
    )
    assert owls.title == '"Owls" at dusk'
    assert owls.authors == (Author(family="Quill", given="Ada"), Author(family="Owl Team"))
    assert (owls.venue, owls.date, owls.doi, owls.pmid) == ("NIGHT BIRDS", "2020-03", "10.1000/owls", "31415926")
    assert (owls.tags, owls.abstract) == (("owls", "dusk", "BIRDS"), 'They "hunt.')
    assert dict(owls.details)["issn"] == "1234-5678, 8765-4321"


def test_people_as_json_and_as_pubmed_lists_them() -> None:
    head = "title,authors,year,month,day,type\n"
    cell = '"[{""name"": ""Ada Quill"", ""id"": 1}, {""name"": ""Bo Reed""}]"'
    (as_json,) = records(f"{head}Owls,{cell},2020,5,6,PhD thesis\n")
    assert [one.name for one in as_json.authors] == ["Ada Quill", "Bo Reed"]
    assert (as_json.date, as_json.entry_type) == ("2020-05-06", "phdthesis")
    (of_pubmed,) = records(f'{head}Owls,"van Quill AB, Reed J Jr; Owl Group.",2020,,,IEEE Journals\n')
    assert [(one.family, one.given) for one in of_pubmed.authors] == [
        ("van Quill", "AB"), ("Reed Jr", "J"), ("Owl Group", ""),
    ]  # fmt: skip
    (nobody,) = records(f"{head}Owls,[No author name available],2020,,,Conference Review\n")
    assert nobody.authors == ()
    (german,) = records('Titel,Autoren,Zeitschrift\nEulen,"Quill, Ada und Reed, Bo",Nacht\n')
    assert ([one.family for one in german.authors], german.venue) == (["Quill", "Reed"], "Nacht")


def test_a_date_that_contradicts_the_year_is_kept_beside() -> None:
    (record,) = records("title,year,date\nOwls,2019,2020-01-02\n")
    assert (record.year, record.date, record.extra) == (2019, "2019", (("date", "2020-01-02"),))


def test_a_list_of_commas_and_spaces_does_not_take_long() -> None:
    (record,) = records('title,authors,year\nOwls,"' + "Ab, " * 25_000 + '",2020\n')
    assert record.year == 2020
