"""What a sentence is worth to a question: how much of it it has, and whether it says the kind of thing asked for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import TYPE_CHECKING

from assistant.evidence.bank import Match, Sentence
from assistant.reading import cues
from assistant.text import content_stems

if TYPE_CHECKING:
    from assistant.reading.extract import Reading

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


def sentence_features(reading: "Reading", key: str) -> list[tuple[Sentence, dict[str, float]]]:
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
            "coverage": coverage(weights, stems[index]),
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


def coverage(weights: Mapping[str, float], present: frozenset[str]) -> float:
    """Share of the weight of the question's words that a text has."""
    total = sum(weights.values())
    return sum(weight for stem, weight in weights.items() if stem in present) / total if total else 0.0
