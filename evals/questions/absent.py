"""Questions about papers in the library that no abstract answers: drafted by pattern, checked by words."""

from collections.abc import Iterator, Sequence
from random import Random

from assistant.text import content_words
from assistant.types import Paper
from evals.facts import states
from evals.questions.cues import has_no_name, name_of
from evals.questions.draft import DraftQuestion
from evals.questions.templates import askables

__all__ = ["absent"]

_ASPECTS = (
    ("Who paid for the work on {}?", "fund funding grant paid sponsor support"),
    ("How long did the work on {} take?", "month months year years weeks duration"),
    ("What does it cost in dollars to use {}?", "cost costs dollar dollars price"),
    ("Which programming language is {} written in?", "code language programming python software"),
    ("What did reviewers criticise about {}?", "criticise criticism limitation limitations reviewers"),
    ("Under which licence may {} be used?", "licence license licensed"),
    ("How much electricity does {} use?", "carbon electricity energy power watt"),
    ("In which countries do the people live who took part in {}?", "country countries nation participants"),
    ("What failed when others tried to reproduce {}?", "replicate replication reproduce reproduction reproducible"),
)
"""What may be asked about any piece of research, and words of which one would be in an abstract that says it."""


def absent(papers: Sequence[Paper], rng: Random, about: Sequence[Paper] | None = None) -> Iterator[DraftQuestion]:
    """Ask of one paper what only another answers, and what abstracts seldom say, in turn.

    No abstract that belongs to the paper, or mentions it by name, has the words that an answer would need. Papers that
    can only be called by their title come last.

    Args:
        papers: The whole library.
        rng: Decides which papers and which questions.
        about: The papers to ask about; all of them when not given.
    """
    swaps = _swaps(papers, rng)
    subjects = list(papers if about is None else about)
    rng.shuffle(subjects)
    subjects.sort(key=has_no_name)
    for turn, paper in enumerate(subjects):
        kinds = (_swapped, _aspect) if turn % 2 == 0 else (_aspect, _swapped)
        for make in kinds:
            if draft := make(paper, papers, swaps, rng):
                yield draft
                break


def _swaps(papers: Sequence[Paper], rng: Random) -> list[tuple[str, str, str]]:
    """(key, question with {} for the name, what it asks for) of things that can be counted in some paper."""
    found = [
        (one.paper.key, one.asked.question.replace(one.name, "{}"), one.asked.about)
        for paper in papers
        for one in askables(paper)
        if one.asked.sort == "count" and "{" not in one.asked.question
    ]
    rng.shuffle(found)
    return found


def _swapped(
    paper: Paper, papers: Sequence[Paper], swaps: list[tuple[str, str, str]], _rng: Random
) -> DraftQuestion | None:
    name = name_of(paper)
    said = _said_about(paper, name, papers)
    for position, (key, question, about) in enumerate(swaps):
        words = content_words(about)
        if key != paper.key and words and said.isdisjoint(words):
            del swaps[position]
            return _draft(question.format(name), name, about.removeprefix("How many "), f"; {key} answers it of itself")
    return None


def _aspect(
    paper: Paper, papers: Sequence[Paper], _swaps: list[tuple[str, str, str]], rng: Random
) -> DraftQuestion | None:
    name = name_of(paper)
    said = _said_about(paper, name, papers)
    for question, words in rng.sample(_ASPECTS, len(_ASPECTS)):
        if said.isdisjoint(content_words(words)):
            return _draft(question.format(name), name, words, "")
    return None


def _said_about(paper: Paper, name: str, papers: Sequence[Paper]) -> set[str]:
    """Stems of what is said of the paper: of its own title and abstract, and of others whose abstract names it."""
    about = [one for one in papers if one.key == paper.key or states(one.abstract, [name])]
    return {stem for one in about for stem in content_words(f"{one.title} {one.abstract}")}


def _draft(question: str, name: str, words: str, more: str) -> DraftQuestion:
    return DraftQuestion(
        question=question[:1].upper() + question[1:],
        kind="near-miss",
        comment=f"by pattern: no abstract about {name} has any of: {', '.join(words.split())}{more}",
    )
