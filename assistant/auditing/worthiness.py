"""Which sentences of a draft need a citation: told by cues, and left alone when in doubt.

A sentence needs one when it says what others did or found and nothing says who. What its author did, what is defined,
asked or announced needs none, and neither does what goes on about the work that the sentence before it cites.
"""

import re
from collections.abc import Callable, Collection, Sequence

from assistant.auditing.cues import (
    CITED_IN_WORDS,
    CUES,
    FINDINGS,
    GOES_ON,
    NEGLIGIBLE,
    OWN_HEADINGS,
    OWN_HERE,
    PRESENTED,
    UNCHECKED_HEADINGS,
)
from assistant.types import DraftSentence
from assistant.weighing.claimed import is_of_own_work

__all__ = ["cited_in_words", "goes_on", "is_checked", "presented", "why_cited"]

_FIGURES = frozenset({"reports a number", "states a finding"})
_SHORTLY = 3
_LEAST_WORDS = 5


def why_cited(text: str, names: Collection[str] = (), *, own: Collection[str] = (), heading: str = "") -> str:
    """Why a sentence without a citation needs one, for the reader; empty when it does not, or that is in doubt.

    Args:
        text: The sentence, plain.
        names: Of systems that papers of the library present; a sentence that says something of one needs a citation.
        own: Names of what the draft itself presents; a sentence that says something of it needs none.
        heading: Above it. Findings under `Results` are the author's own.
    """
    is_short = len(text.split()) < _LEAST_WORDS
    if is_short or cited_in_words(text) or is_of_own_work(text) or OWN_HERE.search(text) or NEGLIGIBLE.search(text):
        return ""
    if any(map(_caller(text), own)):
        return ""
    if called := next(filter(_caller(text), sorted(names)), ""):
        return f"speaks of {called}"
    cues = CUES if OWN_HEADINGS.search(heading) else CUES + FINDINGS
    return next((why for why, cue in cues if cue.search(text)), "")


def presented(text: str) -> frozenset[str]:
    """Names of what the author of a text presents in it: `we propose a memory called OwlStore`."""
    return frozenset(found["name"] for found in PRESENTED.finditer(text))


def _caller(text: str) -> Callable[[str], bool]:
    """Tells whether a text has a name, as a word of its own."""
    return lambda name: re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


def goes_on(text: str, before: Sequence[DraftSentence], why: str = "") -> bool:
    """True when a sentence goes on about what the sentences before it in its paragraph cite.

    Args:
        text: The sentence, plain.
        before: The sentences before it in its paragraph, in order.
        why: Why it would need a citation; a figure belongs to what was cited shortly before.
    """
    if why in _FIGURES and any(_cites(one) for one in before[-_SHORTLY:]):
        return True
    for sentence in reversed(before):
        if not GOES_ON.search(text):
            return False
        if _cites(sentence):
            return True
        text = sentence.text
    return False


def _cites(sentence: DraftSentence) -> bool:
    return bool(sentence.mentions) or cited_in_words(sentence.text)


def cited_in_words(text: str) -> bool:
    """True when a sentence cites in a way that names no paper of the library: `[12]`, `(Li, 2020)`, an address."""
    return CITED_IN_WORDS.search(text) is not None


def is_checked(heading: str) -> bool:
    """False for parts of a draft in which hardly anybody cites."""
    return UNCHECKED_HEADINGS.search(heading) is None
