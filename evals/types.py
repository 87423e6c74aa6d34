"""The values of an evaluation and the ports it is run through.

The words are the field's: a task is a data set with what is to be done about it, samples are its questions, a system
answers them, a judge checks the answers' statements, a metric gives each answer a score, and a log keeps it all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assistant.types import Answer, Paper, Usage, Verdict


class System(Protocol):
    """What is evaluated."""

    def ask(self, question: str) -> Answer:
        """Answer one question; raise a `CitewellError` when that fails. Nothing else of a sample reaches the system."""
        ...


Papers = Callable[[str], Paper | None]
"""The paper behind a cite key; None when the library has none of that key."""

Progress = Callable[[int, int, "Result"], None]
"""Told after each sample: samples done, samples in all, result of the one just done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a paper's abstract that an answer may rest on, in the paper's words."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One question of a data set and what a right answer is known to need. Only the question reaches the system."""

    id: str
    question: str
    answerable: bool | None = None
    """Whether the library can answer it; None when the data set does not say."""
    kind: str = ""
    gold_keys: tuple[str, ...] = ()
    """Cite keys of papers that hold the answer; empty when not known."""
    relevance: Mapping[str, int] = field(default_factory=dict)
    """Graded relevance of papers by cite key, for retrieval; empty: each gold key has 1."""
    gold_spans: tuple[Span, ...] = ()
    """Where in the gold papers the answer stands."""
    facts: tuple[tuple[str, ...], ...] = ()
    """What an answer must state: each fact is a tuple of wordings, any one of which will do."""
    answers: tuple[str, ...] = ()
    """Right answers, any one of which will do."""
    draft: bool = False
    """Made by a program, and not yet edited by a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Samples, in the order of their source."""

    name: str
    sha256: str
    """Hash of the whole source, also when only some of its samples are here."""
    samples: tuple[Sample, ...]
    papers: tuple[Paper, ...] = ()
    """Papers that come with the data set and that its gold keys name; empty: the user's library is asked."""
    notes: tuple[str, ...] = ()
    """What a reader must know of how it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What some system answered, read from its file. Its citations name papers by `papers`' keys."""

    dataset: Dataset
    """The questions as the file has them, with the right answers if it has any."""
    answers: Mapping[str, Answer]
    """By sample id; a sample without one got no answer."""
    papers: Mapping[str, Paper]
    """The documents of all items under unique keys; a key that is cited and not here was out of range or invented."""
    contexts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By sample id: keys of the documents that the system had been given for the question, best first."""
    rankings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By sample id: keys of what retrieval found, best first, where that is known and is not what was given."""
    gives_quotes: bool = False
    """Whether the citations quote, so that quotes can be checked."""
    sha256: str = ""
    """Hash of the file. That of `dataset` is of the questions and right answers alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one metric says of one answer.

    `value` is None in two cases: the metric does not apply to the sample, or (`failed`) it does but could not be
    computed. Neither is ever a zero.
    """

    value: float | None
    answer: str = ""
    """The part of the answer that was scored, where that is not the whole of it."""
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
        """Whether citation recall counts it."""
        return is_support(self.joint)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """One atomic claim of an answer against everything that the answer could rest on."""

    text: str
    verdict: Verdict


Checks = Mapping[str, tuple[StatementCheck, ...]]
"""By name of the counting convention: the statements that it counts, in order; empty when the answer abstained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that a metric may look at."""

    sample: Sample
    answer: Answer
    papers: Papers
    checks: Checks | None = field(default_factory=dict)
    """None when the judge failed."""
    claims: tuple[ClaimCheck, ...] | None = None
    """None when the answer was not taken apart into claims."""
    ranking: tuple[str, ...] | None = None
    """Keys of the papers that retrieval found for the question, best first; None when it was not asked."""
    gives_quotes: bool = True
    """Whether the system quotes what it cites."""
    judge_error: str = ""
    claims_error: str = ""
    """What the judge or whoever takes statements apart failed with, where claims were to be checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A named measure of one answer; the mean over the answers it applies to is what is reported."""

    name: str
    score: Callable[[Case], Score]
    percentiles: tuple[int, ...] = ()
    """Reported besides the mean, as `name_p50`."""
    share: bool = True
    """Whether values lie between 0 and 1."""
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One sample after its run."""

    sample: Sample
    answer: Answer | None
    """None when the system failed."""
    checks: Checks | None
    """None when the system or the judge failed."""
    scores: Mapping[str, Score]
    """By name of the metric, in the order of the metrics."""
    claims: tuple[ClaimCheck, ...] | None = None
    ranking: tuple[str, ...] | None = None
    error: str = ""
    """What the system or the judge failed with."""
    cached: bool = False
    """The answer is that of an earlier run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMetric:
    """A measure of all answers together, which is no mean over them."""

    name: str
    value: Callable[[Sequence[Result]], float | None]
    """None when too little is known to compute it."""
    counted: Callable[[Sequence[Result]], int]
    """How many of the results it is computed from."""
    higher_is_better: bool = True


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
class EvalLog:
    """The outcome of a run, complete enough to compare, gate and show it without the library it was made with."""

    dataset: str
    dataset_sha256: str
    """Hash of the whole source."""
    samples_sha256: str
    """Hash of the samples that were run: two logs with the same hash asked the same questions."""
    metric_sets: tuple[str, ...]
    judge: str
    model: str
    """Names of the models that answered, joined by commas; empty when none gave a name."""
    seed: int
    started: str
    """ISO 8601, UTC."""
    versions: Mapping[str, str]
    prompts: Mapping[str, str]
    """Name of each prompt to the hash of its text."""
    metrics: Mapping[str, Summary]
    by_kind: Mapping[str, Mapping[str, Summary]]
    """The same metrics for the samples of each kind; empty when the data set has fewer than two kinds."""
    results: tuple[Result, ...]
    papers: Mapping[str, Paper] = field(default_factory=dict)
    """The cited and the gold papers that are in the library."""
    notes: tuple[str, ...] = ()
    """What a reader must know before believing the numbers."""
    wall_seconds: float = 0.0
    """Of the whole run, the judge included."""
    judge_usage: Usage = field(default_factory=Usage)
    """What judging cost, and taking statements apart; verdicts that were known already with what they cost then."""
    calls: Mapping[str, int] = field(default_factory=dict)
    """How often the system and the judge were asked in this run, and how often an earlier one had the word already."""

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
