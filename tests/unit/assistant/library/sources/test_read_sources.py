import codecs
import gzip
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from assistant.errors import InputError
from assistant.library.readers import FORMATS
from assistant.library.sources import recognising
from assistant.library.sources.content import Content
from assistant.library.sources.files import SourcePath, read_sources
from assistant.types import Record, Skipped

BIB = "@article{a,\n title = {Caf\u00e9}\n}\n"


def no_input() -> BinaryIO:
    raise AssertionError("standard input was read")


def read(
    *paths: SourcePath, name: str | None = None, stdin: Callable[[], BinaryIO] = no_input
) -> list[Record | Skipped]:
    return list(read_sources(paths, format=name, stdin=stdin))


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_every_format_has_a_name_of_its_own() -> None:
    assert {"bibtex", "jsonl", "listing"} <= set(FORMATS)
    assert len(set(FORMATS)) == len(FORMATS)
    assert all(name == name.lower() for name in FORMATS)


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


def test_a_file_whose_format_is_not_known_is_told_what_was_looked_for(tmp_path: Path) -> None:
    (report,) = read(file(tmp_path, "notes.txt", "milk and eggs"))
    assert isinstance(report, Skipped)
    assert all(name in report.reason for name in FORMATS)


def test_a_link_to_a_folder_is_not_followed_unless_named(tmp_path: Path) -> None:
    file(tmp_path, "papers/a.bib", BIB)
    (tmp_path / "papers" / "again").symlink_to(tmp_path / "papers")
    record, report = read(tmp_path / "papers")
    assert isinstance(record, Record)
    assert isinstance(report, Skipped)
    assert "link" in report.reason
    again, _ = read(tmp_path / "papers" / "again")
    assert isinstance(again, Record)


def test_a_folder_deeper_than_the_stack_is_read(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    made = os.open("a.bib", os.O_CREAT | os.O_WRONLY, dir_fd=here)
    os.write(made, BIB.encode())
    os.close(made)
    os.close(here)
    try:
        items = read(tmp_path)
    finally:
        subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # Python's own way would need as deep a stack
    assert [type(item) for item in items] == [Record]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04...", "damaged"),
        (b"\x00\x01\x02 no text \x03\x04", "binary"),
        (b"7z\xbc\xaf\x27\x1c...", "7z"),
        (b"a tar".ljust(257, b"\x00") + b"ustar  \x00", "tar"),
        (codecs.BOM_UTF16_LE + b"\x00\xdc\x41\x00", "utf-16"),
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


def test_a_broken_link_is_reported(tmp_path: Path) -> None:
    link = tmp_path / "x.bib"
    link.symlink_to(tmp_path / "gone.bib")
    (report,) = read(tmp_path)
    assert isinstance(report, Skipped)
    assert report.source == str(link)


def test_an_empty_folder_is_reported(tmp_path: Path) -> None:
    assert [type(item) for item in read(tmp_path)] == [Skipped]


def test_standard_input() -> None:
    (record,) = read("-", stdin=lambda: BytesIO(BIB.encode()))
    assert isinstance(record, Record)
    assert (record.title, record.source) == ("Caf\u00e9", "-")


def test_standard_input_named_twice_is_taken_in_once() -> None:
    given = BytesIO(BIB.encode())
    assert [type(item) for item in read("-", "-", stdin=lambda: given)] == [Record, Record]


def test_standard_input_is_taken_in_before_anything_is_asked_for() -> None:
    given = BytesIO(BIB.encode())
    records = read_sources(["-"], stdin=lambda: given)
    assert given.read() == b""
    assert len(list(records)) == 1


def test_an_archive_may_come_through_standard_input() -> None:
    (record,) = read("-", stdin=lambda: BytesIO(gzip.compress(BIB.encode())))
    assert isinstance(record, Record)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_opened_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(BIB * 3, encoding="utf-8"))
    writer.start()
    items = read(pipe)
    writer.join()
    assert [item.line for item in items] == [1, 4, 7]


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (report,) = read(tmp_path)
    assert isinstance(report, Skipped)
    assert "regular" in report.reason


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no such device")
def test_a_device_without_end_is_refused() -> None:
    (report,) = read(Path("/dev/zero"))
    assert isinstance(report, Skipped)
    assert "device" in report.reason


def test_nothing_comes_of_a_source_that_is_known(tmp_path: Path) -> None:
    known, new = file(tmp_path, "known.bib", BIB), file(tmp_path, "new.bib.gz", gzip.compress(BIB.encode()))
    asked: list[tuple[str, bytes]] = []

    def is_known(name: str, content: Content) -> bool:
        with content.binary() as opened:
            asked.append((name, opened.read()))
        return name == str(known)

    record, _ = read_sources([tmp_path, "-"], is_known=is_known, stdin=BytesIO)
    assert record.source == str(new)
    assert asked == [(str(known), BIB.encode()), (str(new), BIB.encode())]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        (b"new\nline.bib", "new\\nline.bib"),
        (b"esc\x1b[2J.bib", "esc\\x1b[2J.bib"),
        ("turn\u202e.bib".encode(), "turn\\u202e.bib"),
        (b"caf\xe9.bib", "caf\\xe9.bib"),
        ("caf\u00e9 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.bib".encode(), None),
    ],
)
def test_a_name_that_would_steer_a_terminal_is_written_out(tmp_path: Path, name: bytes, called: str | None) -> None:
    path = file(tmp_path, os.fsdecode(name), BIB)
    (record,) = read(tmp_path)
    assert Path(record.source).name == (called or path.name)


class FailingReader:
    name = "failing"

    def sniff(self, content: Content) -> bool:
        return True

    def read(self, content: Content, *, source: str, saved: object) -> Iterator[Record | Skipped]:
        yield Record(title="The First", source=source)
        raise KeyError(source)


def test_a_fault_in_a_reader_costs_only_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.bib", "b.bib"):
        file(tmp_path, name, BIB)
    monkeypatch.setattr(recognising, "READERS", (FailingReader(),))
    items = read(tmp_path)
    assert [type(item) for item in items] == [Record, Skipped, Record, Skipped]
    assert all(recognising.FAULT in item.reason for item in items if isinstance(item, Skipped))


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
