"""What the jobs give back: answers, drafts and the turns of a conversation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

from assistant.errors import UsageError
from assistant.types.plans import Planned
from assistant.types.statements import Checking, Citation, Dropped, Statement, Understood, Usage, cited_keys, marked

Outcome = Literal["answered", "partly", "disagreement", "not-in-library", "nothing-supported", "declined"]
"""How a question ended.

`answered`: every part of it that could be told apart. `partly`: some part of the question is answered by no paper.
`disagreement`: papers of the library contradict each other about it. `not-in-library`: no paper answers.
`nothing-supported`: a model wrote something, and no paper supports any of it. `declined`: the model said that what it
was given does not answer, or nothing was asked that abstracts could say.
"""
Event = Understood | Planned | Checking | Statement | Dropped
OnEvent = Callable[[Event], None]
"""Told first how the question was understood, if not as it stands, or how a draft is planned; then of each sentence
that it is being checked, and that it passed or was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A line of a reference list."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Wall time of the steps of one job."""

    retrieve: float = 0.0
    generate: float = 0.0
    verify: float = 0.0
    total: float = 0.0
    first: float | None = None
    """Until the first statement had passed its check; None when none did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one answer or draft may cost; None does not limit.

    Raises:
        UsageError: A number is none, or so small that it rules everything out. No dollars allow what costs nothing.
    """

    max_tokens: int | None = None
    """Prompt and completion together, over all calls."""
    max_usd: float | None = None
    timeout: float | None = None
    """Seconds that the model may take, over all calls."""

    def __post_init__(self) -> None:
        if self.max_tokens is not None and not (_is_whole(self.max_tokens) and self.max_tokens > 0):
            raise UsageError(f"{self.max_tokens!r} is no limit of tokens. Give a whole number above 0.")
        if self.max_usd is not None and not (_is_number(self.max_usd) and self.max_usd >= 0):
            raise UsageError(f"{self.max_usd!r} is no limit of dollars. Give a number that is not below 0.")
        if self.timeout is not None and not (_is_number(self.timeout) and self.timeout > 0):
            raise UsageError(f"{self.timeout!r} is no limit of seconds. Give a number above 0.")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return _is_whole(value) or (isinstance(value, float) and isfinite(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of the sentences that were written: `written == shown + dropped`."""

    written: int = 0
    """Sentences, over all replies; those that were written in place of others do not count again."""
    supported: int = 0
    """Of these, supported, perhaps partly, as they were written, with the citations they had or some of them."""
    attributed: int = 0
    """Shown with a citation that the model had left out or got wrong."""
    rewritten: int = 0
    """Shown after the model wrote them anew."""
    kept: int = 0
    """Shown although not supported, because that was asked for."""
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Papers that contradict each other about one thing."""

    claim: str
    """The sentence that one side states, word for word."""
    supporting: tuple[Citation, ...]
    opposing: tuple[Citation, ...]
    score: float
    """How sure it is that they contradict each other, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of asking."""

    question: str
    standalone_question: str
    statements: tuple[Statement, ...]
    dropped: tuple[Dropped, ...] = ()
    references: tuple[Reference, ...] = ()
    abstained: bool = False
    outcome: Outcome = "answered"
    reason: str = ""
    """Why it abstained, or a caution about the answer; empty when there is nothing to say."""
    lacking: tuple[str, ...] = ()
    """Parts of the question that no paper answers, in its own words."""
    conflicts: tuple[Conflict, ...] = ()
    nearest: tuple[str, ...] = ()
    """Keys of the papers nearest to the question, best first."""
    confidence: float | None = None
    """How sure it is, 0 to 1, that the library holds the answer; None when that was not estimated."""
    complete: bool = True
    """False when a limit, the end of the time or a failure cut short what was written, checked or repaired."""
    account: Account = field(default_factory=Account)
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    seconds: Seconds = field(default_factory=Seconds)

    @property
    def text(self) -> str:
        """The answer as plain sentences with `[key]` markers; the reason when it abstained."""
        if self.abstained:
            return self.reason
        return " ".join(marked(statement) for statement in self.statements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A themed part of a draft."""

    heading: str
    statements: tuple[Statement, ...]
    papers: tuple[str, ...] = ()
    """Keys of the papers that it was written from, cited or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """What one paper says of itself: each cell is a quote of its abstract, or None where it does not say."""

    key: str
    problem: Citation | None = None
    method: Citation | None = None
    data: Citation | None = None
    finding: Citation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Which of the retrieved papers a draft uses."""

    retrieved: int
    cited: int
    uncited: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A related-work text whose statements were checked."""

    title: str
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    dropped: tuple[Dropped, ...]
    coverage: Coverage
    reason: str = ""
    """Why there is no text, or a caution about it; empty when there is nothing to say."""
    bibliography: str | None = None
    """Name of the BibTeX file that goes with the text, for its metadata."""
    style: str | None = None
    """The citation style of its references: a name that `assistant.export.csl` knows, or the path of a .csl file."""
    table: tuple[TableRow, ...] = ()
    """The cited papers side by side; empty unless it was asked for."""
    complete: bool = True
    """False when a limit, the end of the time or a failure cut it short; `reason` says which."""
    account: Account = field(default_factory=Account)
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    seconds: Seconds = field(default_factory=Seconds)

    @property
    def cited_keys(self) -> tuple[str, ...]:
        """Keys cited, in order of first citation."""
        return cited_keys(statement for section in self.sections for statement in section.statements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer in a session."""

    question: str
    answer: Answer
