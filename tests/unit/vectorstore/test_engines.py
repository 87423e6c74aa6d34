import os
from collections.abc import Iterator, Sequence
from functools import partial
from threading import Event

import numpy as np
import pytest

from tests.fakes.embedder import HashEmbedder
from tests.fakes.workers import Dying, Failing, Telling
from vectorstore import engines
from vectorstore.engines import ENGINES, Embedded, Engine, embed_many
from vectorstore.errors import EmbedderError
from vectorstore.threads import THREADS, model_threads, usable_cores
from vectorstore.types import Vectors

TEXTS = [f"paper {number} on {'owls' if number % 3 else 'bees'}" for number in range(50)]


def together(found: Iterator[Embedded], count: int) -> Vectors:
    """The vectors in the order of the texts, each there once."""
    rows: dict[int, Vectors] = {}
    for one in found:
        assert len(one.indices) == len(one.vectors)
        for place, vector in zip(one.indices, one.vectors, strict=True):
            assert place not in rows
            rows[place] = vector
    return np.array([rows[place] for place in range(count)])


@pytest.mark.parametrize("engine", ["threads", "processes"])
def test_vectors_are_those_of_the_ordinary_path(engine: Engine) -> None:
    found = list(embed_many(iter(TEXTS), HashEmbedder, engine=engine, workers=2, batch=8))
    assert [place for one in found for place in one.indices] == list(range(50))
    assert np.array_equal(together(iter(found), 50), HashEmbedder().embed_documents(TEXTS))


@pytest.mark.slow
def test_the_embedded_model_says_the_same_in_workers() -> None:
    from vectorstore.embed import open_embedder

    texts = [f"{text}, a study of {' and '.join(TEXTS[: number % 5])}" for number, text in enumerate(TEXTS)]
    opener = partial(open_embedder, "embedded")
    found = together(embed_many(texts, opener, engine="processes", workers=2, batch=16), 50)
    np.testing.assert_allclose(found, opener().embed_documents(texts), atol=1e-6)


def test_without_ray_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(EmbedderError, match=r"pip install 'citewell\[ray\]'"):
        list(embed_many(TEXTS, HashEmbedder, engine="ray"))


def test_texts_are_read_only_as_far_as_needed() -> None:
    read = 0

    def texts() -> Iterator[str]:
        nonlocal read
        for text in TEXTS * 100:
            read += 1
            yield text

    found = embed_many(texts(), HashEmbedder, engine="processes", workers=2, batch=5)
    next(found)
    assert read <= 2 * 5 + 4 * 5  # a batch for each worker to begin with, and two that wait for each
    found.close()  # type: ignore[attr-defined] - because a generator is what is tested


def test_workers_are_other_processes_with_one_thread_each() -> None:
    told = together(embed_many(TEXTS * 20, Telling, engine="processes", workers=2, batch=5), 1000)
    assert os.getpid() not in told[:, 0]
    assert 1 <= len(set(told[:, 0])) <= 2
    assert set(told[:, 1]) == {1}
    assert set(together(embed_many(TEXTS, Telling, engine="threads"), 50)[:, 0]) == {np.float32(os.getpid())}


class Stopping(HashEmbedder):
    """Embeds once; then nobody wants the rest."""

    wanted_no_more = Event()

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.wanted_no_more.set()
        return super().embed_documents(texts)


def test_a_worker_ends_soon_when_nobody_wants_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_STOPPING", [Stopping.wanted_no_more])
    monkeypatch.setattr(engines, "_OPEN", {})
    assert 0 < len(engines._embed(Stopping, TEXTS * 20)) < 1000
    assert len(engines._embed(Stopping, TEXTS)) == 0


@pytest.mark.parametrize("engine", ENGINES[:2])
def test_nothing_to_embed(engine: Engine) -> None:
    assert list(embed_many([], HashEmbedder, engine=engine)) == []


def test_a_failure_of_the_model_keeps_its_words() -> None:
    with pytest.raises(EmbedderError, match="indexed with the embedding model 'one', not with 'another'"):
        list(embed_many(TEXTS, Failing, engine="processes", workers=1))


def test_a_worker_that_dies_is_named_and_what_came_before_is_kept() -> None:
    found = embed_many([*TEXTS, "die"], Dying, engine="processes", workers=1, batch=10)
    assert next(found).indices == range(10)
    with pytest.raises(EmbedderError, match="ended, perhaps because the memory was used up"):
        list(found)


@pytest.mark.parametrize(("engine", "workers"), [("spark", 1), ("processes", 0)])
def test_wrong_words(engine: Engine, workers: int) -> None:
    with pytest.raises(ValueError, match="the engines are threads, processes, ray"):
        list(embed_many(TEXTS, HashEmbedder, engine=engine, workers=workers))


def test_threads_of_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= model_threads() <= min(4, usable_cores())
    for named, wanted in (("1", 1), ("7", 7), ("0", model_threads()), ("x", model_threads())):
        monkeypatch.setenv(THREADS, named)
        assert model_threads() == wanted
        monkeypatch.delenv(THREADS)
