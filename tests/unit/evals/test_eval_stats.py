import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.stats import Interval, interval


def test_no_values_have_no_mean() -> None:
    assert interval([]) == Interval(value=None, low=None, high=None, n=0)


def test_one_value_has_no_bounds() -> None:
    assert interval([0.25]) == Interval(value=0.25, low=None, high=None, n=1)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60), st.integers(0, 5))
def test_contains_the_mean_and_stays_within_the_values(values: list[float], seed: int) -> None:
    found = interval(values, seed=seed, resamples=1_000)
    assert found.value == pytest.approx(sum(values) / len(values), abs=1e-12)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert min(values) - 1e-12 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= max(values) + 1e-12


@given(st.floats(-100, 100), st.integers(2, 50))
def test_equal_values_have_no_width(value: float, count: int) -> None:
    found = interval([value] * count, resamples=200)
    assert found.low == found.value == found.high


def test_shrinks_as_one_over_the_root_of_n() -> None:
    def width(count: int) -> float:
        found = interval([0.0, 1.0] * (count // 2))
        assert found.low is not None
        assert found.high is not None
        return found.high - found.low

    assert width(40) / width(640) == pytest.approx(4, rel=0.1)


def test_is_the_normal_interval_where_that_holds() -> None:
    found = interval([0.0, 1.0] * 200)
    assert found.low == pytest.approx(0.5 - 1.96 * 0.5 / 20, abs=0.004)
    assert found.high == pytest.approx(0.5 + 1.96 * 0.5 / 20, abs=0.004)


def test_a_wider_level_is_wider() -> None:
    values = [0.0, 0.2, 0.4, 0.9, 1.0] * 4
    narrow, wide = interval(values, level=0.5), interval(values, level=0.99)
    assert wide.low is not None
    assert narrow.low is not None
    assert wide.low < narrow.low


def test_the_seed_decides() -> None:
    values = [(one * 0.618) % 1 for one in range(30)]
    assert interval(values, seed=3) == interval(values, seed=3)
    assert interval(values, seed=3) != interval(values, seed=4)


def test_blocks_do_not_change_the_number_of_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [(one * 0.618) % 1 for one in range(4)]
    whole = interval(values, resamples=103)
    monkeypatch.setattr("evals.stats._CELLS", 40)
    assert interval(values, resamples=103) == whole


def test_percentiles() -> None:
    values = [float(one) for one in range(101)]
    assert interval(values, percentile=50).value == 50
    high = interval(values, percentile=95)
    assert high.value == 95
    assert high.low is not None
    assert high.high is not None
    assert 85 < high.low < 95 < high.high <= 100


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        interval([1.0, bad])


@pytest.mark.slow
def test_nominal_95_per_cent_covers_about_that() -> None:
    draw = random.Random(7)  # noqa: S311 - because it draws no secrets
    covered = 0
    for trial in range(300):
        found = interval([draw.random() for _ in range(50)], seed=trial, resamples=1_000)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.5 <= found.high
    assert 0.90 <= covered / 300 <= 0.985
