"""Exact search by meaning: every vector of a local library in one memory-mapped matrix.

The files are derived from Chroma's collection, or it from them: whichever is lost is filled again from the other, and
nothing is embedded for it. In the folder, all of one epoch `N` (a random name):

- `vectors-N.f32`: rows of `dimensions` float32, little-endian;
- `digests-N.sha`: 32 bytes a row, `Chunk.digest`;
- `names-N.txt`: a line a row, chunk id, tab, paper key;
- `dead-N.u32`: numbers of rows that were deleted or replaced;
- `state.json`: the epoch, how much of each file counts, checksums, and which embedder made the vectors;
- `lock`: held by the process that writes, let go by the system when that process dies.

Files only grow, and what lies beyond the lengths in `state.json` does not exist. A change is written behind those
lengths, made durable, and then published by replacing `state.json` in one step. So, when a process dies

- while the files grow: nothing happened. The torn tail is beyond the lengths; the next change is written over it;
- before `state.json` is replaced: the same. Its unfinished copy is written over by the next change;
- after it: the change is complete. A replaced chunk is never absent or twice there: its new row and the death of the
  old one are published together.

When many rows are dead, the live ones are written to files of the next epoch, published in the same way, and the old
files deleted. A process that dies in between leaves files of an epoch that `state.json` does not name; the next
writer deletes them.

Readers need no lock: each search reads `state.json` (some hundred bytes) and, when it has changed, maps what was
added. A mapping of files that were deleted since stays valid; a reader that finds files gone reads the state again.
"""

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.errors import EmbedderMismatch, IndexInUse
from vectorstore.scanfile import ScanFile
from vectorstore.scanrows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vectorstore.types import Chunk, Hit, Vectors

__all__ = ["ScanIndex"]

_GATHERED = 1 / 8  # share of the rows up to which copying them out beats multiplying all; measured at 160,000 rows
_BLOCK = 4096  # rows copied at once, so that a search takes little memory whatever passes its filter
_SLACK = 1e-4  # how far a float32 product of unit vectors may be off, generously
_NEVER = -2.0  # below any cosine
_PATIENCE = 10.0  # seconds that one writer waits for another


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What one search sees, whatever is written meanwhile."""

    vectors: "Vectors"
    rows: "NDArray[np.intp] | None"
    """The rows to look at; None for those that `alive` marks."""
    alive: "NDArray[np.bool_]"


class ScanIndex:
    """Chunks by exact cosine similarity. Safe to share between threads; many processes may read while one writes."""

    def __init__(self, folder: Path, *, embedder_name: str, dimensions: int) -> None:
        """Open the files in a folder, which need not exist: reading makes nothing.

        Raises:
            EmbedderMismatch: The vectors in it were made by another embedder.
            IndexDamaged: The folder holds something that is not such an index.
        """
        self._file = ScanFile(folder, embedder_name=embedder_name, dimensions=dimensions)
        self._folder = folder
        self._dimensions = dimensions
        self._lock = threading.RLock()
        self._writer = threading.Lock()
        self._rows = Rows.empty(dimensions)
        self._remembered: tuple[Rows, Collection[str] | None, NDArray[np.bool_] | None] = (self._rows, None, None)
        self._refresh()
        if self._rows.embedder not in (None, embedder_name):
            raise EmbedderMismatch(str(self._rows.embedder), embedder_name)

    @property
    def exists(self) -> bool:
        """False when nothing was ever stored, or the files were deleted."""
        return self._file.exists

    def upsert(self, chunks: Sequence["Chunk"], vectors: "Vectors") -> None:
        """Store chunks with their unit vectors, shape (len(chunks), dimensions), replacing those with the same id.

        Raises:
            ValueError: The shape is another.
            IndexInUse: Another process is writing and does not finish.
        """
        self.store([(one.id, one.key, one.digest) for one in chunks], vectors)

    def store(self, names: Sequence[tuple[str, str, str]], vectors: "Vectors") -> None:
        """Store (chunk id, paper key, digest) with their vectors, as `upsert` does."""
        if vectors.shape != (len(names), self._dimensions):
            raise ValueError(f"vectors must be {(len(names), self._dimensions)}, got {vectors.shape}")
        last = {one: row for row, (one, _, _) in enumerate(names)}  # the last of several with one id
        with self._writing() as rows:
            held = rows.row_of
            self._file.append(
                rows,
                names=[names[row] for row in last.values()],
                vectors=vectors[list(last.values())],
                dead=[held[one] for one in last if one in held],
            )

    def delete(self, ids: Collection[str]) -> None:
        """Forget these chunks; unknown ids are ignored."""
        if not ids or not self.exists:
            return
        with self._writing() as rows:
            held = rows.row_of
            dead = [held[one] for one in dict.fromkeys(ids) if one in held]
            if dead:
                nothing = np.empty((0, self._dimensions), dtype=np.float32)
                self._file.append(rows, names=[], vectors=nothing, dead=dead)

    def count(self) -> int:
        """Number of chunks held."""
        return self._refresh().live

    def digests(self, ids: Collection[str] | None = None) -> Mapping[str, str]:
        """Chunk id to `Chunk.digest` of everything held, or of those of `ids` that are held."""
        with self._lock:
            rows = self._refresh()
            return {one: rows.digest(row) for one, row in self._held(rows, ids)}

    def keys(self, ids: Collection[str]) -> Mapping[str, str]:
        """Chunk id to the key of its paper, of those that are held."""
        with self._lock:
            rows = self._refresh()
            return {one: rows.keys[row] for one, row in self._held(rows, ids)}

    def vectors(self, ids: Collection[str]) -> "Mapping[str, Vectors]":
        """The stored unit vectors, shape (dimensions,), of those chunks of `ids` that are held."""
        with self._lock:
            rows = self._refresh()
            held = list(self._held(rows, ids))
            copied = np.array(rows.vectors[[row for _, row in held]]) if held else ()
        return {one: vector for (one, _), vector in zip(held, copied, strict=True)}

    def search(self, vector: "Vectors", k: int, keys: Collection[str] | None = None) -> "list[Hit]":
        """The k chunks of highest cosine similarity, best first, equal ones by id; of papers in `keys` when given."""
        if k < 1 or (keys is not None and not keys):
            return []
        with self._lock:
            rows = self._refresh()
            view = self._view(rows, keys)
            ids = rows.ids  # grows only at its end, and is replaced by another list with another epoch
        best = _exactly(view.vectors, _candidates(view, vector, k), vector)
        return sorted(((ids[row], score) for row, score in best), key=lambda hit: (-hit[1], hit[0]))[:k]

    def check(self) -> None:
        """Read everything and compare it with its checksums.

        Raises:
            IndexDamaged: Something of it is not as it was written.
        """
        with self._lock:
            self._rows = Rows.empty(self._dimensions)
            self._file.verify(self._refresh())

    def close(self) -> None:
        """Release the mapping; searching again maps it again."""
        with self._lock:
            self._rows = Rows.empty(self._dimensions)
            self._remembered = (self._rows, None, None)

    def _refresh(self) -> Rows:
        with self._lock:
            self._rows = self._file.refreshed(self._rows)
            return self._rows

    def _view(self, rows: Rows, keys: Collection[str] | None) -> _View:
        if keys is None:
            return _View(vectors=rows.vectors, rows=None, alive=rows.alive)
        among = self._remembered[2] if self._remembered[0] is rows and self._remembered[1] is keys else None
        if among is None:
            among = rows.of_papers(keys)
            if isinstance(keys, frozenset | tuple):  # what cannot change is known again without a look inside
                self._remembered = (rows, keys, among)
        is_narrow = np.count_nonzero(among) <= _GATHERED * len(among)
        return _View(vectors=rows.vectors, rows=np.flatnonzero(among) if is_narrow else None, alive=among)

    @contextmanager
    def _writing(self) -> Iterator[Rows]:
        """Hold the folder and hand out its rows; other threads go on searching meanwhile."""
        from filelock import FileLock, Timeout

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with self._writer, FileLock(self._folder / "lock", timeout=_PATIENCE):
                yield self._refresh()
                self._file.compact(self._refresh())
        except Timeout as error:
            raise IndexInUse(self._folder) from error

    @staticmethod
    def _held(rows: Rows, ids: Collection[str] | None) -> Iterable[tuple[str, int]]:
        if ids is None:
            return ((rows.ids[row], int(row)) for row in np.flatnonzero(rows.alive))
        return ((one, rows.row_of[one]) for one in dict.fromkeys(ids) if one in rows.row_of)


def _candidates(view: _View, vector: "Vectors", k: int) -> "NDArray[np.intp]":
    """Rows that may be among the k nearest: those whose float32 product is not clearly below the k-th."""
    if view.rows is not None:
        rows, scores = view.rows, np.empty(len(view.rows), dtype=np.float32)
        for part in _blocks(len(rows)):
            scores[part] = view.vectors[rows[part]] @ vector
    else:
        rows, scores = None, view.vectors @ vector
        scores[~view.alive] = _NEVER
    floor = np.partition(scores, len(scores) - k)[len(scores) - k] - _SLACK if len(scores) > k else _NEVER
    near = np.flatnonzero(scores > max(float(floor), _NEVER))
    return near if rows is None else rows[near]


def _exactly(vectors: "Vectors", rows: "NDArray[np.intp]", vector: "Vectors") -> "Iterable[tuple[int, float]]":
    """Cosines in double precision: the same whatever row a chunk stands in, so that equal texts tie exactly."""
    scores, wanted = np.empty(len(rows)), vector.astype(np.float64)
    for part in _blocks(len(rows)):  # all rows may be candidates, where all are alike
        scores[part] = (vectors[rows[part]].astype(np.float64) * wanted).sum(axis=1)
    return zip(rows.tolist(), scores.tolist(), strict=True)


def _blocks(rows: int) -> Iterator[slice]:
    return (slice(start, start + _BLOCK) for start in range(0, rows, _BLOCK))
