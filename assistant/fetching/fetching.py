"""Fetch the papers that a query asks for: page by page, and whatever came before a failure is kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace

from assistant.errors import NotLocal, ServiceError, UsageError
from assistant.fetching.arxiv import Arxiv
from assistant.fetching.asking import Asker
from assistant.fetching.contact import checked_contact
from assistant.fetching.crossref import Crossref
from assistant.fetching.exchange import Page, Request, Service
from assistant.fetching.hosts import HOSTS
from assistant.fetching.openalex import OpenAlex
from assistant.fetching.outside import Outside
from assistant.fetching.pubmed import PubMed
from assistant.fetching.queries import Query, parsed
from assistant.fetching.semantic_scholar import SemanticScholar
from assistant.types import Record, Skipped

MOST = 200
"""Papers of one query, unless told otherwise."""
_SERVICES: Mapping[str, Service] = {
    "openalex": OpenAlex(),
    "arxiv": Arxiv(),
    "crossref": Crossref(),
    "doi": Crossref(),
    "pubmed": PubMed(),
    "s2": SemanticScholar(),
}
OnProgress = Callable[[int, int], None]
"""Called with how many papers have come, and how many will."""
OnNote = Callable[[str], None]
"""Called with a sentence for the user."""


def fetch(
    query: str,
    *,
    most: int = MOST,
    contact: str | None = None,
    offline: bool = False,
    fresh: bool = False,
    on_progress: OnProgress | None = None,
    on_note: OnNote | None = None,
    outside: Outside | None = None,
) -> Iterator[Record | Skipped]:
    """Fetch the papers that a query asks for, the service's best first.

    Nothing is sent before the first is taken. A failure on the way is the last `Skipped`, with `failed` set; the same
    query made again within a day goes on where it failed.

    Args:
        query: A service's name, a colon, and words to search for or the identifier of a paper.
        most: How many papers of a search at most; of a list of identifiers all are fetched.
        contact: An e-mail address that is sent along; None for none.
        offline: Whether nothing may be sent.
        fresh: Ask also for what was fetched within the last day.
        on_progress: Called after each page.
        on_note: Called when more was found than is taken, and when there is something to wait for.
        outside: Environment, time and places; None for the real ones.

    Raises:
        UsageError: The query, `most` or `contact` is none. Raised before anything is sent, like what follows.
        NotLocal: Nothing may be sent.
    """
    understood = parsed(query)
    if most < 1:
        raise UsageError(f"At most {most} papers are none; write a number above 0.")
    address = checked_contact(contact)
    if offline:
        raise NotLocal(
            f"{query!r} would ask {_title(understood)} over the network, and that was ruled out. Leave --offline or "
            "--local out, or add a file that was saved from there."
        )
    around = outside or Outside()
    around.address_of(understood.service)
    for name in HOSTS:
        around.key_of(name)
    # Whoever lists papers one by one wants all of them.
    most = max(most, len(understood.ids))
    asker = Asker(around, contact=address, fresh=fresh, on_note=on_note)
    run = _Run(understood, most, around, on_note or _unheard)
    return _fetched(run, asker, on_progress or _unseen)


class _Run:
    """How far one query is."""

    def __init__(self, query: Query, most: int, outside: Outside, on_note: OnNote) -> None:
        self.query = query
        self.most = most
        self._outside = outside
        self._on_note = on_note
        self._seen: set[str] = set()
        self.came = 0
        self.total = most
        self._is_total_known = False

    @property
    def is_done(self) -> bool:
        return self.came >= self.most

    @property
    def is_empty(self) -> bool:
        return not self._seen

    def is_in_vain(self, page: Page, new: list[Record | Skipped]) -> bool:
        """True when a page brought nothing new; of a search also when nothing in it was a paper."""
        if self.query.ids:
            return bool(page.items) and not new
        return bool(page.items) and not any(isinstance(one, Record) for one in new)

    def expect(self, total: int | None) -> None:
        """Take down how many the service has, and say so when those are more than wanted."""
        if total is None or self._is_total_known:
            return
        self._is_total_known = True
        self.total = min(total, self.most)
        if total > self.most and not self.query.ids:
            found = f"{_title(self.query)} finds {total:,} papers; the first {self.most:,} are taken."
            self._on_note(f"{found} --max takes more.")

    def take(self, items: Iterable[Record | Skipped]) -> Iterator[Record | Skipped]:
        """What had not come before, as many as are wanted."""
        for item in items:
            if isinstance(item, Record) and (self.is_done or item.source in self._seen):
                continue
            self.came += isinstance(item, Record)
            self._seen.add(item.source)
            yield item if isinstance(item, Record) else replace(item, reason=self._outside.without_keys(item.reason))


def _fetched(run: _Run, asker: Asker, on_progress: OnProgress) -> Iterator[Record | Skipped]:
    with closing(asker):
        try:
            for page in _pages(run.query, run.most, asker):
                run.expect(page.total)
                new = list(run.take(page.items))
                yield from new
                on_progress(run.came, max(run.came, run.total))
                if run.is_done or run.is_in_vain(page, new):
                    break
        except ServiceError as error:
            yield _failed(run, str(error))
            return
    if run.is_empty:
        yield _nothing(run.query)


def _pages(query: Query, most: int, asker: Asker) -> Iterator[Page]:
    """The pages of a query, one after another.

    Raises:
        ServiceError: The service failed.
    """
    service = _SERVICES[query.service]
    request: Request | None = service.begin(query, most)
    asked: set[Request] = set()
    while request is not None and request not in asked:
        asked.add(request)
        page = service.read(query, request, asker.ask(request, service.problem))
        yield page
        request = page.following


def _failed(run: _Run, said: str) -> Skipped:
    so_far = f" Before that {run.came:,} of {run.total:,} papers came." if run.came else ""
    how_on = " The same command goes on from there; what came is not asked for again within a day." if run.came else ""
    return Skipped(source=run.query.written, line=None, reason=f"{said}{so_far}{how_on}", failed=True)


def _nothing(query: Query) -> Skipped:
    reason = f"{_title(query)} finds nothing for {query.words!r}; use fewer or other words"
    return Skipped(source=query.written, line=None, reason=reason)


def _title(query: Query) -> str:
    return HOSTS[query.service].title


def _unseen(_came: int, _total: int) -> None:
    """Show nobody how far it is."""


def _unheard(_note: str) -> None:
    """Tell nobody."""
