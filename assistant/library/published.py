"""A preprint and its published version: which of the two says where and when the paper appeared."""

from dataclasses import replace

from assistant.library.sameness.identifiers import identifiers_of
from assistant.library.sameness.venues import is_preprint, is_preprint_doi
from assistant.text import title_fingerprint
from assistant.types import Record

PLACE = frozenset(
    """volume number pages eid publisher address edition series chapter editor booktitle shortjournal institution
    organization howpublished isbn issn""".split()
)
"""Details that say where a paper stands; those of a preprint beside the venue of its published version mislead."""


def is_published(record: Record) -> bool:
    """True when a record says where its paper was published, or has the DOI that it was given there."""
    return not is_preprint(record) and bool(record.venue or (record.doi and not is_preprint_doi(record.doi)))


def publication(old: Record, new: Record) -> dict[str, object]:
    """Fields of a record that give way to those of the published version; none unless the new record is that version.

    Venue, year, date, DOI, type and title are taken where the new record has them, and the details of the place as a
    whole. What the user edited stays, and so does all of the place when that is the venue. The preprint's DOI and its
    arXiv id are kept beside. Gaps are not among them.
    """
    if new.extracted or not is_published(new):
        return {}
    taken: dict[str, object] = {}
    if is_preprint(old) and "venue" not in old.edited:
        taken = _place(old, new)
    if new.doi and not is_preprint_doi(new.doi) and is_preprint_doi(old.doi) and "doi" not in old.edited:
        taken |= {"doi": new.doi, "arxiv_id": old.arxiv_id or identifiers_of(old).arxiv_id, "extra": _beside(old, new)}
    gaps = {name for name in taken if not getattr(old, name)} - {"arxiv_id", "extra"}
    return {name: value for name, value in taken.items() if name not in gaps and value != getattr(old, name)}


def without_place(new: Record, old: Record) -> Record:
    """A preprint's record without what would say of the published version that it appeared as a preprint."""
    if not (is_published(old) and is_preprint(new)):
        return new
    details = tuple(pair for pair in new.details if pair[0] not in PLACE)
    arxiv_id = new.arxiv_id or identifiers_of(new).arxiv_id
    return replace(new, venue=None, entry_type=None, details=details, arxiv_id=arxiv_id)


def is_placed_by_another(record: Record) -> bool:
    """True when where it was published came from another source than the record's own."""
    return not {"venue", "doi"}.isdisjoint(name for name, _ in record.filled)


def _place(old: Record, new: Record) -> dict[str, object]:
    taken: dict[str, object] = {"venue": new.venue, "details": _details(old, new)}
    if (new.year or new.date) and not new.year_inferred and not {"year", "date"} & set(old.edited):
        taken |= {"year": new.year, "date": new.date, "year_inferred": False}
    if new.entry_type and "entry_type" not in old.edited:
        taken["entry_type"] = new.entry_type
    if "title" not in old.edited and _is_another_title(old.title, new.title):
        taken["title"] = new.title
    return taken


def _details(old: Record, new: Record) -> tuple[tuple[str, str], ...]:
    """The old details with the new place in the stead of the old one."""
    own = tuple(pair for pair in old.details if pair[0] not in PLACE or pair[0] in old.edited)
    known = {name for name, _ in own}
    return own + tuple(pair for pair in new.details if pair[0] in PLACE and pair[0] not in known | set(old.edited))


def _is_another_title(old: str, new: str) -> bool:
    """True for other words; the same title without its end, or in other letters, is no news."""
    before, after = title_fingerprint(old), title_fingerprint(new)
    return bool(after) and not before.startswith(after)


def _beside(old: Record, new: Record) -> tuple[tuple[str, str], ...]:
    """The fields without a place of their own, with the preprint's DOI among them."""
    if "extra" in old.edited or not old.doi:
        return old.extra
    others = tuple(pair for pair in old.extra if pair != ("doi", new.doi))
    return others if "doi" in dict(others) else (*others, ("doi", old.doi))
