"""What a question asks to be confirmed, and what it takes to move what."""

import re

from assistant.reading.cues import YES_OR_NO
from assistant.reading.stances import Topic, topic_of

__all__ = ["claim_of", "topic_asked"]

_IS_IT_TRUE = re.compile(
    r"\A(?:it\s+)?(?:true|right|correct|the case|known|shown)\s+that\s+(.+)\Z|\A(?:there\s+)?evidence\s+that\s+(.+)\Z",
    re.IGNORECASE | re.DOTALL,
)
_IT_IS = re.compile(r"\Ait\s+", re.IGNORECASE)
_SIDE = r"(.{2,150}?)"
_DO, _ON, _END = r"(?:do|does|did|has|have)", r"(?:on|upon|in)", r"\W*\Z"
_OF_AN_EFFECT = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"\bhow (?:strongly |much )?{_DO} {_SIDE} (?:affect|influence|impact|change|alter) {_SIDE}{_END}",
        rf"\b(?:effect|impact|influence)s? {_DO} {_SIDE} have {_ON} {_SIDE}{_END}",
        rf"\b(?:effect|impact|influence|benefit)s? of {_SIDE} (?:{_ON}|for) {_SIDE}{_END}",
        rf"\bwhat {_DO} {_SIDE} do (?:to|for) {_SIDE}{_END}",
        rf"\b(?:relation|relationship|association|link|correlation|difference) between {_SIDE} and {_SIDE}{_END}",
        rf"\bhow (?:is|are|was|were) {_SIDE} (?:associated|linked|correlated|related) (?:with|to) {_SIDE}{_END}",
    )
)
"""Questions about what one thing does to another, and the two things."""


def claim_of(question: str) -> str | None:
    """What a question asks to be confirmed, as a sentence.

    `Does X reduce Y?` gives `X reduce Y.`; None when it cannot be answered with yes or no. The verb keeps its form,
    which makes no difference to what compares stems.
    """
    asked = YES_OR_NO.match(question.strip())
    if asked is None or re.search(r"\sor\s", asked.group(1)):
        return None
    body = _IT_IS.sub("", asked.group(1))
    told = _IS_IT_TRUE.match(body)
    said = next((group for group in told.groups() if group), body) if told else body
    return f"{said[:1].upper()}{said[1:].rstrip(' .')}."


def topic_asked(question: str) -> Topic | None:
    """What moves what, by a question; None when it does not ask that."""
    claim = claim_of(question)
    for shape in () if claim else _OF_AN_EFFECT:
        match = shape.search(question)
        if match:
            return topic_of(f"{match.group(1)} affects {match.group(2)}.")
    return topic_of(claim) if claim else None
