import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.console import Console
from sklearn import metrics as oracle

from assistant.errors import ServiceError
from assistant.types import Label, Usage, Verdict
from evals.cache import Cache
from evals.judging.agreement import STATISTICS, Judgements, reliability
from evals.judging.card import Card, difference, report_card
from evals.judging.report import document, tables
from evals.judging.types import Pair, PairSet
from tests.fakes.judge import FakeJudge, always
from vectorstore.errors import ModelFileError

pytestmark = pytest.mark.slow

VALUES = {one.name: one.value for one in STATISTICS}
UNDEFINED = {one.name: one.undefined for one in STATISTICS}


def pair(number: int, *, gold: bool, problem: str = "nei", source: str = "owls/dev") -> Pair:
    return Pair(
        id=f"p{number}",
        statement=f"Statement {number}.",
        evidence=("Evidence.",),
        supported=gold,
        problem="" if gold else problem,
        source=source,
    )


def pair_set(*pairs: Pair) -> PairSet:
    return PairSet(name="made-up.jsonl", sha256="d" * 64, pairs=pairs, notes=("Made up.",))


class Scripted:
    """Gives verdicts by statement; an error among them is raised."""

    def __init__(self, verdicts: dict[str, tuple[Label, float] | Exception], name: str = "scripted-1") -> None:
        self.name = name
        self._verdicts = verdicts

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        said = self._verdicts[statement]
        if isinstance(said, Exception):
            raise said
        usage = Usage(prompt=10, completion=2, usd=0.5)
        return Verdict(label=said[0], score=said[1], judge=self.name, reason="so", usage=usage)


def scripted(pairs: PairSet, *verdicts: tuple[Label, float] | Exception, name: str = "scripted-1") -> Scripted:
    return Scripted({one.statement: said for one, said in zip(pairs.pairs, verdicts, strict=True)}, name)


PAIRS = pair_set(
    pair(1, gold=True),
    pair(2, gold=True, source="bees/dev"),
    pair(3, gold=True),
    pair(4, gold=False, problem="refute"),
    pair(5, gold=False, source="bees/dev"),
    pair(6, gold=False),
)
SAID: list[tuple[Label, float] | Exception] = [
    ("supported", 0.9),
    ("supported", 0.8),
    ("partly", 0.3),
    ("supported", 0.7),
    ("contradicted", 0.1),
    ("unsupported", 0.3),
]


def card_of(*verdicts: tuple[Label, float] | Exception, pairs: PairSet = PAIRS, **options: Any) -> Card:
    return report_card(pairs, scripted(pairs, *verdicts), **({"resamples": 200} | options))


def value(card: Card, name: str) -> float | None:
    return card.metrics[name].value


class TestNumbers:
    def test_by_hand(self) -> None:
        card = card_of(*SAID)
        assert value(card, "balanced_accuracy") == pytest.approx((2 / 3 + 2 / 3) / 2)
        assert value(card, "precision") == pytest.approx(2 / 3)
        assert value(card, "recall") == pytest.approx(2 / 3)
        assert value(card, "f1") == pytest.approx(2 / 3)
        assert value(card, "kappa") == pytest.approx((4 / 6 - 1 / 2) / (1 / 2))
        assert value(card, "auroc") == pytest.approx((3 + 3 + 1.5) / 9)
        assert value(card, "brier") == pytest.approx((0.01 + 0.04 + 0.49 + 0.49 + 0.01 + 0.09) / 6)
        # Scores 0.1, 0.3 twice, 0.7, 0.8, 0.9: equal scores share a bin, all others have their own.
        assert value(card, "ece") == pytest.approx((0.1 + 2 * 0.2 + 0.7 + 0.2 + 0.1) / 6)
        assert card.base_rate == 0.5
        assert card.unscored == 0

    def test_intervals_hold_the_value_and_stay_in_range(self) -> None:
        pairs = pair_set(*(pair(number, gold=number % 2 == 0) for number in range(40)))
        said: list[tuple[Label, float]] = [
            ("supported", 0.8) if number % 5 else ("unsupported", 0.1) for number in range(40)
        ]
        for name, one in card_of(*said, pairs=pairs).metrics.items():
            assert one.value is not None, name
            assert one.low is not None, name
            assert one.high is not None, name
            assert one.low <= one.value <= one.high, name
            assert one.low < one.high, name
            assert one.reason == ""

    def test_the_same_seed_gives_the_same_card(self) -> None:
        first, second = card_of(*SAID, seed=4), card_of(*SAID, seed=4)
        assert first.metrics == second.metrics
        assert first.seed == 4

    def test_by_problem(self) -> None:
        card = card_of(*SAID)
        assert {name: (one.value, one.n) for name, one in card.by_problem.items()} == {"nei": (1, 2), "refute": (0, 1)}

    def test_by_source(self) -> None:
        card = card_of(*SAID)
        assert list(card.by_source) == ["bees/dev", "owls/dev"]
        assert card.by_source["bees/dev"].metrics["balanced_accuracy"].value == 1
        assert card.by_source["owls/dev"].metrics["balanced_accuracy"].value == pytest.approx(1 / 2)
        assert (card.by_source["owls/dev"].n, card.by_source["owls/dev"].base_rate) == (4, 0.5)

    def test_one_source_is_the_whole(self) -> None:
        assert (
            report_card(pair_set(pair(1, gold=True), pair(2, gold=False)), always("supported"), resamples=200).by_source
            == {}
        )

    @pytest.mark.parametrize("label", ["partly", "contradicted", "unsupported", "unverifiable"])
    def test_only_full_support_is_a_yes(self, label: Label) -> None:
        assert value(report_card(PAIRS, always(label), resamples=200), "recall") == 0


class TestUndefined:
    @pytest.mark.parametrize(
        ("gold", "label", "names"),
        [
            (True, "supported", {"balanced_accuracy", "kappa", "auroc"}),
            (True, "unsupported", {"balanced_accuracy", "precision", "auroc"}),
            (False, "supported", {"balanced_accuracy", "recall", "auroc"}),
            (False, "unsupported", {"balanced_accuracy", "precision", "recall", "f1", "kappa", "auroc"}),
        ],
    )
    def test_is_none_with_the_reason(self, gold: bool, label: Label, names: set[str]) -> None:
        card = report_card(pair_set(*(pair(number, gold=gold) for number in range(3))), always(label), resamples=200)
        assert {name for name, one in card.metrics.items() if one.value is None} == names
        assert all(card.metrics[name].reason == UNDEFINED[name] for name in names)
        json.dumps(document([card], {}), allow_nan=False)

    def test_one_pair_has_no_interval(self) -> None:
        one = report_card(pair_set(pair(1, gold=True)), always("supported"), resamples=200).metrics["recall"]
        assert (one.value, one.low, one.high, one.reason) == (1, None, None, "too few pairs for an interval")


class TestFailures:
    def test_a_failed_pair_is_counted_and_in_no_number(self) -> None:
        failed = card_of(*SAID[:3], ServiceError("down"), *SAID[4:])
        without = pair_set(*(one for one in PAIRS.pairs if one.id != "p4"))
        whole = card_of(*SAID[:3], *SAID[4:], pairs=without)
        assert failed.unscored == 1
        assert failed.metrics == whole.metrics
        assert failed.reliability == whole.reliability
        assert failed.base_rate == pytest.approx(3 / 5)
        assert "refute" not in failed.by_problem
        assert failed.by_source["owls/dev"].unscored == 1
        assert [one.error for one in failed.judged if one.verdict is None] == ["down"]

    def test_the_vector_stores_failures_too(self) -> None:
        assert card_of(*SAID[:5], ModelFileError("no weights")).judged[5].error == "no weights"

    def test_all_failed(self) -> None:
        card = report_card(PAIRS, FakeJudge(queue=[ServiceError("down")] * 6), resamples=200)
        assert card.unscored == 6
        assert {one.value for one in card.metrics.values()} == {None}
        assert {one.reason for one in card.metrics.values()} == {"no pair was scored"}
        assert (card.reliability, card.base_rate, card.ms_per_pair) == ((), None, None)
        json.dumps(document([card], {}), allow_nan=False)

    def test_a_mistake_in_the_program_is_no_failure_of_the_judge(self) -> None:
        with pytest.raises(KeyError):
            card_of(*SAID[:5], KeyError("bug"))


class TestRunning:
    def test_side_by_side_is_the_same_as_one_by_one(self) -> None:
        one, many = card_of(*SAID), card_of(*SAID, parallel=4)
        assert one.metrics == many.metrics
        assert [each.verdict for each in one.judged] == [each.verdict for each in many.judged]

    def test_progress(self) -> None:
        told: list[tuple[int, int]] = []
        card_of(*SAID, parallel=2, progress=lambda done, total: told.append((done, total)))
        assert told == [(number, 6) for number in range(1, 7)]

    def test_cost(self) -> None:
        card = card_of(*SAID[:5], ServiceError("down"))
        assert card.usage == Usage(prompt=50, completion=10, usd=2.5)
        assert 0 < (card.ms_per_pair or 0) <= card.wall_seconds * 1000

    def test_a_cache_takes_no_time_and_costs_nothing_again(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path / "cache.sqlite3")
        twice = pair_set(*PAIRS.pairs, replace(PAIRS.pairs[0], id="again"))
        first = card_of(*SAID, SAID[0], pairs=twice, cache=cache)
        assert first.usage == Usage(prompt=60, completion=12, usd=3.0)
        again = card_of(*SAID, SAID[0], pairs=twice, cache=cache)
        cache.close()
        assert (again.usage, again.metrics) == (first.usage, first.metrics)
        assert again.ms_per_pair is None
        assert again.notes[1].startswith("7 verdicts of scripted-1 were known already")


class TestDifference:
    def test_is_the_first_less_the_second(self) -> None:
        perfect = [("supported" if one.supported else "unsupported", 0.5) for one in PAIRS.pairs]
        first, second = card_of(*perfect), card_of(*SAID)  # type: ignore[arg-type] - because the list is of labels
        assert difference(first, second).value == pytest.approx(1 / 3)
        assert difference(second, first).value == pytest.approx(-1 / 3)
        assert difference(first, first).value == 0

    def test_only_pairs_that_both_scored_count(self) -> None:
        one = card_of(ServiceError("down"), *SAID[1:])
        other = card_of(*SAID[:5], ServiceError("down"))
        assert difference(one, other).n == 4
        nothing = difference(card_of(*[ServiceError("down")] * 6), other)
        assert (nothing.value, nothing.reason) == (None, "no pair was scored by both judges")

    def test_one_class_only(self) -> None:
        card = report_card(pair_set(pair(1, gold=True), pair(2, gold=True)), always("supported"), resamples=200)
        assert difference(card, card).value is None
        assert difference(card, card).reason == UNDEFINED["auroc"]

    def test_cards_of_other_pairs_are_refused(self) -> None:
        other = pair_set(*(replace(one, supported=not one.supported) for one in PAIRS.pairs))
        with pytest.raises(ValueError, match="different pairs"):
            difference(card_of(*SAID), card_of(*SAID, pairs=other))


ROWS = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 20)), min_size=1, max_size=60)


def judgements(rows: Sequence[tuple[bool, bool, int]]) -> Judgements:
    gold, said, scores = zip(*rows, strict=True)
    return Judgements(gold=np.array(gold), said=np.array(said), scores=np.array(scores, dtype=float) / 20)


class TestAgainstScikitLearn:
    @given(ROWS)
    def test_verdicts(self, rows: list[tuple[bool, bool, int]]) -> None:
        found = judgements(rows)
        assume(0 < found.gold.sum() < len(rows))
        assert VALUES["balanced_accuracy"](found) == pytest.approx(
            oracle.balanced_accuracy_score(found.gold, found.said)
        )
        assert VALUES["recall"](found) == pytest.approx(oracle.recall_score(found.gold, found.said))
        assert VALUES["f1"](found) == pytest.approx(oracle.f1_score(found.gold, found.said))
        assert VALUES["kappa"](found) == pytest.approx(oracle.cohen_kappa_score(found.gold, found.said))
        if found.said.any():
            assert VALUES["precision"](found) == pytest.approx(oracle.precision_score(found.gold, found.said))

    @given(ROWS)
    def test_scores(self, rows: list[tuple[bool, bool, int]]) -> None:
        found = judgements(rows)
        assert VALUES["brier"](found) == pytest.approx(np.mean((found.scores - found.gold) ** 2))
        assume(0 < found.gold.sum() < len(rows))
        assert VALUES["auroc"](found) == pytest.approx(oracle.roc_auc_score(found.gold, found.scores))


class TestReliability:
    @given(ROWS, st.integers(1, 15))
    def test_bins_part_the_pairs_by_score(self, rows: list[tuple[bool, bool, int]], count: int) -> None:
        found = judgements(rows)
        bins = reliability(found, count)
        assert sum(one.n for one in bins) == len(rows)
        assert len(bins) <= count
        means = [one.mean_score for one in bins]
        assert means == sorted(set(means))
        assert sum(one.n * one.mean_score for one in bins) == pytest.approx(found.scores.sum())
        assert sum(one.n * one.supported for one in bins) == pytest.approx(found.gold.sum())

    def test_bins_are_of_equal_size_where_scores_differ(self) -> None:
        found = judgements([(number % 2 == 0, True, 0) for number in range(100)])
        spread = replace(found, scores=np.arange(100) / 100)
        assert [one.n for one in reliability(spread)] == [10] * 10

    def test_two_scores_are_two_bins(self) -> None:
        found = judgements([(True, True, 20), (False, True, 20), (False, False, 0)])
        assert [(one.n, one.mean_score, one.supported) for one in reliability(found)] == [(1, 0, 0), (2, 1, 0.5)]
        assert VALUES["ece"](found) == pytest.approx((0 + 2 * 0.5) / 3)


class TestReport:
    def test_document(self) -> None:
        other = report_card(PAIRS, scripted(PAIRS, *SAID[:5], ServiceError("down"), name="other-1"), resamples=200)
        card = card_of(*SAID)
        shape = document([card, other], {"other-1": difference(card, other)})
        assert (shape["dataset"], shape["n"], shape["judge"], shape["seed"]) == ("made-up.jsonl", 6, "scripted-1", 0)
        assert shape["metrics"] == shape["cards"][0]["metrics"]
        assert shape["metrics"]["recall"]["value"] == 0.666667
        assert [one["unscored"] for one in shape["cards"]] == [0, 1]
        assert shape["cards"][0]["by_problem"]["refute"]["value"] == 0
        assert shape["cards"][0]["cost"]["tokens"] == {"prompt": 60, "completion": 12}
        assert shape["cards"][0]["pairs"][3] == {
            "id": "p4",
            "source": "owls/dev",
            "supported": False,
            "problem": "refute",
            "kind": None,
            "verdict": "supported",
            "score": 0.7,
            "reason": "so",
            "named": None,
            "error": None,
        }
        assert shape["cards"][1]["pairs"][5]["error"] == "down"
        assert shape["cards"][0]["made"] is None
        assert set(shape["differences"]) == {"other-1"}
        assert shape["notes"] == ["Made up."]
        assert "Statement 1" not in json.dumps(shape)

    def test_tables(self, capsys: pytest.CaptureFixture[str]) -> None:
        other = report_card(PAIRS, scripted(PAIRS, *SAID[:5], ServiceError("down"), name="other-1"), resamples=200)
        card = card_of(*SAID)
        Console(width=1000, soft_wrap=True).print(tables([card, other], {"other-1": difference(card, other)}))
        out = capsys.readouterr().out
        assert "made-up.jsonl: 6 labelled pairs, 50% supported" in out
        Console(width=1000, soft_wrap=True).print(tables([other], {}))
        assert "made-up.jsonl: 6 labelled pairs, 50% supported" in capsys.readouterr().out
        assert "A  scripted-1: " in out
        assert "60 tokens, $2.5000, 1 pairs unscored" in out.replace("72 tokens, $3.0000", "")
        rows = {" ".join(line.split("  ")[0].split()): line for line in out.splitlines()}
        assert rows["recall"].count("0.667") == 2
        assert "0.000" in rows["refute"]
        assert "bees/dev" in rows
        assert any(name.startswith("reliability of B") for name in rows)
        assert "Balanced accuracy, A less B, on 5 pairs:" in out
        assert out.rstrip().endswith("Note: Made up.")
        assert max(map(len, out.splitlines())) < 140
