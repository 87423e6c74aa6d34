"""Killed at any moment of adding and indexing, a library answers as one that never was."""

import logging
import random
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.growing import STEPS, Found, answers, contents, grow, has_pending, make_anew, open_grown
from tests.fakes.killing import Running, preload

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

KILLS = 50
_AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A library after some of the steps, never killed."""

    folder: Path
    contents: dict[str, str]
    answers: Found


@pytest.fixture(scope="module")
def never_killed(tmp_path_factory: pytest.TempPathFactory) -> list[Grown]:
    """The library after each number of steps, from none to all."""
    folder = tmp_path_factory.mktemp("never_killed")
    grown = []
    for steps in range(len(STEPS) + 1):
        if steps:
            shutil.copytree(folder / str(steps - 1), folder / str(steps))
            grow(folder / str(steps), steps - 1, last=steps)
        else:
            (folder / "0").mkdir()
        copy = shutil.copytree(folder / str(steps), folder / f"{steps}-asked")
        found = answers(copy)
        grown.append(Grown(folder=folder / str(steps), contents=contents(copy), answers=found))
    return grown


def test_killed_at_fifty_moments(never_killed: list[Grown], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    preload("tests.fakes.growing", "chromadb", "tantivy", "vectorstore.index")
    chance = random.Random(20)  # noqa: S311 - because it chooses moments
    seconds = Running.started(grow, tmp_path / "whole").seconds()
    hits = 0
    with caplog.at_level(logging.WARNING):
        for number in range(0, KILLS, _AT_ONCE):
            running = []
            for one in range(number, number + _AT_ONCE):
                first = chance.randrange(len(STEPS)) if one % 2 else 0
                folder = shutil.copytree(never_killed[first].folder, tmp_path / str(one))
                after = chance.uniform(0, seconds * (len(STEPS) - first) / len(STEPS))
                running.append((after, Running.started(grow, folder, first=first)))
            for after, one_running in sorted(running, key=lambda item: item[1].began + item[0]):
                folder = one_running.killed(after)
                hits += has_pending(folder)
                _assert_as_never_killed(folder, never_killed)
                shutil.rmtree(folder)
    assert hits >= KILLS // 4, "too few processes died while they were indexing"
    assert [one.getMessage() for one in caplog.records if "damaged" in one.getMessage()] == []


def test_killed_while_the_indexes_are_made_anew(
    never_killed: list[Grown], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    preload("tests.fakes.growing", "chromadb", "tantivy", "vectorstore.index")
    chance = random.Random(4)  # noqa: S311 - because it chooses moments
    whole = never_killed[-1].folder
    seconds = Running.started(make_anew, shutil.copytree(whole, tmp_path / "whole")).seconds()
    hits = 0
    with caplog.at_level(logging.WARNING):
        for number in range(KILLS // 5):
            folder = shutil.copytree(whole, tmp_path / str(number))
            for _ in range(2):  # what the first one leaves is gone on with by the second
                Running.started(make_anew, folder).killed(chance.uniform(0, seconds))
                hits += (folder / "index.new").exists()
            _assert_as_never_killed(folder, never_killed)
            make_anew(folder)
            _assert_as_never_killed(folder, never_killed)
            assert {one.name for one in folder.glob("index*")} == {"index"}
            shutil.rmtree(folder)
    assert hits >= KILLS // 10, "too few processes died while they made the indexes anew"
    assert [one.getMessage() for one in caplog.records if "damaged" in one.getMessage()] == []


def _assert_as_never_killed(folder: Path, never_killed: list[Grown]) -> None:
    found, held = answers(folder), contents(folder)
    (steps,) = (number for number, one in enumerate(never_killed) if one.contents == held)
    assert _digests(folder) == _digests(never_killed[steps].folder)
    for (query, mode), expected in never_killed[steps].answers.items():
        _assert_alike(found[query, mode], expected, within=1e-6)
    assert not has_pending(folder)


def _digests(folder: Path) -> dict[str, dict[str, str]]:
    """What each part of the indexes holds: chunk id to digest."""
    library, index = open_grown(folder)
    with closing(library), closing(index):
        index.bring_up_to_date()
        return {part: dict(read()) for part, read in index._index.held().items()}


def _assert_alike(found: list[tuple[str, float]], expected: list[tuple[str, float]], *, within: float) -> None:
    """The same scores, and the same chunks but for those that score as the last one does."""
    scores = [score for _, score in expected]
    assert [score for _, score in found] == pytest.approx(scores, rel=within, abs=within)
    least = min(scores, default=0.0) * (1 + within) + within
    assert {one for one, score in expected if score > least} <= {one for one, _ in found}
