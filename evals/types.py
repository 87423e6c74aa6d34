"""The values of an evaluation and the ports it is run through.

The words are the field's: a data set holds samples, a system answers them, a judge checks the answers' statements, a
metric gives each answer a score, and a report sums the scores up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assistant.types import Answer, Paper, Verdict


class System(Protocol):
    """What is evaluated."""

    def ask(self, question: str) -> Answer:
        """Answer one question; raise a `CitewellError` when that fails. Nothing else of a sample reaches the system."""
        ...


class Judge(Protocol):
    """Who says whether a text supports a statement; the same shape as `assistant.verify.Judge`."""

    @property
    def name(self) -> str:
        """Name and version; scores by judges of different names are not comparable."""
        ...

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        """Say whether the pieces of evidence, taken together, support the statement."""
        ...


Papers = Callable[[str], Paper | None]
"""The paper behind a cite key; None when the library has none of that key."""

Progress = Callable[[int, int, str], None]
"""Told after each sample: samples done, samples in all, id of the one just done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One question of a data set and what a right answer is known to need."""

    id: str
    question: str
    answerable: bool | None = None
    """Whether the library can answer it; None when the data set does not say."""
    kind: str = ""
    gold_keys: tuple[str, ...] = ()
    """Cite keys of papers that hold the answer; empty when not known."""
    facts: tuple[tuple[str, ...], ...] = ()
    """What an answer must state: each fact is a tuple of wordings, any one of which will do."""
    answer: str = ""
    """A right answer, for people to compare with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Samples, in the order of their source."""

    name: str
    sha256: str
    """Hash of the whole source, also when only some of its samples are here."""
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one metric says of one answer.

    `value` is None in two cases: the metric does not apply to the sample, or (`failed`) it does but could not be
    computed. Neither is ever a zero.
    """

    value: float | None
    explanation: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationCheck:
    """One cited paper of one statement, as the judge saw it."""

    key: str
    known: bool
    """False when the library has no paper of this key."""
    alone: Verdict | None = None
    """Whether this paper alone supports the statement; None when that was not asked."""
    rest: Verdict | None = None
    """Whether the other cited papers support it without this one; None when that was not asked."""

    @property
    def irrelevant(self) -> bool:
        """ALCE's word: the paper alone does not support the statement, and the others do so without it."""
        return not is_support(self.alone) and is_support(self.rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementCheck:
    """One statement against all that it cites."""

    text: str
    joint: Verdict | None
    """Whether the cited papers together support it; None when it cites nothing or a paper that is not there."""
    citations: tuple[CitationCheck, ...]
    """Each cited paper once, in order of first citation."""

    @property
    def supported(self) -> bool:
        """Whether ALCE's citation recall counts it."""
        return is_support(self.joint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that a metric may look at."""

    sample: Sample
    answer: Answer
    papers: Papers
    checks: tuple[StatementCheck, ...] | None = ()
    """One per statement, in order; None when the judge failed; empty when the answer abstained."""
    judge_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One sample after its run."""

    sample: Sample
    answer: Answer | None
    """None when the system failed."""
    checks: tuple[StatementCheck, ...] | None
    """None when the system or the judge failed."""
    scores: Mapping[str, Score]
    """By name of the metric, in the order of the metrics."""
    error: str = ""
    """What the system or the judge failed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One metric over all samples, with a 95% interval."""

    value: float | None
    """None when no sample was scored."""
    low: float | None
    high: float | None
    n: int
    """Samples scored."""
    not_applicable: int = 0
    unscored: int = 0
    """Samples to which the metric may apply and which could not be scored, because the system or the judge failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a run is run with."""

    system: System
    judge: Judge
    papers: Papers
    prompts: Mapping[str, str] = field(default_factory=dict)
    """Name of each prompt to the hash of its text, for the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a run."""

    dataset: Dataset
    judge: str
    model: str
    """Names of the models that answered, joined by commas; empty when none gave a name."""
    seed: int
    started: str
    """ISO 8601, UTC."""
    versions: Mapping[str, str]
    prompts: Mapping[str, str]
    metrics: Mapping[str, Summary]
    by_kind: Mapping[str, Mapping[str, Summary]]
    """The same metrics for the samples of each kind; empty when the data set has fewer than two kinds."""
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    """What a reader must know before believing the numbers."""

    @property
    def failed(self) -> int:
        """Samples for which the system gave no answer."""
        return sum(result.answer is None for result in self.results)

    @property
    def abstained(self) -> int:
        """Samples for which the system said that it cannot answer."""
        return sum(result.answer is not None and result.answer.abstained for result in self.results)

    @property
    def unscored(self) -> int:
        """Samples that were answered, and for which at least one metric failed."""
        return sum(
            result.answer is not None and any(score.failed for score in result.scores.values())
            for result in self.results
        )


def is_support(verdict: Verdict | None) -> bool:
    """Whether a verdict is full support: `partly`, `unverifiable` and no verdict are not."""
    return verdict is not None and verdict.label == "supported"
