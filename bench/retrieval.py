"""How well the index finds papers: nDCG@10 and Recall@100 on SciFact (BEIR test) and Cranfield.

    python bench/retrieval.py [--sets scifact cranfield] [--budgets 128 200 320 512]

Chunks are indexed as the product does it, passages are grouped by paper (a paper stands where its best passage
does). Vectors are kept under bench/.cache by the text they are of, so only the first run of a budget embeds.
"""

import argparse
import gzip
import json
import math
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vectorstore.chunk import chunk_paper  # noqa: E402 - because the path is set above
from vectorstore.embed import EmbeddedModel  # noqa: E402 - because as above
from vectorstore.index import HybridIndex  # noqa: E402 - because as above
from vectorstore.types import Chunk, SearchMode  # noqa: E402 - because as above

if TYPE_CHECKING:
    from vectorstore.types import Vectors

DATA = Path(os.environ.get("CITEWELL_DATA", ROOT.parent / "shared" / "data")) / "retrieval"
PASSAGES = 250  # retrieved for each query, so that a hundred papers are left after grouping
Judgements = Mapping[str, Mapping[str, int]]


class CachedEmbedder(EmbeddedModel):
    """The embedded model with its vectors kept on disk."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        file.parent.mkdir(parents=True, exist_ok=True)
        self._store = sqlite3.connect(file)
        self._store.execute("CREATE TABLE IF NOT EXISTS vectors (digest TEXT PRIMARY KEY, vector BLOB)")

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Embed what the file does not hold yet."""
        digests = [sha256(f"{self.name}\x1f{text}".encode()).hexdigest() for text in texts]
        held = dict(self._held(digests))
        lacking = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in held}
        for digest, vector in zip(lacking, super().embed_documents(list(lacking.values())), strict=True):
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
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{str(DATA)!r} is not there. Set CITEWELL_DATA to the folder that holds `retrieval`.")
    embedder = CachedEmbedder(ROOT / "bench" / ".cache" / "vectors.sqlite3")
    print(f"{'set':10} {'budget':>6} {'chunks':>6} {'mode':8} {'nDCG@10':>8} {'R@100':>7} {'ms/query':>8}")
    for name in options.sets:
        for budget in options.budgets:
            measure(name, budget, embedder)


def measure(name: str, budget: int, embedder: EmbeddedModel) -> None:
    """Index one set with one chunk budget and print a row for each mode."""
    papers = list(rows(DATA / name / "corpus.jsonl.gz"))
    chunks = {
        chunk.id: chunk
        for paper in papers
        for chunk in chunk_paper(paper["_id"], paper["title"], paper["text"], budget=budget)
    }
    queries = {row["_id"]: row["text"] for row in rows(DATA / name / "queries.jsonl")}
    relevant = judgements(DATA / name / "qrels" / "test.tsv")
    with tempfile.TemporaryDirectory() as folder:
        index = HybridIndex(Path(folder) / "index", embedder)
        index.apply(list(chunks.values()), [])
        for mode in get_args(SearchMode):
            found, seconds = {}, 0.0
            for query in relevant:
                embedder.embed_query(queries[query])  # now in the file, so that the time is that of the search
                start = time.perf_counter()
                found[query] = ranked_papers(index, queries[query], mode, chunks)
                seconds += time.perf_counter() - start
            ndcg, recall = ndcg_at(10, found, relevant), recall_at(100, found, relevant)
            speed = 1000 * seconds / len(relevant)
            row = f"{name:10} {budget:6} {len(chunks):6} {mode:8} {ndcg:8.4f} {recall:7.4f} {speed:8.1f}"
            print(row, flush=True)
        index.close()


def ranked_papers(index: HybridIndex, query: str, mode: SearchMode, chunks: Mapping[str, Chunk]) -> list[str]:
    """Papers by their best passage."""
    found = index.search(query, PASSAGES, mode=mode, lookup=lambda ids: {one: chunks[one] for one in ids})
    return list(dict.fromkeys(passage.chunk.key for passage in found))


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """Read JSON Lines, packed or not."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def judgements(file: Path) -> Judgements:
    """Read `query-id, corpus-id, score` below a header; scores of 0 are left out."""
    relevant: dict[str, dict[str, int]] = {}
    for line in file.read_text("utf-8").splitlines()[1:]:
        query, paper, score = line.split("\t")
        if int(score) > 0:
            relevant.setdefault(query, {})[paper] = int(score)
    return relevant


def ndcg_at(k: int, found: Mapping[str, Sequence[str]], relevant: Judgements) -> float:
    """Mean normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002), gains as judged."""
    values = []
    for query, gains in relevant.items():
        got = sum(gains.get(paper, 0) / math.log2(rank + 1) for rank, paper in enumerate(found[query][:k], start=1))
        best = sorted(gains.values(), reverse=True)[:k]
        values.append(got / sum(gain / math.log2(rank + 1) for rank, gain in enumerate(best, start=1)))
    return sum(values) / len(values)


def recall_at(k: int, found: Mapping[str, Sequence[str]], relevant: Judgements) -> float:
    """Mean share of the relevant papers among the first k."""
    shares = [len(set(found[query][:k]) & set(papers)) / len(papers) for query, papers in relevant.items()]
    return sum(shares) / len(shares)


if __name__ == "__main__":
    main()
