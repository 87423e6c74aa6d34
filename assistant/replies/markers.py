"""Citation markers in what a model wrote: where they stand and which passages they name."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

LONGEST_MARKER = 250
"""Characters; a longer bracket is no marker."""
_LONGEST_RANGE = 20
_LINK = r"(?:\((?:https?://|#)[^\s()]{1,80}\))?"
_NESTED = r"(?:\s{0,2}\\?\[[^\[\]\n]{1,30}\][\s,;&]{0,3}(?:and\s)?){1,6}"
_SEEN_IN = r"(?:(?:see|cf\.|e\.g\.,?|from|sources?|passages?|refs?\.?|citations?|cited in):?\s)?"
_SUPERSCRIPT = "[⁰¹²³⁴⁵⁶⁷⁸⁹]"
_MARKER = re.compile(
    r"(?P<around>\*\*|[*`])?(?:"
    rf"\\?\[(?P<square>[^\[\]\n]{{1,120}}|{_NESTED})\]{_LINK}"
    rf"|【(?P<thick>[^【】\n]{{1,120}})】{_LINK}|［(?P<wide>[^［］\n]{{1,120}})］"
    r"|~?\\cite[a-z]{0,8}\*?(?:\[[^\[\]\n]{0,40}\]){0,2}\{(?P<tex>[^{}\n]{1,120})\}"
    r"|<sup>(?P<sup>[^<>\n]{1,60})</sup>"
    rf"|\({_SEEN_IN}(?P<inside>{_NESTED})\)"
    r"|\((?P<round>[^()\n]{1,120})\)(?=[^\S\n]*(?:[.,;!?\n(\[]|\Z))"
    rf"|(?<![\d⁻])⁽?(?P<raised>{_SUPERSCRIPT}{{1,2}}(?:[,⁻–-]?{_SUPERSCRIPT}{{1,2}}){{0,6}})⁾?(?![⁰-⁹\w])"
    r"|(?<![\w@.])@(?P<at>\w[\w:.+/-]{0,80}\w)"
    r")(?(around)(?P=around))"
)
_OPENS = re.compile(r"[*`\\\[【［~<(⁽@¹²³⁰⁴-⁹]")
"""What a marker may start with."""
_GLUE = re.compile(r"[\s,;&]*(?:\band\b\s*)?")
_NUMBERS = re.compile(
    r"(?:(?:passages?|papers?|sources?|doc(?:ument)?s?\.?|contexts?|ref(?:erence)?s?\.?|citations?|cit\.|excerpts?"
    r"|abstracts?|articles?|no\.?):?\s*|[#^])?(\d{1,3})(?:\s*[-–—]\s*(\d{1,3}))?",
    re.IGNORECASE,
)
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻０１２３４５６７８９，；", "0123456789-0123456789,;")
_LOCATOR = re.compile(
    r"(?:pp?|pages?|figs?|figures?|tabs?|tables?|secs?|sections?|chap(?:ter)?s?|ch|eqs?|para)\b\.?\s*[\dA-Z][\w.–-]*",
    re.IGNORECASE,
)
"""A place in a paper."""
_UNIT = re.compile(r"(?:\b(?:[a-zμ]|[cdkmnμp]?m|[kmg]?b|in|ft|sec|mol|kg)|\d|\))\Z", re.IGNORECASE)
"""Before a raised number: what is raised to a power."""
_NO_NUMBER_OF_A_PASSAGE = re.compile(r"[-–−+±]\s?\d[\d.,]*|\d+[.,]\d+%?|\d+(?:\.\d+)?%|[-–−+]?∞")
"""A bracket with one of these is an interval or a list of values."""
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
    r"""The markers of a text, in order.

    Markers are `[1]`, `[1, 2]`, `[1-3]`, `[[1], [2]]`, `[Passage 1]`, `[@key]`, `[@a; @b]`, `\cite{a,b}`, `(see [1])`,
    a known key in brackets or after an `@`, and `(1)` before a punctuation mark, `¹` behind a word and `<sup>1</sup>`
    when there is a passage 1. `[sic]`, `[2023]`, `list[0]`, `m²` and the interval `[0, 1]` are none; the last is two
    passages when there is a passage 0.
    """
    position = 0
    while (opening := _OPENS.search(text, position)) is not None:
        marker = marker_at(text, opening.start(), known)
        if marker:
            yield marker
        position = marker.end if marker else opening.end()


def marker_at(text: str, position: int, known: Collection[str]) -> Marker | None:
    """The marker that starts exactly here, if one does."""
    match = _MARKER.match(text, position)
    names = _names(match, known) if match else ()
    return Marker(start=match.start(), end=match.end(), names=names) if match and names else None


def past_glue(text: str, position: int) -> int:
    """Past what may stand between two markers of one place: a comma, white space, `and`."""
    glue = _GLUE.match(text, position)
    return glue.end() if glue else position


def without_markers(text: str, known: Collection[str]) -> str:
    """The text less its markers, and less the white space before each."""
    kept, last = "", 0
    for marker in markers_in(text, known):
        kept += text[last : marker.start].rstrip()
        last = marker.end
    return (kept + text[last:]).strip()


def only_markers(text: str, known: Collection[str]) -> bool:
    """True when a text has nothing but signs and markers, perhaps after an `and`."""
    return not any(char.isalnum() for char in without_markers(text, known).removeprefix("and"))


def without_cut_off_marker(text: str) -> str:
    """The text less a marker that has only begun at its end, as when a reply hits its length limit."""
    return _CUT_OFF.sub("", text)


def _names(match: "re.Match[str]", known: Collection[str]) -> tuple[str, ...]:
    """What a bracket names, each once; nothing when it is a bracket of another kind."""
    kind = next(name for name, value in match.groupdict().items() if value is not None and name != "around")
    inner = re.sub(r"[\[\]\\*`]", " ", match[kind]).translate(_DIGITS)
    if kind == "tex":
        return tuple(dict.fromkeys(key.strip() for key in inner.split(",") if re.fullmatch(_KEY, key.strip())))
    before = match.string[max(0, match.start() - 8) : match.start()]
    if kind == "raised":
        names = _raised(inner, known) if not _UNIT.search(before) else []
    elif kind == "at":
        names = [inner] if inner in known else []
    else:
        names = _named(inner, known)
    must_be_known = kind in {"round", "raised", "sup"} or (before[-1:].isalnum() and match["around"] is None)
    if must_be_known and not all(name in known for name in names):
        return ()
    return tuple(dict.fromkeys(names))


def _raised(digits: str, known: Collection[str]) -> list[str]:
    """Raised digits have no commas between them when each is a number of its own."""
    return [digits] if digits in known else list(digits) if digits.isdigit() else _named(digits, known)


def _named(inner: str, known: Collection[str]) -> list[str]:
    parts = [part.strip() for part in _SEPARATOR.split(inner.partition("†")[0].strip()) if part.strip()]
    if "@" in inner:
        return [key.rstrip(".:") for key in _AT_KEY.findall(inner)] + [part for part in parts if part in known]
    parts = [part for part in parts if not _LOCATOR.fullmatch(part)] or parts
    numbered = [_NUMBERS.fullmatch(part) for part in parts]
    if parts and all(numbered):
        numbers = [number for match in numbered if match for number in _expanded(match)]
        is_interval = "0" in numbers and len(numbers) > 1 and "0" not in known
        return [] if is_interval else numbers
    if any(_NO_NUMBER_OF_A_PASSAGE.fullmatch(part) for part in parts):
        return []
    if any(part in known for part in parts):
        return [part for part in parts if re.fullmatch(_KEY, part)]
    return []


def _expanded(match: "re.Match[str]") -> list[str]:
    """The numbers of a range, in order whichever way round it is written; of a huge one the first ones."""
    first, last = sorted(int(number) for number in (match[1], match[2] or match[1]))
    return [str(number) for number in range(first, min(last, first + _LONGEST_RANGE) + 1)]
