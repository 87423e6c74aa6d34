import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.library.database import Database
from tests.fakes.shelf import open_shelf


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    library = open_shelf(tmp_path / "shelf")
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads meet as often as they can
    yield library.database
    sys.setswitchinterval(interval)
    library.close()


def test_transactions_of_threads_wait_for_each_other(database: Database) -> None:
    def add_two(number: int) -> int:
        with database.transaction(keep=number % 3 > 0):
            database.rows("INSERT INTO pending VALUES (?)", [f"a{number}"])
            database.many("INSERT INTO pending VALUES (?)", [(f"b{number}",)])
            (row,) = database.rows("SELECT count(*) FROM pending")
            return int(row[0])

    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(add_two, range(150)))
    assert all(count % 2 == 0 for count in counts)  # nobody saw half of another's transaction
    assert database.rows("SELECT count(*) FROM pending") == [(200,)]


def test_a_thread_reads_only_what_is_settled(database: Database) -> None:
    def write(_: int) -> None:
        with database.transaction():
            database.rows("INSERT INTO pending VALUES ('half')")
            database.rows("DELETE FROM pending WHERE chunk = 'half'")

    def read(_: int) -> int:
        return len(database.rows("SELECT chunk FROM pending"))

    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(read if number % 4 else write, number) for number in range(800)]
    assert {one.result() for one in found} <= {0, None}
