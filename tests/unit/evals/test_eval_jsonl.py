import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError
from evals.datasets.jsonl import read
from evals.types import Sample, Span

FILES = sorted((Path(__file__).parents[3] / "evals" / "data").glob("*.jsonl"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "questions.jsonl"


def test_every_field(path: Path) -> None:
    raw = {
        "id": "a-1",
        "question": "How much?",
        "answerable": True,
        "kind": "fact",
        "gold_keys": ["ant", "bee", "ant"],
        "facts": [["5%", "five"], ["BLEU"]],
        "gold_spans": [{"key": "ant", "text": "rises by 5%"}],
        "relevance": {"ant": 2, "cow": 0},
        "answer": "By 5%.",
        "comment": "is left to the author",
    }
    path.write_text(json.dumps(raw), encoding="utf-8")
    expected = Sample(
        id="a-1",
        question="How much?",
        answerable=True,
        kind="fact",
        gold_keys=("ant", "bee"),
        facts=(("5%", "five"), ("BLEU",)),
        gold_spans=(Span(key="ant", text="rises by 5%"),),
        relevance={"ant": 2, "cow": 0},
        answers=("By 5%.",),
    )
    dataset = read(path)
    assert dataset.samples == (expected,)
    assert dataset.name == "questions.jsonl"
    assert dataset.sha256 == sha256(path.read_bytes()).hexdigest()


def test_only_the_question_is_needed(path: Path) -> None:
    path.write_text(
        '\ufeff{"question": "a?"}\r\n\r\n{"question": "b?", "id": null, "facts": null}\r\n', encoding="utf-8"
    )
    assert read(path).samples == (Sample(id="1", question="a?"), Sample(id="3", question="b?"))


def test_an_answer_may_be_a_list_and_a_blank_one_is_none(path: Path) -> None:
    path.write_text('{"question": "a?", "answer": ["x", "y"]}\n{"question": "b?", "answer": ""}', encoding="utf-8")
    assert [sample.answers for sample in read(path).samples] == [("x", "y"), ()]


def test_drafts_are_marked(path: Path) -> None:
    path.write_text('{"question": "a?", "draft": true}\n{"question": "b?", "draft": false}', encoding="utf-8")
    assert [sample.draft for sample in read(path).samples] == [True, False]
    assert read(path).notes == ()


def test_a_line_separator_inside_a_text_does_not_end_the_line(path: Path) -> None:
    path.write_text('{"question": "a\u2028b\u0085c?"}', encoding="utf-8")
    assert read(path).samples[0].question == "a\u2028b\u0085c?"


GOOD = '{"id": "x", "question": "a?"}'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('["a?"]', "a list, not an object"),
        ("null", "null, not an object"),
        ("{}", "there is no question"),
        ('{"question": "  "}', "there is no question"),
        ('{"question": 5}', "question is a number"),
        ('{"question": "b?", "id": true}', "id is True"),
        ('{"question": "b?", "id": 1.5}', "id is 1.5"),
        ('{"question": "b?", "id": " "}', "id is ' '"),
        ('{"question": "b?", "id": "x"}', "the id 'x' is that of line 1 too"),
        ('{"question": "b?", "answerable": "yes"}', "answerable is 'yes'"),
        ('{"question": "b?", "answerable": 0}', "answerable is 0"),
        ('{"question": "b?", "kind": []}', "kind is a list"),
        ('{"question": "b?", "answer": {}}', "answer is an object"),
        ('{"question": "b?", "answer": [""]}', "answer holds an empty text"),
        ('{"question": "b?", "gold_spans": [1]}', "gold_spans[1] is a number, not an object"),
        ('{"question": "b?", "gold_spans": [{"key": "a"}]}', "gold_spans[1]: the span has no key or no text"),
        ('{"question": "b?", "relevance": ["a"]}', "relevance is ['a']"),
        ('{"question": "b?", "relevance": {"a": 1.5}}', "the relevance of 'a' is 1.5"),
        ('{"question": "b?", "relevance": {"a": -1}}', "the relevance of 'a' is -1"),
        ('{"question": "b?", "relevance": {"a": true}}', "the relevance of 'a' is True"),
        ('{"question": "b?", "gold_keys": "ant"}', "gold_keys is a text"),
        ('{"question": "b?", "gold_keys": [1]}', "gold_keys holds a number (1)"),
        ('{"question": "b?", "gold_keys": [""]}', "gold_keys holds an empty text"),
        ('{"question": "b?", "facts": "5%"}', "facts is a text"),
        ('{"question": "b?", "facts": ["5%"]}', "facts holds something that is not a list"),
        ('{"question": "b?", "facts": [[]]}', "facts holds a fact without a wording"),
        ('{"question": "b?", "facts": [[5]]}', "facts holds a number (5)"),
        ('{"question": "b?", "answerable": false, "gold_keys": ["ant"]}', "not to be answerable, yet"),
        ('{"question": "b?", "answerable": false, "facts": [["5"]]}', "not to be answerable, yet"),
        ('{"question": "b?", "answerable": false, "relevance": {"a": 1}}', "not to be answerable, yet"),
        (
            '{"question": "b?", "answerable": false, "gold_spans": [{"key": "a", "text": "b"}]}',
            "not to be answerable, yet",
        ),
    ],
)
def test_a_bad_line_refuses_the_file(path: Path, line: str, said: str) -> None:
    path.write_text(f"{GOOD}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith((f"{path}:3: ", f"{path}:3, "))
    assert said in message
    assert message.endswith("Nothing was scored.")
    assert len(message) < 600


def test_a_fault_has_one_line_number(path: Path) -> None:
    path.write_text(f'{GOOD}\n{{"question": "b?" "id"}}', encoding="utf-8")
    with pytest.raises(InputError, match=r":2: not JSON \(Expecting ',' delimiter, column 19\)") as caught:
        read(path)
    assert "line 1" not in str(caught.value)


def test_a_line_number_as_id_may_be_taken(path: Path) -> None:
    path.write_text('{"id": 2, "question": "a?"}\n{"question": "b?"}', encoding="utf-8")
    with pytest.raises(InputError, match=r":2: the id '2' is that of line 1 too"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(InputError, match="holds no questions"):
        read(path)


def test_a_binary_is_refused(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8 at byte 4"):
        read(path)


def test_an_absent_file_and_a_folder_are_refused(path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read(path)
    with pytest.raises(InputError, match="is a folder"):
        read(path.parent)
    with pytest.raises(InputError, match="cannot be read"):
        read(Path("x" * 5000))


TEXTS = st.text(min_size=1).filter(str.strip)


@given(
    st.lists(
        st.builds(
            Sample,
            id=st.uuids().map(str),
            question=TEXTS,
            answerable=st.sampled_from([True, None]),
            kind=st.text(),
            gold_keys=st.lists(TEXTS, unique=True).map(tuple),
            facts=st.lists(st.lists(TEXTS, min_size=1).map(tuple)).map(tuple),
            relevance=st.dictionaries(TEXTS, st.integers(0, 9)),
            gold_spans=st.lists(st.builds(Span, key=TEXTS, text=TEXTS)).map(tuple),
            answers=st.lists(TEXTS).map(tuple),
            draft=st.booleans(),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda sample: sample.id,
    )
)
def test_reads_back_what_was_written(tmp_path_factory: pytest.TempPathFactory, samples: list[Sample]) -> None:
    path = tmp_path_factory.mktemp("written") / "data.jsonl"
    rows = [
        {name: getattr(sample, name) for name in Sample.__slots__ if name != "answers"}
        | {
            "answer": sample.answers,
            "gold_spans": [{"key": span.key, "text": span.text} for span in sample.gold_spans],
        }
        for sample in samples
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert read(path).samples == tuple(samples)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_sets_that_come_with_the_project_are_good(file: Path) -> None:
    samples = read(file).samples
    assert {sample.answerable for sample in samples} == {True, False}
    assert all(sample.gold_keys and sample.facts for sample in samples if sample.answerable)
