"""arXiv's Atom: https://info.arxiv.org/help/api."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.fetching.exchange import OK, Answer, Page, Request
from assistant.fetching.queries import Query
from assistant.fetching.shaping import counted, missing, read_papers, turned_down
from assistant.fetching.xml_answers import named, opened, text_of
from assistant.types import Record, Skipped

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PAGE = 100
_DEEPEST = 30_000
"""arXiv sends no more of one search."""
_IN_ITS_WORDS = re.compile(r"\b(?:ti|au|abs|co|jr|cat|rn|id|all):|\b(?:AND|OR|ANDNOT)\b")
_PHRASE_OR_WORD = re.compile(r'"[^"]+"|[^\s"]+')
_ERROR = "/api/errors"


class Arxiv:
    """Searches, and papers by their numbers."""

    def begin(self, query: Query, most: int) -> Request:
        """The first papers of a list, or of a search, best first."""
        return _listed(query.ids) if query.ids else _search(query.words, 0, min(most, _PAGE))

    def problem(self, request: Request, answer: Answer) -> str:
        """An empty page in the middle of a search, as arXiv sends one now and then."""
        root = opened(answer.body)
        if root is None or not str(root.tag).endswith("feed"):
            return "sent an answer that is no Atom"
        total = counted(text_of(root, "totalResults")) or 0
        is_empty = next(named(root, "entry"), None) is None
        start = int(dict(request.params).get("start", "0"))
        return "sent an empty page" if is_empty and start < total and not request.wanted else ""

    def read(self, query: Query, request: Request, answer: Answer) -> Page:
        """The papers of a page, and a word about each number that arXiv does not have."""
        root = opened(answer.body)
        error = _error(answer.body)
        if answer.status != OK or root is None or error:
            return Page(items=(turned_down(query, "arXiv", error),), total=0)
        papers = tuple(_papers(answer.body))
        if request.wanted:
            absent = tuple(missing(f"arxiv:{one}", "arXiv") for one in _absent(request.wanted, root))
            following = _listed(request.rest) if request.rest else None
            return Page(items=papers + absent, total=len(query.ids), following=following)
        total = min(counted(text_of(root, "totalResults")) or 0, _DEEPEST)
        given = dict(request.params)
        start = int(given["start"]) + int(given["max_results"])
        following = _search(query.words, start, int(given["max_results"])) if papers and start < total else None
        return Page(items=papers, total=total, following=following)


def _listed(ids: tuple[str, ...]) -> Request:
    now, rest = ids[:_PAGE], ids[_PAGE:]
    params = (("id_list", ",".join(now)), ("max_results", str(len(now))))
    return Request(host="arxiv", path="/api/query", params=params, accept="*/*", form="xml", wanted=now, rest=rest)


def _search(words: str, start: int, size: int) -> Request:
    params = (("search_query", _in_its_words(words)), ("start", str(start)), ("max_results", str(size)))
    return Request(host="arxiv", path="/api/query", params=params, accept="*/*", form="xml")


def _in_its_words(words: str) -> str:
    """All words or phrases anywhere in the paper, unless it is written as arXiv wants it already."""
    if _IN_ITS_WORDS.search(words):
        return words
    return " AND ".join(f"all:{piece}" for piece in _PHRASE_OR_WORD.findall(words))


def _papers(body: bytes) -> Iterator[Record | Skipped]:
    from assistant.library.readers.xml.arxiv_atom import ArxivAtomReader

    return read_papers(ArxivAtomReader(), body, "arxiv:", lambda paper: paper.arxiv_id)


def _error(body: bytes) -> str:
    """What arXiv says of a request that it does not understand: an entry that is no paper."""
    root = opened(body)
    for entry in named(root, "entry") if root is not None else ():
        if _ERROR in text_of(entry, "id"):
            return text_of(entry, "summary") or "an error"
    return ""


def _absent(wanted: tuple[str, ...], root: "Element") -> list[str]:
    addresses = (text_of(entry, "id") for entry in named(root, "entry"))
    found = {_bare(address.partition("/abs/")[2]) for address in addresses}
    return [one for one in wanted if _bare(one) not in found]


def _bare(number: str) -> str:
    return re.sub(r"v\d+$", "", number.lower())
