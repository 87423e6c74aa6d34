"""A whole set of draft questions: facts, comparisons and questions that no abstract answers, in the numbers wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from assistant.llm import ChatModel
from assistant.types import Paper
from evals.questions import model as by_model
from evals.questions import templates
from evals.questions.absent import absent
from evals.questions.draft import Attempt, DraftQuestion
from prompts import Prompts

__all__ = ["Wanted", "draft_set"]

_COMPARISONS_IN = 6
"""Of so many answerable questions, one compares two papers where that can be had."""
_REFUSED_IN_A_ROW = 25
"""After so many useless replies a model is not asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How many questions, and how they are chosen."""

    questions: int
    """In all."""
    unanswerable: int
    """Of these."""
    seed: int = 0


def draft_set(
    papers: Sequence[Paper],
    about: Sequence[Paper],
    wanted: Wanted,
    *,
    prompts: Prompts,
    model: ChatModel | None = None,
) -> Iterator[Attempt]:
    """Draft questions; fewer come out where the papers do not hold so many.

    Comparisons and unanswerable questions are made by pattern also where there is a model: that a question about one
    abstract rests on an exact quote can be checked, that a model's question has no answer anywhere cannot.

    Args:
        papers: The whole library, against which it is checked that a question has no answer.
        about: The papers to ask about.
        wanted: How many.
        prompts: The templates.
        model: Writes the questions about single papers; None: they are made by pattern.

    Raises:
        ServiceError: The model failed. What was yielded before stands.
    """
    answerable = wanted.questions - wanted.unanswerable
    compared = list(islice(templates.comparisons(about, _chance(wanted)), answerable // _COMPARISONS_IN))
    if model:
        facts = by_model.drafts(about, model=model, prompts=prompts, rng=_chance(wanted))
    else:
        facts = map(_done, templates.facts(about, _chance(wanted)))
    yield from _until(facts, answerable - len(compared))
    yield from map(_done, compared)
    yield from map(_done, islice(absent(papers, _chance(wanted), about), wanted.unanswerable))


def _chance(wanted: Wanted) -> Random:
    """What is chosen by chance is the same for the same seed, and for each kind of question on its own."""
    return Random(wanted.seed)  # noqa: S311 - because nothing secret is drawn


def _until(attempts: Iterator[Attempt], wanted: int) -> Iterator[Attempt]:
    """Attempts up to the last draft wanted; none is begun in vain."""
    drafted = refused = 0
    while drafted < wanted and refused < _REFUSED_IN_A_ROW and (attempt := next(attempts, None)):
        drafted += bool(attempt.draft)
        refused = 0 if attempt.draft else refused + 1
        yield attempt


def _done(draft: DraftQuestion) -> Attempt:
    return Attempt(source=", ".join(draft.gold_keys), draft=draft)
