"""Crossref's works, and the records of all other registrars of DOIs by content negotiation at doi.org."""

from collections.abc import Mapping
from urllib.parse import quote

from assistant.fetching.exchange import OK, Answer, Page, Request
from assistant.fetching.queries import Query
from assistant.fetching.shaping import counted, fields_of, listed, shaped, turned_down
from assistant.library.readers.values.identifiers import find_doi
from assistant.types import Record, Skipped

_PAGE = 100
_DEEPEST = 10_000
"""Crossref counts no further; its cursors, which go on, are forgotten after minutes and could not be taken up again."""
_FIELDS = (
    "DOI",
    "ISBN",
    "ISSN",
    "URL",
    "abstract",
    "article-number",
    "author",
    "container-title",
    "editor",
    "issue",
    "issued",
    "original-title",
    "page",
    "published",
    "published-online",
    "published-print",
    "publisher",
    "publisher-location",
    "short-container-title",
    "subject",
    "subtitle",
    "title",
    "type",
    "volume",
)
_CSL_FIELDS = (*_FIELDS, "title-short", "language", "number", "edition", "genre", "categories", "keyword", "version")
_NOT_IN_THIS_FORM = 406
_CSL = "application/vnd.citationstyles.csl+json"


class Crossref:
    """Searches, and works by their DOI."""

    def begin(self, query: Query, most: int) -> Request:
        """A work, or the first page of a search, best first."""
        if query.ids:
            return Request(host="crossref", path=f"/works/{quote(query.ids[0], safe='/')}", wanted=query.ids)
        return _search(query.words, 0, min(most, _PAGE))

    def problem(self, request: Request, answer: Answer) -> str:
        """What was found stands in a message; registrars answer with the record itself."""
        if request.host == "doi":
            return "" if answer.json.get("title") or answer.json.get("DOI") else "sent an answer without a record"
        message = answer.json.get("message")
        has_it = isinstance(message, dict) and (request.wanted or isinstance(message.get("items"), list))
        return "" if has_it else "sent an answer without any work in it"

    def read(self, query: Query, request: Request, answer: Answer) -> Page:
        """The works; a DOI that Crossref does not have is asked for at doi.org."""
        if request.host == "doi":
            if answer.status != OK:
                return Page(items=(_nobody_has(query, answer.status),), total=0)
            return Page(items=(_registered(answer.json, request.wanted[0]),), total=1)
        if request.wanted:
            if answer.status == OK:
                return Page(items=(_work(answer.json["message"]),), total=1)
            path = f"/{quote(request.wanted[0], safe='/')}"
            return Page(following=Request(host="doi", path=path, accept=_CSL, wanted=request.wanted))
        if answer.status != OK:
            return Page(items=(turned_down(query, "Crossref"),), total=0)
        message = answer.json["message"]
        works = tuple(_work(item) for item in listed(message.get("items")))
        given = dict(request.params)
        start = int(given["offset"]) + int(given["rows"])
        total = min(counted(message.get("total-results")) or 0, _DEEPEST)
        following = _search(query.words, start, int(given["rows"])) if works and start < total else None
        return Page(items=works, total=total, following=following)


def _search(words: str, start: int, size: int) -> Request:
    params = (("query", words), ("rows", str(size)), ("offset", str(start)), ("select", ",".join(_FIELDS)))
    return Request(host="crossref", path="/works", params=params)


def _work(item: object) -> Record | Skipped:
    from assistant.library.readers.json.crossref import record_of

    return shaped(item, record_of, source=_source(fields_of(item), ""), names=_FIELDS)


def _registered(item: Mapping[str, object], doi: str) -> Record | Skipped:
    from assistant.library.readers.json.csl_json import record_of

    return shaped(item, record_of, source=_source(item, doi), names=_CSL_FIELDS)


def _source(item: Mapping[str, object], asked: str) -> str:
    return f"doi:{find_doi(str(item.get('DOI') or '')) or asked}"


def _nobody_has(query: Query, status: int) -> Skipped:
    reason = "no registrar knows this DOI; check it letter by letter, or search with crossref:"
    if status == _NOT_IN_THIS_FORM:
        reason = "its registrar has no record that a program can read; export the citation from the paper's page"
    return Skipped(source=query.written, line=None, reason=reason)
