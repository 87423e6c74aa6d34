"""Answering without a model that writes: which papers answer, which of their sentences, or none.

Two logistic regressions: "this paper answers" (for papers) and "this sentence states a fact asked for" (for sentences
of the right paper). `bench/fit_extraction.py` fits the second on the questions in `evals/data` that are for tuning, and
prints what both give there; `bench/answering.py` reports on questions that neither was fitted to.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log

from assistant import cues
from assistant.asking import clauses, lacks_what_is_asked_for, named_papers
from assistant.evidence import EvidenceBank, Match, Sentence
from assistant.retrieve import Found
from assistant.text import QUESTION_WORDS, content_stems, content_words
from assistant.types import Paper, Statement
from assistant.verify import Judge

Rarity = Callable[[Sequence[str]], Mapping[str, float]]
"""Words -> inverse document frequency of each in the library, 0 upwards."""

_PAPER_COSINE, _SENTENCE_COSINE, _COVERAGE, _BIAS = 5.5, 8.7, 7.1, -9.4
_ANSWERABLE = 0.25
"""Least probability with which the best paper is taken to answer."""
_SEVERAL_PAPERS = 4
_SENTENCES_OF_ONE, _SENTENCES_OF_EACH = 5, 3
_FEW = 3
_TITLE_COVERAGE = 0.9
_TOUCHING_WORDS, _TOUCHING_COSINE = 0.2, 0.3
_BEHIND_AMONG_FEW, _BEHIND_AMONG_MANY = 4.0, 2.5
"""Log-odds by which a sentence may stay behind the paper's best one, up to the third and from the fourth on."""
SENTENCE_WEIGHTS = {
    "cosine": 2.2,
    "coverage": 4.0,
    "number": 1.6,
    "results": 0.5,
    "results_named": 0.3,
    "list": 0.9,
    "says_little": -1.5,
    "position": 1.5,
    "first": -1.5,
    "length": 0.8,
}
"""Weights of `sentence_features`."""
_BEHIND = 2.2
"""Log-odds by which a further paper may stay behind the best one, when a question asks for any number of papers."""
_BEHIND_THE_PAIR = 0.6
"""Log-odds by which a third paper may stay behind the second, when a question asks about two or more things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """How well a paper fits a question."""

    paper: Paper
    log_odds: float

    @property
    def probability(self) -> float:
        """Of the paper answering, 0 to 1."""
        return 1 / (1 + exp(-self.log_odds))


class Extractor:
    """Reads the papers that a search found with one question in mind."""

    def __init__(self, bank: EvidenceBank, rarity: Rarity) -> None:
        self._bank = bank
        self._rarity = rarity

    def read(self, question: str, found: Sequence[Found]) -> "Reading":
        """Weigh papers and sentences; nothing is chosen yet."""
        reading = self._read(question, found)
        if not reading.asks_about_several:
            return reading
        return replace(reading, parts=tuple(self._read(clause, found) for clause in clauses(question)))

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
        papers = [Relevance(paper=one.paper, log_odds=_log_odds(one, weights, by_paper[one.paper.key])) for one in read]
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

    @property
    def asks_about_several(self) -> bool:
        """True when the question names or counts two things or more."""
        return len(self.named) > 1 or bool(cues.ASKS_ABOUT_TWO.search(self.question))

    @property
    def fit(self) -> float:
        """Probability of the best paper being about this, 0 to 1."""
        return self.papers[0].probability if self.papers else 0.0

    @property
    def confidence(self) -> float:
        """Probability that the library holds the answer, 0 to 1."""
        best = next((one for one in self.papers if self._can_answer(one.paper)), None)
        if best is None or lacks_what_is_asked_for(self.question, best.paper):
            return 0.0
        return best.probability

    @property
    def is_answerable(self) -> bool:
        """True when the library probably holds the answer."""
        return self.confidence >= _ANSWERABLE

    def touches(self, key: str) -> bool:
        """True when a paper has something to do with the question: some of its words, or a sentence near to it."""
        if not self.weights or key not in self.sentences:
            return True
        present = frozenset(content_stems(" ".join(sentence.text for sentence, _ in self.sentences[key])))
        nearest = max(cosine for _, cosine in self.sentences[key])
        return _coverage(self.weights, present) >= _TOUCHING_WORDS or nearest >= _TOUCHING_COSINE

    def relevant(self, behind: float) -> list[Paper]:
        """Papers less than so many log-odds behind the best one, best first."""
        return [one.paper for one in self.papers if one.log_odds >= self.papers[0].log_odds - behind]

    def statements(self, judge: Judge) -> list[Statement]:
        """The sentences that answer, word for word, grouped by paper in the order of the abstract."""
        papers = self._papers_quoted()
        most = _SENTENCES_OF_EACH if len(papers) > 1 else _SENTENCES_OF_ONE
        return [
            Statement(
                text=sentence.text,
                citations=(sentence.citation,),
                verdict=judge.judge(sentence.text, [paper.abstract or paper.title]),
                quoted=True,
            )
            for paper in papers
            for sentence in self._chosen(paper.key, most)
        ]

    def _papers_quoted(self) -> list[Paper]:
        """The best paper; as many as the question needs when it asks for several."""
        able = [one for one in self.papers if self._can_answer(one.paper)]
        if len(self.named) > 1:
            able = [one for one in able if one.paper.key in self.named]
        elif self.asks_about_several:
            pair = able[:2]
            able = pair + [one for one in able[2:] if one.log_odds >= pair[-1].log_odds - _BEHIND_THE_PAIR]
        elif cues.ASKS_FOR_SEVERAL.search(self.question):
            able = [one for one in able if one.log_odds >= able[0].log_odds - _BEHIND]
        else:
            able = able[:1]
        return [one.paper for one in able[:_SEVERAL_PAPERS]]

    def _can_answer(self, paper: Paper) -> bool:
        """A title alone answers nothing but what it names itself."""
        present = frozenset(content_stems(paper.title))
        return bool(paper.abstract) or _coverage(self.weights, present) >= _TITLE_COVERAGE

    def _chosen(self, key: str, most: int) -> list[Sentence]:
        scored = self._scored(key)
        if not cues.ASKS_FOR_CODE.search(self.question):
            scored = [pair for pair in scored if not cues.POINTS_TO_CODE.search(pair[0].text)] or scored
        ranked = sorted(scored, key=lambda pair: -pair[1])[:most]
        best = ranked[0][1]
        chosen = [
            sentence
            for rank, (sentence, score) in enumerate(ranked)
            if best - score <= (_BEHIND_AMONG_FEW if rank < _FEW else _BEHIND_AMONG_MANY)
        ]
        return sorted(chosen, key=lambda sentence: sentence.start)

    def _scored(self, key: str) -> list[tuple[Sentence, float]]:
        """Sentences of a paper with their scores: for the question or for the clause that they fit best."""
        best: dict[Sentence, float] = {}
        for reading in (self, *self.parts):
            for sentence, features in sentence_features(reading, key):
                score = sum(SENTENCE_WEIGHTS[name] * value for name, value in features.items())
                best[sentence] = max(score, best.get(sentence, score))
        return list(best.items())


def sentence_features(reading: Reading, key: str) -> list[tuple[Sentence, dict[str, float]]]:
    """What speaks for each sentence of a paper, in the order of the abstract; every feature lies between 0 and 5.

    `coverage` is the share of the question's words by weight, where words that all sentences of the paper share count
    less, since they tell them apart no more. `length` is the logarithm of the number of words.
    """
    sentences = reading.sentences[key]
    stems = [frozenset(content_stems(sentence.text)) for sentence, _ in sentences]
    spread = Counter(stem for present in stems for stem in present if stem in reading.weights)
    weights = {
        stem: reading.weights[stem] * log(1 + (len(stems) - count + 0.5) / (count + 0.5))
        for stem, count in spread.items()
    }
    found = []
    for index, (sentence, cosine) in enumerate(sentences):
        features = {
            "cosine": cosine,
            "coverage": _coverage(weights, stems[index]),
            "position": index / max(1, len(sentences) - 1),
            "first": float(index == 0),
            "length": log(1 + len(sentence.text.split())),
        }
        found.append((sentence, features | _cue_features(reading.question, sentence.text)))
    return found


def _cue_features(question: str, sentence: str) -> dict[str, float]:
    """Apart from the subject: does the sentence say the kind of thing that is asked for."""
    results = bool(cues.ASKS_FOR_DATA.search(question) and cues.REPORTS_RESULTS.search(sentence))
    return {
        "number": float(bool(cues.ASKS_HOW_MUCH.search(question) and cues.HAS_A_NUMBER.search(sentence))),
        "results": float(results),
        "results_named": float(results and bool(cues.HAS_A_NAME.search(sentence))),
        "list": float(bool(cues.ASKS_FOR_A_LIST.search(question) and cues.HAS_A_LIST.search(sentence))),
        "says_little": float(bool(cues.SAYS_LITTLE.search(sentence))),
    }


def contribution(matches: Sequence[Match]) -> Sentence:
    """The sentence that says what a paper adds to a topic, of its sentences with their nearness to that topic."""

    def worth(match: Match) -> float:
        text = match.sentence.text
        contributes, says_little, leans = (
            bool(cue.search(text)) for cue in (cues.CONTRIBUTES, cues.SAYS_LITTLE, cues.LEANS_ON_THE_ONE_BEFORE)
        )
        return match.similarity + 0.35 * contributes - 0.2 * says_little - 0.1 * leans

    return max(matches, key=worth).sentence


def _log_odds(found: Found, weights: Mapping[str, float], sentences: Sequence[tuple[Sentence, float]]) -> float:
    present = frozenset(content_stems(f"{found.paper.title} {found.paper.abstract}"))
    best = max(cosine for _, cosine in sentences)
    paper_cosine = found.dense if found.dense is not None else best
    return _BIAS + _PAPER_COSINE * paper_cosine + _SENTENCE_COSINE * best + _COVERAGE * _coverage(weights, present)


def _coverage(weights: Mapping[str, float], present: frozenset[str]) -> float:
    """Share of the weight of the question's words that a text has."""
    total = sum(weights.values())
    return sum(weight for stem, weight in weights.items() if stem in present) / total if total else 0.0
