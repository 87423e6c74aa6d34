"""Single characters as LaTeX that pdfLaTeX, LuaLaTeX and XeLaTeX set with their ordinary fonts."""

import re
import unicodedata
from functools import cache

from assistant.export.tex.commands import SYMBOLS

_SPECIAL = {
    "\\": r"\textbackslash{}",
    # BibTeX would count the braces of \{ and \}.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "\u00a0": "~",
    "\u00ad": r"\-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "--",
    "\u2013": "--",
    "\u2014": "---",
    "\u2015": "---",
    "\u2018": "`",
    "\u2019": "'",
    "\u201a": r"\quotesinglbase{}",
    "\u201c": "``",
    "\u201d": "''",
    "\u201e": r"\quotedblbase{}",
    "\u2022": r"\textbullet{}",
    "\u2026": r"\ldots{}",
    "\u2032": "'",
    "\u2033": "''",
    "\u2044": "/",
    "\u2122": r"\texttrademark{}",
    "\u20ac": r"\texteuro{}",
    "\u2126": r"\ensuremath{\Omega}",
    "\u210f": r"\ensuremath{\bar{h}}",
    "\u2190": r"\ensuremath{\leftarrow}",
    "\u2191": r"\ensuremath{\uparrow}",
    "\u2192": r"\ensuremath{\rightarrow}",
    "\u2193": r"\ensuremath{\downarrow}",
    "\u2212": r"\ensuremath{-}",
    "\u2215": "/",
    "\u2217": r"\ensuremath{\ast}",
    "\u221a": r"\ensuremath{\surd}",
    "\u2223": r"\ensuremath{\mid}",
    "\u22c5": r"\ensuremath{\cdot}",
    "\u2713": r"\ensuremath{\checkmark}",
    "\u2714": r"\ensuremath{\checkmark}",
    "\u00b5": r"\ensuremath{\mu}",
    "\u03bf": "o",
    "\ufffd": "?",
}
_LATIN = (
    "¡§¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿĂăĄąĆćČčĎďĐđĒēĔĕĖėĘęĚěĞğĪīĬĭĮįİıĹĺĽľŁłŃńŅņŇňŊŋŌōŎŏ"
    "ŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŬŭŮůŰűŲųŶŷŸŹźŻżŽžĀāȘșȚț£©®°±¹²³·ªº¼½¾×÷«»‹›†‡¢¥¤¦¬¶"
)
"""Set by pdfLaTeX with the encodings utf8 and T1 as they stand, and by the others."""
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0327": "c",
    "\u0328": "k",
    "\u0331": "b",
}
_MOST_ACCENTS = 2
_ENSURED = re.compile(r"\\ensuremath\{\\([A-Za-z]+)\}")


@cache
def letter(char: str) -> str:
    """LaTeX that shows a character, or the nearest thing to it in Latin letters; nothing for what is not seen.

    Letters with accents stay as they are where LaTeX can set them so. Of other scripts and of pictures the sound or
    the name is written.
    """
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char.isspace():
        return " "
    if char in _LATIN or (char.isascii() and char.isprintable()):
        return char
    return _symbol(char) or _raised(char) or accented(char) or _in_latin_letters(char)


@cache
def accented(char: str) -> str:
    r"""A letter with its accents as commands, `\'{e}`; nothing for what is no such letter."""
    base, *marks = list(unicodedata.normalize("NFD", char))
    is_letter = base.isascii() and base.isalpha()
    if not (is_letter and 0 < len(marks) <= _MOST_ACCENTS and all(mark in _ACCENTS for mark in marks)):
        return ""
    latex = {"i": r"\i", "j": r"\j"}.get(base, base) if marks[0] not in "\u0323\u0327\u0328\u0331" else base
    for mark in marks:
        latex = f"\\{_ACCENTS[mark]}{{{latex}}}"
    return latex


def is_set_as_is(char: str) -> bool:
    """Whether pdfLaTeX sets a letter of UTF-8 as it stands."""
    return char in _LATIN


def plain_letter(char: str) -> str:
    """A letter without its accents."""
    return unicodedata.normalize("NFD", char)[0]


def _symbol(char: str) -> str:
    """Greek letters and signs of mathematics."""
    found = _ENSURED.fullmatch(_known().get(ord(char), ""))
    return found[0] if found and found[1] in SYMBOLS else ""


@cache
def _known() -> dict[int, str]:
    from pylatexenc.latexencode import get_builtin_conversion_rules

    rules: dict[int, str] = get_builtin_conversion_rules("defaults")[0].rule
    return rules


def _raised(char: str) -> str:
    """Digits and letters that stand above or below the line."""
    kind, _, codes = unicodedata.decomposition(char).partition(" ")
    name = {"<super>": "textsuperscript", "<sub>": "textsubscript"}.get(kind)
    return f"\\{name}{{{''.join(letter(chr(int(code, 16))) for code in codes.split())}}}" if name else ""


def _in_latin_letters(char: str) -> str:
    from anyascii import anyascii

    simpler = unicodedata.normalize("NFKC", char)
    if simpler != char:
        return "".join(map(letter, simpler))
    latin = "" if char.isascii() else "".join(map(letter, anyascii(char)))
    is_seen = unicodedata.category(char)[0] not in "CM"
    return latin or ("?" if is_seen else "")
