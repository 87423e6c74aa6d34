"""Which earlier turn a follow-up is about: memory by meaning and by recency.

The activation of a turn is its likeness to the question times what forgetting has left of it, as in the memory models
of Anderson and Schooler (1991), "Reflections of the environment in memory", where what was needed lately and often is
needed again: every time that a turn was taken up again leaves a trace, and each trace fades with the turns since then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from assistant.text import QUESTION_WORDS, content_stems
from assistant.types import Turn

if TYPE_CHECKING:
    from vectorstore.types import Embedder

__all__ = ["Recalled", "recall"]

_FADING = 0.5
"""Power of the number of turns by which a trace fades."""
_LEAST_LEFT = 0.6
"""What forgetting always leaves, so that meaning can bring an old turn back."""
_TAKEN_UP = 0.6
"""Cosine of two questions from which on the later one takes the earlier one up again."""
_ANSWER_SHOWN = 600
"""Characters of an answer that are remembered with its question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """An earlier turn, and how present it is."""

    turn: Turn
    index: int
    """Its place in the conversation, from 0."""
    likeness: float
    """To the question: mean of cosine and share of the question's rare words, 0 to 1."""
    activation: float
    """Likeness after forgetting, 0 to 1."""


def recall(question: str, history: Sequence[Turn], embedder: "Embedder", titles: Sequence[str] = ()) -> list[Recalled]:
    """Order earlier turns by how present they are when the question is asked, the most present first.

    Args:
        question: As it was typed.
        history: All turns of the conversation, oldest first.
        embedder: Its vectors of one text never change, so that it may remember them.
        titles: What each turn showed, in the order of `history`; nothing when not given.
    """
    if not history:
        return []
    texts = [_memory(turn, titles[index] if titles else "") for index, turn in enumerate(history)]
    vectors = embedder.embed_documents(texts)
    asked = embedder.embed_query(question)
    likenesses = _likenesses(question, texts, [float(cosine) for cosine in vectors @ asked])
    strengths = _strengths((vectors @ vectors.T).tolist())
    found = [
        Recalled(
            turn=turn,
            index=index,
            likeness=likenesses[index],
            activation=likenesses[index] * (_LEAST_LEFT + (1 - _LEAST_LEFT) * strengths[index]),
        )
        for index, turn in enumerate(history)
    ]
    return sorted(found, key=lambda one: (-one.activation, -one.index))


def _memory(turn: Turn, shown: str) -> str:
    """What is remembered of a turn: what was asked, what was shown, and the beginning of what was answered."""
    answer = "" if turn.answer.abstained else turn.answer.text[:_ANSWER_SHOWN]
    return "\n".join(part for part in (turn.answer.standalone_question, shown, answer) if part)


def _likenesses(question: str, texts: Sequence[str], cosines: Sequence[float]) -> list[float]:
    """Mean of cosine and of the share of the question's words; a word that every turn has tells none apart."""
    wanted = frozenset(content_stems(question, leave_out=QUESTION_WORDS))
    present = [frozenset(content_stems(text)) & wanted for text in texts]
    weights = {stem: log(1 + len(texts) / (1 + sum(stem in one for one in present))) for stem in wanted}
    total = sum(weights.values())
    shares = [sum(weights[stem] for stem in one) / total if total else 0.0 for one in present]
    return [(max(0.0, cosine) + share) / 2 for cosine, share in zip(cosines, shares, strict=True)]


def _strengths(cosines: Sequence[Sequence[float]]) -> list[float]:
    """How fresh each turn is: 1 for the last one, more faded the older, stronger when it was taken up again."""
    count = len(cosines)
    strengths = []
    for index in range(count):
        uses = [index, *(later for later in range(index + 1, count) if cosines[index][later] >= _TAKEN_UP)]
        strengths.append(min(1.0, sum((count - use) ** -_FADING for use in uses)))
    return strengths
