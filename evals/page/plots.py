"""Which plots a page has: scores question by question, risk against coverage, latency."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evals.page.catalogue import about
from evals.page.scale import Scale
from evals.page.svg import Tick, curve, histogram, number
from evals.types import EvalLog

__all__ = ["Plot", "plots"]

_MAIN = (
    "citation_recall",
    "citation_precision",
    "faithfulness",
    "quote_exactness",
    "gold_recall",
    "facts_stated",
    "token_f1",
    "rouge_l",
    "ndcg_10",
)
"""Shares whose spread over the questions says more than their mean."""

_BARS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A figure with its caption."""

    caption: str
    drawing: Markup


def plots(log: EvalLog) -> tuple[Plot, ...]:
    """Draw what the log has the numbers for."""
    main = [name for name in _MAIN if name in log.metrics]
    if not main:
        main = [name for name, summary in log.metrics.items() if about(name, summary).is_share][:4]
    drawn = [_spread(log, name) for name in main]
    drawn += [_risk(log), _latency(log)]
    return tuple(one for one in drawn if one)


def _spread(log: EvalLog, name: str) -> Plot | None:
    scores = (result.scores.get(name) for result in log.results)
    values = [score.value for score in scores if score and score.value is not None]
    if not values:
        return None
    counts = _counts(values, 0.0, 1.0)
    words = "; ".join(f"{at / _BARS:g} to {(at + 1) / _BARS:g}: {count}" for at, count in enumerate(counts) if count)
    drawing = histogram(
        counts,
        title=f"{name} by question",
        desc=f"Of {len(values)} questions, {words}.",
        ticks=[Tick(at=at / 4, label=f"{at / 4:g}") for at in range(5)],
    )
    return Plot(caption=f"{name}: questions by score (n = {len(values)})", drawing=drawing)


def _risk(log: EvalLog) -> Plot | None:
    from evals.metrics import risk_coverage

    points = list(risk_coverage(log.results))
    if len(points) < 2:  # noqa: PLR2004 - because one point is no curve
        return None
    summary = log.metrics.get("aurc")
    area = f"; area {summary.value:.3f}" if summary and summary.value is not None else ""
    quarters = [min(points, key=lambda point: abs(point[0] - at)) for at in (0.25, 0.5, 0.75, 1.0)]
    desc = "; ".join(f"risk {risk:.2f} at coverage {coverage:.2f}" for coverage, risk in dict.fromkeys(quarters))
    drawing = curve(points, title="Risk against coverage", desc=desc[0].upper() + desc[1:] + ".")
    return Plot(
        caption=f"Share wrong among the surest questions, by their share of all; abstentions come last{area}",
        drawing=drawing,
    )


def _latency(log: EvalLog) -> Plot | None:
    seconds = sorted(result.answer.seconds.total for result in log.results if result.answer)
    seconds = [one for one in seconds if one > 0]
    if len(seconds) < 2:  # noqa: PLR2004 - because one answer has no distribution
        return None
    scale = Scale.of(seconds[0], seconds[-1])
    counts = _counts([scale.place(one) for one in seconds], 0.0, 1.0)
    marked = [(name, _quantile(seconds, share)) for share, name in ((0.5, "median"), (0.95, "95%"))]
    lines = [Tick(at=scale.place(value), label=f"{name} {number(value)} s") for name, value in marked]
    drawing = histogram(
        counts,
        title="Seconds per answer",
        desc=f"{len(seconds)} answers took {number(seconds[0])} to {number(seconds[-1])} s; "
        f"{'; '.join(line.label for line in lines)}.",
        ticks=[Tick(at=scale.place(value), label=number(value)) for value in scale.ticks()],
        lines=lines,
    )
    how = ", logarithmic scale" if scale.is_log else ""
    return Plot(caption=f"Seconds per answer{how} (n = {len(seconds)})", drawing=drawing)


def _counts(values: Sequence[float], low: float, high: float) -> list[int]:
    """Ten bars of equal width; the last includes its upper end, and what lies outside is in the nearest."""
    counts = [0] * _BARS
    for value in values:
        # The smallest excess of a tenth over its float must not put 0.3 into the bar below it.
        place = int((value - low) / (high - low) * _BARS + 1e-9)
        counts[min(max(place, 0), _BARS - 1)] += 1
    return counts


def _quantile(ordered: Sequence[float], share: float) -> float:
    """By linear interpolation, of values in ascending order."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
