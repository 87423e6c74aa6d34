"""Sentences of papers as evidence: exact spans, their vectors, and which one says what a statement says."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.text import content_stems
from assistant.types import Citation, Paper, Source
from vectorstore.sentences import split_sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vectorstore.types import Embedder


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A span that can be quoted: `text == paper.abstract[start:end]`, or the same of the title."""

    key: str
    text: str
    start: int
    end: int
    where: Source

    @property
    def citation(self) -> Citation:
        """A citation that rests on this sentence."""
        return Citation(key=self.key, quote=self.text, start=self.start, end=self.end, where=self.where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A sentence and how near it is to a text."""

    sentence: Sentence
    similarity: float
    """Mean of cosine and word overlap, 0 to 1."""


class EvidenceBank:
    """The sentences of the papers that an answer may use, each embedded once.

    A paper without an abstract has one sentence: its title. With an abstract the title is no evidence: it names, it
    does not claim.
    """

    def __init__(self, papers: Iterable[Paper], embedder: "Embedder") -> None:
        self.papers = {paper.key: paper for paper in papers}
        self.sentences = [sentence for paper in self.papers.values() for sentence in sentences_of(paper)]
        self._embedder = embedder
        self._vectors: NDArray[np.float32] | None = None
        self._stems = [frozenset(content_stems(sentence.text)) for sentence in self.sentences]

    @property
    def vectors(self) -> "NDArray[np.float32]":
        """Shape (sentences, dimensions), rows of unit length, in the order of `sentences`."""
        if self._vectors is None:
            self._vectors = self._embedder.embed_documents([sentence.text for sentence in self.sentences])
        return self._vectors

    def cosines(self, text: str) -> list[float]:
        """Cosine of a text to each sentence, -1 to 1, in the order of `sentences`."""
        if not self.sentences:
            return []
        return [float(cosine) for cosine in self.vectors @ self._embedder.embed_query(text)]

    def matches(self, text: str, keys: Collection[str] | None = None) -> list[Match]:
        """Sentences, of the papers in `keys` when given, nearest to a text first."""
        cosines = self.cosines(text)
        wanted = frozenset(content_stems(text))
        found = [
            Match(sentence=sentence, similarity=(max(cosine, 0.0) + _share(wanted, stems)) / 2)
            for sentence, cosine, stems in zip(self.sentences, cosines, self._stems, strict=True)
            if keys is None or sentence.key in keys
        ]
        return sorted(found, key=lambda match: -match.similarity)

    def paper_vectors(self, keys: Sequence[str]) -> "NDArray[np.float32]":
        """Mean of the sentence vectors of each paper: shape (len(keys), dimensions)."""
        import numpy as np

        rows: dict[str, list[int]] = {key: [] for key in keys}
        for index, sentence in enumerate(self.sentences):
            if sentence.key in rows:
                rows[sentence.key].append(index)
        return np.stack([self.vectors[rows[key]].mean(axis=0) for key in keys])

    def best_per_paper(self, text: str, keys: Sequence[str]) -> list[Citation]:
        """For each known key, in order, the citation whose quote is nearest to a text."""
        best: dict[str, Citation] = {}
        for match in self.matches(text, keys):
            best.setdefault(match.sentence.key, match.sentence.citation)
        return [best[key] for key in keys if key in best]


def sentences_of(paper: Paper) -> list[Sentence]:
    """The sentences of the abstract, or the title when there is no abstract."""
    where: Source = "abstract" if paper.abstract else "title"
    text = paper.abstract or paper.title
    return [
        Sentence(key=paper.key, text=text[start:end], start=start, end=end, where=where)
        for start, end in split_sentences(text)
    ]


def _share(wanted: frozenset[str], present: frozenset[str]) -> float:
    return len(wanted & present) / len(wanted) if wanted else 0.0
