"""Read arXiv's Atom feed, as its API answers."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from assistant.library.readers.values.dates import iso_date
from assistant.library.readers.values.identifiers import arxiv_id, find_doi
from assistant.library.readers.values.names import person
from assistant.library.readers.xml.fields import details, first_text, leftovers, line_of, text_of
from assistant.library.readers.xml.outline import outline
from assistant.library.readers.xml.source import XmlRecord, read_xml
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped

_RECORDS = frozenset({"entry"})
_ATOM = "http://www.w3.org/2005/Atom"
_IDENTIFIER = re.compile(r"arxiv\.org/abs/(?P<id>.+?)(?P<version>v\d+)?$", re.IGNORECASE)
_READ = frozenset(
    "id title summary author published updated doi journal_ref comment primary_category category link".split()
)


class ArxivAtomReader:
    """arXiv's Atom feed."""

    name = "arxiv-atom"

    def sniff(self, content: Content) -> bool:
        """Look for an Atom feed that names arXiv."""
        found = outline(content)
        is_atom = found is not None and found.root in ("feed", "entry") and found.namespace == _ATOM
        return is_atom and b"arxiv.org" in content.signature

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the entries in the order of the feed."""
        return read_xml(content, _RECORDS, _record, source=source)


def _record(found: XmlRecord, source: str) -> Record | Skipped:
    entry = found.element
    address = first_text(entry, "id")
    title = first_text(entry, "title")
    if "arxiv.org/api/errors" in address:
        said = first_text(entry, "summary") or "no reason given"
        return Skipped(source=source, line=found.line, reason=f"arXiv answered with an error: {said}; ask again")
    if not title:
        what = address or "this entry"
        return Skipped(source=source, line=found.line, reason=f"{what} has no title; fetch it anew")
    match = _IDENTIFIER.search(address)
    date = iso_date(first_text(entry, "published") or first_text(entry, "updated"))
    journal = first_text(entry, "journal_ref")
    categories = [one.get("term", "") for one in entry.iterfind("category")]
    primary = next((one.get("term") for one in entry.iterfind("primary_category")), None) or next(
        iter(categories), None
    )
    return Record(
        title=title,
        authors=tuple(_author(name) for one in entry.iterfind("author") if (name := first_text(one, "name"))),
        year=int(date[:4]) if date else None,
        date=date,
        venue=journal or None,
        doi=find_doi(first_text(entry, "doi")),
        arxiv_id=arxiv_id(match["id"]) if match else None,
        url=_page(found) or address or None,
        category=primary or None,
        abstract=text_of(entry.find("summary")),
        entry_type="article" if journal else "misc",
        details=details(note=first_text(entry, "comment")),
        extra=_extra(entry, (match["version"] if match else None) or "", [one for one in categories if one != primary]),
        source=source,
        line=found.line,
    )


def _extra(entry: Element, version: str, categories: Sequence[str]) -> tuple[tuple[str, str], ...]:
    pairs = (
        ("version", version),
        ("updated", first_text(entry, "updated")),
        ("categories", ", ".join(filter(None, categories))),
        ("affiliation", "; ".join(line_of(one) for one in entry.iterfind("author/affiliation"))),
        *leftovers(entry, _READ),
    )
    return tuple((name, value) for name, value in pairs if value)


def _author(name: str) -> Author:
    is_group = re.search(r"\b(?:collaborations?|consortium|group|team)\b", name, re.IGNORECASE)
    return Author(family=name) if is_group else person(name)


def _page(found: XmlRecord) -> str | None:
    """The address of the page that a person reads."""
    links = found.element.iterfind("link")
    return next((one.get("href") for one in links if one.get("rel", "alternate") == "alternate"), None)
