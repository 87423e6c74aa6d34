"""Text as it may be stored, shown and quoted: NFC, and nothing in it that acts on a terminal or on reading order."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, cast

from assistant.library.codec import record_to_json
from assistant.types import Author, Record

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_COMMANDS = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)")
"""Escape sequences of terminals: colours, cursor movements; titles, links, clipboards."""
_ORDER = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
"""What turns the reading order around, byte order marks, and letters that nobody sees."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SUSPECT = re.compile(
    r"\\u00[01]|\\[nrtbf]|[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""In a record's JSON text, where control characters are escaped."""
_NO_ABSTRACT = re.compile(
    r"\W*(?:no abstract(?: (?:is )?(?:available|provided|found))?|(?:the )?abstract (?:is )?not (?:available|provided)"
    r"|not available|n/?a|none|null)\W*",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"\[(?:no authors?(?: names?)?(?: (?:available|listed|found))?|anonymous|authors? not (?:listed|available))\]",
    re.IGNORECASE,
)
_LONGEST_PLACEHOLDER = 40
_OF_LINES = frozenset({"abstract", "notes", "extra", "written"})
"""Fields that may have several lines; in any other a line end could pass for the end of a field in a written file."""


def storable(record: Record) -> Record:
    """The record with every text in it cleaned; offsets are counted afterwards."""
    record = _without_placeholders(record)
    text = record_to_json(record)
    if not _SUSPECT.search(text) and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return record
    cleaned = {
        field.name: _clean(getattr(record, field.name), clean_text if field.name in _OF_LINES else _one_line)
        for field in fields(record)
    }
    new = replace(record, **cleaned)
    return record if new == record else new


def _without_placeholders(record: Record) -> Record:
    """The record without what a database writes where it has nothing: it would be quoted, cited and never filled in."""
    if len(record.abstract) < _LONGEST_PLACEHOLDER and _NO_ABSTRACT.fullmatch(record.abstract):
        record = replace(record, abstract="")
    if any(_NO_AUTHOR.fullmatch(one.name) for one in record.authors):
        record = replace(record, authors=tuple(one for one in record.authors if not _NO_AUTHOR.fullmatch(one.name)))
    return record


def clean_text(text: str) -> str:
    r"""NFC; line ends as `\n`; terminals' commands and reading-order marks taken out, other control characters spaces.

    Lone surrogates, which have no UTF-8 form, become question marks.
    """
    text = _COMMANDS.sub("", _ORDER.sub("", _LINE_ENDS.sub("\n", text)))
    text = _SURROGATES.sub("?", _CONTROLS.sub(" ", text))
    return unicodedata.normalize("NFC", text)


def _one_line(text: str) -> str:
    text = clean_text(text)
    return " ".join(text.split()) if "\n" in text or "\t" in text else text


def _clean(value: object, clean: Callable[[str], str]) -> Any:  # noqa: ANN401 - because a field has one of several types
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Author):
        return Author(family=clean(value.family), given=clean(value.given))
    if isinstance(value, tuple):
        return tuple(_clean(one, clean) for one in cast("tuple[object, ...]", value))
    return value
