from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from assistant.errors import UsageError
from evals.comparison.basis import basis, check_names
from evals.comparison.changes import changes
from evals.comparison.compare import Comparison, Difference, compare, document
from evals.types import EvalLog, Result
from tests.fakes.evaluation import abstention, answer, eval_log, say

LOW = [0.0, 0.5] * 15
HIGH = [0.5, 1.0] * 15


def run(values: Mapping[str, Any] | None = None, **changed: Any) -> EvalLog:
    return eval_log(values or {"citation_recall": LOW}, **changed)


def with_results(log: EvalLog, **results: Result) -> EvalLog:
    """The log with other results of some questions."""
    return replace(log, results=tuple(results.get(one.sample.id, one) for one in log.results))


def only(found: Comparison) -> Difference:
    assert len(found.differences) == 1
    return found.differences[0]


class TestBasis:
    def test_the_same_run(self) -> None:
        found = basis(run(), run())
        assert found.reasons == found.stated == ()

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"judge": "other-2"}, "judge: 'fake-1' and 'other-2'"),
            ({"prompts": {"answer": "q" * 64}}, "prompts: not the same text in answer"),
            ({"versions": {"citewell": "0.0.0", "python": "3.11.0", "metrics": "2"}}, "metrics: "),
            (
                {"versions": {"citewell": "0.0.0", "python": "3.11.0", "metrics": "1", "claims": "model"}},
                "claims: answers were taken apart into claims differently (not recorded and model)",
            ),
            ({"metric_sets": ("citewell", "alce")}, "metric sets: citewell and citewell, alce"),
            ({"samples_sha256": "t" * 64}, "data: 30 questions of made-up.jsonl and 30 of made-up.jsonl"),
        ],
    )
    def test_what_is_refused(self, changed: dict[str, Any], words: str) -> None:
        first, second = run(), run(**changed)
        with pytest.raises(UsageError, match="--anyway") as caught:
            compare(first, second)
        assert words in str(caught.value)
        found = compare(first, second, anyway=True)
        assert len(found.reasons) == 1
        assert words in found.reasons[0]
        assert not document(found)["comparable"]

    def test_every_reason_is_listed(self) -> None:
        with pytest.raises(UsageError) as caught:
            compare(run(), run(judge="other", samples_sha256="t", metric_sets=("alce",)))
        assert str(caught.value).count("\n- ") == 3

    def test_sets_of_metrics_in_another_order_are_the_same(self) -> None:
        pair = run(metric_sets=("citewell", "alce")), run(metric_sets=("alce", "citewell"))
        assert basis(*pair).reasons == ()

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"model": "new"}, "model: scripted and new"),
            ({"seed": 5}, "seed: 0 and 5"),
            ({"versions": {"citewell": "0.0.1", "python": "3.11.0", "metrics": "1"}}, "citewell: 0.0.0 and 0.0.1"),
            ({"dataset_sha256": "e" * 64}, "file of the data set: "),
            ({"prompts": {}}, "prompts that one run records and the other does not: answer"),
        ],
    )
    def test_what_is_only_stated(self, changed: dict[str, Any], words: str) -> None:
        found = compare(run(), run(**changed))
        assert len(found.stated) == 1
        assert words in found.stated[0]

    def test_a_name_nearly_right(self) -> None:
        with pytest.raises(UsageError, match=r"--min 'citation_recal': no such metric\. Did you mean citation_recall"):
            check_names(["citation_recal"], ["seconds", "citation_recall"], "--min")

    def test_a_name_like_none(self) -> None:
        with pytest.raises(UsageError, match=r"There are seconds, usd\."):
            check_names(["xyz"], ["seconds", "usd"], "--metric")


class TestDifferences:
    def test_a_better_run(self) -> None:
        found = only(compare(run(), run({"citation_recall": HIGH})))
        assert (found.before, found.after, found.verdict) == (0.25, 0.75, "better")
        assert found.paired.n == 30
        assert found.paired.difference == 0.5
        assert found.adjusted == found.paired.p
        assert found.paired.p is not None
        assert found.paired.p < 0.001

    def test_the_other_way_round_is_worse(self) -> None:
        assert only(compare(run({"citation_recall": HIGH}), run())).verdict == "worse"

    def test_less_is_better_where_the_metric_says_so(self) -> None:
        assert only(compare(run({"unsupported_rate": HIGH}), run({"unsupported_rate": LOW}))).verdict == "better"

    def test_a_metric_that_is_not_known_has_no_direction(self) -> None:
        assert only(compare(run({"made_up": HIGH}), run({"made_up": LOW}))).verdict == "different"

    def test_the_same_answers(self) -> None:
        found = only(compare(run(), run()))
        assert (found.verdict, found.paired.p) == ("the same", 1)

    def test_pairs_are_by_question_not_by_place(self) -> None:
        first = run({"citation_recall": [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]})
        found = only(compare(first, replace(first, results=first.results[::-1])))
        assert found.paired.p == 1
        assert found.paired.low == found.paired.high == 0

    def test_only_questions_scored_in_both_count(self) -> None:
        first = run({"citation_recall": [1.0, 1.0, 1.0, None, None]})
        second = run({"citation_recall": [0.5, 0.0, None, 1.0, None]})
        found = compare(first, second)
        row = only(found)
        assert (row.paired.n, row.only_first, row.only_second) == (2, 1, 1)
        assert (row.before, row.after) == (1.0, 0.25)
        assert any("citation_recall 1 and 1" in note for note in found.notes)

    def test_one_pair_is_not_tested(self) -> None:
        found = only(compare(run({"citation_recall": [1.0]}), run({"citation_recall": [0.0]})))
        assert (found.verdict, found.adjusted) == ("not tested", None)

    def test_what_applies_to_nothing_is_left_out(self) -> None:
        values = {"citation_recall": LOW, "right_paper": [None] * 30}
        assert only(compare(run(values), run(values))).metric == "citation_recall"

    def test_many_metrics_raise_p(self) -> None:
        names = ["citation_recall", "citation_precision", "citation_f1", "right_paper"]
        better, other = [0.5] * 5 + [0.0] * 25, [0.5, *[0.0] * 29]
        first = run({name: [0.0] * 30 for name in [*names, "faithfulness"]})
        second = run({name: better if name == names[0] else other for name in names} | {"faithfulness": [0.0] * 30})
        found = compare(first, second)
        assert found.differences[0].paired.p == pytest.approx(1 / 32)
        assert found.differences[0].adjusted == pytest.approx(4 / 32)
        assert [one.verdict for one in found.differences] == ["no difference seen"] * 4 + ["the same"]
        assert any(note.startswith("4 metrics were tested") for note in found.notes)
        alone = compare(first, second, metrics=names[:1])
        assert only(alone).verdict == "better"
        assert any(note.startswith("One metric was tested") for note in alone.notes)

    def test_the_detectable_difference_is_always_explained(self) -> None:
        assert any("minimum detectable difference" in note for note in compare(run(), run()).notes)

    def test_a_percentile_is_compared_as_one(self) -> None:
        seconds = [float(one) for one in range(1, 31)]
        first, second = (
            replace(log, metrics=log.metrics | {"seconds_p95": log.metrics["seconds"]})
            for log in (run({"seconds": seconds}), run({"seconds": [one / 4 for one in seconds]}))
        )
        found = compare(first, second, metrics=["seconds_p95"])
        row = only(found)
        assert (row.before, row.after) == (pytest.approx(28.55), pytest.approx(28.55 / 4))
        assert row.verdict == "better"

    def test_a_measure_of_the_whole_set_is_compared_as_one(self) -> None:
        def sure(*right: float) -> EvalLog:
            log = run({"all_facts": right})
            results = tuple(
                replace(one, answer=replace(one.answer, confidence=1 - number / 100) if one.answer else None)
                for number, one in enumerate(log.results)
            )
            return replace(log, results=results, metrics={"aurc": log.metrics["all_facts"]})

        found = only(compare(sure(*[0.0] * 15, *[1.0] * 15), sure(*[1.0] * 15, *[0.0] * 15)))
        assert found.metric == "aurc"
        assert found.before is not None
        assert found.after is not None
        assert found.after < 0.2
        assert found.before > 0.8
        assert found.verdict == "better"

    def test_the_seed_decides(self) -> None:
        values = {"citation_recall": [(one * 0.618) % 1 for one in range(30)]}
        first = run()
        second = run(values)
        assert compare(first, second, seed=1).differences == compare(first, second, seed=1).differences
        assert compare(first, second, seed=1).differences != compare(first, second, seed=2).differences

    def test_a_metric_in_one_run_only_cannot_be_asked_for(self) -> None:
        with pytest.raises(UsageError, match="--metric 'citation_f1'"):
            compare(run(), run({"citation_recall": LOW, "citation_f1": LOW}), metrics=["citation_f1"])

    def test_only_questions_in_both_are_paired_when_told_to_go_on(self) -> None:
        first = run({"citation_recall": [0.0, 0.0, 0.0, 0.0]}, samples_sha256="t")
        second = run({"citation_recall": [1.0, 1.0, 1.0]})
        other = second.results[2]
        second = with_results(second, q3=replace(other, sample=replace(other.sample, question="Another one?")))
        found = compare(first, second, anyway=True)
        assert found.n == only(found).paired.n == 2

    def test_no_question_in_both(self) -> None:
        first, second = run({"citation_recall": [0.0]}), run({"citation_recall": [0.0]}, samples_sha256="t")
        result = second.results[0]
        second = replace(second, results=(replace(result, sample=replace(result.sample, id="other")),))
        with pytest.raises(UsageError, match="No question is in both"):
            compare(first, second, anyway=True)

    def test_cautions_of_the_runs_are_told(self) -> None:
        notes = compare(run(notes=("Old.", "All.")), run(notes=("All.", "New."))).notes
        assert {"First run: Old.", "Both runs: All.", "Second run: New."} <= set(notes)


class TestChanges:
    def test_what_stayed_is_not_listed(self) -> None:
        assert compare(run(), run()).changes == ()

    def test_worst_first_and_what_newly_failed_before_all(self) -> None:
        first = run({"citation_recall": [1.0, 1.0, 1.0, 0.0, 0.5]})
        second = run({"citation_recall": [0.5, 0.0, None, 1.0, 0.5]})
        second = with_results(second, q3=replace(second.results[2], answer=None, error="The model is gone."))
        found = compare(first, second).changes
        assert [one.id for one in found] == ["q3", "q2", "q1", "q4"]
        assert [one.newly_failed for one in found] == [True, False, False, False]
        assert found[0].outcome == ("answered", "failed")
        assert (found[0].before, found[0].after) == ("Much is said [ant].", "The model is gone.")

    def test_less_of_what_is_bad_is_no_loss(self) -> None:
        first, second = run({"unsupported_rate": [1.0, 0.0]}), run({"unsupported_rate": [0.0, 1.0]})
        assert [one.id for one in compare(first, second).changes] == ["q2", "q1"]

    def test_a_new_abstention_is_a_change_though_no_score_is(self) -> None:
        first = run({"citation_recall": [0.5, 0.5]})
        second = with_results(first, q2=replace(first.results[1], answer=abstention("Not here.")))
        found = compare(first, second).changes
        assert [(one.id, one.newly_abstained, one.scores, one.after) for one in found] == [
            ("q2", True, {}, "Not here.")
        ]

    def test_an_old_abstention_is_not_new(self) -> None:
        gone = with_results(run({"citation_recall": [0.5]}), q1=replace(run().results[0], answer=abstention()))
        assert not any(one.newly_abstained for one in compare(gone, run({"citation_recall": [1.0]})).changes)

    def test_seconds_count_only_when_asked_for(self) -> None:
        first, second = run({"seconds": [1.0, 2.0]}), run({"seconds": [1.5, 2.0]})
        assert compare(first, second).changes == ()
        assert [one.id for one in compare(first, second, metrics=["seconds"]).changes] == ["q1"]

    def test_long_answers_are_shortened(self) -> None:
        first = run({"citation_recall": [0.5]})
        longer = replace(first.results[0], answer=answer(say("word " * 200)))
        found = changes([(first.results[0], longer)], {"citation_recall": True})
        assert found == ()
        moved = replace(longer, scores={"citation_recall": replace(longer.scores["citation_recall"], value=1.0)})
        assert len(changes([(first.results[0], moved)], {"citation_recall": True})[0].after) <= 240


def test_the_document_has_no_more_digits_than_a_log() -> None:
    found = document(compare(run({"citation_recall": [1 / 3, 0.5, 0.25]}), run({"citation_recall": [0.5, 0.5, 1 / 7]})))
    assert found["metrics"]["citation_recall"]["first"] == 0.361111
    assert found["changes"][0] == {
        "id": "q3",
        "question": "What is asked in question 3?",
        "outcome": {"first": "answered", "second": "answered"},
        "scores": {"citation_recall": {"first": 0.25, "second": 0.142857}},
        "first": "Much is said [ant].",
        "second": "Much is said [ant].",
    }
    assert found["newly_failed"] == found["newly_abstained"] == []
