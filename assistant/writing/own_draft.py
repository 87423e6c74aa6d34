"""The user's own draft as one of the papers that a paragraph is written from, and out of what is shown of it."""

import re
from dataclasses import replace

from assistant.types import Author, Document, Dropped, Event, Paper, Record, Repair, Statement, Verdict
from vectorstore.tokens import truncate_tokens

__all__ = ["OWN_KEY", "disowned", "disowned_event", "own_paper"]

OWN_KEY = "your-draft"
"""Stands for the key of the user's own draft while a paragraph is written and checked; nobody is shown it."""
_NAME = "This work"
_IN_WORDS = "your draft"
_MOST_TOKENS = 800
_KEY = re.compile(rf"(?<![\w-]){OWN_KEY}(?![\w-])")


def own_paper(document: Document) -> Paper | None:
    """What a draft says of itself as a paper: its abstract, or else its first sentences; None when it says nothing."""
    text = document.abstract.strip() or " ".join(one.said(lambda _key: "they") for one in document.sentences)
    text = truncate_tokens(" ".join(text.split()), _MOST_TOKENS)
    if not text:
        return None
    return Paper(key=OWN_KEY, record=Record(title=document.title, authors=(Author(family=_NAME),), abstract=text))


def disowned(statement: Statement) -> Statement:
    """The statement without its citation of the user's own draft, which says that it rests on it."""
    others = tuple(one for one in statement.citations if one.key != OWN_KEY)
    return replace(
        statement,
        citations=others,
        verdict=_in_words(statement.verdict),
        repairs=tuple(_repair(one) for one in statement.repairs),
        own=statement.own or len(others) < len(statement.citations),
    )


def disowned_event(event: Event) -> Event:
    """The same for what is told while a paragraph is written."""
    if isinstance(event, Statement):
        return disowned(event)
    return disowned_dropped(event) if isinstance(event, Dropped) else event


def disowned_dropped(dropped: Dropped) -> Dropped:
    """What was left out, with the draft in words in the place of its key."""
    return replace(
        dropped,
        reason=_worded(dropped.reason),
        cited=tuple(_IN_WORDS if one == OWN_KEY else one for one in dropped.cited),
        verdict=_in_words(dropped.verdict) if dropped.verdict else None,
    )


def _repair(repair: Repair) -> Repair:
    return replace(repair, before=_worded(repair.before), reason=_worded(repair.reason))


def _in_words(verdict: Verdict) -> Verdict:
    return replace(verdict, reason=_worded(verdict.reason))


def _worded(text: str) -> str:
    return _KEY.sub(_IN_WORDS, text)
