"""What the public services of papers say, in their shapes; the papers are made up."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A paper that the services know."""

    number: int
    title: str
    abstract: str = ""
    family: str = "Okafor"
    given: str = "Ines"
    year: int = 2021
    registrar: str = "crossref"

    @property
    def openalex(self) -> str:
        return f"W{self.number}"

    @property
    def arxiv(self) -> str:
        return f"{2000 + self.number // 10_000}.{self.number % 10_000:05d}"

    @property
    def doi(self) -> str:
        return f"10.5555/{self.registrar}.{self.number}"

    @property
    def pmid(self) -> str:
        return str(30_000_000 + self.number)

    @property
    def s2(self) -> str:
        return f"{self.number:040x}"


WORKS = (
    Work(
        number=101,
        title="Citing what was never read: a study of copied references",
        abstract="We follow misprinted page numbers through later papers. Most copies repeat the misprint.",
        year=2019,
    ),
    Work(
        number=102,
        title="Faithful quotation in machine summaries",
        abstract="Sentences that quote their source by the word are judged right more often than those that retell it.",
        family="Lindqvist",
        given="Maja",
        year=2022,
    ),
    Work(number=103, title="A ledger of measured claims", family="Adeyemi", given="Tunde", registrar="datacite"),
)


def many(count: int, *, first: int = 1000) -> tuple[Work, ...]:
    """Papers about citations, as many as wanted."""
    return tuple(
        Work(
            number=first + n, title=f"Notes on citations, part {n}", abstract=f"Part {n} of a long series on citations."
        )
        for n in range(1, count + 1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that came in."""

    service: str
    method: str
    path: str
    """Below the service's own address, unquoted."""
    line: str
    """The request's line as it came."""
    fields: Mapping[str, str]
    """Of the address and of the form."""
    headers: Mapping[str, str]
    """Names in lower case."""


@dataclass
class Catalogue:
    """The papers that the services know."""

    works: Sequence[Work] = WORKS

    def found(self, words: str) -> list[Work]:
        """Papers with all the words in their title."""
        return [work for work in self.works if all(word in work.title.lower() for word in words.lower().split())]

    def by(self, name: str, value: str) -> Work | None:
        """The paper with an identifier."""
        return next((work for work in self.works if getattr(work, name).lower() == value.lower()), None)


Said = tuple[int, str, str]
"""Status, body and kind."""
_JSON, _XML, _TEXT = "application/json", "application/xml", "text/plain"


def _json(value: object, status: int = 200) -> Said:
    return status, json.dumps(value), _JSON


def _openalex(catalogue: Catalogue, asked: Asked) -> Said:
    if asked.path == "/works":
        found = catalogue.found(asked.fields["search"])
        cursor, size = asked.fields["cursor"], int(asked.fields["per-page"])
        start = 0 if cursor == "*" else int(cursor.removeprefix("after-"))
        page = found[start : start + size]
        meta = {"count": len(found), "per_page": size, "next_cursor": f"after-{start + size}" if page else None}
        return _json({"meta": meta, "results": [_openalex_work(work) for work in page], "group_by": []})
    number = asked.path.removeprefix("/works/")
    name, value = ("doi", number.removeprefix("doi:")) if number.startswith("doi:") else ("openalex", number)
    work = catalogue.by(name, value)
    return _json(_openalex_work(work)) if work else _json({"error": "Not Found"}, 404)


def _openalex_work(work: Work) -> dict[str, Any]:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(work.abstract.split()):
        places.setdefault(word, []).append(place)
    address = f"https://openalex.org/{work.openalex}"
    return {
        "id": address,
        "doi": f"https://doi.org/{work.doi}",
        "title": work.title,
        "display_name": work.title,
        "publication_year": work.year,
        "publication_date": f"{work.year}-03-05",
        "ids": {"openalex": address, "doi": f"https://doi.org/{work.doi}"},
        "language": "en",
        "primary_location": {"source": {"display_name": "Journal of Ledgers", "type": "journal"}},
        "type": "article",
        "biblio": {"volume": "7", "issue": "2", "first_page": "11", "last_page": "19"},
        "authorships": [{"author_position": "first", "author": {"display_name": f"{work.given} {work.family}"}}],
        "abstract_inverted_index": places or None,
        "cited_by_count": len(places),
    }


def _arxiv(catalogue: Catalogue, asked: Asked) -> Said:
    if "id_list" in asked.fields:
        wanted = [number.partition("v")[0] for number in asked.fields["id_list"].split(",")]
        found = [work for number in wanted if (work := catalogue.by("arxiv", number))]
        return 200, _feed([_entry(work) for work in found], len(found), 0), "application/atom+xml"
    query = asked.fields["search_query"]
    if "(" in query:
        error = (
            f"<entry><id>https://arxiv.org/api/errors#unbalanced</id><title>Error</title>"
            f"<summary>malformed query {escape(query)}</summary></entry>"
        )
        return 400, _feed([error], 1, 0), "application/atom+xml"
    found = catalogue.found(query.replace("all:", "").replace(" AND ", " ").replace('"', ""))
    start, size = int(asked.fields["start"]), int(asked.fields["max_results"])
    entries = [_entry(work) for work in found[start : start + size]]
    return 200, _feed(entries, len(found), start), "application/atom+xml"


def _feed(entries: list[str], total: int, start: int) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed {ATOM}>\n<id>https://arxiv.org/api/x</id>\n'
        f"<title>arXiv Query</title>\n<opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>\n{''.join(entries)}</feed>\n"
    )


def _entry(work: Work) -> str:
    return (
        f"<entry>\n<id>http://arxiv.org/abs/{work.arxiv}v2</id>\n<title>{escape(work.title)}</title>\n"
        f"<updated>{work.year}-05-01T10:00:00Z</updated><published>{work.year}-03-05T10:00:00Z</published>\n"
        f"<summary>{escape(work.abstract)}</summary>\n<author><name>{work.given} {work.family}</name></author>\n"
        f'<category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>\n</entry>\n'
    )


def _crossref(catalogue: Catalogue, asked: Asked) -> Said:
    if asked.path == "/works":
        found = [work for work in catalogue.found(asked.fields["query"]) if work.registrar == "crossref"]
        start, size = int(asked.fields["offset"]), int(asked.fields["rows"])
        items = [_crossref_work(work) for work in found[start : start + size]]
        return _json(
            {"status": "ok", "message-type": "work-list", "message": {"total-results": len(found), "items": items}}
        )
    work = catalogue.by("doi", asked.path.removeprefix("/works/"))
    if work is None or work.registrar != "crossref":
        return 404, "Resource not found.", _TEXT
    return _json({"status": "ok", "message-type": "work", "message": _crossref_work(work)})


def _crossref_work(work: Work) -> dict[str, Any]:
    return {
        "DOI": work.doi,
        "type": "journal-article",
        "title": [work.title],
        "author": [{"given": work.given, "family": work.family, "sequence": "first", "affiliation": []}],
        "issued": {"date-parts": [[work.year, 3, 5]]},
        "container-title": ["Journal of Ledgers"],
        "volume": "7",
        "issue": "2",
        "page": "11-19",
        "publisher": "Ledger Press",
        "abstract": f"<jats:p>{escape(work.abstract)}</jats:p>",
        "is-referenced-by-count": 12,
        "indexed": {"date-time": "2026-01-01T00:00:00Z"},
        "score": 17.5,
    }


def _doi(catalogue: Catalogue, asked: Asked) -> Said:
    work = catalogue.by("doi", asked.path.removeprefix("/"))
    if work is None:
        return 404, "<!DOCTYPE html>\n<html><title>DOI Not Found</title></html>", "text/html"
    described = _crossref_work(work)
    csl = {name: described[name] for name in ("DOI", "author", "issued", "publisher", "volume")}
    return _json({**csl, "type": "dataset", "title": work.title, "abstract": work.abstract or "A ledger of claims."})


def _pubmed(catalogue: Catalogue, asked: Asked) -> Said:
    if asked.path.endswith("esearch.fcgi"):
        found = catalogue.found(asked.fields["term"])
        ids = [work.pmid for work in found][: int(asked.fields["retmax"])]
        return _json({"header": {"type": "esearch"}, "esearchresult": {"count": str(len(found)), "idlist": ids}})
    wanted = (catalogue.by("pmid", number) for number in asked.fields["id"].split(","))
    articles = "".join(_pubmed_article(work) for work in wanted if work)
    kind = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.nlm.nih.gov/pubmed.dtd">'
    return 200, f'<?xml version="1.0" ?>\n{kind}\n<PubmedArticleSet>\n{articles}</PubmedArticleSet>\n', _XML


def _pubmed_article(work: Work) -> str:
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{work.pmid}</PMID><Article>'
        f"<Journal><JournalIssue><Volume>7</Volume><PubDate><Year>{work.year}</Year></PubDate></JournalIssue>"
        f"<Title>Journal of Ledgers</Title></Journal><ArticleTitle>{escape(work.title)}</ArticleTitle>"
        f"<Abstract><AbstractText>{escape(work.abstract)}</AbstractText></Abstract><AuthorList><Author>"
        f"<LastName>{work.family}</LastName><ForeName>{work.given}</ForeName></Author></AuthorList>"
        f"</Article></MedlineCitation><PubmedData><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{work.pmid}</ArticleId><ArticleId IdType="doi">{work.doi}</ArticleId>'
        f"</ArticleIdList></PubmedData></PubmedArticle>\n"
    )


def _s2(catalogue: Catalogue, asked: Asked) -> Said:
    if asked.path == "/graph/v1/paper/search":
        found = catalogue.found(asked.fields["query"])
        start, size = int(asked.fields["offset"]), int(asked.fields["limit"])
        if not found:
            return _json({"total": 0, "offset": 0})
        page = {"total": len(found), "offset": start, "data": [_s2_paper(work) for work in found[start : start + size]]}
        return _json(page | ({"next": start + size} if start + size < len(found) else {}))
    number = asked.path.removeprefix("/graph/v1/paper/")
    kind, _, value = number.rpartition(":")
    work = catalogue.by({"DOI": "doi", "ARXIV": "arxiv", "PMID": "pmid"}.get(kind, "s2"), value)
    return _json(_s2_paper(work)) if work else _json({"error": f"Paper with id {number} not found"}, 404)


def _s2_paper(work: Work) -> dict[str, Any]:
    return {
        "paperId": work.s2,
        "externalIds": {"DOI": work.doi, "PubMed": work.pmid, "CorpusId": work.number},
        "url": f"https://www.semanticscholar.org/paper/{work.s2}",
        "title": work.title,
        "abstract": work.abstract or None,
        "venue": "Journal of Ledgers",
        "publicationVenue": None,
        "year": work.year,
        "publicationDate": f"{work.year}-03-05",
        "publicationTypes": ["JournalArticle"],
        "journal": {"name": "Journal of Ledgers", "volume": "7", "pages": "11-19"},
        "authors": [{"authorId": "1", "name": f"{work.given} {work.family}"}],
        "citationCount": work.number,
    }


SERVICES: Mapping[str, Callable[[Catalogue, Asked], Said]] = {
    "openalex": _openalex,
    "arxiv": _arxiv,
    "crossref": _crossref,
    "doi": _doi,
    "pubmed": _pubmed,
    "s2": _s2,
}
