"""How a model says that what it was given holds no answer."""

import re

from assistant.text import fold

__all__ = ["NO_ANSWER", "declines", "says_it_lacks"]

NO_ANSWER = "NOT IN THE LIBRARY"
"""What it is asked to say then."""
_SAYS_IT_LACKS = re.compile(
    r"\b(?:passages?|abstracts?|papers?|sources?|documents?|context|texts?)\b[^.]{0,60}"
    r"\b(?:do(?:es)? not|don['’]t|doesn['’]t|did not|cannot|lacks?|no)\b"
    r"|\b(?:none of the|no) (?:\w+ ){0,2}(?:passages?|abstracts?|papers?|sources?|documents?)\b"
    r"|\bno (?:\w+ )?information\b|\bI (?:cannot|can['’]t|could not|do not|don['’]t) (?:find|answer|have|see)\b",
    re.IGNORECASE,
)


def declines(text: str) -> bool:
    """True for a sentence that says so in the words that were asked for."""
    return NO_ANSWER in text or fold(text).strip(" .!\"'") == NO_ANSWER.lower()


def says_it_lacks(text: str) -> bool:
    """True for a sentence that seems to say so in words of its own; what a paper supports may look the same."""
    return bool(_SAYS_IT_LACKS.search(text))
