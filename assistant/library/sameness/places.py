"""Where in a journal or book a paper stands: volume and first page."""

import re
from dataclasses import dataclass
from typing import Literal

from assistant.text import fold
from assistant.types import Record

PlaceRelation = Literal["exact", "same", "unknown", "different"]
"""`exact` when volume and first page are the same, `same` when there is no volume to compare."""

_FIRST = re.compile(r"[^\s,;:–-]+")
_VOLUME = re.compile(r"[^\W_]+")
_RANGE = re.compile(r"\d\s*[-‐‑‒–—]+\s*[A-Za-z]*\d")
_BOTH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Folded; empty when not known."""

    volume: str
    page: str
    """The first page, or the article's number."""
    has_last: bool
    """It ends on a page that is known: of abstracts several begin on one page."""


def place_of(record: Record) -> Place:
    """Where a record says that the paper stands."""
    details = dict(record.details)
    found = _VOLUME.search(fold(details.get("volume", "")))
    return Place(
        volume=_unpadded(found[0]) if found else "",
        page=_first_page(details),
        has_last=_RANGE.search(details.get("pages", "")) is not None,
    )


def _first_page(details: dict[str, str]) -> str:
    for name in ("pages", "eid"):
        found = _FIRST.search(re.sub(r"^\W*(?:pp?|pages?)\b\.?\s*", "", fold(details.get(name, ""))))
        # Words (`no pagination`, `in press`) are no pages.
        if found and any(char.isdigit() for char in found[0]):
            return _unpadded(found[0])
    return ""


def _unpadded(number: str) -> str:
    return number.lstrip("0") or "0"


def place_relation(one: Place, other: Place) -> PlaceRelation:
    """How two places stand to each other, whichever comes first."""
    if one.volume and other.volume and one.volume != other.volume:
        return "different"
    if not one.page or not other.page:
        return "unknown"
    volumes = bool(one.volume) + bool(other.volume)
    if one.page == other.page:
        # Everything printed before its issue begins on page 1.
        return "exact" if volumes == _BOTH else "same" if one.page != "1" else "unknown"
    # A paper printed before its issue has other pages, and no volume yet.
    if volumes == 1 or (volumes == 0 and "1" in (one.page, other.page)):
        return "unknown"
    return "different"
