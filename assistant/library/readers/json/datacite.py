"""Read the works of DataCite."""

from collections.abc import Mapping

from assistant.library.readers.json import values
from assistant.library.readers.json.types import entry_type
from assistant.library.readers.values.identifiers import find_arxiv_id, find_doi
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages_between
from assistant.library.readers.values.titles import with_subtitle
from assistant.types import Record

_KEPT = ("version", "rightsList", "fundingReferences", "relatedIdentifiers", "alternateIdentifiers", "sizes", "formats")
_DATES = ("Issued", "Available", "Created", "Submitted")


def is_datacite(item: Mapping[str, object]) -> bool:
    """Whether an object names its fields as DataCite does."""
    return isinstance(item.get("titles"), list) and not item.keys().isdisjoint({"creators", "types", "publicationYear"})


def record_of(item: Mapping[str, object], *, source: str, line: int | None) -> Record | None:
    """The record of a work; None without a title. What the service notes down is left out."""
    title = _title(item)
    if not title:
        return None
    creators, et_al = values.authors_of(item.get("creators"))
    container = values.mapping(item.get("container"))
    year = values.year_of(item.get("publicationYear"))
    date = _date(item, year)
    doi = find_doi(values.text(item.get("doi")) or values.text(item.get("id")) or "")
    url = values.text(item.get("url"))
    return Record(
        title=title,
        authors=creators,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=values.line_of(container.get("title")),
        doi=doi,
        arxiv_id=find_arxiv_id(doi or "") or find_arxiv_id(url or ""),
        url=None if url and doi and find_doi(url) == doi else url,
        tags=values.tags_of(item.get("subjects")),
        abstract=_described(item, "Abstract"),
        entry_type=_entry_type(item),
        details=_details(item, container),
        extra=values.extra_of({name: item.get(name) for name in _KEPT}, ()),
        source=source,
        line=line,
    )


def _details(item: Mapping[str, object], container: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    publisher = item.get("publisher")
    first, last = (values.text(container.get(name)) or "" for name in ("firstPage", "lastPage"))
    return values.details_of(
        {
            "volume": values.text(container.get("volume")),
            "number": values.text(container.get("issue")),
            "pages": (pages_between(first, last) or None) if first[:1].isdigit() else None,
            "edition": values.text(container.get("edition")),
            "publisher": values.line_of(values.mapping(publisher).get("name") or publisher),
            "editor": _editors(item),
            "issn": _identifier(container, "ISSN"),
            "isbn": _identifier(container, "ISBN"),
            "language": values.text(item.get("language")),
        }
    )


def _title(item: Mapping[str, object]) -> str | None:
    titles = [values.mapping(one) for one in values.sequence(item.get("titles"))]
    title = next((values.line_of(one.get("title")) for one in titles if not one.get("titleType")), None)
    title = title or next((found for one in titles if (found := values.line_of(one.get("title")))), None)
    subtitle = next((values.line_of(one.get("title")) for one in titles if one.get("titleType") == "Subtitle"), None)
    return with_subtitle(title or "", subtitle or "") or None


def _date(item: Mapping[str, object], year: int | None) -> str | None:
    """The date of issue; the year of publication alone when they disagree."""
    dates = [values.mapping(one) for one in values.sequence(item.get("dates"))]
    issued = (values.date_of(one.get("date")) for kind in _DATES for one in dates if one.get("dateType") == kind)
    date = next((one for one in issued if one and (year is None or one.startswith(str(year)))), None)
    return date or (str(year) if year else None)


def _described(item: Mapping[str, object], kind: str) -> str:
    descriptions = (values.mapping(one) for one in values.sequence(item.get("descriptions")))
    return next(
        (values.abstract_of(one.get("description")) for one in descriptions if one.get("descriptionType") == kind), ""
    )


def _entry_type(item: Mapping[str, object]) -> str | None:
    """The general type is given most carefully; what a text is say the others."""
    types = values.mapping(item.get("types"))
    general = values.text(types.get("resourceTypeGeneral"))
    if general and general not in ("Text", "Other"):
        return entry_type(general)
    named = (entry_type(values.text(types.get(name))) for name in ("resourceType", "citeproc", "bibtex"))
    return next((kind for kind in named if kind), None)


def _editors(item: Mapping[str, object]) -> str | None:
    contributors = (values.mapping(one) for one in values.sequence(item.get("contributors")))
    editors, _ = values.authors_of([dict(one) for one in contributors if one.get("contributorType") == "Editor"])
    return people_text(editors)


def _identifier(container: Mapping[str, object], kind: str) -> str | None:
    return values.text(container.get("identifier")) if container.get("identifierType") == kind else None
