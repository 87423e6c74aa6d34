"""Search by words: BM25 in a tantivy index."""

import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.errors import IndexDamaged, IndexInUse, VectorstoreError
from vectorstore.text import encodable

if TYPE_CHECKING:
    import tantivy

    from vectorstore.types import Chunk, Hit, Words

__all__ = ["TantivyIndex"]

_ANALYZER = "english-science"
_PASSING = re.compile("permission|space left|read-only|too many open|not a directory", re.IGNORECASE)
_LONGEST_TERM = 100
_MOST_TERMS = 256  # unique terms of one query; the rest of a longer one is not read
_WRITER_HEAP = 15_000_000  # bytes; the least that tantivy accepts
_TITLE_WEIGHT = 0.3  # of the title counted once more; best of 0, 0.3 and 1 on SciFact and on Cranfield
_SPARE_HITS = 32


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
            self._index = tantivy.Index(_schema(), path=str(folder))
            self._index.register_tokenizer(_ANALYZER, _analyzer())
            self._index.config_reader("manual")
            self._index.reload()

    def upsert(self, chunks: Sequence["Chunk"]) -> None:
        """Store chunks, replacing those with the same id.

        Raises:
            IndexInUse: Another process is writing.
        """
        latest = {chunk.id: chunk for chunk in chunks}
        if not latest:
            return
        with self._writer() as writer:
            for chunk in latest.values():
                writer.delete_documents_by_term("id", chunk.id)
                writer.add_document(_document(chunk))

    def delete(self, ids: Collection[str]) -> None:
        """Forget these chunks; unknown ids are ignored.

        Raises:
            IndexInUse: Another process is writing.
        """
        if not ids:
            return
        with self._writer() as writer:
            for one in ids:
                writer.delete_documents_by_term("id", one)

    def digests(self, ids: Collection[str] | None = None) -> Mapping[str, str]:
        """Chunk id to `Chunk.digest` of everything held, or of those of `ids` that are held."""
        from tantivy import Query

        wanted = Query.all_query() if ids is None else Query.term_set_query(_schema(), "id", list(ids))
        with self._failures_named():
            searcher = self._searcher()
            hits = searcher.search(wanted, limit=max(1, searcher.num_docs), count=False).hits
            documents = (searcher.doc(address) for _, address in hits)
            return {str(found.get_first("id")): str(found.get_first("digest")) for found in documents}

    def count(self) -> int:
        """Number of chunks held."""
        with self._failures_named():
            return int(self._searcher().num_docs)

    def document_frequencies(self, words: Collection[str]) -> dict[str, int]:
        """In how many chunks each word occurs; of a word with several parts ("multi-hop") its rarest part counts."""
        with self._failures_named():
            searcher = self._searcher()
            return {
                word: min((searcher.doc_freq("text", term) for term in _analyzer().analyze(encodable(word))), default=0)
                for word in words
            }

    def terms(self, text: str) -> list[str]:
        """The words of a text as the index knows them, in order: lower case, without accents, stemmed."""
        analyzed: list[str] = _analyzer().analyze(encodable(text))
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
        weights = _weights(query)
        if k < 1 or not weights or (keys is not None and not keys):
            return []
        with self._failures_named():
            return _best(self._searcher(), _query(weights, None if keys is None else ("key", keys)), k)

    def scores(self, query: "Words", ids: Collection[str]) -> dict[str, float]:
        """BM25 of just these chunks, as `search` would score them; those that share no word with it are left out."""
        weights = _weights(query)
        if not weights or not ids:
            return {}
        with self._failures_named():
            return dict(_best(self._searcher(), _query(weights, ("id", ids)), len(set(ids))))

    def close(self) -> None:
        """Release files and locks; the index cannot be used afterwards."""
        if hasattr(self, "_index"):
            del self._index

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
            raise IndexDamaged(self._folder, error) from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":
                raise IndexDamaged(self._folder, error) from error
            raise


@cache
def _schema() -> "tantivy.Schema":
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("id", "key"):
        builder.add_text_field(name, stored=name == "id", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("digest", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


@cache
def _analyzer() -> "tantivy.TextAnalyzer":
    import tantivy

    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_TERM))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _document(chunk: "Chunk") -> "tantivy.Document":
    import tantivy

    return tantivy.Document(
        id=chunk.id,
        key=chunk.key,
        digest=chunk.digest,
        title=encodable(chunk.title),
        text=encodable(chunk.embedding_text),
    )


def _weights(query: "Words") -> Mapping[str, float]:
    """Terms with their weights: those given, else 1 for each term of a text."""
    if isinstance(query, str):
        return dict.fromkeys(list(dict.fromkeys(_analyzer().analyze(encodable(query))))[:_MOST_TERMS], 1.0)
    return query


def _query(weights: Mapping[str, float], among: tuple[str, Collection[str]] | None) -> "tantivy.Query":
    """The terms in text and title; with `among`, only documents of which that field has one of those values."""
    from tantivy import Occur, Query

    schema = _schema()
    words = [
        (Occur.Should, Query.boost_query(Query.term_query(schema, field, term, "freq"), weight * share))
        for field, share in (("text", 1.0), ("title", _TITLE_WEIGHT))
        for term, weight in weights.items()
    ]
    if among is None:
        return Query.boolean_query(words)
    field, values = among
    allowed = Query.const_score_query(Query.term_set_query(schema, field, list(values)), 0.0)
    return Query.boolean_query([(Occur.Must, Query.boolean_query(words)), (Occur.Must, allowed)])


def _best(searcher: "tantivy.Searcher", query: "tantivy.Query", k: int) -> "list[Hit]":
    """The k best by score, then id; asks for more while the order at the cut is not settled."""
    limit = k + _SPARE_HITS
    while True:
        hits = searcher.search(query, limit=limit, count=False).hits
        if len(hits) < limit or hits[k - 1][0] > hits[-1][0]:
            break
        limit *= 2
    found = [(str(searcher.doc(address).get_first("id")), float(score)) for score, address in hits]
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]
