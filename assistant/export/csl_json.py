"""CSL-JSON, as Zotero, pandoc and citation processors read it."""

import json
from collections.abc import Iterable, Mapping

from assistant.library.readers.json.csl_json import DETAIL_NAMES, NUMBERS, extra_values, number_name, record_of
from assistant.library.readers.json.csl_types import GENRES, PUBLISHERS, TYPES, csl_type
from assistant.library.readers.json.values import authors_of, date_of, people_of
from assistant.library.readers.values.names import is_suffix, people_text
from assistant.shapes import Json
from assistant.types import Author, Paper, Record

_TEXTS = frozenset(
    "abstract annote archive archive_collection archive_location archive-place authority call-number citation-key "
    "citation-label collection-title container-title container-title-short dimensions division DOI event-title "
    "event-place genre ISBN ISSN journalAbbreviation jurisdiction keyword language locator medium note "
    "original-publisher original-publisher-place original-title part-title PMCID PMID publisher publisher-place "
    "references reviewed-genre reviewed-title scale section shortTitle source status title title-short URL version "
    "volume-title volume-title-short year-suffix event".split()
)
_NUMBERS = frozenset(
    "chapter-number citation-number collection-number edition first-reference-note-number issue number "
    "number-of-pages number-of-volumes page page-first part-number printing-number supplement-number volume".split()
)
_PEOPLE = frozenset(
    "author chair collection-editor compiler composer container-author contributor curator director editor "
    "editorial-director executive-producer guest host illustrator interviewer narrator organizer original-author "
    "performer producer recipient reviewed-author script-writer series-creator translator".split()
)
_DATES = frozenset("accessed available-date event-date issued original-date submitted".split())
_NAME_PARTS = frozenset(
    "family given dropping-particle non-dropping-particle suffix comma-suffix static-ordering literal "
    "parse-names".split()
)
_DATE_PARTS = frozenset({"date-parts", "season", "circa", "literal", "raw"})
_NO_VARIABLE = ("eid", "school", "institution", "organization", "howpublished", "booktitle")
_EMPTY: tuple[object, ...] = (None, "", [], {}, ())
_MOST_PARTS = 3


def to_csl_json(papers: Iterable[Paper]) -> str:
    """Write papers as one list, valid in CSL's own schema.

    What CSL has no name for stands in `custom`, from where `citewell add` reads it back. The user's notes stay out.
    """
    lines = ",\n".join(json.dumps(csl_item(paper), ensure_ascii=False) for paper in papers)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def csl_item(paper: Paper) -> Json:
    """A paper as an item of CSL; `to_csl_json` says what becomes of the rest."""
    record = paper.record
    kept = extra_values(record.extra)
    kind = kept.get("type")
    if not (isinstance(kind, str) and kind in TYPES):
        kind = csl_type(record.entry_type, is_preprint=record.arxiv_id is not None)
    details = dict(record.details)
    item: Json = {"id": paper.key, "type": kind, "title": record.title, "author": _people(record)}
    item |= {"issued": _issued(record, kept), "container-title": record.venue, **_details(details, kind, kept)}
    item |= {"publisher": details.get(PUBLISHERS.get(record.entry_type or "", "")) or details.get("publisher")}
    item |= {"DOI": record.doi, "PMID": record.pmid, "PMCID": details.get("pmcid"), "URL": record.url}
    item |= {"genre": GENRES.get(record.entry_type or ""), "abstract": record.abstract}
    item["keyword"] = ("; " if any("," in tag for tag in record.tags) else ", ").join(record.tags)
    item = {name: value for name, value in item.items() if value not in _EMPTY}
    custom = _custom(record, item, details)
    for name, value in kept.items():
        if name not in item and name not in ("type", "id"):
            (item if _is_standard(name, value) else custom).setdefault(name, value)
    return item | ({"custom": custom} if custom else {})


def _people(record: Record) -> list[Json]:
    return [*map(_name, record.authors), *([{"literal": "et al."}] if record.et_al else [])]


def _name(author: Author) -> Json:
    if not author.given or not author.family:
        return {"literal": author.name}
    family, _, suffix = author.family.rpartition(" ")
    if family and is_suffix(suffix):
        return {"family": family, "given": author.given, "suffix": suffix}
    return {"family": author.family, "given": author.given}


def _issued(record: Record, kept: Mapping[str, object]) -> object:
    """The date as its source wrote it, a season or a span, while it is still the paper's; else the date alone."""
    if "issued" in kept and _is_standard("issued", kept["issued"]) and date_of(kept["issued"]) == record.date:
        return kept["issued"]
    date = record.date or (f"{record.year:04}" if record.year else "")
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None


def _details(details: Mapping[str, str], kind: str, kept: Mapping[str, object]) -> Json:
    found: Json = {variable: details.get(name) for name, variable in DETAIL_NAMES.items()}
    found["page"] = details.get("pages") or details.get("eid")
    found["note"] = details.get("note")
    found["container-title-short"] = details.get("shortjournal")
    found["editor"] = _editors(details.get("editor", ""), kept.get("editor"))
    number = details.get("number")
    as_written = next((name for name in NUMBERS if number and str(kept.get(name)) == number), None)
    found[as_written or number_name(kind, details)] = number
    return found


def _editors(written: str, as_written: object) -> object:
    """The editors as their source wrote them while they are still the same, else out of the detail."""
    is_same = _is_standard("editor", as_written) and people_text(authors_of(as_written)[0]) == written
    return as_written if is_same else [_name(one) for one in people_of(written)]


def _custom(record: Record, item: Json, details: Mapping[str, str]) -> Json:
    """What CSL has no variable for, or what a reader of the item would take for something else."""
    custom: Json = {name: details[name] for name in _NO_VARIABLE if name in details}
    place = PUBLISHERS.get(record.entry_type or "")
    if place and not ("publisher" in details and place in details):
        custom.pop(place, None)
    elif place:
        item["publisher"] = details["publisher"]
    if record.category:
        custom["category"] = record.category
    if record.arxiv_id and "archive" not in extra_values(record.extra):
        item |= {"archive": "arXiv", "archive_location": record.arxiv_id}
    elif record.arxiv_id:
        custom["arxiv_id"] = record.arxiv_id
    read = record_of(item, source="", line=None)
    if record.entry_type and read and read.entry_type != record.entry_type:
        custom["entry_type"] = record.entry_type
    return custom


def _is_standard(name: str, value: object) -> bool:
    """Whether CSL's schema has such a variable, and takes such a value for it."""
    if name in _TEXTS:
        return isinstance(value, str)
    if name in _NUMBERS:
        return isinstance(value, str | int) and not isinstance(value, bool)
    if name in _DATES:
        return isinstance(value, dict) and value.keys() <= _DATE_PARTS and _are_dates(value.get("date-parts", []))
    if name in _PEOPLE:
        return isinstance(value, list) and all(isinstance(one, dict) and one.keys() <= _NAME_PARTS for one in value)
    return name == "categories" and isinstance(value, list) and all(isinstance(one, str) for one in value)


def _are_dates(parts: object) -> bool:
    return isinstance(parts, list) and all(
        isinstance(date, list)
        and len(date) <= _MOST_PARTS
        and all(isinstance(part, str | int) and not isinstance(part, bool) for part in date)
        for date in parts
    )
