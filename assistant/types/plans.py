"""What is to be drafted: the assignment, and the outline that is followed."""

from dataclasses import dataclass, field
from typing import Literal

from assistant.types.documents import Document
from assistant.types.papers import Filter
from assistant.types.statements import Usage

Order = Literal["theme", "time"]
"""How a draft is arranged. `theme`: the theme nearest to the topic first, and in it the nearest paper. `time`: the
theme that began first comes first, and in it the oldest paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineSection:
    """One section to be written."""

    heading: str
    papers: tuple[str, ...]
    """Keys, in the order in which they are written about."""
    note: str = ""
    """What the user asks of this section in their own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Which sections a draft has, and from which papers each is written."""

    title: str
    sections: tuple[OutlineSection, ...]

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of all sections, each once, in order."""
        return tuple(dict.fromkeys(key for section in self.sections for key in section.papers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a draft is going to be, told before its first section is written."""

    outline: Outline
    estimate: Usage
    """What writing it is expected to cost; nothing without a chat model."""
    finished: int = 0
    """So many sections were taken over from a draft that had been cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a draft is asked for."""

    topic: str = ""
    """A few words or sentences; may be empty when there is a draft of the user's own, or an outline."""
    own: Document | None = None
    """The user's own draft: what the section is to be written for."""
    where: Filter = field(default_factory=Filter)
    """Papers that may be used."""
    papers: tuple[str, ...] = ()
    """Exactly these papers are used, when there are any."""
    max_papers: int = 20
    """At most so many are used, unless `papers` or `outline` names them."""
    order: Order = "theme"
    words: int | None = None
    """About so many words in all; None for as many as the papers give."""
    outline: Outline | None = None
    """Followed as it is, when there is one."""
    table: bool = False
    """Whether the cited papers are compared in a table."""
