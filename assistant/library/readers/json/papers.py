"""From the objects of a JSON document to records, each by the shape that its own names tell."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from assistant.library.readers.json import crossref, csl_json, datacite, openalex, semantic_scholar
from assistant.library.readers.json import fields as json_fields
from assistant.library.readers.json import own as json_own
from assistant.library.readers.json.csl_types import TYPES
from assistant.library.readers.json.stream import Item
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped


class _RecordOf(Protocol):
    def __call__(self, item: Mapping[str, object], *, source: str, line: int | None) -> Record | None: ...


LINES = "jsonl"
"""The shape of what has no other."""
_CSL = "csl-json"
_SHAPES: tuple[tuple[str, Callable[[Mapping[str, object]], bool], _RecordOf], ...] = (
    (LINES, json_own.is_own, json_own.record_of),
    ("openalex", openalex.is_openalex, openalex.record_of),
    ("semantic-scholar", semantic_scholar.is_semantic_scholar, semantic_scholar.record_of),
    (LINES, datacite.is_datacite, datacite.record_of),
    ("crossref", crossref.is_crossref, crossref.record_of),
    (_CSL, csl_json.is_csl, csl_json.record_of),
)
_RECORD_OF: dict[str, _RecordOf] = {name: record_of for name, _, record_of in _SHAPES} | {LINES: json_fields.record}
_SHOWN = 60
_SHOWN_NAMES = 5


def shape_of(item: Mapping[str, object]) -> str:
    """The format of which an object is, one of `LINES` and the names of the services and of CSL-JSON."""
    return next((name for name, is_of, _ in _SHAPES if is_of(item)), LINES)


def record_of(item: Mapping[str, object], *, source: str, line: int | None) -> Record | None:
    """The record of an object of any shape, or of one wrapped in it; None when it is no paper or has no title."""
    return _record(dict(item), LINES, source, line)


def read_items(items: Iterable[Item], *, asked: str, source: str, saved: dt.date) -> Iterator[Record | Skipped]:
    """Yield the record of each item, or why it is none; objects in a row that are no papers are reported together.

    Args:
        items: What stands in the document.
        asked: The shape of an object that has none of its own.
        source: What to call the document.
        saved: When it was last written.
    """
    others = _Others(source)
    for item in items:
        if item.problem:
            yield from others.reported()
            where = f"element {item.number}: " if item.number else ""
            yield Skipped(source=source, line=item.line, reason=where + item.problem)
            continue
        for found in _read(item, asked=asked, source=source, saved=saved):
            if found is None:
                others.add(item)
            else:
                yield from others.reported()
                yield found
    yield from others.reported()


def _read(item: Item, *, asked: str, source: str, saved: dt.date) -> Iterator[Record | Skipped | None]:
    """What an item holds; None for an object that is nothing like a paper."""
    value: Any = item.value
    where = f"element {item.number}" if item.number else "this value"
    if not isinstance(value, dict):
        start = json.dumps(value)[:_SHOWN]
        yield Skipped(source=source, line=item.line, reason=f"{where} is not a JSON object but {start}")
        return
    try:
        body = value.get("body")
        if isinstance(body, str) and body.lstrip().startswith("<?xml"):
            yield from _read_answer(body, item, source=source, saved=saved)
            return
        yield _record(value, asked, source, item.line) or _no_record(value, item, where, source)
    except RecursionError:
        yield Skipped(source=source, line=item.line, reason=f"{where} is nested too deeply")


def _record(value: dict[str, Any], asked: str, source: str, line: int | None) -> Record | None:
    """The record of an object, or of the one in it that is wrapped as a paper."""
    for name, is_of, record_of in _SHAPES:
        if is_of(value):
            found = record_of(value, source=source, line=line)
            if found or name != LINES:
                return found
    if not _is_titled(value):
        inner = _titled_within(value)
        return _record(inner, asked, source, line) if inner is not None else None
    found = _RECORD_OF[asked](value, source=source, line=line)
    is_typed = asked == _CSL and value.get("type") in TYPES
    is_told = found is not None and (is_typed or found.authors or found.year or found.abstract or found.venue)
    return None if found and not is_told and json_fields.is_only_titled(value) else found


def _titled_within(value: dict[str, Any]) -> dict[str, Any] | None:
    """The first object with a title in an object, or in one of those in it."""
    inside = [one for one in value.values() if isinstance(one, dict)]
    deeper = (two for one in inside for two in one.values() if isinstance(two, dict))
    return next((one for one in (*inside, *deeper) if _is_titled(one)), None)


def _is_titled(value: dict[str, Any]) -> bool:
    return any(value.get(name) for name in ("title", "titles", "Title", "display_name"))


def _no_record(value: dict[str, Any], item: Item, where: str, source: str) -> Skipped | None:
    if not json_fields.looks_like_paper(value):
        return None
    return Skipped(source=source, line=item.line, reason=f'{where} has no title; add a "title" field with text')


def _read_answer(body: str, item: Item, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:
    """What stands in the XML of an answer of a service that was saved with its address and status."""
    from assistant.library.readers import READERS

    content = Content.of_bytes(_bytes_of(body))
    reader = next((one for one in READERS if one.sniff(content)), None)
    if reader is None:
        yield Skipped(source=source, line=item.line, reason="an answer of a service in an unknown form; save its body")
        return
    for found in reader.read(content, source=source, saved=saved):
        yield replace(found, line=item.line)


def _bytes_of(body: str) -> bytes:
    """The bytes of a text, some of which were saved as a character for each."""
    try:
        written = body.encode("latin-1")
        written.decode()
    except UnicodeError:
        return body.encode(errors="replace")
    return written


class _Others:
    """Objects in a row that are nothing like papers: authors, folders, releases."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._first: Item | None = None
        self._count = 0

    def add(self, item: Item) -> None:
        self._first = self._first or Item(line=item.line, value=list(item.value)[:_SHOWN_NAMES])
        self._count += 1

    def reported(self) -> Iterator[Skipped]:
        """Say once what there was."""
        if self._first is None:
            return
        names = ", ".join(repr(name[:_SHOWN]) for name in self._first.value) or "none"
        what = "an object that is no paper" if self._count == 1 else f"{self._count} objects that are no papers"
        reason = f"{what}; the names of the first are {names}. Papers need a title, and authors, a year or an abstract"
        yield Skipped(source=self._source, line=self._first.line, reason=reason)
        self._first, self._count = None, 0
