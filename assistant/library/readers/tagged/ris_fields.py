"""Turn the fields of one RIS record into a record; other tagged formats with nearly the same fields use it too."""

import re

from assistant.library.readers.tagged.fields import Fields, one_line, prose
from assistant.library.readers.tagged.ris_types import (
    ENTRY_TYPES,
    PARTS_OF_BOOKS,
    RIS_TYPES,
    WHOLE_WORKS,
    WRITTEN_OUT,
    publisher_name,
    thesis_type,
)
from assistant.library.readers.tagged.values import (
    first_address,
    is_only_doi,
    is_said,
    joined,
    people,
    publication_date,
)
from assistant.library.readers.values.details import in_order
from assistant.library.readers.values.identifiers import (
    doi_of_address,
    find_arxiv_id,
    find_doi,
    find_pmcid,
    find_pmid,
    isbns,
    issns,
)
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages_between
from assistant.types import Author, Record

_TITLES = ("TI", "T1", "CT")
_DATES = ("PY", "Y1", "DA")
_ADDRESSES = ("UR", "LK", "L2", "L1", "L3", "L4")
_DOI_PLACES = ("M3", "N1", "AN", "M1")
_ARXIV_PLACES = ("DO", *_ADDRESSES, "JF", "JO", "T2", "AN", "M1", "N1", "C1")
_PUBMED_PLACES = ("U1", "U2", "AN", "N1", "UR", "LK", "L2", "C2", "C1", "ID")
_DIRECT_DETAILS = {
    "volume": ("VL", "VO"),
    "number": ("IS",),
    "eid": ("C7",),
    "address": ("CY", "PP", "PI"),
    "language": ("LA",),
}
_LONGEST_DETAIL = 100
"""Databases put lists and remarks in these places too."""
_JOURNALS = ("JF", "T2", "JO", "JA", "J2", "J1")
_BOOKS = ("T2", "BT", "JF", "JO", "C3", "J2", "JA")
_SHORT_JOURNALS = ("J2", "JA", "J1", "JI", "J9", "JO")
_PAGE = re.compile(r"\d|^[ivxlcdm]+$", re.IGNORECASE)
_EDITION_IS_A_DATE = re.compile(r"[12]\d{3}[/-].*")


def record(fields: Fields, *, source: str, line: int) -> Record | None:
    """The record of RIS's fields, with what has no place in it kept as it is; None without a title."""
    entry_type = _entry_type(fields)
    title = fields.first(*_TITLES) or (fields.first("BT") if entry_type not in PARTS_OF_BOOKS else "")
    title = title or fields.first("ST")
    if not title:
        return None
    authors, et_al = people(fields.take("AU", "A1"))
    if "AU" in fields and "A1" in fields:
        authors = tuple(dict.fromkeys(authors))  # some programs write the same names under both
    editors = _editors(fields, entry_type)
    if _ris_type(fields) == "EDBOOK" and not editors:
        authors, editors = (), authors
    venue = _venue(fields, entry_type)
    doi, pmid, pmcid = _doi(fields), _pmid(fields), _pmcid(fields)
    details = _details(fields, entry_type, venue) | {"editor": people_text(editors), "pmcid": pmcid or ""}
    date = _date(fields)
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue,
        doi=doi,
        arxiv_id=fields.find(find_arxiv_id, *_ARXIV_PLACES),
        pmid=pmid,
        url=_address(fields),
        tags=_tags(fields),
        abstract=_abstract(fields),
        key=_key(fields),
        entry_type=entry_type,
        details=in_order(details),
        extra=fields.rest(),
        source=source,
        line=line,
    )


def _ris_type(fields: Fields) -> str:
    written = one_line(next(iter(fields.of("TY")), ""))
    return WRITTEN_OUT.get(written.lower(), written.upper())


def _entry_type(fields: Fields) -> str | None:
    """BibTeX's type; RIS's own is left when it says more."""
    ris_type = _ris_type(fields)
    entry_type = ENTRY_TYPES.get(ris_type)
    if ris_type == "CONF" and any(tag in fields for tag in ("T2", "BT", "JF", "JO", "C3")):
        entry_type = "inproceedings"
    if ris_type == "THES":
        entry_type = thesis_type(" ".join(fields.of("M3", "U1", "PB")))
    if entry_type and ris_type in (RIS_TYPES.get(entry_type), "CONF"):
        fields.take_if(lambda text: one_line(text) == ris_type, "TY")
    return entry_type


def _editors(fields: Fields, entry_type: str | None) -> tuple[Author, ...]:
    """Who is an editor: in books `A2` has the series' editors, so that `A3` may have the book's."""
    editors, _ = people(fields.take_if(lambda text: len(text) <= _LONGEST_DETAIL, "ED"))
    if not editors and entry_type not in ("patent", "thesis", "mastersthesis", "phdthesis"):
        second = "A3" if entry_type == "book" and "A3" in fields else "A2"
        editors, _ = people(fields.take_if(lambda text: len(text) <= _LONGEST_DETAIL, second))
    return editors


def _venue(fields: Fields, entry_type: str | None) -> str | None:
    if entry_type in WHOLE_WORKS:
        return None
    return fields.first(*(_BOOKS if entry_type in PARTS_OF_BOOKS else _JOURNALS)) or None


def _details(fields: Fields, entry_type: str | None, venue: str | None) -> dict[str, str]:
    details = {}
    for name, tags in _DIRECT_DETAILS.items():
        is_short = all(len(text) <= _LONGEST_DETAIL for text in fields.of(*tags))
        details[name] = fields.first(*tags) if is_short else ""
    details["pages"] = _pages(fields, entry_type)
    details[publisher_name(entry_type)] = fields.first("PB", "PU")
    details["series"] = fields.first("T3") or (fields.first("T2") if entry_type in ("book", "techreport") else "")
    details["edition"] = _edition(fields)
    details["chapter"] = fields.first("SE") if entry_type == "incollection" else ""
    if venue and entry_type not in PARTS_OF_BOOKS:
        fields.take_if(lambda text: one_line(text) == venue, *_SHORT_JOURNALS)
        short = [tag for tag in _SHORT_JOURNALS if any(one_line(text) != venue for text in fields.of(tag))]
        details["shortjournal"] = fields.first(*short)
    serials = fields.take_if(lambda text: issns(text) or isbns(text), "SN")
    details["issn"] = joined(issns, serials)
    details["isbn"] = joined(isbns, serials)
    return details


def _pages(fields: Fields, entry_type: str | None) -> str:
    """First and last page; of a whole work a number alone is how many there are, and left."""
    if entry_type in WHOLE_WORKS and "EP" not in fields and not any("-" in text for text in fields.of("SP")):
        return ""
    if not any(_PAGE.search(text) for text in fields.of("SP", "EP")):
        return ""
    return pages_between(fields.first("SP"), fields.first("EP"))


def _edition(fields: Fields) -> str:
    """The edition; PubMed's files have the date of electronic publication in its place."""
    is_date = any(_EDITION_IS_A_DATE.fullmatch(text) for text in fields.of("ET"))
    return "" if is_date else fields.first("ET")


def _date(fields: Fields) -> str | None:
    date = publication_date([text for tag in _DATES for text in fields.of(tag)])
    fields.take_if(lambda text: is_said(text.replace("undefined", ""), date), *_DATES)
    return date


def _doi(fields: Fields) -> str | None:
    own = fields.find(find_doi, "DO", "DI")
    linked = (found for text in fields.of(*_ADDRESSES) if (found := doi_of_address(text)))
    told = (found for text in fields.of(*_DOI_PLACES) if is_only_doi(text, found := find_doi(text)))
    doi = own or next(linked, None) or next(told, None)
    fields.take_if(lambda text: is_only_doi(text, doi), "DO", "DI", *_DOI_PLACES)
    return doi


def _pmid(fields: Fields) -> str | None:
    base = " ".join(fields.of("DB", "DP")).lower()
    number_tag = "AN" if "pubmed" in base or base == "medline" else "C5" if "embase" in base else ""
    numbers = (text.strip() for text in fields.of(number_tag) if re.fullmatch(r"[1-9][0-9]{0,8}", text.strip()))
    told = (found for text in fields.of(*_PUBMED_PLACES) if (found := find_pmid(text)))
    pmid = next(numbers, None) or next(told, None)
    fields.take_if(lambda text: re.sub(r"\W|pmid", "", text.lower()) == pmid, number_tag, *_PUBMED_PLACES)
    return pmid


def _pmcid(fields: Fields) -> str | None:
    pmcid = fields.find(find_pmcid, "C2", "U1", "U2", "AN", "L2", "UR")
    fields.take_if(lambda text: pmcid and re.sub(r"\W|pmcid", "", text).upper() == pmcid, "C2", "U1", "U2", "AN")
    return pmcid


def _address(fields: Fields) -> str | None:
    found = next((url for tag in ("UR", "LK", "L2") for text in fields.of(tag) if (url := first_address(text))), None)
    fields.take_if(lambda text: text.strip() == found, "UR", "LK", "L2")
    return found


def _tags(fields: Fields) -> tuple[str, ...]:
    tags = (one_line(tag) for text in fields.take("KW") for tag in re.split(r"[;\n]", text))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _abstract(fields: Fields) -> str:
    """Several fields are one abstract in parts; `N2` is asked when `AB` is empty, and left when both say something."""
    for tag in ("AB", "N2"):
        abstract = fields.take_prose(tag)
        if abstract:
            fields.take_if(lambda text: prose(text) == abstract, "N2")  # noqa: B023 - because it is called here
            return abstract
    return ""


def _key(fields: Fields) -> str | None:
    """The cite key; a bare number is only the place in a library that the file was exported from."""
    for tag in ("LB", "ID"):
        for text in fields.of(tag):
            if not text.strip().isdecimal() and "://" not in text:
                return fields.first(tag)
    return None
