"""The files of an exact scan; `vectorstore.scan` says how they look and what a crash leaves."""

import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from vectorstore import scannames
from vectorstore.durable import read_whole, replace_whole
from vectorstore.errors import IndexDamaged, VectorstoreError
from vectorstore.scanrows import DIGEST_BYTES, LAYOUT, Rows, State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vectorstore.types import Vectors

__all__ = ["ScanFile"]

_STATE = "state.json"
_BLOCK = 4096  # rows handled at once where all are
_WHOLE = 16_000_000  # bytes of vectors up to which opening compares them with their checksum: about 10 ms
_PROBED = 256  # rows whose length is looked at first, in larger files
_MANY_DEAD = 4096  # rows; fewer are not worth writing the files anew
_TRIES = 20


class ScanFile:
    """Reads and writes the files. Whoever writes holds the lock on the folder."""

    def __init__(self, folder: Path, *, embedder_name: str, dimensions: int) -> None:
        self._folder = folder
        self._fresh = State(embedder=embedder_name, dimensions=dimensions)

    @property
    def exists(self) -> bool:
        """True when something was published."""
        return (self._folder / _STATE).is_file()

    def refreshed(self, rows: Rows) -> Rows:
        """The rows as they are published now; the same object when nothing has changed.

        Raises:
            IndexDamaged: The files are not as they were written.
            VectorstoreError: They cannot be read.
        """
        for _ in range(_TRIES):
            raw = self._read_state()
            if raw == rows.raw:
                return rows
            if not raw:
                return Rows.empty(self._fresh.dimensions)
            try:
                return self._loaded(raw, rows)
            except FileNotFoundError as error:  # of an epoch that is over, or lost
                if self._read_state() == raw:
                    raise IndexDamaged(self._folder, error) from error
        raise VectorstoreError(f"The index in {str(self._folder)!r} changes faster than it can be read. Try again.")

    def append(
        self, rows: Rows, *, names: Sequence[tuple[str, str, str]], vectors: "Vectors", dead: Sequence[int]
    ) -> None:
        """Publish new rows and the death of old ones, in one step."""
        state = rows.state
        if state is None:
            state = replace(self._fresh, epoch=token_hex(4))
            self._remove_others(state.epoch)  # of who died before anything was published
        written = {
            "vectors": np.ascontiguousarray(vectors, dtype="<f4").tobytes(),
            "digests": b"".join(bytes.fromhex(digest) for _, _, digest in names),
            "names": scannames.lines((one, key) for one, key, _ in names),
            "dead": np.array(dead, dtype="<u4").tobytes(),
        }
        for kind, data in written.items():
            self._write(state, kind, data)
        self._publish(
            replace(
                state,
                generation=state.generation + 1,
                rows=state.rows + len(names),
                names=state.names + len(written["names"]),
                dead=state.dead + len(dead),
                vectors_sum=zlib.crc32(written["vectors"], state.vectors_sum),
                digests_sum=zlib.crc32(written["digests"], state.digests_sum),
                names_sum=zlib.crc32(written["names"], state.names_sum),
                dead_sum=zlib.crc32(written["dead"], state.dead_sum),
            )
        )

    def compact(self, rows: Rows) -> None:
        """Write the live rows to files of their own when many are dead."""
        state = rows.state
        if state is None or state.dead < max(_MANY_DEAD, rows.live // 4):
            return
        fresh = replace(self._fresh, epoch=token_hex(4), generation=state.generation)
        self._remove_others(state.epoch)
        sums = {"vectors": 0, "digests": 0, "names": 0}
        lengths = dict.fromkeys(sums, 0)
        live = np.flatnonzero(rows.alive)
        for start in range(0, len(live), _BLOCK):
            part = live[start : start + _BLOCK]
            blocks = {
                "vectors": np.ascontiguousarray(rows.vectors[part], dtype="<f4").tobytes(),
                "digests": rows.digests[part].tobytes(),
                "names": scannames.lines((rows.ids[row], rows.keys[row]) for row in part),
            }
            for kind, data in blocks.items():
                self._write(fresh, kind, data, at=lengths[kind])
                sums[kind] = zlib.crc32(data, sums[kind])
                lengths[kind] += len(data)
        self._write(fresh, "dead", b"")
        self._publish(
            replace(
                fresh,
                generation=state.generation + 1,
                rows=len(live),
                names=lengths["names"],
                vectors_sum=sums["vectors"],
                digests_sum=sums["digests"],
                names_sum=sums["names"],
            )
        )
        self._remove_others(fresh.epoch)

    def verify(self, rows: Rows) -> None:
        """Compare the vectors with their checksum; the rest was compared when it was read.

        Raises:
            IndexDamaged: They differ.
        """
        if rows.state is None:
            return
        total = 0
        for start in range(0, len(rows.vectors), _BLOCK):
            total = zlib.crc32(rows.vectors[start : start + _BLOCK].tobytes(), total)
        if total != rows.state.vectors_sum:
            self._damaged("the vectors are not those that were written")

    def _read_state(self) -> bytes:
        try:
            return read_whole(self._folder / _STATE) or b"nothing"
        except FileNotFoundError:
            return b""

    def _loaded(self, raw: bytes, before: Rows) -> Rows:
        state = self._parsed(raw)
        vectors = self._mapped(state, "vectors", np.dtype("<f4"), self._fresh.dimensions)
        digests = self._mapped(state, "digests", np.dtype(np.uint8), DIGEST_BYTES)
        alive = np.ones(state.rows, dtype=np.bool_)
        dead = self._bytes(state, "dead", 4 * state.dead)
        marks = np.frombuffer(dead, dtype="<u4")
        if len(marks) and int(marks.max()) >= state.rows:
            self._damaged("a row is missing")
        alive[marks] = False
        rows = Rows(raw=raw, state=state, vectors=vectors, digests=digests, alive=alive)
        self._name(rows, before)
        self._compare(state.dead_sum, dead)
        if before.state is None or before.state.epoch != state.epoch:
            self._probe(rows)
        return rows

    def _name(self, rows: Rows, before: Rows) -> None:
        """Read the names, of an epoch known already only those that were added."""
        state, known = rows.state, before.state
        if state is None:
            return
        if known is not None and known.epoch == state.epoch and known.generation < state.generation:
            added = self._bytes(state, "names", state.names - known.names, at=known.names)
            self._compare(state.names_sum, added, known.names_sum)
            del before.ids[known.rows :], before.keys[known.rows :]
            rows.ids, rows.keys = before.ids, before.keys
            self._carry(rows, before)
        else:
            added = self._bytes(state, "names", state.names)
            self._compare(state.names_sum, added)
        ids, keys = scannames.names(added)
        rows.ids.extend(ids)
        rows.keys.extend(keys)
        if not len(rows.ids) == len(rows.keys) == state.rows:
            self._damaged("names are missing")
        if "row_of" in rows.__dict__ and known is not None:
            rows.row_of.update((rows.ids[row], row) for row in range(known.rows, state.rows) if rows.alive[row])

    @staticmethod
    def _carry(rows: Rows, before: Rows) -> None:
        """Take over what was looked up before, so that a writer of many small changes does not start anew each time."""
        held = before.__dict__.get("row_of")
        if held is None:
            return
        for row in np.flatnonzero(before.alive & ~rows.alive[: len(before.alive)]):
            held.pop(before.ids[row], None)
        rows.__dict__["row_of"] = held

    def _parsed(self, raw: bytes) -> State:
        try:
            state = State(**json.loads(raw))
            layout, sizes = state.layout, (state.rows, state.names, state.dead, state.generation)
            sound = state.epoch.isalnum() and all(isinstance(size, int) and size >= 0 for size in sizes)
        except (ValueError, TypeError, AttributeError) as error:
            raise IndexDamaged(self._folder, error) from error
        if layout != LAYOUT or not sound:
            self._damaged(f"layout {layout!r}")
        if state.embedder == self._fresh.embedder and state.dimensions != self._fresh.dimensions:
            self._damaged(f"its vectors have {state.dimensions} dimensions")
        return state

    def _path(self, state: State, kind: str) -> Path:
        suffix = {"vectors": "f32", "digests": "sha", "names": "txt", "dead": "u32"}[kind]
        return self._folder / f"{kind}-{state.epoch}.{suffix}"

    def _mapped(self, state: State, kind: str, dtype: "np.dtype[Any]", columns: int) -> "NDArray[Any]":
        path = self._path(state, kind)
        if state.dimensions != self._fresh.dimensions or not state.rows:
            return np.empty((state.rows, columns), dtype=dtype)  # another embedder's; nobody will read them
        if path.stat().st_size < state.rows * columns * dtype.itemsize:
            self._damaged(f"{path.name} is too short")
        return np.memmap(path, dtype=dtype, mode="r", shape=(state.rows, columns)).view(np.ndarray)

    def _bytes(self, state: State, kind: str, size: int, *, at: int = 0) -> bytes:
        path = self._path(state, kind)
        with path.open("rb") as file:
            file.seek(at)
            data = file.read(size)
        if len(data) != size:
            self._damaged(f"{path.name} is too short")
        return data

    def _probe(self, rows: Rows) -> None:
        """Notice damage when opening, as far as that is cheap: small files whole, large ones by samples."""
        state, size = rows.state, rows.vectors.nbytes
        if state is None or not state.rows or state.dimensions != self._fresh.dimensions:
            return
        self._compare(state.digests_sum, rows.digests.tobytes())
        if size <= _WHOLE:
            self.verify(rows)
            return
        some = rows.vectors[np.linspace(0, state.rows - 1, _PROBED).astype(int)]
        if not np.allclose(np.linalg.norm(some, axis=1), 1.0, atol=1e-3):
            self.verify(rows)  # the checksum decides: a model may have made a vector of another length

    def _compare(self, expected: int, data: bytes, before: int = 0) -> None:
        if zlib.crc32(data, before) != expected:
            self._damaged("a checksum does not fit")

    def _damaged(self, why: str) -> NoReturn:
        raise IndexDamaged(self._folder, why)

    def _write(self, state: State, kind: str, data: bytes, *, at: int | None = None) -> None:
        """Write behind what counts; whatever a crash left there is written over."""
        counts = {"vectors": 4 * state.dimensions * state.rows, "digests": DIGEST_BYTES * state.rows}
        counts |= {"names": state.names, "dead": 4 * state.dead}
        with self._path(state, kind).open("r+b" if self._path(state, kind).exists() else "w+b") as file:
            file.seek(counts[kind] if at is None else at)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _publish(self, state: State) -> None:
        content = json.dumps(asdict(state)).encode()
        replace_whole(self._folder / _STATE, content, unfinished=self._folder / f"{_STATE}.tmp")

    def _remove_others(self, epoch: str) -> None:
        for path in self._folder.glob("*-*.*"):
            if path.stem.rpartition("-")[2] != epoch:
                try:
                    path.unlink()
                except OSError:  # Windows keeps what a reader has mapped; it goes with the next epoch
                    continue
