import json
from pathlib import Path

import pytest

from evals.log import to_bytes
from tests.conftest import Run
from tests.fakes.classifier import classifier
from tests.fakes.evaluation import eval_log
from tests.fakes.openai_server import OpenAIServer, fails, says

pytestmark = pytest.mark.slow

PAIRS = [
    {"id": "a", "statement": "Owls hunt mice at night.", "evidence": ["Owls hunt mice at night."], "label": "SUPPORT"},
    {"id": "b", "statement": "Owls hunt mice.", "evidence": ["At night owls hunt mice and newts."], "label": "SUPPORT"},
    {"id": "c", "statement": "Whales sing songs.", "evidence": ["Owls hunt mice at night."], "label": "NEI"},
    {"id": "d", "statement": "Owls never hunt mice.", "evidence": ["Owls hunt mice at night."], "label": "REFUTE"},
]
VERDICT = '{"reason": "So it says.", "verdict": "supported", "confidence": 100}'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in PAIRS), encoding="utf-8")
    return path


def test_the_embedded_judge_unless_told_otherwise(run: Run, data: Path) -> None:
    ran = run("eval", "judge", "--dataset", data, "--json")
    assert (ran.code, ran.err) == (0, "")
    shape = json.loads(ran.out)
    assert (shape["n"], shape["judge"], len(shape["cards"])) == (4, "embedded-2", 1)
    assert shape["metrics"]["recall"]["value"] == 1
    assert set(shape["cards"][0]["by_problem"]) == {"contradicted", "unsupported"}


def test_judges_side_by_side(run: Run, data: Path, tmp_path: Path) -> None:
    nli = f"onnx:{classifier(tmp_path / 'nli')}"
    ran = run("eval", "judge", "--dataset", data, *"--judge overlap --judge cosine --judge".split(), nli)
    assert ran.code == 0
    assert "pairs.jsonl: 4 labelled pairs, 50% supported" in ran.out
    assert "A  overlap-1: " in ran.out
    assert "C  onnx-1:nli@" in ran.out
    assert "Balanced accuracy, A less C, on 4 pairs" in ran.out
    assert "…" not in ran.out


def test_a_chat_model_and_what_it_cost(run: Run, data: Path, tmp_path: Path) -> None:
    cache = ("--cache", tmp_path / "cache.sqlite3")
    with OpenAIServer(*[says(VERDICT)] * 4) as server:
        options = ("--judge", "openai:tiny", "--base-url", server.base_url, "--local", "--json", *cache)
        first = run("eval", "judge", "--dataset", data, *options)
        again = run("eval", "judge", "--dataset", data, *options)
        assert len(server.requests) == 4
    shape = json.loads(first.out)
    assert shape["judge"].startswith("chat-2:openai:tiny@")
    assert shape["cards"][0]["cost"]["tokens"]["prompt"] > 0
    assert shape["metrics"]["precision"]["value"] == 0.5
    kept = json.loads(again.out)
    assert kept["metrics"] == shape["metrics"]
    assert "4 verdicts of chat-2:openai:tiny@" in kept["cards"][0]["notes"][0]
    assert (kept["cards"][0]["cost"]["ms_per_pair"], shape["cards"][0]["cost"]["ms_per_pair"] > 0) == (None, True)
    assert kept["cards"][0]["cost"]["tokens"] == shape["cards"][0]["cost"]["tokens"]


def test_without_the_cache_everything_is_asked_again(run: Run, data: Path) -> None:
    with OpenAIServer(*[says("Yes")] * 8) as server:
        for _ in range(2):
            options = ("--judge", "yes-no:openai:tiny", "--base-url", server.base_url, "--no-cache", "--parallel", "2")
            assert run("eval", "judge", "--dataset", data, *options).code == 0
        assert len(server.requests) == 8


def test_pairs_that_cannot_be_judged_are_counted(run: Run, data: Path) -> None:
    with OpenAIServer(says("Yes"), says("Yes"), says("No"), fails(400, "too long")) as server:
        options = ("--judge", "yes-no:openai:tiny", "--base-url", server.base_url, "--no-cache", "--json")
        ran = run("eval", "judge", "--dataset", data, *options)
    assert ran.code == 0
    (card,) = json.loads(ran.out)["cards"]
    assert card["unscored"] == 1
    assert card["metrics"]["balanced_accuracy"]["value"] == 1
    assert "too long" in card["pairs"][3]["error"]


def test_a_judge_that_never_answers_fails_the_command(run: Run, data: Path) -> None:
    with OpenAIServer(*[fails(400, "no such thing")] * 4) as server:
        ran = run(
            "eval", "judge", "--dataset", data, "--judge", "openai:tiny", "--base-url", server.base_url, "--no-cache"
        )
    assert (ran.code, ran.out) == (3, "")
    assert "failed on all 4 pairs; " in ran.err
    assert "no such thing" in ran.err


def test_what_is_chosen(run: Run, data: Path) -> None:
    ran = run("eval", "judge", "--dataset", data, "--judge", "overlap", "--limit", "2", "--seed", "5", "--json")
    shape = json.loads(ran.out)
    assert (shape["n"], shape["seed"]) == (2, 5)
    assert shape["notes"] == ["2 of 4 pairs, drawn by lot (seed 5)."]
    ran = run("eval", "judge", "--dataset", data, "--source", "owlfact")
    assert ran.code == 2
    assert "No labelled pair fits --source owlfact; there are pairs of: pairs.jsonl." in ran.err


def test_the_document_goes_to_a_file_too(run: Run, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "card.json"
    ran = run("eval", "judge", "--dataset", data, "--judge", "overlap", "--json", "--out", out)
    assert json.loads(out.read_text("utf-8")) == json.loads(ran.out)
    assert str(out) in ran.err
    assert run("eval", "judge", "--dataset", data, "--out", tmp_path / "no" / "card.json").code == 2


def test_only_an_earlier_report_is_written_over(run: Run, data: Path, tmp_path: Path) -> None:
    out, link = tmp_path / "card.json", tmp_path / "link.jsonl"
    link.symlink_to(data)
    options = ("eval", "judge", "--dataset", data, "--judge", "overlap", "--out")
    assert [run(*options, out).code for _ in range(2)] == [0, 0]
    before = data.read_bytes()
    for path in (data, link):
        ran = run(*options, path)
        assert (ran.code, ran.out) == (2, "")
        assert "is what is judged, and would be written over" in ran.err
    other = tmp_path / "thesis.txt"
    other.write_text("mine", "utf-8")
    assert "no earlier evaluation" in run(*options, other).err
    assert (data.read_bytes(), other.read_text("utf-8")) == (before, "mine")


@pytest.mark.parametrize("name", ["run.json", "run.json.gz"])
def test_a_log_of_a_run_is_told_from_pairs(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(to_bytes(eval_log({"citation_recall": [1.0]}), path))
    ran = run("eval", "judge", "--dataset", path, "--judge", "overlap")
    assert (ran.code, ran.out) == (2, "")
    said = "this is a log of a run; label its pairs first: citewell eval label"
    assert f"{said} {path} --out labels.jsonl" in ran.err.replace("\n", " ")


def test_the_embedding_model_of_a_library(run: Run, data: Path, library: Path) -> None:
    ran = run("eval", "judge", "--dataset", data, "--judge", "cosine", "--library", library, "--json")
    assert json.loads(ran.out)["judge"].startswith("cosine-1:all-MiniLM-L6-v2")
    ran = run("eval", "judge", "--dataset", data, "--library", data.parent / "none")
    assert ran.code == 2
    assert "There is no library" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--judge", "overlaps"), "There is no judge 'overlaps'. The judges are: embedded"),
        (("--judge", "openai:gpt", "--local"), "--local refuses openai:gpt"),
        (("--judge", "onnx:none"), "There is no folder 'none'"),
        (("--base-url", "nonsense", "--judge", "openai:tiny"), "'nonsense' is no address of a server"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_judged(
    run: Run, data: Path, arguments: tuple[str, ...], message: str
) -> None:
    ran = run("eval", "judge", "--dataset", data, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_no_such_file(run: Run, tmp_path: Path) -> None:
    ran = run("eval", "judge", "--dataset", tmp_path / "none.jsonl", "--judge", "overlap")
    assert ran.code == 2
    assert "there is no such file" in ran.err


def test_a_judge_named_twice_is_one(run: Run, data: Path, tmp_path: Path) -> None:
    ran = run("eval", "judge", "--dataset", data, *"--judge overlap --judge overlap --json".split())
    assert len(json.loads(ran.out)["cards"]) == 1
    classifier(tmp_path / "nli")
    names = (f"onnx:{tmp_path / 'nli'}", f"onnx:{tmp_path}//nli")
    ran = run("eval", "judge", "--dataset", data, "--judge", names[0], "--judge", names[1])
    assert ran.code == 2
    assert f"Two of the judges {', '.join(names)} are the same" in ran.err
