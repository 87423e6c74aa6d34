"""What the files of an exact scan hold, in memory: see `vectorstore.scan`."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vectorstore.types import Vectors

__all__ = ["DIGEST_BYTES", "LAYOUT", "Rows", "State"]

LAYOUT = 1
DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What `state.json` says."""

    layout: int = LAYOUT
    embedder: str
    dimensions: int
    generation: int = 0
    """Counts the changes, so that no two states are alike."""
    epoch: str = ""
    """Names the files; made by chance, so that files made anew are never taken for those before."""
    rows: int = 0
    names: int = 0
    """Bytes of the names that count."""
    dead: int = 0
    vectors_sum: int = 0
    """CRC-32 of the bytes that count, like the others."""
    names_sum: int = 0
    digests_sum: int = 0
    dead_sum: int = 0


@dataclass(eq=False)
class Rows:
    """What the files hold up to one state."""

    raw: bytes
    """The state as it was read."""
    state: State | None
    vectors: "Vectors"
    digests: "NDArray[np.uint8]"
    alive: "NDArray[np.bool_]"
    ids: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @classmethod
    def empty(cls, dimensions: int) -> "Rows":
        """No rows."""
        return cls(
            raw=b"",
            state=None,
            vectors=np.empty((0, dimensions), dtype=np.float32),
            digests=np.empty((0, DIGEST_BYTES), dtype=np.uint8),
            alive=np.empty(0, dtype=np.bool_),
        )

    @property
    def embedder(self) -> str | None:
        """What made the vectors."""
        return self.state.embedder if self.state else None

    @cached_property
    def live(self) -> int:
        """How many rows count."""
        return int(np.count_nonzero(self.alive))

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Chunk id to its row."""
        return {one: row for row, one in enumerate(islice(self.ids, len(self.alive))) if self.alive[row]}

    @cached_property
    def _papers(self) -> "tuple[dict[str, int], NDArray[np.int32]]":
        numbers: dict[str, int] = {}
        of_row = [numbers.setdefault(key, len(numbers)) for key in islice(self.keys, len(self.alive))]
        return numbers, np.array(of_row, dtype=np.int32)

    def of_papers(self, keys: Collection[str]) -> "NDArray[np.bool_]":
        """Marks the live rows of these papers."""
        numbers, of_row = self._papers
        wanted = np.zeros(len(numbers), dtype=np.bool_)
        wanted[[numbers[key] for key in keys if key in numbers]] = True
        marked: NDArray[np.bool_] = wanted[of_row] & self.alive
        return marked

    def digest(self, row: int) -> str:
        """`Chunk.digest` of a row."""
        return bytes(self.digests[row]).hex()
