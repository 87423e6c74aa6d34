"""What audits of a draft find: what it leaves out, where it cites too little, and what has changed since."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from assistant.types.documents import Document
from assistant.types.papers import Paper
from assistant.types.statements import Citation, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncited:
    """A paper of the library that belongs to a draft's subject and that the draft does not cite."""

    paper: Paper
    probability: float
    """That it belongs to the draft's related work, 0 to 1."""
    line: int | None
    """Where the draft is nearest to it; None when no sentence is."""
    near: str
    """The sentence there."""
    citation: Citation | None
    """What of the paper is nearest to that sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """A sentence that needs a citation and has none."""

    line: int
    text: str
    why: str
    """What of it says so, for the reader."""
    citation: Citation | None = None
    """The quote of a paper that clearly says it."""
    score: float | None = None
    """Support for it by that paper, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaning:
    """A paragraph that rests on one paper."""

    line: int
    heading: str
    key: str
    cited: int
    """Sentences that cite this paper."""
    citing: int
    """Sentences that cite anything."""

    @property
    def share(self) -> float:
        """Of the sentences that cite anything, 0 to 1."""
        return self.cited / self.citing


@dataclass(frozen=True, slots=True, kw_only=True)
class Undiscussed:
    """A paper that is only ever cited in a row with others."""

    key: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownKey:
    """A key that no paper of the library has."""

    key: str
    line: int
    near: tuple[str, ...]
    """Keys that may have been meant, the nearest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReport:
    """What of the library a draft leaves out, and where it cites too little or too much of one."""

    document: Document
    cited: tuple[str, ...]
    """Keys of the papers of the library that it cites."""
    uncited: tuple[Uncited, ...] = ()
    """Most likely first."""
    more: int = 0
    """How many further relevant papers it does not cite."""
    bare: tuple[Bare, ...] = ()
    leaning: tuple[Leaning, ...] = ()
    undiscussed: tuple[Undiscussed, ...] = ()
    unknown: tuple[UnknownKey, ...] = ()
    usage: Usage = field(default_factory=Usage)

    @property
    def is_clean(self) -> bool:
        """True when there is nothing to tell."""
        return not (self.uncited or self.bare or self.leaning or self.undiscussed or self.unknown)


ChangeKind = Literal["support", "contradiction", "published", "renamed", "reference", "unknown", "retracted", "unread"]
"""What changed, or should be looked at.

`support`: another paper says what a sentence says. `contradiction`: another paper says the opposite. `published`: a
preprint has appeared. `renamed`: a paper has another key. `reference`: a file of references lacks a paper. `unknown`:
no paper has a key. `retracted`: a cited paper was withdrawn. `unread`: a file that the draft names cannot be read.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChange:
    """One thing that should change in a draft, or that its author should know."""

    kind: ChangeKind
    file: str
    line: int
    why: str
    key: str
    before: str = ""
    after: str = ""
    """The same place as it would be; equal to `before` when it is only told."""
    citation: Citation | None = None
    """What it rests on."""

    @property
    def is_told(self) -> bool:
        """True when no file changes: the author has to see to it."""
        return self.before == self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedFile:
    """A file as it is and as it would be."""

    name: str
    """As the user wrote it, or as the draft names it."""
    path: Path
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """What of a draft should change now that the library has changed."""

    document: Document
    changes: tuple[DraftChange, ...] = ()
    """In the order of the draft, then of its files of references."""
    files: tuple[RevisedFile, ...] = ()
    """Only those that change."""
    usage: Usage = field(default_factory=Usage)
