import codecs
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.library.readers import FORMATS
from assistant.library.readers.files import SourcePath, read_sources
from assistant.types import Record, Skipped

BIB = "@article{a,\n title = {Caf\u00e9}\n}\n"


def no_input() -> bytes:
    raise AssertionError("standard input was read")


def read(*paths: SourcePath, name: str | None = None, stdin: Callable[[], bytes] = no_input) -> list[Record | Skipped]:
    return list(read_sources(paths, format=name, stdin=stdin))


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_formats() -> None:
    assert sorted(FORMATS) == ["bibtex", "jsonl", "listing"]


@pytest.mark.parametrize("name", ["x.bib", "x.txt", "x", "x.json"])
def test_the_content_tells_the_format_and_not_the_name(tmp_path: Path, name: str) -> None:
    path = file(tmp_path, name, BIB)
    (record,) = read(path)
    assert isinstance(record, Record)
    assert (record.title, record.source, record.line) == ("Caf\u00e9", str(path), 1)


@pytest.mark.parametrize(
    "content",
    [
        BIB.encode(),
        codecs.BOM_UTF8 + BIB.encode(),
        codecs.BOM_UTF16_LE + BIB.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + BIB.encode("utf-16-be"),
        BIB.encode("utf-16-le"),
        BIB.encode("utf-16-be"),
        BIB.encode("cp1252"),
    ],
)
def test_encodings(tmp_path: Path, content: bytes) -> None:
    (record,) = read(file(tmp_path, "x.bib", content))
    assert isinstance(record, Record)
    assert record.title == "Caf\u00e9"


def test_bytes_of_no_encoding_lose_nothing(tmp_path: Path) -> None:
    (record,) = read(file(tmp_path, "x.bib", b"@a{k, title = {A\x81\xe9Z}}"))
    assert isinstance(record, Record)
    assert record.title == "A\x81\u00e9Z"


def test_a_folder_is_read_in_order_and_what_is_foreign_is_reported(tmp_path: Path) -> None:
    for name in ("b/two.bib", "a.bib", "c.jsonl"):
        file(tmp_path, name, '{"title": "J"}' if name.endswith("jsonl") else BIB)
    file(tmp_path, ".hidden.bib", BIB)
    file(tmp_path, ".git/x.bib", BIB)
    file(tmp_path, "paper.pdf", b"%PDF-1.7")
    file(tmp_path, "notes.txt", "milk and eggs")
    items = read(tmp_path)
    assert [Path(item.source).relative_to(tmp_path).as_posix() for item in items] == [
        ".git", ".hidden.bib", "a.bib", "b/two.bib", "c.jsonl", "notes.txt", "paper.pdf",
    ]  # fmt: skip
    assert [isinstance(item, Record) for item in items] == [False, False, True, True, True, False, False]
    notes = items[5]
    assert isinstance(notes, Skipped)
    assert "--format" in notes.reason


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04...", "archive"),
        (b"text with \x00 in it", "binary"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x41", "utf-16"),
        (b"milk and eggs", "format"),
        (b"@comment{nothing else}", "no papers"),
    ],
)
def test_what_cannot_be_read_is_reported_and_the_rest_goes_on(tmp_path: Path, content: bytes, word: str) -> None:
    bad, good = file(tmp_path, "bad.bib", content), file(tmp_path, "good.bib", BIB)
    report, record = read(bad, good)
    assert isinstance(report, Skipped)
    assert (report.source, report.line) == (str(bad), None)
    assert word in report.reason
    assert isinstance(record, Record)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_that_may_not_be_read_is_reported(tmp_path: Path) -> None:
    path = file(tmp_path, "x.bib", BIB)
    path.chmod(0)
    (report,) = read(path)
    assert isinstance(report, Skipped)
    assert "may read" in report.reason


def test_a_broken_link_is_reported(tmp_path: Path) -> None:
    link = tmp_path / "x.bib"
    link.symlink_to(tmp_path / "gone.bib")
    (report,) = read(tmp_path)
    assert isinstance(report, Skipped)
    assert report.source == str(link)


def test_an_empty_folder_is_reported(tmp_path: Path) -> None:
    assert [type(item) for item in read(tmp_path)] == [Skipped]


def test_standard_input() -> None:
    (record,) = read("-", stdin=BIB.encode)
    assert isinstance(record, Record)
    assert (record.title, record.source) == ("Caf\u00e9", "-")


def test_a_path_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.bib"):
        read_sources(["-", tmp_path / "gone.bib"], format=None, stdin=no_input)


@pytest.mark.parametrize(("name", "nearest"), [("bibtext", "bibtex"), ("json", "jsonl"), ("list", "listing")])
def test_an_unknown_format_names_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(InputError, match=f"{name}.*mean '{nearest}'"):
        read_sources([], format=name, stdin=no_input)


def test_a_named_format_is_used_whatever_the_content(tmp_path: Path) -> None:
    (report,) = read(file(tmp_path, "x.bib", BIB), name="listing")
    assert isinstance(report, Skipped)
    assert "listing" in report.reason


def test_a_listing_without_years_is_dated_by_when_it_was_saved(tmp_path: Path) -> None:
    path = file(tmp_path, "x.txt", "CLMay 1\nSleepAda Quill, Bo Li\nWe sleep.\n")
    os.utime(path, (1_500_000_000, 1_500_000_000))
    (record,) = read(path)
    assert isinstance(record, Record)
    assert record.date == "2017-05-01"
