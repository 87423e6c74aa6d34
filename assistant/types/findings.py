"""What was found when a draft was compared with the papers that it cites."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from assistant.types.documents import Document, DraftSentence
from assistant.types.papers import Paper
from assistant.types.statements import Citation, Label, Problem, Usage, Verdict

State = Literal["judged", "uncited", "ignored", "no-claim", "unchecked"]
"""What became of a sentence of a draft.

`judged`: it has a verdict. `uncited`: it cites nothing. `ignored`: its author asked for that. `no-claim`: it only names
what it cites (`See [@key].`). `unchecked`: the judge failed.
"""
Use = Literal["supports", "adds-nothing", "no-abstract", "untold", "unknown"]
"""What a citation does for its sentence.

`supports`: its paper supports it, wholly or in part. `adds-nothing`: the sentence rests on other papers that it cites,
and not on this one. `no-abstract`: nothing but the title of its paper is known, and that does not decide. `untold`: the
sentence is not supported, or was not judged. `unknown`: no paper has the key.
"""
Level = Literal["error", "warning", "fine"]
Allowed = Literal["partly", "contradicted", "unsupported", "unverifiable", "not-stated"]
"""What need not fail the check of a draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedKey:
    """A key that a sentence cites."""

    written: str
    key: str | None
    """That of the paper now; None when no paper has it."""
    line: int
    use: Use
    near: tuple[str, ...] = ()
    """Of an unknown key those of papers that are spelled nearly so, the nearest first."""

    @property
    def is_old(self) -> bool:
        """True when the paper has another key by now."""
        return self.key is not None and self.key != self.written


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence of a draft and what was found about it."""

    sentence: DraftSentence
    text: str
    """In plain text, with what papers are called in the place of keys that are a part of it."""
    state: State
    keys: tuple[CitedKey, ...] = ()
    citations: tuple[Citation, ...] = ()
    """The nearest quote of each known paper that it cites."""
    verdict: Verdict | None = None
    """None unless it was judged."""
    problem: Problem | None = None
    reason: str = ""
    instead: Citation | None = None
    """Where a paper of the library that it does not cite clearly says it."""
    misquotes: bool = False
    """It puts words in quotation marks that no cited text has."""

    @property
    def label(self) -> Label | None:
        """The verdict in a word; None unless it was judged."""
        return self.verdict.label if self.verdict else None

    @property
    def unknown(self) -> tuple[CitedKey, ...]:
        """Keys that no paper has."""
        return tuple(one for one in self.keys if one.use == "unknown")

    @property
    def idle(self) -> tuple[CitedKey, ...]:
        """Keys of papers on which it does not rest, though it is supported by others."""
        return tuple(one for one in self.keys if one.use == "adds-nothing")

    @property
    def old(self) -> tuple[CitedKey, ...]:
        """Keys that their papers had before."""
        return tuple(one for one in self.keys if one.is_old)

    def level(self, allowed: Collection[Allowed] = ()) -> Level:
        """How bad it is: an error fails the check.

        Args:
            allowed: What does not fail it: verdicts, and `not-stated` for sentences of which nothing worse is known
                than that nothing in the cited texts matches.
        """
        if self.unknown or self.state == "unchecked":
            return "error"
        if self.label not in {None, "supported"}:
            is_only_not_found = self.problem == "not-stated" and not self.misquotes
            is_allowed = self.label in allowed or (is_only_not_found and "not-stated" in allowed)
            return "warning" if is_allowed else "error"
        return "warning" if self.idle or self.old else "fine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found about a draft."""

    document: Document
    findings: tuple[Finding, ...]
    """One for each sentence, in order."""
    papers: tuple[Paper, ...] = ()
    """Those that are cited, and those that are named in the place of others."""
    judge: str = ""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    note: str = ""
    """Why not everything was checked; empty when it was."""

    def labelled(self, label: Label) -> int:
        """How many sentences have this verdict."""
        return sum(one.label == label for one in self.findings)

    def became(self, state: State) -> int:
        """How many sentences this became of."""
        return sum(one.state == state for one in self.findings)

    def errors(self, allowed: Collection[Allowed] = ()) -> tuple[Finding, ...]:
        """The sentences that fail the check."""
        return tuple(one for one in self.findings if one.level(allowed) == "error")
