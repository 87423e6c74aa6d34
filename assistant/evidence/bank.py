"""Sentences of papers as evidence: exact spans, their vectors, and which one says what a statement says."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evidence.remembering import remembering
from assistant.evidence.spans import best_span, is_aim
from assistant.guards.orders import orders_in
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
        self._embedder = remembering(embedder)
        self._vectors: NDArray[np.float32] | None = None
        self._stems = [frozenset(content_stems(sentence.text)) for sentence in self.sentences]
        self._rows: dict[str, list[int]] = {}
        for row, sentence in enumerate(self.sentences):
            self._rows.setdefault(sentence.key, []).append(row)

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
        """For each known key, in order, the citation whose quote a text was most likely written from.

        A quote is one sentence, or two neighbours with what stands between them.
        """
        return [self._best(text, key) for key in dict.fromkeys(keys) if key in self._rows]

    def _best(self, text: str, key: str) -> Citation:
        rows = self._rows[key]
        own = [self.sentences[row] for row in rows]
        span = best_span(
            content_stems(text),
            self._embedder.embed_query(text),
            [self._stems[row] for row in rows],
            self.vectors[rows],
            runs=_runs(own, self.papers[key]),
            claims=[not is_aim(one.text) for one in own],
        )
        first, last = own[span.first], own[span.last]
        whole = self.papers[key].abstract if first.where == "abstract" else self.papers[key].title
        quote = whole[first.start : last.end]
        return Citation(key=key, quote=quote, start=first.start, end=last.end, where=first.where)


def _runs(sentences: Sequence[Sentence], paper: Paper) -> list[tuple[int, int]]:
    """`(first, end)` of sentences with nothing but white space between them."""
    text = paper.abstract or paper.title
    cuts = [at for at in range(1, len(sentences)) if text[sentences[at - 1].end : sentences[at].start].strip()]
    return list(zip([0, *cuts], [*cuts, len(sentences)], strict=True))


def sentences_of(paper: Paper) -> list[Sentence]:
    """The sentences of the abstract, or the title when there is no abstract, that report: orders are no evidence."""
    where: Source = "abstract" if paper.abstract else "title"
    text = paper.abstract or paper.title
    orders = orders_in(text)
    return [
        Sentence(key=paper.key, text=text[start:end], start=start, end=end, where=where)
        for start, end in split_sentences(text)
        if (start, end) not in orders
    ]


def _share(wanted: frozenset[str], present: frozenset[str]) -> float:
    return len(wanted & present) / len(wanted) if wanted else 0.0
