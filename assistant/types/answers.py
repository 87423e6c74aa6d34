"""What the jobs give back: answers, drafts and the turns of a conversation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from assistant.types.statements import Checking, Citation, Dropped, Statement, Usage, cited_keys, marked

Outcome = Literal["answered", "partly", "disagreement", "not-in-library", "nothing-supported", "declined"]
"""How a question ended.

`answered`: every part of it that could be told apart. `partly`: some part of the question is answered by no paper.
`disagreement`: papers of the library contradict each other about it. `not-in-library`: no paper answers.
`nothing-supported`: a model wrote something, and no paper supports any of it. `declined`: the model said that what it
was given does not answer.
"""
Event = Checking | Statement | Dropped
OnEvent = Callable[[Event], None]
"""Told of each sentence: that it is being checked, then that it passed or was left out."""


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
    """What one answer or draft may cost; None does not limit."""

    max_tokens: int | None = None
    """Prompt and completion together, over all calls."""
    max_usd: float | None = None
    timeout: float | None = None
    """Seconds that the model may take, over all calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of the sentences that were written: `written == shown + dropped`."""

    written: int = 0
    """Sentences of the first reply that were statements."""
    supported: int = 0
    """Of these, supported as they were written, with the citations they had."""
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
    """Why there is no text, when there is none."""
    bibliography: str | None = None
    """Name of the BibTeX file that goes with the text, for its metadata."""
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
