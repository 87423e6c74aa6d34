"""A record in the forms in which records are compared."""

import re
from functools import cached_property

from assistant.library.sameness.identifiers import Identifiers, identifiers_of
from assistant.library.sameness.places import Place, place_of
from assistant.library.sameness.titles import Title, title_of
from assistant.library.sameness.venues import is_preprint
from assistant.text import fold
from assistant.types import Record

_ABSTRACT_LETTERS = 300
_OPENING_LETTERS = 40
_LETTERS = re.compile(r"[^\W_]+")


class Work:
    """A record in the forms in which records are compared, each made when it is first asked for."""

    def __init__(self, record: Record) -> None:
        self.record = record

    @cached_property
    def title(self) -> Title:
        """The title's form."""
        return title_of(self.record.title)

    @cached_property
    def identifiers(self) -> Identifiers:
        """DOI, arXiv id and PubMed id."""
        return identifiers_of(self.record)

    @cached_property
    def place(self) -> Place:
        """Volume and first page."""
        return place_of(self.record)

    @cached_property
    def is_preprint(self) -> bool:
        """True when nobody has published this version."""
        return is_preprint(self.record)

    @cached_property
    def beginning(self) -> str:
        """The abstract's first letters; empty when there is too little of it."""
        letters = _letters(self.record.abstract[: 2 * _ABSTRACT_LETTERS])[:_ABSTRACT_LETTERS]
        return letters if len(letters) == _ABSTRACT_LETTERS else ""

    @property
    def opening(self) -> str:
        """The abstract's very first letters: all works that begin alike share them, and a few others."""
        is_long = len(self.record.abstract) >= _ABSTRACT_LETTERS
        return _letters(self.record.abstract[: 3 * _OPENING_LETTERS])[:_OPENING_LETTERS] if is_long else ""

    @property
    def year(self) -> int | None:
        """The year, unless it was guessed."""
        return None if self.record.year_inferred else self.record.year


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(fold(text)))
