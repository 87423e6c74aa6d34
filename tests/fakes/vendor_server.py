"""Servers on loopback that speak Anthropic's and Ollama's protocols, as far as a chat goes."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

PROMPT_TOKENS = 123
_PIECE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client sent."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent back."""

    content: bytes
    kind: str = "text/event-stream"
    status: int = 200


Protocol = Callable[[Request], Answer]


def pieces(text: str) -> list[str]:
    """A text cut up as a model would send it."""
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def anthropic(text: str, *, stop: str = "end_turn", counts_prompt: bool = True) -> Protocol:
    """Anthropic's messages, streamed; LangChain reads the tokens of the prompt where the reply ends."""
    usage = {"input_tokens": PROMPT_TOKENS, "output_tokens": 1}
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "scripted",
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
            for piece in pieces(text)
        ),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": stop, "stop_sequence": None},
            "usage": {"output_tokens": len(text.split())} | ({"input_tokens": PROMPT_TOKENS} if counts_prompt else {}),
        },
        {"type": "message_stop"},
    ]
    content = "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events)
    return lambda _request: Answer(content=content.encode())


def anthropic_error(status: int, message: str) -> Protocol:
    """Anthropic's errors."""
    document = {"type": "error", "error": {"type": "some_error", "message": message}}
    return lambda _request: Answer(content=json.dumps(document).encode(), kind="application/json", status=status)


def ollama(text: str, *, reason: str = "stop") -> Protocol:
    """Ollama's chat, one JSON document a line."""
    about = {"model": "scripted", "created_at": "2024-01-01T00:00:00Z"}
    lines: list[dict[str, Any]] = [
        about | {"message": {"role": "assistant", "content": piece}, "done": False} for piece in pieces(text)
    ]
    lines.append(
        about
        | {
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": reason,
            "prompt_eval_count": PROMPT_TOKENS,
            "eval_count": len(text.split()),
        }
    )
    content = "".join(json.dumps(line) + "\n" for line in lines)
    return lambda _request: Answer(content=content.encode(), kind="application/x-ndjson")


def ollama_error(status: int, message: str) -> Protocol:
    """Ollama's errors."""
    content = json.dumps({"error": message}).encode()
    return lambda _request: Answer(content=content, kind="application/json", status=status)


class VendorServer:
    """Gives its answers in order, the last one again and again; remembers the requests."""

    def __init__(self, *answers: Protocol) -> None:
        self.requests: list[Request] = []
        self._answers = list(answers)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def address(self) -> str:
        """Without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, request: Request) -> Answer:
        """Note a request and say how to answer it."""
        self.requests.append(request)
        return (self._answers.pop(0) if len(self._answers) > 1 else self._answers[0])(request)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, owner: VendorServer, *connection: Any) -> None:
        self._owner = owner
        super().__init__(*connection)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self._owner.answer(Request(path=self.path, headers=headers, body=body))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - because the base class calls it that
        """Keep quiet."""
