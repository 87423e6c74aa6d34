"""Search by meaning: vectors in a Chroma collection, in a folder or on a server.

A server may be `chroma run`, a distributed deployment (slower right after a large import) or Chroma Cloud.
"""

import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from vectorstore.chromafailures import failures_named
from vectorstore.chromafolder import Turn
from vectorstore.connections import close_client, mark_of, open_client
from vectorstore.errors import EmbedderMismatch, StoreUnreachable

if TYPE_CHECKING:
    from chromadb import Collection as ChromaCollection
    from chromadb.api import ClientAPI

    from vectorstore.types import Chunk, Hit, Vectors

__all__ = ["ChromaIndex"]

_T = TypeVar("_T")
_COLLECTION = "chunks"
_LAYOUT = 3  # digest, key and the very vector of a chunk. 1 had its text too; 2 scaled vectors anew (space cosine)
# recall@50 at 30,000 abstracts: 0.998 with 16 neighbours, 0.999 with 32, in 1.5 times as long
_IN_FOLDER: Any = {"hnsw": {"space": "ip", "ef_construction": 100, "ef_search": 200, "max_neighbors": 16}}
_ON_SERVER: Any = {"hnsw": {"space": "ip", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}}
_MOST_KEYS = 10_000  # papers in one filter; SQLite takes 32,766 variables
_BROAD = 8  # a filter that passes at least one in so many is applied to what an unfiltered search finds
_PAGE, _SENT = 5_000, 1_000  # chunks read at once; chunks with vectors sent to a server at once: about 8 MB
_PAUSES = (0.05, 0.2, 0.8)  # seconds before a search that met a writer is asked for again


class ChromaIndex:
    """Chunks by cosine similarity. Safe to share between threads; of many users of a folder one at a time may write."""

    def __init__(self, folder: Path, *, embedder_name: str, dimensions: int) -> None:
        """Open or create the collection in a folder.

        Raises:
            EmbedderMismatch: The vectors in it were made by another embedder.
            IndexDamaged: The folder holds something that is not such a collection.
        """
        self._place: Path | str = folder
        self._open(_COLLECTION, _IN_FOLDER, embedder_name, dimensions)

    @classmethod
    def at(cls, address: str, *, collection: str, embedder_name: str, dimensions: int) -> Self:
        """Open or create a collection on a server; each library has its own, its name 3 to 512 characters long.

        The address is as in `Server.at`; $CITEWELL_STORE_TOKEN is sent as bearer token.

        Raises:
            EmbedderMismatch: The vectors in it were made by another embedder.
            StoreUnreachable: The server does not answer, or refuses.
        """
        index = cls.__new__(cls)
        index._place = address  # noqa: SLF001 - because this is the class itself
        index._open(collection, _ON_SERVER, embedder_name, dimensions)  # noqa: SLF001 - because as above
        return index

    @staticmethod
    def drop(address: str, collection: str, marks: Collection[str] = ()) -> None:
        """Delete a collection on a server, which need not exist, unless it has another mark than one of these.

        Raises:
            StoreUnreachable: The server does not answer, or refuses.
        """
        from chromadb.errors import NotFoundError

        with failures_named(address):
            client = open_client(address)
            try:
                with suppress(NotFoundError):
                    if mark_of(client, collection) in {None, *marks}:
                        client.delete_collection(collection)
            finally:
                close_client(client)

    @property
    def is_outdated(self) -> bool:
        """True when an older version made the collection, which kept more than it needs, or vectors not bit by bit."""
        return (self._collection.metadata or {}).get("layout") != _LAYOUT

    def upsert(self, chunks: Sequence["Chunk"], vectors: "Vectors") -> None:
        """Store chunks with their unit vectors, shape (len(chunks), dimensions), replacing those with the same id.

        Raises:
            ValueError: The shape is another.
        """
        self.store([(one.id, one.key, one.digest) for one in chunks], vectors)

    def store(self, names: Sequence[tuple[str, str, str]], vectors: "Vectors") -> None:
        """Store (chunk id, paper key, digest) with their vectors, as `upsert` does."""
        if vectors.shape != (len(names), self._dimensions):
            raise ValueError(f"vectors must be {(len(names), self._dimensions)}, got {vectors.shape}")
        rows = {one: row for row, (one, _, _) in enumerate(names)}  # the last of several with one id
        with self._using(to_change=True):
            for part in _parts(list(rows.values()), self._batch):
                self._collection.upsert(
                    ids=[names[row][0] for row in part],
                    embeddings=vectors[part],
                    metadatas=[{"key": names[row][1], "digest": names[row][2]} for row in part],
                )

    def delete(self, ids: Collection[str]) -> None:
        """Forget these chunks; unknown ids are ignored."""
        with self._using(to_change=True):
            for part in _parts(list(dict.fromkeys(ids)), self._batch):
                self._collection.delete(ids=part)

    def count(self) -> int:
        """Number of chunks held."""
        with self._using():
            return self._collection.count()

    def digests(self, ids: Collection[str] | None = None) -> Mapping[str, str]:
        """Chunk id to `Chunk.digest` of everything held, or of those of `ids` that are held."""
        return self._noted("digest", ids)

    def keys(self, ids: Collection[str]) -> Mapping[str, str]:
        """Chunk id to the key of its paper, of those that are held."""
        return self._noted("key", ids)

    def vectors(self, ids: Collection[str]) -> "Mapping[str, Vectors]":
        """The stored unit vectors, shape (dimensions,), of those chunks of `ids` that are held."""
        found: dict[str, Vectors] = {}
        with self._using():
            for part in _parts(list(dict.fromkeys(ids)), _SENT):
                page = self._collection.get(ids=part, include=["embeddings"])
                rows = np.asarray(page["embeddings"], dtype=np.float32)
                found.update(zip(page["ids"], rows, strict=True))
        return found

    def search(self, vector: "Vectors", k: int, keys: Collection[str] | None = None) -> "list[Hit]":
        """The k chunks of highest cosine similarity, best first, equal ones by id; of papers in `keys` when given."""
        if k < 1 or (keys is not None and not keys):
            return []
        for pause in _PAUSES:
            # A server that is being written to may look for a chunk that it has just taken out.
            try:
                return self._found(vector, k, keys)
            except StoreUnreachable as error:
                if "finding id" not in str(error):
                    raise
                time.sleep(pause)
        return self._found(vector, k, keys)

    def _found(self, vector: "Vectors", k: int, keys: Collection[str] | None) -> "list[Hit]":
        with self._using():
            held = self._collection.count()
            if not held:
                return []
            hits = None
            if keys is None:
                hits = [hit for hit, _ in self._nearest(vector, min(k, held))]
            elif len(keys) * _BROAD >= held:
                hits = self._among_nearest(vector, k, set(keys), min(held, 2 * _BROAD * k))
            if hits is None:
                parts = _parts(sorted(keys or ()), _MOST_KEYS)
                hits = [hit for part in parts for hit, _ in self._nearest(vector, min(k, held), part)]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]

    def mark(self) -> str | None:
        """What a client noted last on the collection, see `set_mark`; None when none did."""
        with self._lock, failures_named(self._place):
            return mark_of(self._client, self._collection.name)

    def set_mark(self, mark: str) -> None:
        """Note a text on the collection, for all its clients to read."""
        with self._lock, failures_named(self._place):
            self._collection.modify(metadata={**(self._collection.metadata or {}), "mark": mark})

    def parts(self) -> "dict[str, ChromaIndex]":
        """The parts that there are: this one."""
        return {"dense": self}

    def level(self) -> None:
        """Read everything that a search reads.

        Raises:
            IndexDamaged: Something of it cannot be read.
            StoreUnreachable: The server does not answer.
        """
        self.digests()
        self.search(np.ones(self._dimensions, dtype=np.float32), 1)

    def _open(self, collection: str, configuration: Any, embedder_name: str, dimensions: int) -> None:  # noqa: ANN401 - because Chroma types it by invariant dicts
        self._dimensions = dimensions
        self._lock = threading.RLock()
        self._client: Any = None
        self._opened_with = (collection, configuration, embedder_name)
        self._turn = None if isinstance(self._place, str) else Turn(self._place)
        with failures_named(self._place), self._turn.taken() if self._turn else nullcontext():
            self._connect()

    def _connect(self) -> None:
        try:
            is_sound = self._turn is None or self._turn.opened()
            self._client = open_client(self._place)
            most = int(self._client.get_max_batch_size())
            self._batch = min(most, _SENT) if isinstance(self._place, str) else most
            self._collection = _collection(self._client, *self._opened_with)
            if not is_sound and self._collection.count():
                self._nearest(np.ones(self._dimensions, dtype=np.float32), 1)
            if self._turn:
                self._turn.vouch()
        except BaseException:
            if self._turn:
                self._turn.survived()
            self.close()
            raise

    @contextmanager
    def _using(self, *, to_change: bool = False) -> Iterator[None]:
        """Use the collection as it is now, whoever wrote there last."""
        turn = self._turn
        with self._lock, failures_named(self._place), turn.taken() if turn else nullcontext():
            if turn and self._client is not None and not turn.is_current:
                self.close()
                self._connect()
            if turn and to_change:
                turn.leave_word()
            interrupt = None
            try:
                yield
            except KeyboardInterrupt as error:  # it comes when Chroma has returned
                interrupt = error
            if turn:  # also when the collection was only read, because that may write as well
                turn.vouch()
            if interrupt:
                raise interrupt

    def close(self) -> None:
        """Release files and locks, so that a folder may be deleted; the index cannot be used afterwards."""
        with self._lock:
            client, self._client = self._client, None
            if client is not None:
                close_client(client)

    def _noted(self, name: str, ids: Collection[str] | None) -> dict[str, str]:
        with self._using():
            if ids is None:
                offsets = range(0, self._collection.count(), _PAGE)
                pages = (self._collection.get(limit=_PAGE, offset=n, include=["metadatas"]) for n in offsets)
            else:
                parts = _parts(list(dict.fromkeys(ids)), _PAGE)
                pages = (self._collection.get(ids=part, include=["metadatas"]) for part in parts)
            return {
                one: str(held[name])
                for page in pages
                for one, held in zip(page["ids"], page["metadatas"] or [], strict=True)
            }

    def _among_nearest(self, vector: "Vectors", k: int, keys: set[str], depth: int) -> "list[Hit] | None":
        """The k nearest of a broad filter, without asking Chroma to filter; None when too few were near."""
        nearest = self._nearest(vector, depth, with_keys=True)
        passing = list(islice((hit for hit, key in nearest if key in keys), k))
        return passing if len(passing) == k or len(nearest) == self._collection.count() else None

    def _nearest(
        self, vector: "Vectors", k: int, keys: list[str] | None = None, *, with_keys: bool = False
    ) -> "list[tuple[Hit, str]]":
        among: Any = {"key": {"$in": keys}} if keys is not None else None  # Chroma types this by invariant dicts
        found = self._collection.query(
            query_embeddings=vector[None, :],
            n_results=k,
            where=among,
            include=["distances", "metadatas"] if with_keys else ["distances"],
        )
        hits = [
            (one, 1.0 - float(distance))
            for one, distance in zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True)
        ]
        noted = (found["metadatas"] or [[]])[0] if with_keys else [{}] * len(hits)
        return [(hit, str(held.get("key"))) for hit, held in zip(hits, noted, strict=True)]


def _collection(client: "ClientAPI", name: str, configuration: Any, embedder_name: str) -> "ChromaCollection":  # noqa: ANN401 - because as above
    collection: ChromaCollection = client.get_or_create_collection(
        name,
        metadata={"embedder": embedder_name, "layout": _LAYOUT},
        configuration=configuration,
        embedding_function=None,  # the default one would download a model
    )
    recorded = str((collection.metadata or {}).get("embedder"))
    if recorded != embedder_name:
        raise EmbedderMismatch(recorded, embedder_name)
    return collection


def _parts(items: list[_T], size: int) -> Iterator[list[_T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
