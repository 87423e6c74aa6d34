"""Read the sources of Microsoft Word's bibliographies (`Sources.xml`)."""

import datetime as dt
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from assistant.library.readers.values.dates import iso, month_number
from assistant.library.readers.values.identifiers import doi_of_address, find_arxiv_id, find_doi
from assistant.library.readers.values.names import people_text, person
from assistant.library.readers.values.pages import pages
from assistant.library.readers.xml.fields import book_numbers, details, first_text, leftovers, text_of
from assistant.library.readers.xml.outline import outline
from assistant.library.readers.xml.source import XmlRecord, read_xml
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped

_RECORDS = frozenset({"Source"})
_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/bibliography"
_KINDS = {
    "ArticleInAPeriodical": "article",
    "JournalArticle": "article",
    "Book": "book",
    "BookSection": "incollection",
    "ConferenceProceedings": "inproceedings",
    "ElectronicSource": "online",
    "InternetSite": "online",
    "DocumentFromInternetSite": "online",
    "Patent": "patent",
    "Report": "techreport",
}
_VENUES = ("JournalName", "PeriodicalTitle", "BookTitle", "ConferenceName")
_READ = frozenset(
    "SourceType Tag Title Year Month Day JournalName PeriodicalTitle BookTitle ConferenceName Volume Issue Pages "
    "Number Publisher City StateProvince CountryRegion URL DOI StandardNumber Edition Author LCID Guid RefOrder "
    "Institution BIBTEX_Entry BIBTEX_KeyWords BIBTEX_Abstract BIBTEX_Key BIBTEX_Series".split()
)


class MsBibReader:
    """Word's bibliographies."""

    name = "ms-bib"

    def sniff(self, content: Content) -> bool:
        """Look at the root element."""
        found = outline(content)
        return found is not None and found.root in ("Sources", "Source") and found.namespace == _NAMESPACE

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the sources in the order of the file."""
        return read_xml(content, _RECORDS, _record, source=source)


def _record(found: XmlRecord, source: str) -> Record | Skipped:
    root = found.element
    title, tag = first_text(root, "Title"), first_text(root, "BIBTEX_Key", "Tag")
    if not title:
        what = f"the source {tag!r}" if tag else "this source"
        return Skipped(source=source, line=found.line, reason=f"{what} has no title; add one in Word")
    date, url = _date(root), first_text(root, "URL")
    doi = find_doi(first_text(root, "DOI", "StandardNumber")) or doi_of_address(url)
    venue = first_text(root, *_VENUES)
    return Record(
        title=title,
        authors=tuple(_people(root, "Author")),
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue or None,
        doi=doi,
        arxiv_id=find_arxiv_id(f"{url} {venue}"),
        url=url or None,
        tags=_tags(first_text(root, "BIBTEX_KeyWords")),
        abstract=text_of(root.find("BIBTEX_Abstract")),
        key=tag if re.fullmatch(r"[^\s,{}\"#%\\]+", tag) else None,
        entry_type=_kind(root),
        details=_details(root),
        extra=leftovers(root, _READ - {"Number"} if first_text(root, "Issue") else _READ),
        source=source,
        line=found.line,
    )


def _kind(root: Element) -> str:
    written = first_text(root, "BIBTEX_Entry").lower()
    return written if written.isalpha() else _KINDS.get(first_text(root, "SourceType"), "misc")


def _date(root: Element) -> str | None:
    year, day = re.search(r"(?<!\d)\d{4}(?!\d)", first_text(root, "Year")), first_text(root, "Day")
    month = month_number(first_text(root, "Month"))
    return iso(int(year[0]), month, int(day) if day.isdecimal() else 0) if year else None


def _people(root: Element, role: str) -> Iterator[Author]:
    for one in root.iterfind(f"Author/{role}/NameList/Person"):
        given = " ".join(part for part in (first_text(one, "First"), first_text(one, "Middle")) if part)
        family = first_text(one, "Last")
        if family or given:
            yield Author(family=family or given, given=given if family else "")
    corporate = first_text(root, f"Author/{role}/Corporate")
    names = [name.strip() for name in corporate.split(";") if name.strip()]
    # Several people are written there too, family name first.
    yield from (person(name) if len(names) > 1 and "," in name else Author(family=name) for name in names)


def _tags(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.strip() for tag in re.split(r"[;,]", text) if tag.strip()))


def _details(root: Element) -> tuple[tuple[str, str], ...]:
    place = ", ".join(text for name in ("City", "StateProvince", "CountryRegion") if (text := first_text(root, name)))
    editors = people_text(_people(root, "Editor"))
    numbers = book_numbers(first_text(root, "StandardNumber"))
    return details(
        volume=first_text(root, "Volume"),
        number=first_text(root, "Issue", "Number"),
        pages=pages(first_text(root, "Pages")),
        publisher=first_text(root, "Publisher"),
        address=place,
        edition=first_text(root, "Edition"),
        series=first_text(root, "BIBTEX_Series"),
        editor=editors,
        institution=first_text(root, "Institution"),
        isbn=numbers.get("isbn"),
        issn=numbers.get("issn"),
    )
