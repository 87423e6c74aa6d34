import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, permutation_test, ttest_1samp

from evals.paired import Paired, holm, paired, paired_statistic


def test_nothing_to_compare() -> None:
    assert paired([]) == Paired(n=0, difference=None, low=None, high=None, p=None, detectable=None)
    assert paired([0.5]) == Paired(n=1, difference=0.5, low=None, high=None, p=None, detectable=None)


def test_the_same_answers_show_no_difference() -> None:
    assert paired([0.0] * 20) == Paired(n=20, difference=0, low=0, high=0, p=1, detectable=None)


def test_what_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        paired([0.0, float("nan")])


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([1, 1, 1, 1, 1], 1 / 32),  # 2 ways of 32 are as far out, both exactly so: half of 2 / 32
        ([1, 1, -1], 0.25 + 0.75 / 2),  # |sum| is 3 in 2 ways of 8, and 1, as observed, in 6
        ([0.5, 0.25], 0.25),  # 0.75 in 2 ways of 4, half of them
        ([0.5, -0.25], 0.5 + 0.25),  # above in 2 ways of 4, equal in 2
        ([0.5, -0.5], 1),  # no way is nearer to none
    ],
)
def test_p_worked_by_hand(differences: list[float], expected: float) -> None:
    assert paired([*differences, 0, 0]).p == pytest.approx(expected)


def test_few_differences_are_counted_exactly_as_scipy_does_but_for_ties() -> None:
    differences = list(np.random.default_rng(3).normal(0.3, 1, 11))
    theirs = permutation_test((differences,), np.mean, permutation_type="samples", n_resamples=np.inf)
    ties = 2 / 2**11
    assert paired(differences).p == pytest.approx(theirs.pvalue - ties / 2)


def test_many_differences_are_drawn_about_as_scipy_counts() -> None:
    differences = list(np.random.default_rng(3).normal(0.25, 1, 60))
    theirs = permutation_test((differences,), np.mean, permutation_type="samples", n_resamples=20_000, rng=1)
    assert paired(differences).p == pytest.approx(theirs.pvalue, abs=0.01)


def test_p_is_never_0() -> None:
    p = paired([1.0 + one / 100 for one in range(40)], permutations=1_000).p
    assert p is not None
    assert 0 < p <= 1 / 1_001


@given(st.lists(st.integers(-4, 4), min_size=2, max_size=40))
def test_swapping_the_systems_turns_the_sign_only(quarters: list[int]) -> None:
    differences = [one / 4 for one in quarters]
    there, back = paired(differences, permutations=300), paired([-one for one in differences], permutations=300)
    assert there.p == back.p
    assert there.difference == pytest.approx(-(back.difference or 0))
    assert there.low == pytest.approx(-(back.high or 0))


@given(st.lists(st.integers(-4, 4), min_size=2, max_size=40), st.integers(1, 5))
def test_questions_without_a_difference_do_not_change_p(quarters: list[int], more: int) -> None:
    differences = [one / 4 for one in quarters]
    assert paired(differences, permutations=300).p == paired([*differences, *[0.0] * more], permutations=300).p


def test_the_seed_decides() -> None:
    differences = list(np.random.default_rng(3).normal(0.2, 1, 60))
    assert paired(differences, seed=1) == paired(differences, seed=1)
    assert paired(differences, seed=1) != paired(differences, seed=2)


def test_blocks_do_not_change_p(monkeypatch: pytest.MonkeyPatch) -> None:
    differences = list(np.random.default_rng(3).normal(0.2, 1, 60))
    whole = paired(differences, permutations=503)
    monkeypatch.setattr("evals.paired._CELLS", 6_000)
    assert paired(differences, permutations=503) == whole


def test_the_interval_is_students() -> None:
    differences = list(np.random.default_rng(3).normal(0.2, 1, 30))
    theirs = ttest_1samp(differences, 0).confidence_interval(0.95)
    found = paired(differences)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))


def test_the_detectable_difference_of_many_is_2_8_standard_errors() -> None:
    found = paired([-1.0, 1.0] * 500)
    assert found.detectable == pytest.approx((1.96 + 0.8416) / 1_000**0.5, rel=0.003)


def test_four_times_the_questions_detect_half_the_difference() -> None:
    few, many = paired([-1.0, 1.0] * 50).detectable, paired([-1.0, 1.0] * 200).detectable
    assert few is not None
    assert many is not None
    assert few / many == pytest.approx(2, rel=0.02)


class TestHolm:
    def test_worked_by_hand(self) -> None:
        # Sorted 0.005 0.01 0.03 0.04, times 4 3 2 1: 0.02 0.03 0.06 0.04, which may not fall: 0.02 0.03 0.06 0.06.
        assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))

    def test_nothing_and_one(self) -> None:
        assert holm([]) == ()
        assert holm([0.2]) == (0.2,)

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
    def test_properties(self, ps: list[float]) -> None:
        adjusted = holm(ps)
        assert all(before <= after <= 1 for before, after in zip(ps, adjusted, strict=True))
        assert max(adjusted) <= 1
        # Benjamini and Yekutieli's control of a weaker rate is never above Bonferroni's, nor Holm's above that.
        assert all(one <= min(1, p * len(ps)) + 1e-12 for p, one in zip(ps, adjusted, strict=True))
        assert sum(one <= 0.05 for one in adjusted) <= sum(false_discovery_control(ps) <= 0.05)


class TestStatistic:
    def test_of_a_mean_agrees_with_the_test_of_the_mean(self) -> None:
        draw = np.random.default_rng(5)
        first, second = list(draw.normal(0, 1, 80)), list(draw.normal(0.35, 1, 80))
        mean = paired([two - one for one, two in zip(first, second, strict=True)])
        found = paired_statistic(lambda values: sum(values) / len(values), first, second, resamples=2_000)
        assert found.difference == pytest.approx(mean.difference)
        assert found.p == pytest.approx(mean.p, abs=0.02)
        assert found.low == pytest.approx(mean.low, abs=0.05)
        assert found.high == pytest.approx(mean.high, abs=0.05)

    def test_sees_a_longer_tail(self) -> None:
        draw = np.random.default_rng(5)
        first = list(np.exp(0.2 * draw.standard_normal(60)))
        found = paired_statistic(lambda values: float(np.percentile(values, 90)), first, [one * 2 for one in first])
        assert found.p is not None
        assert found.p < 0.01
        assert found.low is not None
        assert found.low > 0

    def test_the_same_results_show_no_difference(self) -> None:
        values = [float(one) for one in range(20)]
        found = paired_statistic(max, values, values, resamples=100)
        assert (found.difference, found.low, found.high, found.p) == (0, 0, 0, 1)

    def test_not_defined(self) -> None:
        found = paired_statistic(lambda _chosen: None, [1.0, 2.0], [1.0, 2.0])
        assert (found.difference, found.low, found.p) == (None, None, None)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["right or wrong", "recall"])
def test_sees_a_difference_that_is_not_there_in_about_five_of_a_hundred(kind: str) -> None:
    draw = np.random.default_rng(9)

    def system() -> np.ndarray:
        if kind == "recall":
            return draw.choice([0.0, 1.0, 0.25, 0.5, 0.75], size=80, p=[0.04, 0.8, 0.04, 0.08, 0.04])
        return (draw.random(80) < 0.7).astype(float)

    seen = [(paired(list(system() - system()), permutations=1_000).p or 0) <= 0.05 for _ in range(1_000)]
    assert 0.03 <= np.mean(seen) <= 0.07


@pytest.mark.slow
def test_the_detectable_difference_is_seen_in_about_eight_of_ten() -> None:
    draw, truth = np.random.default_rng(9), 2.825 / 60**0.5
    seen = [(paired(list(draw.normal(truth, 1, 60)), permutations=1_000).p or 0) <= 0.05 for _ in range(500)]
    assert 0.75 <= np.mean(seen) <= 0.86
