"""Showing where a text says what was asked: the sentence that does, and the words in it."""

import os
import re
import sys

from assistant.text import content_stems
from vectorstore.sentences import split_sentences

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[22m"


def best_sentence(text: str, query: str) -> tuple[int, int]:
    """Span of the sentence that shares most words with the query, the first of equals."""
    wanted = set(content_stems(query))
    spans = split_sentences(text)
    if not spans:
        return 0, len(text)
    return max(spans, key=lambda span: len(wanted.intersection(content_stems(text[span[0] : span[1]]))))


def shows_styles() -> bool:
    """True when stdout is a terminal that shows bold and dim text, and nobody asked for plain text."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def marked(text: str, query: str) -> str:
    """The text with the query's words in bold when stdout shows it, else as it is."""
    if not shows_styles():
        return text
    wanted = set(content_stems(query))
    return _WORD.sub(lambda word: bold(word[0]) if wanted.intersection(content_stems(word[0])) else word[0], text)


def bold(text: str) -> str:
    """Text in bold when stdout shows it."""
    return f"{_BOLD}{text}{_PLAIN}" if shows_styles() else text


def dim(text: str) -> str:
    """Text that stands back when stdout shows it."""
    return f"{_DIM}{text}{_PLAIN}" if shows_styles() else text
