"""Chroma in a folder: one user of it at a time, who opens it anew when another one has written.

Chroma keeps its graph in memory, never looks whether a process has replaced the files, and writes its own over them: of
two that write in turns each would lose what the other stored, while counts and digests, in SQLite, stay right. One that
reads a graph while it is written may even crash. So users take turns, and each change leaves a fresh word in a file
beside Chroma's: whoever finds another one there than its own opens anew.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from vectorstore.durable import read_whole, replace_whole
from vectorstore.errors import IndexInUse
from vectorstore.seal import Seal

__all__ = ["Turn"]

_CHANGED, _LOCK = "changed", "lock"
_PATIENCE = 60.0  # seconds that one user waits for another; a change takes one or two


class Turn:
    """The turns of one user of a folder with the others, in this process or another."""

    def __init__(self, folder: Path) -> None:
        """Take part; the folder need not exist."""
        self._folder = folder
        self._known: bytes | None = None
        self._seal = Seal(folder)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have the folder alone.

        Raises:
            IndexInUse: Another user does not finish.
        """
        from filelock import FileLock, Timeout

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with FileLock(self._folder / _LOCK, timeout=_PATIENCE):
                yield
        except Timeout as error:
            raise IndexInUse(self._folder) from error

    def opened(self) -> bool:
        """Know the last change; what is read from now on is as it left the folder.

        Returns:
            False when Chroma's graph may be torn: read it, then `vouch` for it, or call `survived` if that fails.

        Raises:
            IndexDamaged: Chroma's graph is damaged.
        """
        self._known = self._read()
        return self._seal.check(self._known.hex())

    def vouch(self) -> None:
        """Say that Chroma's graph is as it should be after the last change that is known."""
        if self._known is not None:
            self._seal.renew(self._known.hex())

    def survived(self) -> None:
        """Say that reading Chroma's graph failed, but did not end the process."""
        self._seal.survived()

    @property
    def is_current(self) -> bool:
        """False when another user has changed the folder since it was opened."""
        return self._read() == self._known

    def leave_word(self) -> None:
        """Tell the others that something is about to change."""
        self._known = token_hex(8).encode()
        unfinished = self._folder / f"{_CHANGED}.{os.getpid()}.tmp"
        replace_whole(self._folder / _CHANGED, self._known, unfinished=unfinished)

    def _read(self) -> bytes:
        try:
            return read_whole(self._folder / _CHANGED)
        except FileNotFoundError:
            return b""
