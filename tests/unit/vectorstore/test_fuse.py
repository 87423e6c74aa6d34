from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.fuse import reciprocal_rank_fusion, standard_score_fusion

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


SCORES = st.dictionaries(st.sampled_from("abcdefghij"), st.floats(-10, 10).map(lambda x: round(x, 3)), max_size=10)


def test_deviations_from_the_pools_mean_are_added() -> None:
    fused = standard_score_fusion([{"a": 3.0, "b": 1.0}, {"a": 20.0, "b": 40.0, "c": 60.0}], "ab")
    assert fused == pytest.approx({"a": 1.0 - 1.0, "b": -1.0 + 1.0, "c": -2.0 + 3.0})


@given(st.lists(SCORES, max_size=3))
def test_every_candidate_is_fused_best_first(parts: list[dict[str, float]]) -> None:
    fused = standard_score_fusion(parts, "abc")
    assert fused.keys() == {*"abc", *(one for part in parts for one in part)}
    assert list(fused.items()) == sorted(fused.items(), key=lambda item: (-item[1], item[0]))


@given(SCORES, SCORES, st.sampled_from([0.5, 2.0, 64.0]))
def test_the_range_of_a_part_does_not_matter(one: dict[str, float], other: dict[str, float], factor: float) -> None:
    pool = "abcdefghij"
    scaled = {name: factor * score for name, score in other.items()}
    assert standard_score_fusion([one, scaled], pool) == pytest.approx(standard_score_fusion([one, other], pool))


@given(SCORES)
def test_one_part_keeps_its_own_order(part: dict[str, float]) -> None:
    fused = standard_score_fusion([part], part)
    if len(set(part.values())) > 1:
        assert list(fused) == sorted(part, key=lambda one: (-part[one], one))


@pytest.mark.parametrize("pool", ["", "ab"])
def test_scores_without_spread_say_nothing(pool: str) -> None:
    assert standard_score_fusion([{"a": 5.0, "b": 5.0}], pool) == {"a": 0.0, "b": 0.0}
