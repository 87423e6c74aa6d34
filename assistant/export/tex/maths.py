"""Formulas in titles and abstracts: which of them LaTeX sets without doing anything else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.export.bibtex_values import FORMULA, is_formula
from assistant.export.tex.commands import MATH_FONTS, MATH_TAKING_ONE, MATH_TAKING_TWO, MATH_TEXT, SYMBOLS

_TOKEN = re.compile(r"\\(?P<command>[A-Za-z]+)\s*|\\(?P<sign>[,;:! {}|%&#_$])|(?P<mark>[{}^_'])|(?P<plain>[^\\]|\n)")
_PLAIN = re.compile(r"[A-Za-z0-9\s()\[\]+*/=<>,.;:!|?@`\"-]")
_WORDS = re.compile(r"\{[A-Za-z0-9 ,.:;()/+-]*\}")
_DELIMITER = re.compile(
    r"[()\[\]|./<>]|\\(?:[{}|]|(?:lbrace|rbrace|langle|rangle|lfloor|rfloor|lceil|rceil|vert|Vert)\b)"
)
_DEEPEST = 12


class _NoFormulaError(ValueError):
    """LaTeX might refuse it, or do more than set it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """Mathematics that may be set as it stands."""

    latex: str
    """Without its dollar signs."""


def parted(text: str) -> Iterator[str | Formula]:
    r"""A text in its order: what is mathematics beyond doubt, and the text around it.

    `$5 and $6` are sums of money, `$\input{x}$` is a text: a formula has only what is known to be harmless.
    """
    end = 0
    for match in FORMULA.finditer(text):
        if is_formula(match[1]) and is_safe_formula(match[1]):
            yield text[end : match.start()]
            yield Formula(latex=match[1])
            end = match.end()
    yield text[end:]


def is_safe_formula(latex: str) -> bool:
    """Whether mathematics consists of known commands and characters, put together so that LaTeX accepts it."""
    reader = _Reader(latex)
    try:
        reader.sequence()
    except _NoFormulaError:
        return False
    return reader.is_at_end


class _Reader:
    """Reads a formula from left to right."""

    def __init__(self, latex: str) -> None:
        self._latex = latex
        self._position = 0
        self._depth = 0

    @property
    def is_at_end(self) -> bool:
        return self._position == len(self._latex)

    def sequence(self) -> None:
        r"""Atoms with their scripts, until a closing brace, a `\right` or the end."""
        scripts: set[str] = set()
        while (token := self._peeked()) is not None and token[0] != "}" and token["command"] != "right":
            self._position = token.end()
            if token["mark"] in {"^", "_", "'"}:
                self._script(token["mark"], scripts)
            elif not token[0].isspace():
                scripts = set()
                self._atom(token)

    def _peeked(self) -> re.Match[str] | None:
        if self.is_at_end:
            return None
        token = _TOKEN.match(self._latex, self._position)
        if token is None:
            raise _NoFormulaError
        return token

    def _script(self, mark: str, scripts: set[str]) -> None:
        """An exponent or an index; TeX refuses a second one, but takes several primes."""
        if mark == "'":
            if "^" in scripts:
                raise _NoFormulaError
            scripts.add("'")
            return
        if mark in scripts or (mark == "^" and "'" in scripts):
            raise _NoFormulaError
        scripts.add(mark)
        token = self._peeked()
        if token is None:
            raise _NoFormulaError
        self._position = token.end()
        if token[0] == "{":
            self._rest_of_group()
        elif token["command"]:
            if token["command"] not in SYMBOLS | MATH_FONTS:
                raise _NoFormulaError
            self._atom(token)
        elif not (token["plain"] and re.fullmatch(r"[A-Za-z0-9*+-]", token["plain"])):
            raise _NoFormulaError

    def _atom(self, token: re.Match[str]) -> None:
        name = token["command"]
        if token[0] == "{":
            self._rest_of_group()
        elif name == "left":
            self._fence()
        elif name in MATH_TEXT:
            self._words()
        elif name in MATH_TAKING_ONE or name in MATH_TAKING_TWO:
            for _ in range(2 if name in MATH_TAKING_TWO else 1):
                self._group()
        elif name not in SYMBOLS if name else token["plain"] and not _PLAIN.fullmatch(token["plain"]):
            raise _NoFormulaError

    def _group(self) -> None:
        token = self._peeked()
        if token is None or token[0] != "{":
            raise _NoFormulaError
        self._position = token.end()
        self._rest_of_group()

    def _rest_of_group(self) -> None:
        self._inside()
        token = self._peeked()
        if token is None or token[0] != "}":
            raise _NoFormulaError
        self._position = token.end()

    def _inside(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NoFormulaError
        self.sequence()
        self._depth -= 1

    def _words(self) -> None:
        words = _WORDS.match(self._latex, self._position)
        if words is None:
            raise _NoFormulaError
        self._position = words.end()

    def _fence(self) -> None:
        self._delimiter()
        self._inside()
        token = self._peeked()
        if token is None or token["command"] != "right":
            raise _NoFormulaError
        self._position = token.end()
        self._delimiter()

    def _delimiter(self) -> None:
        found = _DELIMITER.match(self._latex, self._position)
        if found is None:
            raise _NoFormulaError
        self._position = found.end()
