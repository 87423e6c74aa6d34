"""Killed at any moment of adding and indexing, a library answers as one that never was."""

import logging
import multiprocessing
import random
import shutil
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.growing import STEPS, Found, answers, contents, grow, has_pending, open_grown

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

KILLS = 50
_CONTEXT = multiprocessing.get_context("forkserver")


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


def _started(folder: Path, first: int) -> "tuple[multiprocessing.process.BaseProcess, float]":
    """A process that takes the steps from `first` on, and when it began to."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=grow, args=(folder, first, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == "ready"
    ours.close()
    return process, time.monotonic()


def _seconds_to_the_end(folder: Path) -> float:
    process, began = _started(folder, 0)
    process.join()
    assert process.exitcode == 0
    return time.monotonic() - began


def test_killed_at_fifty_moments(never_killed: list[Grown], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    _CONTEXT.set_forkserver_preload(["tests.fakes.growing", "chromadb", "tantivy", "vectorstore.index"])
    chance = random.Random(20)  # noqa: S311 - because it chooses moments
    seconds = _seconds_to_the_end(tmp_path / "whole")
    hits = 0
    with caplog.at_level(logging.WARNING):
        for number in range(KILLS):
            first = chance.randrange(len(STEPS)) if number % 2 else 0
            folder = tmp_path / str(number)
            shutil.copytree(never_killed[first].folder, folder)
            process, _ = _started(folder, first)
            process.join(chance.uniform(0, seconds * (len(STEPS) - first) / len(STEPS)))
            process.kill()
            process.join()
            hits += has_pending(folder)
            _assert_as_never_killed(folder, never_killed)
            shutil.rmtree(folder)
    assert hits >= KILLS // 4, "too few processes died while they were indexing"
    assert [one.getMessage() for one in caplog.records if "damaged" in one.getMessage()] == []


def _assert_as_never_killed(folder: Path, never_killed: list[Grown]) -> None:
    found, held = answers(folder), contents(folder)
    (steps,) = (number for number, one in enumerate(never_killed) if one.contents == held)
    assert _digests(folder) == _digests(never_killed[steps].folder)
    for (query, mode), expected in never_killed[steps].answers.items():
        # tantivy counts chunks that were replaced or removed until it merges, and when it does is chance.
        _assert_alike(found[query, mode], expected, within=1e-6 if mode == "dense" else 0.05)
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
