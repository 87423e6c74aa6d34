"""Cite keys: `li2023pmet` is the first author's family name, the year and the first telling word of the title."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
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
_TRIED = 25
"""Keys tried one after another, so that the first free one is found also where one was given back."""
_NEAR_KEYS = 2
_NEARLY = 72
"""Least similarity, 0 to 100, of a key that was meant to the one that was written."""


def is_usable(key: str) -> bool:
    """Whether a key can be cited: in pandoc's Markdown, in LaTeX, and on one line."""
    return len(key) <= _LONGEST_KEY and _USABLE.fullmatch(key) is not None


def proposed_keys(record: Record) -> Iterator[str]:
    """Keys for a record, best first, without end: the source's own when usable, then made ones with b, c, ..."""
    if record.key and is_usable(record.key):
        yield record.key
    base = made_key(record)
    yield base
    yield from (base + _suffix(number) for number in count(2))


def free_key(record: Record, is_taken: Callable[[str], bool]) -> str:
    """The best key for a record that is not taken.

    Of the many papers of an export that are all called `anon2020editorial` not each is asked for one after another.
    """
    for key in islice(proposed_keys(record), _TRIED):
        if not is_taken(key):
            return key
    base = made_key(record)
    taken, free = 2, _TRIED
    while is_taken(base + _suffix(free)):
        taken, free = free, 2 * free
    while free - taken > 1:
        middle = (taken + free) // 2
        taken, free = (middle, free) if is_taken(base + _suffix(middle)) else (taken, middle)
    return base + _suffix(free)


def made_key(record: Record) -> str:
    """The key for a record's author, year and title; parts that are not known become `anon`, `nd`, `untitled`."""
    family = _letters(record.authors[0].family) if record.authors else ""
    year = str(record.year) if record.year else "nd"
    return (family or "anon") + year + _title_word(record.title)


def near_keys(written: str, held: Sequence[str]) -> tuple[str, ...]:
    """The keys, two at most, that may have been meant by one that no paper has; the nearest first."""
    from rapidfuzz import fuzz, process

    found = process.extract(
        written, held, scorer=fuzz.ratio, processor=str.casefold, limit=_NEAR_KEYS, score_cutoff=_NEARLY
    )
    return tuple(key for key, _, _ in found)


def _title_word(title: str) -> str:
    candidates = [_letters(_spelled(word).replace("-", "")) for word in re.split(r"[^\w'’‐‑-]+", title)]
    candidates = [word for word in candidates if word]
    return next((word for word in candidates if word not in _TITLE_STOP_WORDS), "") or "untitled"


def _spelled(word: str) -> str:
    """A word with single Greek letters by their names."""
    return "-".join(_GREEK.get(part.lower(), part) for part in re.split("[-‐‑]", word))


def _letters(text: str) -> str:
    return "".join(char for char in fold(text) if char.isascii() and char.isalnum())[:_LONGEST_PART]


def _suffix(number: int) -> str:
    """`b` for 2, `z` for 26, `aa` for 27."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, len(ascii_lowercase))
        letters = ascii_lowercase[letter] + letters
    return letters
