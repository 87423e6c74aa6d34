"""Grouping papers by what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evidence.remembering import remembering
from assistant.guards.orders import title_without_orders, without_orders
from assistant.planning.headings import FURTHER, headings
from assistant.types import Paper

if TYPE_CHECKING:
    from vectorstore.types import Embedder, Vectors

__all__ = ["Theme", "group", "nearest_theme", "paper_vectors"]

SMALL = 5
"""So many papers make one theme: there is nothing to divide."""
_MOST_THEMES = 7
_MOST_IN_A_THEME, _LEAST_IN_A_THEME = 10, 3
"""Papers of a theme, on average; between the two the papers themselves decide."""
_MANY = 12
"""Of so many papers two that stand apart make no theme."""
_LOPSIDED = 0.2
"""What the share of the largest theme takes from the silhouette: one theme with nearly everything divides nothing."""
_SEPARATED = -0.1
"""Least silhouette, less that, for which a few papers are divided at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Papers that belong together, in the order they were given, under a name from their titles."""

    heading: str
    papers: tuple[Paper, ...]


def paper_vectors(papers: Sequence[Paper], embedder: "Embedder") -> "Vectors":
    """Title and abstract of each paper as one vector of unit length: shape (len(papers), dimensions)."""
    texts = [f"{title_without_orders(one.title)}. {without_orders(one.abstract)}" for one in papers]
    return remembering(embedder).embed_documents(texts)


def group(papers: Sequence[Paper], vectors: "Vectors", topic: str = "") -> list[Theme]:
    """Cluster papers by Ward's linkage; how many themes there are is what separates them best.

    Of the numbers of themes that are neither too many nor too few for so many papers, the one with the highest mean
    silhouette over cosine distance is taken (Rousseeuw, "Silhouettes", 1987). A paper that would be alone, or one of
    two among many, goes to the nearest theme.

    Args:
        papers: Best first; a theme stands where its best paper stands, what has nothing in common last.
        vectors: Shape (len(papers), dimensions), in the order of `papers`.
        topic: What they were found for; its words head a theme that is the only one.
    """
    if not papers:
        return []
    labels = _clusters(vectors)
    groups: dict[int, list[Paper]] = {}
    for paper, label in zip(papers, labels, strict=True):
        groups.setdefault(label, []).append(paper)
    members = list(groups.values())
    named = headings(members, topic)
    themes = [Theme(heading=heading, papers=tuple(one)) for heading, one in zip(named, members, strict=True)]
    return sorted(themes, key=lambda one: one.heading.startswith(FURTHER))


def nearest_theme(vector: "Vectors", themes: Sequence["Vectors"]) -> int:
    """Which of several groups of vectors, none empty, is nearest to a vector by the cosine to its mean."""
    means = _means([list(one) for one in themes])
    return int((means @ vector).argmax())


def _clusters(vectors: "Vectors") -> list[int]:
    count = len(vectors)
    if count <= SMALL:
        return [0] * count
    import numpy as np
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import silhouette_score

    directed = np.where(vectors.any(axis=1, keepdims=True), vectors, 1.0)  # a cosine needs a direction
    directed = directed / np.linalg.norm(directed, axis=1, keepdims=True)
    distinct = len(np.unique(directed.round(6), axis=0))
    most = min(_MOST_THEMES, max(2, count // _LEAST_IN_A_THEME), distinct)
    least = min(most, max(2, -(-count // _MOST_IN_A_THEME)))
    best, labels = _SEPARATED if count <= _MOST_IN_A_THEME else -2.0, [0] * count
    for number in range(max(2, least), most + 1):
        tried = AgglomerativeClustering(n_clusters=number, linkage="ward").fit_predict(directed)
        merged = _without_small([int(one) for one in tried], directed, least=2 if count < _MANY else 3)
        if len(set(merged)) > 1:
            largest = max(merged.count(one) for one in set(merged)) / count
            separated = float(silhouette_score(directed, merged, metric="cosine")) - _LOPSIDED * largest
            if separated > best:
                best, labels = separated, merged
    return labels


def _without_small(labels: list[int], vectors: "Vectors", *, least: int) -> list[int]:
    """Labels with no theme of fewer papers, as long as there is a greater one to go to."""
    several = sorted({label for label in labels if labels.count(label) >= least})
    if not several:
        return [0] * len(labels)
    inside = [[vector for vector, label in zip(vectors, labels, strict=True) if label == one] for one in several]
    means = _means(inside)
    return [
        label if label in several else several[int((means @ vector).argmax())]
        for label, vector in zip(labels, vectors, strict=True)
    ]


def _means(groups: Sequence[Sequence["Vectors"]]) -> "Vectors":
    """Unit vectors in the direction of each group's mean: shape (len(groups), dimensions)."""
    import numpy as np

    means = np.stack([np.mean(one, axis=0) for one in groups])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    unit: Vectors = np.divide(means, lengths, out=np.zeros_like(means), where=lengths > 0)
    return unit
