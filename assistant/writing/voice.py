"""Sentences that speak of the work of others as if it were ours, as a model does that copies an abstract."""

import re

__all__ = ["in_third_person"]

_QUOTED = re.compile(r"(“[^”]*”|\"[^\"]*\")")
_WE = re.compile(r"\b[Ww]e\b")
_OURS = re.compile(
    r"\b(?P<ours>[Oo]urselves|[Oo]urs?|us)\b"
    r"|\b(?P<this>[Tt]his|[Tt]he present) (?=(?:paper|work|study|article|survey|thesis|report|chapter|review)\b)"
)
_THEIRS = {"our": "their", "ours": "theirs", "ourselves": "themselves", "us": "them"}


def in_third_person(text: str, name: str = "") -> str:
    """The sentence with `we`, `our` and `this paper` as somebody else says it; quotations stay as they are.

    Args:
        text: The sentence.
        name: Of several people whose work it tells; it takes the place of the first `we`, and others become `they`.
            Empty when they are known already, or not known.
    """
    pieces = _QUOTED.split(text)
    for at in range(0, len(pieces), 2):
        piece, count = _WE.subn(name.replace("\\", r"\\"), pieces[at], count=1) if name else (pieces[at], 0)
        name = "" if count else name
        pieces[at] = _OURS.sub(_theirs, _WE.sub(_they, piece))
    return "".join(pieces)


def _they(match: re.Match[str]) -> str:
    return _like("they", match[0])


def _theirs(match: re.Match[str]) -> str:
    if match["this"]:
        return _like("that ", match[0])
    return _like(_THEIRS[match["ours"].lower()], match[0])


def _like(word: str, model: str) -> str:
    """With a capital where the other word has one."""
    return word.capitalize() if model[:1].isupper() else word
