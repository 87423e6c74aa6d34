"""What a source is called in records and reports."""

import unicodedata
from pathlib import PurePath

_HARMFUL = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_JOINERS = frozenset("\u200c\u200d")
"""Part of words in some scripts, and of no harm."""
_UNDECODED = 0xDC00
"""The system's names hold bytes that are no UTF-8 as lone surrogates from here on."""


def source_name(path: PurePath | str) -> str:
    r"""The name with what would break a line, steer a terminal or turn the direction of text as `\n`, `\x1b`, `\u202e`.

    Two files whose names differ may be called the same only if one of them is written with such a backslash.
    """
    return "".join(char if _is_harmless(char) else _escaped(char) for char in str(path))


def _is_harmless(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _HARMFUL


def _escaped(char: str) -> str:
    if _UNDECODED <= ord(char) < _UNDECODED + 0x100:
        return f"\\x{ord(char) - _UNDECODED:02x}"
    return char.encode("unicode_escape").decode("ascii")
