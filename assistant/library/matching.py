"""Which paper of the library a record describes."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.library.store import Library
from assistant.text import content_stems, fold, title_fingerprint
from assistant.types import Paper, Record

_MIN_FINGERPRINT = 10
"""Titles shorter than this many letters ("Preface") do not identify a paper."""
_ALIKE = 0.8
"""Share of letters that two spellings of a title have in common, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A paper that a record describes, or may describe."""

    key: str
    why: str
    """For the reader: `same DOI`."""
    is_certain: bool
    """Sure enough to merge the two unasked."""


class Matcher:
    """Finds the paper that a record describes."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def find(self, record: Record) -> Match | None:
        """The paper in the library that a record describes, and how that is known."""
        for column, value, why in (("doi", record.doi, "same DOI"), ("arxiv_id", record.arxiv_id, "same arXiv id")):
            if value:
                rows = self._library.database.rows(f"SELECT key FROM papers WHERE {column} = ? ORDER BY id", [value])
                for (key,) in rows:
                    paper = self._library.get(key)
                    if paper and are_titles_alike(paper.record, record):
                        return _certain(paper, why)
        return self._by_title(record)

    def _by_title(self, record: Record) -> Match | None:
        fingerprint = title_fingerprint(record.title)
        if len(fingerprint) < _MIN_FINGERPRINT:
            return None
        rows = self._library.database.rows("SELECT key FROM papers WHERE fingerprint = ? ORDER BY id", [fingerprint])
        for (key,) in rows:
            paper = self._library.get(key)
            if paper and _is_same_work(paper.record, record):
                return _certain(paper, "same title, first author and year")
        return None


def _certain(paper: Paper, why: str) -> Match:
    return Match(key=paper.key, why=why, is_certain=True)


def _is_same_work(one: Record, other: Record) -> bool:
    """Same title assumed: authors and years must not contradict it. A preprint may be a year before or after."""
    families = [fold(record.authors[0].family) for record in (one, other) if record.authors]
    if len(set(families)) > 1:
        return False
    if one.doi and other.doi and one.doi != other.doi and one.venue and one.venue == other.venue:
        return False
    years = [record.year for record in (one, other) if record.year and not record.year_inferred]
    return not years or max(years) - min(years) <= 1


def are_titles_alike(one: Record, other: Record) -> bool:
    """An identifier copied to the wrong entry must not merge two papers, whatever phrases of their field they share.

    Alike are titles that share most of their words that carry content, of which one begins the other (a subtitle), or
    that differ in a few letters.
    """
    first, second = (title_fingerprint(record.title) for record in (one, other))
    if not first or not second or first.startswith(second) or second.startswith(first):
        return True
    stems = [set(content_stems(record.title)) for record in (one, other)]
    shared, together = len(stems[0] & stems[1]), len(stems[0] | stems[1])
    return 2 * shared > together or SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE
