import json
from pathlib import Path

from tests.conftest import Run

SELF_RAG = "How does Self-RAG decide when to retrieve passages?"


def test_lists_and_searches(run: Run, library: Path) -> None:
    for question in (SELF_RAG, "How does ColBERT encode queries?\nAnd what is stored?"):
        run("chat", "--library", library, stdin=f"{question}\n")
    ended = run("sessions", "--library", library)
    assert (ended.code, ended.err) == (0, "2 sessions.\n")
    newer, older = ended.out.splitlines()
    assert newer.startswith("  2  20")
    assert newer.endswith("2 turns  How does ColBERT encode queries?")
    assert older.endswith(f"1 turn   {SELF_RAG}")
    document = json.loads(run("sessions", "COLBERT", "stored", "--json", "--library", library).out)
    assert [one["id"] for one in document["sessions"]] == [2]
    assert set(document["sessions"][0]) == {"id", "title", "started", "asked", "turns"}


def test_none(run: Run, library: Path) -> None:
    ended = run("sessions", "xyzzy", "--library", library)
    assert (ended.code, ended.out, ended.err) == (0, "", "0 sessions.\n")
    assert json.loads(run("sessions", "--json", "--library", library).out) == {"sessions": []}


def test_no_library(run: Run, tmp_path: Path) -> None:
    ended = run("sessions", "--library", tmp_path / "none")
    assert (ended.code, ended.out) == (2, "")
    assert "There is no library" in ended.err
