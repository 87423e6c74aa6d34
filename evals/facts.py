"""Does a text state a fact, given the wordings in which it may be put?"""

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["states"]

_DASHES = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"), "-"),  # hyphens, en dash, minus
    **dict.fromkeys(map(ord, "\u2014\u2015\ufe58"), " - "),  # dashes that part clauses
}
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d\u00d7", "''\"\"x")  # and the multiplication sign
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070\u2074-\u207f]+")  # superscripts
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BARE_POINT = re.compile(r"(?<![\w.])\.(?=\d)")
_PER_CENT = re.compile(r"\s*\\?%")
_HYPHEN = re.compile(r"(?<=[^\W_])-(?=[^\W\d_])")
_WORD_BEFORE = r"(?<![\w^])"
# A minus sign, unless it stands as a dash between two numbers.
_NUMBER_BEFORE = r"(?<![\w^])(?<!\d[.,])(?<![^\d%)\]-]-)"
_NUMBER_AFTER = r"(?!\w|[.,]\d)"


def states(text: str, wordings: Iterable[str]) -> bool:
    """Tell whether a text has one of the wordings of a fact.

    Letter case, accents, the kind and number of white space, the kind of dashes, hyphens inside words, thousands
    separators and a backslash before a per cent sign make no difference. A wording begins where a word begins, so
    `supervised` is not found in `unsupervised`, and may go on into an ending, so `improvement` is found in
    `improvements`. A number stands alone: `5` is not found in `15`, `5.2`, `1.5`, `5,000`, `10^5`, `5k`, `T5`, `GPT-5`
    or minus five; it is in `3-5`. `0.5` and `0.50` are two wordings, and a negated sentence has the wording that it
    negates: only words are looked at.
    """
    looked_in = f" {_plain(text)} "
    return any(_pattern(_plain(wording)).search(looked_in) for wording in wordings)


def _plain(text: str) -> str:
    raised = _RAISED.sub(lambda found: f"^{found.group()}", text.translate(_INVISIBLE))  # 10⁵ must not become 105
    decomposed = unicodedata.normalize("NFKD", raised.translate(_QUOTES)).casefold()
    letters = "".join(char for char in decomposed.translate(_DASHES) if not unicodedata.combining(char))
    plain = _PER_CENT.sub("%", " ".join(letters.split()))
    return _HYPHEN.sub(" ", _BARE_POINT.sub("0.", _THOUSANDS.sub("", plain)))


def _pattern(wording: str) -> re.Pattern[str]:
    """What finds a wording in plain text; a wording without visible characters finds nothing."""
    if not wording:
        return re.compile(r"(?!)")
    before = ""
    if wording[0].isdigit():
        before = _NUMBER_BEFORE
    elif wording[0].isalpha() or (wording[0] == "-" and wording[1:2].isdigit()):
        before = _WORD_BEFORE
    after = _NUMBER_AFTER if wording[-1].isdigit() else ""
    return re.compile(f"{before}{re.escape(wording)}{after}")
