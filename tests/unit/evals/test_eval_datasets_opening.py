import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError, UsageError
from evals.datasets import FORMATS, open_dataset


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "questions"


def write(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


ALCE = {"question": "Which metal?", "docs": [{"id": "1", "title": "Moss", "text": "Moss binds copper."}]}
FOUND = [
    ({"question": "Which metal?", "gold_keys": ["moss2020"]}, "gold_keys", ("moss2020",)),
    ([ALCE | {"qa_pairs": [{"short_answers": ["copper"]}]}], "facts", (("copper",),)),
    ({"data": [ALCE | {"answer": "Copper."}]}, "answers", ("Copper.",)),
    (ALCE | {"answer": "Copper."}, "answers", ("Copper.",)),
    ([{"question": "Which metal?", "claims": ["It is copper."], "answer": "Copper."}], "answers", ("Copper.",)),
    ([{"input": "Which metal?", "output": "Copper."}], "answers", ("Copper.",)),
    ({"case_id": "c1", "initial_prompt": "Which metal?"}, "id", "c1"),
    ([{"question": "Which metal?", "answer": ["Copper.", "Cu."]}], "answers", ("Copper.", "Cu.")),
    ({"77": {"QUESTION": "Which?", "CONTEXTS": ["Moss."], "final_decision": "yes"}}, "gold_keys", ("77",)),
]


@pytest.mark.parametrize(("content", "field", "expected"), FOUND)
def test_the_format_is_told_from_the_content(path: Path, content: Any, field: str, expected: Any) -> None:
    (sample,) = open_dataset(write(path, content)).samples
    assert getattr(sample, field) == expected


@pytest.mark.parametrize(("content", "field", "expected"), FOUND)
def test_a_packed_file_is_the_same_data_set(path: Path, content: Any, field: str, expected: Any) -> None:
    plain = open_dataset(write(path, content))
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert open_dataset(path) == plain


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"citing_sentence": "a", "labels": {}}, "Citation-Integrity"),
        ({"question": "a?", "claim": "b", "attribution_label": "attributable"}, "AttributionBench"),
        ({"claim": "a", "evidence_sentences": ["b"], "label": "NEI"}, "labelled pairs"),
        ({"statement": "a", "evidence": ["b"], "label": "supported"}, "labelled pairs"),
    ],
)
def test_pairs_are_for_judges(path: Path, row: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match="citewell eval judge --dataset") as caught:
        open_dataset(write(path, row))
    assert said in str(caught.value)


def test_a_format_may_be_named(path: Path) -> None:
    write(path, {"question": "Which metal?", "answer": "Copper.", "gold_ctx": [{"text": "Moss binds copper."}]})
    assert open_dataset(path).papers == ()
    assert len(open_dataset(path, format="ScholarQABench").papers) == 1


def test_an_unknown_format_is_refused_with_those_there_are(path: Path) -> None:
    with pytest.raises(UsageError, match="--format 'csv'") as caught:
        open_dataset(path, format="csv")
    assert all(name in str(caught.value) for name in FORMATS)


@pytest.mark.parametrize("name", ["Citation-Integrity", "attributionbench"])
def test_the_name_of_a_pair_set_leads_to_the_command_for_judges(path: Path, name: str) -> None:
    with pytest.raises(InputError, match="citewell eval judge"):
        open_dataset(path, format=name)


def test_an_id_twice_refuses_the_file(path: Path) -> None:
    write(path, [ALCE | {"sample_id": "s"}, ALCE | {"sample_id": "s"}])
    with pytest.raises(InputError, match="two questions have the id 's'"):
        open_dataset(path)


def test_a_list_of_our_own_questions_is_not_read_as_something_else(path: Path) -> None:
    with pytest.raises(InputError, match=r":1: a list, not an object"):
        open_dataset(write(path, [{"question": "a?", "facts": [["b"]]}]))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no questions"),
        ("[]", "holds nothing"),
        ('{"data": []}', "holds nothing"),
        ('[{"question": "a?", "docs": []}, 5]', r", item 2: a number, not an object"),
        ('[{"question": "a?", "docs": [{}]}]', r", item 1, docs\[1\]: a document without title and text"),
        ('[{"question": "a?", "docs": [5]}]', r", item 1: docs\[1\] is a number, not an object"),
        ('[{"question": "a?", "docs": {}}]', r", item 1: docs is an object; write a list"),
        ('[{"question": "a?",\n "docs": [}]', r":2: not JSON \(Expecting value\); mend it there"),
        ('{\n"question": "a?",\n "docs" }', r"not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"_id": "1", "text": "a"}', "name its folder"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(path: Path, content: str, said: str) -> None:
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said) as caught:
        open_dataset(path)
    assert str(caught.value).startswith(str(path))


def test_a_damaged_gzip_file_is_refused(path: Path) -> None:
    path.write_bytes(gzip.compress(b'{"question": "a?"}' * 50)[:40])
    with pytest.raises(InputError, match="gzip file is damaged"):
        open_dataset(path)


def test_an_absent_file_is_refused(path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        open_dataset(path)
