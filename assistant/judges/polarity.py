"""Which way a sentence says that things go: what it negates, and which of its words point up or down."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.judges.opposites import POLES, prefixes_turned
from assistant.judges.words import Word, read_words

__all__ = ["Against", "Polarity", "Pole", "against", "read_polarity"]

_REMEMBERED = 8192
_NEGATIONS = frozenset(
    """no not never neither nor none without cannot hardly scarcely non nothing nobody fail fails failed failing unable
    rarely seldom""".split()
)
_HARDLY_DONE = frozenset("hard difficult struggle struggles struggled struggling".split())
_ADDING = frozenset("only just merely simply solely".split())
"""Behind `not` they deny nothing: `not only faster but also cheaper`."""
_UNDONE = _HARDLY_DONE | frozenset("fail fails failed failing unable".split())
"""Before `to` and a verb they say that it is not done: who is hard to beat is seldom beaten."""
_LACKS = frozenset("lack lacks lacked lacking absence absent failure little few".split())
_REACH = 6
"""Words after a negation that it can reach, within its clause."""
_REACH_OF_A_LACK = 3
_REACH_OF_HARD = 2
_REACH_BEFORE = 2
"""Content words before one that it can reach when it stands after what it negates: `binding is absent`."""
_TURNING = frozenset(
    "less least fewer lower lowers lowered reduced decreased reduce decrease reduces decreases reducing low".split()
)
"""Before a word of a turnable axis they turn it round: `less likely`, `lower risk`."""
_TURNABLE = frozenset({"chance", "life", "quality"})
_NEAR = 3
"""Content words on either side that a pole is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pole:
    """A word that points one way, as the sentence has it after negations."""

    axis: str
    sign: int
    word: str
    about: frozenset[str]
    """Stems of the content words near it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polarity:
    """The directions of a sentence."""

    negations: int
    negated: frozenset[str]
    """Content stems under an odd number of negations, wherever they stand."""
    poles: tuple[Pole, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """The poles of a statement beside those of a text."""

    agree: int
    turned: tuple[tuple[str, str], ...]
    """A word of the statement and one of the text that points the other way."""
    unmatched: int


@lru_cache(maxsize=_REMEMBERED)
def read_polarity(text: str) -> Polarity:
    """Read the directions of a sentence, or of two."""
    words = read_words(text).all
    places = [at for at in range(len(words)) if _negates(words, at)]
    times = [0] * len(words)
    for place in places:
        for at in _reach(words, place):
            times[at] += 1
    poles = [pole for at in range(len(words)) if (pole := _pole(words, at, negated=times[at] % 2 == 1))]
    said = [(word.stem, count % 2 == 1) for word, count in zip(words, times, strict=True) if word.is_content]
    negated = {stem for stem, is_negated in said if is_negated} - {stem for stem, is_negated in said if not is_negated}
    return Polarity(
        negations=len(places),
        negated=frozenset(negated),
        poles=tuple(poles),
        words=frozenset(word.low for word in words),
    )


def against(said: Polarity, theirs: Polarity) -> Against:
    """Find for each pole of a statement the pole of the text that is about the same."""
    agree, turned = 0, []
    for pole in said.poles:
        same = [one for one in theirs.poles if one.axis == pole.axis]
        near = [one for one in same if one.about & pole.about]
        best = max(near, key=lambda one: (len(one.about & pole.about), one.word == pole.word), default=None)
        if any(one.sign == pole.sign and (one is best or one.word == pole.word or best is None) for one in same):
            agree += 1
        elif best is not None:
            turned.append((pole.word, best.word))
    unmatched = len(said.poles) - agree - len(turned)
    turned += [pair for pair in prefixes_turned(said.words, theirs.words) if pair not in turned]
    return Against(agree=agree, turned=tuple(turned), unmatched=unmatched)


def _before_to(words: Sequence[Word], at: int) -> bool:
    return at + 1 < len(words) and words[at + 1].low == "to"


def _negates(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if word.low == "nor":  # one negation with its `neither`
        return not any(one.low == "neither" and one.clause == word.clause for one in words[max(0, at - _REACH) : at])
    if word.low in _HARDLY_DONE:
        return _before_to(words, at)
    if word.low == "not" and at + 1 < len(words) and words[at + 1].low in _ADDING:
        return False
    return word.low in _NEGATIONS or word.low in _LACKS or word.low.endswith("n't")


def _reach(words: Sequence[Word], place: int) -> list[int]:
    clause = words[place].clause
    is_lack = words[place].low in _LACKS
    reach = _REACH_OF_A_LACK if is_lack else _REACH
    reach = _REACH_OF_HARD if words[place].low in _UNDONE and _before_to(words, place) else reach
    after = [at for at in range(place + 1, min(place + 1 + reach, len(words))) if words[at].clause == clause]
    if not is_lack or after:
        return after
    return [at for at in range(max(0, place - _REACH_BEFORE), place) if words[at].clause == clause]


def _pole(words: Sequence[Word], at: int, *, negated: bool) -> Pole | None:
    found = POLES.get(words[at].low)
    if found is None:
        return None
    axis, sign = found
    turned = axis in _TURNABLE and any(word.low in _TURNING for word in words[max(0, at - 2) : at])
    sign = -sign if negated != turned else sign
    return Pole(axis=axis, sign=sign, word=words[at].low, about=_about(words, at))


def _about(words: Sequence[Word], at: int) -> frozenset[str]:
    before = [word.stem for word in words[:at] if word.is_content][-_NEAR:]
    after = [word.stem for word in words[at + 1 :] if word.is_content][:_NEAR]
    return frozenset(before + after)
