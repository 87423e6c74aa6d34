"""Sentences that can stand alone, and abstracts that are near to another one."""

import re
from collections.abc import Sequence

from assistant.reading.cues import LEANS_ON_THE_ONE_BEFORE
from assistant.text import STOP_WORDS, content_stems, fold
from vectorstore.sentences import split_sentences

__all__ = ["is_said_in", "nearest", "sentences_elsewhere", "standing"]

_HEADING = re.compile(
    r"^(?:[A-Z][A-Z/&,]+(?: [A-Z][A-Z/&,]+)*:? (?=[A-Z][a-z]|[A-Z] |\d)"
    r"|(?:Background|Methods?|Results?|Conclusions?|Objectives?|Aims?|Findings|Interpretation|Purpose|Introduction"
    r"|Design|Setting|Participants|Motivation|Summary|Context)\s*[:.]\s+)"
)
_ADDRESS = re.compile(r"https?:|www\.|\bgithub\b|\bavailable (?:at|from|online)\b|\$|\\|©", re.IGNORECASE)
_LEANS = re.compile(r"^(?:We|It|Such|Both|Each|Here),? (?:then|also|further)\b|\b(?:the former|the latter|these two)\b")
_SHORTEST, _LONGEST = 8, 45
_LEAST_CONTENT = 4
_LEAST_COMMON = 0.15
"""Share of words that every English sentence has."""
_TWINS = 0.6
"""Cosine from which two abstracts are taken for one."""


def standing(abstract: str) -> list[tuple[int, int]]:
    """Offsets of the sentences that say something of their own: neither fragments nor pronouns of the one before."""
    found = []
    for start, end in split_sentences(abstract):
        heading = _HEADING.match(abstract[start:end])
        first = start + (heading.end() if heading else 0)
        if _stands_alone(abstract[first:end]):
            found.append((first, end))
    return found


def sentences_elsewhere(abstract: str) -> list[str]:
    """The sentences themselves."""
    return [abstract[start:end] for start, end in standing(abstract)]


def _stands_alone(sentence: str) -> bool:
    if not sentence.endswith(".") or not re.match(r"[A-Z\d]", sentence) or "\n" in sentence:
        return False
    if not _SHORTEST <= len(sentence.split()) <= _LONGEST or sentence.count("(") != sentence.count(")"):
        return False
    if LEANS_ON_THE_ONE_BEFORE.match(sentence) or _LEANS.search(sentence) or _ADDRESS.search(sentence):
        return False
    return _is_english(sentence) and len(set(content_stems(sentence))) >= _LEAST_CONTENT


def _is_english(sentence: str) -> bool:
    some = sentence.lower().split()
    return sum(word in STOP_WORDS for word in some) >= _LEAST_COMMON * len(some)


def is_said_in(sentence: str, abstract: str) -> bool:
    """True when the sentence stands in the abstract word for word, but for its full stop."""
    return fold(sentence).rstrip(".") in fold(abstract)


def nearest(abstracts: Sequence[str], at: Sequence[int], count: int) -> list[list[int]]:
    """For each of the places `at` the nearest other abstracts, nearest first, by words weighted by their rarity.

    An abstract that is nearly the same (another version of the paper) is none of them.
    """
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not at:
        return []
    weights = TfidfVectorizer(analyzer=content_stems, sublinear_tf=True).fit_transform(abstracts)
    found = []
    for place in at:
        scores = np.asarray((weights @ weights[place].T).todense()).ravel()
        order = np.lexsort((np.arange(len(scores)), -scores))
        others = [int(one) for one in order[: count + 20] if one != place and scores[one] < _TWINS]
        found.append(others[:count])
    return found
