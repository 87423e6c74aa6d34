from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.jobs.ask import AskParts
from assistant.planning.facets import facets_of_topic
from assistant.planning.relevance import relevant
from assistant.planning.scale import EMBEDDED, Scale, measured, scale_of
from assistant.planning.wide import wide_search
from assistant.types import Filter
from tests.fakes.distorted import DistortedEmbedder
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import open_parts
from vectorstore.embed import DEFAULT_EMBEDDER, EmbeddedModel
from vectorstore.types import Embedder, Vectors

MODEL = EmbeddedModel()
DIALOGUE = ("orbin2021lantern", "malk2022quillgraph", "lindqvist2023survey")
ON_TOPIC = ("A survey of dialogue memory", "protein design for copper binding", "editing facts in language models")
FOREIGN = ("Italian cooking", "medieval church music", "tax law for farmers")

cosines = st.floats(-1, 1)
any_scales = st.builds(Scale, unrelated=cosines, related=cosines, spread=st.floats(0, 1))


def kept(topic: str, parts: AskParts, *keys: str) -> set[str]:
    found = wide_search(
        facets_of_topic(topic),
        search=parts.search,
        lookup=parts.lookup,
        where=Filter(keys=keys),
        limit=50,
        rarity=parts.rarity,
        scale=scale_of(parts.embedder),
    )
    return {one.paper.key for one in relevant(found)}


@pytest.mark.parametrize(
    ("common", "noise", "dimensions"),
    [(0.0, 0.0, None), (0.7, 0.0, None), (0.3, 0.0, 900), (0.0, 0.5, None), (0.5, 0.3, None)],
)
def test_what_is_kept_does_not_depend_on_the_scale_of_the_model(
    common: float, noise: float, dimensions: int | None, tmp_path: Path
) -> None:
    distorted = DistortedEmbedder(MODEL, common=common, noise=noise, dimensions=dimensions)
    with (
        open_parts(tmp_path / "true", embedder=MODEL) as true,
        open_parts(tmp_path / "other", embedder=distorted) as other,
    ):
        for topic in ON_TOPIC:
            assert kept(topic, true)
            assert len(kept(topic, true) ^ kept(topic, other)) <= 1
        for topic in FOREIGN:
            assert kept(topic, other) == set()
        # A library of nothing else, and of one paper: what all have in common is no measure.
        assert kept("dialogue memory", other, *DIALOGUE) == set(DIALOGUE)
        assert kept("dialogue memory", other, DIALOGUE[2]) == {DIALOGUE[2]}
        assert kept("Italian cooking", other, DIALOGUE[2]) == set()


@pytest.mark.parametrize("dimensions", [64, 512])
def test_a_poor_model_keeps_nothing_on_foreign_topics(dimensions: int, tmp_path: Path) -> None:
    with open_parts(tmp_path, embedder=HashEmbedder(f"hash-{dimensions}", dimensions)) as parts:
        assert [kept(topic, parts) for topic in FOREIGN] == [set()] * len(FOREIGN)


def test_the_scale_of_the_embedded_model_is_what_is_written_down() -> None:
    found = measured(MODEL)
    assert found.unrelated == pytest.approx(EMBEDDED.unrelated, abs=0.01)
    assert found.related == pytest.approx(EMBEDDED.related, abs=0.01)
    assert found.spread == pytest.approx(EMBEDDED.spread, abs=0.01)


def test_the_embedded_model_is_not_asked() -> None:
    model = HashEmbedder(DEFAULT_EMBEDDER)
    assert scale_of(model) is EMBEDDED
    assert model.query_calls == []


def test_another_model_is_asked_once() -> None:
    model = HashEmbedder()
    assert scale_of(model) is scale_of(model)
    assert len(model.document_calls) == 1
    assert len(model.query_calls) == len(model.document_calls[0])


@given(cosines, st.floats(-0.5, 0.5), st.floats(0.05, 1))
def test_a_cosine_moved_and_shrunken_is_brought_back(cosine: float, moved: float, shrunken: float) -> None:
    scale = Scale(
        unrelated=moved + shrunken * EMBEDDED.unrelated,
        related=moved + shrunken * EMBEDDED.related,
        spread=shrunken * EMBEDDED.spread,
    )
    assert scale.as_embedded(moved + shrunken * cosine) == pytest.approx(cosine)


@given(any_scales, cosines, cosines)
def test_of_two_cosines_the_higher_stays_so_and_both_are_cosines(scale: Scale, one: float, other: float) -> None:
    low, high = sorted([one, other])
    assert -1.0 <= scale.as_embedded(low) <= scale.as_embedded(high) <= 1.0


class Constant:
    """Gives every text the same vector."""

    name = "constant"
    dimensions = 3

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return np.tile(self.embed_query(""), (len(texts), 1))

    def embed_query(self, _text: str) -> Vectors:
        return np.array([0.0, 1.0, 0.0], dtype=np.float32)


def test_a_model_that_tells_nothing_makes_nothing_near() -> None:
    model: Embedder = Constant()
    assert scale_of(model).as_embedded(1.0) == pytest.approx(EMBEDDED.unrelated)
