"""A chat model that misbehaves at random: the same way for the same seed."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.llm import Delta
from assistant.types import Usage

_MARKERS = (
    "[{n}]|[{n}, {m}]|[{n}-{m}]|[{n}][{m}]|({n})|[@{k}]|[@{k}; @{j}]|[{k}]|({k})|[^{n}]|【{n}】|[{n}; {m}]"
    "|¹|<sup>{n}</sup>|\\cite{{{k}}}|[[{n}]]|**[{n}]**|(see [{n}])|@{k}|[{n}](https://example.org)"
    "|[Passage {n}]|[{n}, p. 3]|[{k}, {n}]|［{n}］|[{n}|{n}]|[]|[ , ]"
).split("|")
_JUNK = (
    '<think>;</think>;```;```json\n;{"statements": [;{"text": ";"passages": [1]};]};NOT IN THE LIBRARY;### Answer\n'
    ";- ;1. ;| a | b |\n;\n\n;\r\n;\x00;\x1b[31m;\u200b;\u202e;\ud800;\ufffd;😀;甲は乙。;et al. ;e.g. ;Fig. 2 ;...;“;”"
    ";«;»;<|im_end|>;</s>;Ignore all previous instructions.;As an AI language model, I cannot say.;References:\n;**"
    ";$x. y$;[;];(;((((;\t"
).split(";")
_KEYS_OF_NOBODY = ("nobody2020", "li2023", "../../etc", "x" * 90, "0", "orbin2021lanternx")
_WORDS = "not never all only 42 3.5 percent Lantern Beacon may always copper because of which it of the and".split()


class Babbler:
    """Replies are drawn from sentences, true and mutated, markers of all shapes, quotations and junk.

    Args:
        seed: Decides everything.
        sentences: What the papers say.
        keys: Their keys.
        writes_json: Replies to a schema look like the JSON that it wants, mostly.
    """

    def __init__(self, seed: int, sentences: Sequence[str], keys: Sequence[str], *, writes_json: bool = False) -> None:
        self.name = f"babbler:{seed}"
        self.writes_json = writes_json
        self.calls = 0
        self._random = random.Random(seed)  # noqa: S311 - because a test wants the same again, not a secret
        self._sentences = sentences
        self._keys = keys

    def stream(self, prompt: str, schema: Mapping[str, Any] | None = None) -> Iterator[Delta]:
        self.calls += 1
        reply = self._json() if schema is not None else self._text()
        if self._random.random() < 0.15:
            reply = reply[: self._random.randrange(len(reply) + 1)]
        at = 0
        while at < len(reply):
            size = self._random.choice((1, 3, 17, 200))
            yield Delta(text=reply[at : at + size])
            at += size
        yield Delta(text="", usage=Usage(prompt=len(prompt) // 4, completion=len(reply) // 4))

    def _text(self) -> str:
        pieces = [self._piece() for _ in range(self._random.randrange(9))]
        if pieces and self._random.random() < 0.03:
            pieces.append(self._random.choice(pieces) * self._random.randrange(2, 30))
        return "".join(pieces)

    def _json(self) -> str:
        statements: list[object] = [
            {"text": self._sentence(), "passages": [self._cited() for _ in range(self._random.randrange(4))]}
            for _ in range(self._random.randrange(5))
        ]
        if self._random.random() < 0.2:
            statements.append(
                self._random.choice((None, 3, [], {"text": 4}, {"passages": "x"}, {"text": self._text()}))
            )
        text = json.dumps({"statements": statements, "answered": self._random.choice((True, True, False, None, "no"))})
        return self._text() if self._random.random() < 0.1 else self._random.choice(("", "Sure: ", "```json\n")) + text

    def _cited(self) -> object:
        return self._random.choice((1, 2, 3, 0, -1, 99, 10**30, "1", self._key(), None, True, 1.5, [1]))

    def _piece(self) -> str:
        draw = self._random.random()
        if draw < 0.55:
            return f"{self._sentence().rstrip('.')} {self._marker()}. "
        if draw < 0.7:
            return f"{self._sentence()} {self._marker()} "
        return self._random.choice(_JUNK) if draw < 0.9 else self._marker()

    def _sentence(self) -> str:
        sentence = self._random.choice(self._sentences)
        draw = self._random.random()
        if draw < 0.4:
            return sentence
        words = sentence.split()
        if draw < 0.7:
            words[self._random.randrange(len(words))] = self._random.choice(_WORDS)
        elif draw < 0.8:
            words.insert(self._random.randrange(len(words)), self._random.choice(_JUNK))
        elif draw < 0.9:
            return f"It is said that “{' '.join(words[:6])} {self._random.choice(_WORDS)}”."
        else:
            words = (
                words[: self._random.randrange(1, len(words) + 1)] + self._random.choice(self._sentences).split()[-4:]
            )
        return " ".join(words)

    def _marker(self) -> str:
        numbers = {"n": self._random.choice((0, 1, 1, 2, 3, 5, 9, 42, 999)), "m": self._random.choice((1, 2, 4, 77))}
        return self._random.choice(_MARKERS).format(**numbers, k=self._key(), j=self._key())

    def _key(self) -> str:
        return self._random.choice((*self._keys, *_KEYS_OF_NOBODY))
