"""Changes by pattern that leave the rest of a sentence as it is."""

import re
from collections.abc import Callable, Iterator

from evals.mutations.types import Change

__all__ = ["Draft", "decapitalised", "in_the_case_of", "replaced", "tidy"]

Draft = tuple[str, tuple[Change, ...]]
"""A way of changing a sentence, and the changes."""

_SPACES = re.compile(r" {2,}")
_BEFORE_MARK = re.compile(r" +(?=[,.;:])")
_FIRST = re.compile(r"[A-Z][a-z]*(?=[\s,]|-[a-z])")
_NATION = re.compile(r"(?:[a-z]ish|[a-z]ese|[a-z]ian|rman|rench|reek|zech|rabic|indi|utch|panese)$")


def replaced(
    pattern: re.Pattern[str], sentence: str, after: Callable[[re.Match[str]], str | None], way: str
) -> Iterator[Draft]:
    """A draft for each place where the pattern is found and `after` has something else for it; None leaves it alone.

    What is taken out goes with one of the spaces beside it.
    """
    for found in pattern.finditer(sentence):
        new = after(found)
        if new is None or new == found[0]:
            continue
        start, end = found.span()
        if not new:
            start, end = _with_a_space(sentence, start, end)
        else:
            new = in_the_case_of(found[0], new)
        yield way, (Change(start=start, end=end, before=sentence[start:end], after=new),)


def _with_a_space(sentence: str, start: int, end: int) -> tuple[int, int]:
    if sentence[start : start + 1] in {" ", ","}:
        return start, end
    if sentence[end : end + 1] == " ":
        return start, end + 1
    if start and sentence[start - 1] == " ":
        return start - 1, end
    return start, end


def in_the_case_of(model: str, text: str) -> str:
    """A text with a capital first letter if the model has one."""
    return text[:1].upper() + text[1:] if model[:1].isupper() else text


def decapitalised(sentence: str, context: str) -> str:
    """A sentence as it stands after other words: its first word loses its capital unless it is a name.

    A word that the context has with a capital within a sentence is taken for a name, and so is one that ends as
    languages and nations do.
    """
    first = _FIRST.match(sentence)
    if not first or first[0] == "I":
        return sentence
    if _NATION.search(first[0]) or re.search(rf"[a-z,;\d] {first[0]}(?!\w)", context):
        return sentence
    return first[0].lower() + sentence[first.end() :]


def tidy(sentence: str) -> str:
    """A sentence without doubled spaces, with a capital at its beginning."""
    text = _BEFORE_MARK.sub("", _SPACES.sub(" ", sentence)).strip(" ,;")
    return text[:1].upper() + text[1:]
