"""The papers that a question may be answered from."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.jobs.asked import Keys, author_in, keys_in
from assistant.reading.asking import things_asked, topic_of_list
from assistant.reading.cues import ASKS_FOR_OTHERS
from assistant.retrieve import Found, Lookup, Search, find_also, find_papers
from assistant.types import Filter

_PAPERS_READ, _PAPERS_READ_FOR_A_LIST = 10, 20
_PAPERS_OF_A_THING, _THINGS_SEARCHED = 3, 4


def narrowed(question: str, lookup: Lookup, keys: Keys, where: Filter) -> tuple[Filter, Sequence[str]]:
    """Only the papers of an author or with the keys that a question names may be used; those keys.

    What asks for other papers than those with its keys is not narrowed to them.
    """
    author = author_in(question)
    if author and keys(by := replace(where, authors=(author,))):
        where = by
    named, _ = keys_in(question, lookup)
    if not named or ASKS_FOR_OTHERS.search(question):
        return where, named
    # Of two filters that no paper passes both of, the one that was set stays.
    both = tuple(key for key in named if not where.keys or key in where.keys)
    return replace(where, keys=both or where.keys), named


def found_for(question: str, *, search: Search, lookup: Lookup, where: Filter) -> list[Found]:
    """The papers found for a question and for each of the things that it asks for."""
    limit = _PAPERS_READ_FOR_A_LIST if topic_of_list(question) else _PAPERS_READ
    found = find_papers(question, search=search, lookup=lookup, limit=limit, where=where)
    things = things_asked(question)
    parts = things[:_THINGS_SEARCHED] if len(things) > 1 else []
    return find_also(found, parts, search=search, lookup=lookup, limit=_PAPERS_OF_A_THING, where=where)
