"""Small plots as inline SVG: pure functions from numbers to markup, coloured by the page's style sheet.

Each has a `<title>` and, where it shows more than one number, a `<desc>` that says the same in words. Nothing is told
by colour alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup

__all__ = ["Tick", "curve", "histogram", "number", "whisker"]

_NOTHING = Markup()
_WIDTH, _HEIGHT = 300, 170
_RIGHT, _BOTTOM = 10, 26
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
_LINE = 14
"""Height of a line of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where the axes of a plot are."""

    left: float
    top: float

    def x(self, share: float) -> float:
        """From 0 at the left end of the axis to 1 at the right."""
        return self.left + (_WIDTH - _RIGHT - self.left) * share

    def y(self, share: float) -> float:
        """From 0 at the foot to 1 at the top."""
        return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - self.top) * share


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A labelled place on the horizontal axis."""

    at: float
    """From 0 at its left end to 1 at its right."""
    label: str


def number(value: float) -> str:
    """A number for people: three significant digits below ten, then fewer decimals, thousands apart."""
    size = abs(value)
    if size >= 100 or value == int(value):  # noqa: PLR2004 - because decimals say nothing from a hundred on
        return f"{value:,.0f}"
    decimals = 2 - floor(log10(size))
    if decimals > 8:  # noqa: PLR2004 - because more zeros than these cannot be counted at a glance
        return f"{value:.2e}"
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".")


def whisker(value: float, low: float | None, high: float | None, *, label: str) -> Markup:
    """Draw a dot with its interval on an axis from 0 to 1."""

    def x(share: float) -> str:
        return f"{4 + 192 * min(max(share, 0.0), 1.0):.1f}"

    grid = _NOTHING.join(
        Markup('<line class="grid" x1="{0}" x2="{0}" y1="1" y2="17"/>').format(x(at)) for at in _QUARTERS
    )
    span = _NOTHING
    if low is not None and high is not None:
        span = Markup(
            '<line class="span" x1="{0}" x2="{1}" y1="9" y2="9"/><line class="span" x1="{0}" x2="{0}" y1="5" y2="13"/>'
            '<line class="span" x1="{1}" x2="{1}" y1="5" y2="13"/>'
        ).format(x(low), x(high))
    return Markup(
        '<svg class="whisker" viewBox="0 0 200 18" width="200" height="18" role="img"><title>{}</title>{}{}'
        '<circle class="dot" cx="{}" cy="9" r="4"/></svg>'
    ).format(label, grid, span, x(value))


def histogram(
    counts: Sequence[int], *, title: str, desc: str, ticks: Sequence[Tick], lines: Sequence[Tick] = ()
) -> Markup:
    """Draw bars of equal width, each with its count above it.

    Args:
        counts: from left to right, at least one.
        title: what is counted.
        desc: the same in words.
        ticks: labels of the horizontal axis.
        lines: values to point out, named above the bars.
    """
    frame = _Frame(left=10, top=18 + _LINE * len(lines))
    tallest = max(counts) or 1
    width = (frame.x(1) - frame.x(0)) / len(counts)
    pieces = []
    for place, count in enumerate(counts):
        left, top = frame.x(place / len(counts)), frame.y(count / tallest)
        pieces.append(
            Markup('<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                left + 1, top, width - 2, frame.y(0) - top
            )
        )
        if count:
            pieces.append(_text(left + width / 2, top - 3, f"{count:,}", "middle"))
    pieces += [_pointer(frame, line, row) for row, line in enumerate(lines)]
    return _plot(frame, title, desc, pieces, ticks)


def curve(points: Sequence[tuple[float, float]], *, title: str, desc: str) -> Markup:
    """Draw a curve of shares over shares, both from 0 to 1, the points in order of the horizontal axis."""
    frame = _Frame(left=30, top=18)
    pieces = []
    for at in (0.0, 0.5, 1.0):
        pieces.append(
            Markup('<line class="grid" x1="{0:.1f}" x2="{1:.1f}" y1="{2:.1f}" y2="{2:.1f}"/>').format(
                frame.x(0), frame.x(1), frame.y(at)
            )
        )
        pieces.append(_text(frame.x(0) - 5, frame.y(at) + 4, f"{at:g}", "end"))
    path = " ".join(f"{frame.x(across):.1f},{frame.y(up):.1f}" for across, up in points)
    pieces.append(Markup('<polyline class="curve" points="{}"/>').format(path))
    return _plot(frame, title, desc, pieces, [Tick(at=at, label=f"{at:g}") for at in _QUARTERS])


def _plot(frame: _Frame, title: str, desc: str, pieces: Iterable[Markup], ticks: Sequence[Tick]) -> Markup:
    axis = Markup('<line class="axis" x1="{0:.1f}" x2="{1:.1f}" y1="{2:.1f}" y2="{2:.1f}"/>').format(
        frame.x(0), frame.x(1), frame.y(0)
    )
    labels = _NOTHING.join(_text(frame.x(tick.at), _HEIGHT - 9, tick.label, "middle") for tick in ticks)
    return Markup(
        '<svg class="plot" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>{}{}{}</svg>'
    ).format(_WIDTH, _HEIGHT, title, desc, _NOTHING.join(pieces), axis, labels)


def _pointer(frame: _Frame, line: Tick, row: int) -> Markup:
    """A dashed line with its name in a row of its own, on the side where there is room."""
    x, y = frame.x(line.at), _LINE * (row + 1)
    anchor, shift = ("start", 4) if line.at < 0.5 else ("end", -4)  # noqa: PLR2004 - because half is the larger side
    return Markup('<line class="point" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2:.1f}"/>').format(
        x, y - 10, frame.y(0)
    ) + _text(x + shift, y, line.label, anchor)


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, text)
