"""`crossref` and `xdata`: fields that an entry takes over from others."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from assistant.library.readers.bibtex.fields import Entry

_PARTS = ("inproceedings", "conference", "incollection", "inbook", "suppbook", "suppcollection", "inreference")
_OWN = frozenset(
    "abstract crossref doi entryset entrysubtype execute ids keywords label options presort related relatedoptions "
    "relatedstring relatedtype shortcode sortkey url xdata xref".split()
)
"""What says something of the whole that it does not say of its parts."""
_MOST_STEPS = 10


def inherited(entry: Entry, entries: Mapping[str, Entry]) -> Entry:
    """The entry with the fields that it lacks and that its xdata and crossref entries have, after its own.

    A part of a book is in the book: the book's title is its `booktitle`.

    Args:
        entry: With its own fields only.
        entries: Every entry of the file, by key in lower case.
    """
    own = {name for name, value in entry.fields if value.strip()}
    if not own & {"crossref", "xdata"}:
        return entry
    added: dict[str, str] = {}
    for name, value in _taken_over(entry, entries, {entry.key.lower()}, steps=_MOST_STEPS):
        if name not in own:
            added.setdefault(name, value)
    return replace(entry, fields=(*(pair for pair in entry.fields if pair[0] not in added), *added.items()))


def _taken_over(entry: Entry, entries: Mapping[str, Entry], seen: set[str], *, steps: int) -> Iterator[tuple[str, str]]:
    """Fields of the entries that an entry names, nearest first; each entry gives its own once."""
    fields = dict(reversed(entry.fields))
    for name in ("xdata", "crossref") if steps else ():
        for key in (one.strip().lower() for one in fields.get(name, "").split(",")):
            if key in seen or key not in entries:
                continue
            seen.add(key)
            parent = entries[key]
            found = [*parent.fields, *_taken_over(parent, entries, seen, steps=steps - 1)]
            is_part = name == "crossref" and entry.entry_type.lower() in _PARTS
            yield from _title_of_whole(found) if is_part else ()
            yield from (pair for pair in found if pair[0] not in (_OWN if name == "crossref" else ("xdata", "ids")))


def _title_of_whole(fields: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    titles = dict(reversed(fields))
    title = titles.get("booktitle") or titles.get("title")
    if title:
        yield "booktitle", title
