"""Turn the fields of one BibTeX or BibLaTeX entry into a record."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.library.readers.bibtex.latex import decode
from assistant.library.readers.bibtex.people import names_text, people
from assistant.library.readers.bibtex.syntax import value_text
from assistant.library.readers.values.dates import iso, iso_date, month_number
from assistant.library.readers.values.identifiers import arxiv_id, doi_of_address, find_arxiv_id, find_doi
from assistant.library.readers.values.markup import plain
from assistant.library.readers.values.pages import pages
from assistant.library.readers.values.titles import with_subtitle
from assistant.types import DETAILS, Record

_VENUES = ("journal", "journaltitle", "booktitle")
_MAY_NAME_ARXIV = (
    *("eprint", "doi", "url", *_VENUES, "publisher", "school", "institution", "volume", "note", "howpublished"),
)
_PARTS = ("inproceedings", "conference", "incollection", "inbook")
_DETAILS = {
    **{name: (name,) for name in DETAILS},
    "number": ("number", "issue"),
    "eid": ("eid", "articleno", "article-number"),
    "address": ("address", "location"),
    "shortjournal": ("shortjournal", "journalabbr"),
    "pmcid": ("pmcid", "pmc"),
    "language": ("language", "langid"),
}
"""Where each detail stands; the first that says something counts."""
_PLACES = {
    "title": "title",
    "subtitle": "title",
    "author": "authors",
    "year": "date",
    "month": "date",
    "day": "date",
    "date": "date",
    "url": "url",
    "doi": "doi",
    "keywords": "tags",
    "abstract": "abstract",
    "pmid": "pmid",
}
_ISO_DATE = re.compile(r"\s*(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?!\d)")
_ADDRESS = re.compile(r"[^{}\\]*\\url\s*\{\s*(https?://[^{}\s]+)\s*\}[^{}\\]*|\s*(https?://\S+)\s*")
_PMID = re.compile(r"\s*(\d+)(?!\w)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry: field names in lower case, values without their delimiters, LaTeX still in them."""

    entry_type: str
    key: str
    fields: tuple[tuple[str, str], ...]
    written: tuple[tuple[str, str], ...] = ()
    """Its own fields as they stand, for `Record.written`."""


def entry_of(entry_type: str, key: str, written: tuple[tuple[str, str], ...]) -> Entry:
    """The entry whose fields stand like this, macros left as their names."""
    fields = tuple((name.lower(), value_text(raw)) for name, raw in written)
    return Entry(entry_type=entry_type, key=key, fields=fields, written=written)


def record(entry: Entry, *, source: str, line: int) -> Record | None:
    """The record of an entry, with fields that have no place in it kept as they are; None without a title."""
    fields = dict(reversed(entry.fields))  # of a repeated field the first one counts
    title = _title(fields)
    if not title:
        return None
    authors, et_al = people(fields.get("author", ""))
    date = _date(fields)
    arxiv = _arxiv_id(fields)
    doi = find_doi(decode(fields.get("doi", ""))) or doi_of_address(fields.get("url", ""))
    places = places_of(entry)
    category = _first(fields, "primaryclass", "eprintclass") if arxiv and places.get("eprint") == "arxiv_id" else ""
    venue_field = next((name for name, place in places.items() if place == "venue"), None)
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=_text(fields[venue_field]) if venue_field else None,
        doi=doi,
        arxiv_id=arxiv,
        pmid=_pmid(fields),
        url=_url(fields),
        category=category or None,
        tags=_tags(fields.get("keywords", "")),
        abstract=plain(decode(fields.get("abstract", ""))),
        key=entry.key or None,
        entry_type=entry.entry_type.lower(),
        details=_details(fields, venue_field),
        extra=_extra(entry.fields, {name for name in places if _is_said(name, fields, places, date)}),
        written=entry.written,
        source=source,
        line=line,
    )


def places_of(entry: Entry) -> dict[str, str]:
    """The part of the record that each field of an entry says: `title`, `venue`, ..., or the name of a detail."""
    fields = dict(reversed(entry.fields))
    venue_fields = sorted(_VENUES, key=lambda name: entry.entry_type.lower() in _PARTS and name != "booktitle")
    venue = next((name for name in venue_fields if decode(fields.get(name, ""))), None)
    places = {name: place for name, place in _PLACES.items() if name in fields}
    places |= {name: detail for detail, names in _DETAILS.items() for name in names if name in fields}
    places |= {venue: "venue"} if venue else {}
    own_arxiv = _own_arxiv_id(fields)
    if own_arxiv or (_is_pubmed(fields) and not fields.get("pmid")):
        places["eprint"] = "arxiv_id" if own_arxiv else "pmid"
        places |= {name: places["eprint"] for name in ("archiveprefix", "eprinttype") if name in fields}
        classes = ("primaryclass", "eprintclass") if own_arxiv else ()
        places |= {name: "category" for name in classes if name in fields}
    return places


def _is_said(name: str, fields: Mapping[str, str], places: Mapping[str, str], date: str | None) -> bool:
    """Whether the record says all that a field says, so that it needs not be kept besides."""
    place = places[name]
    if place == "date":
        return name in _said_dates(fields, date)
    if place == "pages" and not pages(decode(fields[name])):
        return not fields[name]
    if place in _DETAILS:
        return next((one for one in _DETAILS[place] if decode(fields.get(one, ""))), name) == name
    if place == "pmid" and name in ("pmid", "eprint"):
        return fields[name].strip().isdecimal()
    return place != "doi" or not fields[name] or find_doi(decode(fields[name])) is not None


def _extra(fields: Iterable[tuple[str, str]], said: Iterable[str]) -> tuple[tuple[str, str], ...]:
    seen = dict.fromkeys(said)
    kept: list[tuple[str, str]] = []
    first: dict[str, str] = {}
    for name, value in fields:
        is_repeated = name in first and first[name] != value
        if (name not in seen and name not in first) or is_repeated:
            kept.append((name, value))
        first.setdefault(name, value)
    return tuple(kept)


def _text(value: str) -> str:
    return " ".join(plain(decode(value)).split())


def _title(fields: Mapping[str, str]) -> str:
    """The title, with its subtitle behind a colon."""
    title, subtitle = (_text(fields.get(name, "")) for name in ("title", "subtitle"))
    return with_subtitle(title, subtitle) if subtitle else title


def _first(fields: Mapping[str, str], *names: str) -> str:
    return next((text for name in names if (text := decode(fields.get(name, "")))), "")


def _details(fields: Mapping[str, str], venue_field: str | None) -> tuple[tuple[str, str], ...]:
    """What a bibliography prints besides, as plain text."""
    found: list[tuple[str, str]] = []
    for detail, names in _DETAILS.items():
        if not fields.keys() & names or (detail == "booktitle" and venue_field == "booktitle"):
            continue
        text = names_text(fields.get("editor", "")) if detail == "editor" else _first(fields, *names)
        text = " ".join(plain(text).split())
        text = pages(text) if detail == "pages" else text
        found += [(detail, text)] if text else []
    return tuple(found)


def _date(fields: Mapping[str, str]) -> str | None:
    if date := _date_of(fields.get("date", "")):
        return date
    year = re.search(r"(?<!\d)\d{4}(?!\d)", decode(fields.get("year", "")))
    if year is None:
        return None
    month = month_number(fields.get("month", ""))
    return iso(int(year[0]), month, _day(fields) if month else 0)


def _date_of(text: str) -> str | None:
    """The date of BibLaTeX's one field for it; of a span its beginning."""
    numeric = _ISO_DATE.match(text)
    if numeric:
        return iso(int(numeric[1]), int(numeric[2] or 0), int(numeric[3] or 0))
    return iso_date(decode(text))


def _day(fields: Mapping[str, str]) -> int:
    """The day, which may also stand in the month: `"12~" # jan`."""
    day = re.fullmatch(r"\D{0,3}(\d{1,2})\D{0,3}", fields.get("day", ""))
    if day is None and re.search(r"[A-Za-z]{3}", fields.get("month", "")):
        days = _DAY.findall(fields["month"])
        return int(days[0]) if len(days) == 1 else 0
    return int(day[1]) if day else 0


def _said_dates(fields: Mapping[str, str], date: str | None) -> set[str]:
    """Date fields that the date says in full; a range or a word such as `in press` is kept besides."""
    if not date:
        return set()
    if _date_of(fields.get("date", "")):
        return {"date"} if fields["date"].strip() == date else set()
    month, day = date[5:7], date[8:10]
    said = {"year"} if fields.get("year", "").strip() == date[:4] else set()
    is_month = re.fullmatch(r"[A-Za-z]+\.?|\d+", fields.get("month", "").strip())
    said |= {"month"} if month and (is_month or (day and not fields.get("day"))) else set()
    return said | ({"day"} if day else set())


def _own_arxiv_id(fields: Mapping[str, str]) -> str | None:
    """The arXiv identifier in the fields that are made for it."""
    prefix = _first(fields, "archiveprefix", "eprinttype").lower()
    return arxiv_id(decode(fields.get("eprint", ""))) if prefix in ("arxiv", "") else None


def _arxiv_id(fields: Mapping[str, str]) -> str | None:
    places = (fields.get(name, "") for name in _MAY_NAME_ARXIV)
    own = _own_arxiv_id(fields)
    return own or next((found for place in places if place and (found := find_arxiv_id(decode(place)))), None)


def _is_pubmed(fields: Mapping[str, str]) -> bool:
    prefix = _first(fields, "eprinttype", "archiveprefix").lower()
    return prefix in ("pubmed", "pmid") and _PMID.match(fields.get("eprint", "")) is not None


def _pmid(fields: Mapping[str, str]) -> str | None:
    number = _PMID.match(fields.get("pmid", "")) or (_PMID.match(fields["eprint"]) if _is_pubmed(fields) else None)
    return number[1] if number else None


def _url(fields: Mapping[str, str]) -> str | None:
    text = fields.get("url", "")
    plain_url = " ".join(re.sub(r"\\url\s*|[{}]|\\(?=[%&_#~])", "", text).split())
    if plain_url:
        return plain_url
    address = _ADDRESS.fullmatch(fields.get("howpublished", "").strip())
    return re.sub(r"\\(?=[%&_#~])", "", address[1] or address[2]) if address else None


def _tags(text: str) -> tuple[str, ...]:
    tags = (decode(tag) for tag in re.split(r"[,;\n]", text))
    return tuple(dict.fromkeys(tag for tag in tags if tag))
