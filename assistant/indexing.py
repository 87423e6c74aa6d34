"""Keeping the indexes in step with the library, and searching them."""

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from assistant.errors import LibraryDamaged, LibraryError, LibraryInUse, ServiceError, UsageError
from assistant.library.store import Library
from assistant.llm import ModelChoice
from assistant.types import Filter
from vectorstore.embed import DEFAULT_EMBEDDER, open_embedder
from vectorstore.errors import (
    EmbedderError,
    EmbedderMismatch,
    IndexDamaged,
    IndexInUse,
    ModelFileError,
    VectorstoreError,
)
from vectorstore.index import HybridIndex
from vectorstore.types import Embedder, Passage, SearchMode

if TYPE_CHECKING:
    from vectorstore.retriever import HybridRetriever

_FOLDER = "index"
_EMBEDDER = "embedder"
_SIGNATURE = "signature"
_BATCH = 256
_LOGGER = logging.getLogger(__name__)
_T = TypeVar("_T")
OnProgress = Callable[[int, int], None]
"""(chunks done, chunks in all)."""


class SearchableLibrary:
    """The indexes of one library. They are made on first use, and whatever they lack is put right before a search."""

    def __init__(self, library: Library, *, embedder: Embedder) -> None:
        self._library = library
        self.embedder = embedder
        self._opened: HybridIndex | None = None
        self._checked: set[SearchMode] = set()

    def search(self, query: str, k: int, where: Filter, mode: SearchMode) -> Sequence[Passage]:
        """The k best passages, best first."""
        keys = None if where.is_empty else self._library.keys(where)

        def find() -> Sequence[Passage]:
            self._update_unless_busy(mode)
            return self._index.search(query, k, mode=mode, keys=keys, lookup=self._library.chunks)

        return self._mending(find)

    def rarity(self, words: Sequence[str]) -> Mapping[str, float]:
        """Inverse document frequency of words over the chunks of the library (as in BM25)."""

        def count() -> Mapping[str, float]:
            self._update_unless_busy("lexical")
            return self._index.rarity(words)

        return self._mending(count)

    def bring_up_to_date(self, on_progress: OnProgress | None = None, *, mode: SearchMode = "hybrid") -> int:
        """Index what is pending or was lost; return the number of chunks that were looked at."""
        return self._mending(lambda: self._update(mode, on_progress))

    def retriever(self, k: int, where: Filter) -> "HybridRetriever":
        """A LangChain retriever over the papers that pass."""
        from vectorstore.retriever import HybridRetriever

        self.bring_up_to_date()
        keys = None if where.is_empty else self._library.keys(where)
        return HybridRetriever(index=self._index, lookup=self._library.chunks, k=k, keys=keys)

    def rebuild(self, embedder: Embedder, on_progress: OnProgress | None = None) -> int:
        """Make the indexes anew, with another embedding model if wanted; return the number of chunks."""
        with _explained():
            _ = embedder.dimensions  # a model that does not answer must not cost the indexes that there are
        with self._library.writing():
            self.close()
            self.embedder = embedder
            shutil.rmtree(self._folder, ignore_errors=True)
            remember_embedder(self._library, embedder.name)
            self._library.mark_pending(self._library.chunk_digests())
        return self.bring_up_to_date(on_progress)

    def close(self) -> None:
        """Release files and locks."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
        self._checked.clear()

    @property
    def _folder(self) -> Path:
        return self._library.folder / _FOLDER

    @property
    def _index(self) -> HybridIndex:
        if self._opened is None:
            self._opened = HybridIndex(self._folder, self.embedder)
        return self._opened

    def _update(self, mode: SearchMode, on_progress: OnProgress | None = None, *, wait: bool = True) -> int:
        if mode not in self._checked:
            if not self._looks_complete(mode):
                self._find_losses(wait=wait)
            self._checked.add(mode)
        if not self._library.pending():
            return 0
        with self._library.writing(wait=wait):
            pending = self._library.pending()
            for first in range(0, len(pending), _BATCH):
                ids = pending[first : first + _BATCH]
                chunks = self._library.chunks(ids)
                self._index.apply(list(chunks.values()), delete=[one for one in ids if one not in chunks])
                self._library.confirm(ids)
                if on_progress:
                    on_progress(min(first + _BATCH, len(pending)), len(pending))
            self._sign()
        return len(pending)

    def _update_unless_busy(self, mode: SearchMode) -> None:
        """Somebody who writes right now also indexes: what is there already can be searched meanwhile."""
        try:
            self._update(mode, wait=False)
        except LibraryInUse:
            _LOGGER.warning("Another program is adding papers; the newest may be missing from the result.")

    def _looks_complete(self, mode: SearchMode) -> bool:
        """False when an index was deleted, or the indexes or the library file were replaced by others."""
        if _noted(self._library, _SIGNATURE) != _signature_in(self._folder):
            return False
        settled, pending = self._library.settled_count(), len(self._library.pending())
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
        self._folder.mkdir(mode=0o700, exist_ok=True)
        (self._folder / _SIGNATURE).write_text(signature, encoding="ascii")
        _note(self._library, _SIGNATURE, signature)

    def _mending(self, work: Callable[[], _T]) -> _T:
        """Do work with the indexes; when one turns out to be damaged, make it anew and do the work once more."""
        with _explained():
            try:
                return work()
            except IndexDamaged as damage:
                _LOGGER.warning("The index in %s is damaged; it is made anew now.", damage.folder)
                with self._library.writing():
                    self.close()
                    shutil.rmtree(damage.folder, ignore_errors=True)
                    self._find_losses()
                return work()


def library_embedder(library: Library, wanted: str | None, *, local: bool) -> Embedder:
    """The embedding model of a library: the one that made its vectors, else the one wanted, else the embedded one.

    Raises:
        UsageError: Another one is wanted, it does not exist, or `local` refuses it.
    """
    recorded = recorded_embedder(library)
    name = wanted if wanted and wanted != "embedded" else DEFAULT_EMBEDDER
    if recorded is not None:
        if wanted and name != recorded:
            raise UsageError(str(EmbedderMismatch(recorded, name)))
        name = recorded
    return named_embedder(name, local=local)


def named_embedder(name: str, *, local: bool) -> Embedder:
    """Open an embedding model by its name.

    Raises:
        UsageError: It does not exist, or `local` refuses it.
    """
    if local and name not in {DEFAULT_EMBEDDER, "embedded"} and ModelChoice(name=name, why="").is_remote:
        raise UsageError(f"--local refuses the embedding model {name}: it is not on this machine.")
    with _explained():
        return open_embedder(name)


def recorded_embedder(library: Library) -> str | None:
    """Name of the embedding model that made the library's vectors; None before the first paper."""
    return _noted(library, _EMBEDDER)


def remember_embedder(library: Library, name: str) -> None:
    """Note which embedding model makes the library's vectors."""
    _note(library, _EMBEDDER, name)


def _noted(library: Library, name: str) -> str | None:
    rows = library.database.rows("SELECT value FROM meta WHERE name = ?", [name])
    return str(rows[0][0]) if rows else None


def _note(library: Library, name: str, value: str) -> None:
    library.database.rows(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", [name, value]
    )


def _signature_in(folder: Path) -> str | None:
    try:
        return (folder / _SIGNATURE).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None


@contextmanager
def _explained() -> Iterator[None]:
    """The vector store's errors as Citewell's, with their exit codes."""
    try:
        yield
    except IndexInUse as error:
        raise LibraryInUse(str(error)) from error
    except IndexDamaged as error:
        raise LibraryDamaged(str(error)) from error
    except (EmbedderMismatch, ModelFileError) as error:
        raise UsageError(str(error)) from error
    except EmbedderError as error:
        raise ServiceError(str(error)) from error
    except VectorstoreError as error:
        raise LibraryError(str(error)) from error
    except OSError as error:
        raise LibraryError(
            f"The indexes of the library cannot be used: {error}. Check that its folder is writable."
        ) from error
