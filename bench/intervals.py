"""How often intervals hold the true value, and how often tests see a difference that is not there.

    python bench/intervals.py [--quick]

Draws samples from populations that are known, and counts. Beside the methods of `evals.stats` and `evals.paired` stand
those that they were chosen over. With `--quick` a fifth of the samples: seconds instead of minutes, figures to a point.
Exits 1 when a method that is used covers less than 90% or sees differences in more than 8% of pairs without one.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit
from scipy.stats import rankdata

from evals.paired import paired
from evals.stats import interval, resampled

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], Floats]
Bounds = tuple[Floats, Floats]

SIZES = (50, 300)
RESAMPLES = 2_000
STEPS = np.array([0.0, 1.0, 0.25, 1 / 3, 0.5, 2 / 3, 0.75])
"""Shares of an answer's statements, as citation recall has them: all or nothing most of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Where values come from. Samples are columns."""

    name: str
    draw: Draw
    truth: float
    share: bool


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a fifth of the samples")
    part = 5 if parser.parse_args().quick else 1
    began = perf_counter()
    within = [
        print_means(4_000 // part),
        print_percentiles(4_000 // part),
        print_statistics(800 // part),
        print_paired(4_000 // part),
        print_power(2_000 // part),
    ]
    print(f"\n{perf_counter() - began:.0f} s")
    return 0 if all(within) else 1


def print_means(samples: int) -> bool:
    """Coverage of intervals of the mean."""
    heading(f"Mean: coverage of nominal 95% intervals, per cent; {samples} samples", "percentile", "BCa", "here")
    within = True
    for population in (*shares(), *amounts()):
        cells: dict[str, list[float]] = {"percentile": [], "BCa": [], "here": []}
        for count in SIZES:
            # Amounts are resampled one sample at a time.
            tried = samples if population.share else samples // 2
            values = population.draw(np.random.default_rng(1), (count, tried))
            bounds = bootstrap(values) | {"here": here(values, share=population.share)}
            for name, one in bounds.items():
                cells[name].append(covered(one, population.truth))
        print_row(population.name, *cells.values())
        # A sample of 50 seldom holds the tail that makes the mean of a wide log-normal.
        within &= min(cells["here"]) >= 90
    return within


def shares() -> Iterator[Population]:
    """Right or wrong, and shares of statements."""
    for chance in (0.5, 0.8, 0.9, 0.95, 0.98):
        yield Population(name=f"0 or 1, mean {chance}", draw=right_or_wrong(chance), truth=chance, share=True)
    for none, whole in ((0.3, 0.3), (0.1, 0.6), (0.04, 0.8), (0.02, 0.9)):
        chances = np.array([none, whole, *((1 - none - whole) * np.array([0.1, 0.15, 0.35, 0.25, 0.15]))])
        yield Population(
            name=f"share, {none:.0%} none, {whole:.0%} all",
            draw=steps(chances),
            truth=float(STEPS @ chances),
            share=True,
        )
    yield Population(name="beta(2, 5)", draw=lambda draw, size: draw.beta(2, 5, size), truth=2 / 7, share=True)


def amounts() -> Iterator[Population]:
    """Seconds, tokens."""
    for spread in (0.3, 0.5, 0.8, 1.0):
        yield Population(
            name=f"log-normal, σ {spread}", draw=log_normal(spread), truth=float(np.exp(spread**2 / 2)), share=False
        )
    yield Population(
        name="a quarter 0, else log-normal",
        draw=lambda draw, size: np.where(draw.random(size) < 0.25, 0, np.exp(0.4 * draw.standard_normal(size))),
        truth=0.75 * float(np.exp(0.08)),
        share=False,
    )


def right_or_wrong(chance: float) -> Draw:
    """1 with a chance, else 0."""
    return lambda draw, size: (draw.random(size) < chance).astype(np.float64)


def steps(chances: Floats) -> Draw:
    """Shares of few statements."""
    return lambda draw, size: draw.choice(STEPS, size=size, p=chances)


def log_normal(spread: float) -> Draw:
    """Amounts whose median is 1."""
    return lambda draw, size: np.exp(spread * draw.standard_normal(size))


def here(values: Floats, *, share: bool) -> Bounds:
    """The intervals that `eval run` reports."""
    found = [interval(list(column), share=share, resamples=RESAMPLES) for column in values.T]
    return np.array([one.low for one in found], dtype=float), np.array([one.high for one in found], dtype=float)


def bootstrap(values: Floats, *, expand: bool = False) -> dict[str, Bounds]:
    """Percentile and BCa intervals of all columns at once, which share their resamples."""
    count, samples = values.shape
    drawn = np.random.default_rng(0).integers(0, count, size=(RESAMPLES, count))
    weights = np.zeros((RESAMPLES, count))
    np.add.at(weights, (np.arange(RESAMPLES)[:, None], drawn), 1 / count)
    found = np.sort(weights @ values, axis=0)
    mean = values.mean(axis=0)
    close = np.abs(found - mean) <= 1e-12
    below = (((found < mean) & ~close).sum(axis=0) + close.sum(axis=0) / 2) / RESAMPLES
    bias = ndtri(np.clip(below, 1 / RESAMPLES, 1 - 1 / RESAMPLES))
    around = values - mean
    spread = (around**2).sum(axis=0)
    skew = np.where(spread > 1e-12, (around**3).sum(axis=0) / (6 * np.maximum(spread, 1e-12) ** 1.5), 0)
    reach = stdtrit(count - 1, 0.975) * np.sqrt(count / (count - 1)) if expand else ndtri(0.975)

    def quantile(normal: Floats) -> Floats:
        chosen: Floats = found[(ndtr(normal) * (RESAMPLES - 1)).round().astype(int), np.arange(samples)]
        return chosen

    def corrected(side: float) -> Floats:
        moved = bias + side
        return quantile(bias + moved / np.maximum(1 - skew * moved, 1e-3))

    flat = np.full(samples, reach)
    return {"percentile": (quantile(-flat), quantile(flat)), "BCa": (corrected(-reach), corrected(reach))}


def print_percentiles(samples: int) -> bool:
    """Coverage of intervals of percentiles; of log-normal amounts, on which it does not depend."""
    heading(f"\nPercentiles: coverage, per cent; {samples} samples", "here")
    for percentile in (50, 95):
        truth, cells = float(np.exp(ndtri(percentile / 100))), []
        for count in SIZES:
            values = log_normal(1)(np.random.default_rng(1), (count, samples))
            found = [interval(list(column), percentile=percentile) for column in values.T]
            cells.append(100 * float(np.mean([one.low <= truth <= one.high for one in found])))  # type: ignore[operator]  # - because bounds of two or more values are numbers
        print_row(f"p{percentile}", cells)
    return True


def print_statistics(samples: int) -> bool:
    """Coverage of BCa intervals of what a judge's report card holds."""
    heading(f"\nStatistics of a judge, 40% supported: coverage, per cent; {samples} samples", "here")
    within = True
    for name, truth, measure in (
        ("balanced accuracy 0.85", 0.85, balanced_accuracy),
        ("area under the ROC curve 0.80", 0.8, area),
    ):
        cells = []
        for count in SIZES:
            draw, inside = np.random.default_rng(1), []
            for _ in range(samples if count < 100 else samples // 2):
                found = resampled(measure(draw, count), count)
                if found.low is not None and found.high is not None:
                    inside.append(found.low <= truth <= found.high)
            cells.append(100 * float(np.mean(inside)))
        print_row(name, cells)
        within &= min(cells) >= 90
    return within


Measure = Callable[[NDArray[np.intp]], float | None]


def balanced_accuracy(draw: np.random.Generator, count: int) -> Measure:
    """Of a judge that knows 80% of what is supported and 90% of what is not."""
    labels = draw.random(count) < 0.4
    said = draw.random(count) < np.where(labels, 0.8, 0.1)

    def measure(chosen: NDArray[np.intp]) -> float | None:
        truth, judged = labels[chosen], said[chosen]
        if truth.all() or not truth.any():
            return None
        return float((judged[truth].mean() + (~judged[~truth]).mean()) / 2)

    return measure


def area(draw: np.random.Generator, count: int) -> Measure:
    """Of a judge whose scores are normal in both classes."""
    labels = draw.random(count) < 0.4
    scores = draw.standard_normal(count) + np.sqrt(2) * ndtri(0.8) * labels

    def measure(chosen: NDArray[np.intp]) -> float | None:
        truth = labels[chosen]
        right = int(truth.sum())
        if right in {0, len(truth)}:
            return None
        ranks = rankdata(scores[chosen])[truth].sum()
        return float((ranks - right * (right + 1) / 2) / (right * (len(truth) - right)))

    return measure


def print_paired(samples: int) -> bool:
    """False positives of the paired test, and coverage of intervals of the difference."""
    title = f"\nPaired, no true difference: seen at p <= 0.05, then coverage, per cent; {samples} samples"
    heading(title, "seen", "plain p", "interval", "percentile", "BCa")
    within = True
    for name, difference in differences():
        seen, plain, own, percentile, corrected = ([] for _ in range(5))
        for count in SIZES:
            values = difference(np.random.default_rng(1), (count, samples if count < 100 else samples // 2))
            found = [paired(list(column), permutations=4_000) for column in values.T]
            seen.append(100 * float(np.mean([one.p is not None and one.p <= 0.05 for one in found])))
            plain.append(100 * float(np.mean(plain_p(values) <= 0.05)))
            own.append(covered((np.array([one.low for one in found]), np.array([one.high for one in found])), 0))
            others = bootstrap(values, expand=True)
            percentile.append(covered(others["percentile"], 0))
            corrected.append(covered(others["BCa"], 0))
        print_row(name, seen, plain, own, percentile, corrected)
        within &= max(seen) <= 8 and min(own) >= 90
    return within


def differences() -> Iterator[tuple[str, Draw]]:
    """Differences between two systems of the same quality."""

    def two(draw: np.random.Generator, size: tuple[int, int]) -> Floats:
        recall = steps(np.array([0.04, 0.8, 0.016, 0.024, 0.056, 0.04, 0.024]))
        return recall(draw, size) - recall(draw, size)

    def flips(chance: float) -> Draw:
        return lambda draw, size: np.where(draw.random(size) < chance, draw.choice([-1.0, 1.0], size=size), 0.0)

    def faster(draw: np.random.Generator, size: tuple[int, int]) -> Floats:
        hard = log_normal(0.4)(draw, size)
        return hard * (log_normal(0.5)(draw, size) - log_normal(0.5)(draw, size))

    for chance in (0.05, 0.1, 0.2, 0.4):
        yield f"0 or 1, {chance:.0%} of answers differ", flips(chance)
    yield "citation recall", two
    yield "citation recall, 40% written anew", lambda draw, size: np.where(draw.random(size) < 0.6, 0, two(draw, size))
    yield "seconds", faster


def plain_p(values: Floats) -> Floats:
    """P values of all columns in which flips that give the observed mean count whole."""
    draw, mean = np.random.default_rng(0), np.abs(values.mean(axis=0))
    flipped = np.abs(draw.choice([-1.0, 1.0], size=(4_000, len(values))) @ values) / len(values)
    p: Floats = ((flipped >= mean - 1e-12).sum(axis=0) + 1) / 4_001
    return p


def print_power(samples: int) -> bool:
    """How often the smallest detectable difference is seen, where it is the true one; 80% is meant."""
    heading(f"\nThe detectable difference is the true one: seen, per cent; {samples} samples", "seen")
    cells = []
    for count in SIZES:
        draw = np.random.default_rng(1)
        reach = float(stdtrit(count - 1, 0.975) + stdtrit(count - 1, 0.8)) / np.sqrt(count)
        values = draw.standard_normal((count, samples)) + reach
        found = [paired(list(column), permutations=4_000).p for column in values.T]
        cells.append(100 * float(np.mean([one is not None and one <= 0.05 for one in found])))
    print_row("normal differences", cells)
    return True


def covered(bounds: Bounds, truth: float) -> float:
    """Per cent of the intervals that hold the truth."""
    low, high = bounds
    return 100 * float(np.mean((low <= truth + 1e-12) & (truth - 1e-12 <= high)))


def heading(title: str, *columns: str) -> None:
    """Print the head of a table in Markdown."""
    print(f"{title}\n")
    print(f"| n = {' / '.join(map(str, SIZES))} | {' | '.join(columns)} |")
    print("|---" * (len(columns) + 1) + "|")


def print_row(name: str, *cells: list[float]) -> None:
    """Print a row of a table in Markdown."""
    texts = (" / ".join(f"{one:.1f}" for one in cell) for cell in cells)
    print(f"| {name} | {' | '.join(texts)} |", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
