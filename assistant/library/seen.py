"""Which records an import has met so far, kept in SQLite so that memory does not grow with what is imported."""

from assistant.library.database import Database


class Seen:
    """The rows of `sources` that the records of this import stand for."""

    def __init__(self, database: Database) -> None:
        """Nothing seen yet.

        Args:
            database: The library file.
        """
        self._database = database
        self.count = 0
        """How many records were met."""

    def begin(self) -> None:
        """Forget what an earlier import saw; call it in the transaction of this one."""
        self._database.rows(
            "CREATE TEMP TABLE IF NOT EXISTS seen (place INTEGER PRIMARY KEY, row INTEGER UNIQUE, paper INTEGER)"
        )
        self._database.rows("DELETE FROM temp.seen")

    def known(self, source: str, digest: str) -> tuple[int, int, int | None] | None:
        """Row, paper and line of a record that this source held before, here or in an earlier import."""
        rows = self._database.rows(
            "SELECT rowid, paper, line FROM sources WHERE source = ? AND digest = ? LIMIT 1", [source, digest]
        )
        return rows[0] if rows else None

    def has_source(self, source: str) -> bool:
        """True when the library has records of the source."""
        return bool(self._database.rows("SELECT EXISTS (SELECT 1 FROM sources WHERE source = ?)", [source])[0][0])

    def meet(self, row: int, paper: int) -> None:
        """Note a record."""
        self.count += 1
        self._database.rows("INSERT OR IGNORE INTO temp.seen VALUES (?, ?, ?)", [self.count, row, paper])

    def meet_all(self, rows: str) -> None:
        """Note the records of a source that is not read again.

        Args:
            rows: What `rows_between` gave of them when it was read.
        """
        self._database.rows(
            "INSERT OR IGNORE INTO temp.seen SELECT ? + json_each.key, sources.rowid, paper FROM json_each(?)"
            " CROSS JOIN sources ON sources.rowid = value",
            [self.count + 1, rows],
        )
        self.count = int(
            self._database.rows("SELECT max(?, coalesce(max(place), 0)) FROM temp.seen", [self.count])[0][0]
        )

    def rows_between(self, before: int, end: int, source: str) -> str:
        """Rows of a source's records met from one count to another, as JSON, in the order met."""
        rows = self._database.rows(
            "SELECT json_group_array(row) FROM (SELECT row FROM temp.seen CROSS JOIN sources ON sources.rowid = row"
            " WHERE place > ? AND place <= ? AND source = ? ORDER BY place)",
            [before, end, source],
        )
        return str(rows[0][0])

    def add(self, paper: int, source: str, digest: str, line: int | None) -> None:
        """Note a record that the source did not hold before."""
        row = self._database.insert(
            "INSERT INTO sources (paper, source, digest, line) VALUES (?, ?, ?, ?)", [paper, source, digest, line]
        )
        self.meet(row, paper)

    def move(self, row: int, line: int | None) -> None:
        """Note where a known record stands now."""
        self._database.rows("UPDATE sources SET line = ? WHERE rowid = ?", [line, row])

    def is_of_earlier(self, paper: int, source: str) -> bool:
        """True when an earlier import had the paper from this source, and this one has not met it there yet."""
        rows = self._database.rows(
            "SELECT max(seen.row IS NOT NULL) FROM sources LEFT JOIN temp.seen ON seen.row = sources.rowid"
            " WHERE sources.paper = ? AND source = ?",
            [paper, source],
        )
        return bool(rows[0][0] == 0)

    def is_copy(self, paper: int, source: str, *, of: str) -> bool:
        """True when a source had the paper in the very words of another one, or is that one."""
        if source == of:
            return True
        rows = self._database.rows(
            "SELECT EXISTS (SELECT 1 FROM sources one JOIN sources other USING (paper, digest)"
            " WHERE paper = ? AND one.source = ? AND other.source = ?)",
            [paper, source, of],
        )
        return bool(rows[0][0])

    def forget_stale(self) -> None:
        """Of a source read again only the present records count, so that a change and its undoing are both seen."""
        self._database.rows(
            "DELETE FROM sources WHERE rowid IN (SELECT other.rowid FROM temp.seen"
            " CROSS JOIN sources mine ON mine.rowid = seen.row"
            " CROSS JOIN sources other ON other.paper = mine.paper AND other.source = mine.source"
            " WHERE other.rowid NOT IN (SELECT row FROM temp.seen))"
        )

    def keys(self) -> tuple[str, ...]:
        """Keys of the papers met, each once, in the order met."""
        rows = self._database.rows(
            "SELECT key FROM (SELECT paper, min(place) AS place FROM temp.seen GROUP BY paper) met"
            " CROSS JOIN papers ON papers.id = met.paper ORDER BY place"
        )
        return tuple(key for (key,) in rows)
