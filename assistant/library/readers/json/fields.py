"""Turn one JSON object into a record, whatever usual names its fields have."""

import re
from collections.abc import Mapping
from functools import lru_cache

from assistant.library.readers.json import values
from assistant.library.readers.json.types import entry_type
from assistant.library.readers.values.identifiers import arxiv_id, find_arxiv_id, find_doi
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages_between
from assistant.types import Record

_PLACES = {
    "key": "key citekey citationkey bibkey bibtexkey ref id",
    "title": "title papertitle articletitle documenttitle",
    "abstract": "abstract abstracttext paperabstract abstractnote summary",
    "authors": "authorlist authors author authornames authorstring creators creator",
    "year": "year publicationyear pubyear publishedyear",
    "identifiers": "identifiers",
    "month": "month",
    "day": "day",
    "date": "date publicationdate publisheddate pubdate published issued",
    "venue": "journal journaltitle containertitle booktitle publicationtitle proceedingstitle venue conference",
    "doi": "doi",
    "arxiv_id": "arxivid arxiv eprint",
    "pmid": "pmid pubmedid",
    "url": "url link site landingpageurl docurl pdfurl websites",
    "category": "category primarycategory primaryclass",
    "tags": "tags keywords keyword subjects",
    "et_al": "etal",
    "entry_type": "entrytype type itemtype documenttype",
    "volume": "volume",
    "number": "number issue",
    "pages": "pages page",
    "firstpage": "firstpage",
    "lastpage": "lastpage",
    "eid": "eid articlenumber",
    "publisher": "publisher",
    "address": "address publisherplace publisherlocation location place city",
    "edition": "edition",
    "series": "series collectiontitle",
    "chapter": "chapter",
    "editor": "editorlist editors editor",
    "booktitle": "booktitle",
    "shortjournal": "shortjournal journalabbrev journalabbreviation shortcontainertitle containertitleshort",
    "institution": "institution",
    "school": "school university",
    "organization": "organization",
    "howpublished": "howpublished",
    "note": "note",
    "isbn": "isbn",
    "issn": "issn",
    "pmcid": "pmcid pmc",
    "language": "language lang",
}
"""Names of fields, without capitals and signs, for each place in a record, the best first."""
_PLACE_OF = {alias: (place, rank) for place, names in _PLACES.items() for rank, alias in enumerate(names.split())}
_DETAILS = frozenset(tuple(_PLACES)[tuple(_PLACES).index("volume") :])
_BIBLIOGRAPHIC = frozenset(_PLACES) - {"key", "title", "entry_type", "note", "url", "language", "category", "et_al"}
_PAPER_WORDS = frozenset({"authors", "abstract", "doi", "arxiv_id", "pmid", "year", "venue", "volume", "pages"})
_NO_PAPERS = frozenset({"attachment", "note", "annotation", "sticky_note", "highlight"})
"""Types of what Zotero and Mendeley keep beside papers."""
_MENDELEY = "profile_id"
"""A name that only objects of Mendeley's service have."""
_OF_THE_ACCOUNT = frozenset(
    "authored confirmed created file_attached hidden client_data last_modified private_publication profile_id read "
    "starred folder_uuids group_id identifiers source".split()
)
"""What Mendeley says of the user's copy, or is read elsewhere."""
_DATABASE_KEY = re.compile(r"[0-9a-f-]{24,}|[0-9]{6,}|.*://.*", re.IGNORECASE)
"""No cite key but an identifier of a database."""
_THESES = ("phdthesis", "mastersthesis", "thesis")
_YEAR = len("2020")
_DATE_PARTS = (("month", _YEAR), ("day", len("2020-01")))
"""Fields that a date of more characters says."""


def record(item: Mapping[str, object], *, source: str, line: int | None) -> Record | None:
    """The record of an object; None without a title.

    Fields without a place, and values of a form that their place does not take, go into `extra` as JSON text.
    """
    names = _names(item)
    found = {place: item[name] for place, name in names.items()}
    title = values.line_of(found.get("title"))
    if not title or item.get("itemType") in _NO_PAPERS:
        return None
    identifiers = {str(name).lower(): one for name, one in values.mapping(found.pop("identifiers", None)).items()}
    authors, et_al = values.authors_of(_of_role(found.get("authors"), "author"))
    date, year = _date(found), values.year_of(found.get("year"))
    venue = _venue(found, item)
    doi = find_doi(values.text(found.get("doi") or identifiers.get("doi")) or "")
    pmid = values.pmid_of(found.get("pmid") or identifiers.get("pmid"))
    arxiv = arxiv_id(values.text(found.get("arxiv_id") or identifiers.get("arxiv")) or "")
    kind = _entry_type(values.text(found.get("entry_type")))
    texts = {place: values.text(found.get(place)) for place in ("url", "category")} | {"key": _key(found)}
    abstract, tags = values.abstract_of(found.get("abstract")), values.tags_of(found.get("tags"))
    details = _details(found, venue, kind, {**values.mapping(found.get("venue")), **identifiers})
    read = {"title": title, "authors": authors, "date": date, "year": year, "abstract": abstract, "tags": tags}
    read |= {"doi": doi, "pmid": pmid, "arxiv_id": arxiv, "venue": venue, "entry_type": kind, **texts, **details}
    return Record(
        title=title,
        authors=authors,
        et_al=et_al or found.get("et_al") is True,
        year=year or (int(date[:4]) if date else None),
        date=date or (str(year) if year else None),
        venue=venue,
        doi=doi,
        arxiv_id=arxiv or _found_arxiv(found),
        pmid=pmid,
        url=texts["url"],
        category=texts["category"],
        key=texts["key"],
        tags=tags,
        abstract=abstract,
        entry_type=kind,
        details=values.details_of(details),
        extra=values.extra_of(item, _used(item, names, read)),
        source=source,
        line=line,
    )


def looks_like_paper(item: Mapping[str, object]) -> bool:
    """Whether an object without a title, or with little else, says anything that papers have."""
    return not _names(item).keys().isdisjoint(_PAPER_WORDS)


def is_only_titled(item: Mapping[str, object]) -> bool:
    """Whether an object has a title and other things, none of which papers have."""
    names = _names(item)
    return len(item) > len(names) + 1 and names.keys().isdisjoint(_BIBLIOGRAPHIC)


@lru_cache(maxsize=4096)
def _place_of(name: str) -> tuple[str, int] | None:
    """The place of a field, and the rank of its name among those for the place."""
    return _PLACE_OF.get(re.sub(r"[^a-z0-9]", "", name.lower()))


def _names(item: Mapping[str, object]) -> dict[str, str]:
    """The name of the field for each place that is not empty."""
    best: dict[str, tuple[int, str]] = {}
    for name, value in item.items():
        place = _place_of(name)
        if place and value not in (None, "", [], {}) and place[1] < best.get(place[0], (len(_PLACE_OF), ""))[0]:
            best[place[0]] = place[1], name
    return {place: name for place, (_, name) in best.items()}


def _used(item: Mapping[str, object], names: Mapping[str, str], read: Mapping[str, object]) -> set[str]:
    """The names of the fields that were read, and of those that say the same once more."""
    used = {name for place, name in names.items() if read.get(place) or place == "et_al"}
    date = str(read["date"] or "")
    used |= {names[place] for place, least in _DATE_PARTS if place in names and len(date) > least}
    if read.get("school") and "school" not in names and "institution" in names:
        used |= {names["institution"]}
    if read.get("pages") and "pages" in names:
        used |= {names[place] for place in ("firstpage", "lastpage") if place in names}
    if names.get("authors") in ("author_list", "authorList") and read.get("authors"):
        used |= {"author"}
    if _MENDELEY in item:
        used |= _OF_THE_ACCOUNT
    return used


def _of_role(people: object, role: str) -> object:
    """Those in a list of people who had a part in the paper, when it says what each did."""
    if not _has_roles(people):
        return people
    return [one for one in values.sequence(people) if values.mapping(one).get("creatorType") in (None, role)]


def _date(found: Mapping[str, object]) -> str | None:
    """The date, or what year, month and day in fields of their own say; whichever says more."""
    whole = values.date_of(found.get("date"))
    parts = values.date_from(found.get("year"), found.get("month"), found.get("day"))
    if whole and parts and whole[:_YEAR] != parts[:_YEAR]:
        return parts
    return max((one for one in (whole, parts) if one), key=len, default=None)


def _venue(found: Mapping[str, object], item: Mapping[str, object]) -> str | None:
    journal = values.mapping(found.get("venue"))
    venue = values.line_of(journal.get("name") or journal.get("title") or found.get("venue"))
    return venue or values.line_of(item.get("source" if _MENDELEY in item else "venue"))


def _details(
    found: Mapping[str, object], venue: str | None, kind: str | None, beside: Mapping[str, object]
) -> dict[str, str | None]:
    """The details, of which a journal's or an object of identifiers may have some."""
    given: dict[str, object] = {name: one for name, one in beside.items() if name in _DETAILS}
    given |= {name: one for name, one in found.items() if name in _DETAILS}
    details = {name: values.line_of(one) for name, one in given.items()}
    if not details.get("number") and beside.get("issue"):
        details["number"] = values.text(beside["issue"])
    if not details.get("pages"):
        first, last = (details.get(name) or "" for name in ("firstpage", "lastpage"))
        details["pages"] = pages_between(first, last) or None
    if isinstance(given.get("publisher"), Mapping):
        details["publisher"] = values.line_of(values.mapping(given["publisher"]).get("name"))
    for name in given.keys() & {"isbn", "issn"}:
        details[name] = (
            ", ".join(number for one in values.sequence(given[name]) if (number := values.text(one))) or None
        )
    editors = given.get("editor")
    if not editors and _has_roles(found.get("authors")):
        editors = _of_role(found.get("authors"), "editor")
    details["editor"] = people_text(values.authors_of(editors)[0])
    if "pmcid" in details:
        details["pmcid"] = values.pmcid_of(details["pmcid"])
    if details.get("booktitle") == venue:
        details["booktitle"] = None
    if kind in _THESES and not details.get("school"):
        details["school"] = details.get("institution")
        details["institution"] = None
    return details


def _has_roles(people: object) -> bool:
    return isinstance(people, list) and any(isinstance(one, dict) and "creatorType" in one for one in people)


def _entry_type(name: str | None) -> str | None:
    """BibTeX's type; one that is not known stays as it is, when it is a word."""
    return entry_type(name) or (name.lower() if name and name.isalpha() else None)


def _key(found: Mapping[str, object]) -> str | None:
    key = values.text(found.get("key"))
    return None if key is None or _DATABASE_KEY.fullmatch(key) else key


def _found_arxiv(found: Mapping[str, object]) -> str | None:
    places = (values.text(found.get(place)) or "" for place in ("doi", "url", "venue", "arxiv_id", "note"))
    return next((one for place in places if (one := find_arxiv_id(place))), None)
