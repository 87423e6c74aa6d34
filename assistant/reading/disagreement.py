"""Do papers of the library contradict each other about what is asked?

What is asked is read as one thing that moves another (`Does X reduce Y?`, `How does X affect Y?`). Of each paper the
findings that have the words of both are read for which way they say it moves, and papers whose findings cannot both be
true are put on two sides, unless they speak of different populations, doses or circumstances. For any other question
pairs of findings are compared in the same way, each with what the other says moves what.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.evidence.bank import EvidenceBank, Sentence
from assistant.judges.words import read_words
from assistant.reading.abbreviations import initials, long_forms, spelled_out
from assistant.reading.extract import Reading, coverage
from assistant.reading.scopes import is_finding, is_hedged, same_scope
from assistant.reading.stances import Stance, Topic, contradict, stance, topic_of
from assistant.reading.topics import claim_of, topic_asked
from assistant.text import content_stems
from assistant.types import Conflict

__all__ = ["conflicts"]

_BEHIND = 10.0
"""Log-odds by which a paper may stay behind the best one, which is far ahead when it uses the question's very words."""
_PAPERS = 8
_NEAR_QUESTION, _SAID = 0.4, 0.35
"""A sentence is about a question from this cosine, and this share of the question's words, on."""
_OF_SUBJECT, _OF_OUTCOME = 0.5, 0.5
"""Least share of the words of either half of a topic that a sentence has."""
_NEAR_TOPIC, _OF_OUTCOME_WHEN_NEAR = 0.6, 0.3
"""From this cosine to the question on, a sentence may put more of the outcome in other words."""
_NEAR_EACH_OTHER, _SHARED = 0.6, 0.5
"""Two sentences are about one thing from this cosine on, and when they share this part of the shorter one's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """A sentence that reports what was found."""

    sentence: Sentence
    said: str
    """Its text with short forms in words."""
    cosine: float
    """To the question."""
    row: int
    """In the bank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """What a finding says about a topic."""

    finding: _Finding
    stance: Stance
    nearness: float
    """How well it fits the topic, 0 to 1."""

    @property
    def key(self) -> str:
        return self.finding.sentence.key


def conflicts(
    question: str, reading: Reading, bank: EvidenceBank, quotes: Collection[str] = ()
) -> tuple[Conflict, ...]:
    """Find where relevant papers contradict each other about a question; mostly there is nothing.

    Args:
        question: As it is understood alone.
        reading: Of that question, over the papers of the bank.
        bank: The papers' sentences.
        quotes: What an answer rests on. These sentences are compared with one another whatever was asked.

    Returns:
        At most one conflict about the question's own topic, then those between pairs of sentences, surest first; no
        sentence takes part in two.
    """
    forms = _short_forms(question, bank)
    findings = _findings(reading, bank, forms, quotes)
    if len({one.sentence.key for one in findings}) < 2:  # noqa: PLR2004 - because one paper cannot disagree with another
        return ()
    claim = claim_of(spelled_out(question, forms))
    topic = topic_asked(spelled_out(question, forms))
    if topic is None:
        return _between_pairs([one for one in findings if _is_about(one, reading, quotes)], bank)
    claimed = stance(claim, topic) if claim else None
    found = _about_the_topic(topic, claimed, findings, bank)
    if found:
        return (found,)
    return _between_pairs([one for one in findings if _is_quoted(one, quotes)], bank)


def _short_forms(question: str, bank: EvidenceBank) -> Mapping[str, str]:
    """What short forms stand for, those left out that stand for two things."""
    found: dict[str, str] = {}
    torn: set[str] = set()
    for text in (question, *(paper.abstract for paper in bank.papers.values())):
        for short, words in long_forms(text).items():
            if frozenset(content_stems(found.setdefault(short, words))) != frozenset(content_stems(words)):
                torn.add(short)
    asked = initials(question, " ".join(paper.abstract for paper in bank.papers.values()))
    return {**asked, **{short: words for short, words in found.items() if short not in torn}}


def _findings(
    reading: Reading, bank: EvidenceBank, forms: Mapping[str, str], quotes: Collection[str]
) -> list[_Finding]:
    """What relevant papers report to have found, and what the answer rests on."""
    relevant = {paper.key for paper in reading.relevant(_BEHIND)[:_PAPERS] if paper.abstract}
    cosines = dict(pair for own in reading.sentences.values() for pair in own)
    found = [
        _Finding(sentence=one, said=spelled_out(one.text, forms), cosine=cosines.get(one, 0.0), row=row)
        for row, one in enumerate(bank.sentences)
        if one.where == "abstract" and is_finding(one.text)
    ]
    return [one for one in found if one.sentence.key in relevant or _is_quoted(one, quotes)]


def _is_quoted(finding: _Finding, quotes: Collection[str]) -> bool:
    return any(finding.sentence.text in quote for quote in quotes)


def _is_about(finding: _Finding, reading: Reading, quotes: Collection[str]) -> bool:
    said = coverage(reading.weights, frozenset(content_stems(finding.said)))
    return (finding.cosine >= _NEAR_QUESTION and said >= _SAID) or _is_quoted(finding, quotes)


def _about_the_topic(
    topic: Topic, claimed: Stance | None, findings: Sequence[_Finding], bank: EvidenceBank
) -> Conflict | None:
    sides = _consistent(
        _Side(finding=one, stance=its, nearness=(one.cosine + fit) / 2)
        for one in findings
        if (fit := _fit(topic, one.said, one.cosine)) and (its := stance(one.said, topic))
    )
    pairs = [pair for pair in combinations(sides, 2) if _oppose(*pair, topic, bank)]
    if not pairs:
        return None
    surest = max(pairs, key=lambda pair: min(one.nearness for one in pair))
    first, second = sorted(surest, key=lambda side: not _is_for(side.stance, claimed))
    against = {
        side.key: [other for pair in pairs if side in pair for other in pair if other is not side] for side in surest
    }
    return _conflict(first, against[second.key], against[first.key])


def _conflict(first: _Side, supporting: Sequence[_Side], opposing: Sequence[_Side]) -> Conflict:
    return Conflict(
        claim=first.finding.sentence.text,
        supporting=tuple(one.finding.sentence.citation for one in supporting),
        opposing=tuple(one.finding.sentence.citation for one in opposing),
        score=max(0.0, min(1.0, first.nearness, *(one.nearness for one in opposing))),
    )


def _is_for(said: Stance, claimed: Stance | None) -> bool:
    """On the side of what is asked to be confirmed; or else on the side of those that say that something moves."""
    return bool(said.ways & claimed.ways) if claimed else "none" not in said.ways


def _consistent(sides: Iterable[_Side]) -> list[_Side]:
    """The best finding of each paper; none of a paper that contradicts itself, since it tells two cases apart."""
    by_paper: dict[str, list[_Side]] = {}
    for side in sides:
        by_paper.setdefault(side.key, []).append(side)
    return [
        max(own, key=lambda side: side.nearness)
        for own in by_paper.values()
        if not any(contradict(one.stance, other.stance) for one, other in combinations(own, 2))
    ]


def _between_pairs(findings: Sequence[_Finding], bank: EvidenceBank) -> tuple[Conflict, ...]:
    """Compare findings of different papers with one another, those that are about one thing."""
    found: list[tuple[_Side, _Side]] = []
    for one, other in combinations(findings, 2):
        if one.sentence.key == other.sentence.key or _shared(one.said, other.said) < _SHARED:
            continue
        near = float(bank.vectors[one.row] @ bank.vectors[other.row])
        pair = _as_sides(one, other, near) if near >= _NEAR_EACH_OTHER else None
        if pair and _oppose(*pair[0], pair[1], bank):
            found.append(pair[0])
    found.sort(key=lambda pair: -pair[0].nearness)
    taken: set[int] = set()
    kept = []
    for sides in found:
        rows = {side.finding.row for side in sides}
        if not rows & taken:
            taken |= rows
            first, second = sorted(sides, key=lambda side: not _is_for(side.stance, None))
            kept.append(_conflict(first, [first], [second]))
    return tuple(kept)


def _as_sides(one: _Finding, other: _Finding, near: float) -> tuple[tuple[_Side, _Side], Topic] | None:
    """Two findings with what each says about the topic that either has; None when the other has not got it."""
    for topic in (topic_of(one.said), topic_of(other.said)):
        if topic is None or not all(_fit(topic, finding.said) for finding in (one, other)):
            continue
        first, second = stance(one.said, topic), stance(other.said, topic)
        if first and second:
            sides = (
                _Side(finding=one, stance=first, nearness=near),
                _Side(finding=other, stance=second, nearness=near),
            )
            return sides, topic
    return None


def _oppose(one: _Side, other: _Side, topic: Topic, bank: EvidenceBank) -> bool:
    """True when two findings contradict each other about the same case, and one of them is not only a guess."""
    if one.key == other.key or not contradict(one.stance, other.stance):
        return False
    said = one.finding.said, other.finding.said
    if all(is_hedged(text) for text in said):
        return False
    papers = [bank.papers[side.key] for side in (one, other)]
    whole = f"{papers[0].title}. {papers[0].abstract}", f"{papers[1].title}. {papers[1].abstract}"
    return same_scope(*said, papers=whole, topic=topic.subject | topic.outcome)


def _fit(topic: Topic, text: str, near: float = 0.0) -> float:
    """Mean share of the words of either half of a topic that a text has; 0 when it lacks too many of either."""
    present = frozenset(word.stem for word in read_words(text).all)
    subject, outcome = (len(half & present) / len(half) for half in (topic.subject, topic.outcome))
    least = _OF_OUTCOME_WHEN_NEAR if near >= _NEAR_TOPIC else _OF_OUTCOME
    return (subject + outcome) / 2 if subject >= _OF_SUBJECT and outcome >= least else 0.0


def _shared(one: str, other: str) -> float:
    """Share of the content words of the one with fewer of them that the other has as well."""
    first, second = frozenset(content_stems(one)), frozenset(content_stems(other))
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0
