import json
import re
from collections import Counter
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.library.opening import open_library
from evals.datasets import builtin as module
from evals.datasets.builtin import NAME, builtin
from evals.facts import states
from evals.questions.draft import MOST_COPIED, copied_share
from evals.types import Dataset, Sample
from tests.conftest import SAMPLE_BIB

LINES = [json.loads(line) for line in module._QUESTIONS.read_text("utf-8").splitlines()]
KINDS = {"fact": "f", "comparison": "c", "list": "l", "near-miss": "n", "far": "x"}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return builtin()


@pytest.fixture(scope="module")
def abstracts(dataset: Dataset) -> dict[str, str]:
    return {paper.key: paper.abstract for paper in dataset.papers}


def offenders(dataset: Dataset, *, answerable: bool | None = None) -> list[Sample]:
    return [one for one in dataset.samples if answerable is None or one.answerable is answerable]


def test_it_is_complete(dataset: Dataset) -> None:
    assert dataset.name == NAME == "builtin"
    assert dataset.notes == ()
    kinds = Counter(sample.kind for sample in dataset.samples)
    assert kinds == {"fact": 55, "comparison": 12, "list": 8, "near-miss": 12, "far": 8}
    assert len(dataset.papers) == 42


def test_every_paper_of_the_library_is_asked_about(dataset: Dataset, abstracts: dict[str, str]) -> None:
    assert {key for sample in dataset.samples for key in sample.gold_keys} == abstracts.keys()


def test_a_library_gives_the_papers_the_same_keys_and_abstracts(
    abstracts: dict[str, str], sample_library: Path
) -> None:
    with open_library(sample_library) as library:
        assert {paper.key: paper.abstract for paper in library.papers()} == abstracts


def test_ids_and_questions_are_each_there_once(dataset: Dataset) -> None:
    numbers: Counter[str] = Counter()
    for sample in dataset.samples:
        numbers[sample.kind] += 1
        assert sample.id == f"builtin-{KINDS[sample.kind]}{numbers[sample.kind]:02d}"
    questions = [" ".join(sample.question.casefold().split()) for sample in dataset.samples]
    assert len(set(questions)) == len(questions)


def test_what_can_be_answered_has_all_that_an_answer_needs(dataset: Dataset) -> None:
    for sample in offenders(dataset, answerable=True):
        assert sample.kind in {"fact", "comparison", "list"}, sample.id
        assert sample.gold_keys, sample.id
        assert sample.facts, sample.id
        assert len(sample.answers) == 1, sample.id
        assert {span.key for span in sample.gold_spans} == set(sample.gold_keys), sample.id
        assert (len(sample.gold_keys) > 1) == (sample.kind != "fact"), sample.id


def test_what_cannot_be_answered_has_nothing(dataset: Dataset) -> None:
    unanswerable = offenders(dataset, answerable=False)
    assert {sample.kind for sample in unanswerable} == {"near-miss", "far"}
    for sample in unanswerable:
        assert (sample.gold_keys, sample.gold_spans, sample.facts, sample.answers) == ((), (), (), ()), sample.id


def test_every_gold_span_stands_in_its_abstract(dataset: Dataset, abstracts: dict[str, str]) -> None:
    for sample in dataset.samples:
        for span in sample.gold_spans:
            assert span.text.strip(), sample.id
            assert abstracts[span.key].count(span.text) == 1, sample.id


def test_no_question_repeats_what_answers_it(dataset: Dataset) -> None:
    for sample in dataset.samples:
        for span in sample.gold_spans:
            assert copied_share(sample.question, span.text) <= MOST_COPIED, sample.id


def test_a_fact_is_first_put_as_the_abstract_puts_it_and_its_paraphrases_are_marked(dataset: Dataset) -> None:
    for sample, line in zip(dataset.samples, LINES, strict=True):
        spans = [span.text for span in sample.gold_spans]
        verbatim = {w for fact in sample.facts for w in fact if any(states(text, [w]) for text in spans)}
        wordings = [w for fact in sample.facts for w in fact]
        assert all(fact[0] in verbatim for fact in sample.facts), sample.id
        assert line.get("paraphrases", []) == [w for w in wordings if w not in verbatim], sample.id


def test_the_right_answer_states_every_fact_and_the_question_none(dataset: Dataset) -> None:
    for sample in dataset.samples:
        for fact in sample.facts:
            assert states(sample.answers[0], fact), (sample.id, fact)
            assert not states(sample.question, fact), (sample.id, fact)


def test_people_ask_in_different_ways(dataset: Dataset) -> None:
    questions = [sample.question for sample in dataset.samples]
    assert sum(not question.endswith("?") for question in questions) >= 8
    assert sum(question[0].islower() for question in questions) >= 5
    first_words = Counter(re.split(r"\W", question.casefold())[0] for question in questions)
    assert len(first_words) >= 20
    assert max(first_words.values()) < len(questions) / 3


def test_its_hash_is_that_of_questions_and_papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = builtin().sha256
    library = tmp_path / "library.bib"
    library.write_text(SAMPLE_BIB.read_text("utf-8") + "\n", "utf-8")
    monkeypatch.setattr(module, "_LIBRARIES", (library,))
    assert builtin().sha256 != before


def test_the_library_beside_the_questions_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "library.bib"
    installed.write_text("@misc{one2020, title={One}, abstract={An abstract.}}", "utf-8")
    monkeypatch.setattr(module, "_LIBRARIES", (installed, SAMPLE_BIB))
    assert [paper.key for paper in builtin().papers] == ["one2020"]


@pytest.mark.parametrize(("name", "value"), [("_LIBRARIES", (Path("no.bib"),)), ("_QUESTIONS", Path("no.jsonl"))])
def test_an_incomplete_installation_is_named(name: str, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, name, value)
    with pytest.raises(InputError, match=r"no\.\w+: this part of Citewell is missing; install it again"):
        builtin()
