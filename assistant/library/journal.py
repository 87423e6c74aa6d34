"""Changes of the library that can be taken back: triggers note what each row was before (`triggers`)."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.library.codec import record_from_json
from assistant.library.database import Database

if TYPE_CHECKING:
    from assistant.library.store import Library

_MOST_CHANGES = 50
_MOST_BYTES = 1 << 28
"""Of all that is noted together: 256 MiB. The last change can be taken back whatever its size."""
_NAMED = 3
_ROW_BYTES = 64
"""What a row of the journal takes beside its image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryChange:
    """Something that was done to the library and can be undone."""

    id: int
    at: str
    """ISO 8601, in UTC."""
    what: str
    papers: int
    """How many papers it added, changed or removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A change that was taken back."""

    at: str
    """When the change was made: ISO 8601, in UTC."""
    what: str
    back: tuple[str, ...]
    """Keys of the papers that are as they were before it."""
    gone: tuple[str, ...]
    """Keys of the papers that it had added."""


@dataclass(slots=True, kw_only=True)
class Changing:
    """A change that is under way."""

    what: str
    """For the reader of the journal; may be said better until the end of the change."""


@contextmanager
def recorded(database: Database, what: str) -> Iterator[Changing]:
    """Note what is changed inside, to be undone as one; call it in a transaction."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    number = database.insert("INSERT INTO changes (at, what, papers, size) VALUES (?, ?, 0, 0)", [now, what])
    database.rows("INSERT INTO recording VALUES (?)", [number])
    change = Changing(what=what)
    yield change
    database.rows("DELETE FROM recording")
    ((rows, papers, size),) = database.rows(
        "SELECT count(*), coalesce(sum(kind = 'papers'), 0), coalesce(sum(length(image)), 0) FROM journal"
        " WHERE change = ?",
        [number],
    )
    if not rows:
        database.rows("DELETE FROM changes WHERE id = ?", [number])
        return
    database.rows(
        "UPDATE changes SET what = ?, papers = ?, size = ? WHERE id = ?",
        [change.what, papers, size + _ROW_BYTES * rows, number],
    )
    _forget_old(database)


def listed(names: Sequence[str]) -> str:
    """Names for the journal: the first ones, and how many more there are."""
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def changes(database: Database) -> list[LibraryChange]:
    """What can be undone, the last one first."""
    rows = database.rows("SELECT id, at, what, papers FROM changes ORDER BY id DESC")
    return [LibraryChange(id=number, at=at, what=what, papers=papers) for number, at, what, papers in rows]


def undo(library: "Library") -> Undone | None:
    """Take back the last change that was not yet; None when there is none.

    Papers, keys, aliases, tags, sources and notes are as before; what the indexes must be told is pending.
    """
    database = library.database
    with library.writing(), database.transaction():
        last = next(iter(changes(database)), None)
        if last is None:
            return None
        database.rows("INSERT INTO recording VALUES (NULL)")
        gone = _take_away(database, last.id)
        back = _put_back(library, last.id)
        database.rows("DELETE FROM changes WHERE id = ?", [last.id])
        database.rows("DELETE FROM recording")
    return Undone(at=last.at, what=last.what, back=tuple(back), gone=tuple(gone))


def _take_away(database: Database, change: int) -> list[str]:
    """Delete what the change added; return the papers' keys."""
    added = "(SELECT row FROM journal WHERE change = ? AND kind = '{}' AND image IS NULL)"
    papers = "(SELECT CAST(row AS INTEGER) FROM journal WHERE change = ? AND kind = 'papers' AND image IS NULL)"
    keys = [key for (key,) in database.rows(f"SELECT key FROM papers WHERE id IN {papers} ORDER BY id", [change])]
    database.rows(f"DELETE FROM keys WHERE key IN {added.format('keys')}", [change])
    database.rows(f"INSERT OR IGNORE INTO pending SELECT id FROM chunks WHERE paper IN {papers}", [change])
    database.rows(f"DELETE FROM papers WHERE id IN {papers}", [change])
    for table, columns in (("sources", ("paper", "source", "digest")), ("told_apart", ("first", "second"))):
        parts = ", ".join(f"json_extract(row, '$[{place}]')" for place in range(len(columns)))
        database.rows(
            f"DELETE FROM {table} WHERE ({', '.join(columns)}) IN"
            f" (SELECT {parts} FROM journal WHERE change = ? AND kind = '{table}' AND image IS NULL)",
            [change],
        )
    return keys


def _put_back(library: "Library", change: int) -> list[str]:
    """Make every row what it was that the change altered or deleted; return the papers' keys."""
    keys = []
    for row, image in _images(library.database, change, "papers"):
        was = json.loads(image)
        library.restore(int(row), was["key"], record_from_json(was["record"]), added=was["added"])
        keys.append(was["key"])
    library.database.many(
        "INSERT INTO keys (key, paper, fingerprint) VALUES (?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET paper = excluded.paper, fingerprint = excluded.fingerprint",
        [
            (row, was["paper"], was["fingerprint"])
            for row, image in _images(library.database, change, "keys")
            for was in [json.loads(image)]
        ],
    )
    library.database.many(
        "INSERT INTO sources VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET line = excluded.line",
        [(*json.loads(row), json.loads(image)["line"]) for row, image in _images(library.database, change, "sources")],
    )
    library.database.many(
        "INSERT OR IGNORE INTO told_apart VALUES (?, ?)",
        [json.loads(row) for row, _ in _images(library.database, change, "told_apart")],
    )
    return keys


def _images(database: Database, change: int, kind: str) -> list[tuple[str, str]]:
    rows = database.rows(
        "SELECT row, image FROM journal WHERE change = ? AND kind = ? AND image IS NOT NULL ORDER BY length(row), row",
        [change, kind],
    )
    return [(row, image) for row, image in rows]


def _forget_old(database: Database) -> None:
    """Keep the last changes, as many as are allowed."""
    room = _MOST_BYTES
    for place, (number, size) in enumerate(database.rows("SELECT id, size FROM changes ORDER BY id DESC")):
        room -= size
        if place and (place >= _MOST_CHANGES or room < 0):
            database.rows("DELETE FROM changes WHERE id <= ?", [number])
            return
