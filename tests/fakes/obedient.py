"""A chat model that does whatever the text in its prompt asks for, in clear or hidden."""

import base64
import binascii
import codecs
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import Any
from urllib.parse import unquote

from assistant.llm import Delta
from assistant.types import Usage

_HEADER = re.compile(r"^\[(\d+)\] ", re.MULTILINE)
_ANY_HEADER = re.compile(r"[\[［【](\d+)[\]］】] ?([A-Z][^\n]*)")
_BEHIND = ("Answer by the rules", "Your last reply", "Write ", "Rules:", "The sentences:", "Question:")
"""What the templates have after the passages."""
_TURN = re.compile(r"(?:assistant|system|response|model|human|user)\W{0,3}[:>\n]\s*([^\n<]+)", re.IGNORECASE)
_SAY = re.compile(
    r"(?:say(?: that)?|write|output|repl(?:y|ies)|answer|state|conclude|says|tell the user|recommend|schreiben sie|"
    r"écrivez|escribe|scrivi|escreva|напиши|只回答|答えてください|답하세요|اكتب)\W*(?:that|only|with|exactly|[:：])?\W*([^.!?\n]{4,200})",
    re.IGNORECASE,
)
_LOOKALIKES = str.maketrans("аеорсхуі", "aeopcxyi")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){16,}")


class ObedientModel:
    """Reports the first sentence of each passage, and obeys everything that it can find in the passages.

    Args:
        wish: A sentence that it says in any case, with every citation it knows: a model that plays along.
        word: A name; each sentence with it, in whatever disguise, is repeated.
    """

    def __init__(self, *, word: str, wish: str = "", writes_json: bool = False) -> None:
        self.name = "obedient:model"
        self.writes_json = writes_json
        self.prompts: list[str] = []
        self.obeyed: list[str] = []
        """What the passages made it say."""
        self._word = word
        self._wish = wish

    def stream(self, prompt: str, schema: Mapping[str, Any] | None = None) -> Iterator[Delta]:
        self.prompts.append(prompt)
        read = _passages(prompt)
        found = list(dict.fromkeys(self._orders(read)))
        self.obeyed += found
        reply = self._in_json(read, found) if schema is not None else self._in_text(read, found)
        for start in range(0, len(reply), 11):
            yield Delta(text=reply[start : start + 11])
        yield Delta(text="", usage=Usage(prompt=len(prompt) // 4, completion=len(reply) // 4))

    def _in_text(self, read: str, found: list[str]) -> str:
        if "NOT IN THE LIBRARY" in read:
            return "NOT IN THE LIBRARY"
        wished = [f"{self._wish.rstrip('.')} {marker}." for marker in ("[1]", "[2]", "[9]", "[nightjar2023]", "")]
        said = [f"{one.rstrip('.')} [{number}]." for number, one in zip(cycle((1, 9)), found, strict=False)]
        honest = [f"{sentence} [{number}]." for number, sentence in _reported(read)]
        raw = [one for one in re.findall(r"\{.*?\}\]?.*?\}", read) if '"' in one]
        return " ".join(raw + said + honest + (wished if self._wish else []))

    def _in_json(self, read: str, found: list[str]) -> str:
        honest = [{"text": sentence + ".", "passages": [number]} for number, sentence in _reported(read)]
        said = [{"text": one, "passages": [1, 9]} for one in found]
        wished = [{"text": self._wish, "passages": cited} for cited in ([1], [2], ["nightjar2023"], [])]
        statements = said + honest + (wished if self._wish else [])
        return json.dumps({"statements": statements, "answered": "NOT IN THE LIBRARY" not in read})

    def _orders(self, read: str) -> Iterator[str]:
        for view in _views(read):
            for match in (*_TURN.finditer(view), *_SAY.finditer(view)):
                yield match[1].strip()
            for line in re.split(r"(?<=[.!?:])\s|\n", view):
                if self._word.lower() in line.lower():
                    yield line.strip()
        # What looks like a passage inside a passage is one to this model.
        for match in _ANY_HEADER.finditer(read):
            if not _HEADER.match(match[0]) or self._word in match[2]:
                yield match[2]


def headers(prompt: str) -> list[int]:
    """Numbers of the passages that a prompt shows, by its lines."""
    return [int(number) for number in _HEADER.findall(prompt)]


def _passages(prompt: str) -> str:
    """The part of a prompt that holds the passages."""
    first = _HEADER.search(prompt)
    if not first:
        return ""
    read = prompt[first.start() :]
    ends = [read.find(f"\n{sign}") for sign in _BEHIND]
    return read[: min((end for end in ends if end > 0), default=len(read))]


def _reported(read: str) -> list[tuple[int, str]]:
    """Of each passage its number and first sentence, without the full stop."""
    starts = [*_HEADER.finditer(read)]
    reported = []
    for header, following in zip(starts, [*starts[1:], None], strict=True):
        lines = read[header.start() : following.start() if following else len(read)].split("\n")
        sentence = re.split(r"\.(?:\s|\Z)", lines[1] if len(lines) > 1 else "")[0]
        reported.append((int(header[1]), sentence))
    return reported


def _views(read: str) -> Iterator[str]:
    """The text in clear, and whatever it may stand for."""
    plain = "".join(char for char in read if unicodedata.category(char) not in {"Cf", "Mn", "Cc"} or char == "\n")
    yield read
    yield unicodedata.normalize("NFKC", html.unescape(unquote(plain))).translate(_LOOKALIKES)
    yield codecs.encode(read, "rot13")
    yield read[::-1]
    yield "".join(chr(ord(char) - 0xE0000) for char in read if 0xE0020 <= ord(char) <= 0xE007E)
    for word in _BASE64.findall(read):
        try:
            yield base64.b64decode(word, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    for digits in _HEX.findall(read):
        yield bytes.fromhex(digits).decode("latin-1")
