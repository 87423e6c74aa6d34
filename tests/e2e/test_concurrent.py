"""One process writes while eight search: no error, no stale lock, and nothing found that was never there."""

import logging
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import closing, nullcontext
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from assistant.library.store import FILE_NAME
from assistant.types import Filter
from tests.fakes.chroma_server import chroma_server
from tests.fakes.growing import (
    MODES,
    PAPERS,
    QUERIES,
    STEPS,
    Found,
    add_some,
    answers,
    contents,
    grow,
    made_up,
    open_grown,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

READERS = 8
ROUNDS = 2
_CONTEXT = multiprocessing.get_context("forkserver")
_EDITIONS = {f"paper{n}": {made_up(n, edition).abstract for edition in range(4)} for n in range(PAPERS)}


def write(folder: Path, done: Event) -> None:
    """All steps, again and again; each round ends as the first did."""
    try:
        library, index = open_grown(folder)
        with closing(library), closing(index):
            for _ in range(ROUNDS):
                for step in STEPS:
                    step(library)
                    index.bring_up_to_date()
    finally:
        done.set()


def read(folder: Path, number: int, done: Event, results: "multiprocessing.Queue[tuple[str, int]]") -> None:
    """Search until the writer is done, at least once; report what was wrong and how often it was searched."""
    logging.disable(logging.WARNING)  # that the newest papers may be missing is as it should be
    searched, wrong = 0, ""
    try:
        while not wrong and (not searched or not done.is_set()):
            library, index = open_grown(folder)
            with closing(library), closing(index):
                for query in QUERIES:  # as one command does, and as a chat does
                    for one in index.search(query, 10, Filter(), MODES[(searched + number) % len(MODES)]):
                        abstracts = _EDITIONS[one.chunk.key]
                        if not any(
                            abstract[one.chunk.start : one.chunk.end] == one.chunk.text for abstract in abstracts
                        ):
                            wrong = f"{one.chunk} was never in the library"
                    searched += 1
    except BaseException as error:  # noqa: BLE001 - because whatever it is, the test shall name it
        wrong = repr(error)
    results.put((wrong, searched))


@pytest.fixture(params=["local", "server"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A library of some papers, its vectors in its folder or on a server."""
    with chroma_server(tmp_path / "chroma") if request.param == "server" else nullcontext("local") as store:
        grow(tmp_path / "shelf", 0, last=1)
        library, index = open_grown(tmp_path / "shelf")
        with closing(library), closing(index):
            index.move_to(store)
        yield tmp_path / "shelf"


def test_one_writes_and_eight_search(folder: Path, tmp_path: Path) -> None:
    _CONTEXT.set_forkserver_preload(["tests.fakes.growing", "chromadb", "tantivy", "vectorstore.index"])
    done, results = _CONTEXT.Event(), _CONTEXT.Queue()
    readers = [_CONTEXT.Process(target=read, args=(folder, number, done, results)) for number in range(READERS)]
    writer = _CONTEXT.Process(target=write, args=(folder, done))
    for process in (*readers, writer):
        process.start()
    found = [results.get(timeout=100) for _ in readers]
    for process in (*readers, writer):
        process.join()
    assert [wrong for wrong, _ in found if wrong] == []
    assert [process.exitcode for process in (*readers, writer)] == [0] * (READERS + 1)
    assert sum(searched for _, searched in found) >= READERS
    _assert_no_lock_is_held(folder)
    grow(tmp_path / "alone", 0)
    is_local = (folder / "index" / "scan").exists()
    _assert_alike(answers(folder), answers(tmp_path / "alone"), is_local=is_local)


def test_several_write_to_one_server(tmp_path: Path) -> None:
    """Two libraries, and to each of them two processes."""
    _CONTEXT.set_forkserver_preload(["tests.fakes.growing", "chromadb", "tantivy", "vectorstore.index"])
    shelves = {"one": (0, 30), "two": (20, 50)}
    with chroma_server(tmp_path / "chroma") as store:
        for name in shelves:
            add_some(tmp_path / name, 55, 60)
            library, index = open_grown(tmp_path / name)
            with closing(library), closing(index):
                index.move_to(store)
        writers = [
            _CONTEXT.Process(target=add_some, args=(tmp_path / name, first, first + 15))
            for name, (low, high) in shelves.items()
            for first in range(low, high, 15)
        ]
        for process in writers:
            process.start()
        for process in writers:
            process.join()
        assert [process.exitcode for process in writers] == [0] * 4
        for name, (first, last) in shelves.items():
            add_some(tmp_path / f"{name}-alone", 55, 60, 60)
            add_some(tmp_path / f"{name}-alone", first, last, 60)
            assert contents(tmp_path / name) == contents(tmp_path / f"{name}-alone")
            _assert_alike(answers(tmp_path / name), answers(tmp_path / f"{name}-alone"), is_local=False)
            _assert_no_lock_is_held(tmp_path / name)


def _assert_alike(found: Found, expected: Found, *, is_local: bool) -> None:
    """The same scores; equal ones may come in any order.

    A server adds in single precision, and may leave out some of the many candidates that a hybrid search asks it for,
    against whose mean and spread the others are measured.
    """
    for (query, mode), passages in expected.items():
        scores = [score for _, score in passages]
        within = 1e-6 if is_local else 0.05 if mode == "hybrid" else 1e-5
        assert [score for _, score in found[query, mode]] == pytest.approx(scores, rel=within, abs=within)


def _assert_no_lock_is_held(folder: Path) -> None:
    began = time.monotonic()
    library, index = open_grown(folder)
    with closing(library), closing(index), library.writing(wait=False):
        index.check_again()
        assert not library.has_pending()
    assert time.monotonic() - began < 10
    assert (folder / FILE_NAME).exists()
