"""How often a service is asked: never sooner after the last request than it wants, whichever process made that."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

_LONGEST = 20.0
"""Seconds. A note that asks for more was written by another clock."""
_LOCK_TIMEOUT = 5.0


class Pace:
    """Lets requests begin at their time."""

    def __init__(self, folder: Path, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        """A pace.

        Args:
            folder: Where it is noted when each service may be asked again.
            clock: Seconds since 1970.
            sleep: Waits for so many seconds.
        """
        self._folder = folder
        self._clock = clock
        self._sleep = sleep
        self._free: dict[str, float] = {}

    def wait(self, name: str, gap: float) -> None:
        """Wait until a service may be asked, and let the next request to it wait for another `gap` seconds."""
        with self._turn(name):
            now = self._clock()
            free = max(self._noted(name), self._free.get(name, 0.0))
            start = free if now < free <= now + _LONGEST else now
            self._free[name] = start + gap
            self._note(name, start + gap)
        if start > now:
            self._sleep(start - now)

    def _turn(self, name: str) -> AbstractContextManager[object]:
        """Other processes take their turn one after another; nobody waits for a folder that cannot be written."""
        from filelock import FileLock, Timeout

        lock = FileLock(self._folder / f"{name}.lock")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return lock.acquire(timeout=_LOCK_TIMEOUT)
        except (OSError, NotImplementedError, Timeout):
            return nullcontext()

    def _noted(self, name: str) -> float:
        try:
            return float((self._folder / f"{name}.next").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0.0

    def _note(self, name: str, moment: float) -> None:
        try:
            (self._folder / f"{name}.next").write_text(f"{moment:.3f}", encoding="ascii")
        except OSError:
            return  # the next process will not know; this one does
