"""Read the objects of CSL-JSON, which Zotero, Mendeley, pandoc and citation processors write."""

import json
import re
from collections.abc import Mapping

from assistant.library.readers.json import values
from assistant.library.readers.json.csl_types import GENRES, PUBLISHERS, TYPES, bibtex_type, csl_type
from assistant.library.readers.json.types import entry_type
from assistant.library.readers.values.identifiers import arxiv_id, doi_of_address, find_arxiv_id, find_doi
from assistant.library.readers.values.names import people_text
from assistant.types import DETAILS, Record

NUMBERS = ("issue", "number", "collection-number")
"""Variables that BibTeX's `number` may be, the nearest first."""
DETAIL_NAMES = {
    "volume": "volume",
    "edition": "edition",
    "address": "publisher-place",
    "series": "collection-title",
    "chapter": "chapter-number",
    "isbn": "ISBN",
    "issn": "ISSN",
    "language": "language",
    "pages": "page",
}
"""Details and CSL's variables that are the same."""
_SHORT_VENUES = ("container-title-short", "journalAbbreviation")
_READ_APART = frozenset({"number", "publisher", "editor", "pmcid"})
_PLACED = frozenset(
    ("title", "author", "DOI", "PMID", "PMCID", "URL", "abstract", "keyword", "id", "citation-key", "container-title")
)
_NOTED = re.compile(r"^\s*\{?:?(?P<name>[A-Za-z][A-Za-z _-]{1,24}?)\s*:\s*(?P<value>[^{}]*\S)\}?\s*$")
_NOTE_NAMES = {
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "isbn": "ISBN",
    "issn": "ISSN",
    "url": "URL",
    "citation key": "citation-key",
    "arxiv": "arxiv",
} | {
    name.replace("-", " "): name
    for name in (
        "type genre edition volume issue number page publisher publisher-place container-title collection-title "
        "collection-number event-title event-place original-date original-title original-publisher archive status "
        "archive_location chapter-number medium number-of-pages number-of-volumes version language"
    ).split()
}


def is_csl(item: Mapping[str, object]) -> bool:
    """Whether an object names its fields as CSL does."""
    dates = [one for name in ("issued", "accessed") if isinstance(one := item.get(name), dict)]
    return (
        item.get("type") in TYPES - {"article", "book", "report", "thesis", "dataset", "software", "patent"}
        or "container-title" in item
        or any(not one.keys().isdisjoint({"date-parts", "raw", "literal"}) for one in dates)
        or (item.get("type") in TYPES and not item.keys().isdisjoint({"DOI", "ISBN", "URL", "PMID", "publisher-place"}))
    )


def record_of(item: Mapping[str, object], *, source: str, line: int | None) -> Record | None:
    """The record of an object; None without a title."""
    item = _with_noted(_with_custom(item))
    title = values.line_of(values.first(item.get("title")))
    if not title:
        return None
    authors, et_al = values.authors_of(item.get("author"))
    date = values.date_of(item.get("issued"))
    arxiv = _arxiv(item)
    kind = values.text(item.get("type")) or ""
    bibtex = values.text(item.get("entry_type"))
    bibtex = bibtex or bibtex_type(kind, values.text(item.get("genre")) or "") or entry_type(kind)
    details, used = _details(item, kind, bibtex)
    doi = find_doi(values.text(item.get("DOI")) or "") or doi_of_address(values.text(item.get("URL")) or "")
    pmid, pmcid = values.pmid_of(item.get("PMID")), values.pmcid_of(item.get("PMCID"))
    read = {"DOI": doi, "PMID": pmid, "PMCID": pmcid, "author": authors or et_al}
    used |= _PLACED - {name for name, found in read.items() if not found} | _told(item, bibtex, date, arxiv)
    is_event = "container-title" not in item and kind == "paper-conference"
    venue = values.line_of(values.first(item.get("event-title" if is_event else "container-title")))
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue,
        doi=doi,
        arxiv_id=arxiv,
        pmid=pmid,
        url=values.text(item.get("URL")),
        category=values.text(item.get("category")),
        tags=values.tags_of(item.get("keyword")),
        abstract=values.abstract_of(item.get("abstract")),
        key=_key(item),
        entry_type=bibtex,
        details=values.details_of(details | {"pmcid": pmcid}),
        extra=values.extra_of(item, used),
        source=source,
        line=line,
    )


def _told(item: Mapping[str, object], bibtex: str | None, date: str | None, arxiv: str | None) -> set[str]:
    """Names of what the record says in other words, and `to_csl_json` writes again."""
    used = {"entry_type", "category"}
    used |= {"type"} if item.get("type") == csl_type(bibtex, is_preprint=arxiv is not None) else set()
    used |= {"genre"} if bibtex and item.get("genre") == GENRES.get(bibtex) else set()
    used |= {"issued"} if date and _is_plain_date(item.get("issued")) else set()
    return used | (
        {"archive", "archive_location", "arxiv", "arxiv_id"} if arxiv == arxiv_id(_archived(item)) else set()
    )


def _details(item: Mapping[str, object], kind: str, bibtex: str | None) -> tuple[dict[str, str | None], set[str]]:
    """The details, and which names of the object they are."""
    found: dict[str, str | None] = {}
    taken: set[str] = set()
    for name in DETAILS:
        variables = () if name in _READ_APART else (name, DETAIL_NAMES.get(name, name))
        variable = next((one for one in variables if values.line_of(item.get(one))), None)
        if variable:
            found[name] = values.line_of(item.get(variable))
            taken.add(variable)
    short = next((name for name in _SHORT_VENUES if values.text(item.get(name))), None)
    if short and not found.get("shortjournal"):
        found["shortjournal"] = values.line_of(item.get(short))
        taken.add(short)
    number = next((name for name in NUMBERS if values.text(item.get(name))), None)
    if number:
        found["number"] = values.text(item.get(number))
        is_repeated = sum(values.text(item.get(name)) == found["number"] for name in NUMBERS) > 1
        taken |= {number} & {number_name(kind, found)} if not is_repeated else set()
    if publisher := values.line_of(item.get("publisher")):
        place = PUBLISHERS.get(bibtex or "", "publisher")
        found["publisher" if found.get(place) else place] = publisher
        taken.add("publisher")
    editors, more = values.authors_of(item.get("editor"))
    found["editor"] = people_text(editors)
    taken |= {"editor"} if editors and not more and values.people_of(found["editor"] or "") == editors else set()
    if found.get("eid") and found.get("pages") == found["eid"]:
        del found["pages"]
    return found, taken


def number_name(kind: str, details: Mapping[str, str | None]) -> str:
    """CSL's variable for BibTeX's `number` in an item of a type."""
    if kind.startswith(("article-", "review")):
        return "issue"
    in_series = kind in ("book", "chapter", "paper-conference") and details.get("series")
    return "collection-number" if in_series else "number"


def _is_plain_date(issued: object) -> bool:
    """Whether nothing but one date is said."""
    parts = values.mapping(issued).get("date-parts")
    return isinstance(parts, list) and len(parts) == 1 and values.mapping(issued).keys() == {"date-parts"}


def _with_custom(item: Mapping[str, object]) -> Mapping[str, object]:
    """The object with its own, non-standard names beside the standard ones."""
    custom = item.get("custom")
    if not isinstance(custom, dict) or not custom:
        return item
    return (
        {**{name: value for name, value in item.items() if name != "custom"}, **custom} | dict(item) | {"custom": None}
    )


def _with_noted(item: Mapping[str, object]) -> Mapping[str, object]:
    """The object with the fields that Zotero's users write into the note, `PMID: 123` on a line."""
    note = item.get("note")
    if not isinstance(note, str) or ":" not in note:
        return item
    found: dict[str, object] = {}
    rest: list[str] = []
    for written in note.split("\n"):
        match = _NOTED.match(written)
        name = _NOTE_NAMES.get(match["name"].lower().replace("-", " ")) if match else None
        if match and name and (name not in item or name == "type") and name not in found:
            found[name] = match["value"]
        else:
            rest.append(written)
    return {**item, "note": "\n".join(rest).strip(), **found} if found else item


def _archived(item: Mapping[str, object]) -> str:
    """The place in the archive, when that is arXiv."""
    if (values.text(item.get("archive")) or "arxiv").lower() != "arxiv":
        return ""
    places = ("arxiv", "arxiv_id", "archive_location")
    return next((found for name in places if (found := values.text(item.get(name)))), "").split(" ")[0]


def _arxiv(item: Mapping[str, object]) -> str | None:
    texts = (values.text(item.get(name)) or "" for name in ("number", "DOI", "URL", "note"))
    return arxiv_id(_archived(item)) or next((found for one in texts if (found := find_arxiv_id(one))), None)


def _key(item: Mapping[str, object]) -> str | None:
    key = values.text(item.get("citation-key")) or values.text(item.get("id"))
    return None if key is None or "://" in key else key


def extra_values(extra: tuple[tuple[str, str], ...]) -> dict[str, object]:
    """What was kept of an object: each name's value; text that is no JSON is left out."""
    found: dict[str, object] = {}
    for name, written in extra:
        try:
            found.setdefault(name, json.loads(written))
        except (ValueError, RecursionError):
            continue
    return found
