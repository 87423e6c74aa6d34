"""Pages and article numbers as a bibliography prints them: `12-15`."""

import re

_DASHES = re.compile(r"\s*(?:-+|[\u2010-\u2015\u2212])\s*")
_WORD = re.compile(r"\bpp?\.?\s*(?=[A-Za-z]{0,3}\d)", re.IGNORECASE)
_SHORTENED = re.compile(r"(?P<before>[A-Za-z.]*)(?P<first>\d+)-(?P<last>\d+)")


def pages(text: str) -> str:
    """Pages with one dash from first to last and the last in full, `454-481` for `pp. 454--81`; else as they are."""
    plain = _DASHES.sub("-", " ".join(_WORD.sub("", text).split())).strip("-.,; ")
    match = _SHORTENED.fullmatch(plain)
    if match is None:
        first, _, last = plain.partition("-")
        return first if first == last else plain
    missing = len(match["first"]) - len(match["last"])
    last = match["first"][:missing] + match["last"] if missing > 0 else match["last"]
    if last == match["first"]:
        return match["before"] + last
    # `S12-5` ends on page S15, while in `L12-15` and `e12-e15` the end is written as it is.
    before = match["before"] if missing > 0 else ""
    return f"{match['before']}{match['first']}-{before}{last}"


def pages_between(first: str, last: str) -> str:
    """Pages from a first and a last one, either of which may be missing or hold both."""
    first, last = pages(first), pages(last)
    if not last or last == first or ("-" in first and first.endswith(last)):
        return first
    return pages(f"{first}-{last}") if first and "-" not in first else first or last
