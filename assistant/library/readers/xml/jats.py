"""Read the front matter of JATS articles (`.nxml`), one or many in a file."""

import datetime as dt
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from assistant.library.readers.values.dates import iso, month_number
from assistant.library.readers.values.identifiers import find_arxiv_id, find_doi, pmcid
from assistant.library.readers.values.names import people_text, person
from assistant.library.readers.values.pages import pages, pages_between
from assistant.library.readers.values.titles import with_subtitle
from assistant.library.readers.xml.fields import details, first_text, line_of, text_of, texts
from assistant.library.readers.xml.outline import outline
from assistant.library.readers.xml.source import XmlRecord, read_xml
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped

_RECORDS = frozenset({"front"})
_DATES = ("ppub", "print", "epub-ppub", "collection", "issue", "epub", "electronic", "pub")
"""Kinds of dates, the one that is cited first."""


class JatsReader:
    """JATS, as PubMed Central and publishers give articles out."""

    name = "jats"

    def sniff(self, content: Content) -> bool:
        """Look for an article's front matter."""
        found = outline(content)
        return found is not None and found.root != "html" and {"front", "article-meta"} <= found.names

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the articles in the order of the source; bodies and references are passed over."""
        return read_xml(content, _RECORDS, _record, source=source)


def _record(found: XmlRecord, source: str) -> Record | Skipped:
    front = found.element
    journal = front.find("journal-meta")
    meta = front.find("article-meta")
    title = _title(meta)
    if meta is None or not title:
        return Skipped(source=source, line=found.line, reason="this article has no title; add an <article-title>")
    identifiers = {one.get("pub-id-type", ""): line_of(one) for one in meta.iterfind("article-id")}
    date = _date(meta)
    venue = first_text(journal, "journal-title-group/journal-title", "journal-title")
    return Record(
        title=title,
        authors=tuple(_people(meta, "author")),
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue or None,
        doi=find_doi(identifiers.get("doi", "")),
        arxiv_id=find_arxiv_id(identifiers.get("doi", "")) or find_arxiv_id(f"arXiv:{identifiers.get('arxiv', '')}"),
        pmid=identifiers.get("pmid") if identifiers.get("pmid", "").isdecimal() else None,
        url=next(
            (one.get("href") for one in meta.iterfind("self-uri") if one.get("href", "").startswith("http")), None
        ),
        tags=tuple(dict.fromkeys((*texts(meta, "kwd-group/kwd"), *texts(meta, "kwd-group/compound-kwd")))),
        abstract=next(iter(_abstracts(meta)), ""),
        entry_type="article",
        details=_details(journal, meta, venue, identifiers),
        extra=_extra(meta, identifiers),
        source=source,
        line=found.line,
    )


def _details(
    journal: Element | None, meta: Element, venue: str, identifiers: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    short = first_text(journal, "journal-title-group/abbrev-journal-title", "abbrev-journal-title")
    short = short or first_text(journal, "journal-id[@journal-id-type='nlm-ta']")
    return details(
        volume=first_text(meta, "volume"),
        number=first_text(meta, "issue"),
        pages=_pages(meta),
        eid=first_text(meta, "elocation-id"),
        publisher=first_text(journal, "publisher/publisher-name"),
        shortjournal=short if short != venue else "",
        issn=", ".join(texts(journal, "issn")),
        pmcid=pmcid(identifiers.get("pmc") or identifiers.get("pmcid") or ""),
        editor=people_text(_people(meta, "editor")),
    )


def _extra(meta: Element, identifiers: dict[str, str]) -> tuple[tuple[str, str], ...]:
    pairs = (
        ("subject", "; ".join(texts(meta, "article-categories/subj-group/subject"))),
        ("publisher-id", identifiers.get("publisher-id", "")),
        ("trans-title", "; ".join(texts(meta, "title-group/trans-title-group/trans-title"))),
        ("abstract", "\n".join(_abstracts(meta)[1:])),
        ("copyright-statement", first_text(meta, "permissions/copyright-statement")),
    )
    return tuple((name, value) for name, value in pairs if value)


def _title(meta: Element | None) -> str:
    title, subtitle = first_text(meta, "title-group/article-title"), first_text(meta, "title-group/subtitle")
    return with_subtitle(title, subtitle)


def _people(meta: Element, role: str) -> Iterator[Author]:
    for group in meta.iterfind("contrib-group"):
        for one in group.iterfind("contrib"):
            if (one.get("contrib-type") or group.get("content-type") or "author").rstrip("s") == role:
                author = _author(one)
                if author.family:
                    yield author


def _author(contrib: Element) -> Author:
    for path in ("name", "name-alternatives/name", "string-name", "name-alternatives/string-name"):
        name = contrib.find(path)
        family = first_text(name, "surname")
        if family:
            suffix = first_text(name, "suffix")
            return Author(family=f"{family} {suffix}".strip(), given=first_text(name, "given-names"))
        if line_of(name):
            return person(line_of(name))
    collab = contrib.find("collab")
    named = first_text(collab, "institution", "named-content") or (collab.text if collab is not None else "") or ""
    return Author(family=" ".join(named.split()) or line_of(collab))


def _date(meta: Element) -> str | None:
    dates = []
    for position, one in enumerate(meta.iterfind("pub-date")):
        kind = one.get("pub-type") or one.get("publication-format") or one.get("date-type") or ""
        dates.append((_DATES.index(kind) if kind in _DATES else len(_DATES), position, one))
    found = [date for _, _, one in sorted(dates, key=lambda date: date[:2]) if (date := _iso(one))]
    # The issue gives the year that is cited, and the day on the web may make it more precise.
    return max((date for date in found if date[:4] == found[0][:4]), key=len, default=None)


def _iso(element: Element) -> str | None:
    year, month, day = (first_text(element, part) for part in ("year", "month", "day"))
    return iso(int(year), month_number(month), int(day) if day.isdecimal() else 0) if year.isdecimal() else None


def _pages(meta: Element) -> str:
    span = pages_between(first_text(meta, "fpage"), first_text(meta, "lpage"))
    return span or pages(first_text(meta, "page-range"))


def _abstracts(meta: Element) -> list[str]:
    """The abstract, then those of other kinds (summaries for everybody, lists of results) and languages."""
    found = [*meta.iterfind("abstract"), *meta.iterfind("trans-abstract")]
    plain_first = sorted(found, key=lambda one: (one.tag, one.get("abstract-type") is not None))
    return [text for one in plain_first if (text := _abstract(one))]


def _abstract(element: Element) -> str:
    """The paragraphs, those of a titled section after its title."""
    sections = element.findall("sec")
    if not sections:
        titled = element.find("title")
        if titled is None:
            return text_of(element)
        return "\n".join(text for child in element if child is not titled and (text := text_of(child)))
    lines: list[str] = [text for child in element if child.tag == "p" and (text := text_of(child))]
    for section in sections:
        title = first_text(section, "title").rstrip(":. ")
        text = "\n".join(text for child in section if child.tag != "title" and (text := text_of(child)))
        lines.append(f"{title}: {text}" if title and text else text or title)
    return "\n".join(lines)
