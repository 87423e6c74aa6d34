"""Questions without a chat model: sentences that say something askable, turned into questions by pattern."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from random import Random

from assistant.text import QUESTION_WORDS, content_words
from assistant.types import Paper
from evals.questions.cues import Asked, name_of, questions_about
from evals.questions.draft import DraftQuestion, problem_with
from evals.types import Span
from vectorstore.sentences import split_sentences

__all__ = ["Askable", "askables", "comparisons", "facts"]

_SHARED_BY = range(2, 5)
"""In how many papers a word must occur for two of them to be compared by it: it is no commonplace."""
_SHORTEST_TERM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Askable:
    """A sentence of a paper, and a question that it answers."""

    paper: Paper
    name: str
    sentence: str
    number: int
    """Which sentence of the abstract it is, from 1."""
    asked: Asked


def askables(paper: Paper) -> list[Askable]:
    """Everything that can be asked of a paper by pattern and has one answer in it, in the order of its sentences."""
    name = name_of(paper)
    found = [
        Askable(paper=paper, name=name, sentence=paper.abstract[start:end], number=number, asked=asked)
        for number, (start, end) in enumerate(split_sentences(paper.abstract), start=1)
        for asked in questions_about(name, paper.abstract[start:end])
    ]
    times = Counter(one.asked.question for one in found)
    sorts = Counter(one.asked.sort for one in found)
    return [
        one for one in found if times[one.asked.question] == 1 and (one.asked.is_placed or sorts[one.asked.sort] == 1)
    ]


def facts(papers: Sequence[Paper], rng: Random) -> Iterator[DraftQuestion]:
    """Questions that one sentence answers: one of each paper, then a second of each, and so on.

    Of each paper the sort of question that was asked least so far comes first.
    """
    by_key = {paper.key: paper for paper in papers}
    asked_so_far: Counter[str] = Counter()
    pools = [askables(paper) for paper in rng.sample(papers, len(papers))]
    while any(pools):
        for pool in pools:
            rng.shuffle(pool)
            pool.sort(key=lambda one: asked_so_far[one.asked.sort], reverse=True)
            while pool:
                one = pool.pop()
                draft = _fact(one)
                if not problem_with(draft, by_key):
                    asked_so_far[one.asked.sort] += 1
                    pool[:] = [other for other in pool if other.sentence != one.sentence]
                    yield draft
                    break


def comparisons(papers: Sequence[Paper], rng: Random) -> Iterator[DraftQuestion]:
    """Questions about two papers of which the same can be asked, then about two that share an uncommon word."""
    by_key = {paper.key: paper for paper in papers}
    pools = {paper.key: askables(paper) for paper in rng.sample(papers, len(papers))}
    used: set[str] = set()
    for draft in chain(_same_asked(pools), _sharing_a_term(papers, pools, rng)):
        if not used.intersection(draft.gold_keys) and not problem_with(draft, by_key):
            used.update(draft.gold_keys)
            yield draft


def _same_asked(pools: Mapping[str, Sequence[Askable]]) -> Iterator[DraftQuestion]:
    """Ask the same of two papers: `How many claims are reported for A, and how many for B?`."""
    by_about: dict[str, dict[str, Askable]] = {}
    for pool in pools.values():
        for one in pool:
            if one.asked.of_another:
                by_about.setdefault(one.asked.about, {}).setdefault(one.paper.key, one)
    for found in by_about.values():
        for left, right in combinations(found.values(), 2):
            question = f"{left.asked.question.rstrip('?')}, and {left.asked.of_another.format(right.name)}?"
            yield _comparison(left, right, question, "of which the same is asked")


def _sharing_a_term(
    papers: Sequence[Paper], pools: Mapping[str, Sequence[Askable]], rng: Random
) -> Iterator[DraftQuestion]:
    terms = _shared_terms(papers)
    for term, (surface, keys) in rng.sample(sorted(terms.items()), len(terms)):
        fitting = [one for key in keys if (one := _with_term(pools[key], term))]
        for left, right in combinations(fitting, 2):
            question = f"How do {left.name} and {right.name} compare with regard to {surface}?"
            yield _comparison(left, right, question, f"which share {surface!r}")


def _fact(one: Askable) -> DraftQuestion:
    return DraftQuestion(
        question=_capital(one.asked.question),
        kind="fact",
        comment=f"by pattern ({one.asked.sort}) from sentence {one.number} of {one.paper.key}",
        gold_spans=(Span(key=one.paper.key, text=one.sentence),),
        facts=(_wordings(one.asked.fact),),
        answer=one.sentence,
    )


def _comparison(left: Askable, right: Askable, question: str, why: str) -> DraftQuestion:
    return DraftQuestion(
        question=_capital(question),
        kind="comparison",
        comment=f"by pattern from sentence {left.number} of {left.paper.key} and {right.number} of {right.paper.key},"
        f" {why}",
        gold_spans=tuple(Span(key=one.paper.key, text=one.sentence) for one in (left, right)),
        facts=tuple(_wordings(one.asked.fact) for one in (left, right)),
        answer=f"{left.sentence} {right.sentence}",
    )


def _wordings(fact: str) -> tuple[str, ...]:
    """A fact as it stands, and with the other sign for per cent."""
    if fact.endswith(" percent"):
        return fact, fact.replace(" percent", "%")
    return (fact, fact.replace("%", " percent").replace("  ", " ")) if fact.endswith("%") else (fact,)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shared_terms(papers: Sequence[Paper]) -> dict[str, tuple[str, list[str]]]:
    """By stem: the word, and the papers whose abstract has it, of words that are in some title and in few abstracts."""
    titled = {stem for paper in papers for stem in content_words(paper.title, leave_out=QUESTION_WORDS)}
    holders: dict[str, tuple[str, list[str]]] = {}
    for paper in papers:
        for stem, word in content_words(paper.abstract).items():
            holders.setdefault(stem, (word, []))[1].append(paper.key)
    return {
        stem: (word, keys)
        for stem, (word, keys) in holders.items()
        if stem in titled and len(keys) in _SHARED_BY and len(word) >= _SHORTEST_TERM and word.isalpha()
    }


def _with_term(pool: Sequence[Askable], term: str) -> Askable | None:
    """The first thing to ask whose sentence has the word outside of the answer."""
    for one in pool:
        if term in content_words(one.sentence) and term not in content_words(one.asked.fact):
            return one
    return None
