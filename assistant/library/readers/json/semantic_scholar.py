"""Read the papers of Semantic Scholar, of its service and of its dumps."""

from collections.abc import Mapping

from assistant.library.readers.json import values
from assistant.library.readers.json.types import entry_type
from assistant.library.readers.values.identifiers import arxiv_id, find_doi
from assistant.types import Record

_OWN_NAMES = frozenset("paperId corpusId corpusid externalIds externalids s2FieldsOfStudy s2fieldsofstudy".split())
_KEPT = ("paperId", "corpusId", "tldr", "fieldsOfStudy", "publicationTypes", "openAccessPdf", "paper_id", "survey")
_PREFERRED_TYPES = ("inproceedings", "incollection", "book", "dataset", "article")


def is_semantic_scholar(item: Mapping[str, object]) -> bool:
    """Whether an object names its fields as Semantic Scholar does."""
    return not item.keys().isdisjoint(_OWN_NAMES)


def record_of(item: Mapping[str, object], *, source: str, line: int | None) -> Record | None:
    """The record of a paper; None without a title. Counts, references and citations are left out."""
    item = _with_usual_names(item)
    title = values.line_of(item.get("title"))
    if not title:
        return None
    authors, et_al = values.authors_of(item.get("authors") or item.get("author_names"))
    ids = {str(name).lower(): one for name, one in values.mapping(item.get("externalIds")).items()}
    journal = values.mapping(item.get("journal"))
    venue = values.mapping(item.get("publicationVenue"))
    date = values.date_of(item.get("publicationDate"))
    year = values.year_of(item.get("year"))
    if date and year and not date.startswith(str(year)):
        date = str(year)
    doi = find_doi(values.text(ids.get("doi")) or values.text(item.get("doi")) or "")
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=year or (int(date[:4]) if date else None),
        date=date or (str(year) if year else None),
        venue=_venue(item, journal, venue),
        doi=doi,
        arxiv_id=arxiv_id(values.text(ids.get("arxiv")) or ""),
        pmid=values.pmid_of(ids.get("pubmed") or ids.get("medline")),
        url=values.text(item.get("url")),
        abstract=values.abstract_of(item.get("abstract")),
        entry_type=_entry_type(item, venue),
        details=_details(journal, venue, ids),
        extra=_extra(item, ids),
        source=source,
        line=line,
    )


def _with_usual_names(item: Mapping[str, object]) -> Mapping[str, object]:
    """The dumps write the names of the service in small letters."""
    names = ("paperId", "corpusId", "externalIds", "publicationDate", "publicationTypes", "publicationVenue", *_KEPT)
    usual = {name.lower(): name for name in names}
    return {usual.get(name, name): value for name, value in item.items()}


def _venue(item: Mapping[str, object], journal: Mapping[str, object], venue: Mapping[str, object]) -> str | None:
    names = (values.line_of(one) for one in (item.get("venue"), journal.get("name"), venue.get("name")))
    return next((name for name in names if name), None)


def _details(
    journal: Mapping[str, object], venue: Mapping[str, object], ids: Mapping[str, object]
) -> tuple[tuple[str, str], ...]:
    return values.details_of(
        {
            "volume": values.text(journal.get("volume")),
            "pages": values.line_of(journal.get("pages")),
            "issn": values.text(venue.get("issn")),
            "pmcid": values.pmcid_of(ids.get("pubmedcentral")),
        }
    )


def _entry_type(item: Mapping[str, object], venue: Mapping[str, object]) -> str | None:
    kinds = {entry_type(values.text(one)) for one in values.sequence(item.get("publicationTypes"))}
    known = next((one for one in _PREFERRED_TYPES if one in kinds), None)
    kind_of_venue = {"conference": "inproceedings", "journal": "article"}.get(values.text(venue.get("type")) or "")
    return kind_of_venue or known


def _extra(item: Mapping[str, object], ids: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    tldr = values.mapping(item.get("tldr")).get("text") or item.get("tldr")
    pdf = values.mapping(item.get("openAccessPdf")).get("url")
    others = {name: one for name, one in ids.items() if name in ("acl", "dblp", "mag")}
    kept: dict[str, object] = {name: item.get(name) for name in _KEPT if name in item}
    kept |= {"tldr": tldr, "openAccessPdf": pdf, **others}
    return values.extra_of(kept, ())
