"""Read the works of Crossref."""

from collections.abc import Mapping

from assistant.library.readers.json import values
from assistant.library.readers.json.types import entry_type
from assistant.library.readers.values.identifiers import find_arxiv_id, find_doi
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.titles import with_subtitle
from assistant.types import Record

_OWN_NAMES = frozenset(
    "member prefix deposited indexed is-referenced-by-count reference-count references-count content-domain "
    "published-online published-print posted".split()
)
_DATES = ("published", "published-print", "published-online", "issued", "posted", "approved", "created")
_KEPT = (
    "original-title",
    "short-title",
    "archive",
    "funder",
    "license",
    "update-to",
    "relation",
    "degree",
    "group-title",
)


def is_crossref(item: Mapping[str, object]) -> bool:
    """Whether an object names its fields as Crossref does; CSL-JSON, which is near, has no lists of titles."""
    if "DOI" not in item and "title" not in item:
        return False
    return not item.keys().isdisjoint(_OWN_NAMES) or ("DOI" in item and isinstance(item.get("title"), list))


def record_of(item: Mapping[str, object], *, source: str, line: int | None) -> Record | None:
    """The record of a work; None without a title. References, counts and what the service notes down are left out."""
    title = _title(item)
    if not title:
        return None
    authors, et_al = values.authors_of(item.get("author"))
    date = _date(item)
    doi = find_doi(values.text(item.get("DOI")) or "")
    url = values.text(item.get("URL"))
    container = values.line_of(values.first(item.get("container-title")))
    event = values.mapping(item.get("event")).get("name") or item.get("event")
    kind = entry_type(values.text(item.get("type")))
    has_venue = kind not in ("book", "phdthesis", "techreport", "dataset")
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=(container or values.line_of(event)) if has_venue else None,
        doi=doi,
        arxiv_id=find_arxiv_id(doi or "") or find_arxiv_id(url or ""),
        url=None if url and doi and find_doi(url) == doi else url,
        tags=values.tags_of(item.get("subject")),
        abstract=values.abstract_of(item.get("abstract")),
        entry_type=kind,
        details=_details(item, kind, container),
        extra=values.extra_of({name: item.get(name) for name in _KEPT}, ()),
        source=source,
        line=line,
    )


def _title(item: Mapping[str, object]) -> str | None:
    """The title with its subtitle, which Crossref keeps apart."""
    title = values.line_of(values.first(item.get("title")))
    subtitle = values.line_of(values.first(item.get("subtitle")))
    return with_subtitle(title or "", subtitle or "") or None


def _date(item: Mapping[str, object]) -> str | None:
    """Of the dates of publication the one that `issued` is, as precise as any says it."""
    dates = [date for name in _DATES if (date := values.date_of(item.get(name)))]
    issued = values.date_of(item.get("issued")) or (dates[0] if dates else None)
    return max((date for date in dates if date.startswith(issued)), key=len) if issued else None


def _details(item: Mapping[str, object], kind: str | None, container: str | None) -> tuple[tuple[str, str], ...]:
    editors, _ = values.authors_of(item.get("editor"))
    publisher = values.line_of(item.get("publisher"))
    institution = values.mapping(values.first(item.get("institution")))
    series = item.get("container-title")
    second = values.line_of(series[1]) if isinstance(series, list) and len(series) > 1 else None
    return values.details_of(
        {
            "volume": values.text(item.get("volume")),
            "number": values.text(item.get("issue"))
            or values.text(values.mapping(item.get("journal-issue")).get("issue")),
            "pages": values.line_of(item.get("page")),
            "eid": values.text(item.get("article-number")),
            "publisher": publisher,
            "address": values.line_of(item.get("publisher-location")),
            "edition": values.text(item.get("edition-number")),
            "series": container if kind == "book" else second,
            "editor": people_text(editors),
            "shortjournal": values.line_of(values.first(item.get("short-container-title"))),
            "school" if kind == "phdthesis" else "institution": values.line_of(institution.get("name")),
            "isbn": _several(item.get("ISBN")),
            "issn": _several(item.get("ISSN")),
            "language": values.text(item.get("language")),
        }
    )


def _several(value: object) -> str | None:
    """Numbers of a book or journal, which Crossref may write as addresses."""
    numbers = (values.text(one) for one in values.sequence(value))
    return ", ".join(dict.fromkeys(one.rsplit("/", 1)[-1] for one in numbers if one)) or None
