"""The scale of an embedding model's cosines, told from a few texts of our own.

One model gives two unrelated texts a cosine of 0, another 0.8. What a cosine says is told by where it stands between
those of unrelated and those of related texts, so every model is asked for the cosines of the same topics and abstracts.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from statistics import mean, pstdev
from typing import cast

from vectorstore.embed import DEFAULT_EMBEDDER
from vectorstore.types import Embedder

__all__ = ["EMBEDDED", "Scale", "measured", "scale_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What cosines of a model mean."""

    unrelated: float
    """Mean of a topic to abstracts on other topics, -1 to 1."""
    related: float
    """Mean of a topic to an abstract on it."""
    spread: float
    """Standard deviation of the unrelated ones, 0 to 1."""

    def as_embedded(self, cosine: float) -> float:
        """The cosine that the embedded model would give about as related a text: a straight line through both means."""
        apart = max(self.related - self.unrelated, self.spread / _MOST_SPREAD, _LEAST_APART)
        return max(-1.0, min(1.0, EMBEDDED.unrelated + (cosine - self.unrelated) / apart * _APART))


EMBEDDED = Scale(unrelated=0.0186, related=0.6816, spread=0.083)
"""The scale of the model that comes with Citewell, for which the relevance cut was fitted."""
_APART = EMBEDDED.related - EMBEDDED.unrelated
_MOST_SPREAD = 0.25
"""Unrelated texts differ by at most so much of the way to the related ones, which is twice what they do in the embedded
model: of a model that tells less, chance must not be magnified."""
_LEAST_APART = 0.01
"""The same where nothing differs."""
_PAIRS = {
    "finding passages that answer a question": (
        "Systems that answer questions must first find the passages that hold the answer. We encode questions and "
        "passages with two encoders and search by inner product. On three benchmarks more right passages are "
        "among the first twenty than with word matching."
    ),
    "training smaller neural networks from larger ones": (
        "Large neural networks are costly to run. We train a small student network to reproduce the outputs of a "
        "large teacher, layer by layer. The student keeps most of the accuracy of the teacher at a tenth of the "
        "parameters."
    ),
    "side effects of drugs against high blood pressure": (
        "We followed patients with hypertension who took one of four blood pressure drugs. Cough and dizziness "
        "were the most frequent adverse effects, and one patient in nine changed the drug because of them."
    ),
    "bees and the pollination of orchards": (
        "Fruit set in orchards depends on insect visits. We counted wild bees and honeybees on apple blossoms at "
        "thirty farms. Farms with flower strips had more wild bees and better pollinated fruit."
    ),
    "fatigue cracks in welded steel": (
        "Welded joints of steel bridges fail by fatigue. We measured how cracks grow from the weld toe under "
        "cyclic loads and compare the measured growth with a fracture mechanics model."
    ),
    "house prices and interest rates": (
        "We study how the housing market responds to monetary policy. When the central bank raises its interest "
        "rate, house prices fall within two years, most of all where many loans have variable rates."
    ),
    "how children learn to read": (
        "Reading begins with learning which letters stand for which sounds. In a study over two school years, "
        "pupils who were taught letter sounds directly read words earlier and spelled them better."
    ),
    "detecting planets around other stars": (
        "A planet that passes in front of its star dims the light a little. We search the light curves of a space "
        "telescope for such transits and report forty new exoplanet candidates, six of them near the size of the "
        "Earth."
    ),
}
"""Topics, each with an abstract on it and on none of the others."""


def scale_of(embedder: Embedder) -> Scale:
    """The scale of a model, measured with sixteen short texts once for each model that is open.

    Raises:
        EmbedderError: The model's service failed.
    """
    return EMBEDDED if embedder.name == DEFAULT_EMBEDDER else _measured_once(cast("Hashable", embedder))


@lru_cache(maxsize=4)
def _measured_once(embedder: Hashable) -> Scale:
    return measured(cast("Embedder", embedder))


def measured(embedder: Embedder) -> Scale:
    """The same for any model, the embedded one too."""
    abstracts = embedder.embed_documents(list(_PAIRS.values()))
    rows = [[float(one) for one in abstracts @ embedder.embed_query(topic)] for topic in _PAIRS]
    related = [row[at] for at, row in enumerate(rows)]
    unrelated = [one for at, row in enumerate(rows) for other, one in enumerate(row) if other != at]
    return Scale(unrelated=mean(unrelated), related=mean(related), spread=pstdev(unrelated))
