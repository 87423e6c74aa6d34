"""Reranking: the first passages of a search put in the order of a model that reads query and passage together."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from vectorstore.errors import ModelFolderError, RerankerError
from vectorstore.pairs import PairModel, PairModelFailed
from vectorstore.types import Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DEPTH", "OnnxCrossEncoder", "Reranker", "open_reranker", "rerank"]

DEPTH = 50
"""Passages that are reranked; the model reads each of them, so more cost time and seldom help."""
_TOKENS_IN_A_RUN = 4096
_RELEVANT = frozenset("relevant relevance true yes positive entailment".split())
_TWO = 2


@runtime_checkable
class Reranker(Protocol):
    """Says how well texts answer a query."""

    @property
    def name(self) -> str:
        """Fingerprint: two rerankers with one name give the same scores."""
        ...

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """A score for each text, in the order given; higher is better, comparable within one call."""
        ...


class OnnxCrossEncoder:
    """A cross-encoder in a local folder: a sequence-pair classifier of query and text, run by onnxruntime.

    The folder holds `model.onnx` (or `onnx/model.onnx`, also under the names that quantising tools give), and
    `tokenizer.json` or `vocab.txt`. Scores are log-odds of relevance: the output itself of a model with one; of
    several, that of the class that `id2label` in `config.json` calls relevant, of two without a telling name the
    second. Of a text that is too long for the model its beginning is read. Safe to share between threads.
    """

    def __init__(self, folder: Path) -> None:
        """Load the model and try it once.

        Raises:
            ModelFolderError: A file is missing or of no use, or no class means relevance; the message names it.
        """
        self._model = PairModel(folder, cut="second")
        try:
            outputs = self._model.logits([("One text.", "Another text.")]).shape[1]
        except PairModelFailed as error:
            raise ModelFolderError(str(error)) from error
        self._relevant = _relevant(self._model.labels, outputs, folder)

    @cached_property
    def name(self) -> str:
        """The folder's name and the beginning of the hash of its files."""
        return f"onnx:{self._model.folder.resolve().name}@{self._model.digest[:8]}"

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Log-odds of the relevance of each text, in the order given.

        Raises:
            RerankerError: The query leaves no room for text, or the model fails.
        """
        import numpy as np

        if self._model.room(query) < 1:
            raise RerankerError(
                f"The query {query[:60]!r}... is too long for {self.name}, which reads {self._model.window} tokens "
                "with the text. Ask in fewer words, or without a reranker."
            )
        pairs = [(query, text) for text in texts]
        found = np.empty(len(pairs))
        for rows in _runs(self._model.lengths(pairs)):
            try:
                logits = self._model.logits([pairs[row] for row in rows])
            except PairModelFailed as error:
                raise RerankerError(f"{error}. Search without a reranker, or with another.") from error
            found[rows] = self._log_odds(logits)
        return [float(one) for one in found]

    def _log_odds(self, logits: "NDArray[np.float64]") -> "NDArray[np.float64]":
        import numpy as np

        if logits.shape[1] == 1:
            first: NDArray[np.float64] = logits[:, 0]
            return first
        others = np.delete(logits, self._relevant, axis=1)
        top = others.max(axis=1)
        against = top + np.log(np.exp(others - top[:, np.newaxis]).sum(axis=1))
        odds: NDArray[np.float64] = logits[:, self._relevant] - against
        return odds


def open_reranker(given: object) -> Reranker:
    """What a user named or made, as a reranker.

    Args:
        given: A folder (a path, or `onnx:PATH`) with a cross-encoder, an object with `name` and `scores`, or
            LangChain's `BaseCrossEncoder` or `BaseDocumentCompressor`.

    Raises:
        ModelFolderError: The folder holds no cross-encoder that can be used.
        RerankerError: It is none of these.
    """
    if isinstance(given, str | Path):
        return OnnxCrossEncoder(Path(str(given).removeprefix("onnx:")).expanduser())
    if isinstance(given, Reranker):
        return given
    from vectorstore.rerank_langchain import adapted

    return adapted(given)


def rerank(query: str, passages: Sequence[Passage], reranker: Reranker, *, depth: int = DEPTH) -> list[Passage]:
    """Put the first `depth` passages in the reranker's order; those after them keep theirs.

    A passage that was reranked has the reranker's score, also in `scores.rerank`; the scores of the others are moved
    as a whole, so that the list goes on falling. Equal scores keep the order that was there.

    Raises:
        RerankerError: The reranker gave something else than a finite score for each passage.
    """
    head, tail = list(passages[:depth]), list(passages[depth:])
    if not head:
        return []
    scores = reranker.scores(query, [one.chunk.embedding_text for one in head])
    if len(scores) != len(head) or not all(isfinite(score) for score in scores):
        raise RerankerError(
            f"The reranker {reranker.name!r} gave {scores!r} for {len(head)} texts; it must give a number for each."
        )
    ranked = [
        replace(one, score=float(score), scores=replace(one.scores, rerank=float(score)))
        for one, score in sorted(zip(head, scores, strict=True), key=lambda pair: -pair[1])
    ]
    if not tail:
        return ranked
    least, top = ranked[-1].score, max(one.score for one in tail)
    return ranked + [replace(one, score=least + (one.score - top)) for one in tail]


def _relevant(labels: Sequence[str], outputs: int, folder: Path) -> int:
    """Which output stands for relevance."""
    if outputs == 1:
        return 0
    names = [label.strip().lower() for label in labels] if len(labels) == outputs else []
    found = [at for at, name in enumerate(names) if name in _RELEVANT]
    if not found and outputs == _TWO:
        found = [1]  # by custom
    if len(found) != 1:
        said = ", ".join(labels) or "not named"
        raise ModelFolderError(
            f"The model in {str(folder)!r} has {outputs} outputs ({said}): it is not clear which one means that a text "
            "is relevant. Name that one `relevant` in id2label of its config.json."
        )
    return found[0]


def _runs(lengths: Sequence[int]) -> list[list[int]]:
    """Rows of like length together, so that little is padded; few enough that memory stays small."""
    runs: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        if runs and lengths[row] * (len(runs[-1]) + 1) <= _TOKENS_IN_A_RUN:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs
