import pytest

from assistant.library.readers.xml.ms_bib import MsBibReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

HEAD = (
    '<?xml version="1.0"?>\n<b:Sources xmlns:b="http://schemas.openxmlformats.org/officeDocument/2006/bibliography">\n'
)
TWO = (
    HEAD
    + """<b:Source><b:Tag>Qui19</b:Tag><b:SourceType>JournalArticle</b:SourceType>
<b:Author><b:Author><b:NameList><b:Person><b:Last>Quill</b:Last><b:First>Ada</b:First><b:Middle>B.</b:Middle></b:Person>
</b:NameList></b:Author><b:Editor><b:NameList>
<b:Person><b:Last>Orlov</b:Last><b:First>D.</b:First></b:Person></b:NameList>
</b:Editor></b:Author><b:Title>On Shelves</b:Title><b:Year>2019</b:Year><b:Month>March</b:Month><b:Day>5</b:Day>
<b:JournalName>J. Shelves</b:JournalName><b:Pages>943–7</b:Pages><b:Volume>7</b:Volume><b:Issue>2</b:Issue>
<b:City>Utopia</b:City><b:CountryRegion>Atlantis</b:CountryRegion><b:StandardNumber>ISSN: 0000-1234</b:StandardNumber>
<b:DOI>10.1000/WORD</b:DOI><b:BIBTEX_KeyWords>paper; glue</b:BIBTEX_KeyWords>
<b:ShortTitle>Shelves</b:ShortTitle></b:Source>
<b:Source><b:SourceType>Book</b:SourceType><b:Title>Corners</b:Title>
<b:Author><b:Author><b:Corporate>Shelf Group</b:Corporate></b:Author></b:Author></b:Source>
</b:Sources>
"""
)


class TestMsBib(ReaderContract):
    reader = MsBibReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(MsBibReader().read(Content.of_text(text), source="s", saved=SAVED))


def test_an_article() -> None:
    record = read(TWO)[0]
    assert isinstance(record, Record)
    assert (record.title, record.key, record.entry_type) == ("On Shelves", "Qui19", "article")
    assert record.authors == (Author(family="Quill", given="Ada B."),)
    assert (record.date, record.venue, record.doi) == ("2019-03-05", "J. Shelves", "10.1000/word")
    assert record.tags == ("paper", "glue")
    assert dict(record.details) == {
        "volume": "7", "number": "2", "pages": "943-947", "address": "Utopia, Atlantis", "editor": "Orlov, D.",
        "issn": "0000-1234",
    }  # fmt: skip
    assert record.extra == (("ShortTitle", "Shelves"),)


def test_an_organisation() -> None:
    record = read(TWO)[1]
    assert isinstance(record, Record)
    assert (record.authors, record.entry_type) == ((Author(family="Shelf Group"),), "book")


@pytest.mark.parametrize(("tag", "named"), [("<b:Tag>k1</b:Tag>", "the source 'k1'"), ("", "this source")])
def test_a_source_without_title_is_reported(tag: str, named: str) -> None:
    (item,) = read(f"{HEAD}<b:Source>{tag}</b:Source></b:Sources>")
    assert item == Skipped(source="s", line=3, reason=f"{named} has no title; add one in Word")


@pytest.mark.parametrize(
    ("numbers", "number", "extra"),
    [
        ("<b:Number>3</b:Number>", "3", ()),
        ("<b:Issue>2</b:Issue><b:Number>3</b:Number>", "2", (("Number", "3"),)),
    ],
)
def test_a_number_stands_in_for_the_issue(numbers: str, number: str, extra: tuple[tuple[str, str], ...]) -> None:
    (record,) = read(f"{HEAD}<b:Source><b:Title>T</b:Title>{numbers}</b:Source></b:Sources>")
    assert isinstance(record, Record)
    assert (record.details, record.extra) == ((("number", number),), extra)
