"""Read EndNote's XML, as EndNote, Bookends, JabRef and others export it."""

import datetime as dt
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from assistant.library.readers.tagged.ris_types import publisher_name
from assistant.library.readers.values.dates import iso_date
from assistant.library.readers.values.identifiers import doi_of_address, find_arxiv_id, find_doi, find_pmid
from assistant.library.readers.values.names import is_suffix, people_text, person, without_et_al
from assistant.library.readers.values.pages import pages
from assistant.library.readers.xml.fields import book_numbers, details, first_text, leftovers, line_of, text_of, texts
from assistant.library.readers.xml.outline import outline
from assistant.library.readers.xml.source import XmlRecord, read_xml
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped

_RECORDS = frozenset({"record"})
_MARKS = frozenset({"ref-type", "rec-number", "source-app", "foreign-keys", "contributors", "secondary-title"})
_KINDS = {
    "journal article": "article",
    "electronic article": "article",
    "magazine article": "article",
    "newspaper article": "article",
    "book": "book",
    "edited book": "book",
    "electronic book": "book",
    "classical work": "book",
    "ancient text": "book",
    "book section": "incollection",
    "electronic book section": "incollection",
    "encyclopedia": "incollection",
    "dictionary": "incollection",
    "conference proceedings": "inproceedings",
    "conference paper": "inproceedings",
    "thesis": "phdthesis",
    "report": "techreport",
    "government document": "techreport",
    "web page": "online",
    "blog": "online",
    "online database": "online",
    "dataset": "dataset",
    "computer program": "software",
    "patent": "patent",
    "manuscript": "unpublished",
    "unpublished work": "unpublished",
}
_NUMBERS = {
    17: "article", 43: "article", 19: "article", 23: "article", 6: "book", 28: "book", 44: "book", 5: "incollection",
    60: "incollection", 10: "inproceedings", 47: "inproceedings", 32: "phdthesis", 27: "techreport", 46: "techreport",
    12: "online", 56: "online", 59: "dataset", 9: "software", 25: "patent", 36: "unpublished", 34: "unpublished",
}  # fmt: skip
_WITH_VENUE = frozenset({"article", "incollection", "inproceedings"})
_READ = frozenset(
    "ref-type contributors titles periodical pages volume number edition keywords dates publisher pub-location isbn "
    "electronic-resource-num abstract urls language foreign-keys database source-app".split()
)
_TITLES = frozenset({"title", "secondary-title", "short-title"})
_PMCID = re.compile(r"PMC\d+")
_CITE_KEY = re.compile(r"(?=.*\d)[A-Za-z][\w:.+/-]*")
_INITIALS = re.compile(r"[A-Z]{1,3}")


class EndnoteXmlReader:
    """EndNote's XML."""

    name = "endnote-xml"

    def sniff(self, content: Content) -> bool:
        """Look for EndNote's elements, since its root is called no more than `xml`."""
        found = outline(content)
        if found is None or found.root not in ("xml", "records", "record") or found.namespace:
            return False
        return (found.root == "xml" and "records" in found.names) or bool(found.names & _MARKS)

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the references in the order of the file."""
        return read_xml(content, _RECORDS, _record, source=source)


def _record(found: XmlRecord, source: str) -> Record | Skipped:
    root = found.element
    title = first_text(root, "titles/title")
    if not title:
        number = first_text(root, "rec-number")
        what = f"reference number {number}" if number else "this reference"
        return Skipped(source=source, line=found.line, reason=f"{what} has no title; add one in EndNote")
    kind = _kind(root)
    date = _date(root)
    authors, et_al = _people(root, "authors")
    venue = _venue(root) if kind in _WITH_VENUE else ""
    doi_field = first_text(root, "electronic-resource-num")
    urls = texts(root, "urls//url")
    doi = find_doi(doi_field) or next((doi for url in urls if (doi := doi_of_address(url))), None)
    label = first_text(root, "label")
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue or None,
        doi=doi,
        arxiv_id=next((one for text in (doi_field, *urls, venue) if (one := find_arxiv_id(text))), None),
        pmid=_pmid(root, urls),
        url=next((url for url in (*texts(root, "urls/web-urls/url"), *urls) if _is_address(url)), None),
        tags=_tags(root),
        abstract=text_of(root.find("abstract")),
        key=label if _CITE_KEY.fullmatch(label) else None,
        entry_type=kind,
        details=_details(root, kind, venue),
        extra=_extra(root, kind, venue, urls, doi_field if doi is None else ""),
        source=source,
        line=found.line,
    )


def _kind(root: Element) -> str:
    element = root.find("ref-type")
    name = element.get("name", "") if element is not None else ""
    written = line_of(element)
    number = int(written) if written.isascii() and written.isdecimal() else 0
    kind = _KINDS.get((name or written).strip().lower()) or _NUMBERS.get(number, "misc")
    is_masters = kind == "phdthesis" and "master" in first_text(root, "work-type", "volume").lower()
    return "mastersthesis" if is_masters else kind


def _venue(root: Element) -> str:
    return first_text(root, "titles/secondary-title", "periodical/full-title", "alt-periodical/full-title")


def _date(root: Element) -> str | None:
    year, day = first_text(root, "dates/year"), first_text(root, "dates/pub-dates/date")
    return iso_date(f"{year} {day}") if iso_date(day) is None else iso_date(day if not year or year in day else year)


def _tags(root: Element) -> tuple[str, ...]:
    fields = root.iterfind("keywords/keyword")
    tags = (" ".join(tag.split()) for field in fields for tag in re.split(r"[;\n\r]\s", text_of(field)))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _people(root: Element, kind: str) -> tuple[tuple[Author, ...], bool]:
    written = [without_et_al(name) for name in texts(root, f"contributors/{kind}/author")]
    people = (_author(name) for name, _ in written if name)
    return tuple(one for one in people if one.family), any(et_al for _, et_al in written)


def _author(name: str) -> Author:
    """A name as EndNote has it: family name first; an organisation ends with a comma."""
    if name.endswith(","):
        return Author(family=name.rstrip(", "))
    family, _, initials = name.rpartition(" ")
    if family and "," not in name and _INITIALS.fullmatch(initials) and not (family.isupper() or is_suffix(initials)):
        return Author(family=family, given=initials)
    return person(name)


def _pmid(root: Element, urls: tuple[str, ...]) -> str | None:
    linked = next((found for url in urls if (found := find_pmid(url))), None)
    if linked:
        return linked
    number = first_text(root, "accession-num")
    databases = " ".join(texts(root, "remote-database-name") + texts(root, "remote-database-provider")).lower()
    is_pubmed = any(word in re.split(r"\W+", databases) for word in ("pubmed", "medline", "nlm"))
    if "embase" in databases or any("embase.com/" in url for url in urls):
        # Embase has a number of its own, and writes PubMed's into the fifth of the free fields.
        is_pubmed, number = True, first_text(root, "custom5")
    return number if is_pubmed and re.fullmatch(r"\d{1,8}", number) else None


def _is_address(url: str) -> bool:
    return url.lower().startswith(("http://", "https://", "ftp://"))


def _details(root: Element, kind: str, venue: str) -> tuple[tuple[str, str], ...]:
    editors, _ = _people(root, "secondary-authors")
    short = first_text(root, "periodical/abbr-1", "titles/alt-title", "alt-periodical/abbr-1")
    pmcids = (text for name in ("custom2", "user16") if _PMCID.fullmatch(text := first_text(root, name)))
    isbn = root.find("isbn")
    numbers = book_numbers(" ".join(isbn.itertext()) if isbn is not None else "")
    return details(
        volume=first_text(root, "volume"),
        number=first_text(root, "number", "issue"),
        pages=pages(first_text(root, "pages")),
        address=first_text(root, "pub-location"),
        edition="" if kind == "article" else first_text(root, "edition"),
        series=first_text(root, "titles/tertiary-title") or ("" if venue else _venue(root)),
        editor=people_text(editors),
        shortjournal=short if short != venue and kind == "article" else "",
        isbn=numbers.get("isbn"),
        issn=numbers.get("issn"),
        pmcid=next(pmcids, None),
        language=first_text(root, "language"),
        **{publisher_name(kind): first_text(root, "publisher")},
    )


def _extra(root: Element, kind: str, venue: str, urls: tuple[str, ...], bad_doi: str) -> tuple[tuple[str, str], ...]:
    """What has no other place: fields that are not read, further titles, people and addresses."""
    used_urls = {url for url in urls[:1] if _is_address(url)}
    titles = ((name, text) for name, text in leftovers(root.find("titles"), _TITLES) if text != venue)
    people = leftovers(root.find("contributors"), {"authors", "secondary-authors"})
    pairs = [
        ("short-title", first_text(root, "titles/short-title")),
        *titles,
        *people,
        *leftovers(root, _READ),
        ("edition", first_text(root, "edition") if kind == "article" else ""),
        *(("url", url) for url in urls if url not in used_urls),
        ("electronic-resource-num", bad_doi),
    ]
    return tuple((name, value) for name, value in pairs if value)
