"""Follow-up questions: what "it" or "the second one" stands for."""

import re
from collections.abc import Callable, Sequence

from assistant.llm import ChatModel
from assistant.text import QUESTION_WORDS, content_stems
from assistant.types import Paper, Turn, Usage
from prompts import Prompts

Lookup = Callable[[str], Paper | None]
_TURNS_SHOWN = 2
_LONGEST_REWRITE = 600
_FEW_WORDS = 2
_KEPT = 0.5
"""Least share of a question's words that its rewrite must keep: small models like to ask something else."""
_THING = (
    r"(?:authors?|papers?|work|study|methods?|approach|models?|framework|system|dataset|benchmark|others?|rest|ones?)"
)
_PRONOUN = re.compile(r"\b(it|its|they|them|their|theirs|he|she|his|her|this|these|those)\b", re.IGNORECASE)
_REFERS_BACK = re.compile(
    rf"\b(former|latter|same|previous|above|earlier|the {_THING}|(?:and|what|how) about|that {_THING})\b"
    r"|\bthat\s*(?:[?.,;!]|\Z)",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:and|what|how) about\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=\s)[A-Z][\w-]+|\b[A-Z]\w*[A-Z]\w*")
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
# "the first step" and "the last ten years" name none of the papers.
_NAMES_ONE = re.compile(
    rf"\bthe ({'|'.join(_ORDINALS)})"
    r"(?: (?:one|paper|work|study|method|approach)\b|(?=\s*(?:[?.,;!]|\Z|(?:about|and|compares?|differs?|do|does|did"
    r"|has|is|needs?|or|says?|than|uses?|vs|was)\b)))",
    re.IGNORECASE,
)


def standalone_by_rule(question: str, history: Sequence[Turn], lookup: Lookup) -> str:
    """Without a model: name the paper that is referred to, or else the subject of the last question.

    A question that refers to nothing is returned as it is.
    """
    last = history[-1]
    keys = [reference.key for reference in last.answer.references] or list(last.answer.nearest)
    papers = [paper for key in keys if (paper := lookup(key))]
    named = _NAMES_ONE.sub(lambda match: _title(match, papers), question)
    if named != question:
        return named
    own = content_stems(question, leave_out=QUESTION_WORDS)
    is_whole = len(own) >= _FEW_WORDS or _NAME.search(question) is not None
    if is_whole and not _refers_back(question):
        return question
    if papers and not last.answer.abstained:
        return f"{question} (about: {papers[0].title})"
    return f"{question} (about: {last.question})"


def standalone_by_model(
    question: str, history: Sequence[Turn], lookup: Lookup, model: ChatModel, prompts: Prompts
) -> tuple[str, Usage]:
    """Have the model rewrite a question that refers back; a rewrite that asks something else is not used."""
    by_rule = standalone_by_rule(question, history, lookup)
    if by_rule == question:
        return question, Usage()
    turns = [
        {
            "question": turn.answer.standalone_question,
            "answer": turn.answer.text,
            "titles": [paper.title for one in turn.answer.references if (paper := lookup(one.key))],
        }
        for turn in history[-_TURNS_SHOWN:]
    ]
    reply, usage = "", Usage()
    for delta in model.stream(prompts.render("standalone_question", history=turns, question=question)):
        reply += delta.text
        usage += delta.usage or Usage()
    rewritten = re.sub(r"<think>.*?(?:</think>|\Z)", "", reply, flags=re.DOTALL).strip().strip('"“”')
    return (rewritten if _is_rewrite(rewritten, question) else by_rule), usage


def _is_rewrite(text: str, question: str) -> bool:
    if not text or len(text) > _LONGEST_REWRITE or not text.isprintable():
        return False
    if question.endswith("?") and not text.endswith("?"):
        return False
    own = set(content_stems(question, leave_out=QUESTION_WORDS))
    return len(own & set(content_stems(text))) >= _KEPT * len(own)


def _title(match: "re.Match[str]", papers: Sequence[Paper]) -> str:
    """The title of the paper that "the second one" names; the words themselves when there is no second one."""
    index = _ORDINALS[match.group(1).lower()]
    return f"“{papers[index].title}”" if papers and index < len(papers) else match.group()


def _refers_back(question: str) -> bool:
    """True when a word stands for something outside the question; a pronoun after a name stands for that name."""
    pronoun, name = _PRONOUN.search(question), _NAME.search(question)
    is_outside = pronoun is not None and (name is None or pronoun.start() < name.start())
    asks_about_a_name = name is not None and _ABOUT.search(question)
    return is_outside or (bool(_REFERS_BACK.search(question)) and not asks_about_a_name)
