"""What a draft is expected to cost, before anything is asked."""

from math import ceil

from assistant.jobs.ask import AskParts
from assistant.jobs.briefs import briefs_of
from assistant.judges.chat import ChatJudge
from assistant.llm import Price
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
    prompt = completion = 0
    briefs = briefs_of(outline, assignment, parts)
    if not is_outlined:
        listed = list({one.key: one for brief in briefs for one in brief.others}.values())
        asked = outline_prompts(assignment.topic, listed, parts.prompts, as_json=model.writes_json)
        prompt += sum(count_tokens(one) for one in asked)
        completion += _PLACED * len(listed)
    for brief in briefs[finished:]:
        asked = prompts_of(brief, parts.prompts, as_json=model.writes_json)
        sentences = sum(sentences_of_brief(brief, len(brief.papers)) for _ in asked[:1])
        tokens = sum(count_tokens(one) for one in asked)
        prompt += ceil(tokens * (1 + _SENT_BACK))
        completion += ceil(sentences * (1 + _WRITTEN_AGAIN) * (_SENTENCE_IN_JSON if model.writes_json else _SENTENCE))
        if isinstance(parts.judge, ChatJudge):
            prompt += ceil(sentences * (1 + _WRITTEN_AGAIN)) * (_JUDGED + _longest(brief))
            completion += ceil(sentences * (1 + _WRITTEN_AGAIN)) * _VERDICT
    if assignment.table:
        papers = list({one.key: one for brief in briefs for one in brief.others}.values())
        prompt += sum(_tokens(one) + _AROUND_A_ROW for one in papers)
        completion += _ROW * len(papers)
    price = getattr(model, "price", None)
    return Usage(
        prompt=prompt,
        completion=completion,
        usd=price.of(prompt, completion) if isinstance(price, Price) else None,
    )


def _longest(brief: SectionBrief) -> int:
    """Tokens of an abstract, on average."""
    return ceil(sum(_tokens(one) for one in brief.papers) / max(1, len(brief.papers)))


def _tokens(paper: Paper) -> int:
    return count_tokens(paper.title) + count_tokens(paper.abstract)
