import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.planning.diverse import diverse
from assistant.planning.relevance import Signals
from assistant.planning.wide import Candidate
from tests.fakes.papers import paper

SIGNALS = Signals(cosine=0.5, coverage=0.5, likeness=0.5, best=0.5, papers=10)


def candidates(*probabilities: float) -> list[Candidate]:
    return [
        Candidate(paper=paper(f"p{at}", f"P{at}"), probability=one, facets=(), score=one, signals=SIGNALS)
        for at, one in enumerate(probabilities)
    ]


def keys(found: list[Candidate]) -> list[str]:
    return [one.paper.key for one in found]


def test_of_two_alike_one_gives_way_to_another() -> None:
    vectors = np.array([[1, 0], [1, 0.01], [0, 1]], dtype=np.float32)
    assert keys(diverse(candidates(0.9, 0.89, 0.8), vectors, 2)) == ["p0", "p2"]


def test_a_far_less_likely_paper_does_not_win_by_being_other() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    assert keys(diverse(candidates(0.95, 0.9, 0.5), vectors, 2)) == ["p0", "p1"]


def test_when_all_may_stay_all_stay_in_their_order() -> None:
    found = candidates(0.9, 0.8)
    assert diverse(found, np.zeros((2, 3), dtype=np.float32), 2) == found
    assert diverse([], np.zeros((0, 3), dtype=np.float32), 5) == []


def test_a_weight_of_one_takes_the_first_as_they_are() -> None:
    vectors = np.ones((4, 2), dtype=np.float32)
    assert keys(diverse(candidates(0.9, 0.8, 0.7, 0.6), vectors, 3, weight=1.0)) == ["p0", "p1", "p2"]


@pytest.mark.parametrize("weight", [-0.1, 1.1])
def test_a_weight_outside_its_range_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match=str(weight)):
        diverse(candidates(0.9), np.ones((1, 2), dtype=np.float32), 1, weight=weight)


def test_vectors_for_other_papers_are_refused() -> None:
    with pytest.raises(ValueError, match="2 candidates need as many vectors, got 1"):
        diverse(candidates(0.9, 0.8), np.ones((1, 2), dtype=np.float32), 1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.integers(0, 14), st.integers(0, 9))
@settings(max_examples=40)
def test_any_choice_is_so_many_of_them_in_their_order(chances: list[float], most: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(len(chances), 4)).astype(np.float32)
    found = candidates(*sorted(chances, reverse=True))
    chosen = diverse(found, vectors, most)
    assert len(chosen) == min(most, len(found))
    assert chosen == [one for one in found if one in chosen]
    assert not most or chosen[0] == found[0]
