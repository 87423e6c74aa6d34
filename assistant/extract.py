"""Answering without a model that writes: which papers answer, which of their sentences, or none.

The weights are a logistic regression of "this paper answers" over two sets of questions (`bench/answering.py` says
which and prints what it gives); the cue words were chosen by looking at questions of the first set only.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from assistant.evidence import EvidenceBank, Match, Sentence
from assistant.retrieve import Found
from assistant.text import QUESTION_WORDS, content_stems, content_words, fold
from assistant.types import Paper, Statement
from assistant.verify import Judge

Rarity = Callable[[Sequence[str]], Mapping[str, float]]
"""Words -> inverse document frequency of each in the library, 0 upwards."""

_PAPER_COSINE, _SENTENCE_COSINE, _COVERAGE, _BIAS = 5.5, 8.7, 7.1, -9.4
_ANSWERABLE = 0.3
"""Least probability with which the best paper is taken to answer."""
_ONE_PAPER, _SEVERAL_PAPERS = 1, 4
_SENTENCES_OF_ONE, _SENTENCES_OF_EACH = 4, 3
_TITLE_COVERAGE = 0.9
_WORDS_OF_A_NAME = 3
_NEAR_THE_BEST = 0.5
"""A sentence is quoted when it scores at least this share of the paper's best one."""
_BEHIND = 2.2
"""Log-odds by which a further paper may stay behind the best one."""

_ASKS_FOR_SEVERAL = re.compile(
    r"\b(compar\w+|differ\w*|contrast\w*|versus|vs|both|respectively|several|various|each"
    r"|(?:which|what|list)\s+(?:\w+\s+){0,3}?"
    r"(?:papers|works|studies|methods|approaches|frameworks|benchmarks|datasets|surveys|models|systems))\b",
    re.IGNORECASE,
)
_ASKS_HOW_MUCH = re.compile(
    r"\b(how (?:many|much|large|big|often|long|fast|far|high|quick\w*|few)|by (?:what|how)|times|points"
    r"|(?:what|which) (?:share|percentage|percent|proportion|fraction|number|rate|score|size|amount|factor|ratio))\b",
    re.IGNORECASE,
)
_ASKS_FOR_DATA = re.compile(
    r"\b(data\s?sets?|benchmarks?|corpor\w+|leaderboards?|evaluated|tested|collections?"
    r"|(?:on|which|what) (?:[\w-]+ )?data)\b",
    re.IGNORECASE,
)
_ASKS_FOR_A_LIST = re.compile(r"\b(?:which|what) (?:two|three|four|five|six|\d)\b|\bwhich \w+s\b", re.IGNORECASE)
_HAS_A_NUMBER = re.compile(
    r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|half|twice|double|triple)\b",
    re.IGNORECASE,
)
_HAS_A_NAME = re.compile(r"(?<!^)\b(?:[A-Z][\w-]*[A-Z\d][\w-]*|[A-Z]{2,}[\w/-]*)\b")
_HAS_A_LIST = re.compile(r",.*,|\(\d\)|\bfirst\b|\bsecond\b", re.IGNORECASE | re.DOTALL)
_REPORTS_RESULTS = re.compile(
    r"\b(experiment\w*|evaluat\w*|dataset\w*|benchmark\w*|results?|tested|conduct\w*)\b", re.IGNORECASE
)
_CONTRIBUTES = re.compile(
    r"\b(we|this (?:paper|article|work|study|survey))\s+(?:\w+ly\s+|also\s+|then\s+)?(?:propose|introduce|present"
    r"|develop"
    r"|describe|show|find|demonstrate|design|define|build|construct|offer|release|argue)\w*\b",
    re.IGNORECASE,
)
_SAYS_LITTLE = re.compile(
    r"\b(code (?:and \w+ )?(?:is|are|will)|available (?:at|on|in)|https?:|will be (?:released|made)"
    r"|in this (?:paper|study|work|survey),? we (?:study|aim|conduct|explore|investigate|focus|provide)"
    r"|this (?:paper|study|survey) (?:aims|explores|investigates|delves|studies)|we (?:discuss|outline|hope)"
    r"|future (?:research|directions|work)|pave|insights? into|comprehensive (?:investigation|overview|analysis|study)"
    r"|attract\w* (?:increasing|much) attention|plays? an? (?:key|important|crucial) role)\b",
    re.IGNORECASE,
)
# What abstracts leave to the paper. When a question asks for one of these, the phrase itself must be in the abstract.
_DETAILS = tuple(
    "learning rate|batch size|number of epochs|epochs|optimizer|optimiser|dropout|weight decay|gpu|gpus|hours|days"
    "|minutes|hardware|training cost|dollars|random seed|random seeds|hyperparameter|hyperparameters|hidden size"
    "|embedding size|number of layers|number of parameters|temperature|beam size|warmup|inter-annotator agreement"
    "|annotators were paid|licence|license|funding|funded|grant|email|affiliation|p-value|significance level"
    "|confidence interval".split("|")
)


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
        terms = content_words(question, leave_out=QUESTION_WORDS)
        rarity = self._rarity(list(terms.values()))
        weights = {stem: rarity[word] for stem, word in terms.items()}
        cosines = self._bank.cosines(question)
        by_paper: dict[str, list[tuple[Sentence, float]]] = {}
        for sentence, cosine in zip(self._bank.sentences, cosines, strict=True):
            by_paper.setdefault(sentence.key, []).append((sentence, float(cosine)))
        papers = [
            Relevance(paper=one.paper, log_odds=_log_odds(one, weights, by_paper[one.paper.key]))
            for one in found
            if one.paper.key in by_paper
        ]
        papers.sort(key=lambda one: -one.log_odds)
        return Reading(question=question, weights=weights, papers=papers, sentences=by_paper)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Papers and sentences, weighed for one question."""

    question: str
    weights: Mapping[str, float]
    papers: Sequence[Relevance]
    """Most relevant first."""
    sentences: Mapping[str, Sequence[tuple[Sentence, float]]]
    """By paper, in the order of the abstract, each with its cosine to the question."""

    @property
    def fit(self) -> float:
        """Probability of the best paper being about this, 0 to 1."""
        return self.papers[0].probability if self.papers else 0.0

    @property
    def confidence(self) -> float:
        """Probability that the library holds the answer, 0 to 1."""
        best = next((one for one in self.papers if self._can_answer(one.paper)), None)
        if best is None or _wants_missing_detail(self.question, best.paper):
            return 0.0
        return best.probability

    @property
    def is_answerable(self) -> bool:
        """True when the library probably holds the answer."""
        return self.confidence >= _ANSWERABLE

    def relevant(self, behind: float) -> list[Paper]:
        """Papers less than so many log-odds behind the best one, best first."""
        return [one.paper for one in self.papers if one.log_odds >= self.papers[0].log_odds - behind]

    def statements(self, judge: Judge) -> list[Statement]:
        """The sentences that answer, word for word, grouped by paper in the order of the abstract."""
        named = [one.paper for one in self.papers if _is_named(one.paper, self.question)]
        several = len(named) > 1 or bool(_ASKS_FOR_SEVERAL.search(self.question))
        papers = named if len(named) > 1 else [one for one in self.relevant(_BEHIND) if self._can_answer(one)]
        papers = papers[: _SEVERAL_PAPERS if several else _ONE_PAPER]
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

    def _can_answer(self, paper: Paper) -> bool:
        """A title alone answers nothing but what it names itself."""
        present = frozenset(content_stems(paper.title))
        return bool(paper.abstract) or _coverage(self.weights, present) >= _TITLE_COVERAGE

    def _chosen(self, key: str, most: int) -> list[Sentence]:
        scored = self._scored(key)
        best = max(score for _, score in scored)
        ranked = sorted(scored, key=lambda pair: -pair[1])[:most]
        chosen = [sentence for sentence, score in ranked if score >= _NEAR_THE_BEST * best]
        return sorted(chosen, key=lambda sentence: sentence.start)

    def _scored(self, key: str) -> list[tuple[Sentence, float]]:
        """Sentences of one paper; words that all its sentences share tell them apart no more."""
        sentences = self.sentences[key]
        stems = [frozenset(content_stems(sentence.text)) for sentence, _ in sentences]
        spread = Counter(stem for present in stems for stem in present if stem in self.weights)
        weights = {
            stem: self.weights[stem] * log(1 + (len(stems) - count + 0.5) / (count + 0.5))
            for stem, count in spread.items()
        }
        cosines = [cosine for _, cosine in sentences]
        return [
            (
                sentence,
                cosine
                + 0.3 * _coverage(weights, stems[index])
                + 0.15 * max(cosines[max(index - 1, 0) : index] + cosines[index + 1 : index + 2], default=0.0)
                + _fit(self.question, sentence.text),
            )
            for index, (sentence, cosine) in enumerate(sentences)
        ]


def contribution(matches: Sequence[Match]) -> Sentence:
    """The sentence that says what a paper adds to a topic, of its sentences with their nearness to that topic."""

    def worth(match: Match) -> float:
        text = match.sentence.text
        return match.similarity + 0.2 * bool(_CONTRIBUTES.search(text)) - 0.2 * bool(_SAYS_LITTLE.search(text))

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


def _fit(question: str, sentence: str) -> float:
    """What speaks for a sentence apart from its subject: the kind of thing that is asked for."""
    fit = 0.0
    if _ASKS_HOW_MUCH.search(question) and _HAS_A_NUMBER.search(sentence):
        fit += 0.15
    if _ASKS_FOR_DATA.search(question) and _REPORTS_RESULTS.search(sentence):
        fit += 0.15 if _HAS_A_NAME.search(sentence) else 0.075
    if _ASKS_FOR_A_LIST.search(question) and _HAS_A_LIST.search(sentence):
        fit += 0.08
    if _SAYS_LITTLE.search(sentence):
        fit -= 0.2
    return fit


def _is_named(paper: Paper, question: str) -> bool:
    """True when the question has the name that the title starts with: `Name: what it is`."""
    name, colon, _ = paper.title.partition(":")
    has_name = colon and len(name.split()) <= _WORDS_OF_A_NAME
    return bool(has_name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", question))


def _wants_missing_detail(question: str, paper: Paper) -> bool:
    asked, text = " " + " ".join(re.findall(r"[\w-]+", fold(question))) + " ", fold(paper.abstract)
    return any(f" {detail} " in asked and detail not in text for detail in _DETAILS)
