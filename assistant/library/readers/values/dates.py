"""Dates as sources write them, and ISO 8601."""

import calendar
import datetime as dt
import re

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_NUMERIC = re.compile(r"(?<!\d)([12]\d{3})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)")
_WORD = re.compile(r"[A-Za-z]{3,}")
_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})(?![\d/.])")
_MONTHS_OF_A_YEAR = 12


def iso(year: int, month: int = 0, day: int = 0) -> str | None:
    """ISO 8601 as precise as the parts are right: `2023-08-17`, `2023-08` or `2023`; None for year 0."""
    if year <= 0:
        return None
    if not 1 <= month <= _MONTHS_OF_A_YEAR:
        return f"{year:04}"
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04}-{month:02}"


def month_number(text: str) -> int:
    """The first month that a text names, by a word (`Aug`, `August`, `Mar-Apr`) or as a number; 0 for none."""
    for word in _WORD.findall(text):
        if word[:3].lower() in _MONTHS:
            return _MONTHS[word[:3].lower()]
    number = re.fullmatch(r"\s*(\d{1,2})\s*", text)
    return int(number[1]) if number and int(number[1]) <= _MONTHS_OF_A_YEAR else 0


def iso_date(text: str) -> str | None:
    """ISO 8601 of a date with its year first or written out: `2019/03/12`, `2019 Mar 12`, `12 March 2019`, `2019///`.

    Of a span (`2019 Mar-Apr`) it is the beginning; a season gives the year alone. Dates that are all digits with the
    year last (`03/04/2019`) give the year: which of the others is the month is not known.
    """
    numeric = _NUMERIC.search(text)
    if numeric is None:
        return None
    year = int(numeric[1])
    if numeric[2]:
        return iso(year, int(numeric[2]), int(numeric[3] or 0))
    month = month_number(" ".join(_WORD.findall(text)))
    rest = text[: numeric.start()] + " " + text[numeric.end() :]
    day = _DAY.search(rest) if month else None
    return iso(year, month, int(day[1]) if day else 0)
