import json
from pathlib import Path
from typing import Any

import pytest

from evals.datasets.jsonl import read
from tests.conftest import Run
from tests.fakes.openai_server import OpenAIServer, fails, says


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "questions.jsonl"


def test_questions_by_pattern(run: Run, sample_library: Path, out: Path) -> None:
    ran = run("eval", "make-questions", "--library", sample_library, "--out", out, "--n", "15")
    assert ran.code == 0
    assert ran.out == f"15 draft questions in {out}: 10 fact, 2 comparison, 3 near-miss.\n"
    assert "made by pattern (no model is configured); --model M" in ran.err
    assert f"citewell eval run --dataset {out}" in ran.err.replace("\n", " ")
    dataset = read(out)
    assert [sample.id for sample in dataset.samples] == [f"q{number:03}" for number in range(1, 16)]
    assert [sample.answerable for sample in dataset.samples] == [True] * 12 + [False] * 3
    assert all(line["draft"] is True and line["comment"] for line in lines(out))


def test_the_seed_decides(run: Run, sample_library: Path, tmp_path: Path) -> None:
    texts = []
    for number, seed in enumerate(("0", "0", "1")):
        path = tmp_path / f"{number}.jsonl"
        run("eval", "make-questions", "--library", sample_library, "--out", path, "--n", "9", "--seed", seed)
        texts.append(path.read_text("utf-8"))
    assert texts[0] == texts[1] != texts[2]


def test_only_some_papers_and_fewer_questions_than_wanted(run: Run, sample_library: Path, out: Path) -> None:
    ran = run(
        "eval", "make-questions", "--library", sample_library, "--out", out, "--json",
        "--papers", "thorne2018fever", "--papers", "wadden2020fact", "--unanswerable", "2",
    )  # fmt: skip
    assert ran.code == 0
    assert {key for line in lines(out) for key in line["gold_keys"]} == {"thorne2018fever", "wadden2020fact"}
    found = json.loads(ran.out)
    assert found["questions"] == len(lines(out)) < 30
    assert found["kinds"]["near-miss"] == 2
    assert "Fewer than the 30 wanted" in ran.err


def test_a_file_is_replaced_only_when_told_to(run: Run, sample_library: Path, out: Path) -> None:
    out.write_text("mine", "utf-8")
    ran = run("eval", "make-questions", "--library", sample_library, "--out", out)
    assert (ran.code, ran.out) == (2, "")
    assert "is there already; name another file, or add --force" in ran.err
    assert out.read_text("utf-8") == "mine"
    assert run("eval", "make-questions", "--library", sample_library, "--out", out, "--force", "--n", "3").code == 0
    assert len(lines(out)) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--papers", "nobody2000"], "--papers 'nobody2000': the library has no such paper"),
        (["--n", "3", "--unanswerable", "4"], "there are only 3 questions"),
        (["--n", "0"], "--n"),
        (["--out", "nowhere/questions.jsonl"], "there is no folder"),
    ],
)
def test_what_cannot_be_done_is_2_and_writes_nothing(
    run: Run, sample_library: Path, out: Path, arguments: list[str], message: str
) -> None:
    ran = run("eval", "make-questions", "--library", sample_library, "--out", out, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert not out.exists()


QUOTE = "It was right for 31.87 percent of the claims when the correct evidence had to be given as well"
GOOD = json.dumps(
    {"question": "How often does FEVER's first system succeed?", "answer": "31.87 percent", "quote": QUOTE}
)
MODEL = ["--model", "openai:tiny", "--papers", "thorne2018fever", "--unanswerable", "0"]


def test_a_model_writes_them(run: Run, sample_library: Path, out: Path) -> None:
    with OpenAIServer(says(GOOD)) as server:
        ran = run(
            "eval", "make-questions", "--library", sample_library, "--out", out, "--n", "1", "--json", *MODEL,
            "--base-url", server.base_url,
        )  # fmt: skip
    assert ran.code == 0
    assert "Model: openai:tiny" in ran.err
    (line,) = lines(out)
    assert line["gold_spans"] == [{"key": "thorne2018fever", "text": QUOTE}]
    assert line["facts"] == [["31.87"]]
    assert json.loads(ran.out)["tokens"]["prompt"] > 0


def test_what_a_model_gave_before_it_failed_is_kept(run: Run, sample_library: Path, out: Path) -> None:
    with OpenAIServer(says(GOOD), fails(400)) as server:
        ran = run(
            "eval", "make-questions", "--library", sample_library, "--out", out, "--n", "3", *MODEL,
            "--base-url", server.base_url,
        )  # fmt: skip
    assert (ran.code, ran.out) == (3, "")
    assert "What was drafted before it failed (1 of 3 questions) is in" in ran.err
    assert len(lines(out)) == 1
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_a_model_of_no_use_leaves_no_file(run: Run, sample_library: Path, out: Path) -> None:
    with OpenAIServer(says("I would rather not.")) as server:
        ran = run(
            "eval", "make-questions", "--library", sample_library, "--out", out, "--n", "1", "--json", *MODEL,
            "--base-url", server.base_url,
        )  # fmt: skip
    assert ran.code == 0
    found = json.loads(ran.out)
    assert found["questions"] == 0
    assert found["refused"][0] == {"source": "thorne2018fever", "problem": "it is no JSON object"}
    assert "No question about thorne2018fever: it is no JSON object." in ran.err
    assert not out.exists()


def test_a_model_that_fails_at_once_takes_nothing_away(run: Run, sample_library: Path, out: Path) -> None:
    out.write_text("mine", "utf-8")
    with OpenAIServer(fails(400)) as server:
        ran = run(
            "eval", "make-questions", "--library", sample_library, "--out", out, "--force", *MODEL,
            "--base-url", server.base_url,
        )  # fmt: skip
    assert ran.code == 3
    assert "drafted before" not in ran.err
    assert out.read_text("utf-8") == "mine"


def test_papers_without_abstracts_are_nothing_to_ask_about(run: Run, tmp_path: Path, out: Path) -> None:
    bib = tmp_path / "bare.bib"
    bib.write_text("@misc{one2020, title={One thing}, year={2020}}", "utf-8")
    run("add", bib, "--library", tmp_path / "lib")
    ran = run("eval", "make-questions", "--library", tmp_path / "lib", "--out", out)
    assert ran.code == 2
    assert "No paper in the library has an abstract" in ran.err
