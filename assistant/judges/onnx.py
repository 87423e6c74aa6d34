"""A judge that is a pair classifier: a model for natural language inference or groundedness, in a local folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.errors import UsageError
from assistant.judges.classifier import PairClassifier
from assistant.types import Label, Problem, Verdict
from vectorstore.sentences import split_sentences
from vectorstore.text import encodable

__all__ = ["OnnxJudge"]

_SUPPORT = frozenset(
    "entailment entail entails entailed support supports supported attributable consistent faithful grounded "
    "factual yes true".split()
)
_AGAINST = frozenset("contradiction contradict contradicts contradicted contradictory refute refutes refuted".split())
_POSITIVE = frozenset({"1", "label_1"})
"""Names that say no more than "the second of two", which is support by custom."""
_PROBLEMS: Mapping[Label, Problem] = {"contradicted": "negated", "unsupported": "not-stated"}
"""A classifier does not say what is wrong; these are what its labels amount to."""
_TWO = 2
_THRESHOLD = 0.5
_LEAST_ROOM = 16
"""Tokens of evidence; with fewer beside the statement nothing can be compared."""


class OnnxJudge:
    """Reads evidence and statement as premise and hypothesis of a pair classifier.

    Evidence that the model can read at once is read at once, all pieces together. More is cut between sentences into as
    few premises as possible, and the score is the highest probability of support that any of them gives, as in
    MiniCheck (Tang et al., 2024); so a statement that needs two places far from each other is not seen to be supported.
    At one half and more the statement is supported. Below, it is contradicted if the premise that speaks most against
    it gives contradiction more than any other label, else unsupported. `partly` is never said.

    Which label means support is told from its name, for example `entailment`, `supported` or, of two labels, `1`. A
    model of a single output is taken to give the log-odds of support. Such models are trained on pairs of sentences or
    short paragraphs: what they say of other texts is for a report card to tell.
    """

    def __init__(self, folder: Path) -> None:
        """Load the model.

        Raises:
            UsageError: A file of the folder is missing or of no use, or no label means support.
        """
        self._model = PairClassifier(folder)
        self._support = _support(self._model.labels, folder)
        self._against = next((at for at, name in enumerate(self._model.labels) if _plain(name) in _AGAINST), None)
        self._folder = folder

    @property
    def name(self) -> str:
        """Name and version, the folder's name and the beginning of the hash of its files."""
        return f"onnx-1:{self._folder.resolve().name}@{self._model.digest[:8]}"

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        """Say whether the pieces of evidence, taken together, support the statement.

        Raises:
            UsageError: The statement is so long that the model has no room for evidence beside it.
            ServiceError: The model failed.
        """
        pieces = [encodable(piece) for piece in evidence if piece.strip()]
        if not pieces:
            return self._verdict("unverifiable", 0.0, "there is no text to compare with")
        premises = self._premises(pieces, self._room(statement))
        if not premises:
            return self._verdict("unverifiable", 0.0, "the evidence holds no text that the model can read")
        found = [self._model.probabilities(premise, statement) for premise in premises]
        best = max(range(len(found)), key=lambda at: found[at][self._support])
        score = found[best][self._support]
        where = f" (part {best + 1} of {len(found)})" if len(found) > 1 else ""
        reason = f"{self._model.labels[self._support]}: {score:.2f}{where}"
        if score >= _THRESHOLD:
            return self._verdict("supported", score, reason)
        if (against := self._against) is not None:
            worst = max(found, key=lambda one: one[against])
            if all(worst[against] > other for at, other in enumerate(worst) if at != against):
                reason += f"; {self._model.labels[against]}: {worst[against]:.2f}"
                return self._verdict("contradicted", score, reason)
        return self._verdict("unsupported", score, reason)

    def _room(self, statement: str) -> int:
        room = self._model.room(statement)
        if room < _LEAST_ROOM:
            raise UsageError(
                f"The statement {statement[:60]!r}... is too long for {self.name}, which reads {self._model.window} "
                "tokens with the evidence. Judge its sentences one by one, or name another judge."
            )
        return room

    def _premises(self, pieces: Sequence[str], room: int) -> list[str]:
        """The evidence in as few parts as the room allows, cut between sentences where that is possible."""
        premises: list[str] = []
        parts: list[str] = []
        used = 0
        for piece, tokens in self._parts(pieces, room):
            if parts and used + tokens > room:
                premises.append(" ".join(parts))
                parts, used = [], 0
            parts.append(piece)
            used += tokens
        return [*premises, " ".join(parts)] if parts else premises

    def _parts(self, pieces: Sequence[str], room: int) -> list[tuple[str, int]]:
        """Sentences with their number of tokens; one that is longer than the room in several parts."""
        found: list[tuple[str, int]] = []
        for sentence in (piece[start:end] for piece in pieces for start, end in split_sentences(piece)):
            spans = self._model.spans(sentence)
            for first in range(0, len(spans), room):
                some = spans[first : first + room]
                found.append((sentence[some[0][0] : some[-1][1]], len(some)))
        return found

    def _verdict(self, label: Label, score: float, reason: str) -> Verdict:
        return Verdict(label=label, score=score, judge=self.name, reason=reason, problem=_PROBLEMS.get(label))


def _support(labels: Sequence[str], folder: Path) -> int:
    """Which output stands for support."""
    found = [at for at, name in enumerate(labels) if _plain(name) in _SUPPORT]
    if len(labels) == _TWO and not found:
        found = [at for at, name in enumerate(labels) if _plain(name) in _POSITIVE]
    if len(labels) == 1:
        found = [0]
    if len(found) != 1:
        raise UsageError(
            f"The labels of the model in {str(folder)!r} are {', '.join(labels)}: it is not clear which one means "
            "support. Name that one `entailment` in id2label of its config.json."
        )
    return found[0]


def _plain(label: str) -> str:
    return label.strip().lower()
