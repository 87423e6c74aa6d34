"""Search by meaning: vectors in an embedded Chroma collection."""

import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from vectorstore.errors import EmbedderMismatch, IndexDamaged, IndexInUse, VectorstoreError
from vectorstore.text import encodable

if TYPE_CHECKING:
    from chromadb import Collection as ChromaCollection
    from chromadb.api.client import Client

    from vectorstore.types import Chunk, Hit, Vectors

__all__ = ["ChromaIndex"]

_T = TypeVar("_T")
_COLLECTION = "chunks"
_DAMAGE = re.compile(
    r"code: (?:11|26)\b|malformed|not a database|hnsw|pickle|Error finding id|no such (?:table|column)|to tenant",
    re.IGNORECASE,
)
_IN_USE = re.compile(r"code: [56]\b|database is locked", re.IGNORECASE)
_CONFIGURATION: Any = {  # recall@50 at 10,000 chunks: 0.998; with Chroma's own values 0.97
    "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
}
_MOST_KEYS = 10_000  # papers in one filter; SQLite takes 32,766 variables
_PAGE = 5_000  # chunks read at once


class ChromaIndex:
    """Chunks by cosine similarity. Safe to share between threads; one process at a time may write."""

    def __init__(self, folder: Path, *, embedder_name: str, dimensions: int) -> None:
        """Open or create the collection in a folder.

        Raises:
            EmbedderMismatch: The vectors in it were made by another embedder.
            IndexDamaged: The folder holds something that is not such a collection.
        """
        self._folder = folder
        self._dimensions = dimensions
        self._lock = threading.RLock()
        self._client: Client | None = None
        try:
            with self._failures_named():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._client = _client(folder)
                self._batch = self._client.get_max_batch_size()
                self._collection = _collection(self._client, embedder_name)
        except BaseException:
            self.close()
            raise

    def upsert(self, chunks: Sequence["Chunk"], vectors: "Vectors") -> None:
        """Store chunks with their vectors, replacing those with the same id.

        Args:
            chunks: What to store.
            vectors: Their unit vectors, shape (len(chunks), dimensions), in the same order.

        Raises:
            ValueError: The shape is another.
        """
        if vectors.shape != (len(chunks), self._dimensions):
            raise ValueError(f"vectors must be {(len(chunks), self._dimensions)}, got {vectors.shape}")
        rows = {chunk.id: row for row, chunk in enumerate(chunks)}  # the last of several with one id
        with self._lock, self._failures_named():
            for part in _parts(list(rows.values()), self._batch):
                self._collection.upsert(
                    ids=[chunks[row].id for row in part],
                    embeddings=vectors[part],
                    documents=[encodable(chunks[row].text) for row in part],
                    metadatas=[_metadata(chunks[row]) for row in part],
                )

    def delete(self, ids: Collection[str]) -> None:
        """Forget these chunks; unknown ids are ignored."""
        with self._lock, self._failures_named():
            for part in _parts(list(dict.fromkeys(ids)), self._batch):
                self._collection.delete(ids=part)

    def count(self) -> int:
        """Number of chunks held."""
        with self._lock, self._failures_named():
            return self._collection.count()

    def digests(self, ids: Collection[str] | None = None) -> Mapping[str, str]:
        """Chunk id to `Chunk.digest` of everything held, or of those of `ids` that are held."""
        with self._lock, self._failures_named():
            if ids is None:
                offsets = range(0, self._collection.count(), _PAGE)
                pages = (self._collection.get(limit=_PAGE, offset=n, include=["metadatas"]) for n in offsets)
            else:
                parts = _parts(list(dict.fromkeys(ids)), _PAGE)
                pages = (self._collection.get(ids=part, include=["metadatas"]) for part in parts)
            return {
                one: str(held["digest"])
                for page in pages
                for one, held in zip(page["ids"], page["metadatas"] or [], strict=True)
            }

    def search(self, vector: "Vectors", k: int, keys: Collection[str] | None = None) -> "list[Hit]":
        """The k chunks of highest cosine similarity, best first, equal ones by id; of papers in `keys` when given."""
        if k < 1 or (keys is not None and not keys):
            return []
        with self._lock, self._failures_named():
            held = self._collection.count()
            if not held:
                return []
            filters = [None] if keys is None else list(_parts(sorted(keys), _MOST_KEYS))
            hits = [hit for among in filters for hit in self._nearest(vector, min(k, held), among)]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]

    def _nearest(self, vector: "Vectors", k: int, keys: list[str] | None) -> "list[Hit]":
        among: Any = {"key": {"$in": keys}} if keys is not None else None  # Chroma types this by invariant dicts
        found = self._collection.query(
            query_embeddings=vector[None, :],
            n_results=k,
            where=among,
            include=["distances"],
        )
        distances = (found["distances"] or [[]])[0]
        return [(one, 1.0 - float(distance)) for one, distance in zip(found["ids"][0], distances, strict=True)]

    def check(self) -> None:
        """Read everything that a search reads.

        Raises:
            IndexDamaged: Something of it cannot be read.
        """
        self.digests()
        self.search(np.ones(self._dimensions, dtype=np.float32), 1)

    def close(self) -> None:
        """Release files and locks, so that the folder may be deleted; the index cannot be used afterwards."""
        with self._lock:
            client, self._client = self._client, None
            if client is not None:
                client.close()

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        """Tell damage, after which the index is built again, from failures that pass.

        Chroma has no exception of its own for damage, and its native part panics with no `Exception` at all.
        """
        try:
            yield
        except VectorstoreError:
            raise
        except BaseException as error:
            panic = type(error).__name__ == "PanicException"
            if not (panic or isinstance(error, Exception)):
                raise
            if panic or _DAMAGE.search(str(error)):
                raise IndexDamaged(self._folder, error) from error
            if _IN_USE.search(str(error)):
                raise IndexInUse(self._folder) from error
            raise VectorstoreError(
                f"The index in {str(self._folder)!r} could not be used: {error}. "
                "Check that the folder is writable and the disk is not full."
            ) from error


def _client(folder: Path) -> "Client":
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    # Without `_env_file=None` Chroma would read a .env file of whatever folder the user is in.
    options: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False}
    settings = Settings(**options)
    try:
        return cast("Client", chromadb.PersistentClient(path=folder, settings=settings))
    except BaseException:
        # Chroma keeps the half-started system by folder and would hand it out again after a repair.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)  # noqa: SLF001 - because nothing public does it
        SharedSystemClient._identifier_to_refcount.pop(str(folder), None)  # noqa: SLF001 - because as above
        raise


def _collection(client: "Client", embedder_name: str) -> "ChromaCollection":
    collection: ChromaCollection = client.get_or_create_collection(
        _COLLECTION,
        metadata={"embedder": embedder_name},
        configuration=_CONFIGURATION,
        embedding_function=None,  # the default one would download a model
    )
    recorded = str((collection.metadata or {}).get("embedder"))
    if recorded != embedder_name:
        raise EmbedderMismatch(recorded, embedder_name)
    return collection


def _metadata(chunk: "Chunk") -> dict[str, str | int]:
    return {
        "key": chunk.key,
        "start": chunk.start,
        "end": chunk.end,
        "title": encodable(chunk.title),
        "digest": chunk.digest,
    }


def _parts(items: list[_T], size: int) -> Iterator[list[_T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
