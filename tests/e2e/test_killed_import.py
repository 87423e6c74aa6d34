"""Killed at any moment of an import, a library is as before it or after it; importing again makes it whole."""

import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from assistant.library.store import Library
from tests.fakes.importing import FILES, NEW, RECORDS, bring_all_in, bring_in, tables, write_files
from tests.fakes.killing import Running, preload
from tests.fakes.shelf import open_shelf

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

KILLS = 50
_AT_ONCE = 2
Tables = dict[str, list[object]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write_files(folder)
    return folder


@pytest.fixture(scope="module")
def never_killed(files: Path) -> list[Tables]:
    """What the library holds after each number of files, from none to all."""
    with closing(open_shelf(files / "never_killed")) as library:
        held = [tables(library)]
        for number in range(FILES):
            bring_in(library, files / f"{number}.jsonl")
            held.append(tables(library))
    return held


def test_the_files_overlap(never_killed: list[Tables]) -> None:
    held = never_killed[-1]
    assert len(held["papers"]) == (FILES - 1) * NEW + RECORDS
    assert len(held["keys"]) > len(held["papers"])
    assert len(held["sources"]) == FILES * RECORDS


def test_killed_at_fifty_moments(files: Path, never_killed: list[Tables]) -> None:
    preload("tests.fakes.importing")
    chance = random.Random(6)  # noqa: S311 - because it chooses moments
    seconds = Running.started(bring_all_in, files / "whole").seconds()
    unfinished = 0
    for number in range(0, KILLS, _AT_ONCE):
        running = [
            (chance.uniform(0, seconds), Running.started(bring_all_in, files / str(one)))
            for one in range(number, number + _AT_ONCE)
        ]
        for after, process in sorted(running, key=lambda item: item[1].began + item[0]):
            folder = process.killed(after)
            with closing(open_shelf(folder)) as library:
                _assert_whole(library)
                held = tables(library)
                assert held in never_killed
                if held == never_killed[-1]:
                    seconds = min(seconds, after)  # the machine is quicker now: later moments would come too late
                else:
                    unfinished += 1
                for file in range(FILES):
                    bring_in(library, files / f"{file}.jsonl")
                assert tables(library) == never_killed[-1]
            shutil.rmtree(folder)
    assert unfinished >= KILLS // 2, "too few processes died while they were importing"


def _assert_whole(library: Library) -> None:
    """Every paper has all that belongs to it, and nothing belongs to no paper."""
    assert library.database.rows("PRAGMA integrity_check") == [("ok",)]
    assert library.database.rows("PRAGMA foreign_key_check") == []
    assert library.database.rows("SELECT * FROM recording") == []
    for table in ("keys", "sources", "chunks", "matching_keys"):
        lacking = f"SELECT key FROM papers WHERE id NOT IN (SELECT paper FROM {table} WHERE paper IS NOT NULL)"
        assert library.database.rows(lacking) == []
    assert set(library.pending()) >= library.chunk_digests().keys()
