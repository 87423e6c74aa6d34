"""Read the works of OpenAlex."""

from collections.abc import Mapping

from assistant.library.readers.json import values
from assistant.library.readers.json.types import entry_type
from assistant.library.readers.values.identifiers import find_arxiv_id, find_doi
from assistant.library.readers.values.pages import pages_between
from assistant.types import Author, Record

_ADDRESS = "https://openalex.org/W"
_OWN_NAMES = frozenset({"abstract_inverted_index", "authorships", "primary_location", "referenced_works"})
_ARXIV_SOURCE = "arxiv"
_MOST_WORDS = 100_000


def is_openalex(item: Mapping[str, object]) -> bool:
    """Whether an object names its fields as OpenAlex does."""
    return str(item.get("id")).startswith(_ADDRESS) or not item.keys().isdisjoint(_OWN_NAMES)


def record_of(item: Mapping[str, object], *, source: str, line: int | None) -> Record | None:
    """The record of a work; None without a title. Counts, scores and links to other works are left out."""
    title = values.line_of(item.get("title")) or values.line_of(item.get("display_name"))
    if not title:
        return None
    location = values.mapping(item.get("primary_location") or item.get("host_venue"))
    place = values.mapping(location.get("source")) or location
    ids = values.mapping(item.get("ids"))
    doi = find_doi(values.text(item.get("doi")) or values.text(ids.get("doi")) or "")
    year = values.year_of(item.get("publication_year"))
    date = values.date_of(item.get("publication_date"))
    if date and year and not date.startswith(str(year)):
        date = str(year)
    url = values.text(location.get("landing_page_url"))
    venue = values.line_of(place.get("display_name"))
    is_archive = _ARXIV_SOURCE in (venue or "").lower()
    kind = _entry_type(item, place)
    return Record(
        title=title,
        authors=_authors(item.get("authorships")),
        et_al=item.get("is_authors_truncated") is True,
        year=year or (int(date[:4]) if date else None),
        date=date or (str(year) if year else None),
        venue=None if kind in ("book", "phdthesis", "dataset") else venue,
        doi=doi,
        arxiv_id=find_arxiv_id(doi or "") or _arxiv(item, url),
        pmid=values.pmid_of(ids.get("pmid")),
        url=None if url and doi and find_doi(url) == doi else url,
        tags=values.tags_of(item.get("keywords")),
        abstract=_abstract(item),
        entry_type="misc" if is_archive and kind == "article" else kind,
        details=_details(item, ids, place, kind),
        extra=_extra(item, location),
        source=source,
        line=line,
    )


def _authors(authorships: object) -> tuple[Author, ...]:
    people = (values.mapping(one) for one in values.sequence(authorships))
    names = (values.mapping(one.get("author")).get("display_name") or one.get("raw_author_name") for one in people)
    return tuple(author for name in names if (author := values.author_of(name)) and author.family)


def _entry_type(item: Mapping[str, object], place: Mapping[str, object]) -> str | None:
    """Crossref's type says more than OpenAlex's own, and the kind of the source more than `article`."""
    kind = entry_type(values.text(item.get("type_crossref")) or values.text(item.get("type")))
    is_conference = values.text(place.get("type")) == "conference"
    return "inproceedings" if kind == "article" and is_conference else kind


def _details(
    item: Mapping[str, object], ids: Mapping[str, object], place: Mapping[str, object], kind: str | None
) -> tuple[tuple[str, str], ...]:
    biblio = values.mapping(item.get("biblio"))
    first, last = (values.text(biblio.get(name)) or "" for name in ("first_page", "last_page"))
    publisher = values.line_of(place.get("host_organization_name") or place.get("publisher"))
    return values.details_of(
        {
            "volume": values.text(biblio.get("volume")),
            "number": values.text(biblio.get("issue")),
            "pages": pages_between(first, last) or None,
            "school" if kind == "phdthesis" else "publisher": publisher,
            "issn": values.text(place.get("issn_l")) or values.text(values.first(place.get("issn"))),
            "pmcid": values.pmcid_of(ids.get("pmcid")),
            "language": values.text(item.get("language")),
        }
    )


def _abstract(item: Mapping[str, object]) -> str:
    """The abstract, put together again from the places of its words."""
    index = values.mapping(item.get("abstract_inverted_index"))
    # A list may be missing places, and hostile ones may be huge: only the order counts.
    words = [
        (place, word)
        for word, places in index.items()
        for place in values.sequence(places)
        if isinstance(place, int) and place >= 0
    ]
    if len(words) > _MOST_WORDS:
        return ""
    restored = " ".join(word for _, word in sorted(words))
    return values.abstract_of(restored or item.get("abstract"))


def _arxiv(item: Mapping[str, object], url: str | None) -> str | None:
    """Where the work, or a version of it, is in arXiv."""
    locations = (values.mapping(one) for one in values.sequence(item.get("locations")))
    addresses = [url, *(values.text(one.get("landing_page_url")) for one in locations)]
    return next((found for one in addresses if one and (found := find_arxiv_id(one))), None)


def _extra(item: Mapping[str, object], location: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    kept: dict[str, object] = {"openalex": (values.text(item.get("id")) or "").rsplit("/", 1)[-1]}
    kept["pdf_url"] = location.get("pdf_url")
    kept["retracted"] = item.get("is_retracted") or None
    return values.extra_of(kept, ())
