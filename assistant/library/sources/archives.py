"""Files packed in `.zip`, `.gz`, `.bz2` and `.xz`, within limits; nothing is written under a name from an archive."""

import datetime as dt
import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Literal

from assistant.library.sources.content import Content, SourceTooLargeError
from assistant.library.sources.decoding import ContentError
from assistant.library.sources.naming import source_name
from assistant.library.sources.spooling import spooled
from assistant.types import Skipped

Packing = Literal["zip", "gzip", "bzip2", "xz"]

MOST_MEMBERS = 10_000
"""Files in an archive."""
MOST_UNPACKED = 1 << 32
"""Bytes out of one archive, 4 GiB."""
MOST_RATIO = 200
"""Bytes out of an archive for each of its own; bibliographies reach 20, bombs 1,000 and more."""
FREE_OF_RATIO = 1 << 26
"""Bytes, 64 MiB, that do no harm whatever the archive's size."""
_MOST_DIRECTORY = 1 << 23
"""Bytes of a zip archive's table of contents: room for `MOST_MEMBERS` of very long names."""

_IS_ZIP64 = 0xFFFFFFFF
_BLOCK = 1 << 20
_SIGNATURES: tuple[tuple[re.Pattern[bytes], Packing], ...] = (
    (re.compile(rb"PK(?:\x03\x04|\x05\x06)"), "zip"),
    (re.compile(rb"\x1f\x8b"), "gzip"),
    (re.compile(rb"BZh[1-9]1AY&SY"), "bzip2"),
    (re.compile(rb"\xfd7zXZ\x00"), "xz"),
)
_DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, struct.error, ValueError, OverflowError)
_DAMAGED = "damaged, nothing of it was read ({error}); get the file again"
_ENCRYPTED = 0x1
_DOCUMENTS = (
    ("word/", "a Word document; copy the references into a text file, or export them as BibTeX or RIS"),
    ("xl/", "a workbook; save it as CSV"),
    ("ppt/", "a presentation"),
    ("META-INF/", "an e-book, OpenDocument or program"),
)


class DamagedArchiveError(ContentError):
    """An archive, or a member of it, cannot be unpacked; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive."""

    source: str
    """The archive's name and, of a zip archive, the member's behind it."""
    name: str
    """Its path in a zip archive; else empty."""
    saved: dt.date
    unpacked: Callable[[], Content]
    """Raises `ContentError` when it cannot be unpacked within the limits."""


def packing_of(signature: bytes) -> Packing | None:
    """What a source is packed with, told from its first bytes."""
    return next((packing for pattern, packing in _SIGNATURES if pattern.match(signature)), None)


def members(content: Content, packing: Packing, *, source: str, saved: dt.date) -> Iterator[Member | Skipped]:
    """The files in an archive, in its order; each is to be unpacked before the next is asked for.

    Raises:
        ContentError: It is no readable archive, or one that unpacks to too much.
    """
    with closing(content.binary()) as file:
        allowance = _Allowance(file.seek(0, os.SEEK_END))
        file.seek(0)
        if packing == "zip":
            yield from _zip_members(file, allowance, source=source, saved=saved)
        else:
            unpacked = partial(_unpacked, partial(_opened, packing, file), allowance)
            yield Member(source=source, name="", saved=saved, unpacked=unpacked)


class _Allowance:
    """How much may still come out of an archive."""

    def __init__(self, packed: int) -> None:
        self._left = min(MOST_UNPACKED, max(FREE_OF_RATIO, MOST_RATIO * packed))

    def take(self, count: int) -> None:
        self.refuse_above(count)
        self._left -= count

    def refuse_above(self, count: int) -> None:
        if count > self._left:
            raise SourceTooLargeError("unpacks to far more than a bibliography would; unpack it first if you trust it")


def _opened(packing: Packing, file: BinaryIO) -> BinaryIO:
    import bz2
    import gzip

    if packing == "gzip":
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]  # because it is one but in name
    return bz2.BZ2File(file) if packing == "bzip2" else lzma.LZMAFile(file)  # type: ignore[return-value]  # because as above


def _unpacked(opened: Callable[[], BinaryIO], allowance: _Allowance) -> Content:
    return spooled(_blocks(opened, allowance))


def _blocks(opened: Callable[[], BinaryIO], allowance: _Allowance) -> Iterator[bytes]:
    try:
        with opened() as stream:
            while block := stream.read(_BLOCK):
                allowance.take(len(block))
                yield block
    except ContentError:
        raise
    except NotImplementedError as error:
        raise DamagedArchiveError("packed in a way that is not known here; unpack it first") from error
    except RuntimeError as error:
        raise DamagedArchiveError("protected by a password; unpack it first") from error
    except _DAMAGE as error:
        raise DamagedArchiveError(_DAMAGED.format(error=error)) from error


def _zip_members(file: BinaryIO, allowance: _Allowance, *, source: str, saved: dt.date) -> Iterator[Member | Skipped]:
    try:
        _refuse_large_directory(file)
        archive = zipfile.ZipFile(file)
    except (*_DAMAGE, NotImplementedError) as error:
        if isinstance(error, ContentError):
            raise
        raise DamagedArchiveError(_DAMAGED.format(error=error)) from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if not infos:
            raise DamagedArchiveError("an empty archive; nothing to read")
        _refuse_documents(infos)
        if len(infos) > MOST_MEMBERS:
            raise SourceTooLargeError(f"an archive of more than {MOST_MEMBERS:,} files; unpack it and name the folder")
        for info in infos:
            name = f"{source}/{source_name(info.filename)}"
            refusal = _refusal(info)
            if refusal:
                yield Skipped(source=name, line=None, reason=refusal)
                continue
            unpacked = partial(_unpacked_member, archive, info, allowance)
            yield Member(source=name, name=info.filename, saved=_written(info) or saved, unpacked=unpacked)


def _unpacked_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: _Allowance) -> Content:
    # No more than the size it states comes out of a member, so that a bomb need not be unpacked to be known.
    allowance.refuse_above(info.file_size)
    return _unpacked(partial(_open_member, archive, info), allowance)


def _open_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    return archive.open(info)  # type: ignore[return-value]  # because it is one but in name


def _refuse_large_directory(file: BinaryIO) -> None:
    """Look at the end record before the table of contents is read, which `zipfile` holds whole."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - (1 << 16) - 22))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) >= at + 16:
        (size,) = struct.unpack_from("<L", tail, at + 12)
        if size == _IS_ZIP64:
            at = tail.rfind(b"PK\x06\x06")
            size = struct.unpack_from("<Q", tail, at + 40)[0] if at >= 0 and len(tail) >= at + 48 else size
        if size > _MOST_DIRECTORY:
            raise SourceTooLargeError(f"an archive of more than {MOST_MEMBERS:,} files; unpack it and name the folder")
    file.seek(0)


def _refuse_documents(infos: list[zipfile.ZipInfo]) -> None:
    """Office documents and e-books are zip archives, but of no files that a user would name."""
    names = [info.filename for info in infos]
    if "[Content_Types].xml" not in names and "mimetype" not in names and "META-INF/MANIFEST.MF" not in names:
        return
    for folder, what in _DOCUMENTS:
        if any(name.startswith(folder) for name in names):
            raise DamagedArchiveError(f"not a bibliography but {what}")


def _refusal(info: zipfile.ZipInfo) -> str:
    """Why a member is not unpacked, or nothing."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in name.split("/"):
        return "its name leads out of the archive; not read. Unpack it yourself if you trust it"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "a link, or no regular file; not read"
    if info.flag_bits & _ENCRYPTED:
        return "protected by a password; unpack it first"
    return ""


def _written(info: zipfile.ZipInfo) -> dt.date | None:
    try:
        return dt.date(*info.date_time[:3])
    except ValueError:
        return None
