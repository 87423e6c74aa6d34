"""One sentence as its words: what it is about, in order, with the places where clauses end."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from anyascii import anyascii

from assistant.text import STOP_WORDS, content_stems, stems

__all__ = ["Word", "Words", "focused", "opening_phrase", "plain", "read_words"]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+(?:'[A-Za-z]+)?|[A-Za-z0-9]+|[,;:.()\[\]!?]")
_DASHES = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": " - ", "−": "-", "’": "'", "‘": "'"})
_REMEMBERED = 8192
_SHORT_SCALE = re.compile(r"(?<![\w.,-])(\d+(?:[.,]\d+)*)(?:(k|K|B|bn)|\s?(M|mn))\b(?!['/])")
_SCALES = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion"}
_LONGEST = 4_000
"""Characters of a sentence that are read; no sentence is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a sentence."""

    low: str
    stem: str
    is_content: bool
    clause: int
    """Number of the clause it stands in, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A sentence that has been read."""

    plain: str
    """In ASCII, case kept."""
    all: tuple[Word, ...]
    """In order; hyphenated words in parts."""
    stems: frozenset[str]
    """Content stems; hyphenated words whole and in parts."""

    @property
    def content(self) -> list[str]:
        """Stems of the words that carry content, in order."""
        return [word.stem for word in self.all if word.is_content]


def plain(text: str) -> str:
    """The text in ASCII with its case, entities of HTML resolved, white space collapsed, `770M` as `770 million`."""
    text = unescape(text) if "&" in text else text
    text = text.translate(_DASHES)
    line = " ".join((text if text.isascii() else anyascii(text)).split())
    return _SHORT_SCALE.sub(lambda match: f"{match[1]} {_SCALES[(match[2] or match[3]).lower()]}", line)


@lru_cache(maxsize=_REMEMBERED)
def read_words(text: str) -> Words:
    """Read a sentence, or two."""
    ascii_text = plain(text[:_LONGEST])
    tokens = _TOKEN.findall(ascii_text)
    lows = [token.replace(",", "") if token[0].isdigit() else token.lower() for token in tokens]
    found, clause = [], 0
    for low, stem in zip(lows, stems(lows), strict=True):
        if not low[0].isalnum():
            clause += 1
            continue
        clause += low in _NEW_CLAUSE
        content = low not in STOP_WORDS and (len(low) > 1 or low.isdigit())
        found.append(Word(low=low, stem=stem, is_content=content, clause=clause))
    return Words(plain=ascii_text, all=tuple(found), stems=frozenset(content_stems(ascii_text)))


@lru_cache(maxsize=_REMEMBERED)
def focused(text: str, statement: str) -> str:
    """The clauses of a text that a statement speaks of, in plain words; all of them when it speaks of none.

    What a statement leaves out, such as a tail `, which may ...`, is neither denied nor overstated by it.
    """
    said = read_words(statement)
    wanted = said.stems.union(said.content)
    clauses: dict[int, list[Word]] = {}
    for word in read_words(text).all:
        clauses.setdefault(word.clause, []).append(word)
    spoken_of = [words for words in clauses.values() if _is_spoken_of(words, wanted)]
    return " , ".join(" ".join(word.low for word in words) for words in spoken_of or clauses.values())


def _is_spoken_of(clause: list[Word], wanted: frozenset[str]) -> bool:
    content = [word.stem for word in clause if word.is_content]
    return bool(content) and sum(stem in wanted for stem in content) >= max(1.0, _SPOKEN_OF * len(content))


def opening_phrase(sentence: str) -> frozenset[str]:
    """Content stems of the phrase with a preposition that opens a sentence: `On the Pile it ...` may as well end it."""
    words = read_words(sentence).all
    if not words or words[0].low not in _PREPOSITIONS:
        return frozenset()
    return frozenset(word.stem for word in words[1:_OPENING] if word.is_content and word.clause == words[0].clause)


_PREPOSITIONS = frozenset("at by for from in on over under with without".split())
_OPENING = 4
"""Words of a sentence among which such a phrase is looked for."""
_SPOKEN_OF = 0.3
_NEW_CLAUSE = frozenset("but although though whereas while however because unless which who".split())
