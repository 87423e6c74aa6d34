"""What a library file says of itself, beside its papers: short texts under names."""

from uuid import uuid4

from assistant.library.database import Database

_ID = "id"


def noted(database: Database, name: str) -> str | None:
    """The text noted under a name; None when there is none."""
    rows = database.rows("SELECT value FROM meta WHERE name = ?", [name])
    return str(rows[0][0]) if rows else None


def note(database: Database, name: str, value: str) -> None:
    """Note a text under a name, in place of the one before."""
    database.rows("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", [name, value])


def forget(database: Database, name: str) -> None:
    """Have nothing noted under a name."""
    database.rows("DELETE FROM meta WHERE name = ?", [name])


def library_id(database: Database) -> str:
    """What tells this library from all others, wherever its folder is: 32 hexadecimal digits, given out once."""
    # Of two processes that ask at the same time for the first time one notes its own; both read that.
    if noted(database, _ID) is None:
        database.rows("INSERT OR IGNORE INTO meta VALUES (?, ?)", [_ID, uuid4().hex])
    return str(noted(database, _ID))


def take_id(database: Database, known: str) -> None:
    """Give the library an id."""
    note(database, _ID, known)
