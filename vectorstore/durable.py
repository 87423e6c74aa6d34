"""Files that other processes read while they are replaced."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

__all__ = ["read_whole", "replace_whole"]

_T = TypeVar("_T")
_FILES_IN_USE_ARE_KEPT = os.name == "nt"
_PATIENCE = 5.0  # seconds
_PAUSE = 0.002  # seconds


def read_whole(path: Path) -> bytes:
    """Read a file that another process may be replacing."""
    return _patiently(path.read_bytes)


def replace_whole(path: Path, content: bytes, *, unfinished: Path) -> None:
    """Put content in the place of a file in one step: whoever reads sees all of the old or all of the new.

    When this returns, the new content is what a power failure leaves, too.

    Args:
        path: The file, which need not exist.
        content: All of it.
        unfinished: Where it is written first, in the same folder; what a crash left there is written over.
    """
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _patiently(lambda: unfinished.replace(path))
    _sync_names(path.parent)


def _sync_names(folder: Path) -> None:
    """Make durable which names stand for which files."""
    if _FILES_IN_USE_ARE_KEPT:  # Windows cannot open a folder, and writes names by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems refuse
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _patiently(work: Callable[[], _T]) -> _T:
    """Try again what Windows refuses for the moment in which another process has the file open."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return work()
        except PermissionError:
            if not _FILES_IN_USE_ARE_KEPT or time.monotonic() >= end:
                raise
            time.sleep(_PAUSE)
