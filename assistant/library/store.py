"""The library: papers under keys that never change, their chunks, and what the indexes still have to be told."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import UsageError
from assistant.library.blocking import write_keys
from assistant.library.chunking import Chunker, ChunkTable
from assistant.library.codec import record_to_json
from assistant.library.columns import COLUMNS, columns_of
from assistant.library.database import Database, Row
from assistant.library.filters import filter_sql
from assistant.library.journal import Changing, LibraryChange, changes, recorded
from assistant.library.keys import free_key
from assistant.library.locking import WriteLock
from assistant.text import title_fingerprint
from assistant.types import Filter, Paper, Record

FILE_NAME = "library.db"
INDEX_FOLDER = "index"
"""Name of the folder beside the library file that holds the indexes."""
_TELLING = 10
"""Titles of fewer letters ("Preface") do not identify a paper."""
_INSERT = (
    f"INSERT INTO papers (id, key, record, added, {', '.join(COLUMNS)})"
    f" VALUES (?, ?, ?, ?, {', '.join('?' * len(COLUMNS))})"
)
_UPDATE = f"UPDATE papers SET record = ?, {', '.join(f'{name} = ?' for name in COLUMNS)} WHERE id = ?"
_GIVE_KEY = "INSERT INTO keys (key, paper) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET paper = excluded.paper"


class Library(ChunkTable):
    """A folder with the library file in it; everything else in the folder can be made again from that file."""

    def __init__(self, folder: Path, *, chunker: Chunker, chunking: str = "") -> None:
        """Open the library in a folder, or make one there.

        Args:
            folder: Where the file is.
            chunker: How abstracts are cut.
            chunking: Names that way.
        """
        super().__init__(Database(folder / FILE_NAME), chunker=chunker, chunking=chunking)
        self.folder = folder
        self._lock = WriteLock(folder)
        self._changing: Changing | None = None

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
        return self._lock.held(wait=wait)

    @contextmanager
    def changing(self, what: str, *, keep: bool = True) -> Iterator[Changing]:
        """Hold the write lock and a transaction, and have what is changed inside undone as one.

        Inside another change it is part of that one.

        Args:
            what: For the reader: `remove li2023pmet`.
            keep: False to change nothing in the end (a dry run).

        Raises:
            LibraryInUse: Another process holds the lock.
        """
        with self.writing():
            if self._changing is not None:
                yield self._changing
                return
            with self.database.transaction(keep=keep), recorded(self.database, what) as change:
                self._changing = change
                try:
                    yield change
                finally:
                    self._changing = None

    def changes(self) -> list[LibraryChange]:
        """What can be undone, the last one first."""
        return changes(self.database)

    # What the library holds

    def count(self) -> int:
        """Number of papers."""
        return int(self.database.rows("SELECT count(*) FROM papers")[0][0])

    def papers(self, where: Filter | None = None) -> list[Paper]:
        """The papers that pass, in the order they were added."""
        clause, values = filter_sql(where or Filter())
        rows = self.database.rows(f"SELECT key, record FROM papers{clause} ORDER BY id", values)
        return [self._paper(row) for row in rows]

    def keys(self, where: Filter) -> list[str]:
        """Keys of the papers that pass, in no order."""
        # The plus keeps SQLite from looking each tagged paper up in the table: an index holds all that is asked for.
        clause, values = filter_sql(where, id_of_tagged="+id")
        return [key for (key,) in self.database.rows(f"SELECT key FROM papers{clause}", values)]

    def added_since(self, moment: datetime) -> list[str]:
        """Keys of the papers that were added at a moment or later, in the order they were added."""
        text = moment.astimezone(UTC).isoformat(timespec="seconds")
        return [key for (key,) in self.database.rows("SELECT key FROM papers WHERE added >= ? ORDER BY id", [text])]

    def get(self, key: str) -> Paper | None:
        """The paper with this key or this alias."""
        rows = self.database.rows(
            "SELECT p.key, p.record FROM keys k JOIN papers p ON p.id = k.paper WHERE k.key = ?", [key]
        )
        return self._paper(rows[0]) if rows else None

    def by_id(self, paper: int) -> Paper:
        """The paper with a row id."""
        return self._paper(self.database.rows("SELECT key, record FROM papers WHERE id = ?", [paper])[0])

    def namesakes(self, title: str) -> list[Paper]:
        """Papers of a title, however it is spelt; none for a title too short to tell papers apart."""
        fingerprint = title_fingerprint(title)
        if len(fingerprint) < _TELLING:
            return []
        rows = self.database.rows("SELECT key, record FROM papers WHERE fingerprint = ? ORDER BY id", [fingerprint])
        return [self._paper(row) for row in rows]

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

    # Changing it; call these inside `changing()`

    def insert(self, record: Record) -> str:
        """Store a new paper under a key that no other paper ever had; return the key."""
        return self.insert_row(record)[1]

    def insert_row(self, record: Record) -> tuple[int, str]:
        """Store a new paper as `insert` does; return its row id and its key."""
        key = free_key(record, lambda one: self.is_key_taken(one, by_other_than=record.title))
        self.note_first_chunking()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        paper = self.database.insert(_INSERT, [None, key, record_to_json(record), now, *columns_of(record)])
        self.database.rows(_GIVE_KEY, [key, paper])
        self._write_parts(paper, key, record, is_new=True)
        return paper, key

    def replace(self, key: str, record: Record) -> None:
        """Store a changed record; only chunks whose content changed become pending."""
        paper = self.paper_id(key)
        self.database.rows(_UPDATE, [record_to_json(record), *columns_of(record), paper])
        self._write_parts(paper, key, record)

    def restore(self, paper: int, key: str, record: Record, *, added: str) -> None:
        """Have a paper as it was under a row id, be it there or not; its keys are not touched."""
        if self.database.rows("SELECT 1 FROM papers WHERE id = ?", [paper]):
            self.replace(key, record)
            return
        self.database.insert(_INSERT, [paper, key, record_to_json(record), added, *columns_of(record)])
        self._write_parts(paper, key, record)

    def absorb(self, kept: str, other: str) -> None:
        """Remove a paper that is the same as another, which has its keys and its sources from then on.

        Raises:
            UsageError: A key is no paper's.
        """
        to, gone = self.paper_id(kept), self.paper_id(other)
        self.database.rows("UPDATE keys SET paper = ? WHERE paper = ?", [to, gone])
        self.database.rows("UPDATE OR IGNORE sources SET paper = ? WHERE paper = ?", [to, gone])
        self.remove(other)

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

    def _write_parts(self, paper: int, key: str, record: Record, *, is_new: bool = False) -> None:
        if not is_new:
            self.database.rows("DELETE FROM tags WHERE paper = ?", [paper])
        if record.tags:
            self.database.many("INSERT OR IGNORE INTO tags VALUES (?, ?)", [(paper, tag) for tag in record.tags])
        write_keys(self.database, paper, record, is_new=is_new)
        self.write_chunks(paper, key, record, is_new=is_new)

    def _paper(self, row: Row) -> Paper:
        key, text = row
        return Paper(key=key, record=self.record_of(text))
