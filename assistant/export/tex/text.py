"""Plain text as LaTeX that shows it."""

import re
import unicodedata
from collections.abc import Callable

from assistant.export.tex.letters import letter
from assistant.export.tex.maths import Formula, parted
from assistant.export.tex.typed import Tex

# Pairs of which TeX's fonts would make one other sign.
_LIGATURE = re.compile(
    r"(?<=[-\u2012-\u2015])(?=[-\u2012-\u2015])|(?<=['\u2018-\u201d])(?=['\u2018-\u201d])|(?<=,)(?=,)|(?<=[?!])(?=[`\u2018])"
)
_SPACE = re.compile(r"[^\S\u00a0]+")
_OPENING_QUOTE = re.compile(r"(?:(?<=^)|(?<=[\s(\[{/\u2018\u201c\u2013\u2014-]))\"(?=\S)")
_CLOSING_QUOTE = re.compile(r"(?<=\S)\"")


def escaped(text: str) -> Tex:
    """LaTeX that shows a text on one line; formulas between dollar signs are set as such when they are harmless."""
    return Tex("".join(f"${one.latex}$" if isinstance(one, Formula) else _shown(one) for one in _pieces(text)))


def for_heading(text: str) -> Tex:
    """As `escaped`, for titles and headings: hyperref gets plain text for the list of contents of a PDF."""
    return Tex(
        "".join(
            f"\\texorpdfstring{{${one.latex}$}}{{{_shown(one.latex)}}}"
            if isinstance(one, Formula)
            else _shown(one, by=_bookmarked)
            for one in _pieces(text)
        )
    )


def _pieces(text: str) -> list[str | Formula]:
    return list(parted(_SPACE.sub(" ", text).strip()))


def _shown(text: str, *, by: Callable[[str], str] = letter) -> str:
    text = unicodedata.normalize("NFC", text)
    text = _CLOSING_QUOTE.sub("\u201d", _OPENING_QUOTE.sub("\u201c", text))
    text = _LIGATURE.sub("\0", text)
    return "".join("{}" if char == "\0" else by(char) for char in text)


def _bookmarked(char: str) -> str:
    """As `letter`, with a plain letter beside what is more than letters."""
    latex = letter(char)
    if "\\ensuremath" not in latex and "script{" not in latex:
        return latex
    from anyascii import anyascii

    return f"\\texorpdfstring{{{latex}}}{{{''.join(map(letter, anyascii(char)))}}}"
