"""What holds of recall and precision whatever the answer, in every convention."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.types import Answer, Label, Statement
from evals.conventions import CONVENTIONS, Counted, counted
from evals.metrics import METRIC_SETS, conventions_of, metrics_of, named
from evals.support import check
from evals.types import Case, Metric, Sample
from tests.fakes.evaluation import SHELF, answer, keys_in, say
from tests.fakes.judge import FakeJudge

pytestmark = pytest.mark.slow

PAPERS = (*SHELF, "unicorn")
LONG = " and this goes on beyond fifty characters of text"
ORDERLESS = [name for name, one in CONVENTIONS.items() if not one.inherits]

EVERY = pytest.mark.parametrize("convention", CONVENTIONS)


def rule(statement: str, evidence: Sequence[str]) -> Label:
    """An arbitrary judge that always says the same: whether a sum over the letters of all that it sees is even."""
    return "supported" if sum(map(ord, statement + "".join(sorted(keys_in(evidence))))) % 2 else "unsupported"


def case_of(said: Answer) -> Case:
    checks = check(said, FakeJudge(rule), SHELF.get, CONVENTIONS.values())
    return Case(sample=Sample(id="1", question="q"), answer=said, papers=SHELF.get, checks=checks)


def scores(said: Answer, convention: str) -> tuple[float | None, float | None, float | None]:
    case = case_of(said)
    prefix = "" if convention == "citewell" else f"{convention}_"
    recall, precision, f1 = (value(f"{prefix}citation_{one}", case) for one in ("recall", "precision", "f1"))
    return recall, precision, f1


def value(name: str, case: Case) -> float | None:
    metric = named(name)
    assert isinstance(metric, Metric)
    return metric.score(case).value


statements = st.builds(
    lambda text, tail, keys: say(text + tail, *keys),
    st.text("abcdefgh", min_size=1, max_size=4),
    st.sampled_from(["", LONG]),
    st.lists(st.sampled_from(PAPERS), max_size=5),
)
answers = st.lists(statements, min_size=1, max_size=6)


@EVERY
@given(said=answers)
def test_between_0_and_1_and_f1_between_the_two(convention: str, said: list[Statement]) -> None:
    recall, precision, f1 = scores(answer(*said), convention)
    if recall is None or precision is None or f1 is None:
        assert recall is precision is f1 is None
        return
    assert 0 <= recall <= 1
    assert 0 <= precision <= 1
    assert min(recall, precision) - 1e-12 <= f1 <= max(recall, precision) + 1e-12
    assert (f1 == 0) == (recall == 0 or precision == 0)


@EVERY
@given(said=answers)
def test_what_is_precise_is_cited_by_a_supported_statement(convention: str, said: list[Statement]) -> None:
    recall, precision, _ = scores(answer(*said), convention)
    if recall == 0:
        assert precision == 0


@pytest.mark.parametrize("convention", ORDERLESS)
@given(said=answers, data=st.data())
def test_the_order_of_statements_makes_no_difference(
    convention: str, said: list[Statement], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(said))
    assert scores(answer(*shuffled), convention) == pytest.approx(scores(answer(*said), convention))


@EVERY
@given(said=answers, invented=st.booleans())
def test_a_further_statement_that_is_not_supported_never_raises_recall(
    convention: str, said: list[Statement], invented: bool
) -> None:
    before, _, _ = scores(answer(*said), convention)
    bad = say("xyz" + LONG, *(["unicorn"] if invented else ["ant"]))
    if not invented and rule(bad.text, ["Title of ant"]) == "supported":
        bad = replace(bad, text="y" + bad.text)
    after, _, _ = scores(answer(*said, bad), convention)
    assert after is not None
    assert after <= (1 if before is None else before)


@pytest.mark.parametrize("convention", ["citewell", "alce"])
@given(said=answers)
def test_a_further_uncited_statement_lowers_recall_and_leaves_precision(convention: str, said: list[Statement]) -> None:
    recall, precision, _ = scores(answer(*said), convention)
    further, same, _ = scores(answer(*said, say("xyz" + LONG)), convention)
    assert recall is not None
    assert further == pytest.approx(recall * len(said) / (len(said) + 1))
    assert same == precision


@given(said=answers)
def test_leaving_citations_out_never_lowers_recall_of_cited_statements_only(said: list[Statement]) -> None:
    """Which is why it must be read with coverage."""
    good = [one for one in said if scores(answer(one), "autosurvey")[0]]
    if good:
        stripped = [one if one in good else replace(one, citations=()) for one in said]
        assert scores(answer(*stripped), "autosurvey")[0] == 1


@given(said=answers)
def test_inventing_pays_in_no_convention_of_ours(said: list[Statement]) -> None:
    invented = [replace(one, citations=(*one.citations, *say("", "unicorn").citations)) for one in said]
    assert scores(answer(*invented), "citewell") == (0, 0, 0)


@given(said=answers)
def test_recall_the_unsupported_rate_and_the_uncited_add_up_to_1(said: list[Statement]) -> None:
    case = case_of(answer(*said))
    parts = [value(name, case) for name in ("citation_recall", "unsupported_rate", "citation_coverage")]
    recall, unsupported, coverage = (one or 0.0 for one in parts)
    assert recall + unsupported + (1 - coverage) == pytest.approx(1)


@given(said=answers)
def test_all_conventions_together_ask_nothing_twice_and_never_without_evidence(said: list[Statement]) -> None:
    judge = FakeJudge(rule)
    check(answer(*said, *said), judge, SHELF.get, CONVENTIONS.values())
    assert len(judge.calls) == len(set(judge.calls))
    assert all(evidence for _, evidence in judge.calls)


@given(said=answers)
def test_the_checks_of_a_convention_are_the_same_beside_others(said: list[Statement]) -> None:
    together = check(answer(*said), FakeJudge(rule), SHELF.get, CONVENTIONS.values())
    for name, convention in CONVENTIONS.items():
        assert check(answer(*said), FakeJudge(rule), SHELF.get, [convention]) == {name: together[name]}


def test_what_counts_is_in_order_with_each_key_once() -> None:
    said = [say("one", "bee", "ant", "bee"), say("two"), say("three", "cat")]
    every = [
        Counted(text="one", keys=("bee", "ant")),
        Counted(text="two", keys=()),
        Counted(text="three", keys=("cat",)),
    ]
    assert counted(said, CONVENTIONS["citewell"]) == every
    assert counted(said, CONVENTIONS["autosurvey"]) == [every[0], every[2]]
    assert counted(said, CONVENTIONS["scholarqa"]) == []


def test_citations_that_are_not_used_are_in_no_check() -> None:
    checks = check(answer(say("s", *SHELF)), FakeJudge(rule), SHELF.get, CONVENTIONS.values())
    assert len(SHELF) == 4
    assert [one.key for one in checks["alce"][0].citations] == list(SHELF)[:3]
    assert [one.key for one in checks["citewell"][0].citations] == list(SHELF)


class TestSets:
    def test_each_counts_by_the_convention_of_its_name(self) -> None:
        assert list(METRIC_SETS) == list(CONVENTIONS)
        assert conventions_of(["alce", "citewell", "alce"]) == (CONVENTIONS["alce"], CONVENTIONS["citewell"])

    def test_no_metric_twice_and_in_order(self) -> None:
        both = metrics_of(["alce", "citewell", "alce"])
        assert both == (*METRIC_SETS["alce"], *METRIC_SETS["citewell"])

    def test_an_unknown_one_is_named_with_those_that_there_are(self) -> None:
        for of in (metrics_of, conventions_of):
            with pytest.raises(UsageError, match=r"'acle'.*citewell, alce, scholarqa, autosurvey"):
                of(["citewell", "acle"])
