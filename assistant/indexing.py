"""Keeping the indexes in step with the library, and searching them."""

import logging
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from assistant.belonging import (
    begin_generation,
    belong_together,
    claim,
    claim_for_nobody,
    is_claimed_by_another,
    recorded_state,
    sign,
)
from assistant.embedders import recorded_embedder
from assistant.embedding import Spread, index_spread
from assistant.errors import LibraryInUse
from assistant.failures import failures_explained
from assistant.library.selection import Selection
from assistant.library.store import INDEX_FOLDER, Library
from assistant.live_search import LiveSearch
from assistant.moving import drop_leftovers, move_vectors, part_from_copy
from assistant.rebuilding import rebuild
from assistant.stores import LOCAL, place_of, recorded_store
from assistant.types import Filter
from vectorstore.errors import EmbedderMismatch, IndexDamaged, IndexOutdated, StoreUnreachable
from vectorstore.index import HybridIndex
from vectorstore.rerank import DEPTH, Reranker, rerank
from vectorstore.types import Embedder, Examples, Passage, SearchMode

if TYPE_CHECKING:
    from vectorstore.retriever import HybridRetriever

_BATCH = 2048
_LOGGER = logging.getLogger(__name__)
_T = TypeVar("_T")
OnProgress = Callable[[int, int], None]
"""(chunks done, chunks in all)."""


class SearchableLibrary:
    """The indexes of one library. They are made on first use, and whatever they lack is put right before a search."""

    def __init__(self, library: Library, *, embedder: Embedder, reranker: Callable[[], Reranker] | None = None) -> None:
        """The indexes of a library, which need not be there yet.

        Args:
            library: What they are derived from.
            embedder: What makes the vectors.
            reranker: Opens what puts the first passages of every search in order; it is called when one is searched.
        """
        self._library = library
        self.embedder = embedder
        self._reranker = reranker
        self._selection = Selection(library)
        self._updating = threading.RLock()
        self._opened: HybridIndex | None = None
        self._state = recorded_state(self._library)
        self._checked: set[SearchMode] = set()

    @property
    def store(self) -> str:
        """Where the vectors are: `local` or a server's address."""
        return recorded_store(self._library)

    def search(self, query: str | Examples, k: int, where: Filter, mode: SearchMode = "hybrid") -> Sequence[Passage]:
        """The k best passages for a text, best first; or those most like some chunks, by their vectors."""

        def find() -> Sequence[Passage]:
            self._update_if_possible(mode)
            keys = self._selection.keys(where)
            reranker = self._reranker() if self._reranker and isinstance(query, str) else None
            depth = max(k, DEPTH) if reranker else k
            found = self._index.search(query, depth, mode=mode, keys=keys, lookup=self._library.chunks)
            return rerank(str(query), found, reranker)[:k] if reranker else found

        return self._mending(find)

    def rarity(self, words: Sequence[str]) -> Mapping[str, float]:
        """Inverse document frequency of words over the chunks of the library (as in BM25)."""

        def count() -> Mapping[str, float]:
            self._update_if_possible("lexical")
            return self._index.rarity(words)

        return self._mending(count)

    def bring_up_to_date(
        self, on_progress: OnProgress | None = None, *, mode: SearchMode = "hybrid", spread: Spread | None = None
    ) -> int:
        """Index what is pending or was lost, over many workers if wanted; return the chunks that were looked at."""
        return self._mending(lambda: self._update(mode, on_progress, spread=spread))

    def check_again(self, on_progress: OnProgress | None = None) -> int:
        """Compare every chunk, whatever the counts say, and index what differs; return how many were looked at."""

        def check() -> int:
            self._find_losses()
            return self._update("hybrid", on_progress)

        return self._mending(check)

    def retriever(self, k: int, where: Filter) -> "HybridRetriever":
        """A LangChain retriever over the papers that pass."""
        from vectorstore.retriever import HybridRetriever

        return HybridRetriever(index=LiveSearch(self.search, where), lookup=self._library.chunks, k=k)

    def rebuild(self, embedder: Embedder, on_progress: OnProgress | None = None, *, store: str | None = None) -> int:
        """Make the indexes anew, with another embedding model or in another store if wanted; return the chunks.

        Meanwhile other processes search the indexes that there are.
        """
        with failures_explained():
            _ = embedder.dimensions  # a model that does not answer is refused before anything is begun
            with self._updating, self._library.writing():
                count = rebuild(
                    self._library, self.folder, embedder, store or self.store, on_progress or (lambda *_: None)
                )
                self.close()
                self.embedder, self._state = embedder, recorded_state(self._library)
                drop_leftovers(self._library, self.folder)
                return count

    def move_to(self, store: str, on_progress: OnProgress | None = None) -> None:
        """Keep the vectors in another store from now on: those that there are move, none is embedded twice.

        Args:
            store: `local` or a server's address.
            on_progress: Called while they move.

        Raises:
            ServiceError: The store does not answer; then nothing is changed.
            LibraryError: The library cannot be used.
        """
        if store == self.store:
            return
        with failures_explained(), self._updating, self._library.writing():
            move_vectors(self._library, self.folder, self.embedder, place_of(self._library, store), on_progress)
            self._begin_generation()
            drop_leftovers(self._library, self.folder)

    def drop_leftovers(self) -> None:
        """Delete vectors that were left where they are not used any more."""
        with failures_explained(), self._updating, self._library.writing():
            drop_leftovers(self._library, self.folder)

    def close(self) -> None:
        """Release files and locks."""
        with self._updating:
            if self._opened is not None:
                self._opened.close()
                self._opened = None
            self._checked.clear()

    @property
    def folder(self) -> Path:
        """Where the indexes are, less what is on a server."""
        return self._library.folder / INDEX_FOLDER

    @property
    def _index(self) -> HybridIndex:
        with self._updating:
            if self._opened is None:
                self._opened = place_of(self._library).open(self.folder, self.embedder)
            return self._opened

    def _begin_generation(self) -> None:
        begin_generation(self._library)
        self.close()
        self._state = recorded_state(self._library)

    def _follow_others(self) -> None:
        """Open the indexes anew after another process moved them; raise `EmbedderMismatch` if its model was another."""
        recorded = recorded_embedder(self._library)
        if recorded not in (None, self.embedder.name):
            raise EmbedderMismatch(recorded, self.embedder.name)
        state = recorded_state(self._library)
        if state != self._state:
            self.close()
            self._state = state

    def _update(
        self,
        mode: SearchMode,
        on_progress: OnProgress | None = None,
        *,
        wait: bool = True,
        spread: Spread | None = None,
    ) -> int:
        with self._updating:
            self._follow_others()
            if mode not in self._checked:
                if mode != "lexical" and self._is_of_another():
                    self._part_from_copy(wait=wait)
                if not self._looks_complete(mode):
                    self._find_losses(wait=wait)
                self._checked.add(mode)
            if not (self._library.has_pending() or self._index.is_uneven()):
                return 0
            with self._library.writing(wait=wait):
                count = self._index_pending(on_progress or (lambda *_: None), spread)
                if self._index.is_uneven():
                    self._index.even_out(self._library.chunks)
                return count

    def _index_pending(self, on_progress: OnProgress, spread: Spread | None) -> int:
        if not self._library.has_pending():
            return 0
        self._part_from_copy()
        if self.store != LOCAL:
            claim(self._library, self._index)
        if spread:
            count = index_spread(self._index, self._library, self.embedder.name, spread, on_progress)
        else:
            count = self._index_here(on_progress)
        if self._is_of_another():  # a copy wrote at the same time
            claim_for_nobody(self._index)
            self._part_from_copy()
        sign(self._library, self.folder)
        return count

    def _index_here(self, on_progress: OnProgress) -> int:
        pending = self._library.pending()
        on_progress(0, len(pending))
        for first in range(0, len(pending), _BATCH):
            ids = pending[first : first + _BATCH]
            chunks = self._library.chunks(ids)
            gone = [one for one in ids if one not in chunks]

            def further(done: int, before: int = first + len(gone)) -> None:
                on_progress(before + done, len(pending))

            self._index.apply(list(chunks.values()), delete=gone, on_progress=further)
            self._library.confirm(ids)
            on_progress(first + len(ids), len(pending))
        return len(pending)

    def _is_of_another(self) -> bool:
        return self.store != LOCAL and is_claimed_by_another(self._library, self._index)

    def _part_from_copy(self, *, wait: bool = True) -> None:
        """Keep vectors of its own on the server from now on if a copy of the library has taken the shared ones."""
        with self._library.writing(wait=wait):
            if self._is_of_another():
                part_from_copy(self._library, self.folder, self.embedder)
                self._begin_generation()

    def _update_if_possible(self, mode: SearchMode) -> None:
        """What is there already can be searched while somebody else indexes, and by words while a server is away."""
        try:
            self._update(mode, wait=False)
        except LibraryInUse:
            _LOGGER.warning("Another program is adding papers; the newest may be missing from the result.")
        except StoreUnreachable as error:
            if mode != "lexical":
                raise
            _LOGGER.warning("%s The newest papers may be missing from the result.", error)

    def _looks_complete(self, mode: SearchMode) -> bool:
        """False when an index was deleted, or the indexes or the library file were replaced by others."""
        if not belong_together(self._library, self.folder):
            return False
        settled, pending = self._library.settled_count(), self._library.pending_count()
        return all(settled <= count <= settled + pending for count in self._index.counts(mode))

    def _find_losses(self, *, wait: bool = True) -> None:
        """Compare every chunk, and have those indexed that are not in the indexes as they are in the library."""
        with self._library.writing(wait=wait):
            difference = self._index.missing(self._library.chunk_digests())
            self._library.mark_pending([*difference.to_index, *difference.to_delete])
            sign(self._library, self.folder)

    def _mending(self, work: Callable[[], _T]) -> _T:
        """Do work with the indexes; when one turns out to be damaged, make it anew and do the work once more."""
        with failures_explained():
            try:
                return work()
            except IndexDamaged:
                with self._updating, self._library.writing():
                    self.close()
                    return self._mended(work)

    def _mended(self, work: Callable[[], _T]) -> _T:
        """Do work while nobody else writes: what was read while it was being written is whole now."""
        try:
            return work()
        except IndexDamaged as damage:
            what = "was made by another version" if isinstance(damage, IndexOutdated) else "is damaged"
            _LOGGER.warning("The index in %s %s; it is made anew now.", damage.folder, what)
            self.close()
            shutil.rmtree(damage.folder, ignore_errors=True)
            self._begin_generation()
            self._find_losses()
            return work()
