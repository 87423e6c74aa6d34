import pytest

from assistant.library.readers.xml.marc import MarcXmlReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract


def field(tag: str, **parts: str) -> str:
    inside = "".join(f'<subfield code="{code.lstrip("_")}">{text}</subfield>' for code, text in parts.items())
    return f'<datafield tag="{tag}" ind1=" " ind2=" ">{inside}</datafield>\n'


BOOK = (
    "<record><leader>00925nam  22002777a 4500</leader>\n"
    + field("020", a="9780000000002 (pbk.)")
    + field("100", a="Quill, Ada B.,", d="1950-")
    + field("245", a="The old shelf :", b="a history /", c="Ada B. Quill.")
    + field("250", a="2nd ed.")
    + field("260", a="Utopia :", b="Shelf Press,", c="c1982.")
    + field("490", a="Corner books ;", v="423")
    + field("520", a="Shelves are old.")
    + field("650", a="Shelves.")
    + field("700", a="Orlov, D.,", e="editor.")
    + "</record>\n"
)
PART = (
    "<record><leader>00864naa a2200253 c 4500</leader>\n"
    + field("110", a="Shelf Group.")
    + field("245", a="Corners")
    + field("264", c="2023")
    + field("773", t="Journal of shelves", g="50 (2023), S. 12-15", x="0000-1234")
    + field("856", u="https://doi.org/10.1000/CORNERS")
    + "</record>\n"
)


class TestMarcXml(ReaderContract):
    reader = MarcXmlReader()
    sample = f'<collection xmlns="http://www.loc.gov/MARC21/slim">\n{BOOK}{PART}</collection>\n'


def read(text: str) -> list[Record | Skipped]:
    return list(MarcXmlReader().read(Content.of_text(text), source="s", saved=SAVED))


def test_a_book() -> None:
    (record,) = read(BOOK)
    assert isinstance(record, Record)
    assert (record.title, record.entry_type, record.year) == ("The old shelf: a history", "book", 1982)
    assert record.authors == (Author(family="Quill", given="Ada B."),)
    assert (record.abstract, record.tags) == ("Shelves are old.", ("Shelves",))
    assert dict(record.details) == {
        "volume": "423", "series": "Corner books",
        "publisher": "Shelf Press", "address": "Utopia", "edition": "2nd ed", "editor": "Orlov, D.",
        "isbn": "9780000000002",
    }  # fmt: skip


def test_a_part_of_a_journal() -> None:
    (record,) = read(PART)
    assert isinstance(record, Record)
    assert (record.title, record.venue, record.entry_type) == ("Corners", "Journal of shelves", "article")
    assert record.authors == (Author(family="Shelf Group"),)
    assert (record.doi, record.year) == ("10.1000/corners", 2023)
    assert dict(record.details) == {"pages": "12-15", "issn": "0000-1234"}


@pytest.mark.parametrize("count", [1, 2])
def test_the_answer_to_a_search(count: int) -> None:
    results = f"<zs:record><zs:recordData>{BOOK}</zs:recordData></zs:record>" * count
    text = f'<zs:searchRetrieveResponse xmlns:zs="x"><zs:records>{results}</zs:records></zs:searchRetrieveResponse>'
    assert MarcXmlReader().sniff(Content.of_text(text))
    assert [type(item) for item in read(text)] == [Record] * count


def test_a_record_without_title_is_reported() -> None:
    (item,) = read("<record><leader>x</leader></record>")
    assert item == Skipped(source="s", line=1, reason="this record has no title (MARC field 245); add one")
