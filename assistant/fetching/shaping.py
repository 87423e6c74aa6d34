"""From what a service describes to a record, by the mapping that the same description has in a file."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.fetching.queries import Query
from assistant.guards.neutral import visible
from assistant.types import Record, Skipped

if TYPE_CHECKING:
    from assistant.library.readers import Reader

_LONGEST_WORDS = 200
_LONGEST_COUNT = 18
"""Digits; Python refuses to read thousands."""
RecordOf = Callable[..., Record | None]
"""`record_of(item, *, source, line)` of a reader: None for what has no title."""
Papers = Iterator[Record | Skipped]


def shaped(item: object, record_of: RecordOf, *, source: str, names: Collection[str]) -> Record | Skipped:
    """The record of a described paper.

    Args:
        item: What the service says.
        record_of: The mapping.
        source: What the record's source is called.
        names: The fields that belong to a bibliographic record. The others change by themselves (citations counted,
            scores, dates of indexing), and a paper fetched again would look as if it had changed.
    """
    if not isinstance(item, Mapping):
        return Skipped(source=source, line=None, reason="the service sent something that describes no paper")
    kept = {name: value for name, value in item.items() if name in names}
    record = record_of(kept, source=source, line=None)
    return titled(record, source)


def titled(record: Record | None, source: str) -> Record | Skipped:
    """The record under its source; what has no title is none."""
    if record is None or not record.title:
        return Skipped(
            source=source, line=None, reason="the service has no title for it; add it from another service or a file"
        )
    return replace(record, source=source, line=None)


def read_papers(reader: "Reader", body: bytes, service: str, number: Callable[[Record], str | None]) -> Papers:
    """The papers of an XML answer, each under its number, read as a file of that format is.

    Args:
        reader: Of the format.
        body: The answer.
        service: What comes before the number in a source's name: `arxiv:`.
        number: The service's own number of a paper.
    """
    from assistant.library.sources.content import Content

    saved = dt.datetime.now(tz=dt.UTC).date()
    for item in reader.read(Content.of_bytes(body), source=service, saved=saved):
        if isinstance(item, Record):
            yield titled(item, service + (number(item) or ""))
        else:
            yield Skipped(source=service, line=None, reason=item.reason)


def listed(value: object) -> Sequence[Any]:
    """A list; nothing when it is none."""
    return value if isinstance(value, list) else ()


def counted(value: object) -> int | None:
    """A count; None when it is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_COUNT:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def fields_of(value: object) -> Mapping[str, Any]:
    """An object; an empty one when it is none."""
    return value if isinstance(value, Mapping) else {}


def turned_down(query: Query, title: str, said: str = "") -> Skipped:
    """Report that a service does not understand a search, perhaps in its own words."""
    words = " ".join(visible(said).split())[:_LONGEST_WORDS]
    reason = f"{title} does not understand this search{f' ({words})' if words else ''}; use plain words"
    return Skipped(source=query.written, line=None, reason=reason)


def missing(source: str, title: str) -> Skipped:
    """Report that a service does not have a paper that was asked for."""
    return Skipped(
        source=source, line=None, reason=f"{title} has no such paper; check the number, or ask another service"
    )
