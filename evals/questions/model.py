"""Questions that a chat model drafts, one paper at a time; what does not rest on an exact quote is refused."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from assistant.llm import ChatModel
from assistant.text import content_words, numbers, words
from assistant.types import Paper, Usage
from evals.facts import states
from evals.questions.draft import Attempt, DraftQuestion, problem_with
from evals.types import Span
from prompts import Prompts

__all__ = ["drafts"]

_LONGEST_REPLY = 4_000
"""Characters; a model that goes on for longer has lost the thread."""
_TRIES = 2
_LONGEST_FACT = 8
"""Words; an answer that copies more of its sentence does not say what in it is the fact."""
_LEANS_ON_THE_ABSTRACT = re.compile(
    r"\b(?:the|this) (?:given |provided )?(?:abstract|article|authors?|paper|passage|quote|study|text)\b(?! [“\"'])",
    re.IGNORECASE,
)
_FIELDS = ("question", "answer", "quote")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker:
    model: ChatModel
    prompts: Prompts
    papers: Mapping[str, Paper]

    def reply(self, paper: Paper, asked: Sequence[str], problem: str) -> tuple[str, Usage]:
        from vectorstore.tokens import count_tokens

        prompt = self.prompts.render(
            "questions", title=paper.title, abstract=paper.abstract, asked=asked, problem=problem
        )
        text, usage = "", Usage()
        for delta in self.model.stream(prompt):
            text += delta.text
            usage += delta.usage or Usage()
            if len(text) > _LONGEST_REPLY:
                # What it cost is told at the end, which is not waited for.
                return text, usage + Usage(prompt=count_tokens(prompt), completion=count_tokens(text), usd=None)
        return text, usage


def drafts(
    papers: Sequence[Paper], *, model: ChatModel, prompts: Prompts, rng: Random, rounds: int = 3
) -> Iterator[Attempt]:
    """Ask a model for a question about each paper, then for another about each, and so on.

    A reply that is of no use is asked for once more, with the reason; the second is then counted as refused.

    Raises:
        ServiceError: The model failed. What was yielded before stands.
    """
    asker = _Asker(model=model, prompts=prompts, papers={paper.key: paper for paper in papers})
    readable = [paper for paper in papers if paper.abstract.strip()]
    asked: dict[str, list[str]] = {paper.key: [] for paper in readable}
    for _ in range(rounds):
        for paper in rng.sample(readable, len(readable)):
            attempt = _attempt(asker, paper, asked[paper.key])
            if attempt.draft:
                asked[paper.key].append(attempt.draft.question)
            yield attempt


def _attempt(asker: _Asker, paper: Paper, asked: Sequence[str]) -> Attempt:
    attempt = Attempt(source=paper.key)
    for _ in range(_TRIES):
        reply, usage = asker.reply(paper, asked, attempt.problem)
        draft, problem = _draft(reply, paper, asker.model.name)
        if draft:
            problem = problem_with(draft, asker.papers) or _problem_with_wording(draft.question, asked)
        attempt = Attempt(
            source=paper.key, draft=None if problem else draft, problem=problem, usage=attempt.usage + usage
        )
        if attempt.draft:
            break
    return attempt


def _problem_with_wording(question: str, asked: Sequence[str]) -> str:
    if question in asked:
        return "the question has been asked already"
    leans = _LEANS_ON_THE_ABSTRACT.search(question)
    return f"nobody knows which paper {leans[0]!r} means; name the system or the subject" if leans else ""


def _draft(reply: str, paper: Paper, model: str) -> tuple[DraftQuestion | None, str]:
    fields, problem = _fields(reply)
    if problem:
        return None, problem
    draft = DraftQuestion(
        question=" ".join(fields["question"].split()),
        kind="fact",
        comment=f"by {model} from {paper.key}",
        gold_spans=(Span(key=paper.key, text=fields["quote"].strip()),),
        answer=" ".join(fields["answer"].split()),
    )
    if not content_words(draft.answer):
        return None, "the answer says nothing"
    found = _facts(draft)
    return replace(draft, facts=found, comment=draft.comment + ("" if found else "; add its facts by hand")), ""


def _fields(reply: str) -> tuple[dict[str, str], str]:
    """The first JSON object in a reply, and what is wrong with it."""
    at = reply.find("{")
    try:
        raw, _ = json.JSONDecoder().raw_decode(reply[at:]) if at >= 0 else (None, 0)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        return {}, "it is no JSON object"
    for name in _FIELDS:
        if not isinstance(raw.get(name), str):
            return {}, f"{name!r} is missing or no text"
    return {name: raw[name] for name in _FIELDS}, ""


def _facts(draft: DraftQuestion) -> tuple[tuple[str, ...], ...]:
    """What the answer says in the quote's words, and the question does not: its numbers, else a run of words."""
    quote = draft.gold_spans[0].text
    figures = sorted(numbers(draft.answer) & numbers(quote) - numbers(draft.question))
    found = [(one,) for one in figures if states(quote, [one])]
    run = _longest_shared_run(draft.answer, quote)
    if not found and 0 < len(run.split()) <= _LONGEST_FACT and not states(draft.question, [run]):
        found = [(run,)]
    return tuple(found)


def _longest_shared_run(answer: str, quote: str) -> str:
    """The longest run of words of the answer that stands in the quote and carries content; the first of equals."""
    said = [word.strip('.,;:!?()"“”') for word in answer.split()]
    runs = (
        " ".join(said[start:end])
        for length in range(len(said), 0, -1)
        for start in range(len(said) - length + 1)
        for end in (start + length,)
    )
    return next((run for run in runs if words(run) and content_words(run) and states(quote, [run])), "")
