import pytest

from assistant.library.readers.tagged.refer import ReferReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

TWO = """\
%0 Journal Article
%A Quill, Ada
%A Li, Bo
%T Counting sheep at scale
%J Journal of Wool
%V 4
%N 2
%P 12-15
%@ 1234-5679
%D 2020
%8 March 14
%K wool
sheep
%X We count sheep.

They sleep.
%U https://wool.example/1
%R 10.1000/sheep.1
%F quill2020
%M WOS:1

%0 Thesis
%A Ram, Dolly
%T Sleep
%I University of Wool
%9 Master's thesis
%D 2019
"""


class TestRefer(ReaderContract):
    reader = ReferReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(ReferReader().read(Content.of_text(text), source="s", saved=SAVED))


def one(*lines: str, type: str = "Journal Article") -> Record:  # noqa: A002 - because the format calls it so
    (record,) = read("\n".join([f"%0 {type}", "%T T", *lines]))
    assert isinstance(record, Record), record
    return record


def test_an_article_with_a_blank_line_in_it() -> None:
    assert read(TWO)[0] == Record(
        title="Counting sheep at scale",
        authors=(Author(family="Quill", given="Ada"), Author(family="Li", given="Bo")),
        year=2020,
        date="2020-03-14",
        venue="Journal of Wool",
        doi="10.1000/sheep.1",
        url="https://wool.example/1",
        tags=("wool", "sheep"),
        abstract="We count sheep.\nThey sleep.",
        key="quill2020",
        entry_type="article",
        details=(("volume", "4"), ("number", "2"), ("pages", "12-15"), ("issn", "1234-5679")),
        extra=(("M", "WOS:1"),),
        source="s",
        line=1,
    )


def test_blank_lines_end_no_record_that_has_a_type() -> None:
    record = one("", "%X We count.", "", "We sleep.", "", "%U https://wool.example/1")
    assert (record.abstract, record.url) == ("We count.\nWe sleep.", "https://wool.example/1")


def test_a_thesis() -> None:
    thesis = read(TWO)[-1]
    assert isinstance(thesis, Record)
    assert (thesis.entry_type, thesis.venue, dict(thesis.details)) == (
        "mastersthesis", None, {"school": "University of Wool"}
    )  # fmt: skip


def test_files_of_refer_itself_have_no_types_and_names_with_the_given_one_first() -> None:
    text = "%A Ada Quill\n%T A\n%J Journal of Wool\n%L Qui20\n%D 1986\n\n%A Bo Li\n%T B\n%I Fleece Press\n%C Sheepton\n"
    assert ReferReader().sniff(Content.of_text(text))
    article, book = read(text)
    assert isinstance(article, Record)
    assert isinstance(book, Record)
    assert (article.authors, article.entry_type, article.key) == (
        (Author(family="Quill", given="Ada"),), "article", "Qui20"
    )  # fmt: skip
    assert (book.entry_type, dict(book.details)) == ("book", {"publisher": "Fleece Press", "address": "Sheepton"})


@pytest.mark.parametrize(
    ("type", "entry_type", "is_kept"),
    [
        ("Journal Article", "article", False),
        ("Book Section", "incollection", True),
        ("Conference Proceedings", "inproceedings", True),
        ("Conference Paper", "inproceedings", True),
        ("Thesis", "phdthesis", True),
        ("Report", "techreport", False),
        ("Sheep Song", "misc", True),
    ],
)
def test_types(type: str, entry_type: str, is_kept: bool) -> None:  # noqa: A002 - because the format calls it so
    record = one(type=type)
    assert (record.entry_type, bool(record.extra)) == (entry_type, is_kept)


def test_a_chapter() -> None:
    record = one(
        "%A Quill, Ada", "%B The Book of Wool", "%E Ewe, Anne", "%S Wool Studies", "%7 2nd", type="Book Section"
    )
    assert record.venue == "The Book of Wool"
    assert dict(record.details) == {"edition": "2nd", "series": "Wool Studies", "editor": "Ewe, Anne"}


def test_what_has_no_place_is_kept() -> None:
    lines = ["%R URN:NBN:1", "%~ Base", "%1 custom", "%[ 2015", "%? Ram, Dolly", "%P 327"]
    assert one(*lines, type="Book").extra == (
        ("R", "URN:NBN:1"), ("~", "Base"), ("1", "custom"), ("[", "2015"), ("?", "Ram, Dolly"), ("P", "327")
    )  # fmt: skip


def test_a_record_without_title_is_reported_and_loses_only_itself() -> None:
    items = read("%0 Book\n%A Quill, Ada\n\n%0 Book\n%T B\n")
    assert [(type(item), item.line) for item in items] == [(Skipped, 1), (Record, 4)]


def test_more_authors_than_are_listed() -> None:
    assert one("%A Quill, Ada", "%A et al.").et_al


@pytest.mark.parametrize(
    "text",
    [
        "% A comment of TeX\n%% another\n\\documentclass{article}\n",
        "%PDF-1.7\n",
        "%A only a name\n",
        "Words\n" * 30 + "%T T\n%A Quill\n",
        "100% T\n50 %A\n",
    ],
)
def test_other_texts_are_not_taken_for_refer(text: str) -> None:
    assert not ReferReader().sniff(Content.of_text(text))
