"""Showing where a text says what was asked: the sentence that does, and the words in it."""

import os
import re
import sys

from assistant.text import content_stems
from vectorstore.sentences import split_sentences

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_BOLD, _PLAIN = "\x1b[1m", "\x1b[22m"


def best_sentence(text: str, query: str) -> tuple[int, int]:
    """Span of the sentence that shares most words with the query, the first of equals."""
    wanted = set(content_stems(query))
    spans = split_sentences(text)
    if not spans:
        return 0, len(text)
    return max(spans, key=lambda span: len(wanted.intersection(content_stems(text[span[0] : span[1]]))))


def marked(text: str, query: str) -> str:
    """The text with the query's words in bold when stdout is a terminal that shows it, else as it is."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    wanted = set(content_stems(query))
    return _WORD.sub(lambda word: _bold(word[0]) if wanted.intersection(content_stems(word[0])) else word[0], text)


def _bold(word: str) -> str:
    return f"{_BOLD}{word}{_PLAIN}"
