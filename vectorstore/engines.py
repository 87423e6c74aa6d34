"""Embedding many texts: in this process, spread over processes, or over machines through Ray Data."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from threading import Thread
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from vectorstore.errors import EmbedderError, VectorstoreError
from vectorstore.threads import THREADS, usable_cores
from vectorstore.types import Embedder, Vectors

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.synchronize import Event

__all__ = ["ENGINES", "Embedded", "Engine", "embed_many"]

Engine: TypeAlias = Literal["threads", "processes", "ray"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
Opener: TypeAlias = Callable[[], Embedder]
"""Opens the model; a function that can be pickled, for example `partial(open_embedder, name)`."""

_BATCH = 256
_AHEAD = 2  # batches that wait for each worker, so that none is idle while results are stored
_EMBEDDED_AT_ONCE = 64  # between two looks at whether anybody still wants the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """Vectors of some of the texts."""

    indices: Sequence[int]
    """Places of the texts, counted from 0."""
    vectors: Vectors
    """Shape (len(indices), dimensions), rows of unit length."""


def embed_many(
    texts: Iterable[str],
    opener: Opener,
    *,
    engine: Engine = "processes",
    workers: int | None = None,
    batch: int = _BATCH,
) -> Iterator[Embedded]:
    """Embed texts, a batch at a time; only a few batches are in memory, however many texts there are.

    Each worker is a process that holds the model by itself and runs it with one thread. Results come in the order of
    the texts, from Ray in any order. The workers end when the iterator is closed.

    Args:
        texts: What to embed, read as far as it is needed.
        opener: Opens the model, here or in a worker.
        engine: `threads` runs the model in this process, with the threads that it takes; `processes` on this machine;
            `ray` on the cluster at $RAY_ADDRESS, or one that is started on this machine.
        workers: Processes; None for one to a core that this process may use.
        batch: Texts that a worker gets at a time.

    Raises:
        EmbedderError: The model failed, a worker died, or Ray is not installed.
        ValueError: There is no such engine, or the workers are fewer than one.
    """
    workers = usable_cores() if workers is None else workers
    if engine not in ENGINES or workers < 1:
        raise ValueError(f"{engine!r} with {workers!r} workers; the engines are {', '.join(ENGINES)}, with 1 or more.")
    if engine == "ray":
        from vectorstore.ray_engine import embed_with_ray

        yield from embed_with_ray(texts, opener, workers=workers, batch=batch)
    elif engine == "processes":
        yield from _in_processes(texts, opener, workers, batch)
    else:
        model = opener()
        for first, part in numbered(texts, batch):
            yield Embedded(indices=range(first, first + len(part)), vectors=model.embed_documents(part))


def numbered(texts: Iterable[str], size: int) -> Iterator[tuple[int, list[str]]]:
    """Batches of texts, each with the place of its first."""
    rest = iter(texts)
    first = 0
    while part := list(islice(rest, size)):
        yield first, part
        first += len(part)


def _in_processes(texts: Iterable[str], opener: Opener, workers: int, batch: int) -> Iterator[Embedded]:
    batches = numbered(texts, batch)
    early = list(islice(batches, workers))  # fewer texts need fewer workers
    if not early:
        return
    pool, stopping = _pool(len(early))
    try:
        yield from _in_order(pool, opener, chain(early, batches), ahead=_AHEAD * len(early))
    finally:
        stopping.set()
        # A thread of its own waits: when Ctrl-C interrupts waiting for the pool itself, Python takes the pool for ended
        # (as of 3.11) and hangs when it exits, with workers that nobody tells to end.
        ending = Thread(target=pool.shutdown, kwargs={"cancel_futures": True})
        ending.start()
        ending.join()


def _in_order(
    pool: "ProcessPoolExecutor", opener: Opener, batches: Iterable[tuple[int, list[str]]], *, ahead: int
) -> Iterator[Embedded]:
    from concurrent.futures.process import BrokenProcessPool

    waiting: deque[tuple[range, Future[Vectors]]] = deque()
    remaining = iter(batches)
    try:
        while True:
            for first, part in islice(remaining, ahead - len(waiting)):
                waiting.append((range(first, first + len(part)), pool.submit(_embed, opener, part)))
            if not waiting:
                return
            indices, vectors = waiting.popleft()
            yield Embedded(indices=indices, vectors=vectors.result())
    except BrokenProcessPool as error:
        raise EmbedderError(
            "A process that embeds texts ended, perhaps because the memory was used up. What was embedded is kept: go "
            "on with fewer --workers."
        ) from error


def _pool(workers: int) -> "tuple[ProcessPoolExecutor, Event]":
    """Workers, and what is set when nobody wants their results any more."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # A new process instead of a copy of this one: its threads and open files are not for copies.
    context = get_context("spawn")
    stopping = context.Event()
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(stopping,)), stopping


def _begin(stopping: "Event") -> None:
    """Be a worker: one thread, ended by whoever started it, or by the end of that process however it comes."""
    import multiprocessing
    import signal

    os.environ[THREADS] = "1"
    _STOPPING.append(stopping)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def end_with_parent() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=end_with_parent, daemon=True).start()


_OPEN: dict[bytes, Embedder] = {}
"""The model of a worker, by its pickled opener: loaded once, kept as long as the process."""
_STOPPING: "list[Event]" = []
"""In a worker, one event: nobody wants results any more."""


def _embed(opener: Opener, texts: Sequence[str]) -> Vectors:
    """The vectors of a batch; of fewer texts once nobody wants them."""
    import pickle

    import numpy as np

    name = pickle.dumps(opener)
    try:
        if name not in _OPEN:
            _OPEN[name] = opener()
        parts: list[Vectors] = []
        for first in range(0, len(texts), _EMBEDDED_AT_ONCE):
            if any(one.is_set() for one in _STOPPING):
                break
            parts.append(_OPEN[name].embed_documents(texts[first : first + _EMBEDDED_AT_ONCE]))
        return np.concatenate(parts) if parts else np.empty((0, 0), dtype=np.float32)
    except VectorstoreError as error:
        raise EmbedderError(str(error)) from None  # of a kind that can be pickled, whatever it was
