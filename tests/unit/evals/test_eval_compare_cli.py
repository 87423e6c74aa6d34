import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.log import to_json
from evals.types import EvalLog
from tests.conftest import Run
from tests.fakes.evaluation import abstention, eval_log

BEFORE: dict[str, Any] = {
    "citation_recall": [0.0, 0.5] * 10,
    "scholarqa_citation_precision": [0.5, 1.0] * 10,
    "prompt_tokens": [float(one * 10_000) for one in range(20)],
    "usd": [0.0004] * 19 + [0.0005],
    "right_paper": [None] * 20,
}
AFTER: dict[str, Any] = BEFORE | {
    "citation_recall": [0.5, 1.0] * 10,
    "scholarqa_citation_precision": [1.0, 0.5] * 10,
    "prompt_tokens": [float(one * 11_000) for one in range(20)],
}


def write(path: Path, log: EvalLog) -> Path:
    path.write_text(to_json(log), encoding="utf-8")
    return path


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return write(tmp_path / "a.json", eval_log(BEFORE))


@pytest.fixture
def after(tmp_path: Path) -> Path:
    log = eval_log(AFTER, model="new")
    results = (replace(log.results[0], answer=abstention("Nothing here.")), *log.results[1:])
    return write(tmp_path / "b.json", replace(log, results=results))


def test_a_table_for_people(run: Run, before: Path, after: Path) -> None:
    found = run("eval", "compare", before, after, "--examples", 1)
    assert (found.code, found.err) == (0, "")
    lines = found.out.splitlines()
    assert lines[0] == f"A: {before} (scripted)"
    assert "Differs: model: scripted and new" in lines
    table = lines[lines.index("-- worse in B --") - 1 : lines.index("-- the same in every question --") + 2]
    assert table[0].split() == ["metric", "n", "A", "B", "B", "-", "A", "95%", "interval", "p", "adj.", "MDD"]
    assert table[2].split()[:5] == ["prompt_tokens", "20", "95000", "104k", "+9500"]
    assert table[3] == "-- better in B --"
    assert table[4].split() == ["citation_recall", "20", "0.250", "0.750", "+0.500", "+0.500", "+0.500", "<.001", "-"]
    assert all(len(line) <= 79 for line in table)
    assert "right_paper" not in found.out
    assert table[-1] == "usd 4.1e-4"
    assert "3 metrics were tested" in found.out
    assert "minimum detectable difference" in found.out
    assert "20 questions changed, 1 newly abstained, 0 newly failed, the 1 worst below" in lines
    assert lines[-5:] == [
        "q1: What is asked in question 1?",
        "  citation_recall 0.000 -> 0.500",
        "  scholarqa_citation_precision 0.500 -> 1.000",
        "  A answered: Much is said [ant].",
        "  B abstained: Nothing here.",
    ]


def test_json_is_all_there_is_on_stdout(run: Run, before: Path, after: Path) -> None:
    found = run("eval", "compare", before, after, "--json", "--metric", "citation_recall")
    assert (found.code, found.err) == (0, "")
    document = json.loads(found.out)
    assert list(document["metrics"]) == ["citation_recall"]
    assert document["metrics"]["citation_recall"]["verdict"] == "better"
    assert document["newly_abstained"] == ["q1"]
    assert document["comparable"]


def test_runs_that_mean_something_else_are_refused(run: Run, before: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "c.json", eval_log(AFTER, judge="other-1", prompts={"answer": "x"}))
    found = run("eval", "compare", before, other)
    assert (found.code, found.out) == (2, "")
    assert "- judge: 'fake-1' and 'other-1'\n- prompts: not the same text in answer\n" in found.err
    assert "--anyway" in found.err


def test_anyway_says_the_same_as_warnings(run: Run, before: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "c.json", eval_log(AFTER, judge="other-1", prompts={"answer": "x"}))
    found = run("eval", "compare", before, other, "--anyway", "--json")
    assert found.code == 0
    assert found.err == (
        "Warning: the numbers do not mean the same; judge: 'fake-1' and 'other-1'.\n"
        "Warning: the numbers do not mean the same; prompts: not the same text in answer.\n"
    )
    assert len(json.loads(found.out)["reasons"]) == 2


def test_bad_input(run: Run, before: Path, tmp_path: Path) -> None:
    assert run("eval", "compare", before, tmp_path / "none.json").code == 2
    found = run("eval", "compare", before, before, "--metric", "recall")
    assert found.code == 2
    assert "Did you mean citation_recall" in found.err


def test_nothing_changed(run: Run, before: Path) -> None:
    found = run("eval", "compare", before, before)
    assert found.code == 0
    assert found.out.endswith("\n0 questions changed, 0 newly abstained, 0 newly failed\n")
