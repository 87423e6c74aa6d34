"""The scale of an embedding model's cosines, told from a few texts of our own.

One model gives two unrelated texts a cosine of 0, another 0.8. What a cosine says is told by where it stands between
those of unrelated and those of related texts, so every model is asked for the cosines of the same topics and abstracts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vectorstore.embed import DEFAULT_EMBEDDER
from vectorstore.types import Embedder

__all__ = ["EMBEDDED", "Scale", "scale_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What cosines of a model mean."""

    unrelated: float
    """Mean of a topic to abstracts on other topics, -1 to 1."""
    related: float
    """Mean of a topic to an abstract on it; above the other."""

    def as_embedded(self, cosine: float) -> float:
        """The cosine that the embedded model would give about as related a text: a straight line through both means."""
        if self == EMBEDDED:
            return cosine
        share = (cosine - self.unrelated) / max(self.related - self.unrelated, _LEAST_APART)
        return max(-1.0, min(1.0, EMBEDDED.unrelated + share * (EMBEDDED.related - EMBEDDED.unrelated)))


EMBEDDED = Scale(unrelated=0.0186, related=0.6816)
"""The scale of the model that comes with Citewell, for which the relevance cut was fitted."""
_LEAST_APART = 0.02
"""A model that tells related texts from others by less than this has nothing to say; chance must not be magnified."""
_TOPICS = (
    "finding passages that answer a question",
    "training smaller neural networks from larger ones",
    "side effects of drugs against high blood pressure",
    "bees and the pollination of orchards",
    "fatigue cracks in welded steel",
    "house prices and interest rates",
    "how children learn to read",
    "detecting planets around other stars",
)
_ABSTRACTS = (
    "Systems that answer questions must first find the passages that hold the answer. We encode questions and passages "
    "with two encoders and search by inner product. On three benchmarks more right passages are among the first twenty "
    "than with word matching.",
    "Large neural networks are costly to run. We train a small student network to reproduce the outputs of a large "
    "teacher, layer by layer. The student keeps most of the accuracy of the teacher at a tenth of the parameters.",
    "We followed patients with hypertension who took one of four blood pressure drugs. Cough and dizziness were the most "
    "frequent adverse effects, and one patient in nine changed the drug because of them.",
    "Fruit set in orchards depends on insect visits. We counted wild bees and honeybees on apple blossoms at thirty "
    "farms. Farms with flower strips had more wild bees and better pollinated fruit.",
    "Welded joints of steel bridges fail by fatigue. We measured how cracks grow from the weld toe under cyclic loads "
    "and compare the measured growth with a fracture mechanics model.",
    "We study how the housing market responds to monetary policy. When the central bank raises its interest rate, house "
    "prices fall within two years, most of all where many loans have variable rates.",
    "Reading begins with learning which letters stand for which sounds. In a study over two school years, pupils who "
    "were taught letter sounds directly read words earlier and spelled them better.",
    "A planet that passes in front of its star dims the light a little. We search the light curves of a space telescope "
    "for such transits and report forty new exoplanet candidates, six of them near the size of the Earth.",
)


@lru_cache(maxsize=4)
def scale_of(embedder: Embedder) -> Scale:
    """Measure the scale of a model with sixteen short texts, once for each model that is open.

    Raises:
        EmbedderError: The model's service failed.
    """
    return EMBEDDED if embedder.name == DEFAULT_EMBEDDER else measured(embedder)


def measured(embedder: Embedder) -> Scale:
    """The same for any model, the embedded one too."""
    abstracts = embedder.embed_documents(_ABSTRACTS)
    rows = [[float(one) for one in abstracts @ embedder.embed_query(topic)] for topic in _TOPICS]
    related = [row[at] for at, row in enumerate(rows)]
    unrelated = [one for at, row in enumerate(rows) for other, one in enumerate(row) if other != at]
    return Scale(unrelated=_mean(unrelated), related=_mean(related))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
