"""The readers over published files, which are not part of this project."""

import pytest

from assistant.library.keys import proposed_keys
from evals.datasets import open_dataset
from evals.datasets.leaks import leaks
from evals.types import Dataset
from tests.conftest import REAL_DATA as DATA

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no published data sets in {DATA}; set CITEWELL_DATA"),
]


def opened(name: str) -> Dataset:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"no {path}")
    dataset = open_dataset(path)
    assert [next(proposed_keys(paper.record)) for paper in dataset.papers] == [paper.key for paper in dataset.papers]
    return dataset


@pytest.mark.parametrize(
    ("name", "questions", "papers", "judged"),
    [
        ("retrieval/scifact", 300, 5183, 339),
        ("retrieval/scifact/qrels/train.tsv", 809, 5183, 919),
        ("retrieval/cranfield", 225, 1400, 1837),
    ],
)
def test_retrieval_collections(name: str, questions: int, papers: int, judged: int) -> None:
    dataset = opened(name)
    assert (len(dataset.samples), len(dataset.papers)) == (questions, papers)
    assert sum(len(sample.relevance) for sample in dataset.samples) == judged
    assert dataset.notes == ()


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("scifact_claims_train.jsonl", {"SUPPORT": 332, "CONTRADICT": 173, "NEI": 304}),
        ("scifact_claims_dev.jsonl", {"SUPPORT": 124, "CONTRADICT": 64, "NEI": 112}),
    ],
)
def test_scifact(name: str, kinds: dict[str, int]) -> None:
    dataset = opened(f"faithfulness/{name}")
    found = [sample.kind for sample in dataset.samples]
    assert {kind: found.count(kind) for kind in kinds} == kinds
    assert len(found) == sum(kinds.values())
    abstracts = {paper.key: paper.abstract for paper in dataset.papers}
    assert len(abstracts) == 5183
    assert all(span.text in abstracts[span.key] for sample in dataset.samples for span in sample.gold_spans)
    assert all(bool(sample.gold_spans) == bool(sample.answerable) for sample in dataset.samples)
    # One claim of the train split stands in an abstract as it is.
    assert [note.split(" questions ")[1].split(" (")[0] for note in leaks(dataset)] == (
        ["stand word for word in an abstract"] if "train" in name else []
    )


def test_both_forms_of_scifact_have_the_same_abstracts() -> None:
    first, second = opened("retrieval/scifact"), opened("faithfulness/scifact_claims_dev.jsonl")
    abstracts = {paper.key: paper.abstract for paper in first.papers}
    for paper in second.papers:
        assert abstracts[paper.key].split() == paper.abstract.split()


def test_pubmedqa() -> None:
    dataset = opened("qa/pubmedqa_dev500.json")
    kinds = [sample.kind for sample in dataset.samples]
    assert {kind: kinds.count(kind) for kind in ("yes", "no", "maybe")} == {"yes": 276, "no": 169, "maybe": 55}
    assert len(dataset.papers) == len(kinds) == 500
    assert all(sample.answers for sample in dataset.samples)
    assert leaks(dataset) == ()
