"""The judge that needs no model that writes: features of a statement beside its evidence, and a fitted score."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.evidence.remembering import remembering
from assistant.evidence.spans import best_span, is_aim, lines_and_sentences, nearest_sentences
from assistant.judges.features import Compared, Read, compare
from assistant.judges.frames import without_frame
from assistant.judges.scoring import Scoring, shipped_scoring
from assistant.judges.subjects import named_again, own_name
from assistant.judges.telling import tell
from assistant.judges.words import plain
from assistant.text import content_stems, fold
from assistant.types import Label, Problem, Verdict
from vectorstore.sentences import split_sentences

if TYPE_CHECKING:
    from vectorstore.types import Embedder, Vectors

__all__ = ["VERSION", "EmbeddedJudge"]

VERSION = "embedded-2"
_STOPS = (".", "!", ")", "]")
_PAPERS_REMEMBERED = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A piece of evidence that has been read."""

    sentences: tuple[str, ...]
    bare: tuple[str, ...]
    """The sentences as word-for-word comparison sees them."""
    stems: tuple[frozenset[str], ...]
    claims: tuple[bool, ...]
    """Whether each says what was found, not what was asked."""
    vectors: "Vectors"


class EmbeddedJudge:
    """Judges by words, numbers, names, negations, directions, hedges and sentence vectors.

    A statement that stands in the evidence word for word is supported. Otherwise it is compared with the sentence, or
    the two neighbouring sentences, that it was most likely written from; the score is the probability that a person
    would call it supported, by a logistic function of the features whose weights are in `embedded_weights.json`.
    """

    def __init__(self, embedder: "Embedder", scoring: Scoring | None = None) -> None:
        self._embedder = remembering(embedder)
        self._scoring = scoring or shipped_scoring()
        # One answer is compared with the same few papers again and again.
        self._piece = lru_cache(maxsize=_PAPERS_REMEMBERED)(self._read_piece)

    @property
    def name(self) -> str:
        """Name and version, and the embedding model unless it is the one that comes with Citewell."""
        from vectorstore.embed import DEFAULT_EMBEDDER

        return VERSION if self._embedder.name == DEFAULT_EMBEDDER else f"{VERSION}:{self._embedder.name}"

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        """Say whether the pieces of evidence, taken together, support the statement."""
        pieces = self._pieces(evidence)
        if not pieces:
            return self._verdict("unverifiable", 0.0, "there is no text to compare with")
        if any(_stands_in(statement, piece.bare) for piece in pieces):
            return self._verdict("supported", 1.0, "word for word in the cited text")
        said = without_frame(statement)
        read = self._read(said, pieces)
        compared = compare(said, read)
        probability = self._scoring.probability(compared.features)
        quote = " ".join([one for piece in pieces for one in piece.sentences][read.span.first : read.span.last + 1])
        told = tell(probability, compared, quote, read.span.similarity, self._scoring)
        return self._verdict(told.label, probability, told.reason, told.problem)

    def compared(self, statement: str, evidence: Sequence[str]) -> Compared | None:
        """The features that a verdict rests on; None when there is no evidence."""
        pieces = self._pieces(evidence)
        said = without_frame(statement)
        return compare(said, self._read(said, pieces)) if pieces else None

    def _pieces(self, evidence: Sequence[str]) -> "list[_Piece]":
        return [piece for text in evidence if text.strip() and (piece := self._piece(text)).sentences]

    def _read_piece(self, text: str) -> _Piece:
        sentences = tuple(text[start:end] for start, end in lines_and_sentences(text))
        return _Piece(
            sentences=sentences,
            bare=tuple(_bare(one) for one in sentences),
            stems=tuple(frozenset(content_stems(plain(one))) for one in sentences),
            claims=tuple(one.endswith(_STOPS) and not is_aim(one) for one in sentences),
            vectors=self._embedder.embed_documents(sentences),
        )

    def _read(self, statement: str, pieces: "Sequence[_Piece]") -> Read:
        import numpy as np

        sentences = [one for piece in pieces for one in piece.sentences]
        stems = [one for piece in pieces for one in piece.stems]
        vectors = np.concatenate([piece.vectors for piece in pieces])
        claims = [one for piece in pieces for one in piece.claims]
        query = self._embedder.embed_query(statement)
        wanted = frozenset(content_stems(plain(statement)))
        owners = [name for piece, name in zip(pieces, _owners(statement, pieces), strict=True) for _ in piece.sentences]
        sentences = [named_again(one, name) if name else one for one, name in zip(sentences, owners, strict=True)]
        stems = [one.union(content_stems(name)) for one, name in zip(stems, owners, strict=True)]
        ends = np.cumsum([len(piece.sentences) for piece in pieces]).tolist()
        runs = list(zip([0, *ends], ends, strict=False))
        centre = vectors.mean(axis=0)
        return Read(
            sentences=sentences,
            span=best_span(wanted, query, stems, vectors, runs=runs, claims=claims),
            nearest=nearest_sentences(wanted, query, stems, vectors, claims=claims),
            single=float((vectors @ query).max()),
            whole=float(centre @ query) / max(float(np.linalg.norm(centre)), 1e-6),
        )

    def _verdict(self, label: Label, score: float, reason: str, problem: Problem | None = None) -> Verdict:
        return Verdict(label=label, score=max(0.0, min(1.0, score)), judge=self.name, reason=reason, problem=problem)


def _owners(statement: str, pieces: "Sequence[_Piece]") -> list[str]:
    """For each piece the name in the statement of the work that it is about; a title's is its abstract's too."""
    found = [own_name(statement, piece.sentences[:1]) for piece in pieces]
    for at in range(1, len(pieces)):
        found[at] = found[at] or (found[at - 1] if len(pieces[at - 1].sentences) == 1 else "")
    return found


def _stands_in(statement: str, present: Sequence[str]) -> bool:
    """True when the statement is one or more whole sentences; a part of one may say the opposite of the whole."""
    wanted = [_bare(statement[start:end]) for start, end in split_sentences(statement)]
    starts = range(len(present) - len(wanted) + 1)
    return bool(wanted) and any(list(present[start : start + len(wanted)]) == wanted for start in starts)


def _bare(sentence: str) -> str:
    return fold(sentence).strip('“”" ').rstrip(".!?").strip('“”" ')
