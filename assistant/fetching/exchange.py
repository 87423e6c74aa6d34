"""What passes between a query and a service: requests, answers, and pages of records."""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from assistant.fetching.queries import Query
from assistant.types import Record, Skipped

OK = 200
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to one service, without anything about who asks."""

    host: str
    """Name of the entry in `hosts.HOSTS`."""
    path: str
    """Below the service's address, ready to be sent."""
    params: tuple[tuple[str, str], ...] = ()
    accept: str = "application/json"
    form: Literal["json", "xml"] = "json"
    """What the answer has to be."""
    wanted: tuple[str, ...] = ()
    """Identifiers of the papers that this request asks for."""
    rest: tuple[str, ...] = ()
    """Identifiers of those that later requests ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service said: a good answer, or that there is no such thing, or why it does not understand."""

    status: int
    """200, 400, 404, 406 or 410."""
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - because JSON holds anything
        """The document; None when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def is_web_page(self) -> bool:
        """True for what a browser shows: a login, a proxy's or a firewall's word."""
        return _MARKUP.match(self.body) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an answer holds."""

    items: tuple[Record | Skipped, ...] = ()
    total: int | None = None
    """How many papers the service has for the query, when it says so."""
    following: Request | None = None
    """What to ask next; None at the end."""


class Service(Protocol):
    """How to ask one service, and how to read what it says; pure."""

    def begin(self, query: Query, most: int) -> Request:
        """The first request."""
        ...

    def problem(self, request: Request, answer: Answer) -> str:
        """Say why a good answer cannot be used, so that it is asked for again; empty when it can."""
        ...

    def read(self, query: Query, request: Request, answer: Answer) -> Page:
        """Read an answer that has no problem."""
        ...
