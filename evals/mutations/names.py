"""Names changed: a system, data set, gene or language in the place of another."""

import random
import re
from collections.abc import Iterator, Sequence

from assistant.reading.cues import NAME
from evals.mutations.editing import Draft
from evals.mutations.types import Change

__all__ = ["name_drafts", "names_in"]

_CAPITAL = re.compile(r"(?<=[a-z,\d] )[A-Z][a-z]{2,}(?![\w-])")
_NO_NAMES = frozenset(
    """METHODS RESULTS CONCLUSIONS CONCLUSION BACKGROUND OBJECTIVE OBJECTIVES FINDINGS INTERPRETATION DESIGN SETTING
    PARTICIPANTS MEASURES MAIN OUTCOME OUTCOMES AND THE FUNDING PURPOSE AIM AIMS CONTEXT IMPORTANCE METHODOLOGY
    INTRODUCTION SUMMARY LIMITATIONS INTERVENTION INTERVENTIONS EVIDENCE DATA SOURCES STUDY PRINCIPAL SIGNIFICANCE
    Here However Moreover Finally Further Results Methods Conclusions Background Figure Table Section January
    February March April May June July August September October November December SOTA F1 F1-Score F1-score Overall
    Study ABSTRACT Abstract TASK Task Subtask""".split()
)
_COMPARES = re.compile(
    r"\b(outperform\w*|better than|worse than|higher than|lower than|faster than|larger than|smaller than|exceed\w*"
    r"|surpass\w*|superior to|inferior to|compared (?:to|with)|rather than|instead of|inhibit\w*|activat\w*|induc\w*"
    r"|from|into|leads? to|translat\w*|depends? on|regulat\w*|bind\w*)\b"
)
_BETWEEN_EQUALS = re.compile(r"\b(?:between|and|or|both)\b|[,/]")
_CANDIDATES = 40


def names_in(text: str) -> list[str]:
    """Names in a text, each once, in order: words of a name's shape, and capital words within a sentence."""
    found = [*NAME.finditer(text), *_CAPITAL.finditer(text)]
    inside = [one for one in sorted(found, key=lambda one: one.start()) if not _is_given_with_its_words(text, one)]
    return [name for name in dict.fromkeys(one[0] for one in inside) if name not in _NO_NAMES]


def name_drafts(sentence: str, abstract: str, others: Sequence[str], rng: random.Random) -> Iterator[Draft]:
    """Ways to make a sentence speak of something else.

    A name becomes one of another abstract that this one does not have, or, less often, another one of this abstract
    that the sentence does not have; in a comparison two names change places.
    """
    here = names_in(sentence)
    there = [name for name in names_in(abstract) if name not in here]
    foreign = _foreign(abstract, others)
    for name in here:
        fits = [one for one in foreign if _fits(one, name)]
        if fits:
            yield "foreign", _everywhere(sentence, name, rng.choice(fits))
        fits = [one for one in there if _fits(one, name)]
        if fits:
            yield "same-abstract", _everywhere(sentence, name, rng.choice(fits))
    yield from _exchanged(sentence, here)


def _foreign(abstract: str, others: Sequence[str]) -> list[str]:
    said = abstract.lower()
    found = dict.fromkeys(name for other in others[:_CANDIDATES] for name in names_in(other))
    return [name for name in found if name.lower() not in said]


def _exchanged(sentence: str, names: Sequence[str]) -> Iterator[Draft]:
    """Two names that stand once each, on the two sides of a comparison or of a cause."""
    places = {name: _places(sentence, name) for name in names}
    once = [(spans[0], name) for name, spans in places.items() if len(spans) == 1]
    for (start, end), first in once:
        for (later, after), second in once:
            if start < later and _are_sides(sentence[end:later]) and _fits(first, second):
                yield "exchanged", (_change(sentence, start, end, second), _change(sentence, later, after, first))


def _are_sides(between: str) -> bool:
    """Whether what stands between two names sets one against the other."""
    return bool(_COMPARES.search(between)) and not _BETWEEN_EQUALS.search(between)


def _fits(one: str, other: str) -> bool:
    return _shape(one) == _shape(other) and not _are_alike(one, other)


def _everywhere(sentence: str, name: str, new: str) -> tuple[Change, ...]:
    return tuple(_change(sentence, start, end, new) for start, end in _places(sentence, name))


def _places(sentence: str, name: str) -> list[tuple[int, int]]:
    return [one.span() for one in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", sentence)]


def _change(sentence: str, start: int, end: int, after: str) -> Change:
    return Change(start=start, end=end, before=sentence[start:end], after=after)


def _is_given_with_its_words(text: str, found: re.Match[str]) -> bool:
    """True for the acronym in `long form (ACR)`: there another one contradicts the words beside it."""
    return text[: found.start()].endswith("(") and text[found.end() : found.end() + 1] == ")"


def _shape(name: str) -> str:
    """What a name must share with the one it replaces, so that the sentence stays a likely one."""
    if re.search(r"-[a-z]", name):
        return "compound"
    return "word" if name[1:].islower() and name.isalpha() else "name"


def _are_alike(one: str, other: str) -> bool:
    """Two forms of one name: a plural, a version, a longer form."""
    first, second = one.lower().rstrip("s"), other.lower().rstrip("s")
    return first.startswith(second[:4]) or second.startswith(first[:4])
