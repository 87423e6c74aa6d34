"""Read sources named by a user: files, folders, archives and standard input."""

import datetime as dt
import difflib
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

from assistant.errors import InputError
from assistant.library.readers import FORMATS, READERS, Reader
from assistant.library.readers.values.identifiers import arxiv_id, find_doi
from assistant.library.sources.content import Content
from assistant.library.sources.decoding import ContentError
from assistant.library.sources.folders import Found, cannot_read, files_below, is_folder
from assistant.library.sources.naming import source_name
from assistant.library.sources.recognising import IsKnown, Source, SourceReader
from assistant.library.sources.spooling import spooled
from assistant.types import Record, Skipped

SourcePath = Path | Literal["-"]
_BLOCK = 1 << 20
_OTHER_NAMES = {
    "bib": "bibtex",
    "biblatex": "bibtex",
    "nbib": "medline",
    "pubmed": "medline",
    "enw": "refer",
    "endnote": "endnote-xml",
    "ciw": "wos",
    "isi": "wos",
    "tsv": "csv",
    "xls": "xlsx",
    "ods": "xlsx",
    "ndjson": "jsonl",
    "atom": "arxiv-atom",
    "s2": "semantic-scholar",
}
"""What formats are called besides."""


def _standard_input() -> BinaryIO:
    return sys.stdin.buffer


def read_sources(
    paths: Sequence[SourcePath],
    *,
    format: str | None = None,  # noqa: A002 - because that is what the option is called
    stdin: Callable[[], BinaryIO] = _standard_input,
    is_known: IsKnown | None = None,
) -> Iterator[Record | Skipped]:
    """Read every paper of files, folders (with all below them, sorted), archives and standard input (`-`).

    What cannot be read comes out as `Skipped`, and the rest goes on. Standard input and named pipes are taken in to
    their end before this returns; all else is read as the records are asked for.

    Args:
        paths: What to read, in order.
        format: Name of the format of all of them; None to tell it from the content of each.
        stdin: Gives standard input; called when `-` is among the paths.
        is_known: Told the name and the content of every file and every member of an archive before it is read; nothing
            comes out of one for which it is true.

    Raises:
        InputError: A path does not exist, or the format is unknown. Raised before anything is read.
    """
    check_sources(paths, format=format)
    reader = _reader_named(format) if format is not None else None
    streams = {path: _taken_in(path, stdin) for path in dict.fromkeys(paths) if _is_stream(path)}
    return _read_all(paths, SourceReader(reader=reader, is_known=is_known), streams)


def check_sources(
    paths: Sequence[SourcePath],
    *,
    format: str | None = None,  # noqa: A002 - because that is what the option is called
) -> None:
    """Refuse what `read_sources` would refuse, and open nothing.

    Raises:
        InputError: A path does not exist, or the format is unknown.
    """
    if format is not None:
        _reader_named(format)
    for path in paths:
        if path != "-" and not os.path.lexists(path):
            raise InputError(f"No file or folder {str(path)!r}; {_hint(str(path))}")


def _hint(name: str) -> str:
    """What somebody may have meant who named what is not there."""
    if find_doi(name) == name.lower():
        return f"for a DOI write doi:{name}"
    if arxiv_id(name):
        return f"for a paper on arXiv write arxiv:{name}"
    service = re.match(r"([A-Za-z]\w+):", name)
    if service:
        return f"services are openalex, arxiv, doi, crossref, pubmed and s2, and {service[1]!r} is none of them"
    return "check the path and the folder you are in"


def _reader_named(name: str) -> Reader:
    wanted = _OTHER_NAMES.get(name.lower().lstrip("."), name.lower())
    for reader in READERS:
        if reader.name == wanted:
            return reader
    near = difflib.get_close_matches(wanted, FORMATS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise InputError(f"Unknown format {name!r}; {hint}Known formats: {', '.join(FORMATS)}")


def _is_stream(path: SourcePath) -> bool:
    """Whether it can be read only once: a pipe, `<(...)` of a shell, or a terminal."""
    if path == "-":
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISCHR(mode)


def _taken_in(path: SourcePath, stdin: Callable[[], BinaryIO]) -> Content | Skipped:
    try:
        if path == "-":
            return spooled(_blocks(stdin()))
        with path.open("rb") as stream:
            if stream.seekable() and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return Skipped(source=source_name(path), line=None, reason="a device, not a file")
            return spooled(_blocks(stream))
    except OSError as error:
        return Skipped(source=source_name(path), line=None, reason=cannot_read(error))
    except ContentError as error:
        return Skipped(source=source_name(path), line=None, reason=str(error))


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: stream.read(_BLOCK), b"")


def _read_all(
    paths: Sequence[SourcePath], reader: SourceReader, streams: Mapping[SourcePath, Content | Skipped]
) -> Iterator[Record | Skipped]:
    for path in paths:
        stream = streams.get(path)
        if isinstance(stream, Skipped):
            yield stream
        elif stream is not None:
            today = dt.datetime.now(tz=dt.UTC).date()
            yield from reader.read(
                Source(name=source_name(path), content=stream, saved=today, is_named=True, is_stream=True)
            )
        elif isinstance(path, Path) and is_folder(path):
            yield from _read_folder(path, reader)
        elif isinstance(path, Path):
            yield from _read_file(path, reader, is_named=True)


def _read_folder(folder: Path, reader: SourceReader) -> Iterator[Record | Skipped]:
    found: Found | None = None
    for found in files_below(folder):
        if found.reason is not None:
            yield Skipped(source=source_name(found.path), line=None, reason=found.reason)
        else:
            yield from _read_file(found.path, reader, is_named=False)
    if found is None:
        yield Skipped(source=source_name(folder), line=None, reason="the folder holds no files")


def _read_file(path: Path, reader: SourceReader, *, is_named: bool) -> Iterator[Record | Skipped]:
    try:
        before = path.stat()
        saved = dt.datetime.fromtimestamp(before.st_mtime, tz=dt.UTC).date()
    except (OSError, OverflowError, ValueError) as error:
        reason = cannot_read(error) if isinstance(error, OSError) else "its date is impossible; save it again"
        yield Skipped(source=source_name(path), line=None, reason=reason)
        return
    content = Content(lambda: path.open("rb"))
    yield from reader.read(Source(name=source_name(path), content=content, saved=saved, is_named=is_named))
    if _changed(path, before):
        yield Skipped(
            source=source_name(path), line=None, reason="it changed while it was read; add it again to have it all"
        )


def _changed(path: Path, before: os.stat_result) -> bool:
    try:
        after = path.stat()
    except OSError:
        return True
    return (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
