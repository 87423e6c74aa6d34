import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.shapes import (
    answer_from_json,
    answer_from_shape,
    answer_shape,
    answer_to_json,
    draft_shape,
    paper_shape,
)
from assistant.types import (
    Account,
    Answer,
    Author,
    Change,
    Citation,
    Conflict,
    Coverage,
    Draft,
    Dropped,
    Outcome,
    Paper,
    Problem,
    Record,
    Reference,
    Repair,
    Seconds,
    Section,
    Statement,
    Usage,
    Verdict,
    marked,
)

_words = st.text(max_size=8)
_counts = st.integers(0, 10**6)
_milliseconds = st.integers(0, 10**7).map(lambda number: number / 1000)
_citations = st.builds(
    Citation, key=_words, quote=_words, start=_counts, end=_counts, where=st.sampled_from(["abstract", "title"])
)
_verdicts = st.builds(
    Verdict,
    label=st.sampled_from(["supported", "partly", "contradicted", "unsupported", "unverifiable"]),
    score=st.integers(0, 10**4).map(lambda number: number / 10**4),
    judge=_words,
    reason=_words,
    problem=st.none() | st.sampled_from(get_args(Problem)),
)
_repairs = st.builds(Repair, change=st.sampled_from(get_args(Change)), before=_words, reason=_words)
_statements = st.builds(
    Statement,
    text=_words,
    citations=st.lists(_citations, max_size=2).map(tuple),
    verdict=_verdicts,
    quoted=st.booleans(),
    repairs=st.lists(_repairs, max_size=2).map(tuple),
)
_unjudged = st.builds(Dropped, text=_words, reason=_words)
_judged = st.builds(
    lambda text, verdict, cited: Dropped(
        text=text, reason=verdict.reason, problem=verdict.problem, cited=tuple(cited), verdict=verdict
    ),
    _words,
    _verdicts,
    st.lists(_words, max_size=2),
)
_sides = st.lists(_citations, max_size=2).map(tuple)
_scores = st.integers(0, 10**4).map(lambda number: number / 10**4)
_conflicts = st.builds(Conflict, claim=_words, supporting=_sides, opposing=_sides, score=_scores)
answers = st.builds(
    Answer,
    question=_words,
    standalone_question=_words,
    statements=st.lists(_statements, max_size=2).map(tuple),
    dropped=st.lists(_unjudged | _judged, max_size=2).map(tuple),
    references=st.lists(st.builds(Reference, key=_words, text=_words), max_size=2).map(tuple),
    abstained=st.booleans(),
    outcome=st.sampled_from(get_args(Outcome)),
    reason=_words,
    lacking=st.lists(_words, max_size=2).map(tuple),
    conflicts=st.lists(_conflicts, max_size=1).map(tuple),
    account=st.builds(Account, written=_counts, supported=_counts, rewritten=_counts, dropped=_counts),
    nearest=st.lists(_words, max_size=2).map(tuple),
    model=_words,
    usage=st.builds(Usage, prompt=_counts, completion=_counts, usd=st.none() | st.floats(0, 100)),
    seconds=st.builds(
        Seconds,
        retrieve=_milliseconds,
        generate=_milliseconds,
        verify=_milliseconds,
        total=_milliseconds,
        first=st.none() | _milliseconds,
    ),
)

_few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

STATEMENT = Statement(
    text="Owls hunt.",
    citations=(
        Citation(key="a", quote="Owls hunt", start=2, end=11),
        Citation(key="b", quote="T", start=0, end=1, where="title"),
    ),
    verdict=Verdict(label="partly", score=0.123456, judge="j-1", reason="why", problem="overclaimed"),
    quoted=True, repairs=(Repair(change="rewritten", before="Owls sing.", reason="not stated"),),
)  # fmt: skip
STATEMENT_SHAPE = {
    "text": "Owls hunt.",
    "citations": [
        {"key": "a", "quote": "Owls hunt", "start": 2, "end": 11, "where": "abstract"},
        {"key": "b", "quote": "T", "start": 0, "end": 1, "where": "title"},
    ],
    "verdict": "partly",
    "score": 0.1235,
    "judge": "j-1",
    "reason": "why",
    "problem": "overclaimed",
    "quoted": True,
    "own": False,
    "repairs": [{"change": "rewritten", "before": "Owls sing.", "reason": "not stated"}],
}
DROPPED = Dropped(
    text="d", reason="no", problem="unknown-key", cited=("a", "9"),
    verdict=Verdict(label="unsupported", score=0.25, judge="j-1", reason="no", problem="unknown-key"),
)  # fmt: skip
DROPPED_SHAPE = {
    "text": "d", "reason": "no", "problem": "unknown-key", "cited": ["a", "9"], "verdict": "unsupported",
    "score": 0.25, "judge": "j-1",
}  # fmt: skip
CONFLICT = Conflict(
    claim="Owls hunt.", supporting=(Citation(key="a", quote="Owls hunt.", start=0, end=10),),
    opposing=(Citation(key="c", quote="No owl hunts.", start=5, end=18),), score=0.87654,
)  # fmt: skip
CONFLICT_SHAPE = {
    "claim": "Owls hunt.", "score": 0.8765,
    "supporting": [{"key": "a", "quote": "Owls hunt.", "start": 0, "end": 10, "where": "abstract"}],
    "opposing": [{"key": "c", "quote": "No owl hunts.", "start": 5, "end": 18, "where": "abstract"}],
}  # fmt: skip
ACCOUNT = Account(written=2, rewritten=1, dropped=1)
ACCOUNT_SHAPE = {"written": 2, "supported": 0, "attributed": 0, "rewritten": 1, "kept": 0, "dropped": 1}
ANSWER = Answer(
    question="q?", standalone_question="sq?", statements=(STATEMENT,), dropped=(DROPPED,),
    outcome="disagreement", lacking=("why?",), conflicts=(CONFLICT,), account=ACCOUNT,
    references=(Reference(key="a", text="A."),), nearest=("a",), model="m",
    usage=Usage(prompt=3, completion=2, usd=None),
    seconds=Seconds(retrieve=0.12345, generate=1.0, verify=0.5, total=2.0, first=0.75),
)  # fmt: skip
SECONDS_SHAPE = {"retrieve": 0.123, "generate": 1.0, "verify": 0.5, "total": 2.0, "first": 0.75}


@given(answers)
@_few
def test_an_answer_is_read_back_as_it_was(answer: Answer) -> None:
    assert answer_from_json(answer_to_json(answer)) == answer


@given(answers)
@_few
def test_writing_what_was_read_changes_nothing(answer: Answer) -> None:
    text = answer_to_json(replace(answer, seconds=Seconds(total=1 / 3)))
    assert answer_to_json(answer_from_json(text)) == text


def test_the_document_of_ask() -> None:
    assert answer_shape(ANSWER) == {
        "question": "q?", "standalone_question": "sq?", "answer": "Owls hunt [a; b].", "abstained": False,
        "complete": True,
        "outcome": "disagreement", "reason": "", "lacking": ["why?"], "conflicts": [CONFLICT_SHAPE],
        "account": ACCOUNT_SHAPE,
        "nearest": ["a"], "confidence": None, "statements": [STATEMENT_SHAPE],
        "dropped": [DROPPED_SHAPE],
        "references": [{"key": "a", "text": "A."}], "model": "m", "tokens": {"prompt": 3, "completion": 2}, "usd": None,
        "seconds": SECONDS_SHAPE,
    }  # fmt: skip


def earlier(answer: Answer) -> dict[str, Any]:
    """An answer in the shape in which version 0.1.0 saved it."""
    raw = answer_shape(answer)
    for name in ("outcome", "lacking", "conflicts", "account", "confidence", "complete"):
        del raw[name]
    del raw["seconds"]["first"]
    for statement in raw["statements"]:
        del statement["problem"], statement["repairs"]
    raw["dropped"] = [{"text": one["text"], "reason": one["reason"]} for one in raw["dropped"]]
    return raw


def test_an_answer_that_an_earlier_version_saved_is_read() -> None:
    answer = answer_from_shape(earlier(ANSWER))
    assert answer == replace(
        ANSWER,
        outcome="answered", lacking=(), conflicts=(), account=Account(written=2, supported=1, dropped=1),
        dropped=(Dropped(text="d", reason="no"),), seconds=replace(ANSWER.seconds, retrieve=0.123, first=None),
        statements=(
            replace(STATEMENT, repairs=(), verdict=replace(STATEMENT.verdict, score=0.1235, problem=None)),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("dropped", "generate", "outcome"),
    [((), 0.0, "not-in-library"), ((DROPPED,), 1.0, "nothing-supported"), ((), 1.0, "declined")],
)
def test_how_an_earlier_abstention_ended(dropped: tuple[Dropped, ...], generate: float, outcome: str) -> None:
    seconds = Seconds(generate=generate)
    answer = replace(ANSWER, statements=(), dropped=dropped, abstained=True, seconds=seconds)
    assert answer_from_shape(earlier(answer)).outcome == outcome


def test_an_answer_that_abstains_says_why() -> None:
    shape = answer_shape(replace(ANSWER, abstained=True, reason="Nothing."))
    assert (shape["answer"], shape["abstained"], shape["reason"]) == ("Nothing.", True, "Nothing.")


def test_the_document_of_related_work() -> None:
    draft = Draft(
        title="t", sections=(Section(heading="h", statements=(STATEMENT,)),), references=ANSWER.references,
        dropped=ANSWER.dropped, coverage=Coverage(retrieved=3, cited=2, uncited=("c",)), model="m",
        account=ACCOUNT, usage=ANSWER.usage, seconds=ANSWER.seconds, bibliography="x.bib",
    )  # fmt: skip
    assert draft_shape(draft, "# t") == {
        "title": "t", "sections": [{"heading": "h", "statements": [STATEMENT_SHAPE]}],
        "references": [{"key": "a", "text": "A."}], "dropped": [DROPPED_SHAPE], "account": ACCOUNT_SHAPE,
        "coverage": {"retrieved": 3, "cited": 2, "uncited": ["c"]}, "reason": "", "complete": True, "style": None,
        "table": [], "markdown": "# t", "model": "m",
        "tokens": {"prompt": 3, "completion": 2}, "usd": None, "seconds": SECONDS_SHAPE,
    }  # fmt: skip
    assert draft.cited_keys == ("a", "b")


def test_an_entry_of_list() -> None:
    record = Record(
        title="T", authors=(Author(family="Li", given="Bo"), Author(family="ACME")), et_al=True,
        year=2020, date="2020-01", venue="V", doi="10.1/x", arxiv_id="2001.00001", url="u",
        category="CL", tags=("x",), abstract="A.", key="k",
        entry_type="misc", extra=(("note", "n"),), source="s.bib", line=3, pmid="12", notes="N.",
        details=(("volume", "3"),), filled=(("abstract", "t.ris"),), extracted=True,
    )  # fmt: skip
    expected: dict[str, Any] = {
        "key": "li", "title": "T", "authors": [{"family": "Li", "given": "Bo"}, {"family": "ACME", "given": ""}],
        "et_al": True, "year": 2020, "date": "2020-01", "venue": "V", "doi": "10.1/x", "arxiv_id": "2001.00001",
        "pmid": "12", "url": "u", "category": "CL", "tags": ["x"], "entry_type": "misc", "details": {"volume": "3"},
        "notes": "N.", "abstract": "A.", "abstract_source": "t.ris", "extracted": True, "source": "s.bib",
        "incomplete": [],
    }  # fmt: skip
    assert paper_shape(Paper(key="li", record=record)) == expected
    bare = paper_shape(Paper(key="x", record=Record(title="")))
    assert bare["incomplete"] == ["title", "authors", "year", "abstract"]


def test_shapes_are_json() -> None:
    json.dumps([answer_shape(ANSWER), paper_shape(Paper(key="x", record=Record(title="T")))], allow_nan=False)


def test_marks_stand_before_the_closing_stop() -> None:
    def of(text: str, *keys: str) -> str:
        citations = tuple(Citation(key=key, quote="", start=0, end=0) for key in keys)
        return marked(Statement(text=text, citations=citations, verdict=STATEMENT.verdict))

    assert of("Owls hunt.", "a", "b", "a") == "Owls hunt [a; b]."
    assert of("Do they?", "a") == "Do they [a]?"
    assert of("“Owls hunt.”", "a") == "“Owls hunt.” [a]"
    assert of("Owls hunt.") == "Owls hunt."


def test_an_unknown_price_makes_the_sum_unknown() -> None:
    assert Usage(prompt=1, completion=2, usd=0.5) + Usage(prompt=3, usd=0.25) == Usage(prompt=4, completion=2, usd=0.75)
    assert (Usage(usd=None) + Usage(usd=1.0)).usd is (Usage(usd=1.0) + Usage(usd=None)).usd is None
