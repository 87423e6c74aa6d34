import pytest

from assistant.library.readers.tagged.refworks import RefWorksReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

TWO = """\
RT Journal Article
SR Electronic(1)
ID 271
A1 Quill,Ada
A1 Ram,Dolly
T1 Counting sheep at scale
JF Journal of Wool
YR 2002
FD Feb
VO 32
IS 3
SP 551
OP 565
K1 Sheep
K1 Sleep
AB We count sheep.
NO PO: Human
SN 1234-5679
LA English
DO 10.1000/sheep.1

RT Book, Section
ID 272
A1 Li,Bo
T1 Sleep
A2 Ewe, Anne
T2 The Book of Wool
ED 2nd
PB Fleece Press
PP Sheepton
YR 2003
"""


class TestRefWorks(ReaderContract):
    reader = RefWorksReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(RefWorksReader().read(Content.of_text(text), source="s", saved=SAVED))


def test_an_article_and_a_chapter() -> None:
    article, chapter = read(TWO)
    assert article == Record(
        title="Counting sheep at scale",
        authors=(Author(family="Quill", given="Ada"), Author(family="Ram", given="Dolly")),
        year=2002,
        date="2002-02",
        venue="Journal of Wool",
        doi="10.1000/sheep.1",
        tags=("Sheep", "Sleep"),
        abstract="We count sheep.",
        entry_type="article",
        details=(
            ("volume", "32"),
            ("number", "3"),
            ("pages", "551-565"),
            ("issn", "1234-5679"),
            ("language", "English"),
        ),
        extra=(("RT", "Journal Article"), ("SR", "Electronic(1)"), ("ID", "271"), ("NO", "PO: Human")),
        source="s",
        line=1,
    )
    assert isinstance(chapter, Record)
    assert (chapter.venue, chapter.entry_type, chapter.line) == ("The Book of Wool", "incollection", 22)
    assert dict(chapter.details) == {
        "address": "Sheepton", "publisher": "Fleece Press", "edition": "2nd", "editor": "Ewe, Anne"
    }  # fmt: skip


def test_a_record_without_title_is_reported_and_loses_only_itself() -> None:
    items = read("RT Journal Article\nA1 Quill,Ada\n\nRT Journal Article\nT1 B\n")
    assert [(type(item), item.line) for item in items] == [(Skipped, 1), (Record, 4)]


@pytest.mark.parametrize("text", ["RT @ada: Journal of Wool\nT1 is a line\n", "PT J\nTI T\nSO X\nER\n", "RT Book\n"])
def test_other_texts_are_not_taken_for_refworks(text: str) -> None:
    assert not RefWorksReader().sniff(Content.of_text(text))
