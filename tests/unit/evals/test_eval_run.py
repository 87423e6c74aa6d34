import platform
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

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
from assistant.verify import Judge
from evals.cache import Cache
from evals.claims import SentenceClaims, Split
from evals.metrics import VERSION
from evals.run import run
from evals.table import table
from evals.task import Task
from evals.types import Dataset, EvalLog, Outputs, Result, Sample, Span, System
from tests.fakes.evaluation import SHELF, ScriptedSystem, abstention, answer, cite, keys_in, say
from tests.fakes.judge import FakeJudge

Script = dict[str, Answer | CitewellError]

FACT = Sample(
    id="f", question="How much?", answerable=True, kind="fact", gold_keys=("ant",), facts=(("5%",),), answers=("5%.",)
)
COMPARISON = Sample(id="c", question="Which is better?", answerable=True, kind="comparison", gold_keys=("ant", "bee"))
HOPELESS = Sample(id="u", question="Who?", answerable=False, kind="unanswerable")
OPEN = Sample(id="o", question="Why?")


def dataset(*samples: Sample) -> Dataset:
    return Dataset(name="set.jsonl", sha256="ab" * 32, samples=samples)


def ant_supports(_statement: str, evidence: Sequence[str]) -> Label:
    return "supported" if "ant" in keys_in(evidence) else "unsupported"


def task(system: System | Outputs, *samples: Sample, judge: Judge | None = None, **changes: Any) -> Task:
    made = Task(
        dataset=dataset(*samples),
        system=system,
        judge=judge or FakeJudge(ant_supports),
        papers=SHELF.get,
        prompts={"answer": "0123"},
        fingerprint="0123",
    )
    return replace(made, **changes)


def evaluate(
    script: Mapping[str, Answer | CitewellError], *samples: Sample, judge: Judge | None = None, seed: int = 0
) -> EvalLog:
    return run(task(ScriptedSystem(script), *samples, judge=judge), seed=seed)


GOOD = answer(
    say("It gains 5%.", cite("ant"), cite("bee")),
    say("It is fast."),
    usage=Usage(prompt=100, completion=10, usd=0.01),
    seconds=2.0,
)


@pytest.fixture
def mixed() -> EvalLog:
    script: Script = {
        "How much?": GOOD,
        "Which is better?": ServiceError("The model is gone; start it."),
        "Who?": abstention(),
        "Why?": answer(say("Because.", cite("bee")), usage=Usage(prompt=50, usd=None), seconds=4.0, model="other"),
    }
    return evaluate(script, FACT, COMPARISON, HOPELESS, OPEN)


def test_means_over_what_applies(mixed: EvalLog) -> None:
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
    assert found["seconds"] == (3, 2, 1, 1)
    assert found["seconds_p50"] == (3, 2, 1, 1)
    assert found["seconds_p95"] == (pytest.approx(3.9), 2, 1, 1)


def test_every_sample_is_accounted_for_in_every_metric(mixed: EvalLog) -> None:
    assert {one.n + one.not_applicable + one.unscored for one in mixed.metrics.values()} == {4}


def test_counts(mixed: EvalLog) -> None:
    assert (mixed.failed, mixed.abstained, mixed.unscored) == (1, 1, 0)
    assert mixed.model == "scripted, other"
    assert mixed.judge == "fake-1"


def test_a_failed_sample_keeps_its_error_and_the_others_go_on(mixed: EvalLog) -> None:
    failed = mixed.results[1]
    assert failed.error == "The model is gone; start it."
    assert failed.answer is None
    assert all(score.failed and score.value is None for score in failed.scores.values())
    assert mixed.results[3].error == ""


def test_by_kind(mixed: EvalLog) -> None:
    assert set(mixed.by_kind) == {"fact", "comparison", "unanswerable"}
    assert mixed.by_kind["fact"]["citation_recall"].value == 0.5
    assert mixed.by_kind["comparison"]["citation_recall"].unscored == 1
    assert evaluate({"How much?": GOOD}, FACT).by_kind == {}


def test_nothing_but_the_question_reaches_the_system() -> None:
    system = ScriptedSystem([GOOD])
    run(task(system, FACT))
    assert system.asked == ["How much?"]


class TestAFailingJudge:
    @pytest.fixture
    def report(self) -> EvalLog:
        judge = FakeJudge(queue=["supported", ServiceError("no verdict"), "supported"])
        script: Script = {
            "How much?": answer(say("s", "ant"), say("t", "bee")),
            "Why?": answer(say("s", "ant")),
            "Who?": abstention(),
        }
        return evaluate(script, FACT, OPEN, HOPELESS, judge=judge)

    def test_leaves_the_sample_unscored_where_it_is_needed(self, report: EvalLog) -> None:
        assert report.results[0].scores["citation_recall"].failed
        assert report.results[0].scores["right_paper"].value == 1
        assert report.results[0].error == "the judge failed: no verdict"

    def test_is_counted(self, report: EvalLog) -> None:
        recall = report.metrics["citation_recall"]
        assert (recall.value, recall.n, recall.unscored, recall.not_applicable) == (1, 1, 1, 1)
        assert (report.unscored, report.failed) == (1, 0)
        assert any("failed on 1 answers" in note for note in report.notes)


def test_a_judge_who_never_answers_is_an_error_that_says_why() -> None:
    judge = FakeJudge(queue=[ServiceError("it cannot be reached"), ServiceError("it cannot be reached")])
    with pytest.raises(ServiceError, match=r"fake-1 gave no verdict on any of 2 answers.*cannot be reached"):
        evaluate({"How much?": GOOD, "Why?": GOOD, "Who?": abstention()}, FACT, OPEN, HOPELESS, judge=judge)


def test_drafts_are_noted() -> None:
    drafts = [replace(FACT, draft=True), OPEN]
    (note,) = evaluate({"How much?": GOOD, "Why?": GOOD}, *drafts).notes
    assert note == "1 of 2 questions are drafts that nobody has edited yet."


def test_claims_that_cannot_be_checked_cost_only_faithfulness() -> None:
    class Broken:
        name = "broken-1"

        def split(self, statement: str) -> Split:
            raise ServiceError("no list")

    log = run(task(ScriptedSystem({"How much?": GOOD}), FACT, decomposer=Broken()))
    assert log.results[0].scores["faithfulness"].failed
    assert log.results[0].scores["citation_recall"].value == 0.5
    assert log.results[0].error == "the claims could not be checked: no list"
    assert log.unscored == 1


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
    report = run(task(ScriptedSystem([GOOD]), sample, papers=papers))
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

    def test_failures(self, mixed: EvalLog) -> None:
        assert mixed.notes == ("1 of 4 questions got no answer and are in no metric.",)


def test_progress_and_versions() -> None:
    seen: list[tuple[int, int, str]] = []

    def tell(done: int, total: int, result: Result) -> None:
        seen.append((done, total, result.sample.id))

    script: Script = {"How much?": GOOD, "Why?": ServiceError("gone")}
    report = run(task(ScriptedSystem(script), FACT, OPEN, versions={"library": "abc"}), progress=tell)
    assert report.versions["library"] == "abc"
    assert seen == [(1, 2, "f"), (2, 2, "o")]
    assert report.versions["python"] == platform.python_version()
    assert report.versions["metrics"] == VERSION
    assert report.versions["citewell"]


def test_the_same_run_gives_the_same_numbers_and_the_seed_decides() -> None:
    script: Script = {f"q{number}": answer(say("s", "ant"), usage=Usage(prompt=number**3)) for number in range(1, 18)}
    samples = [Sample(id=question, question=question) for question in script]
    assert evaluate(script, *samples, seed=1).metrics == evaluate(script, *samples, seed=1).metrics
    bounds = {evaluate(script, *samples, seed=seed).metrics["prompt_tokens"].low for seed in range(6)}
    assert len(bounds) > 1


def test_a_program_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_version(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", no_version)
    assert evaluate({"How much?": GOOD}, FACT).versions["citewell"] == "not installed"


def test_the_table_has_every_metric_and_the_notes(mixed: EvalLog) -> None:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(table(mixed))
    lines = captured.get().splitlines()
    assert lines[0] == "set.jsonl: 4 questions, 1 abstained, 1 failed, 0 unscored"
    assert lines[1] == "model scripted, other, judge fake-1, seed 0"
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.strip()}
    assert rows["citation_recall"] == ["0.250", "0.002", "to", "0.980", "2", "2"]
    assert rows["right_paper"] == ["1.000", "-", "1", "3"]
    assert rows["usd"][0] == "0.005000"
    assert rows["seconds"][0] == "3.00"


def test_a_metric_that_applies_to_nothing_is_not_shown() -> None:
    report = evaluate({"Who?": abstention()}, HOPELESS)
    assert report.metrics["citation_recall"].value is None
    console = Console(width=100)
    with console.capture() as captured:
        console.print(table(report))
    assert "citation_recall" not in captured.get()


class TestParallel:
    def test_gives_the_same_log_in_the_same_order(self) -> None:
        script: Script = {f"q{n}": answer(say(f"s{n}", "ant" if n % 3 else "bee")) for n in range(40)}
        samples = [Sample(id=question, question=question) for question in script]
        logs = [
            replace(run(task(ScriptedSystem(script), *samples), parallel=n), started="", wall_seconds=0) for n in (1, 8)
        ]
        assert logs[0] == logs[1]

    def test_the_first_question_goes_alone_and_never_more_than_the_limit(self) -> None:
        gate = threading.Semaphore(0)
        lock = threading.Lock()
        now = most = 0

        class Slow:
            def ask(self, question: str) -> Answer:
                nonlocal now, most
                with lock:
                    now += 1
                    most = max(most, now)
                    if question == "q0":
                        assert now == 1
                    if now == 3:
                        gate.release(30)
                if question != "q0":
                    assert gate.acquire(timeout=20)
                with lock:
                    now -= 1
                return abstention()

        run(task(Slow(), *(Sample(id=f"{n}", question=f"q{n}") for n in range(12))), parallel=3)
        assert most == 3

    def test_an_unexpected_error_stops_the_run(self) -> None:
        samples = [Sample(id=str(n), question=f"q{n}") for n in range(9)]
        with pytest.raises(KeyError):
            run(task(ScriptedSystem({"q0": GOOD}), *samples), parallel=4)


class TestResuming:
    @pytest.fixture
    def samples(self) -> list[Sample]:
        return [Sample(id=str(n), question=f"q{n}", answerable=True) for n in range(10)]

    def script(self) -> Script:
        return {f"q{n}": answer(say(f"s{n}", "ant", "bee"), usage=Usage(prompt=n)) for n in range(10)}

    def test_what_is_done_is_not_asked_again(self, tmp_path: Path, samples: list[Sample]) -> None:
        class Killed(ScriptedSystem):
            def ask(self, question: str) -> Answer:
                if question == "q6":
                    raise KeyboardInterrupt
                return super().ask(question)

        judge, cache = FakeJudge(ant_supports), Cache(tmp_path / "kept.sqlite3")
        with pytest.raises(KeyboardInterrupt):
            run(task(Killed(self.script()), *samples, judge=judge), cache=cache)
        cache.close()
        before = list(judge.calls)
        system = ScriptedSystem(self.script())
        log = run(task(system, *samples, judge=judge), cache=Cache(tmp_path / "kept.sqlite3"))
        assert system.asked == ["q6", "q7", "q8", "q9"]
        assert len(set(judge.calls)) == len(judge.calls)
        assert before
        assert [result.cached for result in log.results] == [True] * 6 + [False] * 4
        assert any(note.startswith("6 of 10 answers are from an earlier run") for note in log.notes)
        fresh = run(task(ScriptedSystem(self.script()), *samples))
        assert log.metrics == fresh.metrics

    @pytest.mark.parametrize("fingerprint", ["4567", ""])
    def test_another_system_or_an_unknown_one_is_asked_anew(
        self, tmp_path: Path, samples: list[Sample], fingerprint: str
    ) -> None:
        cache = Cache(tmp_path / "kept.sqlite3")
        for _ in range(2):
            run(task(ScriptedSystem(self.script()), *samples, fingerprint=""), cache=cache)
        run(task(ScriptedSystem(self.script()), *samples), cache=cache)
        system = ScriptedSystem(self.script())
        run(task(system, *samples, fingerprint=fingerprint), cache=cache)
        assert len(system.asked) == 10

    def test_another_judge_is_asked_anew(self, tmp_path: Path, samples: list[Sample]) -> None:
        cache = Cache(tmp_path / "kept.sqlite3")
        run(task(ScriptedSystem(self.script()), *samples), cache=cache)
        judge = FakeJudge(ant_supports, name="fake-2")
        run(task(ScriptedSystem({}), *samples, judge=judge), cache=cache)
        assert len({statement for statement, _ in judge.calls}) == 10

    def test_failures_are_not_kept(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path / "kept.sqlite3")
        judge = FakeJudge(queue=[ServiceError("busy"), "supported"])
        script: Script = {
            "Why?": answer(say("s", "ant")),
            "How much?": answer(say("t", "ant")),
            "Who?": ServiceError("x"),
        }
        first = run(task(ScriptedSystem(script), OPEN, FACT, HOPELESS, judge=judge), cache=cache)
        assert (first.failed, first.unscored) == (1, 1)
        again = run(task(ScriptedSystem({"Who?": abstention()}), OPEN, FACT, HOPELESS), cache=cache)
        assert (again.failed, again.unscored) == (0, 0)


class TestOutputsOfOthers:
    @pytest.fixture
    def outputs(self) -> Outputs:
        return Outputs(
            dataset=dataset(FACT, OPEN, HOPELESS),
            answers={"f": GOOD, "o": answer(say("Because.", cite("bee", quote="", start=0)))},
            papers=SHELF,
            contexts={"f": ("bee", "ant"), "o": ("cat",)},
        )

    def test_are_scored_as_they_are(self, outputs: Outputs) -> None:
        log = run(task(outputs, FACT, OPEN, HOPELESS, decomposer=SentenceClaims()))
        assert log.metrics["citation_recall"].n == 2
        assert log.metrics["quote_exactness"].n == 0
        assert log.results[0].ranking == ("bee", "ant")
        assert log.results[2].error == "there is no answer to 'u' among the outputs"

    def test_claims_are_checked_against_all_that_the_system_was_given(self, outputs: Outputs) -> None:
        judge = FakeJudge(ant_supports)
        log = run(task(outputs, FACT, judge=judge, decomposer=SentenceClaims()))
        assert log.results[0].claims is not None
        assert all(one.verdict.label == "supported" for one in log.results[0].claims)
        assert any(len(evidence) == 2 for _, evidence in judge.calls)


def test_spans_and_grades_follow_an_alias() -> None:
    def papers(key: str) -> Paper | None:
        return SHELF.get({"old-ant": "ant"}.get(key, key))

    sample = Sample(
        id="1",
        question="q",
        gold_keys=("old-ant",),
        relevance={"old-ant": 2},
        gold_spans=(Span(key="old-ant", text="says much"),),
    )
    log = run(task(ScriptedSystem([GOOD]), sample, papers=papers, rank=lambda _question: ["bee", "ant"]))
    assert log.metrics["gold_span_recall"].value == 1
    assert log.metrics["mrr"].value == 0.5
