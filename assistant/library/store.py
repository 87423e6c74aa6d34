"""The library: papers under keys that never change, their chunks, and what the indexes still have to be told."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import UsageError
from assistant.library.codec import record_from_json, record_to_json
from assistant.library.database import Database, Row
from assistant.library.filters import filter_sql
from assistant.library.keys import proposed_keys
from assistant.library.locking import WriteLock
from assistant.library.meta import note, noted
from assistant.text import fold, title_fingerprint
from assistant.types import Filter, Paper, Record
from vectorstore.types import Chunk

FILE_NAME = "library.db"
INDEX_FOLDER = "index"
"""Name of the folder beside the library file that holds the indexes."""
_BATCH = 500
_CHUNKING = "chunking"
_NOTE_FIRST_CHUNKING = (
    "INSERT INTO meta SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM papers)"
    " ON CONFLICT DO UPDATE SET value = excluded.value"
)
"""How every paper is cut: noted with the first one, and when all are cut anew."""
_GIVE_KEY = "INSERT INTO keys (key, paper) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET paper = excluded.paper"

Chunker = Callable[[str, str, str], Sequence[Chunk]]
"""(key, title, abstract) -> chunks, in order."""


class Library:
    """A folder with the library file in it; everything else in the folder can be made again from that file."""

    def __init__(self, folder: Path, *, chunker: Chunker, chunking: str = "") -> None:
        """Open the library in a folder, or make one there.

        Args:
            folder: Where the file is.
            chunker: How abstracts are cut.
            chunking: Names that way.
        """
        self.folder = folder
        self.database = Database(folder / FILE_NAME)
        self._chunker = chunker
        self._chunking = chunking
        self._lock = WriteLock(folder)

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
        self.database.rows(_NOTE_FIRST_CHUNKING, [_CHUNKING, self._chunking])
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

    def rechunk(self) -> None:
        """Cut all abstracts as new ones are cut, all or none; only chunks that come out otherwise become pending."""
        with self.database.transaction():
            for paper, chunks in self._all_cut():
                self._write_chunks(paper, chunks)
            note(self.database, _CHUNKING, self._chunking)

    def is_cut_otherwise(self) -> bool:
        """True when an abstract was cut in another way than new ones are; all is well with it, it may stay so."""
        return noted(self.database, _CHUNKING) != self._chunking and any(
            {one.id: one.digest for one in chunks}
            != dict(self.database.rows("SELECT id, digest FROM chunks WHERE paper = ?", [paper]))
            for paper, chunks in self._all_cut()
        )

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
        self._write_chunks(paper, self._cut(key, record))

    def _write_chunks(self, paper: int, chunks: Sequence[Chunk]) -> None:
        before: dict[str, str] = dict(self.database.rows("SELECT id, digest FROM chunks WHERE paper = ?", [paper]))
        after = {chunk.id: chunk.digest for chunk in chunks}
        if before == after:
            return
        changed = [chunk for chunk in before | after if before.get(chunk) != after.get(chunk)]
        self.database.rows("DELETE FROM chunks WHERE paper = ?", [paper])
        self.database.many(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)",
            [(chunk.id, paper, chunk.start, chunk.end, chunk.digest) for chunk in chunks],
        )
        self.mark_pending(changed)

    def _cut(self, key: str, record: Record) -> Sequence[Chunk]:
        return self._chunker(key, record.title, record.abstract)

    def _all_cut(self) -> Iterator[tuple[int, Sequence[Chunk]]]:
        """Row id of every paper, with the chunks that it would have if it were added now."""
        last = 0
        while rows := self.database.rows(
            "SELECT id, key, record FROM papers WHERE id > ? ORDER BY id LIMIT ?", [last, _BATCH]
        ):
            for paper, key, text in rows:
                yield paper, self._cut(key, self._record(text))
            last = rows[-1][0]

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


def _columns(record: Record) -> list[object]:
    family = fold(record.authors[0].family) if record.authors else ""
    people = "\n".join(fold(author.name) for author in record.authors)
    venue = fold("\n".join(part for part in (record.venue, record.category) if part))
    return [record.doi, record.arxiv_id, title_fingerprint(record.title), family, record.year, people, venue]


def _batches(ids: list[str]) -> Iterable[list[str]]:
    return (ids[first : first + _BATCH] for first in range(0, len(ids), _BATCH))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
