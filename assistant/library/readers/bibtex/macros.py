"""`@string`: names that stand for texts."""

import calendar

from assistant.library.readers.bibtex.syntax import MalformedEntryError, pieces

MONTHS = tuple(name.lower() for name in calendar.month_abbr if name)
"""Macros that every style defines."""
_LONGEST = 10_000
"""Characters of a macro; macros that double one another each time would fill the memory."""
_LONGEST_OF_A_VALUE = 100_000


class Macros:
    """The macros of one file, as far as it has been read: BibTeX knows a macro from its definition on."""

    def __init__(self) -> None:
        """The months, which stand for themselves."""
        self._texts: dict[str, str] = {}

    def define(self, name: str, raw: str) -> str | None:
        """Take a definition in; return what is wrong with it, if anything.

        Args:
            name: In any case.
            raw: The value, with its delimiters.
        """
        name = name.lower()
        used = [piece.text.lower() for piece in pieces(raw) if piece.is_macro]
        unknown = [one for one in used if one not in self._texts and one not in MONTHS]
        try:
            text = self.text(raw)
        except MalformedEntryError:
            text = "." * (_LONGEST + 1)
        if len(text) > _LONGEST:
            self._texts[name] = ""
            return f"macro {name!r} is longer than {_LONGEST} characters once its own macros are put in; shorten it"
        self._texts[name] = text
        if name in unknown:
            return f"macro {name!r} is defined by itself; write its text in quotes"
        if unknown:
            return f"macro {name!r} uses {unknown[0]!r}, which is not defined above it; define it first"
        return None

    def text(self, raw: str) -> str:
        """What a value says: delimiters and `#` away, macros put in; an unknown macro stays its name.

        Raises:
            MalformedEntryError: It is so long that no file means it.
        """
        parts = list(pieces(raw))
        texts = [self._texts.get(part.text.lower(), part.text) if part.is_macro else part.text for part in parts]
        expanded = sum(len(text) for part, text in zip(parts, texts, strict=True) if part.is_macro)
        if expanded > _LONGEST_OF_A_VALUE:
            reason = f"a value of it is longer than {_LONGEST_OF_A_VALUE} characters once macros are put in; shorten it"
            raise MalformedEntryError(reason)
        return "".join(texts)

    def written(self, raw: str) -> str:
        """A value as it can stand without this file: as it is, unless a macro in it is no month or not the usual one.

        Raises:
            MalformedEntryError: As for `text`.
        """
        names = [piece.text.lower() for piece in pieces(raw) if piece.is_macro]
        if all(name in MONTHS and name not in self._texts for name in names):
            return raw
        return "{" + self.text(raw) + "}"
