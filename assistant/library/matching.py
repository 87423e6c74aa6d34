"""Which paper of the library a record describes."""

from dataclasses import dataclass

from assistant.library.blocking import KEYS_VERSION, blocking_keys, write_keys
from assistant.library.codec import record_from_json
from assistant.library.meta import note, noted
from assistant.library.sameness.judging import Verdict, are_alike, judge
from assistant.library.sameness.works import Work
from assistant.library.store import Library
from assistant.types import Record

_KEYS = "matching keys"
_MOST = 50
"""Candidates looked at, those with the most keys in common first."""
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A paper that a record describes, or may describe."""

    key: str
    why: str
    """For the reader: `same DOI`."""
    is_certain: bool
    """Sure enough to merge the two unasked."""


class Matcher:
    """Finds the paper that a record describes; make it inside the transaction in which it is used."""

    def __init__(self, library: Library) -> None:
        self._library = library
        bring_keys_up_to_date(library)

    def find(self, record: Record) -> Match | None:
        """The paper in the library that a record describes, and how that is known.

        A certain one goes before one that only may be it, stronger evidence before weaker, then the paper added first.
        """
        best: tuple[tuple[bool, int], str, Verdict] | None = None
        work = Work(record)
        for key, candidate in self._candidates(record):
            verdict = judge(work, Work(candidate))
            order = (verdict.outcome != "same", verdict.rank)
            if verdict.outcome != "different" and (best is None or order < best[0]):
                best = (order, key, verdict)
        if best is None:
            return None
        return Match(key=best[1], why=best[2].why, is_certain=best[2].outcome == "same")

    def _candidates(self, record: Record) -> list[tuple[str, Record]]:
        """Papers that share a key with the record, by cite key, in the order they were added."""
        keys = blocking_keys(record)
        rows = self._library.database.rows(
            "SELECT p.key, p.record FROM papers p JOIN"
            f" (SELECT paper, count(*) AS shared FROM matching_keys WHERE key IN ({', '.join('?' * len(keys))})"
            " GROUP BY paper ORDER BY shared DESC, paper LIMIT ?) ON p.id = paper ORDER BY p.id",
            [*keys, _MOST],
        )
        return [(key, record_from_json(text)) for key, text in rows]


def are_titles_alike(one: Record, other: Record) -> bool:
    """True when two titles can be one paper's, given that an identifier or a cite key says that they are."""
    return are_alike(one, other)


def are_keys_up_to_date(library: Library) -> bool:
    """True when papers are looked up under the keys that this version gives them."""
    return noted(library.database, _KEYS) == KEYS_VERSION


def bring_keys_up_to_date(library: Library) -> None:
    """Give the papers of a library that another version wrote the keys under which this one looks them up."""
    if are_keys_up_to_date(library):
        return
    database = library.database
    last = 0
    while rows := database.rows("SELECT id, record FROM papers WHERE id > ? ORDER BY id LIMIT ?", [last, _BATCH]):
        for paper, text in rows:
            write_keys(database, paper, record_from_json(text))
        last = rows[-1][0]
    note(database, _KEYS, KEYS_VERSION)
