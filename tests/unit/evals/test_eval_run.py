import json
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata

import pytest
from rich.console import Console

from assistant.errors import (
    CitewellError,
    InputError,
    LibraryDamaged,
    LibraryInUse,
    ServiceError,
    UsageError,
)
from assistant.types import Answer, Label, Paper, Usage
from evals.metrics import METRICS, VERSION
from evals.report import document, table, to_json
from evals.run import run
from evals.types import Dataset, Judge, Report, Sample, Setup
from tests.fakes.evaluation import SHELF, ScriptedSystem, abstention, answer, cite, keys_in, say
from tests.fakes.judge import FakeJudge, always

Script = dict[str, Answer | CitewellError]

FACT = Sample(
    id="f", question="How much?", answerable=True, kind="fact", gold_keys=("ant",), facts=(("5%",),), answer="5%."
)
COMPARISON = Sample(id="c", question="Which is better?", answerable=True, kind="comparison", gold_keys=("ant", "bee"))
HOPELESS = Sample(id="u", question="Who?", answerable=False, kind="unanswerable")
OPEN = Sample(id="o", question="Why?")


def dataset(*samples: Sample) -> Dataset:
    return Dataset(name="set.jsonl", sha256="ab" * 32, samples=samples)


def ant_supports(_statement: str, evidence: Sequence[str]) -> Label:
    return "supported" if "ant" in keys_in(evidence) else "unsupported"


def evaluate(
    script: Mapping[str, Answer | CitewellError], *samples: Sample, judge: Judge | None = None, seed: int = 0
) -> Report:
    setup = Setup(
        system=ScriptedSystem(script),
        judge=judge or FakeJudge(ant_supports),
        papers=SHELF.get,
        prompts={"answer": "0123"},
    )
    return run(dataset(*samples), setup, seed=seed)


GOOD = answer(
    say("It gains 5%.", cite("ant"), cite("bee")),
    say("It is fast."),
    usage=Usage(prompt=100, completion=10, usd=0.01),
    seconds=2.0,
)


@pytest.fixture
def mixed() -> Report:
    script: Script = {
        "How much?": GOOD,
        "Which is better?": ServiceError("The model is gone; start it."),
        "Who?": abstention(),
        "Why?": answer(say("Because.", cite("bee")), usage=Usage(prompt=50, usd=None), seconds=4.0, model="other"),
    }
    return evaluate(script, FACT, COMPARISON, HOPELESS, OPEN)


def test_means_over_what_applies(mixed: Report) -> None:
    found = {name: (one.value, one.n, one.not_applicable, one.unscored) for name, one in mixed.metrics.items()}
    assert found["citation_recall"] == (0.25, 2, 1, 1)
    assert found["citation_precision"] == (0.25, 2, 1, 1)
    assert found["citation_f1"] == (0.25, 2, 1, 1)
    assert found["quote_exactness"] == (1, 2, 1, 1)
    assert found["right_paper"] == (1, 1, 2, 1)
    assert found["cited_relevant"] == (0.5, 1, 2, 1)
    assert found["facts_stated"] == (1, 1, 2, 1)
    assert found["abstained_when_unanswerable"] == (1, 1, 2, 1)
    assert found["answered_when_answerable"] == (1, 1, 2, 1)
    assert found["abstention_accuracy"] == (1, 2, 1, 1)
    assert found["prompt_tokens"] == (50, 3, 0, 1)
    assert found["usd"] == (0.005, 2, 1, 1)
    assert found["seconds"] == (2, 3, 0, 1)
    assert found["seconds_p50"] == (2, 3, 0, 1)
    assert found["seconds_p95"] == (pytest.approx(3.8), 3, 0, 1)


def test_every_sample_is_accounted_for_in_every_metric(mixed: Report) -> None:
    assert {one.n + one.not_applicable + one.unscored for one in mixed.metrics.values()} == {4}


def test_counts(mixed: Report) -> None:
    assert (mixed.failed, mixed.abstained, mixed.unscored) == (1, 1, 0)
    assert mixed.model == "scripted, other"
    assert mixed.judge == "fake-1"


def test_a_failed_sample_keeps_its_error_and_the_others_go_on(mixed: Report) -> None:
    failed = mixed.results[1]
    assert failed.error == "The model is gone; start it."
    assert failed.answer is None
    assert all(score.failed and score.value is None for score in failed.scores.values())
    assert mixed.results[3].error == ""


def test_by_kind(mixed: Report) -> None:
    assert set(mixed.by_kind) == {"fact", "comparison", "unanswerable"}
    assert mixed.by_kind["fact"]["citation_recall"].value == 0.5
    assert mixed.by_kind["comparison"]["citation_recall"].unscored == 1
    assert evaluate({"How much?": GOOD}, FACT).by_kind == {}


def test_nothing_but_the_question_reaches_the_system() -> None:
    system = ScriptedSystem([GOOD])
    run(dataset(FACT), Setup(system=system, judge=always("supported"), papers=SHELF.get))
    assert system.asked == ["How much?"]


class TestAFailingJudge:
    @pytest.fixture
    def report(self) -> Report:
        judge = FakeJudge(queue=["supported", ServiceError("no verdict"), "supported"])
        script: Script = {
            "How much?": answer(say("s", "ant"), say("t", "bee")),
            "Why?": answer(say("s", "ant")),
            "Who?": abstention(),
        }
        return evaluate(script, FACT, OPEN, HOPELESS, judge=judge)

    def test_leaves_the_sample_unscored_where_it_is_needed(self, report: Report) -> None:
        assert report.results[0].scores["citation_recall"].failed
        assert report.results[0].scores["right_paper"].value == 1
        assert report.results[0].error == "the judge failed: no verdict"

    def test_is_counted(self, report: Report) -> None:
        recall = report.metrics["citation_recall"]
        assert (recall.value, recall.n, recall.unscored, recall.not_applicable) == (1, 1, 1, 1)
        assert (report.unscored, report.failed) == (1, 0)
        assert any("failed on 1 answers" in note for note in report.notes)


@pytest.mark.parametrize(
    ("errors", "raised"),
    [
        ([ServiceError("gone"), ServiceError("gone")], ServiceError),
        ([UsageError("no such model"), ServiceError("gone")], ServiceError),
        ([UsageError("no such model"), UsageError("no such model")], UsageError),
        ([InputError("too long"), InputError("too long")], InputError),
        ([LibraryDamaged("broken"), LibraryDamaged("broken")], LibraryDamaged),
        ([LibraryInUse("busy"), LibraryDamaged("broken")], LibraryInUse),
    ],
)
def test_a_run_without_any_answer_is_an_error(errors: list[CitewellError], raised: type[CitewellError]) -> None:
    with pytest.raises(CitewellError, match=f"None of 2 questions got an answer.*{errors[0]}") as caught:
        evaluate({"How much?": errors[0], "Why?": errors[1]}, FACT, OPEN)
    assert type(caught.value) is raised


def test_other_exceptions_are_not_hidden() -> None:
    with pytest.raises(KeyError):
        evaluate({}, FACT)


def test_an_alias_of_a_gold_paper_is_that_paper() -> None:
    def papers(key: str) -> Paper | None:
        return SHELF.get({"old-ant": "ant"}.get(key, key))

    sample = Sample(id="1", question="q", gold_keys=("old-ant",))
    setup = Setup(system=ScriptedSystem([GOOD]), judge=always("supported"), papers=papers)
    report = run(dataset(sample), setup)
    assert report.metrics["right_paper"].value == 1
    assert report.notes == ()


class TestNotes:
    def test_gold_papers_that_are_not_there(self) -> None:
        sample = Sample(id="1", question="q", gold_keys=("ant", "unicorn"))
        (note,) = evaluate({"q": GOOD}, sample).notes
        assert note.endswith("could cite them: unicorn.")

    def test_a_judge_that_is_also_the_verifier(self) -> None:
        (note,) = evaluate({"Why?": GOOD}, OPEN, judge=FakeJudge(ant_supports, name="verifier-1")).notes
        assert "agrees with itself" in note

    def test_failures(self, mixed: Report) -> None:
        assert mixed.notes == ("1 of 4 questions got no answer and are in no metric.",)


def test_progress_and_versions() -> None:
    seen: list[tuple[int, int, str]] = []
    script: Script = {"How much?": GOOD, "Why?": ServiceError("gone")}
    setup = Setup(system=ScriptedSystem(script), judge=always("supported"), papers=SHELF.get)
    report = run(dataset(FACT, OPEN), setup, progress=lambda *done: seen.append(done))
    assert seen == [(1, 2, "f"), (2, 2, "o")]
    assert report.versions["python"] == platform.python_version()
    assert report.versions["metrics"] == VERSION
    assert report.versions["citewell"]


def test_the_same_run_gives_the_same_numbers_and_the_seed_decides() -> None:
    script: Script = {
        f"q{number}": answer(*(say(f"s{one}", "ant" if one else "bee") for one in range(number)))
        for number in range(1, 18)
    }
    samples = [Sample(id=question, question=question) for question in script]
    assert evaluate(script, *samples, seed=1).metrics == evaluate(script, *samples, seed=1).metrics
    bounds = {evaluate(script, *samples, seed=seed).metrics["citation_f1"].low for seed in range(6)}
    assert len(bounds) > 1


def test_a_program_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_version(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", no_version)
    assert evaluate({"How much?": GOOD}, FACT).versions["citewell"] == "not installed"


class TestDocument:
    def test_head(self, mixed: Report) -> None:
        found = document(mixed)
        assert found["dataset"] == "set.jsonl"
        assert found["dataset_sha256"] == "ab" * 32
        assert (found["n"], found["failed"], found["abstained"], found["unscored"]) == (4, 1, 1, 0)
        assert found["judge"] == "fake-1"
        assert found["prompts"] == {"answer": "0123"}
        assert set(found["versions"]) == {"citewell", "python", "metrics"}
        assert found["totals"] == {"tokens": {"prompt": 150, "completion": 10}, "usd": None, "seconds": 6.0}

    def test_metrics(self, mixed: Report) -> None:
        found = document(mixed)["metrics"]
        assert list(found) == [
            name
            for metric in METRICS
            for name in (metric.name, *(f"{metric.name}_p{one}" for one in metric.percentiles))
        ]
        assert found["right_paper"] == {
            "value": 1.0,
            "low": None,
            "high": None,
            "n": 1,
            "not_applicable": 2,
            "unscored": 1,
        }

    def test_an_example(self, mixed: Report) -> None:
        found = document(mixed)["examples"][0]
        assert (found["id"], found["question"], found["error"]) == ("f", "How much?", None)
        assert (found["kind"], found["answerable"], found["gold_keys"]) == ("fact", True, ["ant"])
        assert (found["facts"], found["gold_answer"]) == ([["5%"]], "5%.")
        assert found["answer"] == "It gains 5% [ant; bee]. It is fast."
        assert found["scores"]["citation_recall"] == {
            "value": 0.5,
            "explanation": "1 of 2 statements are supported",
            "failed": False,
        }
        cited, uncited = found["statements"]
        assert [one["key"] for one in cited["citations"]] == ["ant", "bee"]
        assert (cited["verdict"], cited["judge"]) == ("supported", "verifier-1")
        assert cited["checked"] == {
            "supported": True,
            "verdict": "supported",
            "score": 1.0,
            "judge": "fake-1",
            "reason": "",
            "citations": [
                {"key": "ant", "known": True, "alone": "supported", "rest": None, "precise": True},
                {"key": "bee", "known": True, "alone": "unsupported", "rest": "supported", "precise": False},
            ],
        }
        assert uncited["checked"]["supported"] is False
        assert uncited["checked"]["verdict"] is None

    def test_a_failed_an_abstained_and_an_unjudged_example(self, mixed: Report) -> None:
        _, failed, abstained, _ = document(mixed)["examples"]
        assert (failed["answer"], failed["abstained"], failed["statements"]) == (None, None, [])
        assert failed["error"] == "The model is gone; start it."
        assert (abstained["abstained"], abstained["statements"]) == (True, [])
        judge = FakeJudge(queue=[ServiceError("no verdict")])
        (unjudged,) = document(evaluate({"Why?": GOOD}, OPEN, judge=judge))["examples"]
        assert [one["checked"] for one in unjudged["statements"]] == [None, None]
        assert unjudged["error"] == "the judge failed: no verdict"

    def test_a_price_is_summed_when_all_are_known(self) -> None:
        assert document(evaluate({"How much?": GOOD, "Why?": GOOD}, FACT, OPEN))["totals"]["usd"] == 0.02

    def test_is_strict_json(self, mixed: Report) -> None:
        text = to_json(mixed)
        assert "NaN" not in text
        assert json.loads(text) == document(mixed)


def test_the_table_has_every_metric_and_the_notes(mixed: Report) -> None:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(table(mixed))
    lines = captured.get().splitlines()
    assert lines[0] == "set.jsonl: 4 questions, 1 abstained, 1 failed, 0 unscored"
    assert lines[1] == "model scripted, other, judge fake-1, seed 0"
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.strip()}
    assert rows["citation_recall"] == ["0.250", "0.000", "to", "0.500", "2", "2"]
    assert rows["right_paper"] == ["1.000", "-", "1", "3"]
    assert rows["usd"][0] == "0.005000"
    assert rows["seconds"][0] == "2.00"
    assert set(mixed.metrics) <= set(rows)
    assert lines[-1] == "Note: 1 of 4 questions got no answer and are in no metric."


def test_a_metric_that_nothing_was_scored_by_is_a_dash() -> None:
    report = evaluate({"Who?": abstention()}, HOPELESS)
    assert report.metrics["citation_recall"].value is None
    console = Console(width=100)
    with console.capture() as captured:
        console.print(table(report))
    row = next(line for line in captured.get().splitlines() if line.startswith("citation_recall"))
    assert row.split() == ["citation_recall", "-", "-", "0", "1"]
