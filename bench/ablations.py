"""What each idea of the hybrid search is worth: nDCG@10 and Recall@100, idea by idea, on six collections.

    python bench/ablations.py [--sets scifact cranfield pubmedqa citebench surveys check_covid]

Sizes and weights were chosen on SciFact's training claims and half of Cranfield's queries; the other four collections
only check. Behind each nDCG@10 stands the 95% interval of its difference to rank fusion, resampled by query. Vectors
are kept under bench/.cache, so only the first run embeds.
"""

import argparse
import gzip
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from retrieval import ROOT, CachedEmbedder
from seed_library import DATA

from evals.datasets import open_dataset
from vectorstore.chunk import chunk_paper
from vectorstore.embed import EmbeddedModel
from vectorstore.feedback import DOCUMENTS, expanded_terms
from vectorstore.fuse import reciprocal_rank_fusion, standard_score_fusion
from vectorstore.lexical import TantivyIndex

if TYPE_CHECKING:
    from vectorstore.types import Chunk, Vectors, Words

POOL = 250
SETS = ["scifact", "cranfield", "pubmedqa", "citebench", "surveys", "check_covid"]
Papers = dict[str, tuple[str, str]]
Questions = list[tuple[str, dict[str, float]]]
Ranking = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One query on one collection, with what every idea starts from."""

    chunks: Mapping[str, "Chunk"]
    index: TantivyIndex
    matrix: "Vectors"
    query: str
    vector: "Vectors"

    def near(self, vector: "Vectors") -> Ranking:
        """Cosine of every chunk, best first."""
        return ordered(dict(zip(self.chunks, (self.matrix @ vector).tolist(), strict=True)))

    def worded(self, query: "Words") -> Ranking:
        """BM25 of every chunk that shares a word, best first."""
        return dict(self.index.search(query, len(self.chunks)))

    @property
    def parts(self) -> list[Ranking]:
        """By meaning and by words."""
        return [self.near(self.vector), self.worded(self.query)]


def ranks(it: Material) -> Ranking:
    """Rank fusion."""
    return dict(reciprocal_rank_fusion([list(part)[:POOL] for part in it.parts]))


def ranges(it: Material) -> Ranking:
    """Each score's place between the lowest and the highest of the candidates."""
    parts = it.parts
    pool = candidates(parts)
    spans = [(min(part.get(one, 0.0) for one in pool), max(part.get(one, 0.0) for one in pool)) for part in parts]
    return ordered(
        {
            one: sum(
                (part.get(one, 0.0) - low) / ((high - low) or 1.0)
                for part, (low, high) in zip(parts, spans, strict=True)
            )
            for one in pool
        }
    )


def fused(parts: Sequence[Ranking]) -> Ranking:
    """Standard scores of the candidates, added."""
    pool = candidates(parts)
    return standard_score_fusion([{one: part.get(one, 0.0) for one in pool} for part in parts], pool)


def widened(it: Material) -> dict[str, float]:
    """The query's terms with those of the first documents."""
    first = fused(it.parts)
    read = [(score, it.index.terms(it.chunks[one].embedding_text)) for one, score in list(first.items())[:DOCUMENTS]]
    holding = it.index.holding({term for _, terms in read for term in terms})
    return expanded_terms(it.index.terms(it.query), read, holding, len(it.chunks))


def moved(it: Material) -> "Vectors":
    """The query's vector drawn towards those of the first documents (Rocchio 1971)."""
    rows = {one: row for row, one in enumerate(it.chunks)}
    first = [rows[one] for one in list(fused(it.parts))[:DOCUMENTS]]
    vector: Vectors = it.vector + 0.4 * it.matrix[first].mean(axis=0)
    unit: Vectors = vector / np.linalg.norm(vector)
    return unit


def smoothed(it: Material) -> Ranking:
    """The shipped scores, each mixed with those of its ten nearest candidates."""
    scores = shipped(it)
    rows = {one: row for row, one in enumerate(it.chunks)}
    vectors, values = it.matrix[[rows[one] for one in scores]], np.array(list(scores.values()))
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -1.0)
    nearest = np.argsort(-alike, axis=1)[:, :10]
    weights = np.take_along_axis(alike, nearest, axis=1).clip(1e-6) ** 2
    around = (weights * values[nearest]).sum(axis=1) / weights.sum(axis=1)
    return ordered(dict(zip(scores, (0.7 * values + 0.3 * around).tolist(), strict=True)))


def shipped(it: Material) -> Ranking:
    """Standard scores after feedback by words."""
    return fused([it.near(it.vector), it.worded(widened(it))])


IDEAS: dict[str, Callable[[Material], Ranking]] = {
    "words alone (BM25)": lambda it: it.parts[1],
    "meaning alone (cosine)": lambda it: it.parts[0],
    "rank fusion": ranks,
    "range-scaled scores": ranges,
    "standard scores": lambda it: fused(it.parts),
    "  + feedback by words (shipped)": shipped,
    "  + feedback by vector": lambda it: fused([it.near(moved(it)), it.worded(it.query)]),
    "  + both": lambda it: fused([it.near(moved(it)), it.worded(widened(it))]),
    "  shipped + neighbours": smoothed,
}
PLAIN = "rank fusion"


def main() -> None:
    """Measure and print a table for each collection."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    options = parser.parse_args()
    if not DATA.is_dir():
        print(f"Skipped: {str(DATA)!r} is not there (set CITEWELL_DATA).")
        return
    embedder = CachedEmbedder(ROOT / "bench" / ".cache" / "vectors.sqlite3", EmbeddedModel())
    for name in options.sets:
        measure(name, embedder)


def measure(name: str, embedder: CachedEmbedder) -> None:
    """Run every idea on one collection."""
    papers, questions = collection(name)
    chunks = {one.id: one for key, (title, text) in papers.items() for one in chunk_paper(key, title, text)}
    matrix = embedder.embed_documents([one.embedding_text for one in chunks.values()])
    print(f"\n{name}: {len(papers)} papers, {len(chunks)} chunks, {len(questions)} queries", flush=True)
    results: dict[str, list[tuple[float, float]]] = {idea: [] for idea in IDEAS}
    with tempfile.TemporaryDirectory() as folder:
        index = TantivyIndex(Path(folder))
        index.upsert(list(chunks.values()))
        for query, relevant in questions:
            vector = embedder.embed_documents([query])[0]
            material = Material(chunks=chunks, index=index, matrix=matrix, query=query, vector=vector)
            for idea, rank in IDEAS.items():
                keys = list(dict.fromkeys(chunks[one].key for one in rank(material)))
                results[idea].append((ndcg(keys, relevant), recall(keys, relevant)))
        index.close()
    plain = np.array(results[PLAIN])[:, 0]
    for idea, values in results.items():
        found, recalled = np.array(values).T
        low, high = interval(found - plain)
        print(f"{idea:32} {found.mean():.4f} [{low:+.3f}, {high:+.3f}]  {recalled.mean():.4f}", flush=True)


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


def candidates(parts: Sequence[Ranking]) -> list[str]:
    """The first of each part."""
    return list(dict.fromkeys(one for part in parts for one in list(part)[:POOL]))


def ordered(scores: Ranking) -> Ranking:
    """Best first, equal scores by id."""
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def ndcg(keys: Sequence[str], gains: Mapping[str, float]) -> float:
    """nDCG@10."""
    discounts = 1 / np.log2(np.arange(2, 12))
    ideal = sorted(gains.values(), reverse=True)[:10]
    got = [gains.get(key, 0.0) for key in keys[:10]]
    return float(discounts[: len(got)] @ got / (discounts[: len(ideal)] @ ideal))


def recall(keys: Sequence[str], gains: Mapping[str, float]) -> float:
    """Recall@100."""
    return sum(key in gains for key in keys[:100]) / len(gains)


def interval(differences: "Vectors") -> tuple[float, float]:
    """95% of the means of 10,000 resamplings."""
    chooser = np.random.default_rng(0)
    drawn = chooser.integers(0, len(differences), (10_000, len(differences)))
    low, high = np.quantile(differences[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main()
