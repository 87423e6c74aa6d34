"""Adding records: each is new, the same as before, a newer state of a paper, or a duplicate that fills gaps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher

from assistant.library.codec import record_digest, storable
from assistant.library.store import Library
from assistant.text import content_stems, fold, title_fingerprint
from assistant.types import Paper, Record, Skipped

_MIN_FINGERPRINT = 10
"""Titles shorter than this many letters ("Preface") do not identify a paper."""
_ALIKE = 0.8
"""Share of letters that two spellings of a title have in common, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """A record that describes a paper the library had from elsewhere."""

    key: str
    of: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A new paper whose own key was taken, or cannot be a key."""

    key: str
    wanted: str


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


def add_records(
    library: Library,
    records: Iterable[Record | Skipped],
    *,
    tags: tuple[str, ...] = (),
    dry_run: bool = False,
    on_record: Callable[[], None] | None = None,
) -> AddReport:
    """Add records in one transaction: all of them are in the library afterwards, or after a crash none.

    Args:
        library: Where to.
        records: In the order that their keys should be given out.
        tags: Put on every paper that the records describe.
        dry_run: Report, and change nothing.
        on_record: Called after each record.
    """
    ingest = _Ingest(library, tags)
    with library.writing(), library.database.transaction(keep=not dry_run):
        for record in records:
            ingest.take(record)
            if on_record:
                on_record()
        ingest.forget_stale_sources()
    return ingest.report()


class _Ingest:
    def __init__(self, library: Library, tags: tuple[str, ...]) -> None:
        self._library = library
        self._tags = tags
        self._counts = {"added": 0, "updated": 0, "unchanged": 0}
        self._duplicates: list[Duplicate] = []
        self._skipped: list[Skipped] = []
        self._renamed: list[Renamed] = []
        self._keys: dict[str, None] = {}
        self._touched: dict[tuple[str, str], set[str]] = {}
        """(key, source) -> digests of the records of this run."""

    def report(self) -> AddReport:
        return AddReport(
            added=self._counts["added"],
            updated=self._counts["updated"],
            unchanged=self._counts["unchanged"],
            duplicates=tuple(self._duplicates),
            skipped=tuple(self._skipped),
            renamed=tuple(self._renamed),
            papers=tuple(self._keys),
        )

    def take(self, record: Record | Skipped) -> None:
        if isinstance(record, Skipped):
            self._skipped.append(record)
            return
        record = storable(record)
        digest = record_digest(record)
        known = self._paper_of_source(record.source, digest)
        match = (known, "") if known else self._match(record)
        if match is None:
            key = self._library.insert(self._tagged(record))
            self._counts["added"] += 1
            if record.key and record.key != key:
                self._renamed.append(Renamed(key=key, wanted=record.key))
        else:
            paper, why = match
            key = paper.key
            self._merge(paper, record, why, is_known=known is not None)
        if record.key:
            self._library.add_alias(record.key, key)
        self._note(key, record, digest)

    def _merge(self, paper: Paper, record: Record, why: str, *, is_known: bool) -> None:
        """Put what a record says into the paper it describes."""
        old = paper.record
        if is_known:
            new, outcome = self._tagged(old), "unchanged"
        elif self._is_same_source(paper.key, record.source):
            new, outcome = self._tagged(_filled(record, old)), "updated"
        else:
            new, outcome = self._tagged(_filled(old, record)), "duplicate"
        if _said(new) != _said(old):
            self._library.replace(paper.key, new)
            outcome = "updated" if outcome == "unchanged" else outcome
        elif outcome == "updated" or _agrees(record, old):
            outcome = "unchanged"
        if outcome == "duplicate":
            self._duplicates.append(Duplicate(key=record.key or paper.key, of=paper.key, why=why))
        else:
            self._counts[outcome] += 1

    def forget_stale_sources(self) -> None:
        """Of a file read again only the present records count, so that a change and its undoing are both seen."""
        for (key, source), digests in self._touched.items():
            paper = self._library.paper_id(key)
            rows = self._library.database.rows(
                "SELECT digest FROM sources WHERE paper = ? AND source = ?", [paper, source]
            )
            stale = [(paper, source, digest) for (digest,) in rows if digest not in digests]
            self._library.database.many("DELETE FROM sources WHERE paper = ? AND source = ? AND digest = ?", stale)

    def _note(self, key: str, record: Record, digest: str) -> None:
        self._keys[key] = None
        self._touched.setdefault((key, record.source), set()).add(digest)
        self._library.database.rows(
            "INSERT INTO sources VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET line = excluded.line",
            [self._library.paper_id(key), record.source, digest, record.line],
        )

    def _tagged(self, record: Record) -> Record:
        return replace(record, tags=_union(record.tags, self._tags))

    def _paper_of_source(self, source: str, digest: str) -> Paper | None:
        rows = self._library.database.rows(
            "SELECT p.key FROM sources s JOIN papers p ON p.id = s.paper WHERE s.source = ? AND s.digest = ?",
            [source, digest],
        )
        return self._library.get(rows[0][0]) if rows else None

    def _is_same_source(self, key: str, source: str) -> bool:
        """True when the paper came from this file before this run."""
        if (key, source) in self._touched:
            return False
        return any(source == known for known, _ in self._library.sources(key))

    def _match(self, record: Record) -> tuple[Paper, str] | None:
        """The paper in the library that a record describes, and how that is known."""
        for column, value, why in (("doi", record.doi, "same DOI"), ("arxiv_id", record.arxiv_id, "same arXiv id")):
            if value:
                rows = self._library.database.rows(f"SELECT key FROM papers WHERE {column} = ? ORDER BY id", [value])
                for (key,) in rows:
                    paper = self._library.get(key)
                    if paper and _are_titles_alike(paper.record, record):
                        return paper, why
        return self._match_by_title(record) or self._match_by_key(record)

    def _match_by_title(self, record: Record) -> tuple[Paper, str] | None:
        fingerprint = title_fingerprint(record.title)
        if len(fingerprint) < _MIN_FINGERPRINT:
            return None
        rows = self._library.database.rows("SELECT key FROM papers WHERE fingerprint = ? ORDER BY id", [fingerprint])
        for (key,) in rows:
            paper = self._library.get(key)
            if paper and _is_same_work(paper.record, record):
                return paper, "same title, first author and year"
        return None

    def _match_by_key(self, record: Record) -> tuple[Paper, str] | None:
        """The same key in the same file is the same paper, its title mended.

        Another title is another paper: two files may have one name, and standard input has the same name each time.
        """
        paper = self._library.get(record.key) if record.key else None
        if paper and self._is_same_source(paper.key, record.source) and _are_titles_alike(paper.record, record):
            return paper, "same key in the same file"
        return None


def _is_same_work(one: Record, other: Record) -> bool:
    """Same title assumed: authors and years must not contradict it. A preprint may be a year before or after."""
    families = [fold(record.authors[0].family) for record in (one, other) if record.authors]
    if len(set(families)) > 1:
        return False
    if one.doi and other.doi and one.doi != other.doi and one.venue and one.venue == other.venue:
        return False
    years = [record.year for record in (one, other) if record.year and not record.year_inferred]
    return not years or max(years) - min(years) <= 1


def _are_titles_alike(one: Record, other: Record) -> bool:
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


def _filled(old: Record, new: Record) -> Record:
    """The old record with what it lacks taken from the new one; nothing is overwritten."""
    gaps = {
        field.name: getattr(new, field.name)
        for field in fields(Record)
        if field.name not in {"tags", "key", "source", "line", "et_al", "extra"}
        and not getattr(old, field.name)
        and getattr(new, field.name)
    }
    if old.year and not str(gaps.get("date", old.year)).startswith(str(old.year)):
        del gaps["date"]  # a preprint's year and the date of its publication would contradict each other
    is_longer_list = old.et_al and not new.et_al and len(new.authors) >= max(1, len(old.authors))
    if new.authors and (not old.authors or is_longer_list):
        gaps |= {"authors": new.authors, "et_al": new.et_al}
    known = {name for name, _ in old.extra}
    extra = old.extra + tuple(pair for pair in new.extra if pair[0] not in known)
    return replace(old, **gaps, tags=_union(old.tags, new.tags), extra=extra)


def _said(record: Record) -> Record:
    """The record without where it stands."""
    return replace(record, source="", line=None)


def _agrees(new: Record, old: Record) -> bool:
    """True when everything the new record says the old one says too."""
    return _said(_filled(new, old)) == _said(replace(old, key=new.key or old.key))


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
