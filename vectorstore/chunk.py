"""Papers cut into chunks: whole sentences packed up to a token budget, with offsets into the abstract."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from vectorstore.sentences import split_sentences
from vectorstore.tokens import count_tokens
from vectorstore.types import Chunk

__all__ = ["DEFAULT_BUDGET", "chunk_paper"]

DEFAULT_BUDGET = 512
"""Tokens in a chunk: nearly every abstract is one. Words find whole abstracts better than parts of them, and the
embedded model, which reads the first 256 word pieces, loses less by the rest than that gains (bench/retrieval.py)."""

_WORD = re.compile(r"\S+")


def chunk_paper(
    key: str,
    title: str,
    abstract: str,
    *,
    budget: int = DEFAULT_BUDGET,
    count: Callable[[str], int] = count_tokens,
) -> list[Chunk]:
    """Cut an abstract into chunks of whole sentences of at most `budget` tokens.

    A sentence over the budget is cut between words, a word over the budget between characters.

    Args:
        key: Cite key of the paper; chunk ids are `key#0`, `key#1`, ...
        title: Title of the paper, repeated in every chunk and not counted in the budget.
        abstract: May be empty; then there is one chunk, with empty text.
        budget: Tokens, at least 1.
        count: How tokens are counted.

    Raises:
        ValueError: The budget is below 1.
    """
    if budget < 1:
        raise ValueError(f"budget must be at least 1, got {budget!r}")
    spans = _packed(abstract, budget, count) or [(0, 0)]
    return [
        Chunk(id=f"{key}#{number}", key=key, title=title, text=abstract[start:end], start=start, end=end)
        for number, (start, end) in enumerate(spans)
    ]


def _packed(text: str, budget: int, count: Callable[[str], int]) -> list[tuple[int, int]]:
    """Join neighbouring sentences while they fit together."""
    whole = text.strip()
    if whole and count(whole) <= budget:  # most abstracts: counted once, and not cut into sentences
        start = text.index(whole)
        return [(start, start + len(whole))]
    packed: list[tuple[int, int]] = []
    for sentence in split_sentences(text):
        for start, end in _fitting(text, sentence, budget, count):
            if packed and count(text[packed[-1][0] : end]) <= budget:
                packed[-1] = (packed[-1][0], end)
            else:
                packed.append((start, end))
    return packed


def _fitting(
    text: str, sentence: tuple[int, int], budget: int, count: Callable[[str], int]
) -> Iterator[tuple[int, int]]:
    """The sentence itself when it fits the budget, else parts of it that do."""
    start, end = sentence
    if count(text[start:end]) <= budget:
        yield sentence
        return
    words = [(start + word.start(), start + word.end()) for word in _WORD.finditer(text[start:end])]
    first = 0
    while first < len(words):
        begin = words[first][0]
        fits = _most(len(words) - first, lambda n: count(text[begin : words[first + n - 1][1]]) <= budget)  # noqa: B023 - because the call ends before the loop moves on
        if fits:
            yield begin, words[first + fits - 1][1]
        else:
            yield from _letters(text, words[first], budget, count)
        first += max(fits, 1)


def _letters(text: str, word: tuple[int, int], budget: int, count: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """Parts of one word that fit the budget, or single characters where even one does not."""
    start, end = word
    cuts = [start]
    while cuts[-1] < end:
        begin = cuts[-1]
        fits = _most(end - begin, lambda n: count(text[begin : begin + n]) <= budget)  # noqa: B023 - because the call ends before the loop moves on
        cuts.append(begin + max(fits, 1))
    yield from pairwise(cuts)


def _most(limit: int, fits: Callable[[int], bool]) -> int:
    """The largest n from 1 to `limit` that fits when larger never fits better; 0 when not even 1 does.

    Tries 1, 2, 4, ... before halving, so that nothing much longer than the answer is ever counted.
    """
    good, bad = 0, 1
    while bad <= limit and fits(bad):
        good, bad = bad, bad * 2
    bad = min(bad, limit + 1)
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if fits(middle) else (good, middle)
    return good
