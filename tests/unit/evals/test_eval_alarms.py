import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from assistant.types import Label, Problem, Verdict
from evals.judging.alarms import RATE, Alarms, Made, made
from evals.judging.card import report_card
from evals.judging.report import document, tables
from evals.judging.types import Judged, Pair, PairSet


def judged(kind: str, score: float, *, label: Label | None = None, problem: Problem | None = None) -> Judged:
    is_honest = kind in {"paraphrase", "written"}
    said: Label = label or ("supported" if score >= 0.5 else "unsupported")
    return Judged(
        pair=Pair(
            id="1",
            statement="s",
            evidence=("e",),
            supported=is_honest,
            problem="" if is_honest else kind,
            kind=kind,
        ),
        verdict=Verdict(label=said, score=score, judge="j", problem=problem),
    )


def made_of(*scored: Judged) -> Made:
    found = made(scored)
    assert found is not None
    return found


def test_what_people_wrote_has_no_kinds() -> None:
    plain = Judged(pair=Pair(id="1", statement="s", evidence=("e",), supported=True), verdict=None)
    assert made([plain]) is None
    assert made([]) is None


def test_by_hand() -> None:
    honest = [judged("paraphrase", at / 100) for at in range(20, 60)]
    false = [judged("negated", 0.21), judged("negated", 0.22), judged("number-changed", 0.0)]
    found = made_of(*honest, *false)
    (alarms,) = found.at_rate
    # Two of forty honest statements, 0.20 and 0.21, may score less than the threshold.
    assert (alarms.among, alarms.threshold, alarms.rate.value) == ("paraphrase", 0.22, 0.05)
    assert {name: one.value for name, one in alarms.recall.items()} == {"negated": 0.5, "number-changed": 1.0}
    assert found.false_alarms["paraphrase"].value == pytest.approx(30 / 40)


def test_each_kind_of_honest_statements_has_its_own_threshold_and_all_have_one() -> None:
    found = made_of(judged("written", 0.3), judged("paraphrase", 0.9), judged("negated", 0.5))
    assert [(one.among, one.threshold) for one in found.at_rate] == [
        ("paraphrase", 0.9),
        ("written", 0.3),
        ("all", 0.3),
    ]
    assert [one.recall["negated"].value for one in found.at_rate] == [1.0, 0.0, 0.0]


def test_a_judge_of_two_scores_that_is_often_wrong_finds_nothing_at_that_rate() -> None:
    honest = [judged("paraphrase", float(at > 2)) for at in range(20)]
    (alarms,) = made_of(*honest, judged("negated", 0.0)).at_rate
    assert (alarms.threshold, alarms.rate.value, alarms.recall["negated"].value) == (0.0, 0.0, 0.0)


def test_problems_that_are_named_rightly() -> None:
    found = made_of(
        judged("paraphrase", 1.0),
        judged("negated", 0.1, problem="negated"),
        judged("negated", 0.1, problem="not-stated"),
        judged("negated", 0.9),
        judged("refute", 0.1, problem="negated"),
        judged("wrong-paper", 0.1, problem="not-stated"),
        judged("wrong-paper", 0.1, problem="wrong-paper"),
        judged("wrong-paper", 0.1, problem="negated"),
    )
    values = {name: (one.value, one.n) for name, one in found.named.items()}
    assert values == {"negated": (0.5, 2), "wrong-paper": (pytest.approx(2 / 3), 3)}


@given(
    honest=st.lists(st.floats(0, 1), min_size=1, max_size=120),
    false=st.lists(st.floats(0, 1), min_size=1, max_size=40),
)
def test_the_rate_is_kept_and_no_threshold_above_would_keep_it(honest: list[float], false: list[float]) -> None:
    rows = [judged("paraphrase", one) for one in honest] + [judged("negated", one) for one in false]
    (alarms,) = made_of(*rows).at_rate
    assert alarms.rate.value is not None
    assert alarms.rate.value <= RATE
    assert sum(one <= alarms.threshold for one in honest) > RATE * len(honest)
    assert alarms.recall["negated"].value == pytest.approx(sum(one < alarms.threshold for one in false) / len(false))
    assert_holds(alarms)


def assert_holds(alarms: Alarms) -> None:
    for one in (alarms.rate, *alarms.recall.values()):
        if one.low is not None:
            assert 0 <= one.low <= (one.value or 0.0) <= (one.high or 0.0) <= 1


class Scores:
    """Gives each statement the score that it names."""

    name = "scores-1"

    def judge(self, statement: str, evidence: object) -> Verdict:
        score = float(statement)
        label: Label = "supported" if score >= 0.5 else "unsupported"
        return Verdict(label=label, score=score, judge=self.name, problem="negated" if score < 0.5 else None)


def test_the_card_says_so_in_its_document_and_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("paraphrase", 0.6 + at / 100) for at in range(20)] + [("negated", 0.1), ("overclaimed", 0.65)]
    pairs = tuple(
        Pair(
            id=str(at),
            statement=str(score),
            evidence=("e",),
            supported=kind == "paraphrase",
            problem="" if kind == "paraphrase" else kind,
            kind=kind,
        )
        for at, (kind, score) in enumerate(rows)
    )
    card = report_card(PairSet(name="made.jsonl", sha256="0", pairs=pairs), Scores(), resamples=100)
    shape = document([card], {})["cards"][0]["made"]
    (alarms,) = shape["at_false_alarms"]
    assert (alarms["among"], alarms["wanted"], alarms["rate"]["value"]) == ("paraphrase", RATE, 0.05)
    assert alarms["by_problem"]["negated"]["value"] == 1
    assert alarms["by_problem"]["overclaimed"]["value"] == 0
    assert shape["problem_named"]["negated"]["value"] == 1
    json.dumps(shape, allow_nan=False)
    Console(width=1000, soft_wrap=True).print(tables([card], {}))
    out = capsys.readouterr().out
    assert "found at 5% false alarms among paraphrase" in out
    assert "(false alarms)" in out
    assert "honest statements not called supported, by kind" in out
    assert "problem named rightly" in out
