"""What a paper calls its own work, put where its sentences say `it`."""

import re
from collections.abc import Iterable

from assistant.judges.names import names, squeezed
from assistant.judges.words import plain
from assistant.text import STOP_WORDS

__all__ = ["named_again", "own_name"]

_FIRST_WORD = re.compile(r"[A-Z][\w'+.-]*[\w+]")
_OPENING = 3
"""Words of a title or an abstract among which the name of what it is about stands."""
_PRONOUN = re.compile(
    r"\b(?:(it|they|this|the (?:method|model|system|approach|benchmark|data ?set|framework|tool))|(its|their))\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w'+.-]*\w")


def own_name(statement: str, openings: Iterable[str]) -> str:
    """The name in a statement with which a title or an abstract opens; empty when there is none."""
    ascii_text = plain(statement)
    first = _FIRST_WORD.match(ascii_text)
    wanted = [*names(statement), *([first.group()] if first and first.group().lower() not in STOP_WORDS else [])]
    begun = [squeezed(word) for one in openings for word in _WORD.findall(plain(one))[:_OPENING] if word[0].isupper()]
    found = (name.removesuffix("'s") for name in wanted)
    return next((name for name in found if squeezed(name) in begun), "")


def named_again(sentence: str, name: str) -> str:
    """A sentence that speaks of the work without its name, with the name in the place of its first pronoun.

    Without a pronoun the name goes before it: what an abstract goes on to say is said of its work.
    """
    if squeezed(name) in squeezed(sentence):
        return sentence
    put, count = _PRONOUN.subn(lambda match: name if match[1] else f"{name}'s", sentence, count=1)
    return put if count else f"{name}: {sentence}"
