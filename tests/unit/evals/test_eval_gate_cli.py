import json
from pathlib import Path

import pytest

from evals.log import to_json
from tests.conftest import Run
from tests.fakes.evaluation import eval_log


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "run.json"
    values = {"citation_recall": [1.0, 0.5, 0.0], "seconds": [1.0, 2.0, 9.0]}
    path.write_text(to_json(eval_log(values, notes=("Read this.",))), encoding="utf-8")
    return path


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    path = tmp_path / "base.json"
    path.write_text(to_json(eval_log({"citation_recall": [1.0, 0.5, 0.1], "seconds": [1.0] * 3})), encoding="utf-8")
    return path


def test_good_enough(run: Run, log: Path) -> None:
    found = run("eval", "gate", log, "--min", "citation_recall=0.5", "--max", "seconds=4")
    assert found.code == 0
    assert found.out == ("ok   citation_recall 0.5, at least 0.5\nok   seconds 4, at most 4\nAll rules are met.\n")
    assert found.err == "Note: Read this.\n"


def test_not_good_enough(run: Run, log: Path) -> None:
    found = run("eval", "gate", log, "--min", "citation_recall=0.85", "--max", "seconds=4")
    assert found.code == 1
    assert found.out == (
        "FAIL citation_recall 0.5, at least 0.85: 0.5 is below 0.85\n"
        "       q3: 0: What is asked in question 3?\n"
        "       q2: 0.5: What is asked in question 2?\n"
        "ok   seconds 4, at most 4\n"
        "1 of 2 rules not met.\n"
    )


def test_against_a_baseline(run: Run, log: Path, baseline: Path) -> None:
    assert run("eval", "gate", log, "--baseline", baseline, "--tolerance", "0.05").code == 0
    found = run("eval", "gate", log, "--baseline", baseline, "--tolerance", "0.02", "--format", "json")
    assert found.code == 1
    assert run("eval", "gate", log, "--baseline", baseline, "--tolerance", "0.02", "--json").out == found.out
    (one,) = json.loads(found.out)["checks"]
    assert (one["passed"], one["failing"][0]["id"], one["failing"][0]["baseline"]) == (False, "q3", 0.1)
    assert found.err == ""


def test_the_baselines_value_is_shown(run: Run, log: Path, baseline: Path) -> None:
    found = run("eval", "gate", log, "--baseline", baseline, "--tolerance", "0.05")
    assert "ok   citation_recall 0.5, baseline 0.5333, may be 0.05 worse than the baseline\n" in found.out


def test_another_judge_is_refused_unless_told_otherwise(run: Run, log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(to_json(eval_log({"citation_recall": [0.0] * 3}, judge="other")), encoding="utf-8")
    found = run("eval", "gate", log, "--baseline", other)
    assert (found.code, found.out) == (2, "")
    assert "judge: 'other' and 'fake-1'" in found.err
    found = run("eval", "gate", log, "--baseline", other, "--anyway")
    assert found.code == 0
    assert "Warning: the baseline's numbers do not mean the same; judge:" in found.err


def test_github_gets_commands_and_a_summary(
    run: Run, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "summary.md"
    page.write_text("Before.\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    found = run("eval", "gate", log, "--min", "citation_recall=0.85", "--format", "github")
    assert found.code == 1
    assert found.out.startswith("::error title=citewell eval gate%3A citation_recall::citation_recall: 0.5 is below")
    assert found.out.count("\n") == 1
    text = page.read_text(encoding="utf-8")
    assert text.startswith("Before.\n## citewell eval gate: not passed\n")
    assert "| q3 | - | 0 | What is asked in question 3? |  |" in text


def test_a_summary_that_cannot_be_written_is_told(
    run: Run, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    found = run("eval", "gate", log, "--min", "citation_recall=0.1", "--format", "github")
    assert found.code == 0
    assert found.err.startswith("Warning: the summary could not be written")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "nothing to check"),
        (["--min", "citation_recall"], "Write METRIC=NUMBER"),
        (["--min", "citation_recall=much"], "Write METRIC=NUMBER"),
        (["--max", "citation_recall=nan"], "Write METRIC=NUMBER"),
        (["--min", "citation_recall=0.1", "--min", "citation_recall=0.2"], "has a bound already"),
        (["--min", "citation_recal=0.1"], "Did you mean citation_recall"),
        (["--min", "citation_recall=0.1", "--tolerance", "0.1"], "--baseline"),
        (["--min", "citation_recall=0.1", "--metric", "seconds"], "--baseline"),
        (["--baseline", "BASE", "--tolerance=-1"], "must be 0 or more"),
        (["--baseline", "BASE", "--tolerance", "inf"], "must be 0 or more"),
        (["--baseline", "none.json"], "none.json"),
        (["--min", "citation_recall=0.1", "--by", "high"], "high"),
        (["--min", "citation_recall=85"], "shares go from 0 to 1; write 0.85"),
        (["--min", "citation_recall=0.1", "--json", "--format", "github"], "leave one of the two out"),
    ],
)
def test_bad_options(run: Run, log: Path, baseline: Path, options: list[str], words: str) -> None:
    found = run("eval", "gate", log, *(str(baseline) if one == "BASE" else one for one in options))
    assert (found.code, found.out) == (2, "")
    assert words in found.err
