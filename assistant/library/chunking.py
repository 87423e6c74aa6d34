"""The abstracts' chunks: what the indexes are made from, are known to hold, and still have to be told."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from assistant.library.codec import record_from_json
from assistant.library.database import Database
from assistant.library.meta import note, noted
from assistant.types import Record
from vectorstore.types import Chunk

_BATCH = 500
_CHUNKING = "chunking"
_NOTE_FIRST_CHUNKING = (
    "INSERT INTO meta SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM papers)"
    " ON CONFLICT DO UPDATE SET value = excluded.value"
)
"""How every paper is cut: noted with the first one, and when all are cut anew."""

Chunker = Callable[[str, str, str], Sequence[Chunk]]
"""(key, title, abstract) -> chunks, in order."""


class ChunkTable:
    """The chunks of a library file and the state of each in the indexes."""

    def __init__(self, database: Database, *, chunker: Chunker, chunking: str) -> None:
        """The chunks in a library file.

        Args:
            database: The library file.
            chunker: How abstracts are cut.
            chunking: Names that way.
        """
        self.database = database
        self._chunker = chunker
        self._chunking = chunking

    def note_first_chunking(self) -> None:
        """Call it before a paper is inserted."""
        self.database.rows(_NOTE_FIRST_CHUNKING, [_CHUNKING, self._chunking])

    def rechunk(self) -> None:
        """Cut all abstracts as new ones are cut, all or none; only chunks that come out otherwise become pending."""
        with self.database.transaction():
            for paper, chunks in self._all_cut():
                self._store(paper, chunks)
            note(self.database, _CHUNKING, self._chunking)

    def is_cut_otherwise(self) -> bool:
        """True when an abstract was cut in another way than new ones are; all is well with it, it may stay so."""
        return noted(self.database, _CHUNKING) != self._chunking and any(
            {one.id: one.digest for one in chunks}
            != dict(self.database.rows("SELECT id, digest FROM chunks WHERE paper = ?", [paper]))
            for paper, chunks in self._all_cut()
        )

    def write_chunks(self, paper: int, key: str, record: Record, *, is_new: bool) -> None:
        """Cut a paper; chunks whose content changed become pending."""
        self._store(paper, self._cut(key, record), is_new=is_new)

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
                record = self.record_of(text)
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

    def record_of(self, text: str) -> Record:
        """The record that the library file holds as JSON.

        Raises:
            LibraryDamaged: It makes no sense.
        """
        try:
            return record_from_json(text)
        except (ValueError, TypeError, AttributeError) as error:
            raise self.database.damaged(f"a record cannot be read: {error}") from error

    def _store(self, paper: int, chunks: Sequence[Chunk], *, is_new: bool = False) -> None:
        there = [] if is_new else self.database.rows("SELECT id, digest FROM chunks WHERE paper = ?", [paper])
        before: dict[str, str] = dict(there)
        after = {chunk.id: chunk.digest for chunk in chunks}
        if before == after:
            return
        changed = [chunk for chunk in before | after if before.get(chunk) != after.get(chunk)]
        if before:
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
                yield paper, self._cut(key, self.record_of(text))
            last = rows[-1][0]


def _batches(ids: list[str]) -> Iterable[list[str]]:
    return (ids[first : first + _BATCH] for first in range(0, len(ids), _BATCH))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
