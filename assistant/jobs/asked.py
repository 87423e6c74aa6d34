"""What can be said of a question before any abstract is read: that it asks none, or for what no abstract says."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.followups.followup import names_the_other
from assistant.library.keys import near_keys
from assistant.reading.asking import own_words, things_asked
from assistant.reading.cues import CITE_KEY, GREETING
from assistant.retrieve import Lookup, Search, find_papers
from assistant.text import QUESTION_WORDS, content_stems, content_words
from assistant.types import Filter, Outcome, Paper

__all__ = [
    "Keys",
    "Unread",
    "author_in",
    "keys_in",
    "no_keys",
    "no_paper_has",
    "of_the_record",
    "unclear",
    "without_reading",
]

Keys = Callable[[Filter], Sequence[str]]
"""The keys of the papers that pass a filter."""
_NEAREST = 3
_LISTED = 10
_MATCHES = 0.5
"""Least share of the words of a question that a paper has which the question is about."""
_PERSON = (
    r"((?:(?:van|von|de|der|den|del|della|di|da|la|el|al|bin|ter)\s+)*[^\W\d_a-z][\w.'’-]*"
    r"(?:\s+(?:(?:van|von|de|der|den|del|della|di|da|la|el|al|bin|ter)\s+)*[^\W\d_a-z][\w.'’-]*){0,4})"
)
_PAPERS_BY = (
    r"\b(?:[Pp]apers?|[Ww]orks?|[Ss]tudies|[Aa]rticles?|[Pp]ublications?)"
    r"\s+(?:(?:are|is|were|was|I|we|have|there|do|has|been|in|my|the|library)\s+){0,5}"
    rf"(?:written\s+|authored\s+|published\s+)?by\s+{_PERSON}"
)
_BY_SOMEBODY = re.compile(_PAPERS_BY)
_BY_AN_AUTHOR = (
    re.compile(rf"{_PAPERS_BY}\W*\Z"),
    re.compile(rf"\b(?:did|has|have)\s+{_PERSON}\s+(?:(?:co-?)?author|write|written|publish)(?:ed)?\W*\Z"),
)
"""Questions for the papers of a person; the group is the name."""
_WHO_WROTE = re.compile(
    r"\bwho\s+(?:wrote|published|(?:are|is|were|was)\s+(?:the|its|their|this|that)\s+(?:\w+\s+)?authors?)\b"
    r"|\bauthors?\s+of\b",
    re.IGNORECASE,
)
_WHEN_AND_WHERE = re.compile(
    r"\bwhen\s+(?:was|were)\b.{1,200}\b(?:published|written)\b|\b(?:doi|affiliations?)\s+of\b"
    r"|\b(?:what|which)\s+(?:year|journal|venue|conference|publisher)\b",
    re.IGNORECASE | re.DOTALL,
)
_BY_AGE = re.compile(
    r"\b(?:oldest|newest|latest|most\s+recent|earliest)\s+(?:of\s+)?(?:\w+\s+){0,2}(?:papers?|works?|stud(?:y|ies)|articles?)\b"
    r"|\b(?:papers?|works?|stud(?:y|ies)|articles?)\s+(?:\w+\s+){0,4}(?:is|are)\s+the\s+(?:oldest|newest|latest|most\s+recent"
    r"|earliest)\W*\Z",
    re.IGNORECASE,
)
_OF_THE_RECORD = frozenset(
    """wrote write written published publish journal venue conference publisher year doi affiliation affiliations date
    article articles publication""".split()
)
_STANDS_IN_THE_RECORD = "Who wrote a paper, when and where it appeared stands in its record, not in its abstract:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Why no abstract can answer."""

    reason: str
    outcome: Outcome = "declined"
    """`not-in-library` when what is asked about is no paper of it."""
    nearest: tuple[str, ...] | None = None
    """Keys of the papers to look at, best first; None when those that the search finds will do."""
    is_certain: bool = True
    """False when abstracts may answer all the same."""


def no_keys(_where: Filter) -> Sequence[str]:
    """Stand in where keys are not known."""
    return ()


def keys_in(question: str, lookup: Lookup) -> tuple[list[str], list[str]]:
    """The cite keys in a question, each once: those of papers, and those of none.

    What stands in brackets without `@` is a key of none only when it looks like one.
    """
    known: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for match in CITE_KEY.finditer(question):
        key = match.group(1) or match.group(2)
        if paper := lookup(key):
            known[paper.key] = None
        elif re.search(r"[^\W\d_]", key) and ("@" in match.group() or re.search(r"[^\W\d_]\d{4}", key)):
            unknown[key] = None
    return list(known), list(unknown)


def author_in(question: str) -> str | None:
    """The family name of the author whose papers a question is about."""
    match = _BY_SOMEBODY.search(question)
    return _family(match.group(1)) if match else None


def without_reading(question: str, lookup: Lookup, keys: Keys) -> Unread | None:
    """Say what keeps a question from being asked at all: it only greets, or it names papers that are not there."""
    if GREETING.match(question):
        return Unread(
            reason="Ask a question about your papers, such as: Which papers are about retrieval? What does @KEY find?",
            nearest=(),
        )
    known, unknown = keys_in(question, lookup)
    return (
        Unread(reason=no_paper_has(unknown, keys), outcome="not-in-library", nearest=())
        if unknown and not known
        else None
    )


def no_paper_has(unknown: Sequence[str], keys: Keys) -> str:
    """Which keys no paper has, and which ones are near to them; empty for none."""
    if not unknown:
        return ""
    held = list(keys(Filter()))
    near = dict.fromkeys(one for key in unknown for one in near_keys(key, held))
    hint = f"Did you mean {' or '.join(near)}?" if near else "`citewell list` shows the keys."
    return f"No paper has the key {' or '.join(unknown)}. {hint}"


def of_the_record(question: str, *, search: Search, lookup: Lookup, where: Filter) -> Unread | None:
    """Say where to look when a question wants what stands in records: who wrote, when, and where."""
    if person := next((match.group(1) for shape in _BY_AN_AUTHOR if (match := shape.search(question))), None):
        return _by(person, question, search=search, lookup=lookup, where=where)
    if author := author_in(question):
        return replace(_by(author, question, search=search, lookup=lookup, where=where), is_certain=False)
    if _BY_AGE.search(question):
        return Unread(reason=f"{_STANDS_IN_THE_RECORD} `citewell list` shows the years of all papers.")
    if not (_WHO_WROTE.search(question) or _WHEN_AND_WHERE.search(question)):
        return None
    words = content_words(question, leave_out=QUESTION_WORDS | _OF_THE_RECORD)
    query = " ".join(words.values())
    found = find_papers(query, search=search, lookup=lookup, limit=_NEAREST, where=where) if query else []
    _, titled = own_words(question, [one.paper for one in found])
    meant = [one.paper for one in found if one.paper.key in titled or (not titled and _is_about(one.paper, words))]
    key = meant[0].key if meant else "KEY"
    nearest = dict.fromkeys([*(one.key for one in meant[:1]), *(one.paper.key for one in found)])
    return Unread(
        reason=f"{_STANDS_IN_THE_RECORD} `citewell show {key}` shows it.",
        nearest=tuple(nearest) or None,
        is_certain=bool(_WHO_WROTE.search(question)) and len(things_asked(question)) < 2,  # noqa: PLR2004 - because of two, one may be answered
    )


def unclear(question: str, *, in_a_conversation: bool) -> Unread | None:
    """Say so when "the other one" could not be told from what was shown, and the question names nothing beside it."""
    other = names_the_other(question) if in_a_conversation else ""
    if not other or content_stems(question, leave_out=QUESTION_WORDS):
        return None
    reason = f"It is unclear which paper “{other}” is. Name it, or write its key: @KEY."
    return Unread(reason=reason, nearest=())


def _family(person: str) -> str:
    return person.rstrip(" .,").rsplit(maxsplit=1)[-1]


def _by(person: str, question: str, *, search: Search, lookup: Lookup, where: Filter) -> Unread:
    family = _family(person)
    theirs = replace(where, authors=(*where.authors, family))
    found = find_papers(question, search=search, lookup=lookup, limit=_LISTED, where=theirs)
    if not found:
        reason = f"No paper has an author “{family}”: `citewell list` shows the authors."
        return Unread(reason=reason, outcome="not-in-library", is_certain=False)
    return Unread(
        reason=f"{_STANDS_IN_THE_RECORD} `citewell list --author {family}` lists the papers.",
        nearest=tuple(one.paper.key for one in found),
    )


def _is_about(paper: Paper, words: Mapping[str, str]) -> bool:
    present = frozenset(content_stems(f"{paper.title} {paper.abstract}"))
    return sum(stem in present for stem in words) >= _MATCHES * len(words)
