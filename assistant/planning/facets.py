"""The sides from which related work is searched: of a topic, or of a draft that somebody wrote."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.planning.subject import VAGUE, subject_of
from assistant.reading.abbreviations import long_forms, spelled_out
from assistant.text import content_stems, content_words
from assistant.types import Document
from vectorstore.sentences import split_sentences

__all__ = ["Facet", "Side", "facets_of_document", "facets_of_topic"]

Side = Literal["topic", "item", "part", "draft"]
"""What a facet is to the whole. `topic`: all of it, in one wording or another. `item`: one of the things that it lists,
with the rest. `part`: one of them alone, which is wider. `draft`: a passage of a draft."""

_LONGEST = 150
"""Words of a facet as it is searched, which is about what embedding models read; longer ones are searched by their key
words."""
_KEY_WORDS = 40
_MOST_OF_A_TOPIC, _MOST_OF_A_DRAFT = 8, 16
_LEAST_WORDS = 4
"""Content words of a sentence or a paragraph that is worth a search of its own."""
_LEAST_WORDS_OF_A_HALF = 2
"""The same of what stands on one side of a colon."""
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_COLON = re.compile(r"\s*(?::|\s[–—-]\s)\s+")
_JOINT = re.compile(
    r"\s+(in|for|with|of|on|using|via|from|under|through|based on|vs\.?|versus|by|across|between)\s+", re.IGNORECASE
)
_COMMA = re.compile(r"\s*(?:,\s*(?:and|or)\b|[,;]|\band\b|\bor\b|&)\s*", re.IGNORECASE)
_CONTRIBUTION = re.compile(
    r"\b(?:we (?:propose|present|introduce|develop|design|study|show|investigate|describe|address|argue|evaluate)|(?:"
    r"this|our) (?:paper|work|article|study|approach|method)|our (?:main )?contributions?|in this (?:paper|work))\b",
    re.IGNORECASE,
)
# Headings that stand in any paper.
_USUAL = VAGUE | frozenset(
    """abstract acknowledgement acknowledgements acknowledgment acknowledgments appendix background conclusion
    conclusions contribution contributions data dataset datasets discussion experiment experimental experiments
    implementation introduction limitation limitations material materials methodology motivation preliminaries
    references related result results setup statement summary works""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One side of what related work is wanted on, as it is searched."""

    text: str
    """In words; what a search is asked."""
    side: Side = "topic"
    weight: float = 1.0
    """How much its results count beside those of others of its side, above 0."""


def facets_of_topic(topic: str) -> list[Facet]:
    """The topic, without the kind of text that is wanted, and its sides.

    Args:
        topic: A few words or sentences.

    Returns:
        At most 8, each text once, the whole first; of one that lists things (`A and B in C`) each of them (`A in C`);
        of one with several lists, what they list. What stands around `for` or `in` is no side of its own: it finds
        nothing more (Cranfield's questions, three surveys). Nothing for a topic without words of its own.
    """
    subject = subject_of(topic)
    sentences = [subject[start:end] for start, end in split_sentences(subject)]
    if len(sentences) > 1:
        sides = [Facet(text=_searchable(one), side="draft") for one in sentences if _says_much(one)]
        return _distinct([Facet(text=_searchable(subject)), *sides])[:_MOST_OF_A_TOPIC]
    whole = [Facet(text=_searchable(one)) for one in _wordings(subject)]
    plain = _BRACKETS.sub("", subject)
    items = [Facet(text=one, side="item") for one in _items(plain)]
    parts = [] if items else [Facet(text=one, side="part") for one in _listed_anywhere(plain)]
    return _distinct([*whole, *items, *parts])[:_MOST_OF_A_TOPIC]


def facets_of_document(document: Document) -> list[Facet]:
    """What a draft is about: title and abstract, what it says it does, its headings and longest paragraphs.

    Args:
        document: May lack any of these.

    Returns:
        At most 16, what says most of the whole first. Nothing for a draft without words.
    """
    forms = long_forms(document.source)
    title, abstract = subject_of(document.title), document.abstract.strip()
    said = [one.text for one in document.sentences if _CONTRIBUTION.search(one.text)]
    longest = [one.text for one in sorted(document.paragraphs, key=lambda one: -len(one.text))]
    opening = document.paragraphs[0].text if document.paragraphs else ""
    whole = ". ".join(one for one in (title, abstract) if one) or " ".join(said) or opening
    sentences = [abstract[start:end] for start, end in split_sentences(abstract)]
    headings = [one.heading for one in document.paragraphs if content_words(one.heading, leave_out=_USUAL)]
    sides = [title, *filter(_says_much, sentences), *filter(_says_much, said), *headings, *filter(_says_much, longest)]
    texts = [spelled_out(one, forms) for one in (whole, *sides)]
    facets = [Facet(text=_searchable(one), side="draft" if at else "topic") for at, one in enumerate(texts)]
    return _distinct(facets)[:_MOST_OF_A_DRAFT]


def _wordings(subject: str) -> Iterator[str]:
    """The subject as it is, by what stands beside a colon, without its short forms, and with them alone."""
    yield subject
    halves = _COLON.split(subject)
    if len(halves) > 1:
        yield from (one for one in halves if len(content_words(one, leave_out=VAGUE)) >= _LEAST_WORDS_OF_A_HALF)
    yield _BRACKETS.sub("", subject)
    short = subject
    for form, words in long_forms(subject).items():
        short = re.sub(rf"{re.escape(words)}\s*\(({re.escape(form)}s?)\)", r"\1", short, flags=re.IGNORECASE)
    yield short


def _items(subject: str) -> list[str]:
    """`A and B in C` as `A in C` and `B in C`; nothing when it lists nothing, or in several places."""
    pieces = _JOINT.split(subject)
    lists = [(at, _listed(pieces[at])) for at in range(0, len(pieces), 2)]
    lists = [(at, items) for at, items in lists if len(items) > 1]
    if len(lists) != 1:
        return []
    at, items = lists[0]
    return [" ".join([*pieces[:at], one, *pieces[at + 1 :]]) for one in items]


def _listed(text: str) -> list[str]:
    items = [one.strip(" .?!:\"'") for one in _COMMA.split(text)]
    return [one for one in items if content_words(one, leave_out=VAGUE)]


def _listed_anywhere(subject: str) -> list[str]:
    """Everything that stands in a list."""
    lists = [_listed(one) for one in _JOINT.split(subject)[::2]]
    return [item for items in lists if len(items) > 1 for item in items]


def _says_much(text: str) -> bool:
    return len(content_words(text, leave_out=VAGUE)) >= _LEAST_WORDS


def _searchable(text: str) -> str:
    """A text as a search takes it: a long one is read by its most frequent words, in their order."""
    words = text.split()
    if len(words) <= _LONGEST:
        return " ".join(words)
    counts = Counter(content_stems(text))
    content = content_words(text, leave_out=VAGUE)
    kept = frozenset(sorted(content, key=lambda stem: -counts[stem])[:_KEY_WORDS])
    return " ".join(word for stem, word in content.items() if stem in kept)


def _distinct(facets: Iterable[Facet]) -> list[Facet]:
    """Those with words, each wording once."""
    found: dict[Sequence[str], Facet] = {}
    for facet in facets:
        stems = tuple(content_stems(facet.text))
        if stems:
            found.setdefault(stems, facet)
    return list(found.values())
