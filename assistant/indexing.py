"""Keeping the indexes in step with the library, and searching them."""

import logging
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from assistant.embedders import recorded_embedder, remember_embedder
from assistant.embedding import Spread, index_spread
from assistant.errors import LibraryInUse
from assistant.failures import failures_explained
from assistant.library.meta import note, noted
from assistant.library.selection import Selection
from assistant.library.store import Library
from assistant.live_search import LiveSearch
from assistant.moving import drop_leftovers, move_vectors
from assistant.stores import drop_vectors_in, note_leftover, open_index, recorded_store, remember_store
from assistant.types import Filter
from vectorstore.errors import EmbedderMismatch, IndexDamaged, StoreUnreachable
from vectorstore.index import HybridIndex
from vectorstore.rerank import DEPTH, Reranker, rerank
from vectorstore.types import Embedder, Passage, SearchMode

if TYPE_CHECKING:
    from vectorstore.retriever import HybridRetriever

INDEX_FOLDER = "index"
"""Name of the folder beside the library file that holds the indexes."""
_SIGNATURE = "signature"
_GENERATION = "generation"
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
        self._state = self._recorded_state()
        self._checked: set[SearchMode] = set()

    @property
    def store(self) -> str:
        """Where the vectors are: `local` or a server's address."""
        return recorded_store(self._library)

    def search(self, query: str, k: int, where: Filter, mode: SearchMode) -> Sequence[Passage]:
        """The k best passages, best first."""

        def find() -> Sequence[Passage]:
            self._update_if_possible(mode)
            keys = self._selection.keys(where)
            reranker = self._reranker() if self._reranker else None
            depth = max(k, DEPTH) if reranker else k
            found = self._index.search(query, depth, mode=mode, keys=keys, lookup=self._library.chunks)
            return rerank(query, found, reranker)[:k] if reranker else found

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
        """Make the indexes anew, with another embedding model or in another store if wanted; return the chunks."""
        with failures_explained():
            _ = embedder.dimensions  # a model that does not answer must not cost the indexes that there are
            with self._updating, self._library.writing():
                self.close()
                self._clear(store or self.store)
                self.embedder = embedder
                remember_embedder(self._library, embedder.name)
                self._begin_generation()
                self._library.mark_pending(self._library.chunk_digests())
        return self.bring_up_to_date(on_progress)

    def _clear(self, store: str) -> None:
        """Delete the indexes, and have the vectors made in that store.

        First comes what can fail: while a server is away the vectors on it are kept, and so is what belongs to them.
        """
        drop_vectors_in(self._library, self.folder, store)
        if store != self.store:
            note_leftover(self._library, self.store, may_be_there=True)
            remember_store(self._library, store)
        drop_leftovers(self._library, self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

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
            move_vectors(self._library, self.folder, self.embedder, store, on_progress)
            self.close()
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
                self._opened = open_index(self._library, self.folder, self.embedder, self.store)
            return self._opened

    def _recorded_state(self) -> tuple[str, str | None]:
        """What, when another process changes it, makes the opened indexes the wrong ones."""
        return recorded_store(self._library), noted(self._library.database, _GENERATION)

    def _begin_generation(self) -> None:
        """Have every process open the indexes anew that opened them before now."""
        note(self._library.database, _GENERATION, uuid4().hex)
        self._state = self._recorded_state()

    def _follow_others(self) -> None:
        """Open the indexes anew after another process has moved them or made them anew.

        Raises:
            EmbedderMismatch: It made them anew with another embedding model.
        """
        recorded = recorded_embedder(self._library)
        if recorded not in (None, self.embedder.name):
            raise EmbedderMismatch(recorded, self.embedder.name)
        state = self._recorded_state()
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
                if not self._looks_complete(mode):
                    self._find_losses(wait=wait)
                self._checked.add(mode)
            if not self._library.has_pending():
                return 0
            with self._library.writing(wait=wait):
                return self._index_pending(on_progress or (lambda _done, _total: None), spread)

    def _index_pending(self, on_progress: OnProgress, spread: Spread | None) -> int:
        if spread:
            count = index_spread(self._index, self._library, self.embedder.name, spread, on_progress)
            self._sign()
            return count
        pending = self._library.pending()
        for first in range(0, len(pending), _BATCH):
            ids = pending[first : first + _BATCH]
            chunks = self._library.chunks(ids)
            self._index.apply(list(chunks.values()), delete=[one for one in ids if one not in chunks])
            self._library.confirm(ids)
            on_progress(first + len(ids), len(pending))
        self._sign()
        return len(pending)

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
        if noted(self._library.database, _SIGNATURE) != _signature_in(self.folder):
            return False
        settled, pending = self._library.settled_count(), self._library.pending_count()
        return all(settled <= count <= settled + pending for count in self._index.counts(mode))

    def _find_losses(self, *, wait: bool = True) -> None:
        """Compare every chunk, and have those indexed that are not in the indexes as they are in the library."""
        with self._library.writing(wait=wait):
            difference = self._index.missing(self._library.chunk_digests())
            self._library.mark_pending([*difference.to_index, *difference.to_delete])
            self._sign()

    def _sign(self) -> None:
        """Mark the indexes and the library file as belonging together."""
        signature = uuid4().hex
        self.folder.mkdir(mode=0o700, exist_ok=True)
        (self.folder / _SIGNATURE).write_text(signature, encoding="ascii")
        note(self._library.database, _SIGNATURE, signature)

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
            _LOGGER.warning("The index in %s is damaged; it is made anew now.", damage.folder)
            self.close()
            shutil.rmtree(damage.folder, ignore_errors=True)
            self._begin_generation()
            self._find_losses()
            return work()


def _signature_in(folder: Path) -> str | None:
    try:
        return (folder / _SIGNATURE).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
