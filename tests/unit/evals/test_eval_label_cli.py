import json
from pathlib import Path

import pytest

from evals.labelling.file import read_labels
from evals.log import to_json
from tests.conftest import Run
from tests.fakes.evaluation import answer, cite, eval_log, say


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    rows = [{"id": name, "statement": f"It is {name}.", "evidence": ["T", "A."]} for name in ("one", "two", "three")]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def test_labelling_from_a_pipe_and_going_on(run: Run, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "labels.jsonl"
    first = run("eval", "label", source, "--out", out, stdin="s\nu\n")
    assert first.code == 0
    assert first.out.startswith("2 of 3 pairs labelled: 1 supported, 1 unsupported.")
    assert "The same command goes on with the rest." in first.err
    assert "citewell eval judge --dataset" in first.err
    second = run("eval", "label", source, "--out", out, "--json", stdin="p\n")
    assert json.loads(second.out) == {
        "out": str(out),
        "pairs": 3,
        "left": 0,
        "labels": {"supported": 1, "unsupported": 1, "partly": 1},
    }
    assert "2 of 3 pairs have a label" in second.err
    assert len(read_labels(out)) == 3


def test_a_run_is_labelled_and_its_judge_hidden(run: Run, tmp_path: Path) -> None:
    log = eval_log({"m": [1.0]})
    result = type(log.results[0])(
        sample=log.results[0].sample, answer=answer(say("Much is said.", cite("ant"))), checks={}, scores={}
    )
    source = tmp_path / "run.json"
    source.write_text(to_json(eval_log({"m": [1.0]}, results=(result,))), "utf-8")
    ran = run("eval", "label", source, "--out", tmp_path / "labels.jsonl", stdin="s")
    assert ran.code == 0
    assert "«The abstract of ant says much.»" in ran.err
    assert ran.out == "1 of 1 pairs labelled: 1 supported.\n"


def test_limit_and_seed(run: Run, source: Path, tmp_path: Path) -> None:
    chosen = set()
    for seed in range(6):
        out = tmp_path / f"{seed}.jsonl"
        assert run("eval", "label", source, "--out", out, "--limit", "1", "--seed", str(seed), stdin="s\ns\n").code == 0
        chosen.add(tuple(read_labels(out)))
    assert all(len(ids) == 1 for ids in chosen)
    assert len(chosen) > 1


def test_a_wrong_key_is_2_and_keeps_the_labels(run: Run, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "labels.jsonl"
    ran = run("eval", "label", source, "--out", out, stdin="s\nyes\n")
    assert (ran.code, ran.out) == (2, "")
    assert "'yes' is no key" in ran.err
    assert len(read_labels(out)) == 1


def test_what_is_labelled_is_not_written_over(run: Run, source: Path) -> None:
    before = source.read_text("utf-8")
    ran = run("eval", "label", source, "--out", source.parent / "." / source.name, stdin="s\n")
    assert (ran.code, ran.out) == (2, "")
    assert "is what is labelled, and would be written over" in ran.err
    assert source.read_text("utf-8") == before


def test_agreement(run: Run, source: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    run("eval", "label", source, "--out", one, stdin="s\nu\np\n")
    run("eval", "label", source, "--out", two, stdin="s\nu\nu\n")
    ran = run("eval", "label", "--agreement", one, two)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "3 pairs labelled by both, 0 by one only",
        "same label: 66.7%",
        "Cohen's kappa: 0.500",
        "Cohen's kappa, supported or not: 1.000",
        "     1  partly / unsupported",
    ]
    found = json.loads(run("eval", "label", "--agreement", one, two, "--json").out)
    assert (found["n"], found["only_one"], found["kappa_supported"]) == (3, 0, 1.0)
    assert found["confusion"][0].keys() == {"first", "second", "n"}


def test_one_label_only_says_so(run: Run, source: Path, tmp_path: Path) -> None:
    one = tmp_path / "one.jsonl"
    run("eval", "label", source, "--out", one, stdin="s\ns\ns\n")
    ran = run("eval", "label", "--agreement", one, one)
    assert "Cohen's kappa: not defined (one label only)" in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["label"], "Nothing to label"),
        (["label", "no.json"], "no such file"),
        (["label", "x", "--agreement", "a", "b"], "leave x out"),
        (["label", "x", "--limit", "0"], "--limit"),
        (["label", "x", "--out", "nowhere/labels.jsonl"], "there is no folder"),
    ],
)
def test_what_cannot_be_done_is_2(run: Run, arguments: list[str], message: str) -> None:
    ran = run("eval", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
