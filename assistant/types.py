"""The values that pass between the parts. All are immutable; none knows where it is stored."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Label = Literal["supported", "partly", "contradicted", "unsupported", "unverifiable"]
Source = Literal["abstract", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person, or an organisation when `given` is empty."""

    family: str
    given: str = ""

    @property
    def name(self) -> str:
        """Given name first."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A paper as one source describes it, before the library has given it a cite key."""

    title: str
    authors: tuple[Author, ...] = ()
    et_al: bool = False
    """More authors exist than are listed."""
    year: int | None = None
    date: str | None = None
    """ISO 8601, as precise as known: `2023`, `2023-08` or `2023-08-17`."""
    year_inferred: bool = False
    """The source leaves the year out; `year` and `date` have that in which the source was saved."""
    venue: str | None = None
    doi: str | None = None
    """Bare and lower case: `10.1000/xyz`."""
    arxiv_id: str | None = None
    """Bare, without version: `2305.14627`."""
    url: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    abstract: str = ""
    """Exactly as it is quoted from; empty when the source has none."""
    key: str | None = None
    """The cite key that the source uses, if it has one."""
    entry_type: str | None = None
    """BibTeX's entry type, lower case, when known."""
    extra: tuple[tuple[str, str], ...] = ()
    """Fields of the source that have no place above, in their order."""
    source: str = ""
    """The file it came from, as the user named it."""
    line: int | None = None
    """Line of the source where it starts, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something in a source that was not read as a paper."""

    source: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A record in the library: `record` as merged from its sources, under a key that never changes."""

    key: str
    record: Record

    @property
    def title(self) -> str:
        """The paper's title."""
        return self.record.title

    @property
    def abstract(self) -> str:
        """The stored abstract; empty when there is none."""
        return self.record.abstract

    @property
    def incomplete(self) -> tuple[str, ...]:
        """Names of what a citation would want and is missing, in the order title, authors, year, abstract."""
        wanted = (
            ("title", self.record.title),
            ("authors", self.record.authors),
            ("year", self.record.year),
            ("abstract", self.record.abstract),
        )
        return tuple(name for name, value in wanted if not value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which papers a search may use; empty fields do not restrict. Fields are joined by AND, values in one by OR."""

    first_year: int | None = None
    last_year: int | None = None
    authors: tuple[str, ...] = ()
    """Case- and accent-insensitive parts of an author's name."""
    venues: tuple[str, ...] = ()
    """Case-insensitive parts of the venue or the category."""
    tags: tuple[str, ...] = ()
    """Whole tags."""
    keys: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when every paper passes."""
        return self == Filter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A cite key with the exact text it rests on: `quote == paper.abstract[start:end]` (or of the title)."""

    key: str
    quote: str
    start: int
    end: int
    where: Source = "abstract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a judge says of a statement and its evidence."""

    label: Label
    score: float
    """Support, 0 to 1."""
    judge: str
    """Name and version of who judged."""
    reason: str = ""
    usage: "Usage | None" = None
    """What asking the judge cost; None when it costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence that reaches the reader."""

    text: str
    """Without citation markers."""
    citations: tuple[Citation, ...]
    verdict: Verdict
    quoted: bool = False
    """True when the text quotes its source word for word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """One sentence that does not reach the reader, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A line of a reference list."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a model call cost. `usd` is None when no price is known."""

    prompt: int = 0
    completion: int = 0
    usd: float | None = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        """Sum; an unknown price makes the sum unknown."""
        known = self.usd is not None and other.usd is not None
        return Usage(
            prompt=self.prompt + other.prompt,
            completion=self.completion + other.completion,
            usd=(self.usd or 0.0) + (other.usd or 0.0) if known else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Wall time of the steps of one job."""

    retrieve: float = 0.0
    generate: float = 0.0
    verify: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of asking."""

    question: str
    standalone_question: str
    statements: tuple[Statement, ...]
    dropped: tuple[Dropped, ...] = ()
    references: tuple[Reference, ...] = ()
    abstained: bool = False
    reason: str = ""
    """Why it abstained, or a caution about the answer; empty when there is nothing to say."""
    nearest: tuple[str, ...] = ()
    """Keys of the papers nearest to the question, best first."""
    confidence: float | None = None
    """How sure it is, 0 to 1, that the library holds the answer; None when that was not estimated."""
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


def cited_keys(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Keys cited by statements, each once, in order of first citation."""
    return tuple(dict.fromkeys(citation.key for one in statements for citation in one.citations))


def marked(statement: Statement) -> str:
    """The statement with its keys in brackets before the closing full stop: `Text [a; b].`."""
    keys = cited_keys([statement])
    if not keys:
        return statement.text
    text = statement.text
    body, stop = (text[:-1], text[-1]) if text.endswith((".", "!", "?")) else (text, "")
    return f"{body} [{'; '.join(keys)}]{stop}"
