import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.page.scale import Scale
from evals.page.svg import Tick, curve, histogram, number, whisker

POSITIVE = st.floats(1e-6, 1e6)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234.4, "1,234"),
        (12.345, "12.3"),
        (1.5, "1.5"),
        (0.04567, "0.0457"),
        (0.00123, "0.00123"),
        (9.999, "10"),
        (99.96, "100"),
        (-0.5, "-0.5"),
        (1.5e-9, "1.50e-09"),
    ],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def parsed(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 - because it is our own drawing


def test_a_whisker_puts_dot_and_interval_on_one_axis() -> None:
    root = parsed(whisker(0.5, 0.25, 1.0, label="recall: <0.5>"))
    assert root.findtext("title") == "recall: <0.5>"
    dot = root.find("circle")
    assert dot is not None
    assert float(dot.get("cx", "")) == 100
    span = next(line for line in root.iter("line") if line.get("class") == "span")
    assert (float(span.get("x1", "")), float(span.get("x2", ""))) == (52, 196)


def test_a_whisker_without_interval_is_a_dot() -> None:
    assert "span" not in whisker(0.5, None, None, label="x")


def test_bars_are_as_high_as_their_counts() -> None:
    root = parsed(histogram([1, 0, 4], title="t", desc="d", ticks=[Tick(at=0, label="0")]))
    heights = [float(bar.get("height", "")) for bar in root.iter("rect")]
    assert heights[1] == 0
    assert heights[2] == pytest.approx(4 * heights[0], abs=0.3)
    assert [text.text for text in root.iter("text")] == ["1", "4", "0"]


def test_a_histogram_of_nothing_is_drawn() -> None:
    assert "NaN" not in histogram([0, 0], title="t", desc="d", ticks=[])


def test_lines_are_named_above_the_bars() -> None:
    lines = [Tick(at=0.1, label="median 2 s"), Tick(at=0.95, label="95% 9 s")]
    root = parsed(histogram([3, 5], title="t", desc="d", ticks=[], lines=lines))
    tops = [float(bar.get("y", "")) for bar in root.iter("rect")]
    named = {text.text: text for text in root.iter("text")}
    assert all(float(named[line.label].get("y", "")) < min(tops) for line in lines)
    assert named["median 2 s"].get("text-anchor") == "start"
    assert named["95% 9 s"].get("text-anchor") == "end"


def test_a_curve_rises_from_left_to_right() -> None:
    root = parsed(curve([(0.5, 0.0), (1.0, 0.5)], title="t", desc="d"))
    line = root.find("polyline")
    assert line is not None
    (left, low), (right, high) = (map(float, point.split(",")) for point in line.get("points", "").split())
    assert left < right
    assert low > high


def test_every_plot_says_what_it_shows() -> None:
    for drawing in (curve([(0, 0), (1, 1)], title="t", desc="d"), histogram([1], title="t", desc="d", ticks=[])):
        root = parsed(drawing)
        assert root.get("role") == "img"
        assert (root.findtext("title"), root.findtext("desc")) == ("t", "d")
        assert not re.search(r"#[0-9a-f]{3}|style=|url\(", drawing)


@given(smallest=POSITIVE, factor=st.floats(1, 1e9))
def test_a_scale_has_few_round_ticks_on_its_axis(smallest: float, factor: float) -> None:
    scale = Scale.of(smallest, smallest * factor)
    ticks = list(scale.ticks())
    assert len(ticks) <= 6
    assert ticks == sorted(set(ticks))
    assert all(-1e-9 <= scale.place(value) <= 1 + 1e-9 for value in ticks)
    assert -1e-9 <= scale.place(smallest) <= scale.place(smallest * factor) <= 1 + 1e-9


@given(largest=POSITIVE)
def test_an_axis_from_zero_has_at_least_two_ticks(largest: float) -> None:
    assert len(list(Scale.of(largest, largest).ticks())) >= 2
