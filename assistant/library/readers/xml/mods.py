"""Read MODS, the Library of Congress' records, alone, in a collection or inside other XML."""

import datetime as dt
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from assistant.library.readers.values.dates import iso_date
from assistant.library.readers.values.identifiers import doi_of_address, find_arxiv_id, find_doi, pmcid
from assistant.library.readers.values.pages import pages, pages_between
from assistant.library.readers.values.titles import with_subtitle
from assistant.library.readers.xml.fields import book_numbers, details, first_text, leftovers, line_of, text_of, texts
from assistant.library.readers.xml.mods_names import people
from assistant.library.readers.xml.outline import outline
from assistant.library.readers.xml.source import XmlRecord, read_xml
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_RECORDS = frozenset({"mods"})
_NAMESPACE = b"loc.gov/mods/"
_READ = frozenset(
    "titleInfo name genre typeOfResource originInfo abstract subject relatedItem part identifier location language "
    "recordInfo physicalDescription".split()
)
_GENRES = (
    ("conference publication", "proceedings"),
    ("conference paper", "inproceedings"),
    ("inproceedings", "inproceedings"),
    ("proceedings", "proceedings"),
    ("journal article", "article"),
    ("article", "article"),
    ("book chapter", "incollection"),
    ("book section", "incollection"),
    ("book part", "incollection"),
    ("incollection", "incollection"),
    ("inbook", "inbook"),
    ("master", "mastersthesis"),
    ("thesis", "phdthesis"),
    ("dissertation", "phdthesis"),
    ("technical report", "techreport"),
    ("report", "techreport"),
    ("government publication", "techreport"),
    ("patent", "patent"),
    ("dataset", "dataset"),
    ("database", "dataset"),
    ("software", "software"),
    ("web site", "online"),
    ("web page", "online"),
    ("manual", "manual"),
    ("unpublished", "unpublished"),
    ("book", "book"),
    ("misc", "misc"),
)
_DATES = ("dateIssued", "copyrightDate", "dateCreated", "dateValid", "dateOther")
_TO_ARTICLES = frozenset({"issn", "journal", "periodical", "newspaper", "magazine", "continuing", "serial"})
_IDENTIFIERS = frozenset({"doi", "isbn", "issn", "citekey", "pubmed", "pmid", "pmc", "arxiv"})


class ModsReader:
    """MODS."""

    name = "mods"

    def sniff(self, content: Content) -> bool:
        """Look for its records, whatever is round them."""
        found = outline(content)
        if found is None:
            return False
        return found.root in ("mods", "modsCollection") or ("mods" in found.names and _NAMESPACE in content.signature)

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the records in the order of the source."""
        return read_xml(content, _RECORDS, _record, source=source)


def _record(found: XmlRecord, source: str) -> Record | Skipped:
    mods = found.element
    title = _title(mods)
    key = first_text(mods, "identifier[@type='citekey']")
    if not title:
        what = f"the record {key!r}" if key else "this record"
        return Skipped(source=source, line=found.line, reason=f"{what} has no title; add a <titleInfo> with a <title>")
    host = _related(mods, "host")
    date = _date(mods) or _date(host)
    authors, editors, et_al = people(mods)
    _, host_editors, _ = people(host, plain_role="editor")
    venue = _title(host)
    doi = next((doi for text in _identifiers(mods, "doi") if (doi := find_doi(text))), None)
    urls = (*texts(mods, "location/url"), *(uri for uri in _identifiers(mods, "uri") if "://" in uri))
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue or None,
        doi=doi or next((doi for url in urls if (doi := doi_of_address(url))), None),
        arxiv_id=next((one for text in (*_identifiers(mods, "arxiv"), *urls) if (one := find_arxiv_id(text))), None),
        pmid=next((one for one in _identifiers(mods, "pubmed", "pmid") if one.isdecimal()), None),
        url=urls[0] if urls else None,
        tags=_tags(mods),
        abstract="\n".join(text for one in mods.iterfind("abstract") if (text := text_of(one))),
        key=key or None,
        entry_type=_kind(mods, host),
        details=_details(mods, host, editors or host_editors),
        extra=_extra(mods),
        source=source,
        line=found.line,
    )


def _title(element: Element | None) -> str:
    infos = element.findall("titleInfo") if element is not None else []
    info = next((one for one in infos if one.get("type") is None and first_text(one, "title")), None)
    info = info if info is not None else next((one for one in infos if first_text(one, "title")), None)
    if info is None:
        return ""
    article = line_of(info.find("nonSort"))
    title = first_text(info, "title")
    gap = "" if article.endswith(("'", "\u2019")) else " "
    main = f"{article}{gap}{title}" if article else title
    whole = with_subtitle(main, first_text(info, "subTitle"))
    parts = (*texts(info, "partNumber"), *texts(info, "partName"))
    return ". ".join((whole, *parts)) if parts else whole


def _related(mods: Element | None, kind: str) -> Element | None:
    return next((one for one in (mods if mods is not None else ()) if one.get("type") == kind), None)


def _identifiers(element: Element | None, *kinds: str) -> tuple[str, ...]:
    found = element.iterfind("identifier") if element is not None else ()
    return tuple(text for one in found if one.get("type", "").lower() in kinds and (text := line_of(one)))


def _date(element: Element | None) -> str | None:
    """The date of issue before others; of several, the one marked as the key, then those in a known notation."""
    if element is None:
        return None
    dates = [
        (_DATES.index(one.tag), one.get("keyDate") != "yes", one.get("encoding") is None, position, line_of(one))
        for position, one in enumerate(element.iterfind("originInfo/*"))
        if one.tag in _DATES and one.get("point") != "end"
    ]
    dates += [(len(_DATES), True, True, 0, text) for text in texts(element, "part/date")]
    return next((date for *_, text in sorted(dates) if (date := _iso(text))), None)


def _iso(text: str) -> str | None:
    packed = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    return iso_date("-".join(packed.groups()) if packed else re.sub(r"(?<=\D)(?=\d{4}\b)|[\[\]?©]", " ", text))


def _tags(mods: Element) -> tuple[str, ...]:
    kinds = ("topic", "geographic", "temporal", "genre")
    found = [text for subject in mods.iterfind("subject") for kind in kinds for text in texts(subject, kind)]
    return tuple(dict.fromkeys(found))


def _kind(mods: Element, host: Element | None) -> str:
    genres = [text.lower() for text in (*texts(mods, "genre"), *texts(mods, "typeOfResource"))]
    for genre in genres:
        kind = next((kind for word, kind in _GENRES if word in genre), None)
        if kind is not None and not (kind == "book" and host is not None):
            return kind
    if host is not None:
        said = {text.lower() for text in (*texts(host, "genre"), *texts(host, "originInfo/issuance"))}
        is_serial = bool(said & _TO_ARTICLES) or bool(_identifiers(host, "issn"))
        return "article" if is_serial else "incollection"
    is_text = any(genre == "text" for genre in genres)
    return "book" if is_text and "monographic" in texts(mods, "originInfo/issuance") else "misc"


def _details(mods: Element, host: Element | None, editors: str) -> tuple[tuple[str, str], ...]:
    parts = [part for one in (mods, host) if one is not None for part in one.iterfind("part")]
    numbers = {
        kind: next((text for part in parts for text in _numbers(part, kind)), "")
        for kind in ("volume", "issue", "number")
    }
    series = _related(mods, "series")
    books = book_numbers(" ".join(text for one in (mods, host) for text in _identifiers(one, "isbn", "issn")))
    origins = [one.find("originInfo") for one in (mods, host) if one is not None]
    where = next((text for one in origins for text in _places(one)), "")
    return details(
        volume=numbers["volume"],
        number=numbers["issue"] or numbers["number"],
        pages=next((found for part in parts if (found := _pages(part))), ""),
        publisher=next((text for one in origins if (text := first_text(one, "publisher"))), ""),
        address=where,
        edition=next((text for one in origins if (text := first_text(one, "edition"))), ""),
        series=_title(series),
        editor=editors,
        isbn=books.get("isbn"),
        issn=books.get("issn"),
        pmcid=pmcid(next(iter(_identifiers(mods, "pmc")), "")),
        language=next(iter(texts(mods, "language/languageTerm")), "") or first_text(mods, "language"),
    )


def _numbers(part: Element, kind: str) -> tuple[str, ...]:
    found = (one for one in part.iterfind("detail") if one.get("type") == kind)
    return tuple(text for one in found if (text := first_text(one, "number") or first_text(one, "caption")))


def _pages(part: Element) -> str:
    for extent in part.iterfind("extent"):
        if extent.get("unit", "pages") in ("pages", "page"):
            span = pages_between(first_text(extent, "start"), first_text(extent, "end"))
            if span or first_text(extent, "list"):
                return span or pages(first_text(extent, "list"))
    return next((pages(text) for kind in ("page", "pages") for text in _numbers(part, kind)), "")


def _places(origin: Element | None) -> Iterator[str]:
    if origin is not None:
        for term in origin.iterfind("place/placeTerm"):
            if term.get("type") != "code" and line_of(term):
                yield line_of(term)


def _extra(mods: Element) -> tuple[tuple[str, str], ...]:
    other_titles = [("titleInfo", line_of(one)) for one in mods.iterfind("titleInfo") if one.get("type")]
    numbers = [
        (f"identifier {one.get('type', '')}".strip(), line_of(one))
        for one in mods.iterfind("identifier")
        if one.get("type", "").lower() not in _IDENTIFIERS
    ]
    others = [
        (f"relatedItem {one.get('type', '')}".strip(), " ".join(" ".join(one.itertext()).split()))
        for one in mods.iterfind("relatedItem")
        if one.get("type") not in ("host", "series")
    ]
    extent = ("physicalDescription", first_text(mods, "physicalDescription/extent"))
    pairs = (*other_titles, *leftovers(mods, _READ), extent, *numbers, *others)
    return tuple((name, value) for name, value in pairs if value)
