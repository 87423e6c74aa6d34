"""Embedding through Ray Data, on one machine or many. Ray is an extra: `pip install citewell[ray]`."""

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

from vectorstore.engines import Embedded, numbered
from vectorstore.errors import EmbedderError
from vectorstore.threads import THREADS

if TYPE_CHECKING:
    from vectorstore.types import Embedder

__all__ = ["embed_with_ray"]

_BATCHES_AT_ONCE = 64
"""Batches handed to the cluster at a time for each worker: what it holds in memory."""
_OURS = re.compile(r"vectorstore\.errors\.\w+: (.+)")
"""What a worker raised, within the report that Ray makes of it."""


def embed_with_ray(
    texts: Iterable[str], opener: "Callable[[], Embedder]", *, workers: int, batch: int
) -> Iterator[Embedded]:
    """Embed texts with `workers` actors, each of which holds the model; results come as they are ready.

    Every machine of the cluster needs Citewell, and the model's files at the same place.

    Raises:
        EmbedderError: Ray is not installed, the cluster cannot be reached, or the model failed.
    """
    with _ray(workers) as ray:
        batches = numbered(texts, batch)
        while window := list(islice(batches, _BATCHES_AT_ONCE * workers)):
            items = [{"place": first + at, "text": text} for first, part in window for at, text in enumerate(part)]
            found = ray.data.from_items(items, override_num_blocks=len(window)).map_batches(
                _Worker,
                fn_constructor_args=(opener,),
                batch_size=batch,
                compute=ray.data.ActorPoolStrategy(size=workers),
                num_cpus=1,
            )
            with _failures_named():
                for one in found.iter_batches(batch_size=None, batch_format="numpy"):
                    yield Embedded(indices=[int(place) for place in one["place"]], vectors=one["vector"])


class _Worker:
    """What an actor does: open the model once, then embed what comes."""

    def __init__(self, opener: "Callable[[], Embedder]") -> None:
        os.environ[THREADS] = "1"
        self._model = opener()

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        return {"place": batch["place"], "vector": self._model.embed_documents([str(one) for one in batch["text"]])}


@contextmanager
def _ray(workers: int) -> Iterator[Any]:
    """Ray, connected to $RAY_ADDRESS or started here; it reports its use to nobody."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        ray = import_module("ray")
        import_module("ray.data")
    except ImportError as error:
        raise EmbedderError(
            "Ray is not installed. Run `pip install 'citewell[ray]'`, or use --engine processes."
        ) from error
    for noisy in ("ray", "ray.data"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    address = os.environ.get("RAY_ADDRESS")
    is_ours = not ray.is_initialized()
    if is_ours:
        options: dict[str, Any] = {} if address else {"num_cpus": workers + 1, "include_dashboard": False}
        try:
            ray.init(address=address, log_to_driver=False, configure_logging=False, **options)
        except Exception as error:
            raise EmbedderError(
                f"Ray cannot be reached at {address or 'this machine'} ({type(error).__name__}). Check $RAY_ADDRESS, "
                "or use --engine processes."
            ) from error
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    try:
        yield ray
    finally:
        if is_ours:
            ray.shutdown()


@contextmanager
def _failures_named() -> Iterator[None]:
    """What a worker raised, as one of ours; Ray wraps it in several of its own."""
    try:
        yield
    except EmbedderError:
        raise
    except Exception as error:
        ours = _OURS.findall(str(error))
        said = ours[-1] if ours else f"{type(error).__name__}."
        raise EmbedderError(f"Embedding through Ray failed: {said} What was embedded is kept.") from error
