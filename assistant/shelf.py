"""A library with its indexes: what can be done with papers before anything is asked."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.embedders import recorded_embedder, remember_embedder
from assistant.failures import known_to_be_done
from assistant.indexing import OnProgress, SearchableLibrary
from assistant.library.ingest import AddReport, add_records
from assistant.library.readers.files import SourcePath, read_sources
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

    def add(
        self,
        sources: Sequence[Path | str],
        *,
        format: str | None = None,  # noqa: A002 - because the command line's word is --format
        tags: tuple[str, ...] = (),
        dry_run: bool = False,
        index: bool = True,
        on_record: Callable[[], None] | None = None,
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Read files, folders or standard input (`-`) into the library and index what is new.

        Args:
            sources: What to read.
            format: Name of the format, when it cannot be told from the content.
            tags: Put on every paper read.
            dry_run: Report, and change nothing.
            index: Whether to index now; else the next search does it, or `index.bring_up_to_date`.
            on_record: Called after each record read.
            on_progress: Called while indexing.

        Raises:
            InputError: A source is not there or the format is unknown.
        """
        # By its absolute path a file is known again from any working directory.
        paths: list[SourcePath] = ["-" if one == "-" else Path(one).absolute() for one in sources]
        # What another program is still writing is waited for here, not while the library is locked.
        given = sys.stdin.buffer.read() if "-" in paths else b""
        records = read_sources(paths, format=format, stdin=lambda: given)
        return self.add_records(
            records, tags=tags, dry_run=dry_run, index=index, on_record=on_record, on_progress=on_progress
        )

    def add_records(
        self,
        records: Iterable[Record | Skipped],
        *,
        tags: tuple[str, ...] = (),
        dry_run: bool = False,
        index: bool = True,
        on_record: Callable[[], None] | None = None,
        on_progress: OnProgress | None = None,
    ) -> AddReport:
        """Add records that somebody else read; see `add`."""
        if dry_run:
            return add_records(self.library, records, tags=tags, dry_run=True, on_record=on_record)
        # Nobody else may begin to index what was just added: whoever adds would wait for it.
        with self.library.writing():
            report = add_records(self.library, records, tags=tags, on_record=on_record)
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
        with self.library.writing():
            with self.library.database.transaction():
                for key in keys:
                    paper = self.library.get(key)
                    self.library.remove(paper.key if paper else key)
            with known_to_be_done("The papers are removed; the next search removes them from the indexes too."):
                self.index.bring_up_to_date()

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
