"""When does the embedded default answer, and how often is it wrong to: risk and coverage, and the fit of its weights.

    python bench/abstention.py              # the shipped weights and threshold on questions they were not fitted to
    python bench/abstention.py --fit        # refit, and print the weights beside the shipped ones
    python bench/abstention.py --plot FILE  # draw the risk-coverage curves as SVG

Fitted on the seeds' train and dev questions, on our own questions over `examples/library.bib` (`standing_fit.json`),
on half of PubMedQA's and on some of SciFact's train claims. Reported on the built-in benchmark, the seeds' test
questions, the other half of PubMedQA and SciFact's dev claims. A PubMedQA question and a SciFact claim with evidence
count twice: as they are, and with the papers that answer them taken out of what was found. A claim without evidence
counts as unanswerable, though other abstracts of the 5,183 may bear on it. To answer an unanswerable question is wrong,
and so is to answer from another paper than one that holds the answer.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from abstention_data import SETS, Question, filled
from seed_library import keep_to_this_machine, machine

from assistant.evidence.bank import EvidenceBank
from assistant.evidence.remembering import Remembering
from assistant.reading.asking import lacks_what_is_asked_for
from assistant.reading.extract import Extractor, Reading
from assistant.reading.standing import STANDING_WEIGHTS, THRESHOLD, signals, standing
from assistant.retrieve import find_papers
from assistant.types import Filter
from evals.stats import interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant import Assistant

NAMES = tuple(name for name in STANDING_WEIGHTS if name != "bias")
AGAINST = {"claim_uncovered", "name_missing"}
"""Signals whose weight may not be positive; those of the others may not be negative."""
TIMES = {"seeds": 2.0, "own": 2.0, "pubmedqa": 1.0, "scifact": 1.0}
"""How much a set counts in the fit. Questions that people ask count more than titles and claims."""
READ, SPARE = 10, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, in a library that holds the answer or not."""

    dataset: str
    fit: bool
    answerable: bool
    confidence: float
    outcome: str
    is_right: bool
    """The paper taken to be the best one is one that holds the answer."""
    signals: tuple[float, ...] | None
    """None where a rule decides."""


def main() -> None:
    """Ask everything, then fit or report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true", help="refit the weights")
    parser.add_argument("--plot", type=Path, help="draw the curves")
    options = parser.parse_args()
    keep_to_this_machine()
    asked = list(everything(fit=options.fit))
    if options.fit:
        print_fit([one for one in asked if one.fit])
    else:
        print_report([one for one in asked if not one.fit])
    if options.plot:
        options.plot.write_text(drawn(asked), "utf-8")


def everything(*, fit: bool) -> Iterator[Asked]:
    """Every question of either half, set by set."""
    for name, read in SETS.items():
        source, questions = read()
        questions = [one for one in questions if one.fit == fit]
        if not source:
            print(f"Skipped: {name} (set CITEWELL_DATA).")
            continue
        with filled(source) as assistant:
            embedder = Remembering(assistant.index.embedder)
            for question in questions:
                yield from weigh(name if name != "own" or fit else "built-in", question, assistant, embedder)


def weigh(dataset: str, question: Question, assistant: "Assistant", embedder: Remembering) -> Iterator[Asked]:
    """Ask as `ask` does, without choosing sentences; a second time with the answer taken out of what was found."""
    found = find_papers(
        question.text, search=assistant.index.search, lookup=assistant.library.get, limit=READ + SPARE, where=Filter()
    )
    without = [one for one in found if one.paper.key not in question.gold | question.near]
    for papers, is_there in ((found, question.answerable), (without, False)):
        if papers is without and not question.both:
            continue
        bank = EvidenceBank([one.paper for one in papers[:READ]], embedder)
        reading = Extractor(bank, assistant.index.rarity).read(question.text, papers[:READ])
        yield judged(dataset, question, reading, is_there=is_there)


def judged(dataset: str, question: Question, reading: Reading, *, is_there: bool) -> Asked:
    """What the shipped weights say."""
    best, said = reading.best, standing(reading)
    by_rule = best is None or lacks_what_is_asked_for(question.text, best.paper)
    values = None if best is None or by_rule else signals(reading, best)
    return Asked(
        dataset=dataset,
        fit=question.fit,
        answerable=is_there,
        confidence=said.confidence,
        outcome=said.outcome,
        is_right=is_there and best is not None and best.paper.key in question.gold,
        signals=tuple(values[name] for name in NAMES) if values else None,
    )


# The report


def print_report(asked: Sequence[Asked]) -> None:
    """A line for each set."""
    print(f"shipped threshold {THRESHOLD}; {machine()}\n")
    print(
        "| set | questions | answerable answered (coverage) | unanswerable abstained | answers that are wrong (risk)"
        " | partly | AUROC | AURC |"
    )
    print("|---" * 8 + "|")
    for name in dict.fromkeys(one.dataset for one in asked):
        rows = [one for one in asked if one.dataset == name]
        yes, no = [one for one in rows if one.answerable], [one for one in rows if not one.answerable]
        answered = [one for one in rows if one.outcome != "not-in-library"]
        cells = (
            share([one.outcome != "not-in-library" for one in yes]),
            share([one.outcome == "not-in-library" for one in no]),
            share([not one.is_right for one in answered]),
            f"{sum(one.outcome == 'partly' for one in yes)} of {len(yes)}",
            f"{auroc(yes, no):.3f}",
            f"{np.mean([risk for _, risk in curve(rows)]):.3f}",
        )
        print(f"| {name} | {len(yes)} + {len(no)} | {' | '.join(cells)} |")
    print("\nRisk at a coverage of\n\n| set | 20% | 40% | 60% | 80% | 100% |\n|---|---|---|---|---|---|")
    for name in dict.fromkeys(one.dataset for one in asked):
        points = curve([one for one in asked if one.dataset == name])
        picked = (points[max(0, round(len(points) * part) - 1)] for part in (0.2, 0.4, 0.6, 0.8, 1))
        print(f"| {name} | " + " | ".join(f"{risk:.3f}" for _, risk in picked) + " |")


def share(marks: Sequence[bool]) -> str:
    """Of those that hold, with the 95% interval."""
    one = interval([float(mark) for mark in marks], share=True)
    return "-" if one.value is None else f"{one.value:.3f} ({one.low:.2f} to {one.high:.2f})"


def auroc(yes: Sequence[Asked], no: Sequence[Asked]) -> float:
    """Probability that the answerable one of a random pair has the higher confidence; ties count half."""
    high, low = (np.array([one.confidence for one in side]) for side in (yes, no))
    above = (high[:, None] > low).mean() + (high[:, None] == low).mean() / 2
    return float(above)


def curve(asked: Sequence[Asked]) -> list[tuple[float, float]]:
    """(coverage, risk) as more and more is answered, the surest first; an answer is wrong as `is_right` says."""
    ranked = sorted(asked, key=lambda one: (-one.confidence, one.is_right))
    wrong = np.cumsum([not one.is_right for one in ranked])
    return [(count / len(ranked), float(wrong[count - 1]) / count) for count in range(1, len(ranked) + 1)]


def drawn(asked: Sequence[Asked]) -> str:
    """The curves as an SVG picture; a dot stands at the shipped threshold."""
    width, height, edge = 560, 360, 48
    colours = ("#1b6ca8", "#c0392b", "#1e8449", "#8e44ad")

    def place(coverage: float, risk: float) -> tuple[float, float]:
        return edge + coverage * (width - 2 * edge), height - edge - risk * (height - 2 * edge)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        (x, y), (_, zero) = place(tick, tick), place(0, 0)
        parts += [
            f'<line x1="{edge}" x2="{width - edge}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>',
            f'<text x="{edge - 8}" y="{y + 4:.0f}" text-anchor="end">{tick}</text>',
            f'<text x="{x:.0f}" y="{zero + 18:.0f}" text-anchor="middle">{tick}</text>',
        ]
    parts.append(f'<text x="{width / 2}" y="{height - 10}" text-anchor="middle">coverage (risk upwards)</text>')
    for row, (name, colour) in enumerate(zip(dict.fromkeys(one.dataset for one in asked), colours, strict=False)):
        rows = [one for one in asked if one.dataset == name]
        points = curve(rows)
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in points))
        answered = sum(one.confidence >= THRESHOLD for one in rows)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if answered:
            x, y = place(*points[answered - 1])
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{edge + 12}" y="{edge + 18 * row}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


# The fit


def print_fit(asked: Sequence[Asked]) -> None:
    """Weights, and how they do on questions left out of the fit."""
    rows = [one for one in asked if one.signals is not None]
    weights = fitted(rows)
    print("signal           shipped  fitted")
    for name, weight in zip((*NAMES, "bias"), weights, strict=True):
        print(f"{name:15}  {STANDING_WEIGHTS[name]:7.2f}  {weight:6.2f}")
    folds = np.random.default_rng(0).integers(10, size=len(rows))
    scores = np.zeros(len(rows))
    for fold in range(10):
        kept = fitted([one for one, its in zip(rows, folds, strict=True) if its != fold])
        scores[folds == fold] = matrix(rows)[folds == fold] @ kept
    chances = 1 / (1 + np.exp(-scores))
    print("\ncross-validated: answerable answered / unanswerable abstained (unanswerable by rule left out)")
    levels = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
    print(f"{'set':10}" + "".join(f"{level:>14}" for level in levels))
    for name in dict.fromkeys(one.dataset for one in rows):
        yes, no = (chances[[one.dataset == name and one.answerable == side for one in rows]] for side in (True, False))
        cells = (f"{(yes >= level).mean():.3f} / {(no < level).mean():.3f}" for level in levels)
        print(f"{name:10}" + "".join(f"{cell:>14}" for cell in cells))


def matrix(rows: Sequence[Asked]) -> "NDArray[np.float64]":
    """Signals and a column of ones."""
    return np.array([[*(one.signals or ()), 1.0] for one in rows])


def fitted(rows: Sequence[Asked]) -> "NDArray[np.float64]":
    """Weights by ridge-penalised logistic regression, each with the sign that its meaning gives it."""
    from scipy.optimize import minimize

    values, signs = matrix(rows), np.array([1.0 if one.answerable else -1.0 for one in rows])
    sizes = Counter((one.dataset, one.answerable) for one in rows)
    importance = np.array([TIMES[one.dataset] / sizes[one.dataset, one.answerable] for one in rows])
    importance *= len(rows) / len(sizes)
    spread = values.std(axis=0)
    spread[-1] = 1.0

    def loss(scaled: "NDArray[np.float64]") -> tuple[float, "NDArray[np.float64]"]:
        margins = signs * (values / spread @ scaled)
        slope = -importance * signs / (1 + np.exp(margins))
        penalised = np.append(scaled[:-1], 0.0)
        total = (importance * np.logaddexp(0, -margins)).sum() + (penalised**2).sum() / 2
        return float(total), values.T @ slope / spread + penalised

    bounds = [(None, 0) if name in AGAINST else (0, None) for name in NAMES] + [(None, None)]
    found: NDArray[np.float64] = minimize(loss, np.zeros(len(NAMES) + 1), jac=True, bounds=bounds).x / spread
    return found


if __name__ == "__main__":
    main()
