"""Sentences said again in other words, by rule: what they claim stays."""

import random
import re
from collections.abc import Sequence

from assistant.text import STOP_WORDS
from evals.mutations.editing import decapitalised
from evals.mutations.reordering import ORDER_RULES, framed, in_third_person
from evals.mutations.rewording import WORD_RULES
from evals.mutations.types import Change

__all__ = ["joined", "paraphrase"]

_MOST_RULES = 4
_FRAMED = 0.4
_WORD = re.compile(r"\w+(?:[.,'’-]\w+)*")


def paraphrase(
    sentence: str, abstract: str, rng: random.Random, *, author: str = "", changes: Sequence[Change] = ()
) -> tuple[str, tuple[str, ...]] | None:
    """Say a sentence in other words.

    Args:
        sentence: A sentence of the abstract, or one that was made from it.
        abstract: Tells which words are names and what acronyms stand for.
        rng: Decides which rules are tried, in which order.
        author: How the paper is called, such as `Li et al. (2023)`; empty when nobody is to be named.
        changes: What was done to make the sentence. No rule may undo it: the words put in stay, and where none were put
            in, or only small ones, the words beside them stay too.

    Returns:
        The new sentence and the names of the rules, in the order in which they were used; None when no rule applies.
    """
    used: list[str] = []
    text = sentence
    kept = _to_keep(sentence, changes)
    rules = [*WORD_RULES.items(), *ORDER_RULES.items()]
    rng.shuffle(rules)
    if (spoken := in_third_person(text, abstract, rng, author)) and kept <= _words(spoken):
        used += ["person"] if spoken != text else []
        text = spoken
    wanted = len(used) + rng.randint(1, _MOST_RULES)
    for name, rule in rules:
        if len(used) >= wanted:
            break
        new = rule(text, abstract, rng)
        if new and new != text and _is_whole(new) and kept <= _words(new):
            text = new
            used.append(name)
    if rng.random() < _FRAMED or not used:
        new = framed(text, abstract, rng, author)
        if new and kept <= _words(new):
            text = new
            used.append("frame")
    return (text, tuple(used)) if used and text != sentence else None


def joined(first: str, second: str, abstract: str) -> str:
    """Two sentences as one."""
    return f"{first.rstrip('.')}, and {decapitalised(second, abstract)}"


def _to_keep(sentence: str, changes: Sequence[Change]) -> frozenset[str]:
    """Words that the changes hang on."""
    kept: set[str] = set()
    shift = 0
    for change in changes:
        kept |= _words(change.after)
        start = change.start + shift
        shift += len(change.after) - len(change.before)
        if _words(change.after) <= STOP_WORDS:
            kept.update(_WORD.findall(sentence[:start].lower())[-1:])
            kept.update(_WORD.findall(sentence[start + len(change.after) :].lower())[:1])
    return frozenset(kept)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _is_whole(text: str) -> bool:
    """False when brackets or quotation marks lost their partners."""
    return text.count("(") == text.count(")") and text.count('"') % 2 == 0
