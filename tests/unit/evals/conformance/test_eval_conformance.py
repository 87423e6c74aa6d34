"""The golden cases of cases.toml: text read, statements judged, citations counted, in every convention."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ServiceError
from assistant.types import Answer, Label, Paper, Record
from evals.conventions import CONVENTIONS
from evals.metrics import METRIC_SETS, conventions_of
from evals.outputs.reading import statements_of
from evals.support import check
from evals.types import Case, Sample, Score
from tests.fakes.evaluation import answer
from tests.fakes.judge import FakeJudge

CASES: Sequence[Mapping[str, Any]] = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))["case"]
SAYS = {
    "abstained": ("abstained", False),
    "empty": ("the answer is empty", False),
    "nothing counts": ("no statement counts", False),
    "unscored": ("the judge failed: no reply", True),
}


def shelf(case: Mapping[str, Any]) -> dict[str, Paper]:
    first = case.get("first", 1)
    names = [str(number) for number in range(first, first + case["documents"])]
    return {f"q/{name}": Paper(key=f"q/{name}", record=Record(title=f"Document {name}")) for name in names}


def said(case: Mapping[str, Any]) -> Answer:
    keys = {key.removeprefix("q/"): key for key in shelf(case)}
    return replace(answer(*statements_of(case["text"], keys, sample_id="q")), abstained=case.get("abstains", False))


def supporting(case: Mapping[str, Any]) -> dict[str, set[frozenset[str]]]:
    """By statement: the sets of titles that support it."""
    return {
        case["reads"][int(number) - 1][0]: {
            frozenset(f"Document {name}" for name in together.split("+")) for together in sets
        }
        for number, sets in case.get("supports", {}).items()
    }


def judge_of(case: Mapping[str, Any]) -> FakeJudge:
    if case.get("judge_fails"):
        return FakeJudge(queue=[ServiceError("no reply")])
    rules = supporting(case)

    def rule(statement: str, evidence: Sequence[str]) -> Label:
        return "supported" if frozenset(evidence) in rules[statement] else "unsupported"

    return FakeJudge(rule)


def judged(case: Mapping[str, Any], names: Sequence[str], judge: FakeJudge | None = None) -> Case:
    whole = Case(sample=Sample(id="q", question="?"), answer=said(case), papers=shelf(case).get)
    try:
        checks = check(whole.answer, judge or judge_of(case), whole.papers, conventions_of(names))
    except ServiceError as error:
        return replace(whole, checks=None, judge_error=str(error))
    return replace(whole, checks=checks)


def scores(case: Case, convention: str) -> list[Score]:
    recall, precision, f1 = (
        next(one for one in METRIC_SETS[convention] if one.name.endswith(f"citation_{kind}"))
        for kind in ("recall", "precision", "f1")
    )
    return [metric.score(case) for metric in (recall, precision, f1)]


@pytest.mark.parametrize("case", [one for one in CASES if not one.get("abstains")], ids=lambda case: case["name"])
def test_reading(case: Mapping[str, Any]) -> None:
    known = shelf(case)
    read = [
        [
            one.text,
            [citation.key.removeprefix("q/") + ("" if citation.key in known else "?") for citation in one.citations],
        ]
        for one in said(case).statements
    ]
    assert read == case["reads"]


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_counting(case: Mapping[str, Any], convention: str) -> None:
    expected = case["expected"][convention]
    found = scores(judged(case, [convention]), convention)
    if isinstance(expected, str):
        explanation, failed = SAYS[expected]
        assert [(one.value, one.failed) for one in found] == [(None, failed)] * 3
        assert all(one.explanation.startswith(explanation) for one in found)
    else:
        assert [one.value for one in found] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_conventions_side_by_side_ask_nothing_twice_and_count_the_same(case: Mapping[str, Any]) -> None:
    if case.get("judge_fails"):
        return
    judge = judge_of(case)
    together = judged(case, list(CONVENTIONS), judge)
    assert len(judge.calls) == len(set(judge.calls))
    for name in CONVENTIONS:
        assert scores(together, name) == scores(judged(case, [name]), name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_statement_is_supported_or_unsupported_or_uncited(case: Mapping[str, Any]) -> None:
    whole = judged(case, ["citewell"])
    recall, unsupported, coverage = (
        next(one for one in METRIC_SETS["citewell"] if one.name == name).score(whole).value
        for name in ("citation_recall", "unsupported_rate", "citation_coverage")
    )
    if recall is None:
        assert unsupported is None
    else:
        assert unsupported is not None
        assert coverage is not None
        assert recall + unsupported == pytest.approx(coverage)


def test_every_case_says_what_each_convention_expects() -> None:
    for case in CASES:
        assert set(case["expected"]) == set(CONVENTIONS), case["name"]
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_the_conventions_differ_and_some_case_shows_each_difference() -> None:
    names = sorted(CONVENTIONS)
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            assert any(case["expected"][one] != case["expected"][other] for case in CASES), (one, other)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("label", ["partly", "contradicted", "unsupported", "unverifiable"])
def test_only_full_support_is_support(convention: str, label: Label) -> None:
    case = next(one for one in CASES if one["name"] == "one statement, one document that supports it")
    judge = FakeJudge(lambda _statement, _evidence: label)
    assert [one.value for one in scores(judged(case, [convention], judge), convention)] == [0, 0, 0]
