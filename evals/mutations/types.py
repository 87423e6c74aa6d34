"""Statements made from sentences of abstracts, and what was done to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["BAD_KINDS", "Bad", "Case", "Change", "Kind", "Label", "Mutation", "applied"]

Bad = Literal["number-changed", "negated", "name-changed", "overclaimed", "wrong-paper"]
"""What is wrong with a statement, in the words of `assistant.types.Problem`."""
Kind = Literal["paraphrase", "written", "number-changed", "negated", "name-changed", "overclaimed", "wrong-paper"]
"""`paraphrase`: a rewrite by rule that keeps the meaning; `written`: a person's claim that its source supports."""
Label = Literal["SUPPORT", "REFUTE", "NEI"]

BAD_KINDS: tuple[Bad, ...] = get_args(Bad)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Words put in the place of others: `sentence[start:end] == before`."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A sentence that no longer says what its abstract says: `text == applied(origin, changes)`."""

    kind: Bad
    way: str
    """How it was done, such as `magnitude` or `inserted`."""
    origin: str
    """The sentence that was changed; of kind `wrong-paper` the sentence itself."""
    text: str
    changes: tuple[Change, ...]
    """In order, not overlapping; none for `wrong-paper`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A statement, the text it is held against, and whether that text supports it."""

    id: str
    statement: str
    evidence: tuple[str, ...]
    """Title, if there is one, and the whole abstract."""
    label: Label
    kind: Kind
    way: str
    """Of a mutation how it was done, of a paraphrase its rules, joined by `+`."""
    origin: str
    """The sentence that it was made from; empty for what a person wrote."""
    changes: tuple[Change, ...] = ()
    """What was changed in `origin` before it was paraphrased."""
    paraphrased: tuple[str, ...] = ()
    """The rules by which it was rewritten after that."""
    paper: str = ""
    """Title of the paper that is the evidence."""


def applied(sentence: str, changes: Sequence[Change]) -> str:
    """Make changes in a sentence; they are in order and do not overlap."""
    parts, at = [], 0
    for change in changes:
        parts += [sentence[at : change.start], change.after]
        at = change.end
    return "".join([*parts, sentence[at:]])
