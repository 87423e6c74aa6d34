"""Files that were added whole: the same bytes again need not be read."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.library.cleaning import clean_text
from assistant.library.database import Database
from assistant.library.seen import Seen
from assistant.types import Skipped

if TYPE_CHECKING:
    from assistant.library.sources.content import Content

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A source whose turn has come."""

    source: str
    sha256: str | None
    """None when it is not read."""
    before: int
    """How many records this import had met before it."""


class KnownFiles:
    """The table `files`; a row goes by itself when the library no longer has every record of the file as it was."""

    def __init__(self, database: Database, seen: Seen, *, format: str | None = None) -> None:  # noqa: A002 - because the command line's word is --format
        """The files known to a library, for one import.

        Args:
            database: The library file.
            seen: What this import has met.
            format: The format that all sources are read as.
        """
        self._database = database
        self._seen = seen
        self._reading = f"{format} {_readers_state()}"
        self._begun: list[_Begun] = []

    def meet(self, source: str, content: "Content", *, read_anyway: bool = False) -> tuple[int, list[Skipped]] | None:
        """Take the records of a source that holds the same bytes as when it was added as met.

        Args:
            source: Its name in records and reports.
            content: Its bytes.
            read_anyway: Whether something is to be done with its records even when they are the same.

        Returns:
            How many they are, and what was skipped; None for a source that must be read.
        """
        try:
            digest = _sha256(content)
        except (OSError, ValueError):  # whoever reads it will say so
            return None
        rows = self._database.rows(
            "SELECT records, met, skipped FROM files WHERE source = ? AND sha256 = ? AND reading = ?",
            [source, digest, self._reading],
        )
        is_read = read_anyway or not rows
        self._begun.append(_Begun(source=source, sha256=digest if is_read else None, before=self._seen.count))
        if is_read:
            return None
        records, met, skipped = rows[0]
        self._seen.meet_all(met)
        return records, [Skipped(**one) for one in json.loads(skipped)]

    def note(self, records: dict[str, int], skipped: Iterable[Skipped]) -> None:
        """Remember the sources that were read, now that all their records are in the library.

        Args:
            records: How many each source held.
            skipped: What could not be read, of all sources.
        """
        left_out: dict[str, list[Skipped]] = {}
        for one in skipped:
            left_out.setdefault(clean_text(one.source), []).append(one)
        ends = [*(one.before for one in self._begun), self._seen.count][1:]
        times = Counter(one.source for one in self._begun)
        uncertain = tuple(source for source, some in left_out.items() if any(map(_may_change, some)))
        for begun, end in zip(self._begun, ends, strict=True):
            if begun.sha256 is None or times[begun.source] > 1 or begun.source.startswith(uncertain):
                continue
            reasons = json.dumps([asdict(one) for one in left_out.get(begun.source, [])])
            self._database.rows(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET sha256 = excluded.sha256,"
                " reading = excluded.reading, records = excluded.records, met = excluded.met,"
                " skipped = excluded.skipped",
                [
                    begun.source, begun.sha256, self._reading, records.get(begun.source, 0),
                    self._seen.rows_between(begun.before, end, begun.source), reasons,
                ],
            )  # fmt: skip


def _sha256(content: "Content") -> str:
    digest = sha256()
    with content.binary() as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _may_change(skipped: Skipped) -> bool:
    """True for a reason that lies outside of the bytes: they may be read otherwise another time."""
    return skipped.failed or "changed while it was read" in skipped.reason or "cannot be read" in skipped.reason


@cache
def _readers_state() -> str:
    """Changes whenever a reader does: other readers may read more of the same bytes."""
    folder = Path(__file__).parent
    modules = sorted(module for name in ("readers", "sources") for module in (folder / name).rglob("*.py"))
    stats = [(str(one.relative_to(folder)), one.stat().st_size, one.stat().st_mtime_ns) for one in modules]
    return sha256(repr(stats).encode()).hexdigest()[:16]
