"""What can be read only once, kept so that it can be read as often as wanted."""

import os
import tempfile
import weakref
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from assistant.library.sources.content import Content, SourceTooLargeError

MOST_IN_MEMORY = 1 << 23
"""Bytes, 8 MiB; more than that goes to a temporary file."""
MOST_SPOOLED = 1 << 32
"""Bytes, 4 GiB: an endless stream must not fill the disk."""


def spooled(blocks: Iterable[bytes]) -> Content:
    """Take in a stream to its end.

    Args:
        blocks: The stream, piece by piece.

    Raises:
        SourceTooLargeError: It has more than `MOST_SPOOLED`.
    """
    spool = _Spool()
    for block in blocks:
        spool.write(block)
    spool.finish()
    return Content(spool.open)


class _Spool:
    """Bytes in memory or, when they are many, in a temporary file that goes with this object."""

    def __init__(self) -> None:
        self._memory = BytesIO()
        self._file: BinaryIO | None = None
        self._path: Path | None = None
        self._size = 0

    def write(self, block: bytes) -> None:
        self._size += len(block)
        if self._size > MOST_SPOOLED:
            raise SourceTooLargeError(f"more than {MOST_SPOOLED >> 30} GiB; split it into smaller files")
        if self._file is None and self._size > MOST_IN_MEMORY:
            self._file = self._move_to_disk()
        (self._file or self._memory).write(block)

    def _move_to_disk(self) -> BinaryIO:
        descriptor, path = tempfile.mkstemp(prefix="citewell-")
        self._path = Path(path)
        file = os.fdopen(descriptor, "wb")
        weakref.finalize(self, _remove, self._path, file)
        file.write(self._memory.getvalue())
        self._memory = BytesIO()
        return file

    def finish(self) -> None:
        if self._file is not None:
            self._file.close()

    def open(self) -> BinaryIO:
        return self._path.open("rb") if self._path else BytesIO(self._memory.getvalue())


def _remove(path: Path, file: BinaryIO) -> None:
    file.close()
    # Gone already, or on Windows still open somewhere: the system clears its temporary folder.
    with suppress(OSError):
        path.unlink()
