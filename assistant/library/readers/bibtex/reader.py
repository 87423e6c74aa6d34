"""Read BibTeX and BibLaTeX; bibtexparser finds the blocks, so that a malformed one loses only itself."""

import datetime as dt
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.library.readers.bibtex.fields import Entry, record
from assistant.library.readers.bibtex.inheritance import inherited
from assistant.library.readers.bibtex.latex import decode
from assistant.library.readers.bibtex.latex_escapes import escaped
from assistant.library.readers.bibtex.macros import Macros
from assistant.library.readers.bibtex.syntax import MalformedEntryError, RawEntry, read_entry
from assistant.library.readers.values.markup import plain
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_BLOCK_START = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*(?:\r?\n)?[ \t]*[{(]", re.MULTILINE)
_SPACED_START = re.compile(r"^([ \t]*@)[ \t]*([A-Za-z]+)[ \t]*(\n?)[ \t]*([{(])", re.MULTILINE)
_ENTRY_ON_SAME_LINE = re.compile(r"(?<=[}\"),])[ \t]*(?=@[A-Za-z]+[ \t]*\{[^\s{}=,\"]+,)")
_STRAY_FIELD = re.compile(r"^[ \t]*+,?[ \t]*+[A-Za-z][\w-]*+[ \t]*+=[ \t]*+[{\"\d]", re.MULTILINE)
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """A piece of the file that is no entry, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """An entry with the line where it begins."""

    line: int
    entry: Entry


class BibtexReader:
    """BibTeX and BibLaTeX."""

    name = "bibtex"

    def sniff(self, content: Content) -> bool:
        """Look for a line that begins an entry."""
        return _BLOCK_START.search(content.head) is not None

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the entries in the order of the file; `@string` is resolved, comments are passed over."""
        text = content.text().replace("\r\n", "\n").replace("\r", "\n")
        found = list(_entries(_SPACED_START.sub(r"\1\2\4\3", text)))
        by_key: dict[str, Entry] = {}
        for one in found:
            if isinstance(one, _Found):
                by_key.setdefault(one.entry.key.lower(), one.entry)
        for one in found:
            if isinstance(one, _Found):
                yield _read(one, by_key, source=source)
            else:
                yield Skipped(source=source, line=one.line, reason=one.reason)


def _read(found: _Found, by_key: Mapping[str, Entry], *, source: str) -> Record | Skipped:
    entry = found.entry
    if entry.entry_type.lower() == "xdata":
        reason = f"entry {entry.key!r} holds fields for other entries and is no paper; there is nothing to do"
        return Skipped(source=source, line=found.line, reason=reason)
    whole = record(inherited(entry, by_key), source=source, line=found.line)
    reason = f"entry {entry.key!r} has no title; add one to its title field"
    return whole or Skipped(source=source, line=found.line, reason=reason)


def _entries(text: str) -> Iterator[_Found | _Problem]:
    """The entries of a file and what is wrong in it, in order."""
    from bibtexparser.model import Entry as ParsedEntry
    from bibtexparser.model import ParsingFailedBlock, String

    macros = Macros()
    end, line = 0, 1
    for start, following, block in _blocks(text):
        yield from _stray(text[end:start], line)
        line += text.count("\n", end, start)
        end = start + len(block.raw)
        if isinstance(block, String):
            problem = macros.define(block.key, block.value)
            if problem:
                yield _Problem(line=line, reason=problem)
        elif isinstance(block, ParsedEntry | ParsingFailedBlock):
            end = following
            is_commented_out = "%" in text[text.rfind("\n", 0, start) + 1 : start]
            yield from _of_block(text[start:end], macros, line, is_commented_out=is_commented_out)
        line += text.count("\n", start, end)
    yield from _stray(text[end:], line)


def _blocks(text: str) -> Iterator[tuple[int, int, Any]]:
    """The blocks of bibtexparser's model that are no mere text: where each begins, where the next one does."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import ImplicitComment

    # What its log would say of a bad block reaches the user as something skipped.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    before: tuple[int, Any] | None = None
    position = 0
    for block in map(_innermost, parse_string(text, parse_stack=[]).blocks):
        if isinstance(block, ImplicitComment):
            continue
        start = max(text.find(block.raw, position), position)
        position = start + len(block.raw)
        if before:
            yield before[0], start, before[1]
        before = start, block
    if before:
        yield before[0], len(text), before[1]


def _innermost(block: Any) -> Any:  # noqa: ANN401 - because bibtexparser is not typed
    """The entry inside bibtexparser's complaints of a repeated key or field; both are kept."""
    while getattr(block, "ignore_error_block", None) is not None:
        block = block.ignore_error_block
    return block


def _of_block(text: str, macros: Macros, line: int, *, is_commented_out: bool) -> Iterator[_Found | _Problem]:
    """The entry that a block is; of a malformed one also those that it swallowed and that begin within a line."""
    if is_commented_out:
        yield _Problem(line=line, reason=f"entry {_shown(text)} is commented out; take the % away to have it read")
        return
    found = list(_read_entry(text, macros, line))
    if isinstance(found[0], _Found):
        yield from found
        return
    for part in _ENTRY_ON_SAME_LINE.split(text):
        yield from _read_entry(part, macros, line)
        line += part.count("\n")


def _read_entry(text: str, macros: Macros, line: int) -> Iterator[_Found | _Problem]:
    try:
        raw = read_entry(text)
        entry = _entry(raw, macros)
    except MalformedEntryError as error:
        yield _Problem(line=line, reason=f"entry {_shown(text)} is malformed: {error}")
        return
    yield _Found(line=line, entry=entry)
    yield from _stray(text[raw.end :], line + text.count("\n", 0, raw.end))


def _stray(text: str, line: int) -> Iterator[_Problem]:
    """What is wrong with a text between entries, which is otherwise a comment."""
    if _STRAY_FIELD.search(text):
        reason = f"fields outside of any entry: {_shown(text)}. Look for a closing brace too many above"
        yield _Problem(line=line + text[: len(text) - len(text.lstrip())].count("\n"), reason=reason)


def _shown(text: str) -> str:
    return repr(" ".join(text[: 4 * _SHOWN].split())[:_SHOWN])


def _entry(raw: RawEntry, macros: Macros) -> Entry:
    return Entry(
        entry_type=raw.entry_type,
        key=raw.key,
        fields=tuple((name.lower(), macros.text(value)) for name, value in raw.fields),
        written=tuple((name, _written(name, macros.written(value))) for name, value in raw.fields),
    )


def _written(name: str, raw: str) -> str:
    """Nothing for an abstract that is written the same way anew, so that no library holds it twice."""
    if name.lower() == "abstract" and raw != "{}" and raw == "{" + escaped(plain(decode(raw[1:-1]))) + "}":
        return ""
    return raw
