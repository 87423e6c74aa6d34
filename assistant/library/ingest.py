"""Adding records: each is new, the same as before, a newer state of a paper, or a duplicate that fills gaps."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, TypeAlias

from assistant.library.cleaning import clean_text, storable
from assistant.library.codec import record_digest
from assistant.library.files_known import KnownFiles
from assistant.library.journal import listed
from assistant.library.keys import is_usable
from assistant.library.matching import Matcher, are_titles_alike
from assistant.library.merging import agrees, filled, newly_filled, refilled, said, union, updated
from assistant.library.report import AddReport, Duplicate, Renamed, SourceReport
from assistant.library.seen import Seen
from assistant.library.store import Library
from assistant.types import Paper, Record, Skipped

if TYPE_CHECKING:
    from assistant.library.sources.content import Content

_LONGEST_ABSTRACT = 200_000
"""Characters: a hundred times the usual. What is longer is a book, or a mistake, and would hold up all that follows."""
_TITLE_SHOWN = 60
_Outcome: TypeAlias = Literal["added", "updated", "unchanged", "duplicates", "skipped"]


def add_records(
    library: Library,
    records: Iterable[Record | Skipped],
    *,
    tags: tuple[str, ...] = (),
    dry_run: bool = False,
    on_record: Callable[[int], None] | None = None,
) -> AddReport:
    """Add records in one transaction: all of them are in the library afterwards, or after a crash none.

    Args:
        library: Where to.
        records: In the order that their keys should be given out.
        tags: Put on every paper that the records describe.
        dry_run: Report, and change nothing.
        on_record: Called after each record with the number of records so far.
    """
    return Adding(library, tags=tags).add(records, dry_run=dry_run, on_record=on_record)


class Adding:
    """One import. Readers may ask it which sources they need not read: `is_known`."""

    def __init__(
        self,
        library: Library,
        *,
        tags: tuple[str, ...] = (),
        format: str | None = None,  # noqa: A002 - because the command line's word is --format
        named: Sequence[str] = (),
    ) -> None:
        """An import that has not begun.

        Args:
            library: Where to.
            tags: Put on every paper that the records describe.
            format: The format that all sources are read as, when it is not told from their content.
            named: What the journal calls the sources; without it they are named one by one.
        """
        self._library = library
        self._tags = tuple(clean_text(tag) for tag in tags)
        self._named = [_short(one) for one in named]
        self._counts: dict[str, Counter[str]] = {}
        self._duplicates: list[Duplicate] = []
        self._possible: list[Duplicate] = []
        self._skipped: list[Skipped] = []
        self._renamed: list[Renamed] = []
        self._source = ("", False)
        self._changed: dict[str, None] = {}
        self._seen = Seen(library.database)
        self._files = KnownFiles(library.database, self._seen, format=format)

    def is_known(self, source: str, content: "Content") -> bool:
        """True when the source holds exactly what it held when all of it was added; then it is reported unread."""
        source = clean_text(source)
        met = self._files.meet(source, content, read_anyway=bool(self._tags))
        if met is None:
            return False
        records, skipped = met
        counts = self._counts.setdefault(source, Counter())
        counts["unchanged"] += records
        counts["skipped"] += len(skipped)
        self._skipped += skipped
        return True

    def add(
        self,
        records: Iterable[Record | Skipped],
        *,
        dry_run: bool = False,
        on_record: Callable[[int], None] | None = None,
    ) -> AddReport:
        """Add records; see `add_records`."""
        with self._library.changing("add", keep=not dry_run) as change:
            self._seen.begin()
            self._matcher = Matcher(self._library)
            for number, record in enumerate(records, start=1):
                self._take(record)
                if on_record:
                    on_record(number)
            self._seen.forget_stale()
            self._files.note(
                {source: counts.total() - counts["skipped"] for source, counts in self._counts.items()}, self._skipped
            )
            change.what = f"add {listed(self._named or [_short(one) for one in self._counts])}"
            return self._report()

    def _report(self) -> AddReport:
        totals: Counter[str] = Counter()
        for counts in self._counts.values():
            totals.update(counts)
        return AddReport(
            added=totals["added"],
            updated=totals["updated"],
            unchanged=totals["unchanged"],
            duplicates=tuple(self._duplicates),
            skipped=tuple(self._skipped),
            renamed=tuple(self._renamed),
            papers=self._seen.keys(),
            changed=tuple(self._changed),
            possible=tuple(self._possible),
            sources=tuple(SourceReport(source=source, **counts) for source, counts in self._counts.items()),
        )

    def _take(self, record: Record | Skipped) -> None:
        if isinstance(record, Skipped):
            self._skipped.append(record)
            self._count(clean_text(record.source), "skipped")
            return
        if len(record.abstract) > _LONGEST_ABSTRACT:
            self._take(Skipped(source=record.source, line=record.line, reason=_too_long(record)))
            return
        record = storable(record)
        digest = record_digest(record)
        known = self._seen.known(record.source, digest)
        if known:
            row, paper, line = known
            if line != record.line:
                self._seen.move(row, record.line)
            self._seen.meet(row, paper)
            self._count(record.source, self._tag(paper))
            return
        number, key, outcome = self._place(record)
        if record.key and record.key != key:
            self._library.add_alias(record.key, key)
        self._seen.add(number, record.source, digest, record.line)
        self._count(record.source, outcome)

    def _place(self, record: Record) -> tuple[int, str, _Outcome]:
        """Put a record that its source did not hold before where it belongs; return the paper's row id and key."""
        same, match = self._of_same_file(record), None
        if same is None:
            match = self._matcher.find(record)
            paper = self._library.get(match.key) if match and match.is_certain else None
            same = (paper, match.why) if match and paper else self._twin(record)
        if same:
            paper, why = same
            number = self._library.paper_id(paper.key)
            return number, paper.key, self._merge(number, paper, record, why)
        number, key = self._library.insert_row(self._tagged(record))
        if match:
            self._possible.append(_duplicate(record, key, match.key, match.why))
        if record.key and record.key != key:
            self._renamed.append(
                Renamed(
                    key=key,
                    wanted=record.key,
                    is_taken=is_usable(record.key),
                    source=record.source,
                    line=record.line,
                )
            )
        return number, key, "added"

    def _merge(self, number: int, paper: Paper, record: Record, why: str) -> _Outcome:
        """Put what a record says into the paper that it describes."""
        old, is_duplicate = paper.record, False
        is_known = self._seen.is_of_earlier(number, record.source)
        if is_known and self._is_own(number, old, record):
            new = self._tagged(updated(record, old))
        else:
            new, is_duplicate = self._tagged((refilled if is_known else filled)(old, record)), True
        is_changed = said(new) != said(old)
        if is_changed:
            self._library.replace(paper.key, new)
        if not is_duplicate:
            self._changed |= {paper.key: None} if is_changed else {}
            return "updated" if is_changed else "unchanged"
        if not is_changed and agrees(record, old):
            return "unchanged"
        self._duplicates.append(_duplicate(record, record.key or paper.key, paper.key, why, newly_filled(old, new)))
        return "duplicates"

    def _is_own(self, number: int, old: Record, record: Record) -> bool:
        """True for the entry that the paper is made of; what another entry says only fills gaps, also when it changes.

        A file may have been renamed, or the entry's key: then nobody is found under the new one yet.
        """
        is_entry = None in (record.key, old.key) or record.key == old.key or not self._library.get(str(record.key))
        return is_entry and self._seen.is_copy(number, record.source, of=old.source)

    def _of_same_file(self, record: Record) -> tuple[Paper, str] | None:
        """The paper that an earlier state of the file called by the same key, or the only one by the same title.

        Another title is another paper: two files may have one name, and standard input has the same name each time.
        """
        if not self._was_read_before(record.source):
            return None
        paper = self._library.get(record.key) if record.key else None
        if paper and self._is_earlier_state(paper, record) and are_titles_alike(paper.record, record):
            return paper, "same key in the same file"
        namesakes = self._library.namesakes(record.title)
        if len(namesakes) == 1 and self._is_earlier_state(namesakes[0], record):
            one, other = namesakes[0].record.doi, record.doi
            if not (one and other and one != other):
                return namesakes[0], "same title in the same file"
        return None

    def _twin(self, record: Record) -> tuple[Paper, str] | None:
        """The paper of the same key that says neither more nor less, as when an export is read again."""
        paper = self._library.get(record.key) if record.key else None
        if paper and agrees(record, paper.record) and agrees(paper.record, record):
            return paper, "the same record"
        return None

    def _is_earlier_state(self, paper: Paper, record: Record) -> bool:
        return self._seen.is_of_earlier(self._library.paper_id(paper.key), record.source)

    def _was_read_before(self, source: str) -> bool:
        """True when the source had records before this import; asked once while records of one source come."""
        if self._source[0] != source:
            self._source = (source, self._seen.has_source(source))
        return self._source[1]

    def _tag(self, number: int) -> _Outcome:
        """Put the tags on a paper that is as it was."""
        if not self._tags:
            return "unchanged"
        paper = self._library.by_id(number)
        new = self._tagged(paper.record)
        if new == paper.record:
            return "unchanged"
        self._library.replace(paper.key, new)
        return "updated"

    def _tagged(self, record: Record) -> Record:
        return replace(record, tags=union(record.tags, self._tags)) if self._tags else record

    def _count(self, source: str, outcome: _Outcome) -> None:
        self._counts.setdefault(source, Counter())[outcome] += 1


def _too_long(record: Record) -> str:
    return (
        f"{record.title[:_TITLE_SHOWN]!r} has an abstract of {len(record.abstract):,} characters, and more than "
        f"{_LONGEST_ABSTRACT:,} are no abstract; shorten it"
    )


def _duplicate(record: Record, key: str, of: str, why: str, filled: tuple[str, ...] = ()) -> Duplicate:
    """A record that is, or may be, the paper `of`.

    Args:
        record: The record.
        key: What it is called.
        of: Key of the paper.
        why: How that is known.
        filled: Names of what was taken over.
    """
    return Duplicate(
        key=key,
        of=of,
        why=why,
        filled=filled,
        source=record.source,
        line=record.line,
        title=record.title,
    )


def _short(source: str) -> str:
    """A source as the journal names it."""
    if source == "-":
        return "standard input"
    is_pipe = source.startswith(("/dev/fd/", "/proc/self/fd/"))
    return "a pipe" if is_pipe else PurePath(source).name or source
