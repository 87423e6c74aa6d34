"""A server on loopback that speaks OpenAI's chat-completions protocol, well or badly, as a test wrote down."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

PROMPT_TOKENS = 321
_PIECE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client sent."""

    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Mapping[str, Any]

    @property
    def prompt(self) -> str:
        """The text of the last message."""
        return str(self.body["messages"][-1]["content"])

    @property
    def key(self) -> str:
        """The key that was sent."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


Reply = Callable[["_Handler", Request], None]
"""Writes the answer to one request."""


def says(text: str, *, finish: str = "stop") -> Reply:
    """Answer with a text, in pieces when a stream is asked for; words stand for tokens in the usage."""

    def reply(handler: "_Handler", request: Request) -> None:
        usage = {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": len(text.split())}
        usage["total_tokens"] = sum(usage.values())
        if not request.body.get("stream"):
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": finish}
            handler.send_json(200, _completion("chat.completion", [choice]) | {"usage": usage})
            return
        handler.start_stream()
        for start in range(0, len(text), _PIECE):
            handler.send_event(_chunk({"content": text[start : start + _PIECE]}))
        handler.send_event(_chunk({}, finish=finish))
        if (request.body.get("stream_options") or {}).get("include_usage"):
            handler.send_event(_completion("chat.completion.chunk", []) | {"usage": usage})
        handler.send_data("[DONE]")
        handler.end_stream()

    return reply


def fails(
    status: int,
    message: str = "no reason",
    *,
    echo_key: bool = False,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Answer with an error in OpenAI's shape, asking for a retry at once; perhaps with the client's key in it.

    `headers` say something else about a retry, or nothing when they are empty.
    """
    more = {"retry-after-ms": "1"} if headers is None else headers

    def reply(handler: "_Handler", request: Request) -> None:
        words = f"{message} {request.key}" if echo_key else message
        handler.send_json(status, {"error": {"message": words, "type": "error", "code": code}}, more)

    return reply


def sends(content: bytes, content_type: str = "text/event-stream", *, status: int = 200) -> Reply:
    """Answer with any bytes at all."""

    def reply(handler: "_Handler", request: Request) -> None:
        handler.send_bytes(status, content, content_type, {"retry-after-ms": "1"})

    return reply


def breaks_off(text: str) -> Reply:
    """Begin to stream a text, then close the connection in the middle."""

    def reply(handler: "_Handler", request: Request) -> None:
        handler.start_stream()
        handler.send_event(_chunk({"content": text}))
        handler.wfile.flush()
        handler.close_connection = True

    return reply


def waits(until: threading.Event, then: Reply) -> Reply:
    """Say nothing until something has happened, for a minute at most."""

    def reply(handler: "_Handler", request: Request) -> None:
        until.wait(60)
        then(handler, request)

    return reply


def refuses(words: str) -> Reply:
    """Refuse in OpenAI's field for that, with no content."""

    def reply(handler: "_Handler", request: Request) -> None:
        handler.start_stream()
        handler.send_event(_chunk({"refusal": words}))
        handler.send_event(_chunk({}, finish="stop"))
        handler.send_data("[DONE]")
        handler.end_stream()

    return reply


def goes_on(piece: str, *, pause: float = 0.0, comment: bool = False) -> Reply:
    """Say the same again and again until the client has gone; as comments, which keep a stream alive, if so wanted."""

    def reply(handler: "_Handler", request: Request) -> None:
        handler.start_stream()
        while not handler.is_told_to_stop:
            if comment:
                handler.send_line(f": {piece}")
            else:
                handler.send_event(_chunk({"content": piece}))
            handler.wfile.flush()
            handler.pause(pause)

    return reply


def depends(choose: Callable[[Request], Reply]) -> Reply:
    """Answer as the request decides."""

    def reply(handler: "_Handler", request: Request) -> None:
        choose(request)(handler, request)

    return reply


class OpenAIServer:
    """Gives its replies in order, the last one again and again; remembers the requests."""

    def __init__(self, *replies: Reply) -> None:
        self.requests: list[Request] = []
        self.is_ending = threading.Event()
        self._replies = list(replies)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def base_url(self) -> str:
        """What `--base-url` is given."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def next_reply(self, request: Request) -> Reply:
        """Note a request and say how to answer it."""
        self.requests.append(request)
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, owner: OpenAIServer, *connection: Any) -> None:
        self._owner = owner
        super().__init__(*connection)  # handles the request

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(path=self.path, headers=headers, body=body)
        try:
            self._owner.next_reply(request)(self, request)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has gone

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - because the base class calls it that
        """Keep quiet."""

    def send_json(self, status: int, document: object, headers: Mapping[str, str] | None = None) -> None:
        self.send_bytes(status, json.dumps(document).encode(), "application/json", headers)

    def send_bytes(
        self, status: int, content: bytes, content_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        more = {"Content-Type": content_type, "Content-Length": str(len(content)), "Connection": "close"}
        for name, value in {**more, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def start_stream(self) -> None:
        self.send_response(200)
        for name, value in (
            ("Content-Type", "text/event-stream"),
            ("Transfer-Encoding", "chunked"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.send_event(_chunk({"role": "assistant", "content": ""}))

    def send_event(self, document: object) -> None:
        self.send_data(json.dumps(document))

    @property
    def is_told_to_stop(self) -> bool:
        return self._owner.is_ending.is_set()

    def pause(self, seconds: float) -> None:
        """Wait, unless the server ends."""
        if seconds:
            self._owner.is_ending.wait(seconds)

    def send_data(self, data: str) -> None:
        self.send_line(f"data: {data}")

    def send_line(self, line: str) -> None:
        content = f"{line}\n\n".encode()
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")

    def end_stream(self) -> None:
        self.wfile.write(b"0\r\n\r\n")


def _completion(kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": "scripted", "choices": choices}


def _chunk(delta: Mapping[str, str], *, finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return _completion("chat.completion.chunk", [choice])
