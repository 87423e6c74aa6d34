"""One record out of two that describe the same paper."""

from dataclasses import fields, replace

from assistant.library.published import PLACE, is_placed_by_another, publication, without_place
from assistant.types import Record

_NO_GAPS = frozenset(
    "authors et_al year date year_inferred tags key details extra written edited filled extracted source line".split()
)
"""Fields that are merged in a way of their own, or belong to one source alone."""
_GAPS = tuple(field.name for field in fields(Record) if field.name not in _NO_GAPS)
Pairs = tuple[tuple[str, str], ...]


def filled(old: Record, new: Record) -> Record:
    """The old record with what it lacks taken from the new one; only guesses and a preprint's place are overwritten.

    Guesses are a year that the old source leaves out, and whatever was read off a PDF when the new record was not. When
    the old record is a preprint's and the new one the published version's, that one says where and when the paper
    appeared. `Record.filled` says which fields came from the new record's source; fields that the user edited stay.
    """
    if old.extracted and not new.extracted:
        return _instead_of_guesses(old, new)
    return _with_gaps_filled(_as_published(old, new), without_place(new, old))


def _as_published(old: Record, new: Record) -> Record:
    """The old record with the place of the published version, when the new one is that."""
    taken = publication(old, new)
    if not taken:
        return old
    own, theirs = dict(old.details), dict(new.details)
    names = [name for name in taken if name in {"title", "venue", "doi", "year", "entry_type"} and taken[name]]
    if "details" in taken:
        names += [name for name, text in theirs.items() if name in PLACE - set(old.edited) and own.get(name) != text]
        gone = PLACE.intersection(own) - theirs.keys() - set(old.edited)
        old = replace(old, filled=tuple(pair for pair in old.filled if pair[0] not in gone))
    return replace(
        old,
        **taken,  # type: ignore[arg-type]  # - because the names are fields, each with a value of its own type
        filled=_filled_from(old.filled, names, new.source),
    )


def _with_gaps_filled(old: Record, new: Record) -> Record:
    taken: dict[str, object] = {
        name: getattr(new, name)
        for name in _GAPS
        if name not in old.edited and not getattr(old, name) and getattr(new, name)
    }
    taken |= _authors(old, new) | _dates(old, new)
    details = tuple(pair for pair in _missing(old.details, new.details) if pair[0] not in old.edited)
    extra = () if "extra" in old.edited else _missing(old.extra, new.extra + _other_doi(old, new))
    names = [*_names(taken), *(name for name, _ in details), *(["extra"] if extra else [])]
    return replace(
        old,
        **taken,  # type: ignore[arg-type]  # - because the names are fields, each with a value of its own type
        tags=old.tags if "tags" in old.edited else union(old.tags, new.tags),
        details=old.details + details,
        extra=old.extra + extra,
        filled=_filled_from(old.filled, names, new.source),
    )


def updated(new: Record, old: Record) -> Record:
    """The record of a source as it is now, when the old one was made from an earlier state of the same source.

    What the source says now holds, but for the fields that the user edited; the user's notes and tags stay, and so does
    what the source does not say (any more), be it from another source.
    """
    if new.extracted and not old.extracted:
        return filled(old, new)
    kept = {name: getattr(old, name) for name in old.edited if name in _GAPS}
    if "authors" in old.edited:
        kept |= {"authors": old.authors, "et_al": old.et_al}
    if {"year", "date"} & set(old.edited):
        kept |= {"year": old.year, "date": old.date, "year_inferred": old.year_inferred}
    if "extra" in old.edited:
        kept["extra"] = old.extra
    own = {name: text for name, text in old.details if name in old.edited}
    details = tuple((name, own.get(name, text)) for name, text in new.details if name in own or name not in old.edited)
    said = replace(
        new,
        **kept,
        notes=old.notes or new.notes,
        details=details + _missing(details, tuple(own.items())),
        edited=old.edited,
        tags=old.tags if "tags" in old.edited else new.tags,
    )
    before = replace(old, edited=(), extracted=new.extracted)
    merged = filled(said, before) if is_placed_by_another(old) else _with_gaps_filled(said, before)
    stated = {name for name in _GAPS if getattr(said, name) and getattr(said, name) == getattr(merged, name)}
    stated |= {name for name, _ in set(said.details) & set(merged.details)}
    if said.authors == merged.authors:
        stated.add("authors")
    if (said.year, said.date) == (merged.year, merged.date):
        stated |= {"year", "date"}
    return replace(merged, filled=tuple(pair for pair in old.filled if pair[0] not in stated))


def refilled(old: Record, new: Record) -> Record:
    """As `filled`, and what the old record took over from the new one's source before is as that source has it now."""
    if old.extracted and not new.extracted:
        return filled(old, new)
    names = {name for name, source in old.filled if source == new.source} & {*_GAPS, "authors", "year", "date"}
    empty = Record(title="")
    theirs = {name: getattr(empty, name) for name in names}
    theirs |= {"et_al": False} if "authors" in names else {}
    own = tuple(pair for pair in old.details if (pair[0], new.source) not in old.filled)
    merged = filled(replace(old, **theirs, details=own), new)
    kept = {name: getattr(old, name) for name in names if not getattr(merged, name)}
    kept |= {"et_al": old.et_al} if "authors" in kept else {}
    return replace(merged, **kept, details=merged.details + _missing(merged.details, old.details))


def said(record: Record) -> Record:
    """The record without where it stands."""
    return replace(record, source="", line=None)


def agrees(new: Record, old: Record) -> bool:
    """True when everything the new record says the old one says too, in whatever order."""
    mine, theirs = (
        replace(one, edited=(), filled=(), written=(), notes="", extracted=False, key=None) for one in (new, old)
    )
    return _in_order(updated(mine, theirs)) == _in_order(theirs)


def newly_filled(before: Record, after: Record) -> tuple[str, ...]:
    """Names of what was taken over from another source between two states of a record."""
    return tuple(name for name, source in after.filled if (name, source) not in before.filled)


def union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """All of both, each once, in order."""
    return tuple(dict.fromkeys((*first, *second)))


def _in_order(record: Record) -> Record:
    return replace(
        said(record),
        tags=tuple(sorted(set(record.tags))),
        details=tuple(sorted(record.details)),
        extra=tuple(sorted(record.extra)),
    )


def _instead_of_guesses(old: Record, new: Record) -> Record:
    """What was read off the pages of a PDF gives way to a source that states it."""
    stated = updated(replace(new, extracted=True), old)
    overwritten = [
        name for name in ("title", "authors", "year", "date", "venue", "abstract", *_GAPS)
        if getattr(stated, name) != getattr(old, name)
    ]  # fmt: skip
    known = dict(old.details)
    overwritten += [name for name, text in stated.details if known.get(name) != text]
    overwritten += ["extra"] if stated.extra != old.extra else []
    return replace(
        stated,
        extracted=False,
        key=old.key,
        source=old.source,
        line=old.line,
        filled=_filled_from(old.filled, list(dict.fromkeys(overwritten)), new.source),
    )


def _other_doi(old: Record, new: Record) -> Pairs:
    """The DOI of the published version when a preprint's is kept, or the other way round: it is not lost."""
    return (("doi", new.doi),) if old.doi and new.doi and old.doi != new.doi else ()


def _authors(old: Record, new: Record) -> dict[str, object]:
    is_longer_list = old.et_al and not new.et_al and len(new.authors) >= max(1, len(old.authors))
    if "authors" in old.edited or not new.authors or (old.authors and not is_longer_list):
        return {}
    return {"authors": new.authors, "et_al": new.et_al}


def _dates(old: Record, new: Record) -> dict[str, object]:
    """Year and date belong together: a preprint's year and the date of its publication would contradict each other."""
    if {"year", "date"} & set(old.edited):
        return {}
    if (old.year is None and not old.date) or (old.year_inferred and new.year and not new.year_inferred):
        return {"year": new.year, "date": new.date, "year_inferred": new.year_inferred}
    if old.year and not old.date and new.date and new.date.startswith(str(old.year)):
        return {"date": new.date}
    if old.date and not old.year and new.year and old.date.startswith(str(new.year)):
        return {"year": new.year}
    return {}


def _names(taken: dict[str, object]) -> list[str]:
    """Of fields that go together the first says enough."""
    return [name for name, value in taken.items() if value and name not in {"et_al", "year_inferred", "notes"}]


def _missing(pairs: Pairs, others: Pairs) -> Pairs:
    known = {name for name, _ in pairs}
    return tuple(pair for pair in others if pair[0] not in known)


def _filled_from(before: Pairs, names: list[str], source: str) -> Pairs:
    """Each field once, with the source that it has its value from; `extra` may have been added to by several."""
    fresh = tuple((name, source) for name in names)
    return tuple(pair for pair in before if pair[0] not in names or pair[0] == "extra") + tuple(
        pair for pair in fresh if pair not in before or pair[0] != "extra"
    )
