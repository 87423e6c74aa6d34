"""Read Crossref's XML (Unixref), as its query service and DOI content negotiation answer."""

import datetime as dt
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from assistant.library.readers.values.dates import iso
from assistant.library.readers.values.identifiers import find_arxiv_id, find_doi
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages_between
from assistant.library.readers.values.titles import with_subtitle
from assistant.library.readers.xml.fields import details, first_text, line_of, text_of, texts
from assistant.library.readers.xml.outline import outline
from assistant.library.readers.xml.source import XmlRecord, read_xml
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped

_RECORDS = frozenset({"doi_record"})
_ITEMS = (
    ("journal/journal_article", "article"),
    ("conference/conference_paper", "inproceedings"),
    ("book/content_item", "incollection"),
    ("dissertation", "phdthesis"),
    ("report-paper/report-paper_metadata", "techreport"),
    ("report-paper/report-paper_series_metadata", "techreport"),
    ("posted_content", "misc"),
    ("database/dataset", "dataset"),
    ("standard/standard_metadata", "misc"),
    ("book/book_metadata", "book"),
    ("book/book_series_metadata", "book"),
    ("book/book_set_metadata", "book"),
    ("conference/proceedings_metadata", "proceedings"),
    ("conference/proceedings_series_metadata", "proceedings"),
    ("peer_review", "misc"),
    ("sa_component/component_list/component", "misc"),
)
_WHOLES = (
    "book/book_metadata",
    "book/book_series_metadata",
    "book/book_set_metadata",
    "conference/proceedings_metadata",
)
_WHOLES_OF_SERIES = ("conference/proceedings_series_metadata",)


class UnixrefReader:
    """Crossref's XML."""

    name = "unixref"

    def sniff(self, content: Content) -> bool:
        """Look for its records."""
        found = outline(content)
        if found is None:
            return False
        return (
            found.root == "doi_records"
            or ("crossref_result" in found.root)
            or ({"doi_record", "crossref"} <= found.names)
        )

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the records in the order of the source."""
        return read_xml(content, _RECORDS, _record, source=source)


def _record(found: XmlRecord, source: str) -> Record | Skipped:
    crossref = found.element.find("crossref")
    item, kind = _item(crossref)
    doi = find_doi(first_text(item, "doi_data/doi"))
    error = first_text(crossref, "error")
    if error:
        return Skipped(source=source, line=found.line, reason=f"Crossref answered with an error: {error}; ask again")
    title = _title(item)
    if crossref is None or item is None or not title:
        return Skipped(
            source=source, line=found.line, reason=f"Crossref has no title for {doi or 'this record'}; add one"
        )
    whole = next((one for path in (*_WHOLES, *_WHOLES_OF_SERIES) if (one := crossref.find(path)) is not None), None)
    whole = whole if whole is not item else None
    journal, issue = crossref.find("journal/journal_metadata"), crossref.find("journal/journal_issue")
    venue = first_text(journal, "full_title") or first_text(whole, "proceedings_title") or _title(whole)
    date = _date(item) or _date(issue) or _date(whole)
    abstract = item.find("abstract")
    return Record(
        title=title,
        authors=tuple(_people(item, "author")) or (tuple(_people(whole, "author")) if kind == "incollection" else ()),
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue or None,
        doi=doi,
        arxiv_id=find_arxiv_id(doi or ""),
        url=first_text(item, "doi_data/resource") or None,
        abstract=text_of(abstract),
        entry_type=kind,
        details=_details(crossref, item, whole, kind),
        extra=_extra(item, crossref),
        source=source,
        line=found.line,
    )


def _details(crossref: Element, item: Element, whole: Element | None, kind: str) -> tuple[tuple[str, str], ...]:
    journal, issue = crossref.find("journal/journal_metadata"), crossref.find("journal/journal_issue")
    short = first_text(journal, "abbrev_title")
    venue = first_text(journal, "full_title")
    publisher = first_text(item, "publisher/publisher_name") or first_text(whole, "publisher/publisher_name")
    institution = first_text(item, "institution/institution_name")
    house = {"phdthesis": "school", "techreport": "institution"}.get(kind, "organization")
    return details(
        volume=first_text(issue, "journal_volume/volume") or first_text(item, "volume") or first_text(whole, "volume"),
        number=first_text(issue, "issue"),
        pages=pages_between(first_text(item, "pages/first_page"), first_text(item, "pages/last_page")),
        eid=first_text(item, "publisher_item/item_number[@item_number_type='article_number']"),
        publisher=publisher,
        address=first_text(item, "institution/institution_place", "publisher/publisher_place"),
        edition=first_text(item, "edition_number"),
        series=first_text(item, "series_metadata/titles/title") or first_text(whole, "series_metadata/titles/title"),
        editor=people_text((*_people(item, "editor"), *_people(whole, "editor"))),
        shortjournal=short if short != venue else "",
        isbn=", ".join((*texts(item, "isbn"), *texts(whole, "isbn"))),
        issn=", ".join(texts(journal, "issn")),
        **{house: institution},
    )


def _item(crossref: Element | None) -> tuple[Element | None, str]:
    """What the record is about, the smallest part first."""
    for path, kind in _ITEMS:
        item = crossref.find(path) if crossref is not None else None
        if item is not None:
            is_preprint = path == "posted_content" and item.get("type") == "dissertation"
            return item, "phdthesis" if is_preprint else kind
    return None, "misc"


def _title(item: Element | None) -> str:
    title, subtitle = first_text(item, "titles/title", "proceedings_title"), first_text(item, "titles/subtitle")
    return with_subtitle(title, subtitle)


def _people(item: Element | None, role: str) -> Iterator[Author]:
    if item is None:
        return
    places = [*item.iterfind("contributors/*"), *item.iterfind("person_name"), *item.iterfind("organization")]
    for one in places:
        if one.get("contributor_role", "author") != role:
            continue
        family, given = first_text(one, "surname"), first_text(one, "given_name")
        suffix = first_text(one, "suffix")
        if one.tag == "organization":
            family, given, suffix = line_of(one), "", ""
        if family or given:
            yield Author(family=f"{family} {suffix}".strip(), given=given) if family else Author(family=given)


def _date(item: Element | None) -> str | None:
    """The printed date before the one on the web, as journals are cited."""
    if item is None:
        return None
    kinds = ("publication_date", "posted_date", "approval_date", "database_date/publication_date", "completion_date")
    dates = [date for kind in kinds for date in item.iterfind(kind)]
    for one in sorted(dates, key=lambda date: date.get("media_type") == "online"):
        year, month, day = (first_text(one, part) for part in ("year", "month", "day"))
        if year.isdecimal():
            return iso(int(year), int(month) if month.isdecimal() else 0, int(day) if day.isdecimal() else 0)
    return None


def _extra(item: Element, crossref: Element) -> tuple[tuple[str, str], ...]:
    event = crossref.find("conference/event_metadata")
    pairs = (
        ("degree", first_text(item, "degree")),
        ("conference_name", first_text(event, "conference_name")),
        ("conference_date", first_text(event, "conference_date")),
        ("conference_location", first_text(event, "conference_location")),
        ("original_language_title", first_text(item, "titles/original_language_title")),
        ("affiliation", "; ".join(texts(item, "contributors/person_name/affiliation"))),
    )
    return tuple((name, value) for name, value in pairs if value)
