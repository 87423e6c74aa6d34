"""Read sources named by a user: files, folders and standard input."""

import datetime as dt
import difflib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.errors import InputError
from assistant.library.readers import FORMATS, READERS, Reader
from assistant.library.readers.content import Content, SourceTooLargeError
from assistant.library.readers.decoding import BinaryContentError
from assistant.types import Record, Skipped

SourcePath = Path | Literal["-"]

_FOREIGN = {
    "document": ".pdf .ps .epub .djvu .doc .docx .odt .rtf .ppt .pptx .xls .xlsx .ods",
    "picture or sound": ".png .jpg .jpeg .gif .svg .webp .tif .tiff .mp3 .mp4 .mov .wav",
    "archive": ".zip .gz .bz2 .xz .zst .7z .tar .tgz .rar",
    "program or its data": ".py .pyc .js .ts .c .h .cpp .rs .go .java .so .dll .exe .o .db .sqlite .npy .pkl",
    "web page or style": ".html .htm .css .tex .bst .cls .sty .log .aux",
}
_KIND_OF_SUFFIX = {suffix: kind for kind, suffixes in _FOREIGN.items() for suffix in suffixes.split()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A file to read, or the reason why it is not read."""

    source: str
    path: Path | None
    reason: str | None = None


def _standard_input() -> bytes:
    return sys.stdin.buffer.read()


def read_sources(
    paths: Sequence[SourcePath],
    *,
    format: str | None = None,  # noqa: A002 - because that is what the option is called
    stdin: Callable[[], bytes] = _standard_input,
) -> Iterator[Record | Skipped]:
    """Read every paper of files, folders (with all below them, sorted) and standard input (`-`).

    What cannot be read comes out as `Skipped`, and the rest goes on.

    Args:
        paths: What to read, in order.
        format: Name of the format of all of them; None to tell it from the content of each.
        stdin: Returns all bytes of standard input; called when `-` is among the paths.

    Raises:
        InputError: A path does not exist, or the format is unknown. Raised before anything is read.
    """
    reader = _reader_named(format) if format is not None else None
    for path in paths:
        if path != "-" and not os.path.lexists(path):
            raise InputError(f"No file or folder {str(path)!r}; check the path and the folder you are in")
    return _read_all(paths, reader, stdin)


def _reader_named(name: str) -> Reader:
    for reader in READERS:
        if reader.name == name.lower():
            return reader
    near = difflib.get_close_matches(name.lower(), FORMATS, n=1, cutoff=0.3)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise InputError(f"Unknown format {name!r}; {hint}Known formats: {', '.join(FORMATS)}")


def _read_all(
    paths: Sequence[SourcePath], reader: Reader | None, stdin: Callable[[], bytes]
) -> Iterator[Record | Skipped]:
    for path in paths:
        if path == "-":
            today = dt.datetime.now(tz=dt.UTC).date()
            yield from _read_bytes(stdin(), reader, source="-", saved=today)
            continue
        for candidate in _candidates(path):
            yield from _read_candidate(candidate, reader)


def _candidates(path: Path) -> Iterator[_Candidate]:
    if not path.is_dir():
        yield _Candidate(source=str(path), path=path)
        return
    found = False
    for candidate in _files_below(path):
        found = True
        yield candidate
    if not found:
        yield _Candidate(source=str(path), path=None, reason="the folder holds no files")


def _files_below(folder: Path) -> Iterator[_Candidate]:
    try:
        children = sorted(folder.iterdir())
    except OSError as error:
        yield _Candidate(source=str(folder), path=None, reason=_cannot_read(error))
        return
    for child in children:
        if child.name.startswith("."):
            yield _Candidate(source=str(child), path=None, reason="hidden; name it itself to have it read")
        elif child.is_dir() and child.is_symlink():
            yield _Candidate(source=str(child), path=None, reason="a link to a folder; name it itself to have it read")
        elif child.is_dir():
            yield from _files_below(child)
        elif child.exists() and not child.is_file():
            yield _Candidate(source=str(child), path=None, reason="not a regular file")
        elif child.suffix.lower() in _KIND_OF_SUFFIX:
            kind = _KIND_OF_SUFFIX[child.suffix.lower()]
            yield _Candidate(source=str(child), path=None, reason=f"a {child.suffix} file ({kind}) holds no records")
        else:
            yield _Candidate(source=str(child), path=child)


def _read_candidate(candidate: _Candidate, reader: Reader | None) -> Iterator[Record | Skipped]:
    if candidate.path is None:
        yield Skipped(source=candidate.source, line=None, reason=candidate.reason or "")
        return
    try:
        content = candidate.path.read_bytes()
        written = candidate.path.stat().st_mtime
    except OSError as error:
        yield Skipped(source=candidate.source, line=None, reason=_cannot_read(error))
        return
    saved = dt.datetime.fromtimestamp(written, tz=dt.UTC).date()
    yield from _read_bytes(content, reader, source=candidate.source, saved=saved)


def _read_bytes(content: bytes, reader: Reader | None, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:
    given = Content.of_bytes(content)
    found = False
    try:
        if not given.head.strip():
            yield Skipped(source=source, line=None, reason="empty; nothing to read")
            return
        reader = reader or next((one for one in READERS if one.sniff(given)), None)
        if reader is None:
            reason = f"no known format recognised; name it with --format, one of {', '.join(FORMATS)}"
            yield Skipped(source=source, line=None, reason=reason)
            return
        for item in reader.read(given, source=source, saved=saved):
            found = True
            yield item
    except (BinaryContentError, SourceTooLargeError) as error:
        yield Skipped(source=source, line=None, reason=str(error))
        return
    if not found:
        yield Skipped(source=source, line=None, reason=f"read as {reader.name}, but it holds no papers; check --format")


def _cannot_read(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}; check that it exists and that you may read it"
