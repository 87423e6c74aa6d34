"""`citewell eval run` on answers of other systems and on the real program."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLE_BIB, Run

ITEM = {
    "question": "What do bees avoid?",
    "output": "Bees avoid loud roads [1]. They forage less near them [1][2]. Nobody knows why [7].",
    "docs": [
        {"id": "a", "title": "Bees and noise", "text": "Bees avoid loud roads. They forage less near them."},
        {"id": "b", "title": "Ants and rain", "text": "Ants march in rain."},
    ],
    "qa_pairs": [{"short_answers": ["loud roads"]}],
}


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps({"data": [ITEM]}), encoding="utf-8")
    return path


def document(out: str) -> Any:
    return json.loads(out)


def test_conventions_side_by_side(run: Run, outputs: Path) -> None:
    sets = [one for name in ("citewell", "alce", "autosurvey", "alce") for one in ("--metric-set", name)]
    ran = run("eval", "run", "--outputs", outputs, "--no-cache", "--json", *sets)
    assert ran.code == 0
    found = document(ran.out)
    assert found["metric_sets"] == ["citewell", "alce", "autosurvey"]
    values = {name: one["value"] for name, one in found["metrics"].items()}
    assert values["citation_recall"] == pytest.approx(2 / 3)
    assert values["citation_precision"] == 0.5  # [1] twice of use; [2] is not, [7] is not there
    assert values["alce_citation_precision"] == pytest.approx(2 / 3)  # [7] is left out
    assert values["alce_str_em"] == 1
    assert "8" not in found["papers"]
    assert found["calls"]["answers"] == 0


def test_one_set_alone_shows_its_verdicts(run: Run, outputs: Path) -> None:
    ran = run("eval", "run", "--outputs", outputs, "--no-cache", "--json", "--metric-set", "alce")
    found = document(ran.out)
    assert "citation_recall" not in found["metrics"]
    assert found["examples"][0]["statements"][0]["checked"]["supported"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--metric-set", "alec"], "there are citewell, alce, scholarqa, autosurvey"),
        (["--judge", "nobody"], "There is no judge 'nobody'"),
        (["--outputs-format", "foo"], "foo"),
        (["--first-id", "2"], "--first-id"),
        (["--claims", "nobody"], "nobody"),
        (["--parallel", "0"], "--parallel"),
    ],
)
def test_a_wrong_option_is_named(run: Run, outputs: Path, arguments: list[str], words: str) -> None:
    ran = run("eval", "run", "--outputs", outputs, "--no-cache", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_nothing_to_evaluate(run: Run) -> None:
    ran = run("eval", "run")
    assert ran.code == 2
    assert "--dataset builtin" in ran.err


def test_outputs_are_joined_with_what_a_data_set_knows(run: Run, outputs: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "gold.jsonl"
    row = {"id": "bees", "question": "What do bees avoid?", "facts": [["noise"]], "answerable": True}
    dataset.write_text(json.dumps(row), encoding="utf-8")
    ran = run("eval", "run", "--outputs", outputs, "--dataset", dataset, "--no-cache", "--json")
    assert document(ran.out)["metrics"]["facts_stated"]["value"] == 0
    dataset.write_text(json.dumps({"question": "Something else?"}), encoding="utf-8")
    ran = run("eval", "run", "--outputs", outputs, "--dataset", dataset, "--no-cache")
    assert ran.code == 2
    assert "are they of the same data set?" in ran.err


def test_printed_answers_are_checked_against_the_users_library(run: Run, library: Path, tmp_path: Path) -> None:
    asked = run("ask", "How does Self-RAG decide when to retrieve passages?", "--json", "--library", library)
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps(json.loads(asked.out)), encoding="utf-8")
    ran = run("eval", "run", "--outputs", path, "--library", library, "--no-cache", "--json")
    assert ran.code == 0
    metrics = document(ran.out)["metrics"]
    assert metrics["quote_exactness"]["value"] == 1
    assert metrics["citation_recall"]["value"] == 1


def test_a_baseline_judge_can_be_named(run: Run, outputs: Path) -> None:
    ran = run("eval", "run", "--outputs", outputs, "--judge", "overlap", "--no-cache", "--json")
    assert document(ran.out)["judge"] == "overlap-1"


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    dataset = tmp_path / "questions.jsonl"
    rows = [{"question": f"What does paper number {n} say about citations and retrieval?"} for n in range(60)]
    dataset.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    cache, library = tmp_path / "cache.sqlite3", tmp_path / "library"
    program = [sys.executable, "-m", "assistant", "--library", str(library)]
    subprocess.run([*program, "add", str(SAMPLE_BIB)], check=True, capture_output=True)
    command = [
        *program,
        "eval",
        "run",
        "--dataset",
        str(dataset),
        "--model",
        "embedded",
        "--cache",
        str(cache),
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and _kept(cache) < 5:
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
    before = _kept(cache)
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    calls = document(ended.stdout)["calls"]
    assert 5 <= before <= calls["answers_kept"]
    assert calls["answers"] + calls["answers_kept"] == 60


def _kept(cache: Path) -> int:
    """Answers in a cache that another process is writing."""
    import sqlite3

    if not cache.exists():
        return 0
    store = sqlite3.connect(f"file:{cache}?mode=ro", uri=True, timeout=5)
    try:
        return int(store.execute("SELECT count(*) FROM entries WHERE key LIKE 'answer:%'").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        store.close()
