"""What a question or a sentence names, what it is made of, and whether a paper leaves out what is asked for."""

import re
from collections.abc import Sequence

from assistant import cues
from assistant.text import QUESTION_WORDS, content_stems, fold
from assistant.types import Paper

_PAPERS_OF_A_NAME = 2
_WORDS_OF_A_CLAUSE = 3
_WORDS_OF_A_NAME = 3


def named_papers(papers: Sequence[Paper], text: str) -> frozenset[str]:
    """Keys of the papers that a text calls by name.

    By the name that a title starts with (`Name: what it is`), or by a word with the shape of a name that only one or
    two of the papers have.
    """
    owners = (
        {paper.key for paper in papers if _has(paper, name)}
        for name in {match.group() for match in cues.NAME.finditer(text)}
    )
    named = {key for keys in owners if len(keys) <= _PAPERS_OF_A_NAME for key in keys}
    return frozenset(named | {paper.key for paper in papers if _is_word_of(_own_name(paper), text)})


def missing_names(text: str, papers: Sequence[Paper]) -> list[str]:
    """Names in a text that the papers do not have, so that it may be told of the wrong system or data set.

    An abbreviation of words that stand in a paper is there: `LLMs` where it says "large language models".
    """
    present = fold(" ".join(f"{paper.title} {paper.abstract}" for paper in papers))
    initials = "".join(word[0] for word in re.findall(r"[^\W_]+", present))
    names = dict.fromkeys(match.group() for match in cues.NAME.finditer(text))
    return [
        name
        for name in names
        if not _is_word_of(fold(name), present)
        and not _is_word_of(fold(name).removesuffix("s"), present)
        and not (name.removesuffix("s").isupper() and fold(name).removesuffix("s") in initials)
    ]


def _own_name(paper: Paper) -> str:
    """What stands before the colon of a title when it is a word or three; else nothing."""
    name, colon, _ = paper.title.partition(":")
    return name if colon and len(name.split()) <= _WORDS_OF_A_NAME else ""


def _has(paper: Paper, name: str) -> bool:
    return _is_word_of(name, paper.title) or _is_word_of(name, paper.abstract)


def _is_word_of(name: str, text: str) -> bool:
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def clauses(question: str) -> list[str]:
    """Parts of a question that can be asked alone."""
    parts = cues.BETWEEN_CLAUSES.split(question)
    return [part for part in parts if len(content_stems(part, leave_out=QUESTION_WORDS)) >= _WORDS_OF_A_CLAUSE]


def lacks_what_is_asked_for(question: str, paper: Paper) -> bool:
    """True when a detail is wanted that abstracts leave to the paper, and this abstract does not mention it."""
    asked, text = " " + " ".join(re.findall(r"[\w-]+", fold(question))) + " ", fold(paper.abstract)
    return any(f" {detail} " in asked and detail not in text for detail in cues.DETAILS)
