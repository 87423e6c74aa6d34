"""The verdict on two records: one paper, perhaps one, or two."""

from dataclasses import dataclass
from typing import Literal

from assistant.library.sameness.people import Agreement, agreement
from assistant.library.sameness.places import PlaceRelation, place_relation
from assistant.library.sameness.titles import Relation, relation, title_of
from assistant.library.sameness.venues import VenueRelation, venue_relation
from assistant.library.sameness.works import Work
from assistant.text import fold
from assistant.types import Record

_NEXT_YEAR = 1
"""A paper is online in one year and in print in the next."""
_PREPRINT_YEARS = 3
"""A preprint is at most so much older, or younger, than the published version that it can be told by its title."""
_TELLING_ALONE = 5
"""Words that carry content in a title that needs no authors beside it."""
_KINDS = {
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "thesis": "thesis",
    "dataset": "dataset",
    "software": "software",
    "patent": "patent",
    "proceedings": "book",
    "book": "book",
    "manual": "manual",
    "article": "paper",
    "inproceedings": "paper",
    "incollection": "paper",
    "inbook": "paper",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What two records are to each other."""

    outcome: Literal["same", "perhaps", "different"]
    why: str
    """For the reader; empty when they are different."""
    rank: int = 0
    """The lower, the stronger the evidence."""


_TELLING = "title authors year venue doi arxiv_id pmid url entry_type details abstract".split()
_PLACED = ("exact", "same")
_AGREED = ("all", "same")
_DIFFERENT = Verdict(outcome="different", why="")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """How two works stand to each other, each aspect the same whichever comes first."""

    titles: Relation
    people: Agreement
    places: PlaceRelation
    venues: VenueRelation
    gap: int | None
    """Years between them; None when a year is not known."""
    preprints: int
    """How many of the two are preprints."""
    weight: int
    """Words that carry content in the shorter title."""
    is_telling: bool


def judge(one: Work, other: Work) -> Verdict:
    """Tell whether two records describe one paper; the order of the two makes no difference."""
    verdict = _judged(one, other)
    if verdict.outcome != "same" and _is_said_alike(one, other):
        return _same("the same in all that is said", rank=1)
    return verdict


def _judged(one: Work, other: Work) -> Verdict:
    shared = one.identifiers.shared(other.identifiers)
    titles = relation(one.title, other.title)
    if shared:
        return _with_identifier(shared, titles, one, other)
    if titles == "other" and not (one.beginning and one.beginning == other.beginning):
        return _DIFFERENT
    pair = _pair(titles, one, other)
    if one.title.marks != other.title.marks or not pair.is_telling or _are_of_two_kinds(one, other):
        return _perhaps_of_two_kinds(pair, one, other)
    contradiction = one.identifiers.contradicts(other.identifiers)
    if titles == "equal":
        verdict = _of_one_title(pair)
    elif titles in ("shorter", "close"):
        verdict = _of_near_titles(pair)
    else:
        verdict = _of_one_abstract(pair, one, other)
    if contradiction and not _agrees_in_all(pair):
        return _weaker(verdict, f"another {contradiction}")
    return verdict


def _is_said_alike(one: Work, other: Work) -> bool:
    """True for two copies of one record, when it says enough to be of one paper alone."""
    if any(getattr(one.record, name) != getattr(other.record, name) for name in _TELLING):
        return False
    record = one.record
    if one.title.is_telling and (record.venue or record.details):
        return True
    return bool(record.authors or record.abstract or record.url or one.place.page)


def are_alike(one: Record, other: Record) -> bool:
    """Tell whether two titles can be of one paper, given that an identifier or a key says so."""
    return relation(title_of(one.title), title_of(other.title)) != "other"


def _pair(titles: Relation, one: Work, other: Work) -> _Pair:
    years = [work.year for work in (one, other) if work.year]
    people, places = agreement(one.record, other.record), place_relation(one.place, other.place)
    # Looked at last: it takes longest, and means nothing of papers by other people elsewhere.
    is_needed = people != "different" or places in _PLACED
    return _Pair(
        titles=titles,
        people=people,
        places=places,
        venues=venue_relation(one.record.venue, other.record.venue) if is_needed else "unknown",
        gap=max(years) - min(years) if len(years) > 1 else None,
        preprints=one.is_preprint + other.is_preprint,
        weight=min(one.title.weight, other.title.weight),
        is_telling=one.title.is_telling and other.title.is_telling,
    )


def _with_identifier(shared: str, titles: Relation, one: Work, other: Work) -> Verdict:
    """An identifier copied to the wrong entry must not merge two papers, whatever phrases their titles share."""
    pair = _pair(titles, one, other)
    if titles != "other":
        # Abstracts of one meeting may have the DOI of the issue.
        is_of_issue = titles == "alike" and pair.places == "different"
        return _perhaps(f"same {shared}, other pages") if is_of_issue else _same(f"same {shared}", rank=0)
    # A title in its own language and in English; one with the journal's section in front.
    if pair.people in _AGREED and pair.places in _PLACED and pair.gap == 0:
        return _same(f"same {shared}, authors and pages", rank=0)
    if one.title.marks != other.title.marks:
        return _DIFFERENT
    return _perhaps(f"same {shared}, another title") if pair.people in _AGREED else _DIFFERENT


def _perhaps_of_two_kinds(pair: _Pair, one: Work, other: Work) -> Verdict:
    """Titles that many documents have, and documents of two kinds with one title."""
    if one.title.marks != other.title.marks or pair.titles != "equal" or pair.people not in _AGREED:
        return _DIFFERENT
    if pair.is_telling:
        if pair.places == "exact" and pair.gap == 0:
            return _same(_said(pair), rank=2)
        return _perhaps("same title and authors, another kind of document") if (pair.gap or 0) <= 1 else _DIFFERENT
    is_placed = pair.places in _PLACED and pair.venues != "different"
    if pair.gap == 0 and (is_placed or (pair.places == "unknown" and pair.venues == "same")):
        return _same(_said(pair), rank=4)
    return _DIFFERENT


def _of_one_title(pair: _Pair) -> Verdict:
    # Volume and page say more than the names of journals: many have one in each of two languages.
    is_one_place = pair.places == "exact" and pair.people != "different" and (pair.gap or 0) <= _NEXT_YEAR
    if is_one_place or _agrees_in_all(pair):
        return _same(_said(pair), rank=1)
    if pair.people in ("different", "unsure"):
        is_one = pair.places in _PLACED and pair.venues == "same" and pair.gap == 0
        if is_one or pair.people == "unsure":
            return _perhaps("same title, other authors")
        return _DIFFERENT
    if pair.preprints and pair.people in _AGREED and (pair.gap is None or pair.gap <= _PREPRINT_YEARS):
        return _same(_of_preprint(pair), rank=2)
    return _of_one_title_and_people(pair)


def _of_one_title_and_people(pair: _Pair) -> Verdict:
    if pair.gap is not None and pair.gap > _NEXT_YEAR:
        return _perhaps("same title and authors, another year") if pair.people in _AGREED else _DIFFERENT
    if pair.places == "different":
        return _perhaps(f"{_said(pair)}, other pages")
    if pair.venues == "different":
        return _perhaps(f"{_said(pair)}, another venue")
    if pair.people == "unknown" and pair.weight < _TELLING_ALONE and not (pair.gap == 0 and pair.venues == "same"):
        return _perhaps(_said(pair))
    return _same(_said(pair), rank=3)


def _of_near_titles(pair: _Pair) -> Verdict:
    what = "same title but for its end" if pair.titles == "shorter" else "nearly the same title"
    if pair.people not in _AGREED:
        is_one = pair.people != "different" and pair.places in _PLACED and pair.gap in (0, None)
        return _perhaps(f"{what} and pages") if is_one else _DIFFERENT
    if pair.places in _PLACED and pair.venues != "different" and (pair.gap or 0) <= _NEXT_YEAR:
        return _same(f"{what}, same authors and pages", rank=2)
    allowed = _PREPRINT_YEARS if pair.preprints else _NEXT_YEAR
    if pair.gap is not None and pair.gap > allowed:
        return _DIFFERENT
    # A part of the work often has the same title with another end, by some of the authors or a year later.
    is_sure = pair.people == "all" and (pair.gap == 0 or pair.preprints > 0 or pair.titles == "close")
    is_elsewhere = pair.places == "different" or (pair.venues == "different" and not pair.preprints)
    if not is_sure or is_elsewhere or pair.gap is None:
        return _perhaps(f"{what}, same authors")
    return _same(f"{what}, same authors{'' if pair.gap else ' and year'}", rank=4)


def _of_one_abstract(pair: _Pair, one: Work, other: Work) -> Verdict:
    """A paper that was given another title before it was published has its abstract still."""
    is_one_abstract = bool(one.beginning) and one.beginning == other.beginning
    if pair.people not in _AGREED or (pair.gap or 0) > _PREPRINT_YEARS:
        return _DIFFERENT
    if not is_one_abstract:
        if pair.places != "exact" or pair.venues != "same" or pair.gap != 0 or pair.titles != "alike":
            return _DIFFERENT
        why = "same authors, journal and pages"
        return _same(why, rank=3) if one.place.has_last and other.place.has_last else _perhaps(why)
    if pair.preprints == 1 and pair.titles == "alike":
        return _same("preprint of the published version, under another title", rank=4)
    return _perhaps("same authors and abstract, another title")


def _agrees_in_all(pair: _Pair) -> bool:
    """True when title, people and place are the same, so that two DOIs are a slip in one of them."""
    return (
        pair.titles in ("equal", "shorter", "close")
        and pair.people in (*_AGREED, "unknown")
        and pair.places in _PLACED
        and pair.venues != "different"
        and (pair.gap is None or pair.gap <= _NEXT_YEAR)
    )


def _are_of_two_kinds(one: Work, other: Work) -> bool:
    records = one.record, other.record
    kinds = {_KINDS[record.entry_type] for record in records if record.entry_type in _KINDS}
    editions = {fold(dict(record.details).get("edition", "")) for record in records} - {""}
    return len(kinds) > 1 or len(editions) > 1 or one.title.label != other.title.label


def _said(pair: _Pair) -> str:
    """What is the same, as a line for the reader."""
    parts = ["title"]
    parts += ["authors"] if pair.people in _AGREED else []
    parts += ["year"] if pair.gap == 0 else []
    parts += ["pages"] if pair.places in _PLACED else []
    return "same " + (f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0])


def _of_preprint(pair: _Pair) -> str:
    return "preprint of the published version" if pair.preprints == 1 else "same preprint"


def _same(why: str, *, rank: int) -> Verdict:
    return Verdict(outcome="same", why=why, rank=rank)


def _perhaps(why: str) -> Verdict:
    return Verdict(outcome="perhaps", why=why, rank=9)


def _weaker(verdict: Verdict, why: str) -> Verdict:
    return _perhaps(f"{verdict.why}, {why}") if verdict.outcome == "same" else verdict
