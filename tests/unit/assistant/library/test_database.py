import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from assistant.errors import LibraryDamaged, LibraryError, LibraryInUse, UsageError
from assistant.library import database as module
from assistant.library import migrations
from assistant.library.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library" / "library.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Database]:
    database = Database(path)
    yield database
    database.close()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def note(database: Database, name: str = "a") -> None:
    database.rows("INSERT INTO meta VALUES (?, 'x')", [name])


def notes(database: Database) -> list[str]:
    return [name for (name,) in database.rows("SELECT name FROM meta ORDER BY name")]


class TestPrivacy:
    def test_the_folder_and_every_file_are_their_owners_alone(self, opened: Database, path: Path) -> None:
        note(opened)
        assert mode(path.parent) == 0o700
        found = {one.name: mode(one) for one in path.parent.iterdir()}
        assert found == dict.fromkeys(["library.db", "library.db-shm", "library.db-wal"], 0o600)

    def test_an_empty_folder_that_was_there_becomes_private(self, path: Path) -> None:
        path.parent.mkdir(mode=0o755)
        path.parent.chmod(0o755)
        Database(path).close()
        assert mode(path.parent) == 0o700

    def test_a_folder_with_other_files_keeps_its_mode(self, path: Path) -> None:
        path.parent.mkdir(mode=0o755)
        path.parent.chmod(0o755)
        (path.parent / "notes.txt").touch()
        Database(path).close()
        assert (mode(path.parent), mode(path)) == (0o755, 0o600)


class TestTransactions:
    def test_all(self, opened: Database) -> None:
        with opened.transaction():
            note(opened)
            note(opened, "b")
        assert notes(opened) == ["a", "b"]

    def test_or_nothing(self, opened: Database) -> None:
        def interrupted() -> None:
            with opened.transaction():
                note(opened)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert notes(opened) == []

    def test_a_dry_run_keeps_nothing(self, opened: Database) -> None:
        with opened.transaction(keep=False):
            note(opened)
            assert notes(opened) == ["a"]
        assert notes(opened) == []

    def test_many_rows_are_all_or_none(self, opened: Database) -> None:
        with pytest.raises(LibraryDamaged):
            opened.many("INSERT INTO meta VALUES (?, 'x')", [("a",), ("a",)])
        assert notes(opened) == []
        opened.many("INSERT INTO meta VALUES (?, 'x')", [("a",), ("b",)])
        assert notes(opened) == ["a", "b"]

    def test_a_commit_that_fails_leaves_no_transaction_open(self, opened: Database) -> None:
        def refer_to_nothing() -> None:
            with opened.transaction():
                opened.rows("PRAGMA defer_foreign_keys = ON")
                opened.rows("INSERT INTO keys VALUES ('a', 99)")

        with pytest.raises(LibraryDamaged):
            refer_to_nothing()
        with opened.transaction():
            note(opened)
        assert (notes(opened), opened.rows("SELECT * FROM keys")) == (["a"], [])

    def test_text_without_a_utf8_form_can_be_stored_and_looked_for(self, opened: Database) -> None:
        opened.insert("INSERT INTO meta VALUES (?, ?)", ["caf\udce9", "\ud800"])
        assert opened.rows("SELECT name, value FROM meta WHERE name = ?", ["caf\udce9"]) == [("caf?", "?")]


class TestInUse:
    @pytest.fixture(autouse=True)
    def _impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_BUSY_SECONDS", 0.01)

    @pytest.fixture
    def other(self, path: Path) -> Iterator[sqlite3.Connection]:
        Database(path).close()
        other = sqlite3.connect(path, isolation_level=None)
        yield other
        other.close()

    def test_another_program_is_writing(self, path: Path, other: sqlite3.Connection) -> None:
        database = Database(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryInUse, match="Another program is writing"), database.transaction():
            pytest.fail("must not begin")
        with pytest.raises(LibraryInUse):
            database.many("INSERT INTO meta VALUES (?, 'x')", [("a",)])
        with pytest.raises(LibraryInUse):
            note(database)
        other.execute("ROLLBACK")
        note(database)
        database.close()

    def test_another_program_has_locked_the_file_while_it_is_opened(
        self, path: Path, other: sqlite3.Connection
    ) -> None:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LibraryInUse):
            Database(path)

    def test_waits_for_another_program_that_opens_it_too(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_BUSY_SECONDS", 10.0)
        Database(path).close()
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.0)
        real = sqlite3.connect
        # SQLite itself must not wait, so that the loop is what is tested.
        monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, **(k | {"timeout": 0.0})))
        monkeypatch.setattr(time, "sleep", lambda _: other.execute("ROLLBACK"))
        Database(path).close()
        other.close()


class TestMigrations:
    def test_two_open_a_new_file_at_once(self, tmp_path: Path) -> None:
        failures: list[BaseException] = []

        def work(path: Path, start: Barrier) -> None:
            start.wait()
            try:
                Database(path).close()
            except BaseException as error:  # noqa: BLE001 - because it is shown below
                failures.append(error)

        for number in range(10):
            start = Barrier(4)
            path = tmp_path / str(number) / "library.db"
            threads = [Thread(target=work, args=(path, start)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert failures == []

    def test_opening_again_changes_nothing(self, path: Path) -> None:
        first = Database(path)
        note(first)
        first.close()
        again = Database(path)
        assert notes(again) == ["a"]
        assert again.rows("PRAGMA user_version") == [(len(migrations.MIGRATIONS),)]
        again.close()

    def test_a_file_of_a_newer_version_is_refused_and_left_alone(self, opened: Database, path: Path) -> None:
        opened.rows("PRAGMA user_version = 99")
        with pytest.raises(LibraryDamaged, match=r"version 99.*Update Citewell"):
            Database(path)
        assert opened.rows("PRAGMA user_version") == [(99,)]

    def test_a_step_that_fails_leaves_the_version_before_it(
        self, opened: Database, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def step(connection: sqlite3.Connection) -> None:
            connection.execute("CREATE TABLE half (x)")
            raise ZeroDivisionError

        newest = len(migrations.MIGRATIONS)
        monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))
        with pytest.raises(ZeroDivisionError):
            Database(path)
        assert opened.rows("PRAGMA user_version") == [(newest,)]
        assert opened.rows("SELECT * FROM sqlite_master WHERE name = 'half'") == []

    def test_a_later_step_is_taken_once(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Database(path).close()
        monkeypatch.setattr(
            migrations, "MIGRATIONS", (*migrations.MIGRATIONS, lambda one: one.execute("CREATE TABLE second (x)"))
        )
        for _ in range(2):
            database = Database(path)
            assert database.rows("SELECT * FROM second") == []
            database.close()

    def test_somebody_else_migrated_while_this_one_waited(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Database(path).close()

        class Late(sqlite3.Connection):
            def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
                found = super().execute(sql, *values)
                return (
                    super().execute("SELECT 0") if sql == "PRAGMA user_version" and not self.in_transaction else found
                )

        connection = sqlite3.connect(path, isolation_level=None, factory=Late)
        migrations.migrate(connection)
        assert connection.in_transaction is False
        connection.close()


class TestDamage:
    def test_a_file_that_is_no_database(self, path: Path) -> None:
        path.parent.mkdir()
        path.write_bytes(b"@article{not, a = {database}}" * 200)
        with pytest.raises(LibraryDamaged, match=r"library\.db is damaged.*Restore it from a backup"):
            Database(path)
        assert path.read_bytes().startswith(b"@article")

    def test_a_database_of_another_program(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("there is nothing to wait for"))
        path.parent.mkdir()
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE papers (x)")
        other.close()
        with pytest.raises(LibraryDamaged, match="papers already exists"):
            Database(path)

    @pytest.mark.parametrize(
        "read",
        [
            lambda one: one.rows("SELECT * FROM turns"),
            lambda one: one.many("INSERT INTO turns VALUES (1, ?, 'a', 'a')", [(1000 + n,) for n in range(500)]),
            lambda one: one.insert("INSERT INTO turns VALUES (1, 5000, 'a', 'a')", []),
        ],
    )
    @pytest.mark.parametrize("hurt", ["cut", "overwrite"])
    def test_a_file_that_is_broken_in_the_middle(
        self, path: Path, hurt: str, read: Callable[[Database], object]
    ) -> None:
        database = Database(path)
        database.rows("INSERT INTO sessions VALUES (1, 'now')")
        database.many("INSERT INTO turns VALUES (1, ?, 'now', ?)", [(n, "x" * 500) for n in range(500)])
        database.close()
        content = path.read_bytes()
        pages = content[: 4096 * 8]
        path.write_bytes(pages if hurt == "cut" else pages + b"\xaa" * (len(content) - len(pages)))
        with pytest.raises(LibraryDamaged):
            self._open_and(read, path)

    def _open_and(self, read: Callable[[Database], object], path: Path) -> None:
        database = Database(path)
        try:
            read(database)
        finally:
            database.close()

    def test_text_that_is_not_utf8(self, opened: Database) -> None:
        opened.rows("INSERT INTO meta VALUES ('a', CAST(x'ff41' AS TEXT))")
        with pytest.raises(LibraryDamaged, match="UTF-8"):
            opened.rows("SELECT value FROM meta")

    def test_damage_that_sqlite_cannot_name_in_utf8(self, path: Path) -> None:
        database = Database(path)
        database.rows("PRAGMA writable_schema = ON")
        database.rows("UPDATE sqlite_master SET name = CAST(x'8e' AS TEXT), sql = 'CREATE x' WHERE name = 'turns'")
        database.close()
        with pytest.raises(LibraryDamaged):
            Database(path)

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            (sqlite3.SQLITE_BUSY_SNAPSHOT, LibraryInUse),
            (sqlite3.SQLITE_LOCKED, LibraryInUse),
            (sqlite3.SQLITE_IOERR_WRITE, LibraryError),
            (sqlite3.SQLITE_READONLY_ROLLBACK, LibraryError),
            (sqlite3.SQLITE_IOERR_SHORT_READ, LibraryDamaged),
            (sqlite3.SQLITE_CORRUPT_INDEX, LibraryDamaged),
        ],
    )
    def test_what_sqlite_says_is_told_apart_by_its_code(
        self, path: Path, code: int, expected: type[LibraryError]
    ) -> None:
        error = sqlite3.OperationalError("database disk image is locked")
        error.sqlite_errorcode = code
        with pytest.raises(expected) as caught, module._explained(path):
            raise error
        assert type(caught.value) is expected

    def test_a_wrong_call_is_no_damage(self, path: Path) -> None:
        database = Database(path)
        with pytest.raises(sqlite3.ProgrammingError, match="bindings"):
            database.rows("SELECT ?")
        database.close()
        with pytest.raises(UsageError, match=f"{path.parent} was closed"):
            database.rows("SELECT 1")


class TestPlaces:
    def test_the_folder_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        for path in (tmp_path / "file" / "library.db", tmp_path / "file" / "below" / "library.db"):
            with pytest.raises(UsageError, match="is not a folder"):
                Database(path)

    def test_the_file_is_a_folder(self, path: Path) -> None:
        path.mkdir(parents=True)
        with pytest.raises(LibraryError, match="cannot be used: unable to open"):
            Database(path)

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
    @pytest.mark.parametrize("is_made", [True, False])
    def test_a_folder_that_cannot_be_written(self, path: Path, is_made: bool) -> None:
        if is_made:
            Database(path).close()
        path.parent.mkdir(exist_ok=True)
        path.parent.chmod(0o500)
        with pytest.raises(LibraryError, match="cannot be used"):
            Database(path)
        path.parent.chmod(0o700)

    def test_a_folder_that_cannot_be_made(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "mkdir", refuse)
        with pytest.raises(LibraryError, match=r"cannot be used: Permission denied\. Name another"):
            Database(path)

    def test_a_file_that_cannot_be_written(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "access", lambda *_: False)
        with pytest.raises(LibraryError, match=r"library\.db cannot be written"):
            Database(path)

    def test_a_full_disk(self, opened: Database) -> None:
        opened.rows("PRAGMA max_page_count = 40")
        with pytest.raises(LibraryError, match="disk not full") as caught, opened.transaction():
            opened.insert("INSERT INTO meta VALUES ('a', ?)", ["x" * 10**6])
        assert not isinstance(caught.value, LibraryDamaged)
        note(opened)
        assert notes(opened) == ["a"]
