"""PubMed through NCBI's E-utilities: https://www.ncbi.nlm.nih.gov/books/NBK25501."""

from collections.abc import Collection, Iterator

from assistant.fetching.exchange import OK, Answer, Page, Request
from assistant.fetching.queries import Query
from assistant.fetching.shaping import counted, fields_of, listed, missing, read_papers, turned_down
from assistant.fetching.xml_answers import opened, text_of
from assistant.types import Record, Skipped

_PAGE = 100
_DEEPEST = 9_999
"""E-utilities give no more numbers of one search in PubMed."""
_SEARCH = "/entrez/eutils/esearch.fcgi"
_FETCH = "/entrez/eutils/efetch.fcgi"


class PubMed:
    """Searches, and papers by their PubMed numbers."""

    def begin(self, query: Query, most: int) -> Request:
        """The records of a list, or the numbers that a search finds, best first."""
        if query.ids:
            return _fetch(query.ids)
        size = str(min(most, _DEEPEST))
        params = (("db", "pubmed"), ("term", query.words), ("retmode", "json"), ("retmax", size), ("sort", "relevance"))
        return Request(host="pubmed", path=_SEARCH, params=params)

    def problem(self, request: Request, answer: Answer) -> str:
        """A search has a result, and records stand in a set."""
        if request.path == _SEARCH:
            return "" if isinstance(answer.json.get("esearchresult"), dict) else "sent an answer without a result"
        root = opened(answer.body)
        return "" if root is not None and root.tag == "PubmedArticleSet" else "sent an answer without records"

    def read(self, query: Query, request: Request, answer: Answer) -> Page:
        """Of a search the next request; of records the papers, and a word about each number that PubMed lacks."""
        if answer.status != OK:
            if request.wanted:
                return _page(query, request, (), ())
            return Page(items=(turned_down(query, "PubMed"),), total=0)
        if request.path == _SEARCH:
            return _found(query, request, fields_of(answer.json["esearchresult"]))
        return _page(query, request, tuple(_papers(answer.body)), _numbers(answer.body))


def _fetch(ids: tuple[str, ...]) -> Request:
    now, rest = ids[:_PAGE], ids[_PAGE:]
    params = (("db", "pubmed"), ("id", ",".join(now)), ("retmode", "xml"))
    return Request(host="pubmed", path=_FETCH, params=params, accept="*/*", form="xml", wanted=now, rest=rest)


def _found(query: Query, request: Request, result: object) -> Page:
    said = fields_of(result)
    if error := said.get("ERROR"):
        return Page(items=(turned_down(query, "PubMed", str(error)),), total=0)
    most = int(dict(request.params)["retmax"])
    ids = tuple(str(one) for one in listed(said.get("idlist"))[:most])
    return Page(total=counted(said.get("count")), following=_fetch(ids) if ids else None)


def _page(query: Query, request: Request, papers: tuple[Record | Skipped, ...], found: Collection[str]) -> Page:
    absent = tuple(missing(f"pubmed:{one}", "PubMed") for one in request.wanted if one not in found)
    following = _fetch(request.rest) if request.rest else None
    return Page(items=papers + absent, total=len(query.ids) or None, following=following)


def _numbers(body: bytes) -> set[str]:
    """The numbers of the papers in an answer; the first in each is its own, others are of what it cites."""
    root = opened(body)
    return set() if root is None else {text_of(article, "PMID") for article in root}


def _papers(body: bytes) -> Iterator[Record | Skipped]:
    from assistant.library.readers.xml.pubmed import PubmedXmlReader

    return read_papers(PubmedXmlReader(), body, "pubmed:", lambda paper: paper.pmid)
