"""Sentences with their citations and what was found when the two were compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Label = Literal["supported", "partly", "contradicted", "unsupported", "unverifiable"]
Source = Literal["abstract", "title"]
Problem = Literal[
    "unknown-key",
    "wrong-paper",
    "other-passage",
    "number-changed",
    "name-changed",
    "negated",
    "overclaimed",
    "not-stated",
]
"""What is wrong with a statement and its citation.

`unknown-key`: there is no such paper. `wrong-paper`: another paper says it, or the cited one is about something else.
`other-passage`: the cited paper says it, in another place than the one quoted. `number-changed`, `name-changed`: the
cited text has another number, or speaks of somebody or something else. `negated`: it says the opposite.
`overclaimed`: a hedge was dropped or the scope widened. `not-stated`: it does not say it.
"""
Change = Literal["rewritten", "reattributed", "attributed", "citation-removed"]
"""What a repair did: the sentence was written anew, another paper was cited, a paper was cited where none was, or a
citation that supports nothing was taken out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A cite key with the exact text it rests on: `quote == paper.abstract[start:end]` (or of the title)."""

    key: str
    quote: str
    start: int
    end: int
    where: Source = "abstract"


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
class Verdict:
    """What a judge says of a statement and its evidence."""

    label: Label
    score: float
    """Support, 0 to 1."""
    judge: str
    """Name and version of who judged."""
    reason: str = ""
    problem: Problem | None = None
    """What is wrong, when something is and the judge can tell what."""
    usage: Usage | None = None
    """What asking the judge cost; None when it costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One thing that was changed before a statement was shown."""

    change: Change
    before: str
    """The sentence as it was written first, or the keys that it cited first, joined by `; `."""
    reason: str
    """Why it could not stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence that reaches the reader."""

    text: str
    """Without citation markers."""
    citations: tuple[Citation, ...]
    verdict: Verdict
    quoted: bool = False
    """True when the text quotes its source word for word."""
    repairs: tuple[Repair, ...] = ()
    """What was changed, first change first."""
    own: bool = False
    """True when it rests on the user's own draft, alone or beside what it cites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """One sentence that does not reach the reader, and why."""

    text: str
    reason: str
    problem: Problem | None = None
    cited: tuple[str, ...] = ()
    """What it cited, as written: keys of papers, or names that are none."""
    verdict: Verdict | None = None
    """What the judge said of it; None when it was not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """A sentence that has been written and is being checked."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a question was taken to ask, where that is not what it says."""

    question: str
    """It can be understood alone."""


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
