"""Report cards as one JSON document, and as tables for people."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Any

from evals.judging.alarms import RATE, Made
from evals.judging.card import Card
from evals.judging.types import Judged, Measure

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

__all__ = ["cell", "document", "tables"]

Json = dict[str, Any]

_DIGITS = 6
_WORDS = {"ece": "ECE", "auroc": "AUROC", "f1": "F1", "brier": "Brier score"}


def document(cards: Sequence[Card], differences: Mapping[str, Measure]) -> Json:
    """Shape the cards of one set of pairs.

    `judge` and `metrics` are those of the first card, as in the other documents of an evaluation; `cards` has all.

    Args:
        cards: At least one, all of the same pairs.
        differences: By name of the other judge: balanced accuracy of the first judge less that of the other.
    """
    first = cards[0]
    return {
        "dataset": first.dataset,
        "dataset_sha256": first.dataset_sha256,
        "pairs_sha256": first.pairs_sha256,
        "n": len(first.judged),
        "seed": first.seed,
        "judge": first.judge,
        "metrics": _measures(first.metrics),
        "cards": [_card(card) for card in cards],
        "differences": {name: _measure(one) for name, one in differences.items()},
        "versions": _versions(),
        "notes": list(first.notes),
    }


def tables(cards: Sequence[Card], differences: Mapping[str, Measure]) -> "Group":
    """Lay the cards out side by side, then what is behind the numbers, then the cautions."""
    from rich.console import Group
    from rich.text import Text

    first = cards[0]
    judges = "\n".join(
        f"{letter}  {card.judge}: {_spent(card)}" for letter, card in zip(_letters(cards), cards, strict=True)
    )
    supported = sum(one.pair.supported for one in first.judged) / len(first.judged)
    head = f"{first.dataset}: {len(first.judged)} labelled pairs, {supported:.0%} supported\n{judges}\n"
    parts: list[Text | Table] = [Text(head), _comparison(cards)]
    parts += [Text(""), _problems(cards)] if any(card.by_problem for card in cards) else []
    for grid in _made(cards):
        parts += [Text(""), grid]
    parts += [Text(""), _sources(cards)] if first.by_source else []
    for letter, card in zip(_letters(cards), cards, strict=True):
        parts += [Text(""), _reliability(letter, card)] if card.reliability else []
    letters = dict(zip((card.judge for card in cards), _letters(cards), strict=True))
    parts += [Text("")] if differences else []
    parts += [
        Text(f"Balanced accuracy, A less {letters[name]}, on {one.n} pairs: {cell(one)}.")
        for name, one in differences.items()
    ]
    notes = list(dict.fromkeys(note for card in cards for note in card.notes))
    parts += [Text("")] if notes else []
    return Group(*parts, *(Text(f"Note: {note}") for note in notes))


def cell(measure: Measure | None) -> str:
    """A number with its interval, or a dash."""
    if measure is None or measure.value is None:
        return "-"
    if measure.low is None or measure.high is None:
        return f"{measure.value:.3f}"
    return f"{measure.value:.3f} [{measure.low:.3f}, {measure.high:.3f}]"


def _letters(cards: Sequence[Card]) -> list[str]:
    return [chr(ord("A") + at) for at in range(len(cards))]


def _spent(card: Card) -> str:
    """What the judge cost, and on how many pairs it failed."""
    parts = ["no pair scored" if card.base_rate is None else "no pair asked about"]
    if card.ms_per_pair is not None:
        parts = [f"{card.ms_per_pair:,.1f} ms a pair"]
    tokens = card.usage.prompt + card.usage.completion
    if tokens:
        price = "price not known" if card.usage.usd is None else f"${card.usage.usd:.4f}"
        parts.append(f"{tokens:,} tokens, {price}")
    if card.unscored:
        parts.append(f"{card.unscored} pairs unscored")
    return ", ".join(parts)


def _comparison(cards: Sequence[Card]) -> "Table":
    grid = _grid("metric", *_letters(cards))
    for name in cards[0].metrics:
        word = _WORDS.get(name, name.replace("_", " "))
        grid.add_row(word, *(cell(card.metrics[name]) for card in cards))
    return grid


def _problems(cards: Sequence[Card]) -> "Table":
    grid = _grid("share not called supported, by problem", "n", *_letters(cards))
    for problem in sorted({one for card in cards for one in card.by_problem}):
        found = [card.by_problem.get(problem) for card in cards]
        grid.add_row(problem, str(max(one.n for one in found if one)), *(cell(one) for one in found))
    return grid


def _made(cards: Sequence[Card]) -> "Iterator[Table]":
    """What a set that was made tells: false alarms, what is found at a given rate of them, what is named rightly."""
    found = [card.made for card in cards]
    if not any(found):
        return
    alarms = [one.false_alarms if one else {} for one in found]
    yield _by_name(cards, "honest statements not called supported, by kind", alarms)
    for among in dict.fromkeys(alarms.among for one in found if one for alarms in one.at_rate):
        yield _by_name(cards, f"found at {RATE:.0%} false alarms among {among}", [_at(one, among) for one in found])
    named = [one.named if one else {} for one in found]
    yield _by_name(cards, "of what is not called supported, problem named rightly", named)


def _at(made: Made | None, among: str) -> Mapping[str, Measure]:
    """What is found, under the rate at which it is."""
    one = next((alarms for alarms in made.at_rate if alarms.among == among), None) if made else None
    return {"(false alarms)": one.rate} | dict(one.recall) if one else {}


def _by_name(cards: Sequence[Card], heading: str, columns: Sequence[Mapping[str, Measure]]) -> "Table":
    grid = _grid(heading, "n", *_letters(cards))
    for name in dict.fromkeys(name for column in columns for name in column):
        row = [column.get(name) for column in columns]
        grid.add_row(name, str(max(one.n for one in row if one)), *(cell(one) for one in row))
    return grid


def _sources(cards: Sequence[Card]) -> "Table":
    grid = _grid("balanced accuracy, by source", "n", *_letters(cards))
    for source, group in cards[0].by_source.items():
        found = [card.by_source[source].metrics["balanced_accuracy"] for card in cards]
        grid.add_row(source, str(group.n), *(cell(one) for one in found))
    return grid


def _reliability(letter: str, card: Card) -> "Table":
    grid = _grid(f"reliability of {letter}: mean score", "share supported", "n")
    for one in card.reliability:
        grid.add_row(f"{one.mean_score:.3f}", f"{one.supported:.3f}", str(one.n))
    return grid


def _grid(*headings: str) -> "Table":
    from rich.table import Table

    grid = Table(box=None, pad_edge=False)
    for at, heading in enumerate(headings):
        grid.add_column(heading, justify="right" if at else "left", no_wrap=True)
    return grid


def _card(card: Card) -> Json:
    return {
        "judge": card.judge,
        "n": len(card.judged),
        "unscored": card.unscored,
        "base_rate": _rounded(card.base_rate),
        "metrics": _measures(card.metrics),
        "reliability": [
            {"mean_score": _rounded(one.mean_score), "supported": _rounded(one.supported), "n": one.n}
            for one in card.reliability
        ],
        "by_problem": _measures(card.by_problem),
        "by_source": {
            source: {
                "n": one.n,
                "unscored": one.unscored,
                "base_rate": _rounded(one.base_rate),
                "metrics": _measures(one.metrics),
            }
            for source, one in card.by_source.items()
        },
        "made": _made_shape(card.made),
        "cost": {
            "tokens": {"prompt": card.usage.prompt, "completion": card.usage.completion},
            "usd": _rounded(card.usage.usd),
            "seconds": _rounded(card.wall_seconds),
            "ms_per_pair": _rounded(card.ms_per_pair),
        },
        "pairs": [_judged(one) for one in card.judged],
        "notes": list(card.notes),
    }


def _made_shape(made: Made | None) -> Json | None:
    if made is None:
        return None
    return {
        "false_alarms": _measures(made.false_alarms),
        "problem_named": _measures(made.named),
        "at_false_alarms": [
            {
                "among": one.among,
                "wanted": RATE,
                "threshold": _rounded(one.threshold),
                "rate": _measure(one.rate),
                "by_problem": _measures(one.recall),
            }
            for one in made.at_rate
        ],
    }


def _judged(one: Judged) -> Json:
    """A pair by its id: its texts are in the data set."""
    verdict = one.verdict
    return {
        "id": one.pair.id,
        "source": one.pair.source,
        "supported": one.pair.supported,
        "problem": one.pair.problem or None,
        "kind": one.pair.kind or None,
        "verdict": verdict.label if verdict else None,
        "score": _rounded(verdict.score) if verdict else None,
        "reason": verdict.reason if verdict else None,
        "named": verdict.problem if verdict else None,
        "error": one.error or None,
    }


def _measures(measures: Mapping[str, Measure]) -> Json:
    return {name: _measure(one) for name, one in measures.items()}


def _measure(one: Measure) -> Json:
    return {
        "value": _rounded(one.value),
        "low": _rounded(one.low),
        "high": _rounded(one.high),
        "n": one.n,
        "reason": one.reason or None,
    }


def _versions() -> dict[str, str]:
    try:
        citewell = metadata.version("citewell")
    except metadata.PackageNotFoundError:
        citewell = "not installed"
    return {"citewell": citewell, "python": platform.python_version()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
