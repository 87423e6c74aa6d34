import pytest

from assistant.library.readers.xml.unixref import UnixrefReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

TWO = """<?xml version="1.0" encoding="UTF-8"?>
<doi_records>
<doi_record owner="10.1000" timestamp="2020-01-01 00:00:00">
<crossref><journal><journal_metadata language="en"><full_title>Journal of Shelves</full_title>
<abbrev_title>J. Shelv.</abbrev_title><issn media_type="print">0000-1234</issn></journal_metadata>
<journal_issue><publication_date media_type="online"><year>2018</year></publication_date>
<journal_volume><volume>50</volume></journal_volume><issue>2</issue></journal_issue>
<journal_article><titles><title>
 The <i>Hidden</i>
 Shelf</title><subtitle>Found</subtitle></titles>
<contributors><organization contributor_role="author">Shelf Group</organization>
<person_name sequence="first" contributor_role="author"><given_name>Ada</given_name>
<surname>Quill</surname></person_name>
<person_name contributor_role="editor"><given_name>D</given_name><surname>Orlov</surname></person_name></contributors>
<jats:abstract xmlns:jats="http://www.ncbi.nlm.nih.gov/JATS1"><jats:p>It was hidden.</jats:p></jats:abstract>
<publication_date media_type="online"><month>05</month><day>15</day><year>2018</year></publication_date>
<publication_date media_type="print"><month>03</month><year>2019</year></publication_date>
<pages><first_page>197</first_page><last_page>221</last_page></pages>
<doi_data><doi>10.1000/HIDDEN</doi><resource>https://example.org/hidden</resource></doi_data></journal_article>
</journal></crossref></doi_record>
<doi_record><crossref><book><book_metadata><titles><title>All About Shelves</title></titles>
<contributors><person_name contributor_role="editor"><given_name>D</given_name>
<surname>Orlov</surname></person_name></contributors>
<publication_date><year>2001</year></publication_date><isbn>9780000000002</isbn>
<publisher><publisher_name>Shelf Press</publisher_name></publisher></book_metadata>
<content_item><titles><title>Corners</title></titles><contributors><person_name contributor_role="author">
<given_name>Carla</given_name><surname>Fiore</surname></person_name></contributors>
<doi_data><doi>10.1000/corners</doi></doi_data></content_item></book></crossref></doi_record>
</doi_records>
"""
DISSERTATION = """<dissertation><titles><title>T</title></titles><institution><institution_name>U</institution_name>
</institution></dissertation>"""
IN_PROCEEDINGS = """<conference><proceedings_metadata><proceedings_title>P</proceedings_title></proceedings_metadata>
<conference_paper><titles><title>T</title></titles></conference_paper></conference>"""


class TestUnixref(ReaderContract):
    reader = UnixrefReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(UnixrefReader().read(Content.of_text(text), source="s", saved=SAVED))


def test_an_article() -> None:
    record = read(TWO)[0]
    assert isinstance(record, Record)
    assert record.title == "The Hidden Shelf: Found"
    assert record.authors == (Author(family="Shelf Group"), Author(family="Quill", given="Ada"))
    assert (record.date, record.venue, record.doi) == ("2019-03", "Journal of Shelves", "10.1000/hidden")
    assert (record.url, record.abstract) == ("https://example.org/hidden", "It was hidden.")
    assert dict(record.details) == {
        "volume": "50", "number": "2", "pages": "197-221", "editor": "Orlov, D", "shortjournal": "J. Shelv.",
        "issn": "0000-1234",
    }  # fmt: skip


def test_a_chapter_takes_what_is_said_of_its_book() -> None:
    record = read(TWO)[1]
    assert isinstance(record, Record)
    assert (record.title, record.venue, record.entry_type) == ("Corners", "All About Shelves", "incollection")
    assert (record.year, record.authors) == (2001, (Author(family="Fiore", given="Carla"),))
    assert dict(record.details) == {"publisher": "Shelf Press", "editor": "Orlov, D", "isbn": "9780000000002"}


@pytest.mark.parametrize(
    ("item", "kind", "detail"),
    [
        (
            DISSERTATION,
            "phdthesis",
            ("school", "U"),
        ),
        ("<posted_content><titles><title>T</title></titles></posted_content>", "misc", None),
        (
            IN_PROCEEDINGS,
            "inproceedings",
            None,
        ),
    ],
)
def test_kinds(item: str, kind: str, detail: tuple[str, str] | None) -> None:
    (record,) = read(f"<doi_records><doi_record><crossref>{item}</crossref></doi_record></doi_records>")
    assert isinstance(record, Record)
    assert (record.title, record.entry_type) == ("T", kind)
    assert detail is None or detail in record.details


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<error>DOI not found</error>", "Crossref answered with an error: DOI not found; ask again"),
        ("<journal/>", "Crossref has no title for this record; add one"),
    ],
)
def test_what_is_no_paper_is_reported(inside: str, reason: str) -> None:
    (item,) = read(f"<doi_records><doi_record><crossref>{inside}</crossref></doi_record></doi_records>")
    assert item == Skipped(source="s", line=1, reason=reason)
