"""LaTeX that somebody else wrote: whether it does nothing but show text."""

import re

from assistant.export.tex.commands import LETTER_ACCENTS, SIGN_ACCENTS, TEXT_SYMBOLS, TEXT_TAKING_ONE
from assistant.export.tex.maths import is_safe_formula

_TOKEN = re.compile(
    r"\$(?P<formula>[^$]+)\$|\\(?P<command>[A-Za-z]+)(?P<space>\s*)|\\(?P<sign>[^A-Za-z])|(?P<brace>[{}])|(?P<plain>[^\\$])"
)
_HARMLESS_SIGNS = frozenset("&%$#_{}-,/ ")
_ACTIVE = frozenset("%&#_^")
_ONE = r"(?:[A-Za-z]|\\[A-Za-z]+\{\}|\\[A-Za-z])"
_LETTER = re.compile(rf"[A-Za-z]|\\[ij](?![A-Za-z])|\{{(?:{_ONE}|\\(?:[`'^\"~=.]|[Hbcdkruv](?=\{{))\{{{_ONE}\}})?\}}")
"""What an accent stands on: a letter, perhaps in braces, perhaps with another accent."""


def is_only_shown(latex: str) -> bool:
    """Whether LaTeX text has only known harmless commands, formulas and letters, and ends what it begins."""
    position = depth = 0
    while position < len(latex):
        token = _TOKEN.match(latex, position)
        if token is None or not _is_harmless(token, latex):
            return False
        position = token.end()
        if token["brace"]:
            depth += 1 if token["brace"] == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _is_harmless(token: re.Match[str], latex: str) -> bool:
    name, sign = token["command"], token["sign"]
    if token["formula"]:
        return is_safe_formula(token["formula"])
    if name:
        if name in LETTER_ACCENTS:
            return _LETTER.match(latex, token.end()) is not None and (bool(token["space"]) or latex[token.end()] == "{")
        return name in TEXT_SYMBOLS or (name in TEXT_TAKING_ONE and latex.startswith("{", token.end()))
    if sign:
        return sign in _HARMLESS_SIGNS or (sign in SIGN_ACCENTS and _LETTER.match(latex, token.end()) is not None)
    plain = token["plain"] or ""
    return plain not in _ACTIVE and (plain.isprintable() or plain in "\t\n")
