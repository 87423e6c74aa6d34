"""Reading a reply against the clock, whatever the client that brings it does in the meantime."""

import contextvars
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, TypeVar

Piece = TypeVar("Piece")

_AHEAD = 256
"""Pieces that may wait to be taken; the client reads no further then."""
_LOOK_AROUND = 0.25
"""Seconds after which a reader that cannot hand on a piece looks whether anybody still wants it."""


class OutOfTimeError(Exception):
    """No next piece came before the time was used up."""


def read_within(seconds: float, pieces: Callable[[], Iterator[Piece]]) -> Iterator[Piece]:
    """Yield what an iterator yields, for as long as waiting for it takes at most so many seconds altogether.

    The iterator runs in a thread of its own: clients hold single reads to a time, and no client a whole reply that
    drips, or one that is kept alive with comments. Time that the caller spends between pieces does not count.

    Raises:
        OutOfTimeError: The time was used up; the thread ends by itself with the next piece or the client's own timeout.
    """
    reader = _Reader(pieces)
    try:
        left = seconds
        while True:
            began = perf_counter()
            read = reader.next(left)
            left -= perf_counter() - began
            if read is None:
                return
            if isinstance(read, _Failed):
                raise read.error
            yield read.piece
    finally:
        reader.give_up()


@dataclass(frozen=True, slots=True)
class _Read(Generic[Piece]):
    piece: Piece


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


class _Reader(Generic[Piece]):
    """Reads ahead in a thread until nobody wants more."""

    def __init__(self, pieces: Callable[[], Iterator[Piece]]) -> None:
        self._pieces = pieces
        self._read: queue.Queue[_Read[Piece] | _Failed | None] = queue.Queue(_AHEAD)
        self._is_over = threading.Event()
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=(self._work,), daemon=True, name="citewell-reply").start()

    def next(self, seconds: float) -> _Read[Piece] | _Failed | None:
        """The next piece, or what the iterator raised; None at its end."""
        try:
            return self._read.get(timeout=max(seconds, 0.0))
        except queue.Empty:
            raise OutOfTimeError from None

    def give_up(self) -> None:
        self._is_over.set()

    def _work(self) -> None:
        try:
            for piece in self._pieces():
                # The client's connection is closed with the iterator, which nobody else holds.
                if not self._hand_on(_Read(piece)):
                    return
        except BaseException as error:  # noqa: BLE001 - because it is raised again where the reply is read
            self._hand_on(_Failed(error))
        else:
            self._hand_on(None)

    def _hand_on(self, read: _Read[Piece] | _Failed | None) -> bool:
        """False when nobody wants it any more."""
        while not self._is_over.is_set():
            with suppress(queue.Full):
                self._read.put(read, timeout=_LOOK_AROUND)
                return True
        return False
