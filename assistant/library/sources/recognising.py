"""One source: tell its format, unpack it if need be, read it, and say why when it cannot be read."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.library.readers import FORMATS, READERS, Reader
from assistant.library.sources.archives import Member, Packing, members, packing_of
from assistant.library.sources.content import MOST_LINE_BYTES, Content
from assistant.library.sources.decoding import BinaryContentError, ContentError
from assistant.library.sources.folders import cannot_read, reason_against
from assistant.types import Record, Skipped

IsKnown = Callable[[str, Content], bool]
FAULT = "a fault in Citewell"
"""How the reason begins when a reader failed in a way that it should not."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file, member of an archive or stream that is to be read."""

    name: str
    content: Content
    saved: dt.date
    is_named: bool = False
    """By the user himself, and not found in a folder or an archive."""
    is_member: bool = False
    """Found in an archive."""
    is_stream: bool = False
    """Standard input or a pipe: what it holds is another thing each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReader:
    """Reads sources of any format, or of one."""

    reader: Reader | None = None
    """None to tell the format from the content."""
    is_known: IsKnown | None = None
    """Nothing is read of a source for which this is true."""

    def read(self, source: Source) -> Iterator[Record | Skipped]:
        """Yield what a source holds; whatever happens, what comes after it can be read too."""
        try:
            yield from self._read_recognised(source)
        except ContentError as error:
            yield _skipped(source.name, str(error))
        except OSError as error:
            yield _skipped(source.name, cannot_read(error))
        except Exception as error:  # noqa: BLE001 - because a fault met in one file must not lose the other files
            _log.debug("a reader failed on %r", source.name, exc_info=True)
            what = f"{FAULT} ({type(error).__name__}); the rest of this file was not read. Please report it"
            yield _skipped(source.name, what)

    def _read_recognised(self, source: Source) -> Iterator[Record | Skipped]:
        if _is_blank(source.content):
            yield _skipped(source.name, "empty; nothing to read")
            return
        packing = packing_of(source.content.signature)
        reader = self._reader_of(source.content, packing)
        if reader is not None:
            yield from self._read_with(reader, source)
        elif packing is None:
            yield _skipped(source.name, _unrecognised(source))
        elif source.is_member:
            yield _skipped(source.name, "an archive in an archive; unpack it first")
        else:
            for member in members(source.content, packing, source=source.name, saved=source.saved):
                yield from self._read_member(member)

    def _reader_of(self, content: Content, packing: Packing | None) -> Reader | None:
        """The reader for a source; an archive has one only if it is a format of its own, as a workbook is."""
        if self.reader is None:
            return next((one for one in READERS if _sniffs(one, content)), None)
        return self.reader if packing is None or _sniffs(self.reader, content) else None

    def _read_member(self, member: Member | Skipped) -> Iterator[Record | Skipped]:
        if isinstance(member, Skipped):
            yield member
            return
        reason = reason_against(member.name)
        if reason is not None:
            yield _skipped(member.source, reason)
            return
        try:
            content = member.unpacked()
        except ContentError as error:
            yield _skipped(member.source, str(error))
            return
        yield from self.read(Source(name=member.source, content=content, saved=member.saved, is_member=True))

    def _read_with(self, reader: Reader, source: Source) -> Iterator[Record | Skipped]:
        if self.is_known is not None and not source.is_stream and self.is_known(source.name, source.content):
            return
        found = False
        for item in reader.read(source.content, source=source.name, saved=source.saved):
            found = True
            yield item
        for number in sorted(source.content.dropped_lines):
            found = True
            reason = f"a line longer than {MOST_LINE_BYTES >> 20} MiB was left out; break it up"
            yield Skipped(source=source.name, line=number, reason=reason)
        if not found:
            yield _skipped(source.name, f"read as {reader.name}, but it holds no papers; check --format")


def _skipped(source: str, reason: str) -> Skipped:
    return Skipped(source=source, line=None, reason=reason)


def _is_blank(content: Content) -> bool:
    try:
        return not content.head.strip()
    except BinaryContentError:
        return not content.signature


def _sniffs(reader: Reader, content: Content) -> bool:
    """Whether a reader takes a source for its own; one that wants text gets none of binary data."""
    try:
        return reader.sniff(content)
    except BinaryContentError:
        return False
    except Exception:  # noqa: BLE001 - because a fault in one reader must not keep a source from the others
        _log.debug("a reader failed to tell whether a source is its own: %s", reader.name, exc_info=True)
        return False


def _unrecognised(source: Source) -> str:
    try:
        _ = source.content.head
    except BinaryContentError as error:
        return str(error)
    if not source.is_named:
        return "not recognised as a bibliography; name it itself, with --format, to have it read"
    return f"no known format recognised (looked for {', '.join(FORMATS)}); name it with --format"
