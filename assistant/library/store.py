"""The library: papers under keys that never change, their chunks, and what the indexes still have to be told."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import LibraryError, LibraryInUse, UsageError
from assistant.library.codec import record_from_json, record_to_json
from assistant.library.database import Database, Row
from assistant.library.keys import proposed_keys
from assistant.text import fold, title_fingerprint
from assistant.types import Filter, Paper, Record
from vectorstore.types import Chunk

FILE_NAME = "library.db"
_LOCK_SECONDS = 10.0
_BATCH = 500
_GIVE_KEY = "INSERT INTO keys (key, paper) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET paper = excluded.paper"

Chunker = Callable[[str, str, str], Sequence[Chunk]]
"""(key, title, abstract) -> chunks, in order."""


class Library:
    """A folder with the library file in it; everything else in the folder can be made again from that file."""

    def __init__(self, folder: Path, *, chunker: Chunker) -> None:
        self.folder = folder
        self.database = Database(folder / FILE_NAME)
        self._chunker = chunker
        self._lock = FileLock(folder / "write.lock", timeout=_LOCK_SECONDS, mode=0o600)

    def close(self) -> None:
        """Close the library file."""
        self.database.close()

    def writing(self, *, wait: bool = True) -> AbstractContextManager[object]:
        """Hold the library's write lock: one writer at a time, over processes.

        Args:
            wait: Whether to wait ten seconds for another process to be done.

        Raises:
            LibraryInUse: Another process holds the lock.
        """
        return _Writing(self._lock, self.folder, wait=wait)

    # What the library holds

    def count(self) -> int:
        """Number of papers."""
        return int(self.database.rows("SELECT count(*) FROM papers")[0][0])

    def papers(self, where: Filter | None = None) -> list[Paper]:
        """The papers that pass, in the order they were added."""
        clause, values = _where(where or Filter())
        rows = self.database.rows(f"SELECT key, record FROM papers{clause} ORDER BY id", values)
        return [self._paper(row) for row in rows]

    def keys(self, where: Filter) -> list[str]:
        """Keys of the papers that pass, in no order."""
        # The plus keeps SQLite from looking each tagged paper up in the table: an index holds all that is asked for.
        clause, values = _where(where, id_of_tagged="+id")
        return [key for (key,) in self.database.rows(f"SELECT key FROM papers{clause}", values)]

    def get(self, key: str) -> Paper | None:
        """The paper with this key or this alias."""
        rows = self.database.rows(
            "SELECT p.key, p.record FROM keys k JOIN papers p ON p.id = k.paper WHERE k.key = ?", [key]
        )
        return self._paper(rows[0]) if rows else None

    def known_keys(self) -> list[str]:
        """Keys and aliases under which papers are found."""
        return [key for (key,) in self.database.rows("SELECT key FROM keys WHERE paper IS NOT NULL")]

    def sources(self, key: str) -> list[tuple[str, int | None]]:
        """Files and lines that a paper came from."""
        rows = self.database.rows(
            "SELECT source, min(line) FROM sources JOIN papers ON papers.id = paper WHERE key = ?"
            " GROUP BY source ORDER BY source",
            [key],
        )
        return [(source, line) for source, line in rows]

    def aliases(self, key: str) -> list[str]:
        """Other keys under which this paper is found."""
        rows = self.database.rows(
            "SELECT k.key FROM keys k JOIN papers p ON p.id = k.paper WHERE p.key = ? AND k.key <> p.key ORDER BY 1",
            [key],
        )
        return [alias for (alias,) in rows]

    # Changing it; call these inside `writing()` and a transaction of `database`

    def insert(self, record: Record) -> str:
        """Store a new paper under a key that no other paper ever had; return the key."""
        key = next(key for key in proposed_keys(record) if not self.is_key_taken(key, by_other_than=record.title))
        values = _columns(record)
        paper = self.database.insert(
            "INSERT INTO papers (key, record, added, doi, arxiv_id, fingerprint, family, year, authors, venue)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [key, record_to_json(record), datetime.now(UTC).isoformat(timespec="seconds"), *values],
        )
        self.database.rows(_GIVE_KEY, [key, paper])
        self._write_parts(paper, key, record)
        return key

    def replace(self, key: str, record: Record) -> None:
        """Store a changed record; only chunks whose content changed become pending."""
        paper = self.paper_id(key)
        self.database.rows(
            "UPDATE papers SET record = ?, doi = ?, arxiv_id = ?, fingerprint = ?, family = ?, year = ?, authors = ?,"
            " venue = ? WHERE id = ?",
            [record_to_json(record), *_columns(record), paper],
        )
        self._write_parts(paper, key, record)

    def remove(self, key: str) -> None:
        """Delete a paper and its chunks; its keys stay reserved."""
        paper = self.paper_id(key)
        self.database.rows("INSERT OR IGNORE INTO pending SELECT id FROM chunks WHERE paper = ?", [paper])
        self.database.rows(
            "UPDATE keys SET fingerprint = (SELECT fingerprint FROM papers WHERE id = paper) WHERE paper = ?", [paper]
        )
        self.database.rows("DELETE FROM papers WHERE id = ?", [paper])

    def paper_id(self, key: str) -> int:
        """The row id of the paper with exactly this key.

        Raises:
            UsageError: There is none.
        """
        rows = self.database.rows("SELECT id FROM papers WHERE key = ?", [key])
        if not rows:
            raise UsageError(f"No paper has the key {key!r}. `citewell list` shows the keys.")
        return int(rows[0][0])

    def is_key_taken(self, key: str, *, by_other_than: str) -> bool:
        """True when the key is in use, or was the key of a paper with another title."""
        rows = self.database.rows("SELECT key, paper, fingerprint FROM keys WHERE key = ? COLLATE NOCASE", [key])
        return any(row != (key, None, title_fingerprint(by_other_than)) for row in rows)

    def add_alias(self, alias: str, key: str) -> None:
        """Let a paper be found under another key, unless that key is taken."""
        paper = self.get(key)
        if paper is not None and not self.is_key_taken(alias, by_other_than=paper.title):
            self.database.rows(_GIVE_KEY, [alias, self.paper_id(key)])

    def _write_parts(self, paper: int, key: str, record: Record) -> None:
        self.database.rows("DELETE FROM tags WHERE paper = ?", [paper])
        self.database.many("INSERT OR IGNORE INTO tags VALUES (?, ?)", [(paper, tag) for tag in record.tags])
        before: dict[str, str] = dict(self.database.rows("SELECT id, digest FROM chunks WHERE paper = ?", [paper]))
        chunks = self._chunker(key, record.title, record.abstract)
        after = {chunk.id: chunk.digest for chunk in chunks}
        changed = [chunk for chunk in before | after if before.get(chunk) != after.get(chunk)]
        self.database.rows("DELETE FROM chunks WHERE paper = ?", [paper])
        self.database.many(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)",
            [(chunk.id, paper, chunk.start, chunk.end, chunk.digest) for chunk in chunks],
        )
        self.database.many("INSERT OR IGNORE INTO pending VALUES (?)", [(chunk,) for chunk in changed])

    # What the indexes are made from

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Chunks by id; unknown ids are left out."""
        found: dict[str, Chunk] = {}
        for batch in _batches(list(ids)):
            rows = self.database.rows(
                "SELECT c.id, c.start, c.stop, p.key, p.record FROM chunks c JOIN papers p ON p.id = c.paper"
                f" WHERE c.id IN ({_marks(batch)})",
                batch,
            )
            for chunk, start, stop, key, text in rows:
                record = self._record(text)
                span = record.abstract[start:stop]
                found[chunk] = Chunk(id=chunk, key=key, title=record.title, text=span, start=start, end=stop)
        return found

    def chunk_digests(self) -> dict[str, str]:
        """Chunk id to `Chunk.digest` of everything that belongs in the indexes."""
        return dict(self.database.rows("SELECT id, digest FROM chunks"))

    def settled_count(self) -> int:
        """Number of chunks that the indexes are known to hold."""
        rows = self.database.rows(
            "SELECT (SELECT count(*) FROM chunks) - (SELECT count(*) FROM pending CROSS JOIN chunks ON id = chunk)"
        )
        return int(rows[0][0])

    def has_pending(self) -> bool:
        """True when the state of a chunk in the indexes is not confirmed."""
        return bool(self.database.rows("SELECT EXISTS (SELECT 1 FROM pending)")[0][0])

    def pending_count(self) -> int:
        """Number of chunks, gone ones too, whose state in the indexes is not confirmed."""
        return int(self.database.rows("SELECT count(*) FROM pending")[0][0])

    def pending(self) -> list[str]:
        """Ids of chunks, gone ones too, whose state in the indexes is not confirmed."""
        return [chunk for (chunk,) in self.database.rows("SELECT chunk FROM pending ORDER BY rowid")]

    def mark_pending(self, ids: Iterable[str]) -> None:
        """Have chunks indexed again."""
        self.database.many("INSERT OR IGNORE INTO pending VALUES (?)", [(chunk,) for chunk in ids])

    def confirm(self, ids: Collection[str]) -> None:
        """Note that the indexes hold the present state of these chunks."""
        self.database.many("DELETE FROM pending WHERE chunk = ?", [(chunk,) for chunk in ids])

    def _paper(self, row: Row) -> Paper:
        key, text = row
        return Paper(key=key, record=self._record(text))

    def _record(self, text: str) -> Record:
        try:
            return record_from_json(text)
        except (ValueError, TypeError, AttributeError) as error:
            raise self.database.damaged(f"a record cannot be read: {error}") from error


class _Writing:
    def __init__(self, lock: FileLock, folder: Path, *, wait: bool) -> None:
        self._lock = lock
        self._folder = folder
        self._wait = wait

    def __enter__(self) -> None:
        try:
            self._lock.acquire(timeout=None if self._wait else 0)
        except Timeout as error:
            raise LibraryInUse(
                f"Another program is writing to the library {self._folder}. Try again when it is done."
            ) from error
        except OSError as error:
            raise LibraryError(
                f"The library folder {self._folder} cannot be written: {error.strerror}. Change its permissions."
            ) from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _columns(record: Record) -> list[object]:
    family = fold(record.authors[0].family) if record.authors else ""
    people = "\n".join(fold(author.name) for author in record.authors)
    venue = fold("\n".join(part for part in (record.venue, record.category) if part))
    return [record.doi, record.arxiv_id, title_fingerprint(record.title), family, record.year, people, venue]


def _where(where: Filter, *, id_of_tagged: str = "id") -> tuple[str, list[object]]:
    """SQL for a filter; `fold` has made the stored columns and the wanted parts comparable."""
    parts: list[str] = []
    values: list[object] = []

    def any_of(condition: str, wanted: Iterable[object]) -> None:
        wanted = list(wanted)
        if wanted:
            parts.append("(" + " OR ".join([condition] * len(wanted)) + ")")
            values.extend(wanted)

    any_of("year >= ?", [where.first_year] if where.first_year is not None else [])
    any_of("year <= ?", [where.last_year] if where.last_year is not None else [])
    any_of("instr(authors, ?) > 0", filter(None, map(fold, where.authors)))
    any_of("instr(venue, ?) > 0", filter(None, map(fold, where.venues)))
    # Through JSON, because SQLite limits how many conditions and values a statement may have.
    among = "(SELECT value FROM json_each(?))"
    any_of(
        f"{id_of_tagged} IN (SELECT paper FROM tags WHERE tag IN {among})",
        [json.dumps(where.tags)] if where.tags else [],
    )
    any_of(f"id IN (SELECT paper FROM keys WHERE key IN {among})", [json.dumps(where.keys)] if where.keys else [])
    return (" WHERE " + " AND ".join(parts) if parts else ""), values


def _batches(ids: list[str]) -> Iterable[list[str]]:
    return (ids[first : first + _BATCH] for first in range(0, len(ids), _BATCH))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
