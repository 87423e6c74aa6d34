"""Formatted text as the citation processor hands it over: letters of the private use area stand for the markup.

Nothing that comes out of a paper can be taken for markup then, and plain text and HTML are made of the same result.
"""

import re
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

__all__ = ["ET_AL", "LABEL_END", "EndlessError", "Formatted", "Marks", "cleaned", "formatted", "unmarked"]

_FIRST: Final = 0xE100
_TAGS: Final = (
    ("i", Markup("<i>"), Markup("</i>")),
    ("b", Markup("<b>"), Markup("</b>")),
    ("u", Markup("<u>"), Markup("</u>")),
    ("sup", Markup("<sup>"), Markup("</sup>")),
    ("sub", Markup("<sub>"), Markup("</sub>")),
    ("caps", Markup('<span class="small-caps">'), Markup("</span>")),
)
_OPEN = {chr(_FIRST + 2 * place): tag for place, tag in enumerate(_TAGS)}
_CLOSE = {chr(_FIRST + 2 * place + 1): tag for place, tag in enumerate(_TAGS)}
LABEL_END: Final = "\ue110"
"""Ends the number that stands before an entry."""
ET_AL: Final = "\ue111"
"""Stands in a list of authors for those that are not named."""
_MARKS = "\ue100-\ue10b"
_RESERVED = re.compile("[\ue100-\ue111]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufffe\uffff]")
_CLOSING = f"[{_MARKS}”’»“\\\"')\\]]"
"""What may stand between two marks of punctuation that are one too many."""


class EndlessError(RuntimeError):
    """A style calls so many macros for one entry that it was stopped."""


def _wrapper(place: int) -> "staticmethod[[object], str]":
    opening, closing = chr(_FIRST + 2 * place), chr(_FIRST + 2 * place + 1)
    return staticmethod(lambda text: f"{opening}{text}{closing}" if str(text) else "")


class Marks:
    """A formatter of the citation processor."""

    Italic = Oblique = _wrapper(0)
    Bold = _wrapper(1)
    Underline = _wrapper(2)
    Superscript = _wrapper(3)
    Subscript = _wrapper(4)
    SmallCaps = _wrapper(5)
    Light = staticmethod(str)
    preformat = staticmethod(str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A text in two forms that say the same."""

    text: str
    html: Markup
    label: str = ""
    """The number before a reference, which is a part of `text` and not of `html`."""


def cleaned(text: str) -> str:
    """A text of a paper without what could be taken for markup, on one line."""
    return " ".join(_CONTROL.sub(" ", unmarked(text)).split())


def unmarked(text: str) -> str:
    """A text without marks."""
    return _RESERVED.sub("", text)


def formatted(raw: str, *, et_al: str, and_terms: tuple[str, ...], moves_marks: bool) -> Formatted:
    """Plain text and HTML of what the citation processor wrote.

    Args:
        raw: With marks.
        et_al: What stands for further authors.
        and_terms: What the style may have put before the last author.
        moves_marks: Whether a full stop or comma belongs inside the quotation marks before it.
    """
    label, _, body = raw.rpartition(LABEL_END)
    body = _tidied(_without_rest(body, et_al, and_terms), moves_marks=moves_marks)
    label = unmarked(label).strip()
    plain = unmarked(body).strip()
    return Formatted(text=f"{label} {plain}" if label else plain, html=_html(body), label=label)


def _without_rest(raw: str, et_al: str, and_terms: tuple[str, ...]) -> str:
    """`Li, H., & REST` and `Li, REST` as `Li, H., et al.` and `Li et al.`."""
    if ET_AL not in raw:
        return raw
    ands = "|".join(re.escape(one) for one in and_terms if one) or "&"
    before = rf"(?P<comma>\s*[,;]?)\s*(?:…\s*)?(?:(?:{ands})\s+)?(?P<marks>[{_MARKS}]*)"

    def joined(match: re.Match[str]) -> str:
        # The comma that only parted two family names goes; one behind initials, or behind several names, stays.
        names = re.split(r"[(;]", match.string[: match.start()])[-1].rstrip()
        is_kept = match["comma"].strip() and ("," in names or re.search(r"\.$|\s\w$", names))
        return f"{match['comma'].strip() if is_kept else ''} {match['marks']}{et_al}"

    return re.sub(rf"{before}{ET_AL}\.?(?:\s+{re.escape(et_al)})?", joined, raw)


def _tidied(raw: str, *, moves_marks: bool) -> str:
    text = re.sub(r"[^\S\u00a0\u202f]+", " ", raw)
    text = re.sub(rf"\s+([{_MARKS}]*[,.;](?:[\s{_MARKS}]|$))", r"\1", text)
    if moves_marks:
        text = re.sub(rf"([.,!?;:]?)([{_MARKS}]*[”’]+[{_MARKS}]*)([.,])(?![.,])", _moved, text)
    text = re.sub(rf"([?!]{_CLOSING}*)\.(?=[\s{_MARKS}]|$)", r"\1", text)
    text = re.sub(rf"([.,;:])([{_MARKS}”’»]+)\1", r"\1\2", text)
    text = re.sub(r"(?<![.])\.\.(?![.])|,,+", lambda found: found[0][0], text)
    text = re.sub(rf"[,;:]+([{_MARKS}]*\.(?:[\s{_MARKS}]|$))", r"\1", text)
    text = re.sub(r"([(\[])[,;:]\s*|[,;:]\s*(?=[)\]])", r"\1", text)
    return text.strip()


def _moved(match: re.Match[str]) -> str:
    before, quotes, mark = match.groups()
    if before in (".", "!", "?"):
        return f"{before}{quotes}"
    return f"{before}{mark}{quotes}" if not before else f"{mark}{quotes}"


def _html(raw: str) -> Markup:
    """Escaped text with tags that are always closed in order."""
    made: list[Markup] = []
    opened: list[tuple[str, Markup, Markup]] = []
    for piece in re.split(f"([{_MARKS}])", raw):
        if piece in _OPEN and piece:
            opened.append(_OPEN[piece])
            made.append(opened[-1][1])
        elif piece in _CLOSE and piece:
            # A mark that was cut off is closed with what encloses it.
            while opened and _CLOSE[piece] in opened:
                last = opened.pop()
                made.append(last[2])
                if last == _CLOSE[piece]:
                    break
        else:
            made.append(escape(unmarked(piece)))
    made += [one[2] for one in reversed(opened)]
    return Markup().join(made)
