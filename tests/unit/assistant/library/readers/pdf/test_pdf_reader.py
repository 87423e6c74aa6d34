"""PDFs in the layouts that papers come in, and PDFs that are broken or made to do harm."""

import itertools
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from fpdf import FPDF

from assistant.library.readers import READERS
from assistant.library.readers.pdf import reader as pdf
from assistant.library.readers.pdf.layout import joined, plain_text
from assistant.library.readers.pdf.reader import PdfReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED
from tests.fakes.pdf_papers import (
    ABSTRACT,
    BODY,
    LAYOUTS,
    Paper,
    of_a_journal,
    one_column,
    running_in,
    stamped_by_arxiv,
    two_columns,
)

ADA, BO = Author(family="Quill", given="Ada"), Author(family="Li", given="Bo")


def read(content: bytes, *, source: str = "some/paper.pdf", reader: PdfReader | None = None) -> Record | Skipped:
    (item,) = (reader or PdfReader()).read(Content.of_bytes(content), source=source, saved=SAVED)
    return item


def written(paper: FPDF) -> bytes:
    return bytes(paper.output())


def record(paper: FPDF, *, source: str = "some/paper.pdf") -> Record:
    item = read(written(paper), source=source)
    assert isinstance(item, Record), item
    return item


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_title_authors_and_abstract_of_a_layout(layout: Callable[[], Paper]) -> None:
    found = record(layout())
    assert found.title == "Careful Citations: Bookkeeping Improves Automatic Literature Surveys"
    assert found.authors == (ADA, BO)
    assert found.abstract == ABSTRACT
    assert found.extracted
    assert (found.key, found.line, found.source) == (None, None, "some/paper.pdf")


def test_arxivs_stamp_gives_number_and_year() -> None:
    found = record(stamped_by_arxiv())
    assert (found.arxiv_id, found.year, found.date) == ("2305.14627", 2023, "2023")


@pytest.mark.parametrize(("layout", "year"), [(running_in, 2021), (of_a_journal, 2019), (one_column, None)])
def test_the_year_is_said_on_the_page_or_not_known(layout: Callable[[], Paper], year: int | None) -> None:
    assert record(layout()).year == year


def test_the_papers_own_doi_is_taken_and_none_of_its_references() -> None:
    paper = one_column()
    paper.page = 1
    paper.set_xy(60, 780)
    paper.set_auto_page_break(auto=False)
    paper.say("https://doi.org/10.1000/Own.1", 8)
    assert record(paper).doi == "10.1000/own.1"
    short = Paper()
    short.say("A Note on Shelves and Corners", 16, "B")
    short.say("Ada Quill", 11)
    short.say("References", 12, "B", align="L")
    short.say("Bo Li. Other things. doi:10.1000/other", 10, align="L")
    assert record(short).doi is None


def test_what_the_pdf_says_of_itself_is_believed_when_the_page_says_so_too() -> None:
    paper = two_columns()
    paper.set_title("Careful citations: bookkeeping improves automatic literature surveys")
    paper.set_author("Ada Quill; Bo Li; Ada Bo")
    paper.set_subject("Shelves, doi:10.1000/META")
    found = record(paper)
    assert found.title == "Careful citations: bookkeeping improves automatic literature surveys"
    assert found.doi == "10.1000/meta"
    assert found.authors == (ADA, BO, Author(family="Bo", given="Ada"))


@pytest.mark.parametrize(
    ("title", "author"),
    [
        ("Microsoft Word - Careful Citations.doc", "admin"),
        ("paper", "Ada Quill; user"),
        ("careful citations.tex", ""),
        ("Careful Citations", "Somebody Else; Nobody Here"),
        ("10.1000/182", "Microsoft Corporation"),
        ("A Template for Surveys of Nothing at All", "x"),
        ("untitled", "unknown"),
    ],
)
def test_what_programs_put_into_a_pdf_is_not_believed(title: str, author: str) -> None:
    paper = two_columns()
    paper.set_title(title)
    paper.set_author(author)
    found = record(paper, source="papers/Careful Citations.pdf")
    assert found.title == "Careful Citations: Bookkeeping Improves Automatic Literature Surveys"
    assert found.authors == (ADA, BO)


def test_a_paper_without_the_heading_of_an_abstract_has_none() -> None:
    paper = Paper()
    paper.say("Abstract Syntax for Shelves and Corners", 17, "B")
    paper.say("Ada Quill", 12)
    paper.say(BODY, 10, align="J")
    found = record(paper)
    assert (found.title, found.abstract) == ("Abstract Syntax for Shelves and Corners", "")


def test_it_is_told_by_its_signature_also_after_some_other_bytes() -> None:
    content = written(one_column())
    for start in (b"", b"\r\n\r\n", b"Content-Type: application/pdf\n\n"):
        sniffed = [reader.name for reader in READERS if _sniffs(reader, Content.of_bytes(start + content))]
        assert sniffed[0] == "pdf"
        assert isinstance(read(start + content), Record)
    assert not PdfReader().sniff(Content.of_bytes(b"x" * 2000 + content))
    assert not PdfReader().sniff(Content.of_bytes(b""))


def _sniffs(reader: Any, content: Content) -> bool:
    from assistant.library.sources.decoding import ContentError

    try:
        return bool(reader.sniff(content))
    except ContentError:
        return False


def test_an_encrypted_pdf_is_refused() -> None:
    paper = one_column()
    paper.set_encryption(owner_password="owner", user_password="user")
    assert _reason(read(written(paper))).startswith("an encrypted PDF; save it without its password")


def test_a_scan_is_refused() -> None:
    paper = Paper()
    paper.rect(50, 50, 300, 300)
    assert _reason(read(written(paper))).startswith("a PDF without text, perhaps a scan")


def test_a_page_without_a_title_is_refused() -> None:
    paper = Paper()
    paper.say("17", 10)
    assert _reason(read(written(paper))).startswith("a PDF on whose first page no title was found")


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\n%%EOF", b"%PDF-" + bytes(range(256)) * 50])
def test_a_damaged_pdf_is_refused(content: bytes) -> None:
    assert _reason(read(content)).startswith(("a damaged PDF", "a PDF without pages"))


def test_a_pdf_cut_in_the_middle_is_read_or_refused() -> None:
    content = written(two_columns())
    for part in (0.3, 0.6, 0.9):
        assert isinstance(read(content[: int(len(content) * part)]), Record | Skipped)


def test_a_page_that_unpacks_to_a_thousand_times_its_size_is_bounded() -> None:
    item = read(_pdf_of(zlib.compress(b"BT /F1 12 Tf 72 720 Td (Shelves) Tj ET\n" + b"q Q " * 10_000_000, 9)))
    assert isinstance(item, Record | Skipped)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a program's memory")
def test_a_page_that_unpacks_to_more_than_all_memory_is_refused() -> None:
    packer = zlib.compressobj(9)
    start = packer.compress(b"BT /F1 12 Tf 72 720 Td (Shelves) Tj ET\n") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    item = read(_pdf_of(start + block * 3000 + packer.flush()))
    assert _reason(item).startswith(("a PDF that cannot be opened", "a PDF that needs more than 1 GiB"))


def test_objects_that_refer_to_each_other_end() -> None:
    loop = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )
    assert isinstance(read(loop), Skipped)


@pytest.mark.parametrize(
    ("error", "start"),
    [
        ("memory", "a PDF that needs more than 1 GiB"),
        ("time", "a PDF that takes more than 25 seconds"),
        ("crash", "a PDF that cannot be opened"),
    ],
)
def test_what_becomes_of_the_program_that_opens_it_is_said(error: str, start: str) -> None:
    def opened(file: BinaryIO) -> Mapping[str, Any]:
        return {"error": error}

    assert _reason(read(b"%PDF-1.4", reader=PdfReader(opened))).startswith(start)


def test_a_file_over_the_limit_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(file: BinaryIO) -> Mapping[str, Any]:
        raise AssertionError

    monkeypatch.setattr(pdf, "_MOST_BYTES", 1 << 20)
    item = read(b"%PDF-1.4" + b"x" * (2 << 20), reader=PdfReader(opened))
    assert _reason(item).startswith("a PDF of more than 100 MiB; add the paper by its DOI")


def test_a_program_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    monkeypatch.setattr(pdf, "__file__", str(tmp_path / "reader.py"))
    monkeypatch.setattr(pdf, "_MOST_SECONDS", 0.5)
    assert _reason(read(b"%PDF-1.4")).startswith("a PDF that takes more than")


def test_a_program_that_dies_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "worker.py").write_text("import os\nos.abort()\n", encoding="utf-8")
    monkeypatch.setattr(pdf, "__file__", str(tmp_path / "reader.py"))
    assert _reason(read(b"%PDF-1.4")).startswith("a PDF that cannot be opened")


def test_text_is_whole_characters_without_controls_and_ligatures() -> None:
    assert plain_text("e\ufb03cient\x1b[31m \ud83d\ude00 \ud800x") == "efficient [31m \U0001f600 \ufffdx"
    assert plain_text("e\u0301") == "é"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["a care-", "ful shelf"], "a careful shelf"),
        (["the state-", "of-the-art"], "the state-of-the-art"),
        (["a well-known and", "one well-", "known shelf"], "a well-known and one well-known shelf"),
        (["a co\u00ad", "lumn"], "a column"),
        (["von Quill-", "Li"], "von Quill-Li"),
        (["two", "words"], "two words"),
        ([], ""),
    ],
)
def test_lines_are_joined_and_broken_words_with_them(lines: list[str], text: str) -> None:
    assert joined(lines) == text


def _reason(item: Record | Skipped) -> str:
    assert isinstance(item, Skipped), item
    assert item == replace(item, source="some/paper.pdf", line=None)
    return item.reason


def _pdf_of(packed: bytes) -> bytes:
    """A PDF of one page with this compressed content."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, one in zip(itertools.count(1), objects, strict=False):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(body)
    return (
        body
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF" % start
    )
