"""Tell the lines of a saved listing apart: header lines, profile lines, author lists."""

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.library.readers.values.names import is_suffix, name_score, without_et_al

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_HEADER = re.compile(
    r"(?P<score>\d+(?:\.\d+)?)?\s*"
    r"(?P<category>[A-Z][A-Z.]+?(?:-[A-Z]+?)*?|[a-z]+(?:-[a-z]+|\.[A-Z]{2})+?)?\s*"
    r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s+"
    r"(?P<day>\d{1,2})(?:,\s*(?P<year>\d{4}))?\s*"
    r"(?P<marks>(?:[A-Z][a-z]+\s*)*)"
)
_PROFILE = re.compile(
    r"h-?index\s*:?\s*\d+|[\d,.]+[kKM]?\s*(?:papers?|citations?)|(?:papers?|citations?)\s*:?\s*[\d,.]+"
    r"|novelty\s*:?\s*\d+(?:\.\d+)?\s*%?|ai score\s*:?\s*\d+(?:\.\d+)?\s*%?",
    re.IGNORECASE,
)
_CATEGORY = re.compile(r"[A-Z]{2,5}")
_LIKELY_NAME = 0.5
_PROSE = -5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A line such as `74.4CLAug 17, 2023Code`."""

    score: str | None
    category: str | None
    month: int
    day: int
    year: int | None
    """None when left out: it is the listing's own year."""
    marks: tuple[str, ...]

    def date(self, own_year: int) -> str:
        """ISO 8601, taking `own_year` where the year is left out."""
        year = self.year or own_year
        _, last_day = calendar.monthrange(year, self.month)
        return dt.date(year, self.month, min(self.day, last_day)).isoformat()


def parse_header(line: str) -> Header | None:
    """Read a header line, or None when the line is none."""
    match = _HEADER.fullmatch(line.strip())
    if match is None or not 1 <= int(match["day"]) <= 31:  # noqa: PLR2004 - because a month has 31 days at most
        return None
    year = int(match["year"]) if match["year"] else None
    if year == 0:
        return None
    return Header(
        score=match["score"],
        category=match["category"],
        month=_MONTHS[match["month"].lower()],
        day=int(match["day"]),
        year=year,
        marks=tuple(re.findall(r"[A-Z][a-z]+", match["marks"])),
    )


def listing_year(headers: Sequence[Header], saved: dt.date) -> int:
    """The year that headers leave out: later than every year they state."""
    stated = max((header.year for header in headers if header.year), default=0)
    return saved.year if saved.year > stated else stated + 1


def is_profile(line: str) -> bool:
    """Whether the line is one of a profile's counts, such as `h-index9` or `15 Papers`."""
    return _PROFILE.fullmatch(line.strip()) is not None


def is_category(line: str) -> bool:
    """Whether the line is a bare category, as a profile shows it."""
    return _CATEGORY.fullmatch(line.strip()) is not None


def author_names(line: str, owner: str | None = None) -> tuple[list[str], bool] | None:
    """Names of a line that is a list of authors, given name first, and nothing else, and whether it ends in et al.

    Returns None when the pieces do not look like names and the listing's owner is not among them.
    """
    names, et_al = names_of(line)
    scores = [name_score(name) for name in names]
    likely = sum(score > _LIKELY_NAME for score in scores)
    # A few odd pieces (an organisation, one word) are borne when the others are plainly names.
    is_mostly_names = likely >= 2 * (len(scores) - likely) and min(scores) > _PROSE
    if min(scores) > 0 or owner in names or (et_al and likely) or is_mostly_names:
        return names, et_al
    return None


def names_of(line: str) -> tuple[list[str], bool]:
    """The pieces of an author list, whatever they look like, and whether it ends in et al."""
    text, et_al = without_et_al(line.strip())
    names: list[str] = []
    for piece in re.split(r"\s*[,;]\s+|\s+(?:and|&)\s+", text.strip(" ,;")):
        if names and is_suffix(piece):
            names[-1] += f" {piece}"
        else:
            names.append(piece)
    return names, et_al
