"""One SQLite file: opened privately, migrated, and with every failure turned into a word for the reader."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

from assistant.errors import LibraryDamaged, LibraryError, LibraryInUse, UsageError
from assistant.library.migrations import migrate
from vectorstore.text import encodable

Row: TypeAlias = tuple[Any, ...]
_BUSY_SECONDS = 15.0
_PAUSE_SECONDS = 0.05
_IN_USE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SURROUNDINGS = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
"""What the disk or the system refuses; the file itself may be whole."""


class Database:
    """A SQLite connection whose errors are Citewell's.

    Threads may share it: they wait for each other's transactions.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._using = threading.RLock()
        with _explained(path):
            self._connection = _connect(path)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Run a statement and fetch all that it returns."""
        with self._using, _explained(self.path):
            return self._connection.execute(sql, _storable(values)).fetchall()

    def many(self, sql: str, values: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each row of values, all or none."""
        with self._using:
            if not self._connection.in_transaction:
                with self.transaction():
                    self.many(sql, values)
                return
            with _explained(self.path):
                self._connection.executemany(sql, [_storable(row) for row in values])

    def insert(self, sql: str, values: Sequence[object]) -> int:
        """Run an INSERT and return the new row's id."""
        with self._using, _explained(self.path):
            row_id = self._connection.execute(sql, _storable(values)).lastrowid
        assert row_id is not None  # noqa: S101 - because SQLite sets it for every INSERT
        return row_id

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """All or nothing; with `keep` false always nothing (a dry run)."""
        with self._using:
            self.rows("BEGIN IMMEDIATE")
            try:
                yield
                if keep:
                    self.rows("COMMIT")
            finally:
                # After COMMIT there is nothing to undo. When this fails, SQLite undoes it at the next opening.
                with suppress(sqlite3.Error):
                    self._connection.rollback()

    def version(self) -> tuple[int, int]:
        """Two numbers that stay the same as long as nobody, in this process or another, changes the file."""
        with self._using:
            return int(self.rows("PRAGMA data_version")[0][0]), self._connection.total_changes

    def damaged(self, why: object) -> LibraryDamaged:
        """What to raise when the content of the file makes no sense."""
        return _damaged(self.path, why)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    _make_private(path)
    # check_same_thread: LangChain runs a retriever in another thread when it is awaited, and `Database` lets one in at
    # a time.
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _set_up(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    """Set the connection's modes and migrate."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            migrate(connection)
        except sqlite3.OperationalError as error:
            # While another process makes the same file, SQLite says so at once, whatever the connection's timeout.
            if not _is_in_use(error) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _make_private(path: Path) -> None:
    """The folder and the file are for their owner only; SQLite gives its side files the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_new = not any(path.parent.iterdir())
        if not path.exists():
            path.touch(mode=0o600, exist_ok=True)
        if is_new:
            path.parent.chmod(0o700)
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError(f"{path.parent} is not a folder. Name a folder for the library with --library.") from error
    except OSError as error:
        raise LibraryError(
            f"The library folder {path.parent} cannot be used: {error.strerror}. Name another with --library."
        ) from error
    if not os.access(path, os.W_OK):
        raise LibraryError(f"{path} cannot be written. Change its permissions or name another library with --library.")


def _storable(values: Sequence[object]) -> list[object]:
    """SQLite takes text that has a UTF-8 form; names of files and command lines need not have one."""
    return [encodable(value) if isinstance(value, str) and not value.isascii() else value for value in values]


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError) as error:  # wrong calls, not wrong files
        if "closed database" in str(error):
            raise UsageError(f"The library {path.parent} was closed. Open it again to use it.") from error
        raise
    except sqlite3.Error as error:
        if _is_in_use(error):
            raise LibraryInUse(f"Another program is writing to {path}. Try again when it is done.") from error
        code = _code(error)
        if code & 0xFF in _SURROUNDINGS and code != sqlite3.SQLITE_IOERR_SHORT_READ:
            raise LibraryError(
                f"The library {path} cannot be used: {error}. Check that its folder is writable and the disk not full."
            ) from error
        raise _damaged(path, error) from error
    except UnicodeDecodeError as error:  # SQLite quotes the broken file, and Python cannot decode the message
        raise _damaged(path, error) from error


def _code(error: sqlite3.Error) -> int:
    """SQLite's extended result code; 0 when the error is of Python's making (text that is not UTF-8)."""
    return getattr(error, "sqlite_errorcode", 0)


def _is_in_use(error: sqlite3.Error) -> bool:
    return _code(error) & 0xFF in _IN_USE


def _damaged(path: Path, why: object) -> LibraryDamaged:
    return LibraryDamaged(
        f"The library file {path} is damaged ({why}). Restore it from a backup; or move it away and add your "
        "papers again: the indexes beside it are rebuilt by themselves."
    )
