"""Replies that are held to a JSON schema give the same claims as replies in plain sentences."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.replies.claims import Claim, claims_in

SCHEMA: Mapping[str, Any] = {
    "title": "Answer",
    "description": "Statements, each with the numbers of the passages that state it.",
    "type": "object",
    "properties": {
        "statements": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "description": "One sentence, without passage numbers in it."},
                    "passages": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "passages"],
                "additionalProperties": False,
            },
        },
        "answered": {"type": "boolean", "description": "False when no passage answers; then there are no statements."},
    },
    "required": ["statements", "answered"],
    "additionalProperties": False,
}
"""JSON Schema of an answer, in the strict form that OpenAI's protocol wants."""
_IN_A_STATEMENT = ["{", "[", "{"]
"""A statement is an object in an array in the document."""
_NAME = re.compile(r"-?\w[\w:.+/-]{0,119}")


class StructuredReply:
    """Reads one reply while it arrives. A claim is given when its JSON object is complete, never before."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Start before the first piece.

        Args:
            known: Numbers and keys that exist, with what each is called in a sentence.
        """
        self._known = known
        self._answered: object = None
        self.is_whole = False
        """True when a whole document with statements has arrived; false after a reply that is cut off or is no JSON."""

    @property
    def declines(self) -> bool:
        """True when the reply says that nothing answers."""
        return self.is_whole and self._answered is False

    def claims(self, pieces: Iterable[str]) -> Iterator[Claim]:
        """The claims of a reply, in order. Text around the JSON document is left out."""
        reader = _Reader()
        for piece in pieces:
            for is_document, text in reader.read(piece):
                if is_document:
                    self._conclude(text)
                else:
                    yield from self._statement(text)

    def _statement(self, text: str) -> Iterator[Claim]:
        said = _decoded(text)
        if not isinstance(said, dict) or not isinstance(said.get("text"), str):
            return
        passages = said.get("passages")
        named = [_name(one) for one in passages] if isinstance(passages, list) else []
        names = [name for name in named if name]
        for claim in claims_in(said["text"], self._known):
            cites = tuple(dict.fromkeys([*claim.cites, *names]))
            yield Claim(text=claim.text, cites=cites, is_cut=claim.is_cut)

    def _conclude(self, text: str) -> None:
        said = _decoded(text)
        if isinstance(said, dict) and isinstance(said.get("statements"), list):
            self.is_whole = True
            self._answered = said.get("answered")


class _Reader:
    """Tells from brackets and strings alone where objects end, each character looked at once."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._text: list[str] = []
        """Characters since the document's first bracket."""
        self._start = 0
        """Where the present statement starts in them."""
        self._in_string = False
        self._is_escaped = False

    def read(self, piece: str) -> Iterator[tuple[bool, str]]:
        """What is complete with this piece: `(True, document)` and `(False, statement)`."""
        for char in piece:
            if not self._open and char != "{":
                continue
            self._text.append(char)
            if self._in_string:
                self._read_in_string(char)
            elif char == '"':
                self._in_string = True
            elif char in "{[":
                self._open.append(char)
                if self._open == _IN_A_STATEMENT:
                    self._start = len(self._text) - 1
            elif char in "}]":
                yield from self._closed()

    def _read_in_string(self, char: str) -> None:
        if self._is_escaped:
            self._is_escaped = False
        elif char == "\\":
            self._is_escaped = True
        elif char == '"':
            self._in_string = False

    def _closed(self) -> Iterator[tuple[bool, str]]:
        if self._open == _IN_A_STATEMENT:
            yield False, "".join(self._text[self._start :])
        self._open.pop()
        if not self._open:
            document = "".join(self._text)
            self._text.clear()
            yield True, document


def _decoded(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _name(passage: object) -> str:
    """A passage's number or key as markers name it; nothing for what is neither."""
    if isinstance(passage, bool) or not isinstance(passage, int | str):
        return ""
    name = str(passage).strip("[]@ ")
    return name if _NAME.fullmatch(name) else ""
