import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError
from assistant.library.keys import proposed_keys
from evals.datasets import alce, beir, open_dataset, pubmedqa, scholarqabench, scifact
from evals.datasets.papers import Document, Shelf
from evals.types import Sample, Span


def write(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def lines(path: Path, rows: Sequence[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


# ALCE

MOSS = {"id": "11", "title": "Moss", "text": "Moss binds copper."}
TIN = {"id": "12", "title": "Tin", "text": "Tin is soft."}
ALCE = [
    {
        "sample_id": "s1",
        "question": "Which metal does moss bind?",
        "qa_pairs": [
            {"question": "Which in water?", "short_answers": ["copper", "Cu"]},
            {"question": "Which in air?", "short_answers": ["lead"]},
            {"question": "Which in fire?", "short_answers": []},
        ],
        "annotations": [{"long_answer": "Copper in water."}, {"long_answer": "Copper in water."}],
        "answer": "Copper, mostly.",
        "docs": [MOSS, TIN],
    },
    {
        "id": 7,
        "question": "Which metals are soft?",
        "qa_pairs": None,
        "answers": [["tin", "Sn"], ["lead"]],
        "answer": "tin, lead",
        "docs": [TIN],
    },
    {"question": "Why?", "claims": ["It is so."], "answer": "It is so.", "docs": [{"title": "", "text": "Because."}]},
]


def test_alce_items(tmp_path: Path) -> None:
    dataset = alce.read(write(tmp_path / "asqa.json", {"args": {}, "data": ALCE}))
    assert dataset.samples == (
        Sample(
            id="s1",
            question="Which metal does moss bind?",
            facts=(("copper", "Cu"), ("lead",)),
            answers=("Copper in water.", "Copper, mostly."),
        ),
        Sample(id="7", question="Which metals are soft?", facts=(("tin", "Sn"), ("lead",)), answers=("tin, lead",)),
        Sample(id="3", question="Why?", answers=("It is so.",)),
    )
    assert [note.split(" ")[0] for note in dataset.notes] == ["1", "1"]
    assert "claims (ELI5)" in dataset.notes[0]
    assert "without a short answer" in dataset.notes[1]


def test_a_document_of_several_items_is_one_paper(tmp_path: Path) -> None:
    papers = alce.read(write(tmp_path / "asqa.json", ALCE)).papers
    assert [paper.key for paper in papers[:2]] == ["11", "12"]
    assert [paper.abstract for paper in papers] == ["Moss binds copper.", "Tin is soft.", "Because."]
    assert papers[2].title
    assert papers == alce.read(tmp_path / "asqa.json").papers


# Keys


@pytest.mark.parametrize("name", ["4983", "MED-10", "a b", "ö", "x" * 300, "", "a//b", "-"])
def test_a_library_keeps_the_keys(name: str) -> None:
    shelf = Shelf()
    key = shelf.put(Document(id=name, title="Moss", text="Moss binds copper."))
    (paper,) = shelf.papers
    assert next(proposed_keys(paper.record)) == key == paper.key


def test_an_id_of_two_texts_gives_two_keys() -> None:
    shelf = Shelf()
    ids = ["a", "a", "A", "a"]
    keys = [shelf.put(Document(id=name, title="t", text=text)) for name, text in zip(ids, "xyzx", strict=True)]
    assert keys[0] == keys[3] == "a"
    assert len({key.casefold() for key in keys}) == len(shelf.papers) == 3


# ScholarQABench


def test_scholarqabench_items(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "qasa.jsonl",
        [
            {"input": "How?", "answer": "By heat.", "ctxs": [TIN], "gold_ctxs": [MOSS, "A bare text."]},
            {"input": "Moss binds tin.", "answer": "False", "gold_ctx": [MOSS]},
            {"case_id": "c", "initial_prompt": "What of it?", "metric_config": {"name": "rubric"}},
            {"question": "And?", "output": ["One.", "Two."]},
        ],
    )
    dataset = scholarqabench.read(path)
    first, second, third, fourth = dataset.samples
    assert first.gold_keys[0] == "11"
    assert len(first.gold_keys) == 2
    assert (first.id, first.answers, first.answerable) == ("1", ("By heat.",), True)
    assert (second.kind, second.answers, second.gold_keys) == ("false", (), ("11",))
    assert (third.id, third.question, third.answerable) == ("c", "What of it?", None)
    assert fourth.answers == ("One.", "Two.")
    assert {paper.abstract for paper in dataset.papers} == {"Moss binds copper.", "Tin is soft.", "A bare text."}
    assert "1 of 4 questions have rubrics" in dataset.notes[0]


# SciFact

CORPUS = [
    {"doc_id": 5, "title": "Moss", "abstract": ["Moss grows.", " Moss binds copper.\n", "It is green."]},
    {"doc_id": 6, "title": "Tin", "abstract": ["Tin is soft."]},
]
CLAIMS: list[dict[str, Any]] = [
    {
        "id": 1,
        "claim": "Moss binds copper.",
        "evidence": {"5": [{"sentences": [2, 1], "label": "SUPPORT"}, {"sentences": [1], "label": "SUPPORT"}]},
        "cited_doc_ids": [5, 6],
    },
    {"id": 2, "claim": "Tin is hard.", "evidence": {"6": [{"sentences": [0], "label": "CONTRADICT"}]}},
    {"id": 3, "claim": "Tin is dear.", "evidence": {}, "cited_doc_ids": [6]},
    {"id": 4, "claim": "Unlabelled."},
]


def test_scifact_claims(tmp_path: Path) -> None:
    lines(tmp_path / "corpus.jsonl", CORPUS)
    dataset = open_dataset(lines(tmp_path / "claims_dev.jsonl", CLAIMS))
    assert dataset.samples == (
        Sample(
            id="1",
            question="Moss binds copper.",
            answerable=True,
            kind="SUPPORT",
            gold_keys=("5",),
            gold_spans=(Span(key="5", text="Moss binds copper."), Span(key="5", text="It is green.")),
        ),
        Sample(
            id="2",
            question="Tin is hard.",
            answerable=True,
            kind="CONTRADICT",
            gold_keys=("6",),
            gold_spans=(Span(key="6", text="Tin is soft."),),
        ),
        Sample(id="3", question="Tin is dear.", answerable=False, kind="NEI"),
        Sample(id="4", question="Unlabelled."),
    )
    assert dataset.papers[0].abstract == "Moss grows. Moss binds copper. It is green."
    assert "asked as it stands" in dataset.notes[0]


def test_another_corpus_is_another_data_set(tmp_path: Path) -> None:
    lines(tmp_path / "small_corpus.jsonl", CORPUS)
    path = lines(tmp_path / "claims.jsonl", CLAIMS)
    before = scifact.read(path)
    lines(tmp_path / "small_corpus.jsonl", [*CORPUS, {"doc_id": 7, "title": "Lead", "abstract": ["Lead."]}])
    assert scifact.read(path).sha256 != before.sha256
    lines(tmp_path / "large_corpus.jsonl", CORPUS)
    with pytest.raises(InputError, match=r"several files .*large_corpus.jsonl, small_corpus.jsonl"):
        scifact.read(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"evidence": {"9": []}}, ":1: its evidence '9' is not in the corpus"),
        ({"evidence": {"5": [{"sentences": [3], "label": "SUPPORT"}]}}, "sentence 3 is none of the 3"),
        ({"evidence": {"5": [{"sentences": [-1], "label": "SUPPORT"}]}}, "sentence -1 is none of the 3"),
        ({"evidence": [1]}, "evidence is not an object"),
        ({"claim": ""}, 'there is no question; give it a "claim"'),
    ],
)
def test_a_bad_claim_refuses_the_file(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    lines(tmp_path / "corpus.jsonl", CORPUS)
    path = lines(tmp_path / "claims.jsonl", [CLAIMS[0] | change])
    with pytest.raises(InputError) as caught:
        scifact.read(path)
    assert said in str(caught.value)


def test_a_file_without_claims_is_refused(tmp_path: Path) -> None:
    lines(tmp_path / "corpus.jsonl", CORPUS)
    with pytest.raises(InputError, match="holds no questions"):
        open_dataset(lines(tmp_path / "claims.jsonl", []), format="scifact")


def test_claims_need_their_corpus(tmp_path: Path) -> None:
    path = lines(tmp_path / "claims.jsonl", CLAIMS)
    with pytest.raises(InputError, match="its corpus is missing"):
        scifact.read(path)
    lines(tmp_path / "corpus.jsonl", [CORPUS[0], CORPUS[0]])
    with pytest.raises(InputError, match=r"corpus.jsonl:2: the doc_id '5' is there twice"):
        scifact.read(path)


# PubMedQA

PUBMED: dict[str, Any] = {
    "QUESTION": "Does moss bind copper in acid water?",
    "CONTEXTS": ["Moss was put in water.", "It took up copper."],
    "LABELS": ["METHODS", "RESULTS"],
    "YEAR": "2011",
    "final_decision": "yes",
    "LONG_ANSWER": "Moss binds copper in acid water.",
}


def test_pubmedqa_keeps_the_answer_from_the_library(tmp_path: Path) -> None:
    dataset = pubmedqa.read(write(tmp_path / "p.json", {"77": PUBMED, "78": PUBMED | {"YEAR": None}}))
    assert dataset.samples[0] == Sample(
        id="77",
        question="Does moss bind copper in acid water?",
        answerable=True,
        kind="yes",
        gold_keys=("77",),
        answers=("Moss binds copper in acid water.",),
    )
    first, second = dataset.papers
    assert first.abstract == "Moss was put in water. It took up copper."
    assert (first.record.year, second.record.year) == (2011, None)
    assert "moss" not in first.title.lower()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"CONTEXTS": []}, ", 77: there are no CONTEXTS"),
        ({"CONTEXTS": "a"}, ", 77: CONTEXTS is a text"),
        ({"YEAR": "soon"}, ", 77: YEAR is 'soon'"),
        ({"QUESTION": " "}, ", 77: there is no question"),
    ],
)
def test_a_bad_item_refuses_the_file(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        pubmedqa.read(write(tmp_path / "p.json", {"77": PUBMED | change}))
    assert said in str(caught.value)


def test_a_list_is_not_pubmedqa(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no PubMedQA data set"):
        pubmedqa.read(write(tmp_path / "p.json", [PUBMED]))


# BEIR


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "metals"
    lines(folder / "corpus.jsonl", [{"_id": "d 1", "title": "Moss", "text": "Moss."}, {"_id": "d2", "text": "Tin."}])
    lines(folder / "queries.jsonl", [{"_id": "q1", "text": "Moss?"}, {"_id": "q2", "text": "Tin?"}])
    (folder / "qrels").mkdir()
    head = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels" / "test.tsv").write_text(f"{head}q2\td 1\t0\nq2\td2\t2\n\n", encoding="utf-8")
    (folder / "qrels" / "dev.tsv").write_text(f"{head}q1\td 1\t1\nq1\tgone\t1\n", encoding="utf-8")
    return folder


def test_beir_reads_the_test_split_of_a_folder(collection: Path) -> None:
    dataset = open_dataset(collection)
    moss, tin = (paper.key for paper in dataset.papers)
    assert moss.startswith("d-1-")
    assert tin == "d2"
    assert dataset.samples == (Sample(id="q2", question="Tin?", gold_keys=(tin,), relevance={moss: 0, tin: 2}),)
    assert dataset.name == "metals/test"
    assert dataset.notes == ()


def test_beir_reads_the_split_that_is_named(collection: Path) -> None:
    dataset = open_dataset(collection / "qrels" / "dev.tsv")
    assert [sample.id for sample in dataset.samples] == ["q1"]
    assert dataset.name == "metals/dev"
    assert dataset.samples[0].relevance["gone"] == 1
    assert "'gone'" in dataset.notes[0]
    assert dataset.sha256 != open_dataset(collection).sha256


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("qrels/test.tsv", "q1 d2 1\n", "test.tsv:1: 'q1 d2 1' is not a query, a document and a grade"),
        ("qrels/test.tsv", "q1\td2\thigh\n", "test.tsv:1:"),
        ("qrels/test.tsv", "q1\t0\t2\t1\n", "test.tsv:1: 'q1 0 2 1' is not a query, a document and a grade"),
        ("qrels/test.tsv", "q1\td2\t1\nq1\td2\t0\n", "test.tsv:2: document 'd2' has another grade for query 'q1'"),
        ("queries.jsonl", '{"_id": "q2", "text": "b"}\n{"_id": "q2", "text": "c"}', "queries.jsonl:2: the _id 'q2'"),
        ("queries.jsonl", '{"text": "b"}', "queries.jsonl:1: the _id ''"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", "holds no judgements"),
        ("qrels/test.tsv", "q9\td2\t1\n", "judges query 'q9', which is not in"),
        ("corpus.jsonl", '{"_id": "a", "text": "b"}\n{"_id": "a", "text": "c"}', "corpus.jsonl:2: the _id 'a'"),
        ("corpus.jsonl", '{"text": "b"}', "corpus.jsonl:1: the _id ''"),
        ("queries.jsonl", '{"_id": "a"}', 'queries.jsonl:1: there is no question; give it a "text"'),
    ],
)
def test_a_bad_line_refuses_the_collection(collection: Path, name: str, content: str, said: str) -> None:
    (collection / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        beir.read(collection)
    assert said in str(caught.value)


def test_what_a_folder_lacks_is_named(collection: Path) -> None:
    (collection / "qrels" / "test.tsv").unlink()
    with pytest.raises(InputError, match=r"there is no qrels/test.tsv; name one of .*dev.tsv"):
        open_dataset(collection)
    (collection / "corpus.jsonl").unlink()
    with pytest.raises(InputError, match=r"there is no corpus.jsonl or corpus.jsonl.gz"):
        open_dataset(collection / "qrels" / "dev.tsv")
    with pytest.raises(InputError, match=r"name a folder with corpus.jsonl"):
        open_dataset(collection / "qrels")
