from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.fuse import reciprocal_rank_fusion

rankings = st.lists(st.lists(st.sampled_from("abcdefghij"), unique=True), max_size=4)


def test_the_score_is_the_papers_formula() -> None:
    fused = dict(reciprocal_rank_fusion([["a", "b"], ["b", "c"]], k=60))
    assert fused == pytest.approx({"b": 1 / 62 + 1 / 61, "a": 1 / 61, "c": 1 / 62})


def test_both_rankings_together_beat_one_first_place() -> None:
    assert [one for one, _ in reciprocal_rank_fusion([["a", "b"], ["c", "b"]])] == ["b", "a", "c"]


def test_a_repeated_id_counts_once() -> None:
    assert reciprocal_rank_fusion([["a", "a", "b"]]) == reciprocal_rank_fusion([["a", "b"]])


@pytest.mark.parametrize("empty", [[], [[]], [[], []]])
def test_nothing_in_nothing_out(empty: Sequence[Sequence[str]]) -> None:
    assert reciprocal_rank_fusion(empty) == []


@given(rankings)
def test_every_id_comes_out_once_best_first(rankings: list[list[str]]) -> None:
    fused = reciprocal_rank_fusion(rankings)
    assert sorted(one for one, _ in fused) == sorted({one for ranking in rankings for one in ranking})
    assert fused == sorted(fused, key=lambda item: (-item[1], item[0]))


@given(rankings)
def test_the_order_of_the_rankings_does_not_matter(rankings: list[list[str]]) -> None:
    forwards, backwards = (dict(reciprocal_rank_fusion(one)) for one in (rankings, rankings[::-1]))
    assert forwards == pytest.approx(backwards)


@given(st.lists(st.sampled_from("abcdefghij"), unique=True))
def test_rankings_that_agree_are_kept(ranking: list[str]) -> None:
    assert [one for one, _ in reciprocal_rank_fusion([ranking, ranking, ranking])] == ranking


@given(rankings, st.sampled_from("abcdefghij"))
def test_a_place_in_one_more_ranking_never_hurts(rankings: list[list[str]], one: str) -> None:
    before = dict(reciprocal_rank_fusion(rankings)).get(one, 0.0)
    assert dict(reciprocal_rank_fusion([*rankings, [one]]))[one] > before
