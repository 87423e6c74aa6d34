"""Does the cited text say what the statement says? A judge answers with a verdict."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from assistant.text import content_stems, fold, numbers
from assistant.types import Label, Verdict
from vectorstore.sentences import split_sentences

if TYPE_CHECKING:
    from vectorstore.types import Embedder, Vectors

_NEGATIONS = frozenset("no not never neither nor without cannot fail fails failed lack lacks n't hardly".split())
_SUPPORTED = 0.62
_PARTLY = 0.45
_PAPERS_REMEMBERED = 64
_CLOSE = 0.55
"""A sentence at least this near is what the statement was written from; a negation in only one of the two counts."""


class Judge(Protocol):
    """Compares a statement with evidence."""

    @property
    def name(self) -> str:
        """Name and version; measurements by judges of different names are not comparable."""
        ...

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        """Say whether the pieces of evidence, taken together, support the statement."""
        ...


class EmbeddedJudge:
    """Judges without a model that writes: words, numbers, negations and sentence vectors.

    A statement that stands in the evidence word for word is supported. Otherwise the score is the mean of two shares:
    the statement's content words found in the evidence, and its cosine to the nearest evidence sentence. A number that
    the evidence does not have makes it unsupported; a negation that only one side has makes it contradicted.
    """

    def __init__(self, embedder: "Embedder") -> None:
        self._embedder = embedder
        # One answer is compared with the same few papers again and again.
        self._sentences = lru_cache(maxsize=_PAPERS_REMEMBERED)(self._embedded)

    @property
    def name(self) -> str:
        """Name and version, and the embedding model unless it is the one that comes with Citewell."""
        from vectorstore.embed import DEFAULT_EMBEDDER

        return "embedded-1" if self._embedder.name == DEFAULT_EMBEDDER else f"embedded-1:{self._embedder.name}"

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:  # noqa: PLR0911 - because each label is a way out
        """Say whether the pieces of evidence, taken together, support the statement."""
        pieces = [piece for piece in evidence if piece.strip()]
        text = "\n".join(pieces)
        if not pieces:
            return self._verdict("unverifiable", 0.0, "there is no text to compare with")
        if any(_stands_in(statement, sentences) for sentences, _ in map(self._sentences, pieces)):
            return self._verdict("supported", 1.0, "word for word in the cited text")
        if missing := sorted(numbers(statement) - numbers(text)):
            return self._verdict("unsupported", 0.0, f"not in the cited text: {', '.join(missing)}")
        wanted = content_stems(statement)
        present = frozenset(content_stems(text))
        coverage = sum(stem in present for stem in wanted) / len(wanted) if wanted else 0.0
        nearest, cosine = self._nearest(statement, pieces)
        score = (coverage + max(cosine, 0.0)) / 2
        if cosine >= _CLOSE and _is_negated(statement) != _is_negated(nearest):
            return self._verdict("contradicted", min(score, _PARTLY), f"one of the two is negated: {nearest!r}")
        if score >= _SUPPORTED:
            return self._verdict("supported", score, f"nearest: {nearest!r}")
        if score >= _PARTLY:
            return self._verdict("partly", score, f"only part of it is in the cited text; nearest: {nearest!r}")
        return self._verdict("unsupported", score, "the cited text does not say this")

    def _nearest(self, statement: str, pieces: Sequence[str]) -> tuple[str, float]:
        """The sentence of the evidence that is nearest to the statement, and its cosine."""
        query = self._embedder.embed_query(statement)
        found = [
            (float(cosine), sentence)
            for sentences, vectors in map(self._sentences, pieces)
            for sentence, cosine in zip(sentences, vectors @ query, strict=True)
        ]
        cosine, nearest = max(found, key=lambda pair: pair[0])
        return nearest, cosine

    def _embedded(self, piece: str) -> "tuple[list[str], Vectors]":
        sentences = [piece[start:end] for start, end in split_sentences(piece)]
        return sentences, self._embedder.embed_documents(sentences)

    def _verdict(self, label: Label, score: float, reason: str) -> Verdict:
        return Verdict(label=label, score=max(0.0, min(1.0, score)), judge=self.name, reason=reason)


def _stands_in(statement: str, sentences: Sequence[str]) -> bool:
    """True when the statement is one or more whole sentences; a part of one may say the opposite of the whole."""
    wanted = [_bare(statement[start:end]) for start, end in split_sentences(statement)]
    present = [_bare(sentence) for sentence in sentences]
    starts = range(len(present) - len(wanted) + 1)
    return bool(wanted) and any(present[start : start + len(wanted)] == wanted for start in starts)


def _bare(sentence: str) -> str:
    return fold(sentence).strip('“”" ').rstrip(".!?").strip('“”" ')


def _is_negated(sentence: str) -> bool:
    """An odd number of negations."""
    return sum(word in _NEGATIONS or word.endswith("n't") for word in fold(sentence).replace(",", " ").split()) % 2 == 1
