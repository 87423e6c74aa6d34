"""OpenAlex: https://developers.openalex.org."""

from urllib.parse import quote

from assistant.fetching.exchange import OK, Answer, Page, Request
from assistant.fetching.queries import Query
from assistant.fetching.shaping import counted, fields_of, listed, missing, shaped, turned_down
from assistant.types import Record, Skipped

_PAGE = 100
_FIELDS = (
    "id",
    "doi",
    "title",
    "display_name",
    "publication_year",
    "publication_date",
    "ids",
    "language",
    "primary_location",
    "type",
    "biblio",
    "authorships",
    "abstract_inverted_index",
)


class OpenAlex:
    """Searches, works by their id, and works by their DOI."""

    def begin(self, query: Query, most: int) -> Request:
        """A work, or the first page of a search, best first."""
        select = ("select", ",".join(_FIELDS))
        if query.ids:
            path = f"/works/{quote(query.ids[0], safe='/:')}"
            return Request(host="openalex", path=path, params=(select,), wanted=query.ids)
        size = ("per-page", str(min(most, _PAGE)))
        params = (("search", query.words), size, ("cursor", "*"), select)
        return Request(host="openalex", path="/works", params=params)

    def problem(self, request: Request, answer: Answer) -> str:
        """A page has results, and a work is one object."""
        has_it = "id" in answer.json if request.wanted else isinstance(answer.json.get("results"), list)
        return "" if has_it else "sent an answer without any work in it"

    def read(self, query: Query, request: Request, answer: Answer) -> Page:
        """The works, and where the next page begins."""
        if answer.status != OK:
            refusal = missing(query.written, "OpenAlex") if request.wanted else turned_down(query, "OpenAlex")
            return Page(items=(refusal,), total=0)
        if request.wanted:
            return Page(items=(_work(answer.json),), total=1)
        works = tuple(_work(item) for item in listed(answer.json.get("results")))
        meta = fields_of(answer.json.get("meta"))
        cursor = meta.get("next_cursor")
        following = None
        is_full = len(works) == int(dict(request.params)["per-page"])
        if is_full and isinstance(cursor, str) and cursor:
            params = tuple((name, cursor if name == "cursor" else value) for name, value in request.params)
            following = Request(host="openalex", path="/works", params=params)
        return Page(items=works, total=counted(meta.get("count")), following=following)


def _work(item: object) -> Record | Skipped:
    from assistant.library.readers.json.openalex import record_of

    number = str(fields_of(item).get("id") or "").rpartition("/")[2]
    return shaped(item, record_of, source=f"openalex:{number}", names=_FIELDS)
