import pytest

from assistant.library.readers.tagged.wos import WebOfScienceReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

TWO = """\
FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Quill, A
   Ram, DE
AF Quill, Ada
   van der Ram, Dolly E.
CA Wool Study Grp
TI Counting sheep in a very long title that has to be wrapped before
   it ends
SO JOURNAL OF WOOL
LA English
DT Article
DE wool; sheep
   counting
ID BIG-DATA
AB We count sheep. Then we
   sleep.
C1 [Quill, Ada] Univ Wool, Sheepton.
   [Ram, Dolly] Fleece Inst.
CR LI B, 1997, J WOOL, V39, P1219, DOI 10.1000/other
NR 1
PU FLEECE PRESS
PI SHEEPTON
SN 1234-5679
EI 0028-0836
J9 J WOOL
JI J. Wool
PD JUN 14
PY 2006
VL 18
IS 23
BP 5323
EP 5331
AR UNSP 1722034
DI 10.1000/Sheep.1
PM 26957754
UT WOS:000238592600006
ER

PT B
AU Li, B.
TI The book of sleep.
SO The book of sleep
PY 2011
BN 978-90-8585933-8
ER

EF
"""


class TestWebOfScience(ReaderContract):
    reader = WebOfScienceReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(WebOfScienceReader().read(Content.of_text(text), source="s", saved=SAVED))


def one(*lines: str, type: str = "J") -> Record:  # noqa: A002 - because the format calls it so
    (record,) = read("\n".join([f"PT {type}", "TI T", *lines, "ER"]))
    assert isinstance(record, Record), record
    return record


def test_an_article_and_a_book() -> None:
    article, book = read(TWO)
    assert article == Record(
        title="Counting sheep in a very long title that has to be wrapped before it ends",
        authors=(
            Author(family="Quill", given="Ada"),
            Author(family="van der Ram", given="Dolly E."),
            Author(family="Wool Study Grp"),
        ),
        year=2006,
        date="2006-06-14",
        venue="JOURNAL OF WOOL",
        doi="10.1000/sheep.1",
        pmid="26957754",
        tags=("wool", "sheep counting", "BIG-DATA"),
        abstract="We count sheep. Then we sleep.",
        entry_type="article",
        details=(
            ("volume", "18"),
            ("number", "23"),
            ("pages", "5323-5331"),
            ("eid", "1722034"),
            ("publisher", "FLEECE PRESS"),
            ("address", "SHEEPTON"),
            ("shortjournal", "J. Wool"),
            ("issn", "1234-5679, 0028-0836"),
            ("language", "English"),
        ),
        extra=(
            ("DT", "Article"),
            ("C1", "[Quill, Ada] Univ Wool, Sheepton.\n[Ram, Dolly] Fleece Inst."),
            ("CR", "LI B, 1997, J WOOL, V39, P1219, DOI 10.1000/other"),
            ("NR", "1"),
            ("J9", "J WOOL"),
            ("UT", "WOS:000238592600006"),
        ),
        source="s",
        line=3,
    )
    assert isinstance(book, Record)
    assert (book.entry_type, book.venue, dict(book.details)) == ("book", None, {"isbn": "978-90-8585933-8"})


@pytest.mark.parametrize(
    ("type", "lines", "entry_type"),
    [
        ("J", ["SO A", "DT Proceedings Paper"], "article"),
        ("S", ["SO A", "DT Proceedings Paper"], "inproceedings"),
        ("B", ["SO A", "DT Proceedings Paper"], "inproceedings"),
        ("B", ["SO A", "DT Article; Book Chapter"], "incollection"),
        ("B", ["SO A"], "incollection"),
        ("B", [], "book"),
        ("P", ["SO A"], "patent"),
        ("Journal", ["SO A"], "article"),
    ],
)
def test_types(type: str, lines: list[str], entry_type: str) -> None:  # noqa: A002 - because the format calls it so
    assert one(*lines, type=type).entry_type == entry_type


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (["PD DEC 16 2020", "PY 2020"], "2020-12-16"),
        (["PD MAR-APR", "PY 2006"], "2006-03"),
        (["PD SPR", "PY 2011"], "2011"),
        (["PD 1998, thesis publ. 1997", "PY 1998"], "1998"),
        ([], None),
    ],
)
def test_dates(lines: list[str], date: str | None) -> None:
    assert one(*lines).date == date


def test_the_short_names_count_when_full_ones_are_missing() -> None:
    record = one("AU Quill, A", "   Ram, JR", "AF Quill, Ada")
    assert record.authors == (Author(family="Quill", given="A"), Author(family="Ram", given="JR"))


def test_addresses_and_nobody_are_no_part_of_names() -> None:
    assert one("AU Quill, Ada (ada@wool.example)").authors == (Author(family="Quill", given="Ada"),)
    nobody = one("AU [Anonymous]")
    assert (nobody.authors, nobody.extra) == ((), (("AU", "[Anonymous]"),))


def test_pages_may_stand_in_one_field() -> None:
    assert dict(one("PS 467-72").details) == {"pages": "467-472"}
    assert dict(one("BP 467", "EP 472", "PS 467-72").details) == {"pages": "467-472"}


def test_malformed_records_are_reported_and_lose_only_themselves() -> None:
    items = read("PT J\nTI A\nPT J\nDI 10.1000/x\nER\n\nlost words\nPT J\nTI B\nER\nEF")
    assert [(type(item), item.line) for item in items] == [(Record, 1), (Skipped, 3), (Skipped, 7), (Record, 8)]


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nTI  - T\nSO  - X\nER  - \n",
        "PT cruisers are cars.\nTI is a city.\nSO what?\n",
        "RT Journal Article\nT1 T\nA1 Quill,Ada\n",
        "FN is a name.\nVR too.\n",
    ],
)
def test_other_texts_are_not_taken_for_web_of_science(text: str) -> None:
    assert not WebOfScienceReader().sniff(Content.of_text(text))


def test_a_text_without_the_files_first_lines_is_recognised_by_its_records() -> None:
    assert WebOfScienceReader().sniff(Content.of_text("PT J\nAU Quill, A\nTI T\nSO X\nUT WOS:1\nER\n"))
