"""The file of references beside a draft: a preprint's entry becomes its published version's, field by field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from assistant.auditing.patching import Edit, TextFile
from assistant.errors import InputError
from assistant.export.bibtex import entry_type, to_bibtex
from assistant.export.bibtex_fields import Field, fields_of
from assistant.library.published import PLACE, is_published
from assistant.library.readers.bibtex.fields import entry_of, places_of
from assistant.library.readers.bibtex.fields import record as record_of
from assistant.library.sameness.venues import is_preprint
from assistant.types import Document, Paper, Record

_ENTRY = re.compile(r"@(?P<type>[A-Za-z]+)(?P<open>\s*\{\s*)(?P<key>[^\s,{}\"#%()=]+)(?P<comma>\s*,)")
_NO_ENTRIES = frozenset({"string", "comment", "preamble"})
_FIELD = re.compile(r"(?P<name>[A-Za-z][\w:.+-]*)\s*=\s*")
_MOST_BYTES = 20_000_000
_CHANGING = PLACE | {"venue", "date", "doi"}
"""What of an entry changes when a preprint appears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BibField:
    """A field of an entry: `source[start:end]` is `name = value`."""

    name: str
    value: str
    """With its delimiters."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BibEntry:
    """An entry: `source[start:end]` from its `@` to its last brace."""

    key: str
    entry_type: str
    start: int
    end: int
    fields: tuple[BibField, ...]

    @property
    def record(self) -> Record | None:
        """What it says; None without a title."""
        written = tuple((one.name, one.value) for one in self.fields)
        return record_of(entry_of(self.entry_type, self.key, written), source="", line=0)


class Bibliography(TextFile):
    """A .bib file that a draft names."""

    @cached_property
    def entries(self) -> dict[str, BibEntry]:
        """Entries by key, of a repeated key the first; those whose braces do not close are left out."""
        found: dict[str, BibEntry] = {}
        for match in _ENTRY.finditer(self.source):
            if match["type"].lower() not in _NO_ENTRIES and (entry := _entry(self.source, match)):
                found.setdefault(entry.key, entry)
        return found

    def published(self, key: str, paper: Paper) -> Edit | None:
        """The edit by which a preprint's entry says where it was published; None when it is no preprint's."""
        entry = self.entries.get(key)
        record = entry.record if entry else None
        if entry is None or record is None or not is_preprint(record) or not is_published(paper.record):
            return None
        before = self.source[entry.start : entry.end]
        after = _rewritten(self.source, entry, paper)
        return None if after == before else Edit(start=entry.start, end=entry.end, text=after)

    def with_entries(self, papers: Sequence[Paper]) -> Edit:
        """The edit that puts papers at its end."""
        end = len(self.source)
        gap = "" if not self.source else "\n" if self.source.endswith("\n") else "\n\n"
        text = to_bibtex(papers, abstracts=False)
        return Edit(start=end, end=end, text=gap + text)


def bibliographies_of(document: Document, folder: Path) -> tuple[list[Bibliography], list[str]]:
    """The .bib files that a draft names and that are there, and why others could not be read.

    Args:
        document: The draft.
        folder: Where it stands.
    """
    found: dict[Path, Bibliography] = {}
    unread: list[str] = []
    for name in document.bibliographies:
        path = folder / (name if Path(name).suffix else f"{name}.bib")
        if path.suffix.lower() != ".bib" or path in found:
            continue
        try:
            if path.exists() and not path.is_file():
                unread.append(f"{path} is no file, and was not read.")
                continue
            if path.is_file() and path.stat().st_size > _MOST_BYTES:
                unread.append(f"{path} is larger than {_MOST_BYTES:,} bytes, and was not read.")
                continue
            found[path] = Bibliography(path)
        except (InputError, OSError, ValueError) as error:
            unread.append(str(error))
    return list(found.values()), unread


def _entry(source: str, match: re.Match[str]) -> BibEntry | None:
    fields = []
    place = match.end()
    while found := _FIELD.match(source, _skipped(source, place)):
        end = _end_of_value(source, found.end())
        if end is None:
            return None
        stop = found.end() + len(source[found.end() : end].rstrip())
        fields.append(BibField(name=found["name"], value=source[found.end() : stop], start=found.start(), end=stop))
        place = end + 1 if source.startswith(",", end) else end
    last = _skipped(source, place)
    if not source.startswith("}", last):
        return None
    return BibEntry(key=match["key"], entry_type=match["type"], start=match.start(), end=last + 1, fields=tuple(fields))


def _skipped(source: str, place: int) -> int:
    while place < len(source) and (source[place].isspace() or source[place] == ","):
        place += 1
    return place


def _end_of_value(source: str, place: int) -> int | None:
    """Where the comma or the brace stands that ends a value."""
    depth, is_quoted = 0, False
    for at in range(place, len(source)):
        char = source[at]
        if char == "{" and source[at - 1] != "\\":
            depth += 1
        elif char == "}" and source[at - 1] != "\\":
            if not depth and not is_quoted:
                return at
            depth -= 1
        elif char == '"' and not depth:
            is_quoted = not is_quoted
        elif char == "," and not depth and not is_quoted:
            return at
    return None


def _rewritten(source: str, entry: BibEntry, paper: Paper) -> str:
    """The entry with what changed; other fields, their order and their layout stay."""
    kind = entry_type(paper.record)
    plain = replace(paper, record=replace(paper.record, written=()))
    wanted = {one.name: one for one in fields_of(plain, kind, {}) if one.place in _CHANGING}
    places = places_of(entry_of(entry.entry_type, entry.key, tuple((one.name, one.value) for one in entry.fields)))
    first = last = source.index(",", entry.start) + 1
    kept: list[tuple[str, str]] = []
    for field in entry.fields:
        gap = source[last : field.start]
        gap = gap if last == first else gap.replace(",", "", 1)
        last = field.end
        if text := _field(source, field, places.get(field.name.lower()), wanted, paper.record):
            kept.append((gap, text))
    indent = next((gap for gap, _ in kept if "\n" in gap), kept[0][0] if kept else "\n  ")
    # Which day of its year it was is nothing that an entry with a year missed, and may be the preprint's.
    unwanted = {"month", "day"} if "date" in places.values() else frozenset[str]()
    kept += [(indent, f"{one.name} = {one.value}") for one in wanted.values() if one.name not in unwanted]
    head = source[entry.start : first - 1]
    head = f"@{kind}{head[head.index('{') :]}" if kind != entry.entry_type.lower() else head
    return head + "".join(f",{gap}{text}" for gap, text in kept) + source[last : entry.end]


def _field(source: str, field: BibField, place: str | None, wanted: dict[str, Field], now: Record) -> str:
    """A field as it is to be; empty when it goes. What is wanted and found here is taken out of `wanted`."""
    name, as_written = field.name.lower(), source[field.start : field.end]
    left = source[field.start : field.end - len(field.value)]
    if place == "date":
        return _date(name, left, wanted, now) if now.year or now.date else as_written
    if place not in _CHANGING or (place == "doi" and "doi" not in wanted):
        return as_written
    fresh = next((one for one in wanted.values() if one.place == place), None)
    if fresh is None:
        return ""
    del wanted[fresh.name]
    return (fresh.name + left[len(field.name) :] if place == "venue" else left) + fresh.value


def _date(name: str, left: str, wanted: dict[str, Field], now: Record) -> str:
    if name == "date":
        for one in ("year", "month", "day"):
            wanted.pop(one, None)
        return f"{left}{{{now.date or now.year}}}"
    fresh = wanted.pop(name, None)
    return left + fresh.value if fresh else ""
