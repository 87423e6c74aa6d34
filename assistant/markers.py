"""Citation markers in what a model wrote: where they stand and which passages they name."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

LONGEST_MARKER = 250
"""Characters; a longer bracket is no marker."""
_LONGEST_RANGE = 20
_LINK = r"(?:\(https?://[^\s()]{1,80}\))?"
_NESTED = r"(?:\s{0,2}\[[^\[\]\n]{1,30}\][\s,;]{0,3}){1,4}"
_MARKER = re.compile(
    rf"(?:\[(?P<square>[^\[\]\n]{{1,120}}|{_NESTED})\]|【(?P<thick>[^【】\n]{{1,120}})】){_LINK}"
    r"|\((?P<round>[^()\n]{1,120})\)(?=[^\S\n]*(?:[.,;!?\n]|\Z))"
)
_NUMBERS = re.compile(
    r"(?:(?:passages?|papers?|sources?|doc(?:ument)?s?\.?|contexts?|ref(?:erence)?s?\.?|no\.?)\s*|[#^])?(\d{1,3})(?:\s*[-–—]\s*(\d{1,3}))?",
    re.IGNORECASE,
)
_KEY = r"\w[\w:.+/-]*"
_AT_KEY = re.compile(rf"(?<![\w@])@({_KEY})")
_SEPARATOR = re.compile(r"\s*(?:[,;&]|\band\b)\s*")
_CUT_OFF = re.compile(r"\s*[\[【](?:\d[\d\s,;–-]*|@[^\[\]]*)?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """`text[start:end]` names passages: numbers in digits, or cite keys."""

    start: int
    end: int
    names: tuple[str, ...]


def markers_in(text: str, known: Collection[str]) -> Iterator[Marker]:
    """The markers of a text, in order.

    Markers are `[1]`, `[1, 2]`, `[1-3]`, `[[1], [2]]`, `[Passage 1]`, `[@key]`, `[@a; @b]`, a known key in brackets,
    and `(1)` before a punctuation mark or at the end of a line when there is a passage 1. `[sic]`, `[2023]` and the
    interval `[0, 1]` are none; the last is two passages when there is a passage 0.
    """
    for match in _MARKER.finditer(text):
        if names := _names(match, known):
            yield Marker(start=match.start(), end=match.end(), names=names)


def marker_at(text: str, position: int, known: Collection[str]) -> Marker | None:
    """The marker that starts exactly here, if one does."""
    match = _MARKER.match(text, position)
    names = _names(match, known) if match else ()
    return Marker(start=match.start(), end=match.end(), names=names) if match and names else None


def without_cut_off_marker(text: str) -> str:
    """The text less a marker that has only begun at its end, as when a reply hits its length limit."""
    return _CUT_OFF.sub("", text)


def _names(match: "re.Match[str]", known: Collection[str]) -> tuple[str, ...]:
    """What a bracket names, each once; nothing when it is a bracket of another kind."""
    inner = match["square"] or match["thick"] or match["round"]
    names = dict.fromkeys(_named(re.sub(r"[\[\]]", " ", inner), known))
    if match["round"] and not all(name in known for name in names):
        return ()
    return tuple(names)


def _named(inner: str, known: Collection[str]) -> list[str]:
    parts = [part for part in _SEPARATOR.split(inner.partition("†")[0].strip()) if part]
    if "@" in inner:
        return [key.rstrip(".:") for key in _AT_KEY.findall(inner)] + [part for part in parts if part in known]
    numbered = [_NUMBERS.fullmatch(part) for part in parts]
    if parts and all(numbered):
        numbers = [number for match in numbered if match for number in _expanded(match)]
        is_interval = "0" in numbers and len(numbers) > 1 and "0" not in known
        return [] if is_interval else numbers
    if any(part in known for part in parts):
        return [part for part in parts if re.fullmatch(_KEY, part)]
    return []


def _expanded(match: "re.Match[str]") -> list[str]:
    """The numbers of a range, in order whichever way round it is written; of a huge one the first ones."""
    first, last = sorted(int(number) for number in (match[1], match[2] or match[1]))
    return [str(number) for number in range(first, min(last, first + _LONGEST_RANGE) + 1)]
