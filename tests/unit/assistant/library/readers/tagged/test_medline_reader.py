import pytest

from assistant.library.readers.tagged.medline import MedlineReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

TWO = """\

PMID- 31415926
OWN - NLM
STAT- MEDLINE
IS  - 1234-5678 (Electronic)
IS  - 0028-0836 (Linking)
VI  - 12
IP  - 3
DP  - 2019 Mar 14
TI  - Counting sheep in a very long title that has to be wrapped
      before it ends.
PG  - 454-81
LID - 10.1000/sheep.314 [doi]
LID - S0000(19)1 [pii]
AB  - BACKGROUND: Sheep are counted. RESULTS: All of them
      were there.
FAU - Quill, Ada
AU  - Quill A
AD  - Department of Wool, Sheepton.
FAU - van der Ram, Dolly
AU  - van der Ram D
CN  - Wool Study Group
LA  - eng
PT  - Journal Article
PT  - Review
TA  - J Wool
JT  - Journal of wool
PMC - PMC2718281
OTO - NOTNLM
OT  - wool
MH  - Sheep/*physiology
MH  - Animals
PHST- 2018/02/27 00:00 [received]
AID - 10.1000/sheep.314 [doi]
SO  - J Wool. 2019 Mar 14;12(3):454-481.

PMID- 2
OWN - NLM
TI  - [Sheep at night].
DEP - 20200118
AU  - Li B
"""


class TestMedline(ReaderContract):
    reader = MedlineReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(MedlineReader().read(Content.of_text(text), source="s", saved=SAVED))


def one(*lines: str) -> Record:
    (record,) = read("\n".join(["PMID- 1", "TI  - T", *lines]))
    assert isinstance(record, Record), record
    return record


def test_an_article() -> None:
    article, short = read(TWO)
    assert article == Record(
        title="Counting sheep in a very long title that has to be wrapped before it ends",
        authors=(
            Author(family="Quill", given="Ada"),
            Author(family="van der Ram", given="Dolly"),
            Author(family="Wool Study Group"),
        ),
        year=2019,
        date="2019-03-14",
        venue="Journal of wool",
        doi="10.1000/sheep.314",
        pmid="31415926",
        tags=("wool", "Sheep", "Animals"),
        abstract="BACKGROUND: Sheep are counted. RESULTS: All of them were there.",
        entry_type="article",
        details=(
            ("volume", "12"),
            ("number", "3"),
            ("pages", "454-481"),
            ("shortjournal", "J Wool"),
            ("issn", "1234-5678, 0028-0836"),
            ("pmcid", "PMC2718281"),
            ("language", "eng"),
        ),
        extra=(
            ("OWN", "NLM"),
            ("STAT", "MEDLINE"),
            ("LID", "S0000(19)1 [pii]"),
            ("AD", "Department of Wool, Sheepton."),
            ("PT", "Review"),
            ("OTO", "NOTNLM"),
            ("MH", "Sheep/*physiology"),
            ("PHST", "2018/02/27 00:00 [received]"),
            ("SO", "J Wool. 2019 Mar 14;12(3):454-481."),
        ),
        source="s",
        line=2,
    )
    assert isinstance(short, Record)
    assert (short.title, short.date, short.line) == ("Sheep at night", "2020-01-18", 37)
    assert short.authors == (Author(family="Li", given="B"),)


def test_the_short_name_counts_where_the_full_one_is_missing() -> None:
    record = one(
        "FAU - Quill, Ada", "AU  - Quill A", "AU  - Li B", "FAU - Ram, Dolly", "AU  - Ram D", "CN  - Team of Wool"
    )
    assert [author.family for author in record.authors] == ["Quill", "Li", "Ram", "Team of Wool"]


def test_eric_sets_records_apart_by_blank_lines_alone() -> None:
    text = (
        "OWN - ERIC\nTI  - A\nAU  - Quill, Ada\nJT  - Wool Press\nPT  - Books\nISBN - ISBN-978-1-5985-7192-9\n\n\n\n"
        "OWN - ERIC\nTI  - B\nLID - http://eric.example/?id=ED1\nPT  - Dissertations/Theses - Doctoral Dissertations\n"
    )
    assert MedlineReader().sniff(Content.of_text(text))
    book, thesis = read(text)
    assert isinstance(book, Record)
    assert isinstance(thesis, Record)
    assert (book.entry_type, dict(book.details)) == ("book", {"publisher": "Wool Press", "isbn": "978-1-5985-7192-9"})
    assert (thesis.entry_type, thesis.url) == ("phdthesis", "http://eric.example/?id=ED1")


@pytest.mark.parametrize(
    ("line", "doi"),
    [
        ("AID - 10.1000/X.1 [doi]", "10.1000/x.1"),
        ("LID - 10.1000/x.1", "10.1000/x.1"),
        ("AID - doi:10.1000/x.1", "10.1000/x.1"),
        ("AID - http://dx.doi.org/10.1000/x.1", "10.1000/x.1"),
        ("AID - 10.1000/x.1 [pii]", None),
    ],
)
def test_dois(line: str, doi: str | None) -> None:
    assert one(line).doi == doi


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("DP  - 2020 Apr 26", "2020-04-26"),
        ("DP  - 2019 Nov-Dec", "2019-11"),
        ("DP  - 2009 Spring", "2009"),
        ("DP  - ?", None),
    ],
)
def test_dates(line: str, date: str | None) -> None:
    assert one(line).date == date


def test_a_title_of_a_book_and_its_chapter() -> None:
    chapter = one("BTI - The Book of Wool", "FED - Ewe, Anne", "ED  - Ewe A", "PB  - Fleece")
    assert (chapter.venue, chapter.entry_type) == ("The Book of Wool", "incollection")
    assert dict(chapter.details) == {"publisher": "Fleece", "editor": "Ewe, Anne"}
    assert read("PMID- 1\nBTI - The Book of Wool.\n")[0] == Record(
        title="The Book of Wool", pmid="1", entry_type="book", source="s", line=1
    )


def test_malformed_records_are_reported_and_lose_only_themselves() -> None:
    text = (
        "PMID- 1\nSO  broken line\nTI  - A\n\nlost words\n\nPMID-22\nPT  - Letter\nAID - doi:10.1000/x\n\n"
        "PMID- 3\nSO- another\nTI  -B\n"
    )
    items = read(text)
    assert [(type(item), item.line) for item in items] == [(Record, 1), (Skipped, 5), (Skipped, 7), (Record, 11)]
    assert [item.title for item in items if isinstance(item, Record)] == ["A", "B"]
    assert [item.pmid for item in items if isinstance(item, Record)] == ["1", "3"]


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nTI  - T\nAU  - Quill, Ada\nER  - ",
        "<1. >\nVN  - Ovid Technologies\nTI  - T\nAU  - Quill, Ada\n",
        "Dear Bo,\nTI - not a field\nOWN - no\n" + "words and words\n" * 20,
        "@article{a, title = {T}}",
        "COVID-19 is not a field\nSARS-CoV-2 neither\n",
    ],
)
def test_other_texts_are_not_taken_for_medline(text: str) -> None:
    assert not MedlineReader().sniff(Content.of_text(text))
