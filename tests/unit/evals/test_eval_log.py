import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.types import Usage, Verdict
from evals.log import document, read, to_bytes, to_json
from evals.types import CitationCheck, ClaimCheck, EvalLog, Result, Sample, Score, Span, StatementCheck
from tests.fakes.evaluation import SHELF, abstention, answer, cite, eval_log, say

YES = Verdict(label="supported", score=1.0, judge="fake-1", reason="it says so")
NO = Verdict(label="unsupported", score=0.0, judge="fake-1", usage=Usage(prompt=30, completion=4, usd=0.002))
PAID = Usage(prompt=30, completion=4, usd=0.002)
CHECK = StatementCheck(
    text="It gains 5%.",
    joint=YES,
    citations=(
        CitationCheck(key="ant", known=True, alone=YES),
        CitationCheck(key="bee", known=True, alone=NO, rest=YES),
    ),
)
FACT = Result(
    sample=Sample(
        id="f",
        question="How much?",
        answerable=True,
        kind="fact",
        gold_keys=("ant",),
        relevance={"ant": 2, "bee": 0},
        gold_spans=(Span(key="ant", text="says much"),),
        facts=(("5%", "five per cent"),),
        answers=("5%.",),
    ),
    answer=answer(
        say("It gains 5%.", cite("ant"), cite("bee")),
        say("It is fast."),
        usage=Usage(prompt=100, completion=10, usd=0.01),
        seconds=2.0,
    ),
    checks={"citewell": (CHECK, StatementCheck(text="It is fast.", joint=None, citations=()))},
    scores={"citation_recall": Score(value=0.5, explanation="1 of 2 statements are supported")},
    claims=(ClaimCheck(text="It gains.", verdict=NO),),
    ranking=("bee", "ant"),
    cached=True,
)
FAILED = Result(
    sample=Sample(id="c", question="Which?"),
    answer=None,
    checks=None,
    scores={"citation_recall": Score(value=None, failed=True)},
    error="The model is gone.",
)
ABSTAINED = Result(
    sample=Sample(id="u", question="Who?", answerable=False), answer=abstention(), checks={"citewell": ()}, scores={}
)


@pytest.fixture
def log() -> EvalLog:
    made = eval_log({"citation_recall": [0.5, None, None]})
    return replace(
        made, results=(FACT, FAILED, ABSTAINED), notes=("Mind the gap.",), wall_seconds=2.5, judge_usage=PAID
    )


def written(log: EvalLog, folder: Path) -> Path:
    path = folder / "run.json"
    path.write_text(to_json(log), encoding="utf-8")
    return path


def test_what_is_written_is_read_back(log: EvalLog, tmp_path: Path) -> None:
    assert read(written(log, tmp_path)) == log


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1).map(lambda value: round(value, 6))), min_size=1, max_size=6),
    st.text(),
)
def test_any_values_and_texts_are_read_back(tmp_path_factory: Any, values: list[float | None], text: str) -> None:
    made = eval_log({"m": values}, notes=(text.encode("utf-8", "replace").decode(),))
    rounded = json.loads(to_json(made))
    path = written(made, tmp_path_factory.mktemp("log"))
    assert document(read(path)) == rounded


def test_is_strict_json(log: EvalLog) -> None:
    text = to_json(log)
    assert "NaN" not in text
    assert json.loads(text) == document(log)


def test_head(log: EvalLog) -> None:
    found = document(log)
    assert (found["dataset"], found["n"], found["failed"], found["abstained"]) == ("made-up.jsonl", 3, 1, 1)
    assert (found["judge"], found["seed"], found["wall_seconds"]) == ("fake-1", 0, 2.5)
    assert found["metrics"]["citation_recall"]["value"] == 0.5


def test_costs_of_answers_and_of_the_judge_are_summed(log: EvalLog) -> None:
    assert document(log)["totals"] == {
        "tokens": {"prompt": 100, "completion": 10},
        "usd": 0.01,
        "seconds": 2.0,
        "judge_tokens": {"prompt": 30, "completion": 4},
        "judge_usd": 0.002,
    }


def test_a_sum_of_prices_is_not_known_when_one_is_not(log: EvalLog) -> None:
    unknown = replace(FACT, answer=replace(FACT.answer, usage=Usage(prompt=1, usd=None)))  # type: ignore[type-var] - because the answer is there
    assert document(replace(log, results=(FACT, unknown)))["totals"]["usd"] is None


def test_an_example(log: EvalLog) -> None:
    found = document(log)["examples"][0]
    assert (found["id"], found["question"], found["error"]) == ("f", "How much?", None)
    assert found["answer"] == "It gains 5% [ant; bee]. It is fast."
    cited, uncited = found["statements"]
    assert [one["key"] for one in cited["citations"]] == ["ant", "bee"]
    assert (cited["verdict"], cited["judge"]) == ("supported", "verifier-1")
    assert cited["checked"]["supported"] is True
    assert cited["checked"]["verdict"]["reason"] == "it says so"
    assert [one["precise"] for one in cited["checked"]["citations"]] == [True, False]
    assert uncited["checked"]["verdict"] is None


def test_papers_are_there_once_with_their_abstracts(log: EvalLog) -> None:
    found = document(log)["papers"]
    assert set(found) == set(SHELF)
    assert found["ant"]["abstract"] == SHELF["ant"].abstract


def test_a_packed_log_is_read_too(log: EvalLog, tmp_path: Path) -> None:
    path = tmp_path / "run.json.gz"
    path.write_bytes(to_bytes(log, path))
    assert read(path) == log
    assert to_bytes(log, path) == to_bytes(log, path)
    assert to_bytes(log, tmp_path / "run.json").decode() == to_json(log) + "\n"


class TestBadFiles:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "not JSON"),
            ("[1]", "no log of an evaluation"),
            ('{"metrics": {}}', "no log of an evaluation"),
            ('{"metrics": {}, "examples": []}', "another version of Citewell"),
            ('{"format": 2, "metrics": {}, "examples": []}', "missing or odd"),
            ('{"format": 2, "metrics": 5, "examples": 7}', "missing or odd"),
        ],
    )
    def test_are_refused_with_a_next_step(self, tmp_path: Path, text: str, words: str) -> None:
        path = tmp_path / "run.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=words) as caught:
            read(path)
        assert str(path) in str(caught.value)

    def test_that_are_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no such file"):
            read(tmp_path / "nowhere.json")
        with pytest.raises(InputError, match="cannot be read"):
            read(tmp_path)

    def test_that_are_cut_off(self, log: EvalLog, tmp_path: Path) -> None:
        path = tmp_path / "run.json.gz"
        path.write_bytes(to_bytes(log, path)[:200])
        with pytest.raises(InputError, match="cannot be read"):
            read(path)

    def test_that_are_no_text(self, tmp_path: Path) -> None:
        path = tmp_path / "run.json"
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(InputError, match="not JSON"):
            read(path)
