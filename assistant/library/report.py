"""What adding did."""

from dataclasses import dataclass

from assistant.types import Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """A record that describes a paper the library had from elsewhere."""

    key: str
    """The record's own key, else the paper's."""
    of: str
    """Key of the paper."""
    why: str
    """How that is known."""
    filled: tuple[str, ...] = ()
    """Names of what the paper lacked and has from this record now."""
    source: str = ""
    """Where the record stands."""
    line: int | None = None
    title: str = ""
    """The record's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A new paper whose own key was taken, or cannot be a key."""

    key: str
    wanted: str
    is_taken: bool
    """By another paper, now or before; else it cannot be cited."""
    source: str = ""
    """Where the record stands."""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one source held; counts are of records."""

    source: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """What adding did; counts are of records."""

    added: int
    updated: int
    unchanged: int
    duplicates: tuple[Duplicate, ...]
    skipped: tuple[Skipped, ...]
    renamed: tuple[Renamed, ...]
    papers: tuple[str, ...]
    """Keys of the papers that the records describe, each once, in the order read."""
    changed: tuple[str, ...] = ()
    """Keys of the papers that were updated, in the order read."""
    possible: tuple[Duplicate, ...] = ()
    """New papers, by their keys, that may be the same as others; they were not merged."""
    sources: tuple[SourceReport, ...] = ()
    """The same by source, in the order read."""
