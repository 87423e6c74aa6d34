"""One writer at a time, over processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import LibraryError, LibraryInUse

_SECONDS = 10.0


class WriteLock:
    """The lock of a library's folder; whoever holds it may take it again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / "write.lock", timeout=_SECONDS, mode=0o600)

    @contextmanager
    def held(self, *, wait: bool = True) -> Iterator[None]:
        """Hold the lock.

        Args:
            wait: Whether to wait ten seconds for another process to be done.

        Raises:
            LibraryInUse: Another process holds the lock.
            LibraryError: The folder cannot be written.
        """
        try:
            self._lock.acquire(timeout=None if wait else 0)
        except Timeout as error:
            raise LibraryInUse(
                f"Another program is writing to the library {self._folder}. Try again when it is done."
            ) from error
        except OSError as error:
            raise LibraryError(
                f"The library folder {self._folder} cannot be written: {error.strerror}. Change its permissions."
            ) from error
        try:
            yield
        finally:
            self._lock.release()
