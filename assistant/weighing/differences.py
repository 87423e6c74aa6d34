"""Differences between a sentence and what it cites that need no weighing: a number or a word stands against another."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.judges.quantities import is_in, quantities
from assistant.judges.words import plain
from assistant.text import STOP_WORDS, stems
from assistant.types import Problem

__all__ = ["Difference", "difference"]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+")
_ASIDE = re.compile(r"[(\[][^A-Za-z()\[\]]*[)\]]")
"""What brackets hold nothing but numbers, such as an interval: who tells of it need not repeat them."""
_NUMBER = "#"
_LEAST_CONTEXT = 2
"""Words that carry content in a run of equal words in which a number stands."""
_FAMILIES = tuple(
    frozenset(one.split())
    for one in (
        "dozens hundreds thousands millions billions trillions",
        "double doubles doubled triple triples tripled quadruple quadrupled twice thrice twofold threefold fourfold",
        "half third quarter",
        "first second third fourth fifth",
        "monthly weekly daily hourly yearly annual annually",
    )
)
"""Words of which one cannot be said for another."""

_PREFIXES = ("un", "non", "in", "im", "ir", "dis")
_SHORTEST = 4
_NEGATIONS = frozenset("no not nor never neither without cannot lack lacks lacking hardly fails failed".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is wrong, and how to say it."""

    problem: Problem
    reason: str


def difference(said: str, quotes: Sequence[str], evidence: Sequence[str]) -> Difference | None:
    """The first difference found; None when there is none that can be told for certain.

    Args:
        said: A sentence.
        quotes: The places in the cited texts that it was most likely written from.
        evidence: The whole cited texts.
    """
    return next(_differences(said, quotes, evidence), None)


def _differences(said: str, quotes: Sequence[str], evidence: Sequence[str]) -> Iterator[Difference]:
    present = [one for text in evidence for one in quantities(text)]
    if missing := [one.text for one in quantities(said) if one.is_firm and not is_in(one, present)]:
        yield Difference(problem="number-changed", reason=f"says {', '.join(missing)}, which the cited text does not")
    for quote in quotes:
        for mine, theirs in _in_the_same_words(said, quote):
            yield Difference(
                problem="number-changed", reason=f"says {mine} where the cited text says {theirs}: ‘{quote}’"
            )
    for mine, theirs in _of_one_family(said, quotes, evidence):
        yield Difference(problem="number-changed", reason=f"says ‘{mine}’ where the cited text says ‘{theirs}’")
    for mine, theirs in _turned(said, quotes, evidence):
        yield Difference(problem="negated", reason=f"says ‘{mine}’ where the cited text says ‘{theirs}’")


def _in_the_same_words(said: str, quote: str) -> Iterator[tuple[str, str]]:
    """Numbers of the sentence and of the quote that differ though the words around them are the same."""
    mine, theirs = _tokens(said), _tokens(quote)
    matcher = SequenceMatcher(None, [one for one, _ in mine], [one for one, _ in theirs], autojunk=False)
    for block in matcher.get_matching_blocks():
        run = mine[block.a : block.a + block.size]
        if sum(one != _NUMBER and one not in STOP_WORDS for one, _ in run) < _LEAST_CONTEXT:
            continue
        for (_, one), (_, other) in zip(run, theirs[block.b : block.b + block.size], strict=True):
            if one != other and not any(is_in(number, quantities(other)) for number in quantities(one)):
                yield one, other


def _tokens(text: str) -> list[tuple[str, str]]:
    """Words by their stems, and numbers, all alike; each with what is compared when it is a number."""
    found = [token.replace(",", "").rstrip(".") for token in _TOKEN.findall(_ASIDE.sub(" ", plain(text)))]
    read = stems([token.lower() for token in found])
    return [(_NUMBER, token) if token[0].isdigit() else (stem, "") for token, stem in zip(found, read, strict=True)]


def _of_one_family(said: str, quotes: Sequence[str], evidence: Sequence[str]) -> Iterator[tuple[str, str]]:
    mine, near, all_theirs = (_words(*texts) for texts in ((said,), quotes, evidence))
    for family in _FAMILIES:
        for word in sorted((mine & family) - all_theirs):
            if others := sorted((near & family) - mine):
                yield word, others[0]


def _turned(said: str, quotes: Sequence[str], evidence: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Words that stand in the cited text only with a prefix that turns them round, or only without one."""
    mine, near, all_theirs = (_words(*texts) for texts in ((said,), quotes, evidence))
    if _NEGATIONS & (mine | near):  # `not linear` is `nonlinear`
        return
    only_theirs = near - mine
    for word in sorted(mine - all_theirs):
        others = {f"{prefix}{word}" for prefix in _PREFIXES}
        others |= {word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix)}
        yield from ((word, other) for other in sorted(others & only_theirs) if min(len(word), len(other)) >= _SHORTEST)


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word.lower() for text in texts for word in _TOKEN.findall(plain(text)))
