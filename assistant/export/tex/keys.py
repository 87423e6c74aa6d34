"""Cite keys that BibTeX, biber and LaTeX carry."""

import re
from collections.abc import Iterable
from itertools import count

_CARRIED = re.compile(r"[^A-Za-z0-9_:.+/-]+")


def tex_keys(keys: Iterable[str]) -> dict[str, str]:
    """A key for LaTeX by each of the library's keys; most stay what they are.

    Other letters than ASCII's become such, and of two keys that differ only in their capitals, which BibTeX takes for
    one, the second gets a number. Equal keys in equal order have equal outcomes, so that a text and its .bib agree.
    """
    carried: dict[str, str] = {}
    taken: set[str] = set()
    for key in dict.fromkeys(keys):
        base = _ascii(key)
        names = (base if number == 1 else f"{base}-{number}" for number in count(1))
        carried[key] = next(name for name in names if name.lower() not in taken)
        taken.add(carried[key].lower())
    return carried


def _ascii(key: str) -> str:
    if not key.isascii():
        from anyascii import anyascii

        key = anyascii(key)
    return _CARRIED.sub("-", key).strip("-") or "key"
