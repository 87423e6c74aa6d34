import pytest

from assistant.library.readers.tagged.ovid import OvidReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

TAGGED = """\
<1. >
VN  - Ovid Technologies
DB  - PsycINFO
AN  - 2015-1
TI  - Counting sheep at scale.  [Article]
YR  - 2015
LG  - English
AU  - Quill, Ada MD, MPH 1
AU  - Ram, Dolly [Reprint Author; E-mail: ram@wool.example]
SO  - Wool and Cognition. Vol.43(5), Sep 2015, pp. 623-634.
IS  - 1234-5679
AB  - We count sheep.
DO  - http://dx.doi.org/10.1000/sheep.1
PM  - 24892981
SY  - Ovis, one

      Aries, two
MH  - *Sheep
MH  - Sleep

<2. >
VN  - Ovid Technologies
DB  - Books
ED  - Ewe, Anne;  Ram, D.
ET  - 2nd Edition
TI  - The book of wool
IB  - 978-1-80062-734-5
PT  - Text/Reference
YR  - 2024
"""

LABELLED = """\
<1>
Author
  Quill, Ada 1;  Ram, Dolly 2
Title
  Counting sheep at scale.[Article]
Source
  Journal of Wool. 28(2):103-106, April 2015.
Abstract
  We count sheep. And
  we sleep.
ISSN
  1234-5679
DOI Number
  10.1000/sheep.1

<2>
Author
  Li, Bo
Title
  The Book of Wool
Chapter Title
  Sleep
Source
  The Book of Wool.
"""


class TestOvid(ReaderContract):
    reader = OvidReader()
    sample = TAGGED


class TestOvidWithLabels(ReaderContract):
    reader = OvidReader()
    sample = LABELLED


def read(text: str) -> list[Record | Skipped]:
    return list(OvidReader().read(Content.of_text(text), source="s", saved=SAVED))


def test_tagged_records() -> None:
    article, book = read(TAGGED)
    assert article == Record(
        title="Counting sheep at scale",
        authors=(Author(family="Quill", given="Ada"), Author(family="Ram", given="Dolly")),
        year=2015,
        date="2015-09",
        venue="Wool and Cognition",
        doi="10.1000/sheep.1",
        pmid="24892981",
        tags=("Sheep", "Sleep"),
        abstract="We count sheep.",
        entry_type="article",
        details=(
            ("volume", "43"),
            ("number", "5"),
            ("pages", "623-634"),
            ("issn", "1234-5679"),
            ("language", "English"),
        ),
        extra=(
            ("VN", "Ovid Technologies"),
            ("DB", "PsycINFO"),
            ("AN", "2015-1"),
            ("SO", "Wool and Cognition. Vol.43(5), Sep 2015, pp. 623-634."),
            ("SY", "Ovis, one\n\nAries, two"),
        ),
        source="s",
        line=2,
    )
    assert isinstance(book, Record)
    assert (book.entry_type, book.venue, book.year) == ("book", None, 2024)
    assert dict(book.details) == {
        "edition": "2nd Edition",
        "editor": "Ewe, Anne and Ram, D.",
        "isbn": "978-1-80062-734-5",
    }


def test_labelled_records() -> None:
    article, chapter = read(LABELLED)
    assert isinstance(article, Record)
    assert isinstance(chapter, Record)
    assert article.authors == (Author(family="Quill", given="Ada"), Author(family="Ram", given="Dolly"))
    assert (article.title, article.abstract) == ("Counting sheep at scale", "We count sheep. And we sleep.")
    assert (article.venue, article.date, article.doi) == ("Journal of Wool", "2015-04", "10.1000/sheep.1")
    assert dict(article.details) == {"volume": "28", "number": "2", "pages": "103-106", "issn": "1234-5679"}
    assert (chapter.title, chapter.venue, chapter.entry_type) == ("Sleep", "The Book of Wool", "incollection")


@pytest.mark.parametrize(
    ("source", "venue"),
    [
        ("Journal of Wool 12, Winter 2007: 7-14.", "Journal of Wool"),
        ("Journal Of Wool June 2015;58(6):688-696", "Journal Of Wool"),
        ("Journal of Wool, 2013(1): 3-28.", "Journal of Wool"),
        ("Wool & Sleep.", "Wool & Sleep"),
    ],
)
def test_the_venue_is_the_beginning_of_the_source(source: str, venue: str) -> None:
    (record,) = read(f"<1. >\nVN  - Ovid Technologies\nTI  - T\nSO  - {source}\n")
    assert isinstance(record, Record)
    assert record.venue == venue


def test_a_record_without_title_is_reported_and_loses_only_itself() -> None:
    items = read("<1. >\nVN  - Ovid Technologies\nAU  - Quill, Ada\n\n<2. >\nVN  - Ovid Technologies\nTI  - B\n")
    assert [(type(item), item.line) for item in items] == [(Skipped, 2), (Record, 6)]


@pytest.mark.parametrize(
    "text", ["<1>\nTitle\nSome page\n", "TI  - T\nAU  - Quill\n", "<html>\n<1>\n", "Title\nSource\n"]
)
def test_other_texts_are_not_taken_for_ovid(text: str) -> None:
    assert not OvidReader().sniff(Content.of_text(text))
