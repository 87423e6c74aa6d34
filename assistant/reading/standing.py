"""Whether the library answers a question, in part or not at all: decided before a model is asked.

A logistic regression on what the search and the sentences of the best paper say. `bench/abstention.py --fit` makes the
weights; without `--fit` it reports on questions that they were not fitted to.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Literal

from assistant.reading.asking import asks_for_a_detail, lacks_what_is_asked_for, missing_names, subject_appended
from assistant.reading.cues import ASKS_FOR_A_SIZE, HAS_A_SIZE, YES_OR_NO
from assistant.reading.extract import Reading, Relevance, coverage
from assistant.replies.languages import is_foreign
from assistant.text import content_stems

__all__ = ["STANDING_WEIGHTS", "THRESHOLD", "Standing", "signals", "standing", "weighed"]

STANDING_WEIGHTS = {
    "bias": -4.7,
    "sentence": 1.2,
    "second_sentence": 5.4,
    "paper": 1.5,
    "coverage": 2.6,
    "claim_uncovered": -2.5,
    "named": 0.8,
    "name_missing": -0.9,
}
"""Weights of `signals`. Answerable and unanswerable questions counted alike in the fit."""
THRESHOLD = 0.3
"""Least confidence with which an answer is given."""
_JUST_BELOW = THRESHOLD - 0.01
_FAR, _UNSAID = 0.33, 0.3
"""A thing is lacking when no sentence has the first as cosine to it, and no paper the second as share of its words."""
_OF_SIZE = frozenset(content_stems("large big small size sizes"))
_OF_ANY_PAPER = frozenset(
    content_stems("main idea ideas contribution contributions key conclusion conclusions goal goals detail details")
)
"""Stems of words that fit every paper, so that none need have them."""
_REFERS_BACK = re.compile(
    r"\b(?:it|its|they|their|them|he|she|his|her|this|that|these|those|one|ones|other|others|another|same|such"
    r"|former|latter|first|second|third|last)\b",
    re.IGNORECASE,
)
_ASKS_FOR_THE_RECORD = re.compile(
    r"\bwho (?:wrote|published|(?:are|is|were|was) the (?:\w+ )?authors?)\b|\bwhen (?:was|were)\b.{1,200}\bpublished\b"
    r"|\b(?:what|which) (?:year|journal|venue|conference|publisher)\b|\b(?:doi|authors?|affiliations?) of\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a question stands with a library."""

    outcome: Literal["answered", "partly", "not-in-library"]
    confidence: float
    """Probability that the library answers, 0 to 1, were as many questions answerable as not."""
    lacking: tuple[str, ...] = ()
    """The things asked for that no paper answers, in the question's words; empty unless `partly`."""
    reason: str = ""
    """What keeps it from being answered, in a sentence, when that is known."""


def standing(reading: Reading) -> Standing:
    """Say whether what was found answers the question.

    When it asks for several things, of which some are answered and some by no paper, it is answered `partly`.
    """
    lacking = [thing for thing in reading.things if _is_lacking(thing, reading)]
    alone = {thing.question: weighed(thing) for thing in reading.things if thing not in lacking}
    # Two questions in one are less near to any sentence than each of them alone.
    confidence = max(weighed(reading), min(alone.values(), default=0.0))
    if any(one.paper.key in reading.defined for one in reading.papers[:1]):
        confidence = max(confidence, THRESHOLD)
    if confidence < THRESHOLD and not reading.compares:
        lacking += [thing for thing in reading.things if alone.get(thing.question, 1.0) < THRESHOLD]
        confidence = max(confidence, *alone.values(), 0.0)
    if confidence < THRESHOLD or (lacking and len(lacking) == len(reading.things)):
        confidence = min(confidence, _JUST_BELOW)
        return Standing(outcome="not-in-library", confidence=confidence, reason=_reason(reading.question))
    names = tuple(thing.question for thing in reading.things if thing in lacking)
    whole = reading.without(names)
    if not _fits_the_follow_up(whole):
        # It is the paper that was found, and not an answer, that the probability speaks of.
        return Standing(outcome="not-in-library", confidence=min(confidence, _JUST_BELOW), reason=_unsaid(whole))
    return Standing(outcome="partly" if lacking else "answered", confidence=confidence, lacking=names)


def weighed(reading: Reading) -> float:
    """Probability that the best paper answers, 0 to 1; 0 when it leaves out a detail that is asked for."""
    best = reading.best
    if best is None or lacks_what_is_asked_for(reading.question, best.paper):
        return 0.0
    found = signals(reading, best)
    return 1 / (
        1 + exp(-STANDING_WEIGHTS["bias"] - sum(STANDING_WEIGHTS[name] * value for name, value in found.items()))
    )


def signals(reading: Reading, best: Relevance) -> Mapping[str, float]:
    """What speaks for and against a paper answering.

    `sentence` and `second_sentence` are the highest cosines of its sentences to the question, `paper` that of its
    nearest passage, `coverage` the share of the question's words by rarity that it has. `claim_uncovered` is the rest
    of that share for a claim or a question to be answered with yes or no, which leaves no word for the answer to add,
    and else 0. `named` and `name_missing` are 1 when the question calls the paper by name, and when it has a name that
    the paper lacks.
    """
    paper = best.paper
    cosines = sorted((cosine for _, cosine in reading.sentences[paper.key]), reverse=True)
    present = frozenset(content_stems(f"{paper.title} {paper.abstract}"))
    covered = coverage(reading.weights, present)
    return {
        "sentence": cosines[0],
        # Of two sentences only one need be about it.
        "second_sentence": cosines[1 if len(cosines) > 2 else 0],  # noqa: PLR2004 - because it is said above
        "paper": best.cosine,
        "coverage": covered,
        "claim_uncovered": 1 - covered if _is_claim(reading.question) else 0.0,
        "named": float(paper.key in reading.named),
        "name_missing": float(bool(missing_names(reading.question, [paper]))),
    }


def _fits_the_follow_up(reading: Reading) -> bool:
    """True unless only what was put into a question fits the best paper, and none of the question's own words."""
    best = reading.papers[0]
    if reading.own is None or not subject_appended(reading.question):
        return best.paper.key in reading.defined or reading.touches(best.paper.key)
    own = reading.own
    telling = own.weights.keys() - _OF_ANY_PAPER
    if not telling:
        return True
    if ASKS_FOR_A_SIZE.search(own.question) and telling <= _OF_SIZE:
        return any(HAS_A_SIZE.search(sentence.text) for sentence, _ in own.sentences[best.paper.key])
    return own.touches(best.paper.key)


def _unsaid(reading: Reading) -> str:
    return f"The question was taken to be about [{reading.papers[0].paper.key}], and nothing there seems to answer it."


def _is_claim(question: str) -> bool:
    return YES_OR_NO.match(question) is not None or question.rstrip().endswith(".")


def _is_lacking(thing: Reading, whole: Reading) -> bool:
    """True when no paper has a sentence near to a thing or many of its words, or when all leave out such a detail.

    What refers to another part of the question cannot be told alone, and is taken to be there.
    """
    papers = [one.paper for one in whole.papers]
    if asks_for_a_detail(thing.question):
        return bool(papers) and all(lacks_what_is_asked_for(thing.question, paper) for paper in papers)
    if not thing.papers or _REFERS_BACK.search(thing.question):
        return not thing.papers
    nearest = max(cosine for one in thing.papers for _, cosine in thing.sentences[one.paper.key])
    said = max(coverage(thing.weights, frozenset(content_stems(f"{paper.title} {paper.abstract}"))) for paper in papers)
    return nearest < _FAR and said < _UNSAID


def _reason(question: str) -> str:
    if is_foreign(question):
        return "The embedded search reads English, and the question seems to be in another language."
    if _ASKS_FOR_THE_RECORD.search(question):
        return (
            "Answers come from abstracts, which do not say who wrote a paper, when and where:"
            " `citewell show KEY` shows that."
        )
    return ""
