"""Semantic Scholar's Academic Graph: https://api.semanticscholar.org/api-docs."""

from urllib.parse import quote

from assistant.fetching.exchange import OK, Answer, Page, Request
from assistant.fetching.queries import Query
from assistant.fetching.shaping import counted, fields_of, listed, missing, shaped, turned_down
from assistant.types import Record, Skipped

_PAGE = 100
_DEEPEST = 1_000
"""A ranked search gives no more."""
_FIELDS = (
    "paperId",
    "externalIds",
    "url",
    "title",
    "abstract",
    "venue",
    "publicationVenue",
    "year",
    "publicationDate",
    "publicationTypes",
    "journal",
    "authors",
)


class SemanticScholar:
    """Searches, and papers by any of the identifiers that it knows."""

    def begin(self, query: Query, most: int) -> Request:
        """A paper, or the first page of a search, best first."""
        if query.ids:
            path = f"/graph/v1/paper/{quote(query.ids[0], safe='/:')}"
            return Request(host="s2", path=path, params=(("fields", ",".join(_FIELDS)),), wanted=query.ids)
        return _search(query.words, 0, min(most, _PAGE))

    def problem(self, request: Request, answer: Answer) -> str:
        """A page has data unless it counts nothing, and a paper is one object."""
        if request.wanted:
            return "" if answer.json.get("paperId") else "sent an answer without the paper in it"
        has_it = isinstance(answer.json.get("data"), list) or answer.json.get("total") == 0
        return "" if has_it else "sent an answer without any paper in it"

    def read(self, query: Query, request: Request, answer: Answer) -> Page:
        """The papers, and where the next page begins."""
        if answer.status != OK:
            title = "Semantic Scholar"
            refusal = missing(query.written, title) if request.wanted else turned_down(query, title)
            return Page(items=(refusal,), total=0)
        if request.wanted:
            return Page(items=(_paper(answer.json),), total=1)
        papers = tuple(_paper(item) for item in listed(answer.json.get("data")))
        total = min(counted(answer.json.get("total")) or 0, _DEEPEST)
        start, size = counted(answer.json.get("next")), int(dict(request.params)["limit"])
        has_more = papers and start is not None and start < total
        following = _search(query.words, start or 0, min(size, _DEEPEST - (start or 0))) if has_more else None
        return Page(items=papers, total=total, following=following)


def _search(words: str, start: int, size: int) -> Request:
    # Its search finds nothing for words with a hyphen in them.
    plain = " ".join(words.replace("-", " ").split())
    params = (("query", plain), ("offset", str(start)), ("limit", str(size)), ("fields", ",".join(_FIELDS)))
    return Request(host="s2", path="/graph/v1/paper/search", params=params)


def _paper(item: object) -> Record | Skipped:
    from assistant.library.readers.json.semantic_scholar import record_of

    return shaped(item, record_of, source=f"s2:{fields_of(item).get('paperId')}", names=_FIELDS)
