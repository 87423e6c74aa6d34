"""The risk-coverage curve and the area under it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics import SET_METRICS, risk_coverage
from evals.types import Result, Sample, Score
from tests.fakes.evaluation import abstention, answer, say

(AURC,) = (one.value for one in SET_METRICS if one.name == "aurc")


RIGHT, WRONG = True, False


def outcome(confidence: float | None, right: bool | None, *, answerable: bool | None = True) -> Result:
    """An answer with a confidence, whose facts are all there or not; None: no facts are known."""
    return Result(
        sample=Sample(id="1", question="q", answerable=answerable),
        answer=replace(answer(say("s", "ant")), confidence=confidence),
        checks={},
        scores={"all_facts": Score(value=None if right is None else float(right))},
    )


def silence(*, answerable: bool | None, has_facts: bool = False) -> Result:
    return Result(
        sample=Sample(id="1", question="q", answerable=answerable),
        answer=replace(abstention(), confidence=0.99),
        checks={},
        scores={"all_facts": Score(value=0.0 if has_facts else None)},
    )


def test_worked_by_hand() -> None:
    results = [outcome(0.2, WRONG), outcome(0.9, RIGHT), outcome(0.5, RIGHT), outcome(0.7, WRONG)]
    # By confidence: right, wrong, right, wrong. Risks: 0/1, 1/2, 1/3, 2/4; their mean is 4/12.
    assert risk_coverage(results) == [(0.25, 0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1, 0.5)]
    assert AURC(results) == pytest.approx(1 / 3)


def test_a_point_has_names() -> None:
    (_, last) = risk_coverage([outcome(0.9, RIGHT), outcome(0.2, WRONG)])
    assert (last.coverage, last.risk) == (1, 0.5)


def test_abstentions_come_last_whatever_their_confidence() -> None:
    results = [silence(answerable=True), outcome(0.1, RIGHT), silence(answerable=False)]
    # Right; then the two abstentions, one wrong and one right, each with the loss of half: 0, 0.5/2, 1/3.
    assert [point.risk for point in risk_coverage(results)] == pytest.approx([0, 1 / 4, 1 / 3])


def test_the_equally_sure_share_their_loss() -> None:
    results = [outcome(0.5, WRONG), outcome(0.5, RIGHT)]
    assert risk_coverage(results) == risk_coverage(results[::-1]) == [(0.5, 0.5), (1, 0.5)]


def test_answering_what_cannot_be_answered_is_wrong_whatever_is_said() -> None:
    assert AURC([outcome(0.5, RIGHT, answerable=False), outcome(0.4, None, answerable=False)]) == 1


def test_an_abstention_with_facts_to_state_is_wrong() -> None:
    assert risk_coverage([outcome(0.5, RIGHT), silence(answerable=None, has_facts=True)])[-1].risk == 0.5


def test_where_it_is_not_known_what_is_right_questions_are_left_out() -> None:
    known = [outcome(0.9, RIGHT), outcome(0.2, WRONG)]
    failed = Result(sample=Sample(id="1", question="q", answerable=True), answer=None, checks=None, scores={})
    unknown = [outcome(0.5, None), silence(answerable=None), failed, outcome(None, None, answerable=None)]
    assert risk_coverage([*unknown, *known]) == risk_coverage(known)


@pytest.mark.parametrize(
    "results",
    [
        [],
        [outcome(0.5, RIGHT)],
        [silence(answerable=True), silence(answerable=False)],
        [outcome(0.5, RIGHT), outcome(None, RIGHT)],
    ],
)
def test_none_where_nothing_can_be_ranked(results: list[Result]) -> None:
    assert AURC(results) is None
    assert risk_coverage(results) == []


results = st.lists(
    st.one_of(
        st.builds(
            outcome, st.sampled_from([0.1, 0.5, 0.9]), st.booleans(), answerable=st.sampled_from([True, False, None])
        ),
        st.builds(silence, answerable=st.booleans()),
    ),
    min_size=2,
    max_size=12,
)


@given(results, st.data())
def test_between_0_and_1_and_in_any_order(drawn: list[Result], data: st.DataObject) -> None:
    area = AURC(drawn)
    assert area is None or 0 <= area <= 1
    assert AURC(data.draw(st.permutations(drawn))) == (area if area is None else pytest.approx(area))
    points = risk_coverage(drawn)
    assert [point.coverage for point in points] == pytest.approx([at / len(drawn) for at in range(1, len(points) + 1)])


@given(st.integers(1, 8), st.integers(1, 8))
def test_sure_of_what_is_right_is_best_and_sure_of_what_is_wrong_is_worst(right: int, wrong: int) -> None:
    def area(sure: float, unsure: float) -> float:
        found = AURC([outcome(sure, RIGHT)] * right + [outcome(unsure, WRONG)] * wrong)
        assert found is not None
        return found

    assert area(0.9, 0.1) < area(0.5, 0.5) < area(0.1, 0.9)
    assert area(0.5, 0.5) == pytest.approx(wrong / (right + wrong))
