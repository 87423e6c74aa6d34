"""Which way a sentence says that one thing moves another: up, down, or not at all.

Read by words: the one that says how things move (`lowers`, `no effect`, `worse`) is looked for beside the words of the
outcome, and what denies it or turns it round is applied. What a sentence leaves possible is a set, so that two
sentences contradict each other when the sets have nothing in common: `did not reduce` leaves "up" and "none".
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.judges.words import Word, plain, read_words
from assistant.reading.movements import (
    ADJECTIVES,
    BAD,
    BLOCKS,
    DENIES,
    DOWNWARDS,
    FALLS_SHORT,
    GOOD,
    MOVEMENTS,
    OUTDOES,
    UNSPECIFIC,
)
from assistant.text import stems

__all__ = ["Stance", "Topic", "contradict", "stance", "topic_of"]

_ALL = frozenset({"up", "down", "none"})
_NONE = frozenset({"none"})
_TURNED = {"up": "down", "down": "up", "none": "none"}
_REACH = 4
"""Words over which a denial, or what blocks a movement, reaches the word of movement."""
_BESIDE = 8
"""Words that may lie between a word of movement and the outcome."""
_REMEMBERED = 8192
_RIVAL = frozenset("than versus vs compared".split())
_HOLDS = frozenset("by with after in among for between under from during of when given on following".split())
"""Words after which what moves can stand behind the word of movement: `was reduced by`."""
_CAUSES = frozenset("make makes made keep keeps kept render renders".split())
_RELATIVE = re.compile(
    r"\b(?:that|which|who|whose|where)\s+(?:\w+\s+){0,2}?(?:not|never|no|cannot)\b(?:\s+\w+){0,2}", re.IGNORECASE
)
"""A denial inside a relative clause denies nothing of the main one."""
_INVERSE, _DIRECT = frozenset("inverse inversely negative negatively".split()), frozenset("positive positively".split())
_NOT_SIGNIFICANT = re.compile(
    r"\b(?:not|never|failed to reach|without)\s+(?:\w+\s+){0,2}?significan\w*"
    r"(?=\s*(?:\Z|[,;.:()]|(?:in|between|for|after)\b))"
    r"|\b(?:non-?|in)significant(?:ly)?\b",
    re.IGNORECASE,
)
_NO_EVIDENCE = re.compile(
    r"\b(?:no|little|insufficient|lack of|without|not (?:find|found|provide|support|confirm|show)"
    r"|n't (?:find|support|show))\b"
    r"(?:\s+[\w-]+){0,3}?\s+(?:evidence|proof|support|indication|sign|concern|hypothesis|idea|claim|view)\b",
    re.IGNORECASE,
)
_GOOD, _BAD, _SHORTFALLS = (frozenset(stems(sorted(group))) for group in (GOOD, BAD, FALLS_SHORT))
_SCARCE = frozenset("low lower without reduced poor".split())
_LONGEST_HALF = 8
"""Stems of half a topic. More of them are a story, and half of a story is no topic."""
_EMPTY = frozenset(
    stems(
        """significantly significant statistically patient people participant person individual taking treatment
        treated intake level supplementation supplement therapy group evidence rate strongly really actually truly
        substantially overall result number adding addition compared appear appears seem seems suggest suggests found
        show showed researchers research new likely possibly routine regular regularly long-term clearly case don't
        it's adults older higher lower""".split()
    )
)
"""Words that tell no topic from another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What moves what, by the stems of content words."""

    subject: frozenset[str]
    outcome: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """What a sentence leaves possible about a topic."""

    measure: str
    """`amount`: more or less of the outcome; `worth`: better or worse."""
    ways: frozenset[str]
    """Of `up`, `down` and `none`; not empty, not all."""


def contradict(one: Stance, other: Stance) -> bool:
    """True when nothing is possible by both.

    More of a thing is neither better nor worse in general, so that only "no effect" is compared across measures.
    """
    return not one.ways & other.ways and (one.measure == other.measure or _NONE in {one.ways, other.ways})


@lru_cache(maxsize=_REMEMBERED)
def topic_of(sentence: str) -> Topic | None:
    """What a sentence says moves what: the words before the word of movement and those after it; None without both."""
    words = read_words(sentence).all
    places = [at for at in range(len(words)) if _moves(words, at)]
    places = [at for at in places if not _is_adjective(words, at)] or places
    causes = [at for at in range(len(words)) if words[at].low in _CAUSES and places and at < places[0]]
    if not places:
        return None
    # `makes Y worse`
    place = causes[0] if causes else places[0]
    subject = _topical(words[:place])
    outcome = _topical(words[place + 1 :]) - subject
    told = 0 < len(subject) <= _LONGEST_HALF and 0 < len(outcome) <= _LONGEST_HALF
    return Topic(subject=subject, outcome=outcome) if told else None


@lru_cache(maxsize=_REMEMBERED)
def stance(sentence: str, topic: Topic) -> Stance | None:
    """Which way a sentence says that the subject moves the outcome; None when it does not say, or not clearly."""
    sentence = _RELATIVE.sub(" ", sentence)
    words = read_words(sentence).all
    subject = [at for at, word in enumerate(words) if word.stem in topic.subject]
    outcome = [at for at, word in enumerate(words) if word.stem in topic.outcome and word.stem not in topic.subject]
    base = _nearest(words, outcome, topic)
    if base is None:
        return None
    ways = _ways(sentence, words, base)
    if _not_by_subject(words, base, subject, outcome) or _lacks_elsewhere(words, base, subject):
        return None
    if topic.subject & _SHORTFALLS:
        # What is lacking is the subject itself, and must be lacking here as well.
        if not any(words[near].stem in _SHORTFALLS for at in subject for near in _around(words, at)):
            return None
    elif _is_turned(words, base, subject):
        ways = _turned(ways)
    measure = MOVEMENTS[words[base].low][0]
    if measure == "worth" and topic.outcome & (_GOOD | _BAD):
        measure = "amount"
        ways = ways if topic.outcome & _GOOD else _turned(ways)
    return Stance(measure=measure, ways=ways)


def _moves(words: Sequence[Word], at: int) -> bool:
    return words[at].low in MOVEMENTS


def _topical(words: Iterable[Word]) -> frozenset[str]:
    return (
        frozenset(
            word.stem
            for word in words
            if word.is_content and word.low not in MOVEMENTS and word.low not in DENIES and not word.low.isdigit()
        )
        - _EMPTY
    )


def _is_adjective(words: Sequence[Word], at: int) -> bool:
    """True of `higher` in `higher doses`: it says what sort of thing, or by how much, not that something moves."""
    following = words[at + 1].low if at + 1 < len(words) and words[at + 1].clause == words[at].clause else ""
    return words[at].low in ADJECTIVES and following not in {"", "than", "in", "with", "for", "after", "by", "the"}


def _nearest(words: Sequence[Word], outcome: Sequence[int], topic: Topic) -> int | None:
    """Place of the word of movement that is nearest to the outcome, in its clause."""
    own = topic.subject | topic.outcome
    places = [
        at
        for at in range(len(words))
        if _moves(words, at) and words[at].stem not in own and not _weighs_subject(words, at, topic)
    ]
    beside = [
        (abs(at - other) + (at > other), at)
        for at in places
        for other in outcome
        if words[at].clause == words[other].clause and abs(at - other) <= _BESIDE
    ]
    return min(beside)[1] if beside else None


def _weighs_subject(words: Sequence[Word], at: int, topic: Topic) -> bool:
    """True of `higher` in `higher vitamin D levels` when vitamin D is the subject."""
    following = words[at + 1 : at + 3]
    named = any(word.stem in topic.subject for word in following)
    return words[at].low in ADJECTIVES and named and following[0].is_content


def _ways(sentence: str, words: Sequence[Word], base: int) -> frozenset[str]:
    """What a word of movement leaves possible after what stands before it."""
    low, clause = words[base].low, words[base].clause
    ways = MOVEMENTS[low][1]
    before = [at for at in range(max(0, base - _REACH), base) if words[at].clause == clause]
    lows = [words[at].low for at in before]
    if low in UNSPECIFIC and set(lows[-3:]) & (_INVERSE | _DIRECT):
        ways = frozenset({"down" if set(lows[-3:]) & _INVERSE else "up"})
    if lows and lows[-1] in DOWNWARDS and low not in UNSPECIFIC:
        ways = _turned(ways)
    if any(one in BLOCKS for one in lows) and low not in UNSPECIFIC:
        ways = _turned(ways)
    first = min((at for at in before if words[at].low in MOVEMENTS), default=base)
    reach = [words[at].low for at in range(max(0, first - _REACH), base) if words[at].clause == clause]
    denied = any(one in DENIES or one.endswith("n't") for one in reach) and "only" not in reach
    if _NOT_SIGNIFICANT.search(plain(sentence)) and not denied:
        return _NONE
    if denied or _NO_EVIDENCE.search(plain(sentence)):
        ways = _ALL - ways
    return ways


def _turned(ways: frozenset[str]) -> frozenset[str]:
    return frozenset(_TURNED[way] for way in ways)


def _not_by_subject(words: Sequence[Word], base: int, subject: Sequence[int], outcome: Sequence[int]) -> bool:
    """True when the outcome moves the subject: it stands before the word of movement, the subject right behind it."""
    if words[base].low in UNSPECIFIC | OUTDOES or not subject or min(subject) < base or min(outcome) > base:
        return False
    between = {word.low for word in words[base + 1 : min(subject)]}
    return not between & (_HOLDS | _RIVAL)


def _around(words: Sequence[Word], at: int) -> list[int]:
    """Places of the words of the same clause that may say how much there is of what stands at a place."""
    return [near for near in range(max(0, at - 2), min(len(words), at + 3)) if words[near].clause == words[at].clause]


def _lacks_elsewhere(words: Sequence[Word], base: int, subject: Sequence[int]) -> bool:
    """True when something is lacking, and it is not plain that it is the subject."""
    near = {place for at in subject for place in _around(words, at)}
    return any(word.stem in _SHORTFALLS and at not in near and at != base for at, word in enumerate(words))


def _is_turned(words: Sequence[Word], base: int, subject: Sequence[int]) -> bool:
    """True when it is told of the lack of the subject, or of what the subject is compared with."""
    own = [at for at in subject if words[at].clause == words[base].clause] or subject
    lacking = any(words[near].stem in _SHORTFALLS for at in own for near in _around(words, at) if near != base) or any(
        words[near].low in _SCARCE for at in own for near in _around(words, at) if near < at and near != base
    )
    rival = next((at for at in range(base + 1, len(words)) if words[at].low in _RIVAL), None)
    # `was lower with placebo than with copper`, `placebo outperformed copper`
    behind = rival if rival is not None else base if words[base].low in OUTDOES else None
    is_rival = behind is not None and bool(subject) and min(subject) > behind
    return lacking != is_rival
