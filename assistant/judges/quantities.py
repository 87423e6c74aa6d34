"""Numbers with their units: which of a statement's numbers a text has, rounded or written out though they may be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor, log10
from typing import Literal

from assistant.judges.words import plain

__all__ = ["Quantity", "differing_units", "is_in", "quantities"]

_REMEMBERED = 8192
_DIGITS = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_UNITS = {
    "%": "percent %",
    "point": "point points pp",
    "fold": "fold times x",
    "year": "year years yr yrs yearly",
    "month": "month months mo",
    "week": "week weeks wk wks weekly",
    "day": "day days daily",
    "hour": "hour hours h hr hrs",
    "minute": "minute minutes min mins",
    "second": "second seconds s sec secs",
    "ms": "ms millisecond milliseconds",
    "kg": "kg kilogram kilograms",
    "g": "g gram grams",
    "mg": "mg milligram milligrams",
    "ug": "ug mcg microgram micrograms",
    "ml": "ml milliliter milliliters",
    "l": "l liter liters litre litres",
    "mm": "mm millimeter millimeters millimetres",
    "cm": "cm centimeter centimeters centimetres",
    "km": "km kilometer kilometers kilometres",
    "m": "m meter meters metre metres",
    "kb": "kb kilobyte kilobytes",
    "mb": "mb megabyte megabytes",
    "gb": "gb gigabyte gigabytes",
    "tb": "tb terabyte terabytes",
    "dollar": "dollar dollars usd $",
    "euro": "euro euros eur",
}
_UNIT = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings.split()}
_SAME = frozenset({frozenset({"%", "point"}), frozenset({"%", "fold"})})
"""People write one for the other: percentage points, `1.5 times` and `50% more`."""
_SCALES = {"k": 1e3, "thousand": 1e3, "million": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_SMALL = {word: value for value, word in enumerate(f"{_ONES} eighteen nineteen".split())}
_TENS = {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SHARES = {"half": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25}
_TIMES = {"once": 1.0, "twice": 2.0, "thrice": 3.0, "double": 2.0, "doubled": 2.0, "doubles": 2.0, "triple": 3.0}
_WRITTEN = re.compile(
    rf"\b(?:({'|'.join(_TENS)})(?:[ -]({'|'.join(_SMALL)}))?|({'|'.join(_SMALL)}))\b(?:[ -]({'|'.join(_SHARES)})\b)?"
    rf"|\b({'|'.join((*_TIMES, *_SHARES))})\b"
    rf"|\b(?:a|one) (hundred|thousand|million|billion)(?:th)?\b"
)
_NUMBER = re.compile(
    rf"(?<![\w.])(?<![A-Za-z)][-/])([$<>~=+-]?)({_DIGITS})(?!\d)(?:-?(%|[A-Za-z$]+)|\s+(%|[A-Za-z]+))?(?:\s+([A-Za-z]+))?"
)
_RANGE = re.compile(rf"({_DIGITS})\s?(?:-|to|and|/)\s?(?={_DIGITS})")
_LOOSE = re.compile(
    r"\b(?:(?P<over>over|above|more than|at least)"
    r"|(?P<under>under|below|nearly|almost|(?:less|fewer) than|up to|at most)"
    r"|about|around|roughly|approximately|circa|ca|some|close to)\s*[$]?$",
    re.IGNORECASE,
)
_LONGEST_LOOSE = 16
_FURTHEST_SHARE = 0.05
"""How far a number that is said to be rough may be from the one that is meant."""
_SHARED_SCALE = re.compile(
    rf"(?<![\w.])({_DIGITS})(?:\s?(?:-|to|and|or)\s?|, )"
    rf"(?=(?:{_DIGITS})(?:,? (?:and|or) (?:{_DIGITS}))? (thousand|million|billion|trillion)\b)",
    re.IGNORECASE,
)
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_PLAIN_WORDS = frozenset({"one", "once", "zero", "third", "second", "half", "quarter", "double", "doubled", "doubles"})
"""They are often no numbers: a statement need not find them again."""
_CLOSE = 1e-9
_CLOSE_SHARE = 1e-6
_ROUNDED_TO = 2
"""Digits that a rounded number keeps at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number in a text."""

    value: float
    unit: str
    """Canonical, or empty when it has none that is known."""
    text: str
    """As it is written, with its unit."""
    digits: int
    """Significant digits as written; 0 for words."""
    loose: Literal["", "about", "over", "under"] = ""
    """What a word of approximation before it says of the number that is meant: that it is near, not less, not more."""
    is_firm: bool = True
    """False for words that are often no numbers: `one`, `half`."""


@lru_cache(maxsize=_REMEMBERED)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text in order: those in digits, then those in words. Numbers in names (`IL-6`) are none."""
    ascii_text = plain(text)
    found = [one for match in _NUMBER.finditer(_spaced(ascii_text)) if (one := _in_digits(match))]
    found += [_scaled(match) for match in _SHARED_SCALE.finditer(ascii_text)]
    found += [_in_words(match) for match in _WRITTEN.finditer(ascii_text.lower())]
    return tuple(found)


def _scaled(match: re.Match[str]) -> Quantity:
    """The first number of `7 and 13 billion`, read as billions; it need not be meant so."""
    value = float(match[1].replace(",", "")) * _SCALES[match[2].lower()]
    return Quantity(value=value, unit="", text=f"{match[1]} {match[2]}", digits=1, is_firm=False)


def _spaced(text: str) -> str:
    """Ranges with spaces, so that both ends are numbers."""
    return _RANGE.sub(lambda match: match.group().replace("-", " - ").replace("/", " / "), text)


def _in_digits(match: re.Match[str]) -> Quantity | None:
    sign, digits, joined, spaced, after = match.groups()
    word = (joined or spaced or "").lower()
    if joined and word in _ORDINALS:
        return None
    value = float(digits.replace(",", ""))
    following = (after or "").lower()
    scaled = word in _SCALES and bool(joined or word != "k")
    if scaled:
        value *= _SCALES[word]
        word, following = following, ""
    unit = _UNIT.get("%" if word == "per" and following == "cent" else word, "")
    unit = "point" if word in {"percentage", "percent", "%"} and following.startswith("point") else unit
    if joined and not unit and len(joined) == 1 and not match.group().count("-"):
        return None if joined.lower() not in _SCALES else Quantity(value=value, unit="", text=digits + joined, digits=1)
    unit = unit or ("dollar" if sign == "$" else "")
    is_pair = (word == "per" and following == "cent") or (unit == "point" and following.startswith("point"))
    last = 5 if is_pair else 4
    shown = match.string[match.start(1) if sign == "$" else match.start(2) : _end(match, last if unit or scaled else 2)]
    bare = digits.replace(",", "").replace(".", "").lstrip("0")
    return Quantity(value=value, unit=unit, text=shown, digits=len(bare) or 1, loose=_loose(match, sign))


def _loose(match: re.Match[str], sign: str) -> Literal["", "about", "over", "under"]:
    if sign == "~":
        return "about"
    before = _LOOSE.search(match.string[max(0, match.start(2) - _LONGEST_LOOSE) : match.start(2)])
    if before is None:
        return ""
    return "over" if before["over"] else "under" if before["under"] else "about"


def _end(match: re.Match[str], group: int) -> int:
    """Where the last of the groups up to this one that took part ends."""
    return max(match.end(one) for one in range(2, group + 1))


def _in_words(match: re.Match[str]) -> Quantity:
    tens, ones, small, share, single, scale = match.groups()
    word = match.group()
    if scale:
        value = _SCALES.get(scale, 100.0)
    elif single:
        value = _TIMES.get(single, _SHARES.get(single, 0.0))
    else:
        value = float(_TENS.get(tens or "", 0) + _SMALL.get(ones or "", 0) + _SMALL.get(small or "", 0))
        value *= _SHARES[share] if share else 1.0
    return Quantity(value=value, unit="", text=word, digits=0, is_firm=not scale and word not in _PLAIN_WORDS)


def is_in(wanted: Quantity, present: Sequence[Quantity]) -> bool:
    """True when a text with these numbers has the number, perhaps rounded, as a share of 100 or written otherwise."""
    return any(_equals(wanted, one) for one in present)


def differing_units(wanted: Quantity, present: Sequence[Quantity]) -> str | None:
    """The unit that a text gives the number, when it never has the statement's unit; None otherwise."""
    same = [one for one in present if _equals(wanted, one)]
    if not wanted.unit or not same or any(_agree(wanted.unit, one.unit) for one in same):
        return None
    return same[0].unit


def _agree(left: str, right: str) -> bool:
    return not right or left == right or frozenset({left, right}) in _SAME


def _equals(wanted: Quantity, other: Quantity) -> bool:
    value = other.value
    if abs(wanted.value - value) <= _CLOSE * max(1.0, abs(value)):
        return True
    if wanted.value == 0 or value == 0:
        return False
    if min(abs(wanted.value - 100 * value), abs(100 * wanted.value - value)) <= _CLOSE_SHARE:
        return (wanted.unit == "%") != (other.unit == "%")
    if wanted.loose and _is_near(wanted, value):
        return True
    return _ROUNDED_TO <= wanted.digits < other.digits and _round(value, wanted.digits) == _round(
        wanted.value, wanted.digits
    )


def _is_near(wanted: Quantity, value: float) -> bool:
    """True when a number is the other one rounded up or down to the place of its last digit that is not zero."""
    rough = wanted.value
    if (wanted.loose == "over" and value < rough) or (wanted.loose == "under" and value > rough):
        return False
    digits = len(f"{rough:.12e}".partition("e")[0].rstrip("0").replace(".", "").replace("-", ""))
    place = 10.0 ** (floor(log10(abs(rough))) - digits + 1)
    return abs(rough - value) < place and abs(rough - value) <= _FURTHEST_SHARE * abs(value)


def _round(value: float, digits: int) -> str:
    return f"{value:.{digits - 1}e}"
