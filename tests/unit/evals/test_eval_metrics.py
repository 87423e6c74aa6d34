from dataclasses import replace

import pytest

from assistant.types import Answer, Citation, Usage
from evals.metrics import METRIC_SETS, METRICS, SET_METRICS, named
from evals.types import Case, Metric, Sample, Score, SetMetric, Span
from tests.fakes.evaluation import SHELF, abstention, answer, cite, say

BY_NAME = {metric.name: metric for metric in METRICS}


def score(name: str, said: Answer, *, gives_quotes: bool = True, **known: object) -> Score:
    sample = Sample(id="1", question="q", **known)  # type: ignore[arg-type]  # - because each test names its own
    return BY_NAME[name].score(Case(sample=sample, answer=said, papers=SHELF.get, gives_quotes=gives_quotes))


def value(name: str, said: Answer, *, gives_quotes: bool = True, **known: object) -> float | None:
    return score(name, said, gives_quotes=gives_quotes, **known).value


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

    def test_does_not_apply_to_a_system_that_gives_no_quotes(self) -> None:
        found = score(
            "quote_exactness", answer(say("s", Citation(key="ant", quote="", start=0, end=0))), gives_quotes=False
        )
        assert (found.value, found.explanation) == (None, "the system gives no quotes")


class TestGoldSpans:
    """The abstract of ant is "The abstract of ant says much." """

    much = Span(key="ant", text="says much.")  # from 20 to 30

    def quoted(self, *places: tuple[int, int], key: str = "ant") -> Answer:
        text = SHELF[key].abstract
        quotes = [Citation(key=key, quote=text[start:end], start=start, end=end) for start, end in places]
        return answer(say("s", *quotes))

    def of(self, said: Answer, *spans: Span, gives_quotes: bool = True) -> float | None:
        return value("gold_span_recall", said, gold_spans=spans, gives_quotes=gives_quotes)

    def test_half_of_its_characters_are_enough(self) -> None:
        assert self.of(self.quoted((0, 25)), self.much) == 1
        assert self.of(self.quoted((0, 24)), self.much) == 0
        assert self.of(self.quoted((25, 30)), self.much) == 1

    def test_several_quotes_may_cover_it_and_none_counts_twice(self) -> None:
        assert self.of(self.quoted((20, 23), (27, 30)), self.much) == 1
        assert self.of(self.quoted((20, 23), (20, 23), (21, 23)), self.much) == 0

    def test_of_the_same_paper_and_part(self) -> None:
        assert self.of(self.quoted((0, 30), key="bee"), self.much) == 0
        title = Citation(key="ant", quote="Title of ant", start=0, end=12, where="title")
        assert self.of(answer(say("s", title)), self.much, Span(key="ant", text="of ant")) == 0.5
        assert self.of(answer(say("s", title)), Span(key="ant", text="The abstract")) == 0

    def test_white_space_makes_no_difference(self) -> None:
        assert self.of(self.quoted((0, 30)), Span(key="ant", text=" says\n much. ")) == 1

    def test_only_exact_quotes_count(self) -> None:
        wrong = Citation(key="ant", quote="The abstract of ant says little", start=0, end=30)
        assert self.of(answer(say("s", wrong)), self.much) == 0

    def test_what_stands_nowhere_is_left_out(self) -> None:
        nowhere = (Span(key="ant", text="says more."), Span(key="unicorn", text="much"), Span(key="ant", text=" "))
        assert self.of(self.quoted((0, 30)), self.much, *nowhere) == 1
        assert self.of(self.quoted((0, 30)), *nowhere) is None

    def test_an_abstention_misses_it(self) -> None:
        assert self.of(abstention(), self.much) == 0

    def test_does_not_apply_without_spans_or_quotes(self) -> None:
        assert self.of(self.quoted((0, 30))) is None
        assert self.of(self.quoted((0, 30)), self.much, gives_quotes=False) is None


class TestSpread:
    def test_coverage(self) -> None:
        assert value("citation_coverage", answer(say("s", "ant"), say("t"), say("u", "unicorn"))) == pytest.approx(
            2 / 3
        )

    def test_concentration_is_the_sum_of_squared_shares(self) -> None:
        assert value("citation_concentration", answer(say("s", "ant", "ant"), say("t", "ant"))) == 1
        said = answer(say("s", "ant", "bee"), say("t", "ant"), say("u", "cat"))
        assert value("citation_concentration", said) == pytest.approx((4 + 1 + 1) / 16)
        assert value("citation_concentration", answer(say("s", *SHELF))) == pytest.approx(1 / len(SHELF))

    @pytest.mark.parametrize("name", ["citation_coverage", "citation_concentration"])
    def test_do_not_apply_to_what_says_nothing(self, name: str) -> None:
        assert score(name, abstention()).explanation == "abstained"
        assert value(name, answer()) is None

    def test_concentration_does_not_apply_where_nothing_is_cited(self) -> None:
        assert value("citation_concentration", answer(say("s"))) is None


class TestPapers:
    said = answer(say("s", "ant", "bee"), say("t", "ant"))

    def test_right_paper(self) -> None:
        assert value("right_paper", self.said, gold_keys=("bee", "dog")) == 1
        assert value("right_paper", self.said, gold_keys=("dog",)) == 0

    def test_cited_relevant_counts_each_paper_once(self) -> None:
        assert value("cited_relevant", self.said, gold_keys=("ant", "dog")) == 0.5

    def test_gold_recall(self) -> None:
        assert value("gold_recall", self.said, gold_keys=("ant", "bee", "cat", "dog")) == 0.5

    def test_a_former_key_names_the_same_paper(self) -> None:
        quote = replace(cite("ant"), key="old-ant")
        case = Case(
            sample=Sample(id="1", question="q", gold_keys=("ant",), gold_spans=(Span(key="ant", text="says much."),)),
            answer=answer(say("s", quote)),
            papers=(SHELF | {"old-ant": SHELF["ant"]}).get,
        )
        for name in ("right_paper", "cited_relevant", "gold_recall", "gold_span_recall"):
            assert BY_NAME[name].score(case).value == 1, name

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


def test_what_was_not_measured_is_not_zero() -> None:
    said = answer(say("s"), usage=Usage(usd=None))
    names = ("prompt_tokens", "completion_tokens", "usd", "seconds")
    assert [value(name, said) for name in names] == [None] * 4


def test_no_model_costs_nothing() -> None:
    names = ("prompt_tokens", "completion_tokens", "usd")
    assert [value(name, answer(say("s"), usage=Usage())) for name in names] == [0, 0, 0]


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


@pytest.mark.parametrize("one", SET_METRICS, ids=lambda one: one.name)
def test_each_of_the_whole_set_is_documented_and_none_for_nothing(one: SetMetric) -> None:
    assert one.value.__doc__
    assert one.value([]) is None


def test_names_are_unique() -> None:
    assert len({one.name for one in (*METRICS, *SET_METRICS)}) == len(METRICS) + len(SET_METRICS)


def test_a_metric_is_found_by_the_name_in_a_report() -> None:
    for metric in (*METRICS, *SET_METRICS):
        assert named(metric.name) is metric
    assert named("seconds_p95") is BY_NAME["seconds"]
    assert [named(name) for name in ("seconds_p10", "usd_p95", "aurc_p50", "nothing", "_p95")] == [None] * 5


def test_lower_is_better_only_where_it_is() -> None:
    down = {one.name for one in (*METRICS, *SET_METRICS) if not one.higher_is_better}
    cost = {"prompt_tokens", "completion_tokens", "usd", "seconds"}
    assert down == {"unsupported_rate", "citation_concentration", "aurc", *cost}
    assert {one.name for one in METRICS if not one.share} == cost


def test_sets_are_named_in_their_metrics() -> None:
    for name in ("alce", "scholarqa", "autosurvey"):
        assert all(one.name.startswith(f"{name}_") for one in METRIC_SETS[name])


@pytest.mark.parametrize(
    "name", [one.name for one in METRICS if "citation_" in one.name or one.name == "unsupported_rate"]
)
def test_a_failed_judge_leaves_unscored_what_needs_it_and_nothing_else(name: str) -> None:
    case = Case(
        sample=Sample(id="1", question="q"),
        answer=answer(say("s", "ant")),
        papers=SHELF.get,
        checks=None,
        judge_error="no reply",
    )
    needs_none = name in {"citation_coverage", "citation_concentration"}
    found = BY_NAME[name].score(case)
    assert (found.value is None, found.failed) == ((False, False) if needs_none else (True, True))
