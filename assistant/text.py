"""Comparing pieces of text: folding, words that carry content, numbers."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import Stemmer

STOP_WORDS = frozenset(
    """a about above after again against all almost also although am among an and another any are aren't around as at
    be because been before being below between both but by can cannot could did do does doing done down during each
    either else enough etc even ever every few first for from further get gets give given go had has have having he
    her here hers herself him himself his how however i if in indeed into is it its itself just kind least less let
    like made make makes many may me might more moreover most much must my myself neither no nor not now of off often
    on once one only onto or other others otherwise our ours ourselves out over own per perhaps quite rather really
    regarding same several she should show shows since so some such than that the their theirs them themselves then
    there therefore these they this those though three through thus to together too toward towards two under until up
    upon us use used uses using very via was we were what when where whether which while who whom whose why will with
    within without would yes yet you your yours yourself""".split()
)
"""English words that say nothing about a subject."""

QUESTION_WORDS = frozenset(
    """according answer approach author authors call called compare compared describe described do explain find
    finding findings know known learn library list mean method name paper papers propose proposed proposes question
    report reported reports research researchers say says study studies tell work works""".split()
)
"""Words with which people ask about papers; they need not occur in an answer."""

_IN_A_FONT = r"\\(?:emph|text(?:bf|it|md|normal|rm|sc|sf|sl|tt|up)?|underline|mbox)\s*\{(?P<%s>[^{}$\\]*)\}"
_FONT = re.compile(
    rf"\$\s*{_IN_A_FONT % 'alone'}\s*\$|\$\s*\\math(?:bf|it|rm|sf|tt)\s*\{{(?P<letters>[^{{}}$\\]*)\}}\s*\$(?=[a-z])"
    rf"|(?P<formula>\$[^$]+\$)|{_IN_A_FONT % 'within'}"
)
"""Words in a font, and formulas, which are left alone; bold mathematics is the first letter of a word, or a formula."""
_ESCAPED_SIGN = re.compile(r"(?<!\\)\\([%&#_])")
_TEX_QUOTES = re.compile(r"``([^`']*(?:'(?!')[^`']*)*)''")
_DEEPEST_FONT = 3
_WORD = re.compile(r"[^\W_]+(?:[-'’.+][^\W_]+)*\+*", re.UNICODE)
_NUMBER = re.compile(r"(?<![\d.])(?:(?<![\w%])-)?(?:\d+(?:[.,]\d+)*|(?<![\w.)])\.\d+)(?:[kmbx](?!\w))?")
_DASHES = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "’": "'", "‘": "'"})


def fold(text: str) -> str:
    """Lower case in ASCII without backslashes, white space collapsed: for comparing, not for showing."""
    if not text.isascii():
        from anyascii import anyascii

        text = anyascii(text.translate(_DASHES))
    return " ".join(text.replace("\\", "").lower().split())


def without_fonts(text: str) -> str:
    r"""A text without TeX's commands for fonts and signs.

    `$\textbf{E}$fficient`, `\emph{so}` and `5\%` become `Efficient`, `so` and `5%`. Abstracts are often
    copied out of a manuscript. Formulas and unknown commands stay.
    """
    if "\\" not in text and "``" not in text:
        return text
    for _ in range(_DEEPEST_FONT):
        text = _FONT.sub(lambda match: match[match.lastgroup or 0], text)
    return _TEX_QUOTES.sub(r"“\1”", _ESCAPED_SIGN.sub(r"\1", text))


@cache
def _stemmer() -> "Stemmer.Stemmer":
    import Stemmer

    return Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """Folded words in order; hyphenated words whole, and their parts after them."""
    found: list[str] = []
    for match in _WORD.finditer(fold(text)):
        word = match.group().strip("'.")
        found.append(word)
        if "-" in word:
            found.extend(part for part in word.split("-") if part)
    return found


def content_words(text: str, *, leave_out: "Iterable[str]" = ()) -> dict[str, str]:
    """Words that carry content by their stems, in order; of two words with one stem the first."""
    kept = _content(text, leave_out)
    found: dict[str, str] = {}
    for stem, word in zip(_stemmer().stemWords(kept), kept, strict=True):
        found.setdefault(stem, word)
    return found


def content_stems(text: str, *, leave_out: "Iterable[str]" = ()) -> list[str]:
    """Stems of the words that carry content, in order, repeated as they are."""
    return list(_stemmer().stemWords(_content(text, leave_out)))


def stems(found: "Sequence[str]") -> list[str]:
    """Stems of folded words, in order."""
    return list(_stemmer().stemWords(list(found)))


def _content(text: str, leave_out: "Iterable[str]") -> list[str]:
    without = STOP_WORDS.union(leave_out)
    return [word for word in words(text) if word not in without and (len(word) > 1 or word.isdigit())]


def numbers(text: str) -> set[str]:
    """Numbers as written, less thousands separators and per cent signs: `1,210, p < .05, 14 %` -> 1210, 0.05, 14."""
    found = (re.sub(r",(?=\d{3}(?:\D|$))", "", match.group()) for match in _NUMBER.finditer(fold(text)))
    return {re.sub(r"^(-?)\.", r"\g<1>0.", number) for number in found}


def title_fingerprint(title: str) -> str:
    """Letters and digits of a title: equal for two spellings of one title."""
    return "".join(char for char in fold(title) if char.isalnum())
