"""How well the index finds papers: nDCG@10 and Recall@100 on SciFact (BEIR test) and Cranfield.

    python bench/retrieval.py [--sets scifact cranfield] [--budgets 128 200 320 512]
                              [--embedding onnx:FOLDER|provider:model] [--rerank FOLDER]

Chunks are indexed as the product does it, passages are grouped by paper (a paper stands where its best passage
does). Vectors are kept under bench/.cache by the text they are of, so only the first run of a budget embeds.
"""

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assistant.types import Answer  # noqa: E402 - because as below
from evals.datasets import open_dataset  # noqa: E402 - because as below
from evals.metrics.retrieval import ndcg_10, recall_100  # noqa: E402 - because as below
from evals.types import Case  # noqa: E402 - because as below
from vectorstore.chunk import chunk_paper  # noqa: E402 - because the path is set above
from vectorstore.embed import EmbeddedModel, open_embedder  # noqa: E402 - because as above
from vectorstore.index import HybridIndex  # noqa: E402 - because as above
from vectorstore.rerank import Reranker, open_reranker, rerank  # noqa: E402 - because as above
from vectorstore.types import Chunk, Embedder, SearchMode  # noqa: E402 - because as above

if TYPE_CHECKING:
    from vectorstore.types import Vectors

DATA = Path(os.environ.get("CITEWELL_DATA", ROOT.parent / "shared" / "data")) / "retrieval"
PASSAGES = 250  # retrieved for each query, so that a hundred papers are left after grouping
MEASURES = (ndcg_10, recall_100)
NOTHING = Answer(question="", standalone_question="", statements=())
"""Retrieval is measured without an answer."""


class CachedEmbedder:
    """An embedding model with its vectors kept on disk."""

    def __init__(self, file: Path, model: Embedder) -> None:
        self.name = model.name
        self._model = model
        file.parent.mkdir(parents=True, exist_ok=True)
        self._store = sqlite3.connect(file, check_same_thread=False)  # indexing embeds in another thread
        self._store.execute("CREATE TABLE IF NOT EXISTS vectors (digest TEXT PRIMARY KEY, vector BLOB)")

    @cached_property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._model.dimensions

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Embed what the file does not hold yet."""
        return self._kept(self.name, texts, self._model.embed_documents)

    def embed_query(self, text: str) -> "Vectors":
        """Embed a query that the file does not hold yet: the embedded model reads it as it reads documents."""
        name = self.name if isinstance(self._model, EmbeddedModel) else f"{self.name}\x1fquery"
        vector: Vectors = self._kept(name, [text], lambda texts: self._model.embed_query(texts[0])[np.newaxis])[0]
        return vector

    def _kept(self, name: str, texts: Sequence[str], embed: "Callable[[Sequence[str]], Vectors]") -> "Vectors":
        digests = [sha256(f"{name}\x1f{text}".encode()).hexdigest() for text in texts]
        held = dict(self._held(digests))
        lacking = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in held}
        for digest, vector in zip(lacking, embed(list(lacking.values())) if lacking else (), strict=True):
            held[digest] = vector
            self._store.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (digest, vector.tobytes()))
        self._store.commit()
        return np.array([held[digest] for digest in digests], dtype=np.float32).reshape(len(texts), self.dimensions)

    def _held(self, digests: Sequence[str]) -> Iterator[tuple[str, "Vectors"]]:
        for digest in digests:
            row = self._store.execute("SELECT vector FROM vectors WHERE digest = ?", (digest,)).fetchone()
            if row:
                yield digest, np.frombuffer(row[0], dtype=np.float32)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", default=["scifact", "cranfield"])
    parser.add_argument("--budgets", nargs="+", type=int, default=[128, 200, 320, 512])
    parser.add_argument("--embedding", metavar="M", help="embedded, onnx:FOLDER or provider:model")
    parser.add_argument("--rerank", metavar="FOLDER", help="an ONNX cross-encoder")
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{str(DATA)!r} is not there. Set CITEWELL_DATA to the folder that holds `retrieval`.")
    embedder = CachedEmbedder(ROOT / "bench" / ".cache" / "vectors.sqlite3", open_embedder(options.embedding))
    reranker = open_reranker(options.rerank) if options.rerank else None
    print(f"{'set':10} {'budget':>6} {'chunks':>6} {'mode':8} {'nDCG@10':>8} {'R@100':>7} {'ms/query':>8}")
    for name in options.sets:
        for budget in options.budgets:
            measure(name, budget, embedder, reranker)


def measure(name: str, budget: int, embedder: CachedEmbedder, reranker: Reranker | None) -> None:
    """Index one set with one chunk budget and print a row for each mode."""
    dataset = open_dataset(DATA / name, format="beir")
    chunks = {
        chunk.id: chunk
        for paper in dataset.papers
        for chunk in chunk_paper(paper.key, paper.title, paper.abstract, budget=budget)
    }
    with tempfile.TemporaryDirectory() as folder:
        index = HybridIndex(Path(folder) / "index", embedder)
        index.apply(list(chunks.values()), [])
        for mode in get_args(SearchMode):
            scores: list[list[float]] = [[] for _ in MEASURES]
            seconds = 0.0
            for sample in dataset.samples:
                embedder.embed_query(sample.question)  # now in the file, so that the time is that of the search
                start = time.perf_counter()
                ranking = ranked_papers(index, sample.question, mode, chunks, reranker)
                seconds += time.perf_counter() - start
                case = Case(sample=sample, answer=NOTHING, papers=lambda _key: None, ranking=tuple(ranking))
                for measure, values in zip(MEASURES, scores, strict=True):
                    values.append(measure(case).value or 0.0)
            ndcg, recall = (sum(values) / len(values) for values in scores)
            speed = 1000 * seconds / len(dataset.samples)
            row = f"{name:10} {budget:6} {len(chunks):6} {mode:8} {ndcg:8.4f} {recall:7.4f} {speed:8.1f}"
            print(row, flush=True)
        index.close()


def ranked_papers(
    index: HybridIndex, query: str, mode: SearchMode, chunks: Mapping[str, Chunk], reranker: Reranker | None
) -> list[str]:
    """Papers by their best passage."""
    found = index.search(query, PASSAGES, mode=mode, lookup=lambda ids: {one: chunks[one] for one in ids})
    if reranker:
        found = rerank(query, found, reranker)
    return list(dict.fromkeys(passage.chunk.key for passage in found))


if __name__ == "__main__":
    main()
