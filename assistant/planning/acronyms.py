"""Short forms in a topic, spelled out as the library's own abstracts do."""

import re
from collections import Counter

from assistant.reading.abbreviations import long_forms, spelled_out
from assistant.retrieve import Lookup, WideSearch
from assistant.types import Filter

__all__ = ["spelled_by_library"]

_SHORT = re.compile(r"\b[A-Z]{2,7}s?\b")
_ASKED = 40
"""So many passages that have the words of a topic are looked at for what its short forms stand for."""
_LONGEST = 6
"""Letters of a short form that may be written small when it is the whole topic."""


def spelled_by_library(topic: str, *, search: WideSearch, lookup: Lookup, where: Filter) -> str:
    """A topic with its short forms in words: `RAG` as `retrieval augmented generation`.

    Args:
        topic: A few words or sentences.
        search: Of the library.
        lookup: Key to paper.
        where: Papers that may be used.

    Returns:
        The topic as it is when it has no short form, or when no abstract says what it stands for. Of several readings
        the one that most papers have.
    """
    alone = topic.strip()
    asked = alone.upper() if alone.isalpha() and len(alone) <= _LONGEST else topic
    if not _SHORT.search(asked):
        return topic
    keys = dict.fromkeys(one.chunk.key for one in search(topic, _ASKED, where, "lexical"))
    readings: dict[str, Counter[str]] = {}
    for paper in filter(None, map(lookup, keys)):
        for short, words in long_forms(f"{paper.title}. {paper.abstract}").items():
            readings.setdefault(short, Counter())[words.lower()] += 1
    forms = {short: min(found.items(), key=lambda one: (-one[1], one[0]))[0] for short, found in readings.items()}
    spelled = spelled_out(asked, forms)
    return topic if spelled == asked else spelled
