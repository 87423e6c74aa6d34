"""Work on the next part while the caller is busy with this one."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import TypeVar

__all__ = ["worked_ahead"]

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


def worked_ahead(
    parts: Iterable[_Part], work: Callable[[_Part, Event], _Result], *, ahead: int = 1
) -> Generator[tuple[_Part, _Result], None, None]:
    """Yield each part with its result, in order; another thread works on the next ones meanwhile.

    At most `ahead` + 1 parts are in memory besides the one handed out. Parts are read by the caller's thread.

    Args:
        parts: What to work on.
        work: Called with a part, and with what is set when nobody wants the result any more: when a part failed, this
            was closed, or the caller's thread was interrupted. Until `work` returns, that waits.
        ahead: How many parts are worked on or ready beyond the one that is asked for.

    Raises:
        Exception: What the work on a part raised, when its turn comes; nothing after it is worked on.
    """
    worker = ThreadPoolExecutor(1, thread_name_prefix="ahead")
    waiting: deque[tuple[_Part, Future[_Result]]] = deque()
    stopping = Event()
    try:
        for part in parts:
            waiting.append((part, worker.submit(work, part, stopping)))
            if len(waiting) > ahead:
                yield _finished(waiting.popleft())
        while waiting:
            yield _finished(waiting.popleft())
    finally:
        stopping.set()
        worker.shutdown(wait=True, cancel_futures=True)


def _finished(started: "tuple[_Part, Future[_Result]]") -> tuple[_Part, _Result]:
    part, future = started
    return part, future.result()
