"""The public services of papers on loopback, well or badly as a test says."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.service_answers import SERVICES, WORKS, Asked, Catalogue, Work, many

__all__ = [
    "WORKS",
    "Asked",
    "Fault",
    "Services",
    "Work",
    "breaks_off",
    "leads_to",
    "many",
    "refuses",
    "says",
    "says_nothing",
    "web_page",
]

Fault = Callable[["_Handler"], None]
"""Answers a request in another way than the service would."""


def refuses(status: int, *, body: str = "", **headers: str) -> Fault:
    """An error; names of headers are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send(status, body, "text/plain", named)


def web_page() -> Fault:
    """What a network's login page looks like."""
    page = "<!DOCTYPE html>\n<html><head><title>Please log in</title></head><body></body></html>"
    return lambda handler: handler.send(200, page, "text/html")


def says(body: str, *, kind: str = "application/json") -> Fault:
    """Any text in place of an answer."""
    return lambda handler: handler.send(200, body, kind)


def leads_to(address: str, status: int = 302) -> Fault:
    """A redirect."""
    return lambda handler: handler.send(status, "", "text/plain", {"Location": address})


def says_nothing() -> Fault:
    """Silence, until the client hangs up."""

    def fault(handler: "_Handler") -> None:
        handler.rfile.read(1)
        handler.close_connection = True

    return fault


def breaks_off() -> Fault:
    """Less than was announced."""

    def fault(handler: "_Handler") -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b'{"results": [')
        handler.close_connection = True

    return fault


@dataclass
class Services(Catalogue):
    """A server for all services, each below its name; a context manager."""

    faults: deque[Fault | None] = field(default_factory=deque)
    """What is wrong with the next answers, in their order; None for nothing."""
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """What $CITEWELL_SERVICES is set to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def addresses(self) -> dict[str, str]:
        """The address of each service."""
        return {name: f"{self.address}/{name}" for name in SERVICES}

    @property
    def paths(self) -> list[str]:
        """Which service was asked for which path."""
        return [f"{asked.service}{asked.path}" for asked in self.asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer leaves in one piece, and nobody waits for the second

    def __init__(self, services: Services, *arguments: Any) -> None:
        self.services = services
        super().__init__(*arguments)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - because the base class calls it so
        """Nothing on the tests' stderr."""

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())

    def _answer(self, form: str) -> None:
        parts = urlsplit(self.path)
        service, _, path = unquote(parts.path).lstrip("/").partition("/")
        fields = dict(parse_qsl(parts.query) + parse_qsl(form))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(
            service=service, method=self.command, path=f"/{path}", line=self.path, fields=fields, headers=headers
        )
        self.services.asked.append(asked)
        fault = self.services.faults.popleft() if self.services.faults else None
        if fault:
            fault(self)
        else:
            self.send(*SERVICES[service](self.services, asked))

    def send(self, status: int, body: str, kind: str, headers: Mapping[str, str] | None = None) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
