import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError, UsageError
from assistant.shapes import answer_shape
from assistant.types import Usage
from evals import log
from evals.outputs import FORMATS, open_outputs
from evals.types import Outputs
from tests.fakes.evaluation import SHELF, answer, eval_log, say

pytestmark = pytest.mark.slow

DOCS = [{"title": "Moss", "text": "Moss binds copper."}, {"title": "Tin", "text": "Tin is soft."}]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outputs.json"


def write(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def lines(path: Path, rows: Sequence[Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def cited(outputs: Outputs) -> dict[str, list[tuple[str, list[str]]]]:
    return {
        name: [(said.text, [one.key for one in said.citations]) for said in found.statements]
        for name, found in outputs.answers.items()
    }


# ALCE

ALCE = [
    {
        "sample_id": "a",
        "question": "Which metal?",
        "output": "Moss binds copper [1]. Tin is soft [2][3].",
        "docs": DOCS,
        "qa_pairs": [{"short_answers": ["copper"]}],
        "answer": "Copper.",
    },
    {"question": "Why?", "output": "I cannot answer this.", "docs": DOCS[:1]},
    {"question": "Which are soft?", "output": "tin [2], lead.", "docs": DOCS, "answers": [["tin"], ["lead"]]},
    {"question": "How?", "output": None, "docs": []},
]


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"args": {"model": "m-1"}, "data": items}])
def test_alce(path: Path, wrap: Callable[[Any], Any]) -> None:
    outputs = open_outputs(write(path, wrap(ALCE)))
    assert cited(outputs) == {
        "a": [("Moss binds copper.", ["a/1"]), ("Tin is soft.", ["a/2", "a/3"])],
        "2": [],
        "3": [("Which are soft? tin", ["3/2"]), ("Which are soft? lead", [])],
    }
    assert {key: paper.abstract for key, paper in outputs.papers.items() if key.startswith("a/")} == {
        "a/1": "Moss binds copper.",
        "a/2": "Tin is soft.",
    }
    assert outputs.contexts == {"a": ("a/1", "a/2"), "2": ("2/1",), "3": ("3/1", "3/2"), "4": ()}
    assert [sample.id for sample in outputs.dataset.samples] == ["a", "2", "3", "4"]
    assert outputs.dataset.samples[0].facts == (("copper",),)
    assert outputs.dataset.samples[0].answers == ("Copper.",)
    assert (outputs.answers["2"].abstained, outputs.answers["2"].reason) == (True, "I cannot answer this.")
    assert outputs.answers["a"].model == ("" if wrap(ALCE) == ALCE else "m-1")
    assert outputs.answers["a"].usage.usd is None
    assert not outputs.gives_quotes
    assert "[1] cites the first document" in outputs.dataset.notes[0]


def test_two_systems_that_answer_the_same_questions_have_one_data_set(path: Path) -> None:
    first = open_outputs(write(path, ALCE))
    second = open_outputs(write(path, [item | {"output": "Tin [1]."} for item in ALCE]))
    third = open_outputs(write(path, [item | {"question": "Else?"} for item in ALCE]))
    assert first.dataset.sha256 == second.dataset.sha256 != third.dataset.sha256
    assert len({first.sha256, second.sha256, third.sha256}) == 3


# ScholarQABench


def test_scholarqa_counts_from_0(path: Path) -> None:
    item = {
        "input": "Which?",
        "output": "Moss binds copper [0]. Tin is soft [1, 2].",
        "ctxs": DOCS,
        "answer": "Copper.",
    }
    outputs = open_outputs(write(path, [item]))
    assert cited(outputs) == {"1": [("Moss binds copper.", ["1/0"]), ("Tin is soft.", ["1/1", "1/2"])]}
    assert outputs.papers["1/0"].abstract == "Moss binds copper."
    assert set(outputs.papers) == {"1/0", "1/1"}
    assert outputs.dataset.samples[0].answers == ("Copper.",)
    assert "[0] cites the first document" in outputs.dataset.notes[0]


def test_the_first_number_may_be_said(path: Path) -> None:
    outputs = open_outputs(lines(path, [{"question": "W?", "answer": "Moss [1].", "passages": ["Moss."]}]), first=1)
    assert cited(outputs) == {"1": [("Moss.", ["1/1"])]}
    assert outputs.papers["1/1"].abstract == "Moss."


def test_an_answer_beside_docs_counts_from_0(path: Path) -> None:
    outputs = open_outputs(write(path, [{"question": "W?", "answer": "Tin [1].", "docs": DOCS}]))
    assert outputs.papers[cited(outputs)["1"][0][1][0]].title == "Tin"


def test_ctxs_come_before_docs(path: Path) -> None:
    outputs = open_outputs(write(path, [{"input": "W?", "output": "Tin [0].", "ctxs": DOCS[1:], "docs": DOCS}]))
    assert outputs.papers["1/0"].title == "Tin"
    assert "both ctxs and docs" in outputs.dataset.notes[1]


# RAGAS

NEW = {
    "user_input": "Which?",
    "response": "Copper [1]. Tin [c-2].",
    "retrieved_contexts": ["Moss.", "Tin."],
    "retrieved_context_ids": ["c-1", "c-2"],
    "reference": "Copper.",
}
OLD = {"question": "Which?", "answer": "Copper.", "contexts": ["Moss.", "Tin."], "ground_truths": ["Copper.", "Cu."]}


@pytest.mark.parametrize(
    "content",
    [
        [NEW],
        {"samples": [NEW]},
        {name: [value] for name, value in NEW.items()},
        {name: {"0": value} for name, value in NEW.items()},
    ],
)
def test_ragas_in_its_new_words(path: Path, content: Any) -> None:
    outputs = open_outputs(write(path, content))
    assert cited(outputs) == {"1": [("Copper.", ["1/1"]), ("Tin.", ["1/2"])]}
    assert outputs.contexts == {"1": ("1/1", "1/2")}
    assert outputs.dataset.samples[0].answers == ("Copper.",)


def test_ragas_in_its_old_words_as_lines(path: Path) -> None:
    outputs = open_outputs(lines(path, [OLD, OLD | {"answer": None}]))
    assert cited(outputs) == {"1": [("Copper.", [])]}
    assert outputs.dataset.samples[1].answers == ("Copper.", "Cu.")


# Citewell's own


def test_a_log(path: Path) -> None:
    ran = eval_log({"citation_recall": [1.0, 0.0]})
    path.write_text(log.to_json(ran), encoding="utf-8")
    outputs = open_outputs(path)
    assert outputs.answers == {result.sample.id: result.answer for result in ran.results}
    assert outputs.dataset.samples == tuple(result.sample for result in ran.results)
    assert outputs.dataset.sha256 == ran.dataset_sha256
    assert set(outputs.papers) == set(SHELF)
    assert outputs.gives_quotes


def test_neither_a_ranking_nor_the_nearest_papers_are_what_the_system_was_given(path: Path) -> None:
    first, second = eval_log({"citation_recall": [1.0, 0.0]}).results
    near = replace(answer(say("Much is said.", "ant")), nearest=("bee", "cat", "dog"))
    results = (replace(first, answer=near, ranking=("bee", "ant")), replace(second, answer=near))
    path.write_text(log.to_json(eval_log({"citation_recall": [1.0, 0.0]}, results=results)), encoding="utf-8")
    of_log = open_outputs(path)
    assert (of_log.contexts, of_log.rankings) == ({}, {"q1": ("bee", "ant")})
    printed = open_outputs(write(path, [answer_shape(near)]))
    assert (printed.contexts, printed.rankings) == ({}, {})


@pytest.mark.parametrize("wrap", [lambda item: [item], lambda item: item])
def test_half_a_character_is_no_text_that_a_log_can_hold(path: Path, wrap: Callable[[Any], Any]) -> None:
    half = "Half \ud83d."
    item = {"question": half, "output": f"{half} [1].", "docs": [{"title": half, "text": half}]}
    outputs = open_outputs(write(path, wrap(item)))
    assert outputs.dataset.samples[0].question == outputs.papers["1/1"].title == "Half ?."
    own = {"question": half, "statements": [{"text": half, "citations": []}]}
    assert open_outputs(write(path, wrap(own))).answers["1"].statements[0].text == "Half ?."


@pytest.mark.parametrize("indent", [None, 2])
def test_answers_printed_one_after_another(path: Path, indent: int | None) -> None:
    answers = [answer(say("Much is said.", "ant"), usage=Usage(prompt=3)), answer(say("Little is."), model="m")]
    path.write_text("\n".join(json.dumps(answer_shape(one), indent=indent) for one in answers), encoding="utf-8")
    outputs = open_outputs(path)
    assert outputs.answers == {"1": answers[0], "2": answers[1]}
    assert outputs.papers == {}
    assert "without their papers" in outputs.dataset.notes[0]


def test_a_list_of_answers_with_the_least_that_is_needed(path: Path) -> None:
    statement = {"text": "Moss binds.", "citations": [{"key": "ant"}]}
    outputs = open_outputs(write(path, [{"id": "x", "question": "Which?", "statements": [statement]}]))
    assert cited(outputs) == {"x": [("Moss binds.", ["ant"])]}
    assert outputs.answers["x"].statements[0].verdict.reason == "not judged"
    assert not outputs.gives_quotes


# What is refused


def test_an_unknown_format(path: Path) -> None:
    with pytest.raises(UsageError, match="--outputs-format 'csv'") as caught:
        open_outputs(path, format="csv")
    assert all(name in str(caught.value) for name in FORMATS)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([{"text": "a"}], "of none of the formats"),
        ([], "of none of the formats"),
        ([ALCE[0], ALCE[0]], "two items have the id 'a'"),
        ([ALCE[0], {"question": "b?"}], r", item 2: there is no output; give it an .output., or null"),
        ([ALCE[0] | {"output": 5}], r", item 1: output is a number"),
        ([ALCE[0] | {"docs": [5]}], r", item 1: docs\[1\] is a number"),
        ([ALCE[0], 5], r", item 2: a number, not an object"),
        ([{"user_input": [{"content": "a"}], "response": "b"}], r", item 1: user_input is a conversation"),
        ([OLD | {"contexts": "Moss."}], r", item 1: contexts is a text; write a list"),
        ([OLD | {"contexts": [5]}], r", item 1: contexts\[1\] is 5"),
        ([NEW | {"retrieved_context_ids": ["a"]}], r", item 1: 1 retrieved_context_ids for 2 contexts"),
        ({"question": ["a?", "b?"], "answer": ["c"]}, "the column 'answer' does not have the same rows"),
        ({"question": ["a?"], "answer": "c"}, "the column 'answer' does not have the same rows"),
        ([{"question": "a?", "statements": [5]}], r", item 1: statements\[1\] is a number"),
        ([{"question": "a?", "statements": [{}]}], r", item 1: a part of the answer is missing or odd"),
        ([{"question": "a?", "statements": [], "tokens": 5}], r", item 1: a part of the answer is missing or odd"),
        ([{"id": "x", "question": "a?", "statements": []}] * 2, r", item 2: the id 'x' is there twice"),
        ({"metrics": {}, "examples": []}, "written by another version"),
    ],
)
def test_a_bad_item_refuses_the_file(path: Path, content: Any, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        open_outputs(write(path, content))
    assert str(caught.value).startswith(str(path))


def test_a_list_without_answers(path: Path) -> None:
    path.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="holds no answers; `citewell ask --json` prints one"):
        open_outputs(path, format="citewell")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"input": "a", "output": "b"}\n{"input": ', r":2: not JSON"),
        ('{"question": "a?", "statements": []}\n{"question": ', r", answer 2: not JSON"),
        ('{"question": "a?", "statements": []}\n5', r", answer 2: 5 is not an object"),
        ('{"question": "a?", "statements": []}\n{"question": "b?"}', r", answer 2: there are no statements"),
        ('[{"question": "a?",\n]', r":2: not JSON"),
        ("moss", "of none of the formats"),
        ("", "of none of the formats"),
    ],
)
def test_broken_json_refuses_the_file(path: Path, content: str, said: str) -> None:
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        open_outputs(path)


# Writing in a format and reading gives the same

WORDS = st.lists(st.sampled_from("moss binds copper in water while tin stays soft".split()), min_size=2, max_size=8)
SENTENCE = st.tuples(WORDS.map(lambda words: " ".join(words).capitalize()), st.lists(st.integers(0, 4), unique=True))
ANSWERS = st.lists(st.lists(SENTENCE, min_size=1, max_size=4), min_size=1, max_size=4)


def _text(sentences: list[tuple[str, list[int]]], first: int) -> str:
    return " ".join(f"{said}{''.join(f' [{number + first}]' for number in numbers)}." for said, numbers in sentences)


def _alce(question: str, sentences: Any) -> Any:
    return {"question": question, "output": _text(sentences, 1), "docs": DOCS}


def _scholarqa(question: str, sentences: Any) -> Any:
    return {"input": question, "output": _text(sentences, 0), "ctxs": DOCS}


def _ragas(question: str, sentences: Any) -> Any:
    contexts = [one["text"] for one in DOCS]
    return {"user_input": question, "response": _text(sentences, 1), "retrieved_contexts": contexts}


@pytest.mark.parametrize(("written", "first"), [(_alce, 1), (_scholarqa, 0), (_ragas, 1)])
@given(said=ANSWERS)
def test_reads_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    written: Callable[[str, Any], Any],
    first: int,
    said: list[list[tuple[str, list[int]]]],
) -> None:
    path = tmp_path_factory.mktemp("written") / "outputs.json"
    rows = [written(f"Question {number}?", sentences) for number, sentences in enumerate(said, start=1)]
    outputs = open_outputs(write(path, rows))
    assert cited(outputs) == {
        str(item): [(f"{text}.", [f"{item}/{number + first}" for number in numbers]) for text, numbers in sentences]
        for item, sentences in enumerate(said, start=1)
    }
    assert [paper.abstract for paper in outputs.papers.values()] == [one["text"] for one in DOCS] * len(said)
