"""The library file's schema, as numbered steps; step n brings a file from version n - 1 to n."""

import sqlite3
from collections.abc import Callable

from assistant.errors import LibraryDamaged
from assistant.library.triggers import journal_triggers

Migration = Callable[[sqlite3.Connection], None]


def _first(connection: sqlite3.Connection) -> None:
    for statement in (
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        """CREATE TABLE papers (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, record TEXT NOT NULL, added TEXT NOT NULL,
            doi TEXT, arxiv_id TEXT, fingerprint TEXT NOT NULL, family TEXT NOT NULL, year INTEGER,
            authors TEXT NOT NULL, venue TEXT NOT NULL) STRICT""",
        "CREATE INDEX papers_by_doi ON papers (doi)",
        "CREATE INDEX papers_by_arxiv_id ON papers (arxiv_id)",
        "CREATE INDEX papers_by_fingerprint ON papers (fingerprint)",
        # Every key ever given out, aliases too. Once the paper is gone, paper is NULL and fingerprint its title's:
        # a key goes to no other paper, and back to the same one.
        """CREATE TABLE keys (
            key TEXT PRIMARY KEY, paper INTEGER REFERENCES papers (id) ON DELETE SET NULL,
            fingerprint TEXT) STRICT""",
        "CREATE INDEX keys_by_paper ON keys (paper)",
        "CREATE INDEX keys_in_any_case ON keys (key COLLATE NOCASE)",
        """CREATE TABLE tags (
            paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE, tag TEXT NOT NULL,
            PRIMARY KEY (paper, tag)) STRICT""",
        # Which records of which files made a paper: the same record again changes nothing.
        """CREATE TABLE sources (
            paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE, source TEXT NOT NULL,
            digest TEXT NOT NULL, line INTEGER, PRIMARY KEY (paper, source, digest)) STRICT""",
        "CREATE INDEX sources_by_digest ON sources (source, digest)",
        """CREATE TABLE chunks (
            id TEXT PRIMARY KEY, paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
            start INTEGER NOT NULL, stop INTEGER NOT NULL, digest TEXT NOT NULL) STRICT""",
        "CREATE INDEX chunks_by_paper ON chunks (paper)",
        # Chunks whose place in the indexes is not confirmed yet; what a crash leaves here is done at the next opening.
        "CREATE TABLE pending (chunk TEXT PRIMARY KEY) STRICT",
        "CREATE TABLE sessions (id INTEGER PRIMARY KEY, started TEXT NOT NULL) STRICT",
        """CREATE TABLE turns (
            session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            asked TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (session, number)) STRICT""",
    ):
        connection.execute(statement)


def _filters(connection: sqlite3.Connection) -> None:
    """Filters read these instead of the papers, whose records are a hundred times as long."""
    connection.execute("CREATE INDEX papers_by_filter ON papers (year, venue, authors, key)")
    connection.execute("CREATE INDEX tags_by_tag ON tags (tag, paper)")


def _changes(connection: sqlite3.Connection) -> None:
    """PubMed's numbers, what duplicates are looked up by, which files were read, and a journal that undoes changes."""
    for statement in (
        "ALTER TABLE papers ADD COLUMN pmid TEXT",
        "CREATE INDEX papers_by_pmid ON papers (pmid)",
        "UPDATE papers SET pmid = json_extract(record, '$.pmid') WHERE json_valid(record)",
        """CREATE TABLE matching_keys (
            key TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
            PRIMARY KEY (key, paper)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX matching_keys_by_paper ON matching_keys (paper)",
        # Cite keys of papers that look alike and are not the same, as the user said; the first sorts before the second.
        """CREATE TABLE told_apart (
            first TEXT NOT NULL, second TEXT NOT NULL, PRIMARY KEY (first, second)) STRICT, WITHOUT ROWID""",
        # Sources of which every record is in the library as it was read from these bytes.
        """CREATE TABLE files (
            source TEXT PRIMARY KEY, sha256 TEXT NOT NULL, reading TEXT NOT NULL, records INTEGER NOT NULL,
            met TEXT NOT NULL, skipped TEXT NOT NULL) STRICT""",
        """CREATE TRIGGER files_of_gone_records AFTER DELETE ON sources
            BEGIN DELETE FROM files WHERE source = old.source; END""",
        """CREATE TRIGGER files_of_moved_records AFTER UPDATE OF paper, source, digest ON sources
            BEGIN DELETE FROM files WHERE source = old.source; END""",
        """CREATE TABLE changes (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL, papers INTEGER NOT NULL,
            size INTEGER NOT NULL) STRICT""",
        # What a row was before a change; no image when it was not there.
        """CREATE TABLE journal (
            change INTEGER NOT NULL REFERENCES changes (id) ON DELETE CASCADE, kind TEXT NOT NULL, row TEXT NOT NULL,
            image TEXT, PRIMARY KEY (change, kind, row)) STRICT, WITHOUT ROWID""",
        # Holds a row while a change is under way, and NULL in it while one is taken back; never when nobody writes.
        "CREATE TABLE recording (change INTEGER) STRICT",
        *journal_triggers(),
    ):
        connection.execute(statement)


MIGRATIONS: tuple[Migration, ...] = (_first, _filters, _changes)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an open library file to the newest version, in one transaction.

    Raises:
        LibraryDamaged: A newer Citewell wrote the file.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise LibraryDamaged(
            f"This library has schema version {version}; this Citewell knows {len(MIGRATIONS)}. Update Citewell."
        )
    if version == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Somebody else may have migrated while this connection waited for the lock.
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for number, step in enumerate(MIGRATIONS[version:], start=version + 1):
            step(connection)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    finally:
        connection.rollback()  # does nothing after COMMIT, or when SQLite has undone it by itself
