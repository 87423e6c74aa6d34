"""What a question names, what it is made of, and whether a paper leaves out what it asks for."""

import re
from collections.abc import Sequence

from assistant import cues
from assistant.text import QUESTION_WORDS, content_stems, fold
from assistant.types import Paper

_PAPERS_OF_A_NAME = 2
_WORDS_OF_A_CLAUSE = 3
_WORDS_OF_A_NAME = 3


def named_papers(papers: Sequence[Paper], question: str) -> frozenset[str]:
    """Keys of the papers that a question calls by name.

    By the name that a title starts with (`Name: what it is`), or by a word with the shape of a name that only one or
    two of the papers have.
    """
    named = {paper.key for paper in papers if _is_called(paper, question)}
    for match in cues.NAME.finditer(question):
        word = re.compile(rf"(?<!\w){re.escape(match.group())}(?!\w)")
        owners = {paper.key for paper in papers if word.search(paper.title) or word.search(paper.abstract)}
        if len(owners) <= _PAPERS_OF_A_NAME:
            named |= owners
    return frozenset(named)


def _is_called(paper: Paper, question: str) -> bool:
    name, colon, _ = paper.title.partition(":")
    has_name = colon and len(name.split()) <= _WORDS_OF_A_NAME
    return bool(has_name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", question))


def clauses(question: str) -> list[str]:
    """Parts of a question that can be asked alone."""
    parts = cues.BETWEEN_CLAUSES.split(question)
    return [part for part in parts if len(content_stems(part, leave_out=QUESTION_WORDS)) >= _WORDS_OF_A_CLAUSE]


def lacks_what_is_asked_for(question: str, paper: Paper) -> bool:
    """True when a detail is wanted that abstracts leave to the paper, and this abstract does not mention it."""
    asked, text = " " + " ".join(re.findall(r"[\w-]+", fold(question))) + " ", fold(paper.abstract)
    return any(f" {detail} " in asked and detail not in text for detail in cues.DETAILS)
