"""Tagged formats: records made of fields, each a short tag and a text that may go on over several lines."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from assistant.library.sources.content import Line

MOST_CHARACTERS = 1 << 22
"""Of one record; no real one is that long, and a file without ends of records must not fill the memory."""
_NUMBERING = re.compile(r"\W*(?:record\s*)?\d+\W*(?:of\s+\d+\W*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a record."""

    tag: str
    text: str
    """Its lines without indentation, joined by line ends; where blank lines stood between two, one is left."""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The fields of one record in their order; empty ones too."""

    fields: tuple[Field, ...]
    line: int
    is_cut: bool = False
    """Longer than `MOST_CHARACTERS`; what comes after is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """The first of some lines after a record that belong to none; numbers of records are not counted as such."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How a format writes fields, and where its records begin and end."""

    match: Callable[[str], tuple[str, str] | None]
    """Tag and text of a line that begins a field; None for another line."""
    starts: frozenset[str] = frozenset()
    """Tags that begin a record."""
    ends: frozenset[str] = frozenset()
    """Tags that end a record."""
    frame: frozenset[str] = frozenset()
    """Tags of the file itself, before and after its records."""
    blank_ends: bool = False
    """A blank line ends a record, when a field or text that is not indented comes next."""
    blank_ends_started: bool = True
    """It does so too in a record that began with one of `starts`."""
    separator: re.Pattern[str] | None = None
    """A whole line between two records."""


@dataclass(slots=True)
class _Open:
    """A record being read."""

    line: int
    fields: list[tuple[str, int, list[str]]] = field(default_factory=list)
    size: int = 0
    least_blanks: int = 1
    """So many blank lines end it where blank lines do: two in a file with one after every line."""

    def add(self, tag: str, text: str, line: int, blanks: int) -> None:
        if len(self.fields) == 1 and blanks:
            self.least_blanks = 2
        self.size += len(text) + 1
        if self.size <= MOST_CHARACTERS:
            self.fields.append((tag, line, [text]))

    def go_on(self, text: str, blanks: int) -> None:
        self.size += len(text) + 1
        if self.size <= MOST_CHARACTERS:
            self.fields[-1][2].extend(["", text] if blanks >= self.least_blanks else [text])

    def closed(self) -> Block:
        fields = (Field(tag=tag, text="\n".join(lines).strip(), line=line) for tag, line, lines in self.fields)
        return Block(fields=tuple(fields), line=self.line, is_cut=self.size > MOST_CHARACTERS)


def blocks(lines: Iterable[Line], grammar: Grammar) -> Iterator[Block | Stray]:
    """Divide lines into records, holding one at a time.

    A record begins at a field even where the tag that should begin it is missing, and ends where the next one begins
    even where the tag that should end it is missing. What stands before the first record is passed over.
    """
    record: _Open | None = None
    has_begun = is_stray_told = False
    blanks = 0
    for line in lines:
        text = line.text.removeprefix("\ufeff").rstrip()
        if not text:
            blanks += 1
            continue
        found = grammar.match(text)
        is_field = found is not None and found[0] not in grammar.ends and found[0] not in grammar.frame
        if record and _ends_before(text, found, record, grammar, blanks):
            yield record.closed()
            record = None
        if found and is_field:
            record = record or _Open(line=line.number)
            record.add(found[0], found[1].strip(), line.number, blanks)
            has_begun, is_stray_told = True, False
        elif record:
            record.go_on(text.strip(), blanks)
        elif found is None and has_begun and not is_stray_told and not _is_between(text, grammar):
            yield Stray(text=text.strip(), line=line.number)
            is_stray_told = True
        blanks = 0
    if record:
        yield record.closed()


def _ends_before(text: str, found: tuple[str, str] | None, record: _Open, grammar: Grammar, blanks: int) -> bool:
    """Whether a line ends the record, or is the first thing after it."""
    if grammar.separator and grammar.separator.fullmatch(text):
        return True
    may_be_set_apart = grammar.blank_ends and (grammar.blank_ends_started or record.fields[0][0] not in grammar.starts)
    is_set_apart = may_be_set_apart and blanks >= record.least_blanks + (len(record.fields) == 1)
    if found is None:
        return is_set_apart and not text[0].isspace()
    return is_set_apart or found[0] in (grammar.starts | grammar.ends | grammar.frame)


def _is_between(text: str, grammar: Grammar) -> bool:
    is_separator = grammar.separator is not None and grammar.separator.fullmatch(text) is not None
    return is_separator or _NUMBERING.fullmatch(text) is not None
