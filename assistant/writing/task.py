"""What a model is asked to write, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.types import Dropped, Statement, Usage

__all__ = ["Task", "Written"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a model is asked to write."""

    prompt: str
    """Name of the template. `<name>_json` is its form for models that can be held to a JSON schema."""
    subject: str
    """The question or the topic."""
    values: Mapping[str, object]
    """What both templates want besides `passages` and `problem`."""
    cites_all_compared: bool = False
    """A sentence that compares papers must cite all of them."""


@dataclass(slots=True)
class Written:
    """What a model wrote, as far as it survived."""

    statements: list[Statement] = field(default_factory=list)
    """In the order in which they were written."""
    dropped: list[Dropped] = field(default_factory=list)
    """In that order too; the same sentence for the same reason once."""
    usage: Usage = field(default_factory=Usage)
    """Of the model and of the judge."""
    generate: float = 0.0
    """Seconds spent waiting for the model."""
    verify: float = 0.0
    """Seconds spent checking."""
    first: float | None = None
    """When the first statement had passed, by `time.perf_counter`; None when none did."""
    declined: bool = False
    """The model said that the passages hold no answer."""
    note: str = ""
    """What went wrong after something had been verified; empty when nothing did."""
    silence: str = ""
    """Why there is no statement when the model wrote none that could be checked: `refused to answer: “...”`, `wrote
    nothing`; else empty."""
