"""The papers around a draft: those on its subject as a whole, and those on what single sentences of it speak of.

A chapter speaks of many things, and a paper on one of them is seldom near to the whole.
"""

from collections.abc import Callable, Sequence

from assistant.planning.facets import Facet, facets_of_document, facets_of_topic
from assistant.planning.relevance import relevant
from assistant.planning.wide import Candidate
from assistant.text import content_words
from assistant.types import Document

__all__ = ["MOST_SENTENCES", "relevant_around"]

Find = Callable[[Sequence[Facet]], Sequence[Candidate]]
"""A wide search that only wants to know for what."""
MOST_SENTENCES = 60
"""So many sentences are searched for, at regular distances in a longer draft."""
_LEAST_WORDS = 5
"""Content words without which a sentence is no topic."""
_SURE = 0.5
"""Probability from which a paper belongs to a draft by a single sentence: it says less than the whole."""


def relevant_around(document: Document, find: Find, *, most_sentences: int = MOST_SENTENCES) -> list[Candidate]:
    """The papers that belong to the related work of a draft, most likely first.

    Args:
        document: The draft.
        find: Searches the library.
        most_sentences: At most so many sentences are searched for.

    Returns:
        Each paper once, with the probability of the side that it fits best; equal ones by key.
    """
    best = {one.paper.key: one for one in relevant(list(find(facets_of_document(document))))}
    for text in _told(document, most_sentences):
        for one in relevant(list(find(facets_of_topic(text)[:1]))):
            before = best.get(one.paper.key)
            if one.probability >= _SURE and (before is None or before.probability < one.probability):
                best[one.paper.key] = one
    return sorted(best.values(), key=lambda one: (-one.probability, one.paper.key))


def _told(document: Document, most: int) -> list[str]:
    """Sentences that say enough to be searched for; each once, without the keys in them."""
    texts = dict.fromkeys(" ".join(one.said(lambda _key: "").split()) for one in document.sentences)
    told = [text for text in texts if len(set(content_words(text))) >= _LEAST_WORDS]
    step = max(1.0, len(told) / most) if most else 1.0
    return [told[int(at * step)] for at in range(min(most, len(told)))]
