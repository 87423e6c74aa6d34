"""A small shelf of papers, answers written by hand, and a system that gives them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.errors import CitewellError
from assistant.types import Answer, Citation, Paper, Record, Seconds, Statement, Usage, Verdict
from evals.types import EvalLog, Result, Sample, Score, Summary

SHELF = {
    key: Paper(key=key, record=Record(title=f"Title of {key}", abstract=f"The abstract of {key} says much."))
    for key in ("ant", "bee", "cat", "dog")
}


def cite(key: str, quote: str | None = None, start: int = 0) -> Citation:
    """A citation whose quote is exact unless told otherwise."""
    text = SHELF[key].abstract if quote is None else quote
    return Citation(key=key, quote=text, start=start, end=start + len(text))


def say(text: str, *citations: str | Citation, verifier: str = "verifier-1") -> Statement:
    """A statement that cites papers of the shelf by key."""
    return Statement(
        text=text,
        citations=tuple(
            one if isinstance(one, Citation) else Citation(key=one, quote="The", start=0, end=3) for one in citations
        ),
        verdict=Verdict(label="supported", score=0.9, judge=verifier),
    )


def answer(*statements: Statement, usage: Usage | None = None, seconds: float = 0.0, model: str = "scripted") -> Answer:
    """An answer that did not abstain."""
    return Answer(
        question="q",
        standalone_question="q",
        statements=statements,
        usage=usage or Usage(),
        seconds=Seconds(total=seconds),
        model=model,
    )


def abstention(reason: str = "Nothing in the library answers this.") -> Answer:
    """An answer that says that there is none."""
    return Answer(question="q", standalone_question="q", statements=(), abstained=True, reason=reason, model="scripted")


class ScriptedSystem:
    """Answers questions from a table, or in turn from a list; an error in it is raised."""

    def __init__(self, script: Mapping[str, Answer | CitewellError] | Iterable[Answer | CitewellError]) -> None:
        self._table = script if isinstance(script, Mapping) else None
        self._queue = [] if isinstance(script, Mapping) else list(script)
        self.asked: list[str] = []

    def ask(self, question: str) -> Answer:
        self.asked.append(question)
        found = self._table[question] if self._table is not None else self._queue.pop(0)
        if isinstance(found, CitewellError):
            raise found
        return found


def keys_in(evidence: Sequence[str]) -> frozenset[str]:
    """Keys of the papers of the shelf whose passages these are."""
    return frozenset(one.removeprefix("Title of ") for one in evidence if one.startswith("Title of "))


def eval_log(values: Mapping[str, Sequence[float | None]], **changes: Any) -> EvalLog:
    """A log in which the metrics have these values, question by question; None does not apply."""
    count = len(next(iter(values.values())))
    results = tuple(
        Result(
            sample=Sample(id=f"q{number}", question=f"What is asked in question {number}?"),
            answer=answer(say("Much is said.", "ant")),
            checks={},
            scores={name: Score(value=column[number - 1]) for name, column in values.items()},
        )
        for number in range(1, count + 1)
    )
    log = EvalLog(
        dataset="made-up.jsonl",
        dataset_sha256="d" * 64,
        samples_sha256="s" * 64,
        metric_sets=("citewell",),
        judge="fake-1",
        model="scripted",
        seed=0,
        started="2026-01-02T03:04:05+00:00",
        versions={"citewell": "0.0.0", "python": "3.11.0", "metrics": "1"},
        prompts={"answer": "p" * 64},
        metrics={name: _summary(column) for name, column in values.items()},
        by_kind={},
        results=results,
        papers=SHELF,
    )
    return replace(log, **changes)


def _summary(column: Sequence[float | None]) -> Summary:
    scored = [value for value in column if value is not None]
    if not scored:
        return Summary(value=None, low=None, high=None, n=0, not_applicable=len(column))
    return Summary(
        value=sum(scored) / len(scored),
        low=min(scored),
        high=max(scored),
        n=len(scored),
        not_applicable=len(column) - len(scored),
    )
