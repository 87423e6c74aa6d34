"""What a run is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.verify import Judge
from evals.claims import Decomposer
from evals.types import Dataset, Outputs, Papers, System

__all__ = ["Rank", "Task"]

Rank = Callable[[str], Sequence[str]]
"""Keys of the papers that retrieval finds for a question, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A data set, who answers it and how the answers are scored."""

    dataset: Dataset
    system: System | Outputs
    """Who is asked; or what was answered elsewhere, by sample id."""
    judge: Judge
    papers: Papers
    metric_sets: Sequence[str] = ("citewell",)
    decomposer: Decomposer | None = None
    """Takes statements apart into claims, for faithfulness; None: that is not measured."""
    rank: Rank | None = None
    """None: retrieval is not measured."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """Name of each prompt to the hash of its text, for the record."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """What else the numbers depend on, for the record."""
    fingerprint: str = ""
    """Hash of all that the answers depend on besides the question; they are cached by it, and without it not at all."""
