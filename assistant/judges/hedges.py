"""How sure a sentence is, and of how much: hedges, scope, quantifiers, cause against association."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.judges.words import plain, read_words
from assistant.text import stems

__all__ = ["Certainty", "read_certainty", "spoken"]

_REMEMBERED = 8192
_GOVERNED = 3
"""Content words after a hedge that it makes unsure."""
_CLAUSE_END = re.compile(r"[,;:.()]")


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)


_COUNT = (
    r"(?:about |around |roughly |some |a |an )?"
    r"(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|few|handful|hundred)"
)
"""After `only` it says that a number is small, which claims no more than the number."""
_HEDGES = _any(
    "may", "might", "could", "can", "would", "should", "suggest(?:s|ed|ing|ive)?", "possibl[ey]", "potential(?:ly)?",
    "perhaps", "probabl[ey]", "likely", "unlikely", "appear(?:s|ed)?", "seem(?:s|ed|ingly)?", "presumably",
    "preliminary",
    "hypothesi[sz]ed?", "hypothes[ie]s", "speculat\\w+", "tentative\\w*", "in part", "partial(?:ly)?", "partly",
    "tend(?:s|ed)? to", "trends?", r"(?:about|around)(?= \d)", "approximately", "roughly", "estimated?",
    "putative", "unclear",
    "implicated", "believed", "thought to", "indicat(?:e|es|ed|ing)", "plausibl[ey]", "candidates?",
)  # fmt: skip
_SURE = _any(
    "prove[sdn]?", "demonstrates?", "definite(?:ly)?", "certain(?:ly)?", "clear(?:ly)?", "undoubtedly", "must",
    "conclusive(?:ly)?", "guarantees?", "inevitabl[ey]", "obvious(?:ly)?", "establish(?:es|ed)?", "confirm(?:s|ed)?",
    "without doubt", "in fact",
)  # fmt: skip
_ALL = _any(
    "all", "always", "every", "everyone", "any", "never", "none", rf"only(?! {_COUNT})", "sole(?:ly)?",
    "exclusive(?:ly)?",
    "entire(?:ly)?",
    "universal(?:ly)?", "complete(?:ly)?", "fully", "total(?:ly)?", "whole", "everywhere", "in general",
    "regardless of",
)  # fmt: skip
_SOME = _any(
    "some", "sometimes", "several", "many", "most(?:ly)?", "often", "usually", "generally", "typically", "up to",
    "at least",
    "a few", "few", "certain", "subsets?", "a number of", "occasionally", "in part", "particularly", "especially",
    "selected", "specific", "modest(?:ly)?", "slight(?:ly)?", "small", "limited", "nearly", "almost", "frequent(?:ly)?",
)  # fmt: skip
_CAUSE = _any(
    "causes?", "caused", "causing", "leads? to", "led to", "results? in", "resulted in", "due to", "because of",
    "responsible for", "drives?", "driven by", "induce[sd]?", "produce[sd]?", "determine[sd]?", "makes?", "prevents?",
    "triggers?", "triggered",
)  # fmt: skip
_ASSOCIATION = _any(
    "associat(?:ed|ion|ions|es)", "correlat(?:ed|es|ion|ions)", "link(?:ed|s)?", "related", "relationships?",
    "predict(?:s|ed|ors?)", "risk factors?", "accompanied",
)  # fmt: skip
_SCOPE = _any(
    "in (?:mice|rats?|vitro|vivo|animals?|rodents|zebrafish|drosophila|yeast|cell lines?|silico|simulations?|"
    "(?:this|our) (?:study|sample|cohort|dataset|setting))", "mice", "mouse", "murine", "rats?", "animal models?",
    "cell lines?", "pilot", "case reports?", "under (?:these|certain|some) conditions",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """What a sentence says of how sure it is and how far it goes; each the words that were found, lower case."""

    hedges: frozenset[str]
    sure: frozenset[str]
    all: frozenset[str]
    some: frozenset[str]
    cause: frozenset[str]
    association: frozenset[str]
    scope: frozenset[str]

    def surer_than(self, other: "Certainty") -> frozenset[str]:
        """Words of certainty that the other has in no form: `establish` is there where `establishes` is."""
        theirs = frozenset(stems(sorted(other.sure)))
        return frozenset(word for word in self.sure if stems([word])[0] not in theirs)


@lru_cache(maxsize=_REMEMBERED)
def read_certainty(text: str) -> Certainty:
    """Read how sure a sentence is."""
    ascii_text = plain(text)

    def found(pattern: re.Pattern[str]) -> frozenset[str]:
        return frozenset(match.lower() for match in pattern.findall(ascii_text))

    return Certainty(
        hedges=found(_HEDGES),
        sure=found(_SURE),
        all=found(_ALL),
        some=found(_SOME),
        cause=found(_CAUSE),
        association=found(_ASSOCIATION),
        scope=found(_SCOPE),
    )


def spoken(kind: Literal["hedges", "some"], text: str, wanted: Collection[str]) -> frozenset[str]:
    """Hedges, or words for a part, in whose reach a text says something that a statement with these stems says too.

    The hedge of a clause that a statement leaves out is not dropped: nothing of that clause is claimed.
    """
    ascii_text = plain(text)
    found = set()
    for match in (_HEDGES if kind == "hedges" else _SOME).finditer(ascii_text):
        after = read_words(_CLAUSE_END.split(ascii_text[match.end() :], maxsplit=1)[0]).content[:_GOVERNED]
        if not after or any(stem in wanted for stem in after):
            found.add(match.group().lower())
    return frozenset(found)
