"""Answering without a model that writes: which papers are about a question, and which of their sentences answer.

Two logistic regressions: "this paper is about it" (for papers) and "this sentence states a fact asked for" (for
sentences of the right paper). `bench/fit_extraction.py` fits the second on the questions in `evals/data` that are for
tuning, and prints what both give there; `bench/answering.py` reports on questions that neither was fitted to.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

from assistant.evidence.bank import EvidenceBank, Match, Sentence
from assistant.evidence.passages import evidence_of
from assistant.guards.orders import without_orders
from assistant.reading import cues
from assistant.reading.asking import (
    clauses,
    name_defined,
    name_spelled_out,
    named_papers,
    own_words,
    sides_compared,
    things_asked,
    titled_papers,
    topic_of_list,
)
from assistant.reading.picking import picked
from assistant.reading.worth import SENTENCE_WEIGHTS, contribution, coverage, sentence_features
from assistant.retrieve import Found
from assistant.text import QUESTION_WORDS, content_stems, content_words
from assistant.types import Paper, Statement
from assistant.verify import Judge

__all__ = [
    "SENTENCE_WEIGHTS",
    "Extractor",
    "Rarity",
    "Reading",
    "Relevance",
    "contribution",
    "coverage",
    "sentence_features",
]

Rarity = Callable[[Sequence[str]], Mapping[str, float]]
"""Words -> inverse document frequency of each in the library, 0 upwards."""

_PAPER_COSINE, _SENTENCE_COSINE, _COVERAGE, _BIAS = 5.5, 8.7, 7.1, -9.4
_SEVERAL_PAPERS, _LISTED_PAPERS, _PAPERS_ON_A_CLAIM = 4, 10, 3
_SENTENCES_OF_ONE, _SENTENCES_OF_EACH = 5, 3
_TITLE_COVERAGE = 0.9
_TOUCHING_WORDS, _TOUCHING_COSINE = 0.2, 0.3
_BEHIND_IN_A_LIST, _BEHIND_ON_A_CLAIM = 4.0, 4.0
"""Log-odds by which a further paper may stay behind in a list, or when the answer is yes or no, if it is about it."""
_BEHIND = 2.2
"""Log-odds by which a further paper may stay behind the best one, when a question asks for any number of papers."""
_BEHIND_THE_PAIR = 0.6
"""Log-odds by which a third paper may stay behind the second, when a question asks about two or more things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """How well a paper fits a question."""

    paper: Paper
    log_odds: float
    cosine: float
    """Of the question to the nearest passage of the paper, -1 to 1."""

    @property
    def probability(self) -> float:
        """Of the paper being about what is asked, 0 to 1."""
        return 1 / (1 + exp(-self.log_odds))


class Extractor:
    """Reads the papers that a search found with one question in mind."""

    def __init__(self, bank: EvidenceBank, rarity: Rarity) -> None:
        self._bank = bank
        self._rarity = rarity

    def read(self, question: str, found: Sequence[Found], named: Collection[str] = ()) -> "Reading":
        """Weigh papers and sentences; nothing is chosen yet.

        Args:
            question: As it is understood alone.
            found: The papers that may be quoted.
            named: Keys of papers that are asked about, beside those that the question calls by name.
        """
        papers = [one.paper for one in found]
        own, about = own_words(question, papers)
        defined = name_defined(question, papers)
        reading = self._read(name_spelled_out(question, papers), found)
        asked = things_asked(question)
        compares = bool(sides_compared(question))
        # The search's cosines are to the whole question.
        bare = [replace(one, dense=None) for one in found]
        things = tuple(self._read(thing, bare) for thing in asked) if len(asked) > 1 else ()
        # What is asked beside a list is not answered by one.
        topic = None if things or reading.asks_about_several else topic_of_list(question)
        listed = self._read(topic, found) if topic else None
        reading = replace(
            reading,
            named=reading.named.union(named),
            compares=compares,
            listed=listed,
            own=self._read(own, [replace(one, dense=None) for one in found]) if own != question else None,
            about=about,
            defined=frozenset(paper.key for paper in defined[1] if paper.abstract) if defined else frozenset(),
        )
        if not reading.asks_about_several:
            return replace(reading, things=things)
        return replace(reading, things=things, parts=tuple(self._read(clause, found) for clause in clauses(question)))

    def _read(self, question: str, found: Sequence[Found]) -> "Reading":
        terms = content_words(question, leave_out=QUESTION_WORDS)
        rarity = self._rarity(list(terms.values()))
        weights = {stem: rarity[word] for stem, word in terms.items()}
        cosines = self._bank.cosines(question)
        by_paper: dict[str, list[tuple[Sentence, float]]] = {}
        for sentence, cosine in zip(self._bank.sentences, cosines, strict=True):
            by_paper.setdefault(sentence.key, []).append((sentence, float(cosine)))
        read = [one for one in found if one.paper.key in by_paper]
        named = named_papers([one.paper for one in read], question)
        papers = [_relevance(one, weights, by_paper[one.paper.key]) for one in read]
        papers.sort(key=lambda one: -one.log_odds)
        return Reading(question=question, weights=weights, papers=papers, sentences=by_paper, named=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Papers and sentences, weighed for one question."""

    question: str
    weights: Mapping[str, float]
    papers: Sequence[Relevance]
    """Most relevant first."""
    sentences: Mapping[str, Sequence[tuple[Sentence, float]]]
    """By paper, in the order of the abstract, each with its cosine to the question."""
    named: frozenset[str]
    """Keys of the papers that the question calls by name."""
    parts: tuple["Reading", ...] = ()
    """The same for each clause of a question that asks about several things."""
    things: tuple["Reading", ...] = ()
    """The same for each of the things that are asked for, when they can be told apart."""
    compares: bool = False
    """The things are set side by side; else each is a question of its own."""
    listed: "Reading | None" = None
    """The same for what the papers are to be about that a question wants a list of."""
    own: "Reading | None" = None
    """The same for the question's own words, when the title of a paper or an earlier question was put into it."""
    about: frozenset[str] = frozenset()
    """Keys of the papers whose titles were put in."""
    defined: frozenset[str] = frozenset()
    """Keys of the papers that have the name in their title that the question wants explained."""

    @property
    def asks_about_several(self) -> bool:
        """True when the question names or counts two things or more."""
        return len(self.named) > 1 or self.compares or bool(cues.ASKS_ABOUT_TWO.search(self.question))

    def without(self, lacking: Collection[str]) -> "Reading":
        """The same with these of its things not asked for, so that no sentence is quoted on them."""
        things = tuple(thing for thing in self.things if thing.question not in lacking)
        if len(things) in {0, len(self.things)}:
            return self
        named = frozenset(key for thing in things for key in thing.named)
        if len(things) == 1:
            return replace(things[0], named=named)
        return replace(self, things=things, named=named)

    @property
    def is_claim(self) -> bool:
        """True when the answer is yes or no."""
        return cues.YES_OR_NO.match(self.question) is not None

    @property
    def best(self) -> Relevance | None:
        """The most relevant of the papers that can answer at all."""
        return next((one for one in self.papers if self._can_answer(one.paper)), None)

    @property
    def fit(self) -> float:
        """Probability of the best paper being about this, 0 to 1."""
        return self.papers[0].probability if self.papers else 0.0

    def touches(self, key: str) -> bool:
        """True when a paper has something to do with the question: some of its words, or a sentence near to it."""
        if not self.weights or key not in self.sentences:
            return True
        present = frozenset(content_stems(" ".join(sentence.text for sentence, _ in self.sentences[key])))
        nearest = max(cosine for _, cosine in self.sentences[key])
        return coverage(self.weights, present) >= _TOUCHING_WORDS or nearest >= _TOUCHING_COSINE

    def relevant(self, behind: float) -> list[Paper]:
        """Papers less than so many log-odds behind the best one, and those asked about by name, best first."""
        several = self.named if len(self.named) > 1 and not self.compares else frozenset()
        asked = several.union(one.paper.key for one in self._papers_of_sides(self.papers))
        return [
            one.paper
            for one in self.papers
            if one.log_odds >= self.papers[0].log_odds - behind or one.paper.key in asked
        ]

    def statements(self, judge: Judge) -> list[Statement]:
        """The sentences that answer, word for word, grouped by paper in the order of the abstract."""
        return [
            Statement(
                text=sentence.text,
                citations=(sentence.citation,),
                verdict=judge.judge(
                    sentence.text, [said for one in evidence_of(paper) if (said := without_orders(one).strip())]
                ),
                quoted=True,
            )
            for paper, sentences in self._quoted()
            for sentence in sentences
        ]

    def _quoted(self) -> list[tuple[Paper, list[Sentence]]]:
        """The best paper, or as many as the question needs, each with those of its sentences that answer."""
        if self.listed:
            near = _near(self.listed.papers, _BEHIND)
            listed = max(near, _about(self.listed.papers, _BEHIND_IN_A_LIST), key=len)[:_LISTED_PAPERS]
            return [(one.paper, [self.listed.addition(one.paper.key)]) for one in listed]
        able = [one for one in self.papers if self._can_answer(one.paper)]
        if self.is_claim and len(self.named) != 1 and not self.asks_about_several:
            # One paper may say yes and the next one no.
            chosen = _about(able, _BEHIND_ON_A_CLAIM)[:_PAPERS_ON_A_CLAIM]
            most = [_SENTENCES_OF_EACH if len(chosen) > 1 else _SENTENCES_OF_ONE] + [1] * len(chosen)
        else:
            chosen = self._papers_of_several(able)[:_SEVERAL_PAPERS]
            most = [_SENTENCES_OF_EACH if len(chosen) > 1 else _SENTENCES_OF_ONE] * len(chosen)
        return [(one.paper, picked(self, one.paper.key, count)) for one, count in zip(chosen, most, strict=False)]

    def addition(self, key: str) -> Sentence:
        """What a paper adds to the topic that is read for."""
        stems = (
            (sentence, cosine, frozenset(content_stems(sentence.text))) for sentence, cosine in self.sentences[key]
        )
        return contribution(
            [
                Match(sentence=sentence, similarity=(max(cosine, 0.0) + coverage(self.weights, present)) / 2)
                for sentence, cosine, present in stems
            ]
        )

    def _papers_of_several(self, able: Sequence["Relevance"]) -> list["Relevance"]:
        """The papers that a question names or sets side by side; else the best, or those near to it when it asks so."""
        sides = self._papers_of_sides(able)
        if len(sides) > 1 and len(sides) == len(self.things):
            return sides
        if not self.compares and len(self.named) > 1:
            return [one for one in able if one.paper.key in self.named]
        if self.asks_about_several:
            able = [*sides, *(one for one in able if one not in sides)]
            pair = able[:2]
            return pair + [one for one in able[2:] if one.log_odds >= pair[-1].log_odds - _BEHIND_THE_PAIR]
        if cues.ASKS_FOR_SEVERAL.search(self.question):
            return _near(able, _BEHIND)
        return list(able[:1])

    def _papers_of_sides(self, able: Sequence["Relevance"]) -> list["Relevance"]:
        """Of each thing that is called by name the paper that is most about it."""
        by_key = {one.paper.key: one for one in able}
        best: dict[str, None] = {}
        for thing in self.things:
            papers = [one.paper for one in thing.papers]
            named = [paper.key for paper in papers if paper.key in thing.named]
            best |= dict.fromkeys((named or titled_papers(papers, thing.question))[:1])
        return [by_key[key] for key in best if key in by_key]

    def _can_answer(self, paper: Paper) -> bool:
        """A title alone answers nothing but what it names itself."""
        present = frozenset(content_stems(paper.title))
        return bool(paper.abstract) or coverage(self.weights, present) >= _TITLE_COVERAGE


def _near(papers: Sequence[Relevance], behind: float) -> list[Relevance]:
    """The first of the papers, best first, and those less than so many log-odds behind it."""
    return [one for one in papers if one.log_odds >= papers[0].log_odds - behind]


def _about(papers: Sequence[Relevance], behind: float) -> list[Relevance]:
    """The first of the papers, and those near to it that are rather about the question than not."""
    near = _near(papers, behind)
    return near[:1] + [one for one in near[1:] if one.log_odds > 0]


def _relevance(found: Found, weights: Mapping[str, float], sentences: Sequence[tuple[Sentence, float]]) -> Relevance:
    present = frozenset(content_stems(f"{found.paper.title} {found.paper.abstract}"))
    best = max(cosine for _, cosine in sentences)
    cosine = found.dense if found.dense is not None else best
    log_odds = _BIAS + _PAPER_COSINE * cosine + _SENTENCE_COSINE * best + _COVERAGE * coverage(weights, present)
    return Relevance(paper=found.paper, log_odds=log_odds, cosine=cosine)
