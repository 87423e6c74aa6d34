"""Draft questions about a library, to be edited by hand: what a draft is, and what it must pass to be kept."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.text import content_words
from assistant.types import Paper, Usage
from evals.facts import states
from evals.types import Span
from vectorstore.text import encodable

__all__ = ["MOST_COPIED", "Attempt", "DraftQuestion", "copied_share", "json_line", "problem_with"]

MOST_COPIED = 0.6
"""Share of a gold sentence's content words that its question may repeat; more would ask for an echo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuestion:
    """A question that nobody has read yet, with the sentences that answer it."""

    question: str
    kind: str
    """`fact`, `comparison`, or `near-miss`: one that no abstract answers."""
    comment: str
    """Where it came from."""
    gold_spans: tuple[Span, ...] = ()
    """Empty when no abstract answers it."""
    facts: tuple[tuple[str, ...], ...] = ()
    answer: str = ""

    @property
    def gold_keys(self) -> tuple[str, ...]:
        """The papers that answer it, each once."""
        return tuple(dict.fromkeys(span.key for span in self.gold_spans))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The outcome of one try: a draft, or why there is none."""

    source: str
    """Key of the paper that was tried, or of several, joined by commas."""
    draft: DraftQuestion | None = None
    problem: str = ""
    usage: Usage = field(default_factory=Usage)


def problem_with(draft: DraftQuestion, papers: Mapping[str, Paper]) -> str:
    """Say what makes a draft useless, in a sentence without a full stop; empty when nothing does.

    Args:
        draft: The draft.
        papers: The library by cite key.
    """
    if not draft.question.strip():
        return "there is no question"
    if draft.kind != "near-miss" and not draft.gold_spans:
        return "there is no quote"
    problems = [_problem_with_span(span, draft.question, papers) for span in draft.gold_spans]
    problems += [_problem_with_fact(wordings, draft) for wordings in draft.facts]
    return next(filter(None, problems), "")


def _problem_with_span(span: Span, question: str, papers: Mapping[str, Paper]) -> str:
    paper = papers.get(span.key)
    if not span.text.strip() or paper is None or span.text not in paper.abstract:
        return "the quote is not, character by character, in the abstract"
    return "the question repeats the words of the quote" if copied_share(question, span.text) > MOST_COPIED else ""


def _problem_with_fact(wordings: Sequence[str], draft: DraftQuestion) -> str:
    if states(draft.question, wordings):
        return f"the question gives away its answer ({wordings[0]!r})"
    is_there = any(states(span.text, wordings) for span in draft.gold_spans)
    return "" if is_there else f"the quote does not state {wordings[0]!r}"


def copied_share(question: str, sentence: str) -> float:
    """Share of a sentence's content words, compared by their stems, that a question repeats."""
    there = content_words(sentence).keys()
    return len(there & content_words(question).keys()) / len(there) if there else 0.0


def json_line(draft: DraftQuestion, number: int) -> str:
    """One line of a data set, marked as a draft; `number` makes its id."""
    fields: dict[str, object] = {
        "id": f"q{number:03}",
        "draft": True,
        "question": draft.question,
        "answerable": bool(draft.gold_spans),
        "kind": draft.kind,
        "gold_keys": list(draft.gold_keys),
        "gold_spans": [{"key": span.key, "text": span.text} for span in draft.gold_spans],
        "facts": _lists(draft.facts),
        "answer": draft.answer,
        "comment": draft.comment,
    }
    return encodable(json.dumps(fields, ensure_ascii=False))


def _lists(facts: Iterable[Iterable[str]]) -> list[list[str]]:
    return [list(wordings) for wordings in facts]
