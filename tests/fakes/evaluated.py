"""A log with one of everything that a report can show."""

from collections.abc import Mapping
from typing import Any

from assistant.types import (
    Answer,
    Author,
    Citation,
    Dropped,
    Label,
    Paper,
    Record,
    Seconds,
    Source,
    Statement,
    Verdict,
)
from evals.types import (
    CitationCheck,
    ClaimCheck,
    EvalLog,
    Result,
    Sample,
    Score,
    Span,
    StatementCheck,
    Summary,
)

TIDES = (
    "Tidal mills ground flour wherever the sea rose by three metres or more. We count 212 of them between Brittany and "
    "Kent. Nine in ten stood still by 1900."
)
ICE = "Sea ice 🧊 thinner than a hand’s breadth carries no sledge. Its strength falls by half at −2 °C."
PAPERS = {
    "tides1998": Paper(
        key="tides1998",
        record=Record(
            title="Mills of the Tide", authors=(Author(family="Quay", given="Ada"),), year=1998, abstract=TIDES
        ),
    ),
    "ice2011": Paper(
        key="ice2011",
        record=Record(
            title="How Thick Must Ice Be?",
            authors=tuple(Author(family=family) for family in ("Frost", "Hail", "Rime", "Snow")),
            year=2011,
            abstract=ICE,
        ),
    ),
    "salt2003": Paper(key="salt2003", record=Record(title="Salt Pans: an Index")),
}


def quoting(key: str, quote: str, *, where: Source = "abstract") -> Citation:
    """A citation whose quote stands where it says."""
    text = PAPERS[key].abstract if where == "abstract" else PAPERS[key].title
    start = text.index(quote)
    return Citation(key=key, quote=quote, start=start, end=start + len(quote), where=where)


def sentence(text: str, *citations: Citation, label: Label = "supported") -> Statement:
    """A sentence with the system's own verdict."""
    return Statement(text=text, citations=citations, verdict=Verdict(label=label, score=0.9, judge="system-judge"))


def judged(label: Label, score: float, reason: str = "") -> Verdict:
    """What the evaluation's judge said."""
    return Verdict(label=label, score=score, judge="paper-judge", reason=reason)


def answered(*statements: Statement, seconds: float = 0.5, **changes: Any) -> Answer:
    """An answer of a model."""
    return Answer(
        question="",
        standalone_question="",
        statements=statements,
        model="a-model",
        seconds=Seconds(total=seconds),
        **changes,
    )


def _scores(recall: float | None, **others: float | None) -> Mapping[str, Score]:
    values = {"citation_recall": recall, **others}
    return {
        name: Score(value=value, explanation="" if value is not None else "abstained") for name, value in values.items()
    }


def _right() -> Result:
    """Right, with overlapping quotes and a gold span that crosses the edge of one."""
    many = sentence(
        "There were 212 tidal mills.",
        quoting("tides1998", "We count 212 of them between Brittany"),
        quoting("tides1998", "212 of them between Brittany and Kent."),
    )
    return Result(
        sample=Sample(
            id="mills",
            question="How many tidal mills were there?",
            kind="fact",
            answerable=True,
            gold_keys=("tides1998",),
            gold_spans=(Span(key="tides1998", text="Brittany and Kent. Nine in ten"),),
            facts=(("212", "two hundred and twelve"),),
        ),
        answer=answered(many, seconds=0.2, confidence=0.91),
        checks={"citewell": (StatementCheck(text=many.text, joint=judged("supported", 0.97), citations=()),)},
        claims=(ClaimCheck(text="There were 212 mills.", verdict=judged("supported", 0.8)),),
        ranking=("tides1998", "ice2011"),
        scores=_scores(1.0, facts_stated=1.0, seconds=0.2),
    )


def _wrong() -> Result:
    """Wrong in each way: contradicted, uncited, a paper that is not there, a quote that does not stand there."""
    thin = sentence("A hand’s breadth carries a sledge.", quoting("ice2011", "carries no sledge"), label="partly")
    bare = sentence("This is well known.")
    invented = sentence("Ships agree.", Citation(key="nobody1900", quote="Aye", start=0, end=3))
    moved = sentence("Salt weakens it.", Citation(key="ice2011", quote="falls by half", start=0, end=13))
    checks = (
        StatementCheck(
            text=thin.text,
            joint=judged("contradicted", 0.04, "The abstract says that it carries none."),
            citations=(CitationCheck(key="ice2011", known=True, alone=judged("contradicted", 0.04)),),
        ),
        StatementCheck(text=bare.text, joint=None, citations=()),
        StatementCheck(text=invented.text, joint=None, citations=(CitationCheck(key="nobody1900", known=False),)),
        StatementCheck(text=moved.text, joint=judged("partly", 0.5), citations=()),
    )
    return Result(
        sample=Sample(
            id="ice thickness #2",
            question="How thick must ice be to carry a sledge?",
            kind="number",
            answerable=True,
            gold_keys=("salt2003",),
            answers=("more than a hand’s breadth",),
        ),
        answer=answered(
            thin, bare, invented, moved, seconds=1.5, dropped=(Dropped(text="Ice is nice.", reason="no source"),)
        ),
        checks={"citewell": checks},
        scores=_scores(0.0, facts_stated=None, seconds=1.5),
    )


def _others() -> tuple[Result, ...]:
    abstained = answered(abstained=True, reason="Nothing in the library speaks of gold.", seconds=0.1)
    return (
        Result(
            sample=Sample(id="gold", question="Is there gold in the sea?", kind="unanswerable", answerable=False),
            answer=abstained,
            checks={"citewell": ()},
            scores=_scores(None, seconds=0.1),
        ),
        Result(
            sample=Sample(id="kent", question="Where did they stand?", kind="fact", answerable=True),
            answer=abstained,
            checks={"citewell": ()},
            scores=_scores(None, seconds=0.1),
        ),
        Result(
            sample=Sample(id="down", question="What if the model is down?", kind="fact", answerable=True),
            answer=None,
            checks=None,
            scores={"citation_recall": Score(value=None, failed=True)},
            error="The model did not answer.",
        ),
        Result(
            sample=Sample(id="unjudged", question="What if the judge is down?", kind="fact"),
            answer=answered(sentence("Mills stood still.", quoting("tides1998", "Mills", where="title"))),
            checks=None,
            scores={"citation_recall": Score(value=None, failed=True), "seconds": Score(value=0.5)},
            error="The judge did not answer.",
        ),
    )


def evaluated(**changes: Any) -> EvalLog:
    """The log of six questions over three papers."""
    values: dict[str, Any] = {
        "dataset": "sea.jsonl",
        "dataset_sha256": "d" * 64,
        "samples_sha256": "e" * 64,
        "metric_sets": ("citewell",),
        "judge": "paper-judge",
        "model": "a-model",
        "seed": 7,
        "started": "2026-01-02T03:04:05+00:00",
        "versions": {"citewell": "0.0.0", "metrics": "2"},
        "prompts": {"answer": "f" * 64},
        "metrics": {
            "citation_recall": Summary(value=0.5, low=0.125, high=0.875, n=2, not_applicable=2, unscored=2),
            "facts_stated": Summary(value=1.0, low=None, high=None, n=1, not_applicable=3, unscored=2),
            "seconds": Summary(value=0.48, low=0.1, high=1.2, n=5, unscored=1),
            "of_another_version": Summary(value=12.5, low=10.0, high=15.0, n=5),
            "never_scored": Summary(value=None, low=None, high=None, n=0, not_applicable=6),
        },
        "by_kind": {
            "fact": {"citation_recall": Summary(value=1.0, low=None, high=None, n=1)},
            "number": {"citation_recall": Summary(value=0.0, low=None, high=None, n=1)},
        },
        "results": (_right(), _wrong(), *_others()),
        "papers": PAPERS,
        "notes": ("The judge is the system’s own.",),
        "wall_seconds": 3.2,
    }
    return EvalLog(**(values | changes))
