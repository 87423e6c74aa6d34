from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from evals.comparison.annotations import annotations, example_line, summary
from evals.comparison.document import document
from evals.comparison.gate import Check, Failing, Gate, Rules, gate
from evals.types import EvalLog, Score
from tests.fakes.evaluation import eval_log


def run(
    values: Sequence[float | None] = (1.0, 0.5, 0.0, 0.9), name: str = "citation_recall", **changed: Any
) -> EvalLog:
    return eval_log({name: values}, **changed)


def unscored(log: EvalLog, count: int, why: str = "the judge failed: gone") -> EvalLog:
    """The log with the last questions unscored."""
    name = next(iter(log.metrics))
    kept = len(log.results) - count
    results = tuple(
        one if place < kept else replace(one, scores={name: Score(value=None, explanation=why, failed=True)})
        for place, one in enumerate(log.results)
    )
    whole = log.metrics[name]
    return replace(log, results=results, metrics={name: replace(whole, n=whole.n - count, unscored=count)})


def check(found: Gate) -> Check:
    assert len(found.checks) == 1
    return found.checks[0]


def least(bound: float, name: str = "citation_recall", **rest: Any) -> Rules:
    return Rules(minimum={name: bound}, **rest)


def ids(found: Check) -> list[str]:
    return [one.id for one in found.failing]


class TestBounds:
    @pytest.mark.parametrize(("bound", "passes"), [(0.59, True), (0.6, True), (0.61, False)])
    def test_a_least_value(self, bound: float, passes: bool) -> None:
        found = gate(run(), least(bound))
        assert found.is_passed is passes
        assert check(found).value == pytest.approx(0.6)

    @pytest.mark.parametrize(("bound", "passes"), [(0.59, False), (0.6, True), (0.61, True)])
    def test_a_greatest_value(self, bound: float, passes: bool) -> None:
        assert gate(run(), Rules(maximum={"citation_recall": bound})).is_passed is passes

    def test_a_mean_of_decimals_keeps_to_its_own_value(self) -> None:
        assert gate(run([0.1] * 3), least(0.1)).is_passed
        assert gate(run([0.1] * 3), Rules(maximum={"citation_recall": 0.1})).is_passed

    def test_failing_questions_worst_first(self) -> None:
        found = check(gate(run(), least(0.95)))
        assert ids(found) == ["q3", "q2", "q4"]
        assert found.failing[0].value == 0
        assert found.reason == "0.6 is below 0.95"
        most = check(gate(run(name="seconds"), Rules(maximum={"seconds": 0.4})))
        assert ids(most) == ["q1", "q4", "q2"]

    def test_at_most_ten_of_them(self) -> None:
        assert len(check(gate(run([0.0] * 30), least(0.5))).failing) == 10

    def test_a_met_rule_has_none(self) -> None:
        assert check(gate(run(), least(0.5))).failing == ()

    def test_a_percentile_shows_the_questions_of_its_metric(self) -> None:
        log = run([1.0, 30.0, 25.0], name="seconds")
        log = replace(log, metrics=log.metrics | {"seconds_p95": replace(log.metrics["seconds"], value=29.5)})
        assert ids(check(gate(log, Rules(maximum={"seconds_p95": 20})))) == ["q2", "q3"]

    def test_by_the_ends_of_the_interval(self) -> None:
        log = run([0.8, 0.9])
        assert gate(log, least(0.84)).is_passed
        found = check(gate(log, least(0.84, by="low")))
        assert (found.is_met, found.value) == (False, 0.8)
        assert found.reason == "the lower end of the interval 0.8 is below 0.84"
        assert not gate(log, Rules(maximum={"citation_recall": 0.86}, by="low")).is_passed
        assert gate(log, Rules(minimum={"citation_recall": 0.8}, maximum={"citation_recall": 0.9}, by="low")).is_passed

    def test_one_question_has_no_interval_to_pass_by(self) -> None:
        log = run([1.0])
        log = replace(log, metrics={"citation_recall": replace(log.metrics["citation_recall"], low=None, high=None)})
        assert not gate(log, least(0.1, by="low")).is_passed

    def test_a_metric_that_is_not_there(self) -> None:
        with pytest.raises(UsageError, match="Did you mean citation_recall"):
            gate(run(), least(0.5, name="citation_recal"))
        with pytest.raises(UsageError, match="--max 'speed'"):
            gate(run(), Rules(maximum={"speed": 0.5}))

    @pytest.mark.parametrize(
        ("bound", "hint"), [(85, "write 0.85"), (1.5, "write 0.015"), (-1, "such as 0.85"), (850, "such as 0.85")]
    )
    def test_a_share_has_no_bound_beyond_0_and_1(self, bound: float, hint: str) -> None:
        with pytest.raises(UsageError, match=rf"--min citation_recall={bound:g}: shares go from 0 to 1; .*{hint}"):
            gate(run(), least(bound))
        with pytest.raises(UsageError, match="--max citation_recall="):
            gate(run(), Rules(maximum={"citation_recall": bound}))
        assert gate(run([90.0], "seconds"), Rules(maximum={"seconds": 95})).is_passed
        assert gate(run([90.0], "made_up"), Rules(maximum={"made_up": 95})).is_passed

    def test_no_rule(self) -> None:
        with pytest.raises(UsageError, match="nothing to check"):
            gate(run(), Rules())


class TestUnscored:
    def test_no_value_never_passes(self) -> None:
        found = check(gate(run([None, None]), Rules(maximum={"citation_recall": 1})))
        assert (found.is_met, found.value, found.reason) == (False, None, "it applies to none of 2 questions")

    def test_one_question_unscored_fails_though_the_mean_is_good(self) -> None:
        found = check(gate(unscored(run([1.0] * 4), 1), least(0.5)))
        assert not found.is_met
        assert found.reason == "1 of 4 questions could not be scored"
        assert [(one.id, one.value, one.explanation) for one in found.failing] == [
            ("q4", None, "the judge failed: gone")
        ]

    def test_unless_it_is_allowed(self) -> None:
        log = unscored(run([1.0] * 4), 1)
        assert gate(log, least(0.5, allow_unscored=1)).is_passed
        assert not gate(unscored(run([1.0] * 4), 2), least(0.5, allow_unscored=1)).is_passed

    def test_against_a_baseline_too(self) -> None:
        log = run([1.0] * 4)
        assert not gate(unscored(log, 1), Rules(), baseline=log).is_passed


class TestBaseline:
    @pytest.mark.parametrize(("tolerance", "passes"), [(0.0, False), (0.09, False), (0.1, True), (0.2, True)])
    def test_a_share_may_lose_the_tolerance(self, tolerance: float, passes: bool) -> None:
        found = gate(run([0.7] * 4), Rules(tolerance=tolerance), baseline=run([0.8] * 4))
        assert found.is_passed is passes
        assert check(found).bound == pytest.approx(0.8 - tolerance)

    def test_better_is_always_good(self) -> None:
        assert gate(run([0.9] * 4), Rules(), baseline=run([0.8] * 4)).is_passed

    def test_where_less_is_better_more_fails(self) -> None:
        before, after = run([0.1] * 4, "unsupported_rate"), run([0.2] * 4, "unsupported_rate")
        assert not gate(after, Rules(tolerance=0.05), baseline=before).is_passed
        assert gate(before, Rules(tolerance=0.05), baseline=after).is_passed

    def test_the_questions_that_lost_most_come_first(self) -> None:
        before, after = run([1.0, 1.0, 1.0, 0.5]), run([0.9, 0.2, 1.0, 0.9])
        found = check(gate(after, Rules(), baseline=before))
        assert [(one.id, one.baseline, one.value) for one in found.failing] == [("q2", 1.0, 0.2), ("q1", 1.0, 0.9)]
        assert found.reason == "0.875 in the baseline, 0.75 now, 0.125 worse"

    def test_seconds_count_only_when_named_and_by_their_share(self) -> None:
        before = eval_log({"citation_recall": [1.0] * 4, "seconds": [10.0] * 4})
        after = eval_log({"citation_recall": [1.0] * 4, "seconds": [10.4] * 4})
        found = gate(after, Rules(), baseline=before)
        assert [one.metric for one in found.checks] == ["citation_recall"]
        assert any("seconds" in note for note in found.notes)
        assert gate(after, Rules(metrics=("seconds",), tolerance=0.05), baseline=before).is_passed
        assert not gate(after, Rules(metrics=("seconds",), tolerance=0.03), baseline=before).is_passed

    def test_what_the_baseline_does_not_have_is_told_or_fails_when_named(self) -> None:
        before = eval_log({"citation_recall": [1.0] * 3, "right_paper": [None] * 3})
        after = eval_log({"citation_recall": [1.0] * 3, "right_paper": [1.0] * 3})
        found = gate(after, Rules(), baseline=before)
        assert found.is_passed
        assert "without a value in the baseline: right_paper" in found.notes
        named = check(gate(after, Rules(metrics=("right_paper",)), baseline=before))
        assert (named.is_met, named.reason) == (False, "the baseline has no value")

    def test_a_value_that_the_baseline_had_and_the_run_has_not_fails(self) -> None:
        assert not gate(run([None] * 3), Rules(), baseline=run([1.0] * 3)).is_passed

    def test_nothing_in_common_is_no_pass(self) -> None:
        with pytest.raises(UsageError, match="no metric in common"):
            gate(run([1.0], "seconds"), Rules(), baseline=run([1.0], "seconds"))
        with pytest.raises(UsageError, match="--metric 'citation_f1'"):
            gate(run(), Rules(metrics=("citation_f1",)), baseline=run())

    def test_a_metric_of_another_version_has_no_direction(self) -> None:
        with pytest.raises(UsageError, match="which way is worse"):
            gate(run(name="made_up"), Rules(metrics=("made_up",)), baseline=run(name="made_up"))

    @pytest.mark.parametrize(
        "changed", [{"judge": "other"}, {"prompts": {"answer": "x"}}, {"versions": {}}, {"samples_sha256": "t"}]
    )
    def test_a_baseline_that_means_something_else_is_refused(self, changed: dict[str, Any]) -> None:
        with pytest.raises(UsageError, match="do not mean the same"):
            gate(run(), Rules(), baseline=run(**changed))
        found = gate(run(), Rules(), baseline=run(**changed), anyway=True)
        assert found.is_passed
        assert len(found.warnings) == 1

    def test_by_the_interval_a_loss_must_be_ruled_out(self) -> None:
        before = run([0.5, 1.0] * 20)
        after = run([1.0, 0.5] * 20)
        assert gate(after, Rules(), baseline=before).is_passed
        found = check(gate(after, Rules(by="low", tolerance=0.05), baseline=before))
        assert not found.is_met
        assert "by the interval of the difference" in found.reason
        assert gate(after, Rules(by="low", tolerance=0.2), baseline=before).is_passed

    def test_bounds_and_baseline_together(self) -> None:
        found = gate(run([0.7] * 4), least(0.6), baseline=run([0.8] * 4))
        assert [(one.is_met, one.rule) for one in found.checks] == [
            (True, "at least 0.6"),
            (False, "must not be worse than the baseline"),
        ]
        assert [one.baseline for one in found.checks] == [pytest.approx(0.8)] * 2

    def test_the_rule_says_how_much_worse_it_may_be(self) -> None:
        logs = eval_log({"citation_recall": [1.0] * 4, "seconds": [10.0] * 4})
        found = gate(logs, Rules(metrics=("citation_recall", "seconds"), tolerance=0.02), baseline=logs)
        assert [one.rule for one in found.checks] == [
            "may be 0.02 worse than the baseline",
            "may be 2% worse than the baseline",
        ]

    def test_questions_beyond_a_bound_show_their_score_in_the_baseline(self) -> None:
        before, after = run([0.4, 1.0]), run([0.5, 0.2])
        found = gate(after, least(0.6), baseline=before, anyway=True)
        assert [(one.id, one.baseline) for one in found.checks[0].failing] == [("q2", 1.0), ("q1", 0.4)]
        assert "| q2 | 1 | 0.2 |" in summary(found)
        assert "| 0.35 | 0.7 | at least 0.6 |" in summary(found)

    def test_what_differs_is_said_in_plain_words(self) -> None:
        versions = dict(run().versions)
        asked = run(versions=versions | {"library": "a" * 16, "code": "b" * 16})
        read = run(versions=versions | {"outputs": "c6d4" * 4})
        assert gate(read, Rules(), baseline=asked).notes == (
            "the baseline and this run differ in answers: asked for in the run and those of a file (SHA-256 c6d4c6d4)",
        )
        other = run(versions=versions | {"library": "f" * 16, "code": "b" * 16})
        (note,) = gate(other, Rules(), baseline=asked).notes
        assert "papers of the library, by their hash: aaaaaaaaaaaaaaaa and ffffffffffffffff" in note


def test_the_document() -> None:
    log = run([1.0, 1 / 3])
    assert document(gate(log, least(0.7), baseline=None)) == {
        "passed": False,
        "dataset": "made-up.jsonl",
        "n": 2,
        "checks": [
            {
                "metric": "citation_recall",
                "rule": "at least 0.7",
                "value": 0.666667,
                "baseline": None,
                "bound": 0.7,
                "passed": False,
                "reason": "0.6667 is below 0.7",
                "failing": [
                    {
                        "id": "q2",
                        "question": "What is asked in question 2?",
                        "value": 0.333333,
                        "baseline": None,
                        "explanation": "",
                    }
                ],
            }
        ],
        "warnings": [],
        "notes": [],
    }


class TestAnnotations:
    def failed(self, question: str, metric: str = "citation_recall") -> Gate:
        failing = Failing(id="q1", question=question, value=0.25, explanation="1 of 4")
        row = Check(
            metric=metric, rule="at least 0.5", value=0.25, bound=0.5, is_met=False, reason="low", failing=(failing,)
        )
        return Gate(log=run(), checks=(row,))

    def test_an_error_for_each_rule_that_is_not_met(self) -> None:
        (line,) = annotations(self.failed("Why: 5%, or more?"))
        assert line == (
            "::error title=citewell eval gate%3A citation_recall::citation_recall: low (wanted: at least 0.5)"
            "%0Aq1: 0.25: Why: 5%25, or more? (1 of 4)"
        )

    def test_colons_and_commas_are_escaped_in_properties(self) -> None:
        line = next(iter(annotations(self.failed("", metric="a,b:c%"))))
        assert line.startswith("::error title=citewell eval gate%3A a%2Cb%3Ac%25::a,b:c%25: low")

    def test_a_notice_when_all_is_well(self) -> None:
        assert list(annotations(gate(run(), least(0.5)))) == [
            "::notice title=citewell eval gate::Rules that are met: all 1."
        ]

    def test_a_baseline_that_means_something_else_is_a_warning(self) -> None:
        lines = list(annotations(gate(run(), Rules(), baseline=run(judge="other"), anyway=True)))
        assert lines[0] == "::warning title=The baseline means something else::judge: 'other' and 'fake-1'"

    @given(st.text())
    def test_no_question_can_give_a_command_of_its_own(self, question: str) -> None:
        lines = list(annotations(self.failed(f"{question}\n::error::x")))
        assert len(lines) == 1
        assert not {"\n", "\r"} & set(lines[0])
        assert lines[0].startswith("::error title=citewell eval gate%3A citation_recall::")

    @given(st.text(min_size=1))
    def test_no_question_breaks_the_table(self, question: str) -> None:
        text = summary(self.failed(question))
        rows = [line for line in text.split("\n") if line.startswith("| ")]
        assert len(rows) == 4
        assert rows[-1].count("|") == 6
        assert "<" not in text

    def test_the_summary(self) -> None:
        text = summary(self.failed("Is *a* < b | c?"))
        assert text.startswith("## citewell eval gate: not passed\n")
        assert "| **not met** | citation&#95;recall | 0.25 | - | at least 0.5 | low |" in text
        assert "| q1 | - | 0.25 | Is &#42;a&#42; &#60; b &#124; c? | 1 of 4 |" in text

    def test_a_line_for_a_question_that_lost(self) -> None:
        one = Failing(id="q1", question="Why\nso?", value=None, explanation="", baseline=1.0)
        assert example_line(one) == "q1: 1 -> -: Why so?"
