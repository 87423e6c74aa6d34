"""Numbers changed: another value, another order of magnitude, another unit, or two that changed places."""

import random
import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from assistant.text import numbers
from evals.mutations.editing import Draft, in_the_case_of, replaced
from evals.mutations.types import Change

__all__ = ["number_drafts"]

_NUMBER = re.compile(
    r"(?<![\w.,/-])(?<!\d )(?<!type )(?<!grade )(?<!phase )(?<!Table )(?<!Fig\. )\d+(?:,\d{3})*(?:\.\d+)?"
    r"(?!\s?% (?:CI|confidence|credible|interval)|\))(?=\s?%|[,;:]?\s|\.?$|\.\s|-fold|-year|-month|[kKMx]\b)"
)
_UNITS = {
    "mg": "g", "g": "mg", "kg": "g", "ml": "l", "mL": "L", "ms": "s", "seconds": "minutes", "minutes": "hours",
    "hours": "days", "days": "weeks", "weeks": "months", "months": "years", "years": "months", "year": "month",
    "month": "year", "week": "day", "day": "week", "hour": "minute", "thousand": "million", "million": "billion",
    "billion": "million", "nm": "mm", "mm": "cm", "cm": "mm", "km": "m", "°C": "K", "tokens": "million tokens",
    "x": " percent", "-fold": " percent",
}  # fmt: skip
_MEASURED = re.compile(rf"(?<=\d)(\s?)({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![\w-])")
_WORDS = "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty".split()
_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(_WORDS)})(?![\w-])", re.IGNORECASE)
_MULTIPLES = {
    "half": "a tenth", "twice": "ten times", "double": "triple", "doubled": "tripled", "doubles": "triples",
    "triple": "double", "third": "fifth", "quarter": "tenth", "hundred": "thousand", "hundreds": "thousands",
    "thousands": "hundreds",
}  # fmt: skip
_MULTIPLE = re.compile(rf"(?<![\w-])(?:{'|'.join(_MULTIPLES)})(?![\w-])", re.IGNORECASE)
_YEARS = range(1900, 2101)
_ALL = 100
"""What percentages do not exceed."""
_SMALL = 10
"""Counts below change by one or a few."""
_PLACES = 3
_FACTORS = (0.4, 0.55, 0.7, 0.8, 1.2, 1.35, 1.6, 1.9, 2.4)
_ORDINAL = re.compile(r"\b(?:a|the|one|first|second|last|final) $", re.IGNORECASE)
_ALIKE = re.compile(
    r"\s*(?:%|percent)?\s*(?:,|-|–|/|to|(?:and )?up to|and|or|×|x|versus|vs\.?|,\s*and)?\s*", re.IGNORECASE
)


def number_drafts(sentence: str, abstract: str, _others: Sequence[str], rng: random.Random) -> Iterator[Draft]:
    """Ways to give a sentence numbers that its abstract does not give.

    A new value is nowhere in the abstract; an exchanged one is, in another place.
    """
    known = numbers(abstract)
    found = list(_NUMBER.finditer(sentence))
    for number in found:
        if new := _another_value(number[0], known, rng):
            yield "value", (_change(number, new),)
        if new := _another_magnitude(number[0], known, rng):
            yield "magnitude", (_change(number, new),)
        if new := _from_elsewhere(number[0], sentence, abstract, rng):
            yield "elsewhere", (_change(number, new),)
    yield from replaced(_MEASURED, sentence, lambda one: one[1] + _UNITS[one[2]], "unit")
    yield from replaced(_WORD, sentence, lambda one: _another_word(one[0], abstract, rng), "word")
    yield from replaced(_MULTIPLE, sentence, lambda one: _multiple(one, abstract), "word")
    for first, second in combinations(found, 2):
        if _may_change_places(sentence, first, second):
            yield "exchanged", (_change(first, second[0]), _change(second, first[0]))


def _change(found: re.Match[str], after: str) -> Change:
    return Change(start=found.start(), end=found.end(), before=found[0], after=after)


def _another_value(text: str, known: set[str], rng: random.Random) -> str | None:
    """A number as it might have been: of the same length, rounding and size; a year stays a year."""
    value = float(text.replace(",", ""))
    for factor in rng.sample(_FACTORS, len(_FACTORS)):
        is_year = text.isdigit() and value in _YEARS
        new = value + rng.choice((-9, -4, -2, 2, 3)) if is_year else value * factor
        if value < _SMALL and "." not in text:
            new = value + rng.choice((1, 2, 3, 5))
        if value <= _ALL < new:
            continue
        if (shown := _like(text, new)) and float(shown.replace(",", "")) != value and not _is_known(shown, known):
            return shown
    return None


def _another_magnitude(text: str, known: set[str], rng: random.Random) -> str | None:
    """Ten or a hundred times as much, or a tenth; a count stays whole, and a year is left alone."""
    value = float(text.replace(",", ""))
    if text.isdigit() and value in _YEARS:
        return None
    for factor in rng.sample((10.0, 100.0, 0.1), 3):
        new = value * factor
        if "." not in text and new != int(new):
            continue
        shown = f"{new:,.0f}" if "," in text else f"{new:.10f}".rstrip("0").rstrip(".")
        if new and float(shown.replace(",", "")) != value and not _is_known(shown, known):
            return shown
    return None


def _from_elsewhere(text: str, sentence: str, abstract: str, rng: random.Random) -> str | None:
    """Another number of the abstract that is not in the sentence, of the same form."""
    here = numbers(sentence)
    found = {
        one[0] for one in _NUMBER.finditer(abstract) if not numbers(one[0]) & here and _form(one[0]) == _form(text)
    }
    return rng.choice(sorted(found)) if found else None


def _form(text: str) -> tuple[bool, bool]:
    """What numbers that may stand for each other have in common: a fraction, and more than three places."""
    return "." in text, len(text) > _PLACES


def _like(text: str, value: float) -> str:
    """A value with as many decimals as the text, and its thousands parted as there."""
    decimals = len(text.partition(".")[2])
    return f"{value:,.{decimals}f}" if "," in text else f"{value:.{decimals}f}"


def _is_known(shown: str, known: set[str]) -> bool:
    return bool(numbers(shown) & known)


def _another_word(word: str, abstract: str, rng: random.Random) -> str | None:
    said = abstract.lower()
    others = [one for one in _WORDS[:9] if one != word.lower() and not re.search(rf"\b{one}\b", said)]
    return in_the_case_of(word, rng.choice(others)) if others else None


def _multiple(found: re.Match[str], abstract: str) -> str | None:
    """Not of an ordinal: the third of a list is no part of it."""
    new = _MULTIPLES[found[0].lower()]
    if found[0].lower() == "third" and not _ORDINAL.search(found.string[: found.start()]):
        return None
    if found[0].lower() == "third" and not re.match(r" of\b", found.string[found.end() :]):
        return None
    return None if new in abstract.lower() else new


def _may_change_places(sentence: str, first: re.Match[str], second: re.Match[str]) -> bool:
    """Two values with words between them; in `10 and 20 layers` and in a range the order says nothing, or all."""
    if float(first[0].replace(",", "")) == float(second[0].replace(",", "")):
        return False
    return not _ALIKE.fullmatch(sentence[first.end() : second.start()])
