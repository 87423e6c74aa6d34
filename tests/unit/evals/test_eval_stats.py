from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit
from scipy.stats import binomtest, bootstrap

from evals.stats import Interval, interval, resampled

Draw = Callable[[np.random.Generator, int], np.ndarray]


def bounds(found: Interval) -> tuple[float, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def width(found: Interval) -> float:
    low, high = bounds(found)
    return high - low


def test_no_values_have_no_mean() -> None:
    assert interval([]) == Interval(value=None, low=None, high=None, n=0)


def test_one_value_has_no_bounds() -> None:
    assert interval([0.25]) == Interval(value=0.25, low=None, high=None, n=1)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        interval([1.0, bad])


@pytest.mark.parametrize("bad", [-0.1, 1.1])
def test_what_is_no_share_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        interval([0.5, bad], share=True)


def test_a_share_may_be_off_by_a_rounding() -> None:
    assert interval([1.0, 1.0 + 1e-12], share=True).high == pytest.approx(1)


class TestShares:
    @given(st.lists(st.floats(0, 1), min_size=2, max_size=60))
    def test_contains_the_mean_and_stays_between_0_and_1(self, values: list[float]) -> None:
        found = interval(values, share=True)
        low, high = bounds(found)
        assert found.value == pytest.approx(sum(values) / len(values), abs=1e-12)
        assert found.value is not None
        assert -1e-9 <= low <= found.value <= high <= 1 + 1e-9

    @pytest.mark.parametrize(("right", "count"), [(0, 20), (20, 20), (45, 50), (150, 300)])
    def test_is_wilsons_for_right_and_wrong(self, right: int, count: int) -> None:
        low, high = bounds(interval([1.0] * right + [0.0] * (count - right), share=True))
        wilson = binomtest(right, count).proportion_ci(0.95, method="wilson")
        assert low == pytest.approx(wilson.low, abs=0.4 / count)
        assert high == pytest.approx(wilson.high, abs=0.4 / count)

    def test_twenty_right_of_twenty_does_not_prove_all(self) -> None:
        found = interval([1.0] * 20, share=True)
        assert bounds(found) == (pytest.approx(0.820, abs=0.001), 1.0)

    @pytest.mark.parametrize(("value", "count"), [(0.25, 2), (1 / 3, 3), (0.1, 30)])
    def test_equal_shares_are_as_unsure_as_right_and_wrong(self, value: float, count: int) -> None:
        low, high = bounds(interval([value] * count, share=True))
        assert 0 < low < value < high < 1
        spread = stdtrit(count - 1, 0.975) * np.sqrt(np.array([low, high]) * (1 - np.array([low, high])) / count)
        assert (value - low, high - value) == pytest.approx(tuple(spread))

    def test_shares_that_vary_less_have_a_narrower_one(self) -> None:
        assert width(interval([0.25, 0.75] * 10, share=True)) < 0.6 * width(interval([0.0, 1.0] * 10, share=True))

    def test_mirrored_values_have_the_mirrored_one(self) -> None:
        values = [0.0, 0.2, 0.9, 1.0, 1.0, 1.0, 0.5]
        low, high = bounds(interval(values, share=True))
        assert bounds(interval([1 - one for one in values], share=True)) == pytest.approx((1 - high, 1 - low))

    def test_shrinks_as_one_over_the_root_of_n(self) -> None:
        values = [0.0, 1.0]
        ratio = width(interval(values * 20, share=True)) / width(interval(values * 320, share=True))
        assert ratio == pytest.approx(4, rel=0.1)


class TestAmounts:
    @given(st.floats(-100, 100), st.integers(2, 50))
    def test_equal_values_have_no_width(self, value: float, count: int) -> None:
        found = interval([value] * count, resamples=200)
        assert bounds(found) == pytest.approx((value, value), abs=1e-12)

    @given(st.lists(st.floats(0, 1_000), min_size=2, max_size=60), st.integers(0, 5))
    def test_contains_the_mean(self, values: list[float], seed: int) -> None:
        found = interval(values, seed=seed, resamples=300)
        low, high = bounds(found)
        assert found.value is not None
        assert low <= found.value <= high

    @pytest.mark.parametrize("count", [2, 3, 7, 19])
    def test_few_or_repeated_values_stay_within_the_values(self, count: int) -> None:
        values = [float(one**2) for one in range(count)]
        low, high = bounds(interval(values))
        assert min(values) <= low <= high <= max(values)
        mostly_zero = [0.0] * 45 + [1.0, 2.0, 5.0, 7.0, 9.0]
        assert 0 <= bounds(interval(mostly_zero))[0] < bounds(interval(mostly_zero))[1] < 9

    def test_is_the_normal_interval_where_that_holds(self) -> None:
        values = np.random.default_rng(0).normal(10, 2, 400)
        low, high = bounds(interval(list(values)))
        assert (low, high) == pytest.approx((values.mean() - 0.196, values.mean() + 0.196), abs=0.02)

    def test_follows_skew(self) -> None:
        values = list(np.exp(np.random.default_rng(0).standard_normal(60)))
        found = interval(values)
        low, high = bounds(found)
        assert found.value is not None
        assert high - found.value > 1.3 * (found.value - low)

    def test_does_not_depend_on_the_unit(self) -> None:
        seconds = list(np.exp(np.random.default_rng(1).standard_normal(40)))
        low, high = bounds(interval(seconds))
        assert bounds(interval([one * 1_000 for one in seconds])) == pytest.approx((low * 1_000, high * 1_000))

    def test_a_wider_level_is_wider(self) -> None:
        values = [(one * 0.618) % 1 for one in range(30)]
        assert width(interval(values, level=0.99)) > width(interval(values, level=0.5))

    def test_the_seed_decides(self) -> None:
        values = [(one * 0.618) % 1 for one in range(30)]
        assert interval(values, seed=3) == interval(values, seed=3)
        assert interval(values, seed=3) != interval(values, seed=4)

    def test_blocks_do_not_change_the_resamples(self, monkeypatch: pytest.MonkeyPatch) -> None:
        values = [(one * 0.618) % 1 for one in range(24)]
        whole = interval(values, resamples=103)
        monkeypatch.setattr("evals.stats._CELLS", 240)
        assert interval(values, resamples=103) == whole


class TestPercentiles:
    def test_values(self) -> None:
        values = [float(one) for one in range(101)]
        assert interval(values, percentile=50).value == 50
        assert interval(values, percentile=95).value == 95

    def test_bounds_are_the_order_statistics_of_the_binomial(self) -> None:
        # P(X <= 40) = 0.028 and P(X <= 39) = 0.018 of 100 fair coins: the 40th and the 61st of the values.
        assert bounds(interval([float(one) for one in range(1, 101)], percentile=50)) == (40, 61)

    def test_the_greatest_of_few_values_is_the_upper_bound(self) -> None:
        assert bounds(interval([float(one) for one in range(1, 51)], percentile=95))[1] == 50

    @given(st.lists(st.floats(0, 100), min_size=2, max_size=40), st.integers(0, 100))
    def test_contains_the_percentile(self, values: list[float], percentile: int) -> None:
        found = interval(values, percentile=percentile)
        low, high = bounds(found)
        assert found.value is not None
        assert min(values) <= low <= found.value <= high <= max(values)


class TestResampled:
    def test_of_a_mean_is_scipys_bca_but_for_the_expansion(self) -> None:
        values = np.exp(np.random.default_rng(0).standard_normal(200))
        found = resampled(lambda chosen: float(values[chosen].mean()), 200, resamples=4_000)
        theirs = bootstrap((values,), np.mean, n_resamples=4_000, rng=1, method="BCa").confidence_interval
        assert bounds(found) == pytest.approx((theirs.low, theirs.high), rel=0.03)
        assert found.value == pytest.approx(values.mean())

    def test_without_the_correction_it_is_scipys_percentile_interval_but_for_the_expansion(self) -> None:
        values = np.exp(np.random.default_rng(0).standard_normal(200))
        found = resampled(lambda chosen: float(values[chosen].mean()), 200, resamples=4_000, corrected=False)
        theirs = bootstrap((values,), np.mean, n_resamples=4_000, rng=1, method="percentile").confidence_interval
        assert bounds(found) == pytest.approx((theirs.low, theirs.high), rel=0.03)

    def test_the_seed_decides(self) -> None:
        values = np.arange(30.0)

        def mean(chosen: np.ndarray) -> float:
            return float(values[chosen].mean())

        assert resampled(mean, 30, seed=1, resamples=200) == resampled(mean, 30, seed=1, resamples=200)
        assert resampled(mean, 30, seed=1, resamples=200) != resampled(mean, 30, seed=2, resamples=200)

    def test_what_is_undefined_is_left_out_and_counted(self) -> None:
        found = resampled(lambda chosen: float(chosen.mean()) if (chosen < 4).any() else None, 20)
        low, high = bounds(found)
        assert low < 9.5 < high
        assert found.undefined == pytest.approx(2_000 * 0.8**20, abs=25)
        assert found.undefined > 0

    def test_too_much_undefined_gives_no_bounds(self) -> None:
        found = resampled(lambda chosen: 1.0 if 0 in chosen else None, 20)
        assert found.value == 1
        assert (found.low, found.high) == (None, None)
        assert found.undefined == pytest.approx(2_000 * 0.95**20, abs=100)

    def test_not_defined_at_all(self) -> None:
        assert resampled(lambda _chosen: None, 20) == Interval(value=None, low=None, high=None, n=20)
        assert resampled(lambda _chosen: 1.0, 0) == Interval(value=None, low=None, high=None, n=0)

    def test_one_question_has_no_bounds(self) -> None:
        assert resampled(lambda _chosen: 1.0, 1) == Interval(value=1.0, low=None, high=None, n=1)

    def test_a_statistic_that_never_changes_has_no_width(self) -> None:
        assert resampled(lambda _chosen: 1.0, 30, resamples=50) == Interval(value=1.0, low=1.0, high=1.0, n=30)

    def test_of_many_questions_the_jackknife_takes_groups(self) -> None:
        calls = 0

        def count(chosen: np.ndarray) -> float:
            nonlocal calls
            calls += 1
            return float(chosen.mean())

        resampled(count, 3_000, resamples=100)
        assert calls == 1 + 100 + 200


def share_of_statements(draw: np.random.Generator, count: int) -> np.ndarray:
    return draw.choice([0.0, 1.0, 0.25, 0.5, 0.75], size=count, p=[0.04, 0.8, 0.04, 0.08, 0.04])


POPULATIONS: dict[str, tuple[Draw, float, bool]] = {
    "half": (lambda draw, count: (draw.random(count) < 0.5).astype(float), 0.5, True),
    "ninety": (lambda draw, count: (draw.random(count) < 0.9).astype(float), 0.9, True),
    "ninety-five": (lambda draw, count: (draw.random(count) < 0.95).astype(float), 0.95, True),
    "recall": (share_of_statements, 0.88, True),
    "seconds": (lambda draw, count: np.exp(0.5 * draw.standard_normal(count)), float(np.exp(0.125)), False),
}


@pytest.mark.slow
@pytest.mark.parametrize("count", [50, 300])
@pytest.mark.parametrize("name", POPULATIONS)
def test_nominal_95_per_cent_covers_about_that(name: str, count: int) -> None:
    population, truth, share = POPULATIONS[name]
    draw = np.random.default_rng(7)
    found = [interval(list(population(draw, count)), share=share, resamples=500) for _ in range(600)]
    covered = np.mean([low <= truth <= high for low, high in map(bounds, found)])
    assert 0.92 <= covered <= 0.985


@pytest.mark.slow
def test_the_interval_of_a_ratio_covers_about_its_level() -> None:
    draw, inside = np.random.default_rng(7), []
    for _ in range(200):
        right, counted = draw.binomial(4, 0.8, size=50), np.full(50, 4)
        found = resampled(
            lambda chosen, r=right, c=counted: float(r[chosen].sum() / c[chosen].sum()), 50, resamples=400
        )
        low, high = bounds(found)
        inside.append(low <= 0.8 <= high)
    assert 0.91 <= np.mean(inside) <= 0.99
