"""People as one cell of a table lists them."""

import re

from assistant.library.readers.values.names import person, without_et_al
from assistant.types import Author

_BETWEEN = re.compile(r"\s*[;|\n]\s*|\s+(?:and|&)\s+")
_SCOPUS_ID = re.compile(r"\s*\(\d{6,}\)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[- ]?){1,4}")
_INITIALS_AT_END = re.compile(r"(?P<family>.*[^\W\d_]{2,}.*?)\s+(?P<given>(?:[A-Z]\.?-?){1,4}\.?)")


def people(text: str) -> tuple[tuple[Author, ...], bool]:
    """The people of `Liu F.; Li C.`, `Lim SM, Cheng LJ.`, `Byron, A., Turing, A.` and the like.

    Returns:
        The people, and whether the list says that there are more.
    """
    shorter, et_al = without_et_al(_SCOPUS_ID.sub("", text))
    names = [name for name in _BETWEEN.split(shorter) if name.strip(" ,.")]
    if len(names) == 1:
        names = _by_commas(names[0])
    if len(names) > 1 and not names[0].rstrip().endswith("."):
        names[-1] = names[-1].rstrip(". ")  # it ends the list, no initial
    found = tuple(one for name in names if (one := _one(name.strip(" ,"))).name)
    return found, et_al


def _by_commas(text: str) -> list[str]:
    """The names of a list that has commas only."""
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    alternate = pieces[1::2]
    if len(pieces) % 2 == 0 and all(_is_initials(piece) for piece in alternate):
        return [f"{family}, {given}" for family, given in zip(pieces[0::2], alternate, strict=True)]
    if len(pieces) > 1 and all(" " in piece for piece in pieces):
        return pieces
    return [text]


def _is_initials(text: str) -> bool:
    return _INITIALS.fullmatch(text.strip()) is not None and text.upper() == text


def _one(name: str) -> Author:
    match = _INITIALS_AT_END.fullmatch(name) if "," not in name else None
    if match and not _is_initials(match["family"]):
        return Author(family=match["family"], given=match["given"])
    return person(name)
