"""Search by words: BM25 in a tantivy index."""

import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.bm25 import ANALYZER, analyzer, digests, document, matching, schema, scored
from vectorstore.errors import IndexDamaged, IndexInUse, IndexOutdated, VectorstoreError
from vectorstore.footers import changed_file
from vectorstore.text import encodable

if TYPE_CHECKING:
    import tantivy

    from vectorstore.types import Chunk, Hit, Words

__all__ = ["TantivyIndex"]

_PASSING = re.compile("permission|space left|read-only|too many open|not a directory", re.IGNORECASE)
_OTHER_SCHEMA = re.compile("schema does not match|index_format|incompatible", re.IGNORECASE)
_WRITER_HEAP = 15_000_000  # bytes; the least that tantivy accepts
_LARGE = 10_000  # chunks; fewer are written anew in less than a second
_TOLERATED = 0.02  # share of a large index replaced or deleted before it is written anew: some 80 microseconds a chunk
_UNEVEN = "uneven"  # file that says how many
_UNKNOWN = 1 << 62


class TantivyIndex:
    """Chunks by BM25 over title and text, English words stemmed. Safe to share between threads.

    Between processes many may read; one may write at a time.
    """

    def __init__(self, folder: Path) -> None:
        """Open or create the index in a folder.

        Raises:
            IndexDamaged: The folder holds something that is not such an index.
        """
        import tantivy

        self._folder = folder
        self._writing = threading.Lock()
        with self._failures_named():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._index = tantivy.Index(schema(), path=str(folder))
            self._index.register_tokenizer(ANALYZER, analyzer())
            self._index.config_reader("manual")
            self._index.reload()

    def upsert(self, chunks: Sequence["Chunk"]) -> None:
        """Store chunks, replacing those with the same id.

        Raises:
            IndexInUse: Another process is writing.
        """
        latest = {chunk.id: chunk for chunk in chunks}
        held = self.digests(latest)
        fresh = [chunk for chunk in latest.values() if held.get(chunk.id) != chunk.digest]
        if not fresh:
            return
        with self._writer() as writer:
            self._remove(writer, [chunk.id for chunk in fresh], count=sum(chunk.id in held for chunk in fresh))
            for chunk in fresh:
                writer.add_document(document(chunk))

    def delete(self, ids: Collection[str]) -> None:
        """Forget these chunks; unknown ids are ignored.

        Raises:
            IndexInUse: Another process is writing.
        """
        held = self.digests(ids) if ids else {}
        if held:
            with self._writer() as writer:
                self._remove(writer, held, count=len(held))

    def is_uneven(self) -> bool:
        """True when chunks were replaced or deleted and `rewrite` is due.

        tantivy goes on counting their words, and after a merge it only estimates how long texts are, so the scores
        depend on what the index once held. In a large index a few such chunks change nothing that can be seen.
        """
        gone = self._gone()
        return gone > 0 and (self.count() <= _LARGE or gone > self.count() * _TOLERATED)

    def rewrite(self, chunks: Iterable["Chunk"]) -> None:
        """Hold exactly these chunks from now on, and score as an index does that never held others.

        Raises:
            IndexInUse: Another process is writing.
        """
        with self._writer() as writer:
            writer.delete_all_documents()
            for chunk in chunks:
                writer.add_document(document(chunk))
        (self._folder / _UNEVEN).unlink(missing_ok=True)

    def digests(self, ids: Collection[str] | None = None) -> Mapping[str, str]:
        """Chunk id to `Chunk.digest` of everything held, or of those of `ids` that are held.

        Raises:
            IndexDamaged: All are asked for, and `check` finds something.
        """
        if ids is None:
            self.check()
        with self._failures_named():
            return digests(self._searcher(), ids)

    def check(self) -> None:
        """Compare every file with its checksum: of one that was changed, a search may read wrong scores.

        Raises:
            IndexDamaged: One is not as it was written.
        """
        with self._failures_named():
            if changed := changed_file(self._folder):
                raise IndexDamaged(self._folder, f"{changed} is not as it was written")

    def count(self) -> int:
        """Number of chunks held."""
        with self._failures_named():
            return int(self._searcher().num_docs)

    def document_frequencies(self, words: Collection[str]) -> dict[str, int]:
        """In how many chunks each word occurs; of a word with several parts ("multi-hop") its rarest part counts."""
        with self._failures_named():
            searcher = self._searcher()
            return {
                word: min((searcher.doc_freq("text", term) for term in analyzer().analyze(encodable(word))), default=0)
                for word in words
            }

    def terms(self, text: str) -> list[str]:
        """The words of a text as the index knows them, in order: lower case, without accents, stemmed."""
        analyzed: list[str] = analyzer().analyze(encodable(text))
        return analyzed

    def holding(self, terms: Collection[str]) -> dict[str, int]:
        """In how many chunks each term (of `terms`) occurs, at most `count`."""
        with self._failures_named():
            searcher = self._searcher()
            # Chunks replaced or deleted since tantivy last merged are still counted by it.
            return {term: min(int(searcher.doc_freq("text", term)), int(searcher.num_docs)) for term in terms}

    def search(self, query: "Words", k: int, keys: Collection[str] | None = None) -> "list[Hit]":
        """The k best chunks, best first, equal scores by id; only chunks of papers in `keys` when given.

        Any text is a valid query; chunks match that share at least one word with it.
        """
        if k < 1 or (keys is not None and not keys):
            return []
        with self._failures_named():
            return matching(self._searcher(), query, k, keys)

    def scores(self, query: "Words", ids: Collection[str]) -> dict[str, float]:
        """BM25 of just these chunks, as `search` would score them; those that share no word with it are left out."""
        with self._failures_named():
            return scored(self._searcher(), query, ids)

    def close(self) -> None:
        """Release files and locks; the index cannot be used afterwards."""
        if hasattr(self, "_index"):
            del self._index

    def _gone(self) -> int:
        """How many chunks were replaced or deleted since the index was written anew; may be too many after a crash."""
        try:
            return int((self._folder / _UNEVEN).read_text("ascii"))
        except FileNotFoundError:
            return 0
        except ValueError:  # half written
            return _UNKNOWN

    def _remove(self, writer: "tantivy.IndexWriter", ids: Collection[str], *, count: int) -> None:
        """Delete chunks; `count` of them are held.

        That is noted first: a process that is killed in between has noted too many, which costs time and no more.
        """
        if count:
            (self._folder / _UNEVEN).write_text(str(self._gone() + count), "ascii")
        for one in ids:
            writer.delete_documents_by_term("id", one)

    def _searcher(self) -> "tantivy.Searcher":
        self._index.reload()  # another process may have written
        return self._index.searcher()

    @contextmanager
    def _writer(self) -> Iterator["tantivy.IndexWriter"]:
        """A writer for one transaction; the lock on the folder is gone afterwards, so other processes can write."""
        with self._writing, self._failures_named():
            try:
                writer = self._index.writer(heap_size=_WRITER_HEAP, num_threads=1)
            except ValueError as error:
                if "lock" in str(error).lower():
                    raise IndexInUse(self._folder) from error
                raise
            try:
                # What a killed writer left would be taken for damage when this one chooses the same names.
                writer.garbage_collect_files()
                yield writer
                writer.commit()
            except BaseException:
                writer.rollback()
                raise
            finally:
                writer.wait_merging_threads()
            self._index.reload()

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        """Tell damage, after which the index is built again, from failures that pass.

        tantivy reports everything as `ValueError`, its panics as no `Exception` at all.
        """
        try:
            yield
        except (ValueError, OSError) as error:
            if isinstance(error, OSError) or _PASSING.search(str(error)):
                raise VectorstoreError(
                    f"The index in {str(self._folder)!r} could not be used: {error}. "
                    "Check that the folder is writable and the disk is not full."
                ) from error
            if _OTHER_SCHEMA.search(str(error)):
                raise IndexOutdated(self._folder) from error
            raise IndexDamaged(self._folder, error) from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":
                raise IndexDamaged(self._folder, error) from error
            raise
