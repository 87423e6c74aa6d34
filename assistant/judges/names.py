"""Names by their shape: acronyms, genes, products, anything with a capital or digit inside; and what they stand for."""

import re
from functools import lru_cache

from assistant.judges.words import plain
from assistant.text import STOP_WORDS, fold

__all__ = ["acronyms", "names", "squeezed"]

_REMEMBERED = 8192
_NAME = re.compile(r"[A-Za-z0-9]+(?:[-'/.+][A-Za-z0-9]+)*")
_DEFINITION = re.compile(r"\(([A-Za-z][A-Za-z0-9-]{1,9})[;,)]")
_LONGEST_ACRONYM = 10


@lru_cache(maxsize=_REMEMBERED)
def names(text: str) -> tuple[str, ...]:
    """Words whose shape says that they name something, each once, as they are written.

    Those are words with a capital after the first letter or with both letters and digits (`CRP`, `mTOR`, `IL-6`,
    `SciFact`), and words with a first capital that do not begin a sentence (`Wuhan`). Words all in capitals of a text
    all in capitals are none.
    """
    ascii_text = plain(text)
    letters = [char for char in ascii_text if char.isalpha()]
    shouting = sum(char.isupper() for char in letters) > len(letters) / 2
    found: dict[str, None] = {}
    for match in _NAME.finditer(ascii_text):
        word = match.group()
        if len(word) > 1 and _is_name(word, first=_begins(ascii_text, match.start()), shouting=shouting):
            found.setdefault(word)
    return tuple(found)


def _is_name(word: str, *, first: bool, shouting: bool) -> bool:
    if word.lower() in STOP_WORDS or word[0].isdigit():
        return False
    has_digit = any(char.isdigit() for char in word)
    if has_digit:
        return True
    if shouting:
        return False
    parts = word.split("-")
    inside = any(char.isupper() for part in parts for char in part[1:])
    return inside or (word[0].isupper() and not first)


def _begins(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \"'([")
    return not before or before[-1] in ".!?:;"


def squeezed(text: str) -> str:
    """Letters and digits only, lower case: `IL-6` and `IL 6` are one name."""
    return "".join(char for char in fold(text) if char.isalnum())


@lru_cache(maxsize=_REMEMBERED)
def acronyms(text: str) -> dict[str, str]:
    """Short forms that a text defines, `long form (SF)`, by their squeezed spelling (Schwartz and Hearst, 2003)."""
    ascii_text = plain(text)
    found = {}
    for match in _DEFINITION.finditer(ascii_text):
        short = match.group(1)
        if len(short) <= _LONGEST_ACRONYM and any(char.isupper() for char in short):
            words = ascii_text[: match.start()].split()[-min(len(short) + 5, 2 * len(short)) :]
            if long := _long_form(short, " ".join(words)):
                found[squeezed(short)] = long
    return found


def _long_form(short: str, before: str) -> str:
    """The shortest end of a text that has the letters of the short form in order, the first at a word's beginning."""
    at = len(before) - 1
    for index in range(len(short) - 1, -1, -1):
        wanted = short[index].lower()
        if not wanted.isalnum():
            continue
        while at >= 0 and (before[at].lower() != wanted or (index == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
        at -= 1
    return before[at + 1 :].strip()
