"""The names of the rows of an exact scan, as lines of a file: chunk id, tab, paper key."""

import re
from collections.abc import Iterable

__all__ = ["lines", "names"]

_SPECIAL = re.compile(r"[\\\t\n]")
_ESCAPE = re.compile(r"\\(.)")
_LETTERS = {"\\": "\\", "\t": "t", "\n": "n"}
_MEANT = {letter: special for special, letter in _LETTERS.items()}


def lines(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Write (chunk id, paper key), a line each; any text can be a name."""
    return "".join(f"{_escaped(one)}\t{_escaped(key)}\n" for one, key in pairs).encode("utf-8", "surrogatepass")


def names(written: bytes) -> tuple[list[str], list[str]]:
    """Read chunk ids and paper keys back, both in the order of the lines."""
    fields = written.decode("utf-8", "surrogatepass").replace("\n", "\t").split("\t")
    return [_unescaped(one) for one in fields[0:-1:2]], [_unescaped(key) for key in fields[1::2]]


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + _LETTERS[found[0]], text)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _MEANT[found[1]], text) if "\\" in text else text
