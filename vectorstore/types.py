"""What the store holds and hands out, and the ports its parts are built on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
SearchMode = Literal["hybrid", "dense", "lexical"]
Hit = tuple[str, float]
"""A chunk id and its score in one index; higher is better."""
Words: TypeAlias = str | Mapping[str, float]
"""What is searched for by words: any text, or terms (as `LexicalIndex.terms` gives them) with weights above 0."""
Examples: TypeAlias = Mapping[str, float]
"""Chunk ids with weights above 0: what is searched for is like them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A span of one abstract: `text == abstract[start:end]`.

    A paper without an abstract has one chunk with empty text and `start == end == 0`; it is found by its title.
    """

    id: str
    key: str
    title: str
    text: str
    start: int
    end: int

    @property
    def embedding_text(self) -> str:
        """What is embedded: the title gives the span its context."""
        return f"{self.title}\n{self.text}" if self.text else self.title

    @property
    def digest(self) -> str:
        """SHA-256 of everything the indexes hold about this chunk; a changed digest means: index it again."""
        parts = "\x1f".join((self.id, self.key, str(self.start), str(self.end), self.embedding_text))
        return sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What each part of a search said of a passage; None where it said nothing."""

    dense: float | None = None
    """Cosine similarity to the query, -1 to 1."""
    lexical: float | None = None
    """BM25, above 0, not bounded; None where it shares no word with the query."""
    feedback: float | None = None
    """BM25 of the query widened by words of the first documents found; None as above, and where nothing was widened."""
    fused: float | None = None
    """Sum of the standard scores of cosine and widened BM25 among the candidates, mixed with the sums of the nearest
    candidates; None unless both were searched."""
    rerank: float | None = None
    """What the reranker said, on its own scale; None where there is none or it did not read the passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk that a search found."""

    chunk: Chunk
    score: float
    """The score the list is ordered by; comparable within one result list only."""
    scores: Scores


@runtime_checkable
class Embedder(Protocol):
    """Text to unit vectors."""

    @property
    def name(self) -> str:
        """Fingerprint: two embedders with one name make the same vectors."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: shape (len(texts), dimensions), rows of unit length, in the order given."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Embed one query: shape (dimensions,), unit length."""
        ...


class ChunkIndex(Protocol):
    """What the dense store and the words index have in common."""

    def delete(self, ids: Collection[str]) -> None:
        """Forget these chunks; unknown ids are ignored."""
        ...

    def digests(self, ids: Collection[str] | None = None) -> Mapping[str, str]:
        """Chunk id to `Chunk.digest` of everything held, or of those of `ids` that are held."""
        ...

    def close(self) -> None:
        """Release files and locks."""
        ...


class DenseIndex(ChunkIndex, Protocol):
    """Vectors by cosine."""

    def upsert(self, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Store chunks with their vectors, replacing those with the same id."""
        ...

    def search(self, vector: Vectors, k: int, keys: Collection[str] | None = None) -> list[Hit]:
        """The k nearest chunks, nearest first; only chunks of papers in `keys` when given."""
        ...

    def vectors(self, ids: Collection[str]) -> Mapping[str, Vectors]:
        """The stored unit vectors, shape (dimensions,), of those chunks of `ids` that are held."""
        ...


class LexicalIndex(ChunkIndex, Protocol):
    """Words by BM25."""

    def upsert(self, chunks: Sequence[Chunk]) -> None:
        """Store chunks, replacing those with the same id."""
        ...

    def count(self) -> int:
        """Number of chunks held."""
        ...

    def terms(self, text: str) -> Sequence[str]:
        """The words of a text as the index knows them, in order."""
        ...

    def holding(self, terms: Collection[str]) -> Mapping[str, int]:
        """In how many chunks each term occurs."""
        ...

    def search(self, query: Words, k: int, keys: Collection[str] | None = None) -> list[Hit]:
        """The k best chunks, best first; only chunks of papers in `keys` when given. Any text is a valid query."""
        ...

    def scores(self, query: Words, ids: Collection[str]) -> Mapping[str, float]:
        """BM25 of just these chunks, as `search` would score them; those that share no word with it are left out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What keeps the indexes from holding exactly the expected chunks."""

    to_index: frozenset[str]
    """Ids that a part lacks or holds in an older form."""
    to_delete: frozenset[str]
    """Ids that a part holds and should not."""

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to do."""
        return not (self.to_index or self.to_delete)
