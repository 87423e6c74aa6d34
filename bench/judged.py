"""Collections whose queries have known answers: two usual ones, and four made of data for other tasks."""

import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from seed_library import DATA

from evals.datasets import open_dataset

SETS = ["scifact", "cranfield", "pubmedqa", "citebench", "surveys", "check_covid"]
Papers = dict[str, tuple[str, str]]
Questions = list[tuple[str, dict[str, float]]]


def collection(name: str) -> tuple[Papers, Questions]:
    """Papers by key, and queries with the gain of each paper that answers."""
    if name in ("scifact", "cranfield"):
        dataset = open_dataset(DATA / "retrieval" / name, format="beir")
        texts = {paper.key: (paper.title, paper.abstract) for paper in dataset.papers}
        return texts, [
            (one.question, {key: float(gain) for key, gain in one.relevance.items() if gain > 0})
            for one in dataset.samples
        ]
    papers: Papers = {}
    gains: dict[str, dict[str, float]] = {}
    for query, key, title, text in {"pubmedqa": pubmedqa, "citebench": citebench, "surveys": surveys}.get(
        name, check_covid
    )():
        papers[key] = (title, text)
        if query:
            gains.setdefault(query, {})[key] = 1.0
    return papers, list(gains.items())


def pubmedqa() -> Iterator[tuple[str, str, str, str]]:
    """Each question with the abstract that it was made from."""
    for key, row in json.loads((DATA / "qa" / "pubmedqa_dev500.json").read_text("utf-8")).items():
        yield row["QUESTION"], key, "", " ".join(row["CONTEXTS"])


def citebench() -> Iterator[tuple[str, str, str, str]]:
    """Paragraphs with the abstracts that they cite."""
    for row in json.loads((DATA / "related_work" / "citebench_dev25.json").read_text("utf-8")):
        for text in row["input"]:
            yield row["target"], sha256(text.encode()).hexdigest(), "", text.removeprefix("<abs>").strip()


def surveys() -> Iterator[tuple[str, str, str, str]]:
    """Titles of surveys with the papers that they cite."""
    for row in rows(DATA / "related_work" / "survey_references_dev10.jsonl.gz"):
        yield row["survey"], str(row["paper_id"]), row["title"] or "", row["abstract"] or ""


def check_covid() -> Iterator[tuple[str, str, str, str]]:
    """Claims with the abstracts that support or refute them; of the other pairs only the abstract counts."""
    for row in rows(DATA / "faithfulness" / "claim_pairs.jsonl.gz"):
        if row["dataset"] == "check_covid":
            text = " ".join(row["evidence_sentences"])
            yield "" if row["label"] == "NEI" else row["claim"], row["title"] + text[:80], row["title"], text


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """Read packed JSON Lines."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
