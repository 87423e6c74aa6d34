from dataclasses import replace

import pytest

from assistant.types import Answer, Citation, Usage
from evals.metrics import METRICS, Metric
from evals.types import Case, Sample, Score
from tests.fakes.evaluation import SHELF, abstention, answer, cite, say

BY_NAME = {metric.name: metric for metric in METRICS}


def score(name: str, said: Answer, **known: object) -> Score:
    sample = Sample(id="1", question="q", **known)  # type: ignore[arg-type]  # - because each test names its own
    return BY_NAME[name].score(Case(sample=sample, answer=said, papers=SHELF.get))


def value(name: str, said: Answer, **known: object) -> float | None:
    return score(name, said, **known).value


class TestQuoteExactness:
    @pytest.mark.parametrize(
        "inexact",
        [
            Citation(key="ant", quote="abstract", start=5, end=13),
            Citation(key="ant", quote="Abstract", start=4, end=12),
            Citation(key="ant", quote="", start=3, end=3),
            Citation(key="ant", quote="much", start=-5, end=-1),
            Citation(key="ant", quote="much.", start=25, end=99),
            Citation(key="unicorn", quote="abstract", start=4, end=12),
            Citation(key="ant", quote="abstract", start=4, end=12, where="title"),
        ],
    )
    def test_what_is_not_exact(self, inexact: Citation) -> None:
        exact = Citation(key="ant", quote="abstract", start=4, end=12)
        assert value("quote_exactness", answer(say("s", exact, inexact))) == 0.5

    def test_a_title_can_be_quoted(self) -> None:
        quote = Citation(key="ant", quote="Title", start=0, end=5, where="title")
        assert value("quote_exactness", answer(say("s", quote))) == 1

    def test_does_not_apply_without_citations(self) -> None:
        assert value("quote_exactness", answer(say("s"))) is None
        assert value("quote_exactness", abstention()) is None


class TestPapers:
    said = answer(say("s", "ant", "bee"), say("t", "ant"))

    def test_right_paper(self) -> None:
        assert value("right_paper", self.said, gold_keys=("bee", "dog")) == 1
        assert value("right_paper", self.said, gold_keys=("dog",)) == 0

    def test_cited_relevant_counts_each_paper_once(self) -> None:
        assert value("cited_relevant", self.said, gold_keys=("ant", "dog")) == 0.5

    def test_gold_recall(self) -> None:
        assert value("gold_recall", self.said, gold_keys=("ant", "bee", "cat", "dog")) == 0.5

    def test_do_not_apply_without_gold(self) -> None:
        for name in ("right_paper", "cited_relevant", "gold_recall"):
            assert value(name, self.said) is None

    def test_an_abstention_misses_the_gold_and_cites_nothing(self) -> None:
        assert value("right_paper", abstention(), gold_keys=("ant",)) == 0
        assert value("gold_recall", abstention(), gold_keys=("ant",)) == 0
        assert value("cited_relevant", abstention(), gold_keys=("ant",)) is None


class TestFacts:
    facts = (("5%", "five per cent"), ("BLEU",))

    def test_share_and_all(self) -> None:
        half = answer(say("It gains five per cent.", "ant"))
        both = answer(say("It gains 5%", "ant"), say("in Bleu."))
        assert score("facts_stated", half, facts=self.facts) == Score(value=0.5, explanation="missing: BLEU")
        assert value("all_facts", half, facts=self.facts) == 0
        assert value("facts_stated", both, facts=self.facts) == 1
        assert value("all_facts", both, facts=self.facts) == 1

    def test_a_key_in_a_marker_states_nothing(self) -> None:
        said = answer(say("It gains.", cite("bee")))
        assert "[bee]" in said.text
        assert value("facts_stated", said, facts=(("bee",),)) == 0

    def test_the_reason_of_an_abstention_states_nothing(self) -> None:
        said = replace(abstention("Nothing about BLEU was found."), statements=(say("BLEU was asked for."),))
        assert value("facts_stated", said, facts=(("BLEU",),)) == 0
        assert value("all_facts", said, facts=(("BLEU",),)) == 0

    def test_do_not_apply_without_facts(self) -> None:
        assert value("facts_stated", answer(say("s"))) is None
        assert value("all_facts", answer(say("s"))) is None


@pytest.mark.parametrize(
    ("answerable", "abstains", "expected"),
    [
        (True, True, (None, 0, 0)),
        (True, False, (None, 1, 1)),
        (False, True, (1, None, 1)),
        (False, False, (0, None, 0)),
        (None, True, (None, None, None)),
        (None, False, (None, None, None)),
    ],
)
def test_abstention(answerable: bool | None, abstains: bool, expected: tuple[float | None, ...]) -> None:
    said = abstention() if abstains else answer(say("s", "ant"))
    names = ("abstained_when_unanswerable", "answered_when_answerable", "abstention_accuracy")
    assert tuple(value(name, said, answerable=answerable) for name in names) == expected


def test_cost() -> None:
    said = answer(say("s"), usage=Usage(prompt=120, completion=30, usd=0.002), seconds=1.5)
    names = ("prompt_tokens", "completion_tokens", "usd", "seconds")
    assert [value(name, said) for name in names] == [120, 30, 0.002, 1.5]


def test_an_unknown_price_is_not_zero() -> None:
    assert value("usd", answer(say("s"), usage=Usage(prompt=1, usd=None))) is None


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_each_is_documented_and_none_makes_up_a_number(metric: Metric) -> None:
    assert metric.score.__doc__
    bare = Case(sample=Sample(id="1", question="q"), answer=answer(), papers=SHELF.get)
    result = metric.score(bare)
    assert result.value is None or not metric.share
    assert not result.failed
    assert result.value is not None or result.explanation


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(METRICS)
