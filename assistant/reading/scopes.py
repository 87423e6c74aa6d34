"""Whom and what a sentence speaks of: two that speak of different things do not contradict each other."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from assistant.evidence.spans import is_aim
from assistant.judges.opposites import POLES
from assistant.judges.words import plain, read_words
from assistant.reading.movements import MOVEMENTS
from assistant.text import stems

__all__ = ["is_finding", "is_hedged", "same_scope"]

_REMEMBERED = 8192
_WHOM = {
    "beings": (
        "mouse mice murine rat rats rodents rodent",
        "patients patient humans human people participants volunteers women men adults children students users",
        "zebrafish fish flies drosophila yeast bacteria plants plant pigs dogs monkeys",
    ),
    "age": (
        "child children infant infants newborns adolescents paediatric pediatric teenagers schoolchildren pupils",
        "adult adults elderly older seniors students",
    ),
    "sex": ("men male males boys", "women female females girls pregnant"),
}
"""What is different between these groups may be true of one and not of another."""
_SETTINGS = frozenset(
    """age sex course beat growth gene stream parent donor allele size length heat day germ place layer weight open
    depth teaching line meet time""".split()
)
"""Axes of words that say where, when and on what something was seen."""
_WHERE = frozenset("in among on at during for".split())
_GENERAL = frozenset(
    stems(
        """patient patients participant participants people subject subjects study studies trial trials trial cohort
        group groups sample samples case cases analysis work paper setting settings data dataset result results both
        all year years total mean average test tests week weeks month months day days general contrast addition fact
        conclusion model comparison ways controls control placebo experiment experiments plot plots treated either
        person persons individual individuals volunteers human humans""".split()
    )
)
_LARGEST_SCOPE = 4
_DOSE = re.compile(
    r"\b(\d+(?:\.\d+)?)\s?(mg|g|iu|mcg|ug|ml|kg|ppm|hz|mm|um|mmol|tokens|parameters|[bm])\b", re.IGNORECASE
)
_AMOUNT_OF_DOSE = re.compile(
    r"\b(high|higher|large|low|lower|small)[- ](?:dose|doses|dosage|intensity|volume)\b", re.IGNORECASE
)
_LITTLE = frozenset({"low", "lower", "small"})
_SUPPOSES = re.compile(
    r"\b(?:whether|hypothes\w*|hypothesi[sz]ed?|conjecture\w*|unclear|unknown|uncertain|controversial|debated?|conflicting|inconclusive"
    r"|inconsistent|mixed|if|suppose\w*|speculat\w*|assum\w+|believ\w+|thought|expect\w*|claim(?:ed|s)?|contend\w*|said)\b"
    r"|\b(?:has|have) (?:long |often |recently |been )*(?:suggested|proposed|argued|claimed|reported)\b"
    r"|\b(?:previous|prior|earlier|past|existing|recent) (?:\w+ )?"
    r"(?:work|works|studies|study|research|reports?|trials?|literature|findings)\b"
    r"|\bto (?:test|determine|assess|evaluate|investigate|examine|explore|find out|see|ask)\b"
    r"|\b(?:needed|warranted)\b|\?",
    re.IGNORECASE,
)
"""A sentence with one of these does not report what was found."""
_MAYBE = re.compile(
    r"\b(?:may|might|could|can|suggest\w*|possibl[ey]|potential(?:ly)?|perhaps|appears?|seems?)\b", re.IGNORECASE
)


@lru_cache(maxsize=_REMEMBERED)
def is_finding(sentence: str) -> bool:
    """True when a sentence reports what was found, not what was asked, supposed or said before."""
    return not is_aim(sentence) and _SUPPOSES.search(plain(sentence)) is None


@lru_cache(maxsize=_REMEMBERED)
def is_hedged(sentence: str) -> bool:
    """True when a sentence says that something may be so."""
    return _MAYBE.search(plain(sentence)) is not None


def same_scope(one: str, other: str, *, papers: tuple[str, str], topic: frozenset[str]) -> bool:
    """True when nothing says that two sentences speak of different populations, doses or circumstances.

    Args:
        one: A sentence.
        other: A sentence of another paper.
        papers: What the papers say in all, title and abstract, in the same order.
        topic: Stems of what both sentences are about, which is no circumstance.
    """
    if any(_differ(_whom(papers[0])[group], _whom(papers[1])[group]) for group in _WHOM):
        return False
    settings = _settings(one, topic), _settings(other, topic)
    if any(_differ(settings[0][axis], settings[1][axis]) for axis in settings[0].keys() & settings[1].keys()):
        return False
    if _differ(_doses(one), _doses(other)):
        return False
    return not _differ(_circumstances(one, topic), _circumstances(other, topic))


def _differ(one: AbstractSet[object], other: AbstractSet[object]) -> bool:
    return bool(one) and bool(other) and not one & other


@lru_cache(maxsize=_REMEMBERED)
def _whom(text: str) -> Mapping[str, frozenset[str]]:
    said = {word.low for word in read_words(text).all}
    return {group: frozenset(names for names in sorts if said & set(names.split())) for group, sorts in _WHOM.items()}


def _settings(text: str, topic: frozenset[str]) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for word in read_words(text).all:
        axis, sign = POLES.get(word.low, ("", 0))
        if axis in _SETTINGS and word.stem not in topic and word.low not in MOVEMENTS:
            found.setdefault(axis, set()).add(sign)
    return {axis: frozenset(signs) for axis, signs in found.items()}


def _doses(text: str) -> frozenset[str]:
    found = {f"{float(number):g} {unit.lower()}" for number, unit in _DOSE.findall(plain(text))}
    amounts = {"little" if match.lower() in _LITTLE else "much" for match in _AMOUNT_OF_DOSE.findall(plain(text))}
    return frozenset(found | amounts)


@lru_cache(maxsize=_REMEMBERED)
def _circumstances(text: str, topic: frozenset[str]) -> frozenset[str]:
    """Stems of content words behind `in`, `among`, `on` and the like, in the clauses that speak of a topic."""
    words = read_words(text).all
    about = {word.clause for word in words if word.stem in topic}
    found: set[str] = set()
    for at, word in enumerate(words):
        if word.low not in _WHERE or word.clause not in about:
            continue
        for following in words[at + 1 : at + 1 + _LARGEST_SCOPE]:
            ends = following.clause != word.clause or following.low in MOVEMENTS or following.low in _WHERE
            if ends:
                break
            if following.is_content and not following.low.isdigit():
                found.add(following.stem)
    return frozenset(found) - _GENERAL - topic
