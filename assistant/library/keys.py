"""Cite keys: `li2023pmet` is the first author's family name, the year and the first telling word of the title."""

import re
from collections.abc import Iterator
from itertools import count, product
from string import ascii_lowercase

from assistant.text import fold
from assistant.types import Record

_TITLE_STOP_WORDS = frozenset(
    """a an the of on in for to from with and or how what why when where does do is are can towards toward via by
    at""".split()
)
# What pandoc reads back from `[@key]` and biber from `@type{key,`: words joined by single punctuation marks.
_USABLE = re.compile(r"\w+(?:[:.+/-]\w+)*")
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon "
    "phi chi psi omega"
).split()
_GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", _GREEK_NAMES, strict=True))
"""Letters that stand for themselves, as in `β-carotene`, and are no part of a Greek word."""
_LONGEST_KEY = 100
_LONGEST_PART = 40


def is_usable(key: str) -> bool:
    """Whether a key can be cited: in pandoc's Markdown, in LaTeX, and on one line."""
    return len(key) <= _LONGEST_KEY and _USABLE.fullmatch(key) is not None


def proposed_keys(record: Record) -> Iterator[str]:
    """Keys for a record, best first, without end: the source's own when usable, then made ones with b, c, ..."""
    if record.key and is_usable(record.key):
        yield record.key
    base = made_key(record)
    yield base
    yield from (base + suffix for suffix in _suffixes())


def made_key(record: Record) -> str:
    """The key for a record's author, year and title; parts that are not known become `anon`, `nd`, `untitled`."""
    family = _letters(record.authors[0].family) if record.authors else ""
    year = str(record.year) if record.year else "nd"
    return (family or "anon") + year + _title_word(record.title)


def _title_word(title: str) -> str:
    candidates = [_letters(_spelled(word).replace("-", "")) for word in re.split(r"[^\w'’‐‑-]+", title)]
    candidates = [word for word in candidates if word]
    return next((word for word in candidates if word not in _TITLE_STOP_WORDS), "") or "untitled"


def _spelled(word: str) -> str:
    """A word with single Greek letters by their names."""
    return "-".join(_GREEK.get(part.lower(), part) for part in re.split("[-‐‑]", word))


def _letters(text: str) -> str:
    return "".join(char for char in fold(text) if char.isascii() and char.isalnum())[:_LONGEST_PART]


def _suffixes() -> Iterator[str]:
    yield from ascii_lowercase[1:]
    yield from ("".join(letters) for length in count(2) for letters in product(ascii_lowercase, repeat=length))
