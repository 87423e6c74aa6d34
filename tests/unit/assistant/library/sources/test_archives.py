import bz2
import gzip
import io
import lzma
import random
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.library.sources import archives, spooling
from assistant.library.sources.files import read_sources
from assistant.library.sources.recognising import FAULT
from assistant.types import Record, Skipped

BIB = b"@article{a, title = {A Title of Some Length}}\n"
OTHER = b'{"title": "Another Title"}\n'


def packed(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2019, 6, 4, 5, 6, 8)), content, method)
    return file.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Record | Skipped]]:
    """What comes of a file of these bytes, its source told from the file's name on."""

    def read(content: bytes, name: str = "papers.bin", reader: str | None = None) -> list[Record | Skipped]:
        path = tmp_path / name
        path.write_bytes(content)
        items = list(read_sources([path], format=reader))
        assert all(item.source.startswith(str(path)) for item in items)
        assert sorted(one.name for one in tmp_path.iterdir()) == [name]
        return items

    return read


Read = Callable[..., list[Record | Skipped]]


def said(items: list[Record | Skipped]) -> list[tuple[str, str]]:
    """Of each item the last part of its source, and its title or reason."""
    return [
        (item.source.partition("papers.bin")[2], item.title if isinstance(item, Record) else item.reason)
        for item in items
    ]


class TestOneFile:
    @pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
    def test_is_read_whatever_its_name(self, read: Read, pack: Callable[[bytes], bytes]) -> None:
        (record,) = read(pack(BIB))
        assert isinstance(record, Record)
        assert (record.title, record.line) == ("A Title of Some Length", 1)
        assert record.source.endswith("papers.bin")

    def test_of_several_joined_ones_is_read_to_its_end(self, read: Read) -> None:
        assert len(read(gzip.compress(BIB) + gzip.compress(b"@misc{b, title = {B}}"))) == 2

    @pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
    def test_cut_short_is_reported(self, read: Read, pack: Callable[[bytes], bytes]) -> None:
        (report,) = read(pack(BIB * 50)[:-9])
        assert isinstance(report, Skipped)
        assert "damaged" in report.reason

    def test_of_an_archive_is_refused(self, read: Read) -> None:
        (report,) = read(gzip.compress(packed({"a.bib": BIB})))
        assert isinstance(report, Skipped)
        assert "archive in an archive" in report.reason

    def test_with_nothing_in_it_is_empty(self, read: Read) -> None:
        (report,) = read(gzip.compress(b""))
        assert isinstance(report, Skipped)
        assert "empty" in report.reason

    def test_is_read_in_the_format_named(self, read: Read) -> None:
        (report,) = read(gzip.compress(BIB), reader="listing")
        assert isinstance(report, Skipped)
        assert "listing" in report.reason

    def test_larger_than_the_memory_allows_goes_through_the_disk(
        self, read: Read, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spooling, "MOST_IN_MEMORY", 10)
        (record,) = read(gzip.compress(BIB))
        assert isinstance(record, Record)


class TestZip:
    def test_every_member_is_read_under_its_name(self, read: Read) -> None:
        content = packed(
            {"z.bib": BIB, "inner/": b"", "inner/b.jsonl": OTHER, "inner/deep/c": BIB.replace(b"{a", b"{c")}
        )
        assert said(read(content)) == [
            ("/z.bib", "A Title of Some Length"),
            ("/inner/b.jsonl", "Another Title"),
            ("/inner/deep/c", "A Title of Some Length"),
        ]

    def test_what_is_no_bibliography_is_reported_once_and_briefly(self, read: Read) -> None:
        content = packed(
            {"run.py": b"print()", ".hidden/x.bib": BIB, "__MACOSX/._a.bib": b"\x00", "README.md": b"milk"}
        )
        reports = said(read(content))
        assert [name for name, _ in reports] == ["/run.py", "/.hidden/x.bib", "/__MACOSX/._a.bib", "/README.md"]
        for (_, reason), word in zip(reports, ["program", "hidden", "hidden", "not recognised"], strict=True):
            assert word in reason

    def test_members_are_dated_by_the_archive(self, read: Read) -> None:
        (record,) = read(packed({"x.txt": b"CLMay 1\nSleepAda Quill, Bo Li\nWe sleep.\n"}))
        assert isinstance(record, Record)
        assert record.date == "2019-05-01"

    @pytest.mark.parametrize(
        "name", ["../x.bib", "a/../../x.bib", "/etc/x.bib", "C:\\x.bib", "c:x.bib", "..\\x.bib", "a\\..\\..\\x.bib"]
    )
    def test_a_name_that_leads_out_is_refused_and_the_rest_read(self, read: Read, name: str) -> None:
        content = packed({name: BIB, "good.bib": BIB})
        (refused, reason), (good, _) = said(read(content))
        assert "leads out" in reason
        assert refused.endswith("x.bib")
        assert good == "/good.bib"

    def test_a_name_that_would_steer_a_terminal_is_written_out(self, read: Read) -> None:
        ((name, _),) = said(read(packed({"a\x1b[2J\n.bib": BIB})))
        assert name == "/a\\x1b[2J\\n.bib"

    def test_a_link_is_refused(self, read: Read) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            link = zipfile.ZipInfo("link.bib")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")
        ((_, reason),) = said(read(file.getvalue()))
        assert "link" in reason

    def test_a_member_with_a_password_is_refused_and_the_rest_read(self, read: Read) -> None:
        content = bytearray(packed({"secret.bib": BIB, "good.bib": BIB}))
        central = content.index(b"PK\x01\x02")
        content[6] |= 1
        content[central + 8] |= 1
        (_, reason), (good, _) = said(read(bytes(content)))
        assert "password" in reason
        assert good == "/good.bib"

    def test_a_member_with_a_wrong_checksum_is_refused_and_the_rest_read(self, read: Read) -> None:
        content = packed({"bad.bib": BIB, "good.bib": BIB}, method=zipfile.ZIP_STORED)
        (bad, reason), (good, _) = said(read(content.replace(b"Title", b"title", 1)))
        assert (bad, good) == ("/bad.bib", "/good.bib")
        assert "damaged" in reason

    def test_a_way_of_packing_that_is_not_known_is_refused(self, read: Read) -> None:
        content = bytearray(packed({"odd.bib": BIB}))
        central = content.index(b"PK\x01\x02")
        content[8] = content[central + 10] = 97
        ((_, reason),) = said(read(bytes(content)))
        assert "not known" in reason

    @pytest.mark.parametrize("inner", [packed({"a.bib": BIB}), gzip.compress(BIB)], ids=["zip", "gz"])
    def test_an_archive_in_it_is_refused(self, read: Read, inner: bytes) -> None:
        ((_, reason),) = said(read(packed({"inner.dat": inner})))
        assert "archive in an archive" in reason

    def test_with_nothing_in_it_is_reported(self, read: Read) -> None:
        (report,) = read(packed({}))
        assert isinstance(report, Skipped)
        assert "empty" in report.reason

    @pytest.mark.parametrize("folder", ["word/", "ppt/", "xl/"])
    def test_of_an_office_document_is_named_as_such(self, read: Read, folder: str) -> None:
        (report,) = read(packed({"[Content_Types].xml": b"<Types/>", f"{folder}document.xml": b"<x/>"}))
        assert isinstance(report, Skipped)
        assert report.source.endswith("papers.bin")

    def test_has_at_most_so_many_members(self, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
        (report,) = read(packed({"a": BIB, "b": BIB, "c": BIB}))
        assert isinstance(report, Skipped)
        assert "more than 2 files" in report.reason

    def test_has_a_table_of_contents_of_at_most_so_many_bytes(
        self, read: Read, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(archives, "_MOST_DIRECTORY", 40)
        (report,) = read(packed({"a": BIB}))
        assert isinstance(report, Skipped)
        assert "files" in report.reason

    def test_cut_or_changed_anywhere_never_ends_the_reading(self, read: Read) -> None:
        whole = packed({"a.bib": BIB, "b.jsonl": OTHER})
        chance = random.Random(7)  # noqa: S311 - because it keeps no secret
        for _ in range(300):
            content = bytearray(whole[: chance.choice([len(whole), chance.randrange(4, len(whole))])])
            for _ in range(chance.randrange(1, 6)):
                content[chance.randrange(4, len(content))] = chance.randrange(256)
            items = read(bytes(content))
            assert items
            assert not any(FAULT in item.reason for item in items if isinstance(item, Skipped)), items


class TestBombs:
    def test_a_small_one_is_stopped(self, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "FREE_OF_RATIO", 1 << 20)
        items = said(read(packed({"bomb.bib": b" " * (20 << 20), "good.bib": BIB})))
        assert [name for name, _ in items] == ["/bomb.bib", "/good.bib"]
        assert "far more" in items[0][1]
        assert items[1][1] == "A Title of Some Length"

    def test_one_that_states_a_smaller_size_gives_no_more_than_that(self, read: Read) -> None:
        content = bytearray(packed({"bomb.bib": b" " * (20 << 20), "good.bib": BIB}))
        central = content.index(b"PK\x01\x02")
        content[22:26] = content[central + 24 : central + 28] = (100).to_bytes(4, "little")
        (_, reason), (good, _) = said(read(bytes(content)))
        assert "damaged" in reason
        assert good == "/good.bib"

    def test_one_in_gzip_is_stopped(self, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "FREE_OF_RATIO", 1 << 20)
        ((_, reason),) = said(read(gzip.compress(b" " * (20 << 20))))
        assert "far more" in reason

    def test_one_of_many_members_that_share_their_bytes_is_stopped(self, read: Read) -> None:
        reasons = [reason for _, reason in said(read(_overlapping(members=500, unpacked=4 << 20)))]
        assert sum("far more" in reason or "damaged" in reason for reason in reasons) > 400

    def test_more_than_the_disk_should_bear_is_stopped(self, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spooling, "MOST_SPOOLED", 1000)
        ((_, reason),) = said(read(gzip.compress(BIB * 100)))
        assert "GiB" in reason


def _overlapping(*, members: int, unpacked: int) -> bytes:
    """An archive whose members all point at one run of packed bytes."""
    single = packed({"a.bib": b" " * unpacked})
    central, end = single.index(b"PK\x01\x02"), single.index(b"PK\x05\x06")
    entries = single[central:end] * members
    tail = bytearray(single[end:])
    tail[8:10] = tail[10:12] = members.to_bytes(2, "little")
    tail[12:16] = len(entries).to_bytes(4, "little")
    return single[:central] + entries + bytes(tail)


def test_signatures_are_told_from_text() -> None:
    assert archives.packing_of(BIB) is None
    assert archives.packing_of(b"BZh is how this text begins") is None
    assert archives.packing_of(zlib.compress(BIB)) is None
