"""What users change by hand: fields, tags, notes. No source overwrites it afterwards."""

from collections.abc import Sequence
from dataclasses import fields, replace

from assistant.errors import UsageError
from assistant.library.cleaning import clean_text, storable
from assistant.library.journal import listed
from assistant.library.merging import union
from assistant.library.store import Library
from assistant.types import Paper, Record

_NOT_SAID = frozenset("key source line details edited filled written notes tags year_inferred et_al extracted".split())
"""Fields that are not edited, or are looked at in a way of their own."""


def edit(library: Library, key: str, record: Record, *, base: Record | None = None) -> Paper:
    """Store a paper as the user wants it; what differs from the stored record is the user's from then on.

    Args:
        library: Where the paper is.
        key: Its key or an alias. It stays its key.
        record: The whole record; where it came from is not changed.
        base: What the record was made of. Only what differs from it is changed, so that what somebody else changed
            meanwhile stays; None to change all that differs from what is stored.

    Raises:
        UsageError: No paper has the key, or the record has no title.
    """
    with library.changing(f"edit {key}") as change:
        paper = found(library, key)
        new = storable(record if base is None else _rebased(record, base, paper.record))
        if not new.title.strip():
            raise UsageError(f"A paper needs a title; that of {key!r} was left empty. Nothing was changed.")
        old = paper.record
        changed = _changed(old, new)
        kept = {name: getattr(old, name) for name in ("key", "source", "line", "written", "extracted")}
        new = replace(
            new,
            **kept,
            year_inferred=old.year_inferred and not {"year", "date"} & set(changed),
            edited=union(old.edited, changed),
            filled=tuple(pair for pair in old.filled if pair[0] not in changed),
        )
        if new != old:
            library.replace(paper.key, new)
            change.what = f"edit {paper.key}: {', '.join(changed)}" if changed else change.what
        return found(library, paper.key)


def tag(library: Library, keys: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> list[Paper]:
    """Put tags on papers and take others off, on all of the papers or, when a key is unknown, on none.

    Raises:
        UsageError: No paper has one of the keys, or a tag is empty.
    """
    more, less = (tuple(" ".join(clean_text(one).split()) for one in tags) for tags in (add, remove))
    if not all((*more, *less)):
        raise UsageError("A tag needs at least one letter; '' is none.")
    with library.changing(f"tag {listed(keys)}"):
        for paper in [found(library, key) for key in keys]:
            old = paper.record
            tags = tuple(one for one in union(old.tags, more) if one not in less)
            # A tag that was taken off does not come back with the next reading of its source.
            edited = union(old.edited, ("tags",)) if set(old.tags) - set(tags) else old.edited
            if (tags, edited) != (old.tags, old.edited):
                library.replace(paper.key, replace(old, tags=tags, edited=edited))
        return [found(library, key) for key in keys]


def note(library: Library, key: str, text: str) -> Paper:
    """Keep a note of the user's with a paper, in place of the one before; an empty one is none.

    Raises:
        UsageError: No paper has the key.
    """
    with library.changing(f"note on {key}"):
        paper = found(library, key)
        new = replace(paper.record, notes=clean_text(text).strip())
        if new != paper.record:
            library.replace(paper.key, new)
        return found(library, paper.key)


def found(library: Library, key: str) -> Paper:
    """The paper with a key or an alias.

    Raises:
        UsageError: There is none.
    """
    paper = library.get(key)
    if paper is None:
        raise UsageError(f"No paper has the key {key!r}. `citewell list` shows the keys.")
    return paper


def _rebased(record: Record, base: Record, onto: Record) -> Record:
    """What differs between a record and what it was made of, in another state of the same record."""
    names = [field.name for field in fields(Record) if getattr(record, field.name) != getattr(base, field.name)]
    return replace(onto, **{name: getattr(record, name) for name in names})


def _changed(old: Record, new: Record) -> tuple[str, ...]:
    """Names of what the user changed; of the details each by its own name."""
    names = [
        field.name
        for field in fields(Record)
        if field.name not in _NOT_SAID and getattr(old, field.name) != getattr(new, field.name)
    ]
    if old.et_al != new.et_al and "authors" not in names:
        names.append("authors")
    if set(old.tags) - set(new.tags):
        names.append("tags")
    before, after = dict(old.details), dict(new.details)
    names += [name for name in before | after if before.get(name) != after.get(name)]
    return tuple(names)
