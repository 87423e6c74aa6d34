"""Judges to measure by: two baselines without any judgement in them, and the way from a judge's name to the judge."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from assistant.text import content_stems
from assistant.types import Label, Verdict
from vectorstore.sentences import split_sentences
from vectorstore.text import encodable

if TYPE_CHECKING:
    from assistant.llm import Structured
    from assistant.verify import Judge
    from prompts import Prompts
    from vectorstore.types import Embedder, Vectors

__all__ = ["KNOWN", "CosineJudge", "OverlapJudge", "open_judge"]

KNOWN = "embedded, overlap, cosine, onnx:FOLDER, provider:model, yes-no:provider:model"
"""How judges are named."""

_OVERLAP = 0.6
_COSINE = 0.65
"""Both are near the best for SciFact's training claims (balanced accuracy 0.64 and 0.62 there)."""
_PAPERS_REMEMBERED = 64
_NO_TEXT = "there is no text to compare with"


class OverlapJudge:
    """Counts words: the score is the share of the statement's content words, by their stems, that the evidence has.

    From 0.6 on the statement is supported, below it is unsupported. The score is no probability. A statement without
    any content word cannot be judged.
    """

    @property
    def name(self) -> str:
        """Name and version."""
        return "overlap-1"

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        """Say whether the words of the statement stand in the evidence."""
        if not any(piece.strip() for piece in evidence):
            return _verdict("unverifiable", 0.0, self.name, _NO_TEXT)
        wanted = frozenset(content_stems(statement))
        if not wanted:
            return _verdict("unverifiable", 0.0, self.name, "the statement has no content word")
        present = wanted.intersection(content_stems("\n".join(evidence)))
        label: Label = "supported" if len(present) >= _OVERLAP * len(wanted) else "unsupported"
        reason = f"{len(present)} of {len(wanted)} content words are in the evidence"
        return _verdict(label, len(present) / len(wanted), self.name, reason)


class CosineJudge:
    """Compares vectors: the score is the highest cosine of the statement to a sentence of the evidence, at least 0.

    From 0.65 on the statement is supported, below it is unsupported. The score is no probability.
    """

    def __init__(self, embedder: "Embedder") -> None:
        self._embedder = embedder
        # One answer is compared with the same few papers again and again.
        self._vectors = lru_cache(maxsize=_PAPERS_REMEMBERED)(self._embedded)

    @property
    def name(self) -> str:
        """Name and version, and the name of the embedding model."""
        return f"cosine-1:{self._embedder.name}"

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        """Say whether a sentence of the evidence is near to the statement."""
        pieces = [encodable(piece) for piece in evidence if piece.strip()]
        if not pieces:
            return _verdict("unverifiable", 0.0, self.name, _NO_TEXT)
        query = self._embedder.embed_query(encodable(statement))
        cosine = max(float((self._vectors(piece) @ query).max()) for piece in pieces)
        label: Label = "supported" if cosine >= _COSINE else "unsupported"
        return _verdict(label, min(max(cosine, 0.0), 1.0), self.name, f"the nearest sentence has cosine {cosine:.2f}")

    def _embedded(self, piece: str) -> "Vectors":
        return self._embedder.embed_documents([piece[start:end] for start, end in split_sentences(piece)])


def open_judge(
    spec: str,
    *,
    embedder: "Embedder",
    prompts: "Prompts",
    base_url: str | None = None,
    local: bool = False,
    structured: "Structured" = "auto",
) -> "Judge":
    """Make the judge of a name, one of the baselines here or one of those that answers are checked with.

    Args:
        spec: `overlap`, `cosine`, or what `assistant.judges.opening.open_judge` knows; no model answers here, so that
            there is no `llm`.
        embedder: Makes the vectors of `embedded` and `cosine`.
        prompts: The templates of chat models.
        base_url: A server that speaks OpenAI's protocol.
        local: Refuse a model to which text would leave this machine.
        structured: Whether chat models are held to a JSON schema.

    Raises:
        UsageError: There is no such judge, or it cannot be used.
    """
    from assistant.judges import opening
    from assistant.llm import open_model

    if spec == "overlap":
        return OverlapJudge()
    if spec == "cosine":
        return CosineJudge(embedder)
    return opening.open_judge(
        spec,
        embedder=embedder,
        prompts=prompts,
        base_url=base_url,
        local=local,
        opened=partial(open_model, structured=structured),
        known=KNOWN,
    )


def _verdict(label: Label, score: float, judge: str, reason: str) -> Verdict:
    return Verdict(label=label, score=score, judge=judge, reason=reason)
