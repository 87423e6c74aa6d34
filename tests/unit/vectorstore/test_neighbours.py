import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.neighbours import smoothed
from vectorstore.types import Vectors


def unit(*parts: float) -> Vectors:
    vector = np.array(parts, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def test_the_likest_count_most() -> None:
    vectors = {"a": unit(1, 0), "b": unit(1, 0.2), "c": unit(0.2, 1)}
    likeness = {one: float(vectors["a"] @ vectors[one]) ** 2 for one in "bc"}
    around = (likeness["b"] * 5.0 + likeness["c"] * -1.0) / (likeness["b"] + likeness["c"])
    found = smoothed({"a": 1.0, "b": 5.0, "c": -1.0}, vectors)
    assert found["a"] == pytest.approx(0.7 * 1.0 + 0.3 * around, rel=1e-5)


def test_one_among_better_ones_rises_above_its_equal_among_worse() -> None:
    good = {f"good{number}": unit(1, number / 100) for number in range(12)}
    bad = {f"bad{number}": unit(number / 100, 1) for number in range(12)}
    scores = {**dict.fromkeys(good, 2.0), **dict.fromkeys(bad, -2.0), "good0": 0.0, "bad0": 0.0}
    found = smoothed(scores, {**good, **bad})
    assert found["good0"] == pytest.approx(0.6)
    assert found["bad0"] == pytest.approx(-0.6)


def test_only_so_many_neighbours_count() -> None:
    near = {f"near{number}": unit(1, number / 1000) for number in range(11)}
    far = {f"far{number}": unit(1, 1) for number in range(50)}
    found = smoothed({**dict.fromkeys(near, 1.0), **dict.fromkeys(far, 100.0)}, {**near, **far})
    assert found["near0"] == pytest.approx(1.0)


NAMES = st.sampled_from("abcdefghijklmnop")
SCORES = st.dictionaries(NAMES, st.floats(-10, 10), max_size=16)
TURNS = st.dictionaries(NAMES, st.floats(-1, 1), max_size=16)


@given(scores=SCORES, turns=TURNS)
def test_nothing_is_lost_and_nothing_leaves_the_range(scores: dict[str, float], turns: dict[str, float]) -> None:
    found = smoothed(scores, {one: unit(turn, 1) for one, turn in turns.items()})
    assert found.keys() == scores.keys()
    assert all(min(scores.values()) - 1e-9 <= value <= max(scores.values()) + 1e-9 for value in found.values())
    assert all(found[one] == score for one, score in scores.items() if one not in turns)


@given(scores=SCORES, turns=TURNS)
def test_the_order_of_the_candidates_does_not_matter(scores: dict[str, float], turns: dict[str, float]) -> None:
    vectors = {one: unit(turn, 1) for one, turn in turns.items()}
    assert smoothed(dict(reversed(scores.items())), vectors) == smoothed(scores, vectors)
