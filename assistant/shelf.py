"""A library with its indexes: what can be done with papers before anything is asked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.embedders import recorded_embedder, remember_embedder
from assistant.failures import known_to_be_done
from assistant.indexing import OnProgress, SearchableLibrary
from assistant.library import deduping, editing, journal
from assistant.library.deduping import Group
from assistant.library.ingest import Adding
from assistant.library.journal import LibraryChange, Undone, listed
from assistant.library.report import AddReport
from assistant.library.store import Library
from assistant.types import Filter, Paper, Record, Skipped
from vectorstore.types import Passage, SearchMode

if TYPE_CHECKING:
    from vectorstore.retriever import HybridRetriever


class Shelf:
    """Papers that can be added, removed and searched."""

    def __init__(self, library: Library, index: SearchableLibrary) -> None:
        """Put a library and its indexes together.

        Args:
            library: The papers.
            index: What finds them.
        """
        self.library = library
        self.index = index

    def add(  # noqa: PLR0913 - because a user may decide that much, each by its name
        self,
        sources: Sequence[Path | str],
        *,
        format: str | None = None,  # noqa: A002 - because the command line's word is --format
        tags: tuple[str, ...] = (),
        dry_run: bool = False,
        index: bool = True,
        on_record: Callable[[int], None] | None = None,
        on_progress: OnProgress | None = None,
        most: int = 200,
        contact: str | None = None,
        offline: bool = False,
        fresh: bool = False,
        on_fetch: OnProgress | None = None,
        on_note: Callable[[str], None] | None = None,
    ) -> AddReport:
        """Read files, folders, standard input (`-`) or public services into the library and index what is new.

        Args:
            sources: What to read; `openalex:words`, `arxiv:2305.14627`, `doi:10.1000/xyz` ask a public service.
            format: Name of the format, when it cannot be told from the content.
            tags: Put on every paper read.
            dry_run: Report, and change nothing.
            index: Whether to index now; else the next search does it, or `index.bring_up_to_date`.
            on_record: Called after each record read, with the number of records so far.
            on_progress: Called while indexing.
            most: How many papers to take of each query to a service.
            contact: An e-mail address that is sent to services; None for none.
            offline: Refuse to ask services.
            fresh: Ask services also for what was fetched within the last day.
            on_fetch: Called while a service is asked, with the papers so far and in all.
            on_note: Called with what is to be told of a service: more was found than is taken, or it is waited for.

        Raises:
            InputError: A source is not there or the format is unknown.
            UsageError: A query is none.
            NotLocal: A service is to be asked, and may not.
        """
        from assistant.fetching import fetch, is_query
        from assistant.library.sources.files import SourcePath, read_sources

        queries = [one for one in sources if isinstance(one, str) and is_query(one)]
        # By its absolute path a file is known again from any working directory.
        paths: list[SourcePath] = ["-" if one == "-" else Path(one).absolute() for one in sources if one not in queries]
        adding = Adding(self.library, tags=tags, format=format, named=[*map(str, paths), *queries])
        # What another program or a service is slow with is waited for here, not while the library is locked.
        records = read_sources(paths, format=format, is_known=adding.is_known)
        asked = [
            fetch(one, most=most, contact=contact, offline=offline, fresh=fresh, on_progress=on_fetch, on_note=on_note)
            for one in queries
        ]
        fetched = list(chain.from_iterable(asked))
        return self._add(
            adding,
            chain(fetched, records),
            dry_run=dry_run,
            index=index,
            on_record=on_record,
            on_progress=on_progress,
        )

    def add_records(
        self,
        records: Iterable[Record | Skipped],
        *,
        tags: tuple[str, ...] = (),
        dry_run: bool = False,
        index: bool = True,
        on_record: Callable[[int], None] | None = None,
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add records that somebody else read; see `add`."""
        adding = Adding(self.library, tags=tags)
        return self._add(adding, records, dry_run=dry_run, index=index, on_record=on_record, on_progress=on_progress)

    def _add(
        self,
        adding: Adding,
        records: Iterable[Record | Skipped],
        *,
        dry_run: bool,
        index: bool,
        on_record: Callable[[int], None] | None,
        on_progress: OnProgress | None,
    ) -> AddReport:
        if dry_run:
            return adding.add(records, dry_run=True, on_record=on_record)
        # Nobody else may begin to index what was just added: whoever adds would wait for it.
        with self.library.writing():
            report = adding.add(records, on_record=on_record)
            if recorded_embedder(self.library) is None:
                remember_embedder(self.library, self.index.embedder.name)
            if index:
                with known_to_be_done("The papers are in the library; they are indexed by the next search."):
                    self.index.bring_up_to_date(on_progress)
        return report

    def remove(self, keys: Sequence[str]) -> None:
        """Delete papers everywhere; all of them or, when a key is unknown, none.

        Raises:
            UsageError: A key is unknown.
        """
        done = "The papers are removed; the next search removes them from the indexes too."
        with self._followed(done), self.library.changing(f"remove {listed(keys)}"):
            for key in dict.fromkeys(editing.found(self.library, one).key for one in keys):
                self.library.remove(key)

    def edit(self, key: str, record: Record, *, base: Record | None = None) -> Paper:
        """Store a paper as the user wants it: no source overwrites what differs from the stored record.

        Only chunks whose text or title changed are embedded again.

        Args:
            key: Its key or an alias; its key stays.
            record: The whole record. Where it came from is not changed.
            base: What the record was made of: what somebody else changed since then stays.

        Raises:
            UsageError: The key is unknown, or the record has no title.
        """
        with self._followed("The paper is changed; it is indexed by the next search."):
            return editing.edit(self.library, key, record, base=base)

    def tag(self, keys: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> list[Paper]:
        """Put tags on papers and take others off; on all of them or, when a key is unknown, on none.

        Raises:
            UsageError: A key is unknown, or a tag is empty.
        """
        return editing.tag(self.library, keys, add=add, remove=remove)

    def note(self, key: str, text: str) -> Paper:
        """Keep a note with a paper, in place of the one before; an empty one is none.

        Raises:
            UsageError: The key is unknown.
        """
        return editing.note(self.library, key, text)

    def duplicates(self) -> list[Group]:
        """Groups of papers that are or may be the same, the certain ones first."""
        with self.library.writing():
            return deduping.find_duplicates(self.library)

    def merge(self, keep: str, others: Sequence[str]) -> Paper:
        """Make one paper of several: what the one lacks is filled in, the others' keys find it from then on.

        Raises:
            UsageError: A key is unknown.
        """
        with self._followed("The papers are merged; the indexes follow with the next search."):
            return deduping.merge(self.library, keep, others)

    def tell_apart(self, keys: Sequence[str]) -> None:
        """Note that papers which look alike are not the same; they are not asked about again.

        Raises:
            UsageError: A key is unknown.
        """
        with self.library.writing():
            deduping.tell_apart(self.library, keys)

    def undo(self) -> Undone | None:
        """Take back the last change of the papers that was not taken back yet; None when there is none."""
        with self._followed("The change is taken back; the indexes follow with the next search."):
            return journal.undo(self.library)

    @contextmanager
    def _followed(self, done: str) -> Iterator[None]:
        """Have the indexes follow a change of a few papers, but not catch up with all that was left for later.

        Args:
            done: What to say besides when a service fails at it.
        """
        with self.library.writing():
            is_left = self.library.has_pending()
            yield
            if not is_left:
                with known_to_be_done(done):
                    self.index.bring_up_to_date()

    def changes(self) -> list[LibraryChange]:
        """What `undo` can take back, the last one first."""
        return self.library.changes()

    def paper(self, key: str) -> Paper | None:
        """The paper with this key or this alias."""
        return self.library.get(key)

    def papers(self, where: Filter | None = None) -> list[Paper]:
        """The papers that pass, in the order they were added."""
        return self.library.papers(where)

    def search(
        self, query: str, k: int = 10, *, where: Filter | None = None, mode: SearchMode = "hybrid"
    ) -> Sequence[Passage]:
        """The k best passages, best first."""
        return self.index.search(query, k, where or Filter(), mode)

    def retriever(self, *, k: int = 10, where: Filter | None = None) -> "HybridRetriever":
        """A LangChain retriever over the library, for anybody's chain."""
        return self.index.retriever(k, where or Filter())
