import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from assistant.indexing import SearchableLibrary
from assistant.library.store import Library
from assistant.types import Filter
from assistant.wiring import Assistant
from tests.conftest import ROOT, Program
from tests.fakes.shelf import record
from vectorstore.chunk import chunk_paper

PAPERS = 1500


def pending(library: Path) -> int:
    with closing(sqlite3.connect(library / "library.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM pending").fetchone()[0])


def workers_of(process: int) -> set[int]:
    """The processes that a process started."""
    return {int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()}


def is_running(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see the workers")
def test_a_second_run_goes_on_where_the_first_was_killed(tmp_path: Path, program: Program) -> None:
    library = tmp_path / "library"
    animals = ("owls", "bees", "whales", "mice", "ants", "bats", "eels")
    with Assistant.open(library, model="embedded") as assistant:
        titles = [f"Paper {at} on {animals[at % 7]} and {animals[at % 5]} that meet" for at in range(PAPERS)]
        assistant.add_records([record(one, "Quill, Ada", year=2000) for one in titles], index=False)
    command = [sys.executable, "-m", "assistant", "embed", "--workers", "1", "--library", str(library)]
    first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while pending(library) == PAPERS:
        assert first.poll() is None
    workers = workers_of(first.pid)
    assert workers
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    left = pending(library)
    assert 0 < left < PAPERS
    while any(is_running(one) for one in workers):  # nobody is left behind; the time limit of tests ends this
        pass
    ended = program("embed", "--workers", "1", "--library", library)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr.startswith(f"{left} chunks embedded with ")
    with closing(Library(library, chunker=chunk_paper)) as papers, Assistant.open(library, model="embedded") as opened:
        index = SearchableLibrary(papers, embedder=opened.index.embedder)
        assert index.check_again() == 0
        assert index.search("Paper 700 on owls", 1, Filter(), "lexical")
        index.close()
