"""The vectors of a library on this machine: Chroma's collection and, beside it, the matrix that searches read."""

import logging
import shutil
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.scan import ScanIndex

if TYPE_CHECKING:
    from vectorstore.chroma import ChromaIndex
    from vectorstore.types import Chunk, Embedder, Hit, Vectors

__all__ = ["CHROMA", "SCAN", "LocalVectors", "digests_in", "holds_chroma", "known"]

CHROMA, SCAN = "dense", "scan"
"""Folders of the two."""
_SCAN_UNFINISHED, _CHROMA_UNFINISHED = "scan.new", "dense.new"
_PAGE = 4096  # chunks copied at once
_LOGGER = logging.getLogger(__name__)


class LocalVectors:
    """Chunks by cosine similarity, exactly; a search does not load Chroma. Safe to share between threads.

    A search takes about 10 ms for each 100,000 chunks on two cores, and maps 1.5 KB of each. Chroma's graph is faster
    above a million, but who searches it waits for who writes, and then reads all of it anew (see `chromafolder`).

    Whatever is stored goes to Chroma first and then to the matrix. A process that dies in between leaves chunks that
    the two disagree on: `digests` leaves them out, so that they are indexed again, with the vector that one of the two
    holds already. Searches go on while Chroma's collection is lost: it is made anew by the next change, or by `level`.
    """

    def __init__(self, folder: Path, *, embedder_name: str, dimensions: int) -> None:
        """Open the vectors in an index folder, which need not exist.

        Raises:
            EmbedderMismatch: The vectors in it were made by another embedder.
            IndexDamaged: The matrix cannot be read.
        """
        self._folder = folder
        self._embedder_name = embedder_name
        self._dimensions = dimensions
        self._lock = threading.RLock()
        self._chroma: ChromaIndex | None = None
        self._scan = self._opened(SCAN)
        if not self._scan.exists and holds_chroma(folder):
            self.chroma  # noqa: B018 - because opening it tells whether another embedder made its vectors

    @property
    def chroma(self) -> "ChromaIndex":
        """Chroma's collection, opened when it is first needed.

        Raises:
            IndexDamaged: It cannot be read.
        """
        with self._lock:
            if self._chroma is None:
                self._chroma = self._opened_chroma(CHROMA)
            return self._chroma

    def upsert(self, chunks: Sequence["Chunk"], vectors: "Vectors") -> None:
        """Store chunks with their unit vectors, shape (len(chunks), dimensions), replacing those with the same id."""
        self._restore_chroma()
        self.chroma.upsert(chunks, vectors)
        self._scan.upsert(chunks, vectors)

    def delete(self, ids: Collection[str]) -> None:
        """Forget these chunks; unknown ids are ignored."""
        self._restore_chroma()
        self._scan.delete(ids)
        self.chroma.delete(ids)

    def count(self) -> int:
        """Number of chunks in the matrix; 0 when it is gone, which `level` puts right."""
        return self._scan.count() if self._scan.exists else 0

    def digests(self, ids: Collection[str] | None = None) -> Mapping[str, str]:
        """Chunk id to `Chunk.digest` of what both parts hold alike; see `ChunkIndex.digests`."""
        if not holds_chroma(self._folder):
            return {}
        scanned = self._scan.digests(ids)
        return {one: digest for one, digest in self.chroma.digests(ids).items() if scanned.get(one) == digest}

    def vectors(self, ids: Collection[str]) -> "Mapping[str, Vectors]":
        """The stored unit vectors, shape (dimensions,), of those chunks of `ids` that are held."""
        return (self._scan if self._scan.exists else self.chroma).vectors(ids)

    def search(self, vector: "Vectors", k: int, keys: Collection[str] | None = None) -> "list[Hit]":
        """The k chunks of highest cosine similarity, best first, equal ones by id; of papers in `keys` when given."""
        if self._scan.exists:
            return self._scan.search(vector, k, keys)
        return self.chroma.search(vector, k, keys) if holds_chroma(self._folder) else []

    def level(self) -> None:
        """Read everything, fill what one part lacks from the other, and give an older collection its present form.

        Chunks that both hold in different forms stay as they are. Only one process at a time may do this.

        Raises:
            IndexDamaged: A part cannot be read; without its folder, this makes it anew.
        """
        self._scan.check()
        if not self._scan.exists and holds_chroma(self._folder):
            self._scan_anew()
        if not self._scan.exists:
            return
        if not holds_chroma(self._folder) or self.chroma.is_outdated:
            self._chroma_anew()
        self.chroma.search(np.ones(self._dimensions, dtype=np.float32), 1)  # reads its graph
        in_scan, in_chroma = self._scan.digests(), self.chroma.digests()
        _copy(self._scan, self.chroma, {one: in_scan[one] for one in in_scan.keys() - in_chroma.keys()})
        _copy(self.chroma, self._scan, {one: in_chroma[one] for one in in_chroma.keys() - in_scan.keys()})

    def parts(self) -> "dict[str, ScanIndex | ChromaIndex]":
        """The parts that are there, by the names of their folders."""
        held: dict[str, ScanIndex | ChromaIndex] = {SCAN: self._scan} if self._scan.exists else {}
        return {CHROMA: self.chroma, **held} if holds_chroma(self._folder) else held

    def close(self) -> None:
        """Release files and locks, so that the folder may be deleted."""
        self._close_chroma()
        self._scan.close()

    def _opened(self, name: str) -> ScanIndex:
        return ScanIndex(self._folder / name, embedder_name=self._embedder_name, dimensions=self._dimensions)

    def _opened_chroma(self, name: str) -> "ChromaIndex":
        from vectorstore.chroma import ChromaIndex

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return ChromaIndex(self._folder / name, embedder_name=self._embedder_name, dimensions=self._dimensions)

    # Both are made beside their place, so that a crash leaves a part that is absent, never one that is half full.

    def _restore_chroma(self) -> None:
        if self._scan.exists and not holds_chroma(self._folder):
            self._chroma_anew()

    def _scan_anew(self) -> None:
        shutil.rmtree(self._folder / _SCAN_UNFINISHED, ignore_errors=True)
        unfinished = self._opened(_SCAN_UNFINISHED)
        _fill(self.chroma, unfinished)
        unfinished.close()
        if unfinished.exists:
            shutil.rmtree(self._folder / SCAN, ignore_errors=True)
            (self._folder / _SCAN_UNFINISHED).rename(self._folder / SCAN)

    def _chroma_anew(self) -> None:
        _LOGGER.warning("%d vectors are stored anew in %s.", self._scan.count(), self._folder / CHROMA)
        if holds_chroma(self._folder):
            _fill(self.chroma, self._scan)
        self._close_chroma()
        shutil.rmtree(self._folder / _CHROMA_UNFINISHED, ignore_errors=True)
        unfinished = self._opened_chroma(_CHROMA_UNFINISHED)
        try:
            _fill(self._scan, unfinished)
        finally:
            unfinished.close()
        shutil.rmtree(self._folder / CHROMA, ignore_errors=True)
        (self._folder / _CHROMA_UNFINISHED).rename(self._folder / CHROMA)

    def _close_chroma(self) -> None:
        with self._lock:
            chroma, self._chroma = self._chroma, None
        if chroma is not None:
            chroma.close()


def holds_chroma(folder: Path) -> bool:
    """True when there is a collection of Chroma's in an index folder; reading it is not tried."""
    return (folder / CHROMA / "chroma.sqlite3").exists()


def digests_in(folder: Path, part: str, embedder: "Embedder") -> Mapping[str, str]:
    """Chunk id to digest of all that one part in an index folder holds, whatever state the other is in.

    Raises:
        EmbedderMismatch: The vectors in it were made by another embedder.
        IndexDamaged: It cannot be read.
    """
    from vectorstore.chroma import ChromaIndex

    if part == CHROMA and not holds_chroma(folder):
        return {}
    kind: type[ScanIndex | ChromaIndex] = ScanIndex if part == SCAN else ChromaIndex
    with closing(kind(folder / part, embedder_name=embedder.name, dimensions=embedder.dimensions)) as opened:
        return opened.digests()


def known(parts: "Iterable[ScanIndex | ChromaIndex]", chunks: Collection["Chunk"]) -> "dict[str, Vectors]":
    """The vectors of those chunks that a part holds exactly as they are."""
    found: dict[str, Vectors] = {}
    for part in parts:
        digests = part.digests([one.id for one in chunks if one.id not in found])
        found |= part.vectors([one.id for one in chunks if digests.get(one.id) == one.digest])
    return found


def _fill(source: "ScanIndex | ChromaIndex", target: "ScanIndex | ChromaIndex") -> None:
    """Copy what the target has no chunk of that id for."""
    held = target.digests()
    _copy(source, target, {one: digest for one, digest in source.digests().items() if one not in held})


def _copy(source: "ScanIndex | ChromaIndex", target: "ScanIndex | ChromaIndex", digests: Mapping[str, str]) -> None:
    """Copy these chunks, given as id to digest, a few thousand at a time."""
    every = list(digests)
    for start in range(0, len(every), _PAGE):
        ids = every[start : start + _PAGE]
        keys, vectors = source.keys(ids), source.vectors(ids)
        there = [one for one in ids if one in vectors and one in keys]
        if there:
            rows = np.array([vectors[one] for one in there], dtype=np.float32)
            target.store([(one, keys[one], digests[one]) for one in there], rows)
