"""Does a right answer reach the system under test?

A system is asked through `evals.types.System.ask`, which takes the question and nothing else: gold keys, spans, facts,
answers and the kind of a sample have no way to it. What is left are leaks inside the data: in a question, and in the
papers that the system searches.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from assistant.text import fold, title_fingerprint
from evals.types import Dataset, Sample

__all__ = ["leaks"]

_LONG_ANSWER = 8
"""Words. A shorter answer is a name or a number, which the papers hold by right."""
_SHORTEST_TITLE = 20
"""Letters and digits of a question that can be taken for a title."""
_SHORTEST_KEY = 5
_SHOWN = 3


def leaks(dataset: Dataset) -> tuple[str, ...]:
    """Say what of the right answers the questions and papers of a data set give away.

    Looked for are: a right answer of 8 words or more that stands in a paper word for word; a gold key, DOI or arXiv id
    in its question; a question that is the title of a paper, or stands in its abstract; a wording of a fact, or a gold
    span, in its question. Letter case, white space and dashes aside.

    Returns:
        A sentence for each kind of leak there is, with how many questions have it and the first of them; empty when
        there is none.
    """
    abstracts = "\x1f".join(fold(paper.abstract) for paper in dataset.papers)
    titles = {title_fingerprint(paper.title) for paper in dataset.papers}
    ids = {
        paper.key: tuple(one for one in (paper.key, paper.record.doi, paper.record.arxiv_id) if one)
        for paper in dataset.papers
    }
    checks: tuple[tuple[str, Callable[[Sample], bool]], ...] = (
        ("have a right answer that stands word for word in a paper", lambda one: _has_answer(one, abstracts)),
        ("name a gold paper by its key or id", lambda one: _names_paper(one, ids)),
        ("are the title of a paper", lambda one: _fingerprint(one) in titles),
        ("stand word for word in an abstract", lambda one: _is_quoted(one, abstracts)),
        ("contain a wording of a fact that is asked for", _states_fact),
        ("contain a gold span", _states_span),
    )
    found = ((what, [one for one in dataset.samples if leaks_it(one)]) for what, leaks_it in checks)
    return tuple(_said(what, leaking, len(dataset.samples)) for what, leaking in found if leaking)


def _said(what: str, leaking: Sequence[Sample], total: int) -> str:
    first = ", ".join(repr(sample.id) for sample in leaking[:_SHOWN])
    return f"Leak: {len(leaking)} of {total} questions {what} (first: {first})."


def _has_answer(sample: Sample, abstracts: str) -> bool:
    answers = (fold(answer) for answer in sample.answers)
    return any(len(answer.split()) >= _LONG_ANSWER and answer in abstracts for answer in answers)


def _names_paper(sample: Sample, ids: dict[str, tuple[str, ...]]) -> bool:
    """Whether a key with a digit in it, or another id, of a gold paper is in the question.

    A key of letters alone is a word, and a short one may be a number of another thing.
    """
    question = fold(sample.question)
    names = [fold(name) for key in sample.gold_keys for name in ids.get(key, (key,))]
    telling = (name for name in names if len(name) >= _SHORTEST_KEY and any(char.isdigit() for char in name))
    return any(_contains(question, name) for name in telling)


def _fingerprint(sample: Sample) -> str:
    """The question as a title would be compared; empty when it is too short for one."""
    fingerprint = title_fingerprint(sample.question)
    return fingerprint if len(fingerprint) >= _SHORTEST_TITLE else "\x1f"


def _is_quoted(sample: Sample, abstracts: str) -> bool:
    question = fold(sample.question).rstrip(".?! ")
    return len(question.split()) >= _LONG_ANSWER and question in abstracts


def _states_fact(sample: Sample) -> bool:
    question = fold(sample.question)
    return any(_contains(question, fold(wording)) for fact in sample.facts for wording in fact)


def _states_span(sample: Sample) -> bool:
    question = fold(sample.question)
    return _any_in(question, (fold(span.text).rstrip(".") for span in sample.gold_spans))


def _any_in(text: str, parts: Iterable[str]) -> bool:
    return any(part and part in text for part in parts)


def _contains(text: str, words: str) -> bool:
    """Whether words stand in a text as whole words."""
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None
