"""The whole harness over what a real model of 1.5 billion parameters said to ten built-in questions."""

from dataclasses import replace
from pathlib import Path

import pytest

from evals.claims import SentenceClaims
from evals.datasets.builtin import builtin
from evals.run import run
from evals.systems import SystemOptions, fingerprint, open_system, ranker, system_versions
from evals.task import Task
from evals.types import EvalLog
from tests.conftest import ROOT
from tests.fakes.recorded import RecordedModel

pytestmark = pytest.mark.slow

RECORDING = ROOT / "tests" / "recordings" / "builtin.json"


@pytest.fixture(scope="module")
def recorded() -> RecordedModel:
    return RecordedModel(RECORDING)


@pytest.fixture(scope="module")
def log(recorded: RecordedModel, tmp_path_factory: pytest.TempPathFactory) -> EvalLog:
    dataset = builtin()
    asked = tuple(sample for sample in dataset.samples if sample.question in recorded.questions)
    cache = tmp_path_factory.mktemp("recorded") / "cache.sqlite3"
    with open_system(SystemOptions(model="embedded"), dataset, cache=cache) as assistant:
        assistant._model = recorded
        return run(
            Task(
                dataset=replace(dataset, samples=asked),
                system=assistant,
                judge=assistant.judge,
                papers=assistant.library.get,
                metric_sets=("citewell", "alce", "scholarqa", "autosurvey"),
                decomposer=SentenceClaims(),
                rank=ranker(assistant),
                versions=system_versions(assistant),
                fingerprint=fingerprint(assistant),
            ),
            parallel=2,
        )


def test_every_recording_is_used(log: EvalLog, recorded: RecordedModel) -> None:
    assert recorded.unused == set()
    assert len(log.results) == len(recorded.questions)


def test_every_question_is_scored(log: EvalLog) -> None:
    assert (log.failed, log.unscored) == (0, 0)


def test_whatever_the_model_forgot_is_cited_and_quoted(log: EvalLog) -> None:
    assert log.metrics["citation_coverage"].value == 1
    assert log.metrics["quote_exactness"].value == 1


def test_the_model_said_that_it_did_not_know(log: EvalLog) -> None:
    (storm,) = (one for one in log.results if "Wikipedia editors" in one.sample.question)
    assert storm.answer is not None
    assert storm.answer.abstained
    assert storm.scores["answered_when_answerable"].value == 0
    assert storm.scores["citation_recall"].value is None


def test_facts_it_got_right(log: EvalLog) -> None:
    (realm,) = (one for one in log.results if "REALM" in one.sample.question)
    assert realm.scores["all_facts"].value == 1
    assert realm.scores["right_paper"].value == 1
    assert realm.answer is not None
    # "lead over" is not the abstract's "beat": the judge that needs no model is in doubt, so it is shown and marked.
    assert [one.verdict.label for one in realm.answer.statements] == ["partly"]
    assert realm.scores["citation_recall"].value == 0


def test_tokens_are_those_of_the_recording(log: EvalLog, recorded: RecordedModel) -> None:
    realm = next(one for one in log.results if "REALM" in one.sample.question)
    assert realm.scores["prompt_tokens"].value == 457
    assert realm.scores["completion_tokens"].value == 27


@pytest.mark.parametrize("name", ["citation_recall", "alce_citation_recall", "autosurvey_citation_recall"])
def test_the_conventions_agree_where_nothing_is_odd(log: EvalLog, name: str) -> None:
    assert log.metrics[name].value == log.metrics["citation_recall"].value


def test_a_question_that_was_not_recorded_fails_at_once(recorded: RecordedModel) -> None:
    with pytest.raises(AssertionError, match="no reply is recorded"):
        list(recorded.stream("What is new?"))


def test_the_recording_is_of_our_own_papers(recorded: RecordedModel) -> None:
    questions = {sample.question for sample in builtin().samples}
    assert set(recorded.questions) <= questions
    assert Path(RECORDING).stat().st_size < 20_000
