"""What judges are measured with."""

from dataclasses import dataclass

from assistant.types import Verdict

__all__ = ["Judged", "Measure", "Pair", "PairSet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A statement and the text cited for it, with a person's word on whether the text supports it."""

    id: str
    statement: str
    evidence: tuple[str, ...]
    """The cited text in one or more pieces, such as a title and an abstract."""
    supported: bool
    """Full support; what is partly supported is not."""
    problem: str = ""
    """What is wrong with it, in the words of its source and lower case, such as `refute`; empty when supported."""
    kind: str = ""
    """How it was made, in a set that was made, such as `paraphrase`; empty for what people wrote."""
    source: str = ""
    """Data set and split it is from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSet:
    """Labelled pairs, in the order of their source."""

    name: str
    sha256: str
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One pair and what the judge says of it."""

    pair: Pair
    verdict: Verdict | None
    """None when the judge failed."""
    error: str = ""
    """What it failed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number with its 95% interval."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str = ""
    """Why there is no value, or no interval."""
