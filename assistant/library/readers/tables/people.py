"""People as one cell of a table lists them."""

import re
from collections.abc import Iterator

from assistant.library.readers.values.names import is_group, is_suffix, person, short_name, without_et_al
from assistant.types import Author

_BETWEEN = re.compile(r"[;|\n]")
_AND = re.compile(r",?\s(?:and|und|et|&)\s")
_WHOLE = re.compile(r"\{[^{}]*\}")
"""A group, as `citewell export` writes one whose name could be taken for several."""
_SCOPUS_ID = re.compile(r"\s*\(\d+\)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[- ]?){1,4}")


def people(text: str) -> tuple[tuple[Author, ...], bool]:
    """The people of `Liu F.; Li C.`, `Lim SM, Cheng LJ.`, `Byron, A., Turing, A.` and the like.

    Returns:
        The people, and whether the list says that there are more.
    """
    shorter, et_al = without_et_al(_SCOPUS_ID.sub("", text))
    pieces = [piece for piece in _pieces(shorter) if piece.strip(" ,.")]
    names = [name for piece in pieces for name in _by_commas(piece, is_alone=len(pieces) == 1)]
    if len(names) > 1 and "," not in names[-1] and not names[0].rstrip().endswith("."):
        names[-1] = names[-1].rstrip(". ")  # it ends the list, no initial
    found = tuple(one for name in names if (one := _one(name.strip(" ,"))).name)
    return found, et_al


def _pieces(text: str) -> Iterator[str]:
    for piece in _BETWEEN.split(text):
        yield from [piece] if _WHOLE.fullmatch(piece.strip()) else _AND.split(piece)


def _by_commas(text: str, *, is_alone: bool) -> list[str]:
    """The names of a list that has commas only; `Byron, Ada King` may be one when others stand beside it."""
    if _WHOLE.fullmatch(text.strip()):
        return [text]
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    alternate = pieces[1::2]
    if len(pieces) % 2 == 0 and all(_is_initials(piece) for piece in alternate):
        return [f"{family}, {given}" for family, given in zip(pieces[0::2], alternate, strict=True)]
    are_names = len(pieces) > 1 and all(" " in piece and not is_suffix(piece) for piece in pieces)
    if are_names and (is_alone or all(short_name(piece.rstrip(".")) for piece in pieces)):
        return pieces
    return [text]


def _is_initials(text: str) -> bool:
    return _INITIALS.fullmatch(text.strip()) is not None and text.upper() == text


def _one(name: str) -> Author:
    if _WHOLE.fullmatch(name):
        return Author(family=name[1:-1])
    if "," in name:
        return person(name)
    short = None if is_group(name) else short_name(name)
    return short if short and not _is_initials(short.family) else person(name)
