"""What a draft is expected to cost, before anything is asked."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from assistant.jobs.ask import AskParts
from assistant.jobs.briefs import briefs_of
from assistant.judges.chat import ChatJudge
from assistant.llm import ChatModel, Price
from assistant.planning.outlining import outline_prompts
from assistant.types import Assignment, Outline, Paper, Usage
from assistant.writing.sections import SectionBrief, prompts_of, sentences_of_brief
from vectorstore.tokens import count_tokens

__all__ = ["estimate"]

_SENTENCE, _SENTENCE_IN_JSON, _PLACED = 40, 55, 6
"""Tokens of a reply: for a sentence with its citation, and for a paper in an outline."""
_SENT_BACK = 0.5
"""Share of a section's prompt that is sent again with the sentences that failed; most sections have some."""
_WRITTEN_AGAIN = 0.3
"""Share of the sentences that are written anew."""
_AROUND_A_ROW, _ROW = 350, 30
"""Tokens besides a paper when a model fills its row of the table, and of the reply."""
_JUDGED, _VERDICT = 420, 70
"""Tokens of a judge's prompt besides the evidence, and of its verdict."""


def estimate(
    outline: Outline, assignment: Assignment, parts: AskParts, *, is_outlined: bool = True, finished: int = 0
) -> Usage:
    """Count the prompts that a draft along an outline needs, and the replies that are to be expected.

    Every section is taken to be sent back once with a part of its sentences, as most are. What a model that judges
    costs is counted as if it were the model that writes.

    Args:
        outline: What is followed.
        assignment: What is asked for.
        parts: What it is done with.
        is_outlined: The outline is the one that is followed; else a model is to be asked for one.
        finished: So many sections, from the first, are there already.

    Returns:
        Nothing without a chat model; no dollars when its price is not known.
    """
    model = parts.model
    if model is None:
        return Usage()
    briefs = briefs_of(outline, assignment, parts)
    papers = list({one.key: one for brief in briefs for one in brief.others}.values())
    expected = Usage() if is_outlined else _outlining(assignment.topic, papers, parts, model)
    for brief in briefs[finished:]:
        expected += _section(brief, parts, model)
    if assignment.table:
        prompt = sum(_tokens(one) + _AROUND_A_ROW for one in papers)
        expected += Usage(prompt=prompt, completion=_ROW * len(papers))
    price = getattr(model, "price", None)
    usd = price.of(expected.prompt, expected.completion) if isinstance(price, Price) else None
    return replace(expected, usd=usd)


def _outlining(topic: str, papers: Sequence[Paper], parts: AskParts, model: ChatModel) -> Usage:
    asked = outline_prompts(topic, papers, parts.prompts, as_json=model.writes_json)
    return Usage(prompt=sum(count_tokens(one) for one in asked), completion=_PLACED * len(papers))


def _section(brief: SectionBrief, parts: AskParts, model: ChatModel) -> Usage:
    """Writing it, sending a part of it back, and judging both where a model does that."""
    asked = prompts_of(brief, parts.prompts, as_json=model.writes_json)
    sentences = (sentences_of_brief(brief, len(brief.papers)) if asked else 0) * (1 + _WRITTEN_AGAIN)
    prompt = ceil(sum(count_tokens(one) for one in asked) * (1 + _SENT_BACK))
    completion = ceil(sentences * (_SENTENCE_IN_JSON if model.writes_json else _SENTENCE))
    if isinstance(parts.judge, ChatJudge):
        prompt += ceil(sentences) * (_JUDGED + _mean_tokens(brief))
        completion += ceil(sentences) * _VERDICT
    return Usage(prompt=prompt, completion=completion)


def _mean_tokens(brief: SectionBrief) -> int:
    """Of a paper's title and abstract."""
    return ceil(sum(_tokens(one) for one in brief.papers) / max(1, len(brief.papers)))


def _tokens(paper: Paper) -> int:
    return count_tokens(paper.title) + count_tokens(paper.abstract)
