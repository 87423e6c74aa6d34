"""How much of what surveys cite is found by their titles alone, and what the relevance cut keeps of it.

    python bench/surveys.py [--embedding onnx:FOLDER|provider:model]

The references of ten published surveys make one library (each paper once; those without an abstract by their title).
Each survey's title is the topic; what it cites is what should be found. A survey with 900 references cannot have them
all among 200 found, so recall is also printed as a share of what is possible. The surveys are on neighbouring topics:
a paper that another one cites counts as wrong here, though a reader might well want it.

Weights and sizes were chosen on the first of every two surveys; the others are reported apart.
"""

import argparse
import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from retrieval import ROOT, CachedEmbedder

from assistant.planning.facets import facets_of_topic
from assistant.planning.relevance import relevant
from assistant.planning.scale import Scale, scale_of
from assistant.planning.wide import Candidate, wide_search
from assistant.types import Filter, Paper, Record
from vectorstore.chunk import chunk_paper
from vectorstore.embed import open_embedder
from vectorstore.index import HybridIndex

if TYPE_CHECKING:
    from assistant.reading.extract import Rarity
    from assistant.retrieve import Lookup, WideSearch
    from vectorstore.types import Chunk, Examples, Passage, SearchMode

DATA = Path(os.environ.get("CITEWELL_DATA", ROOT.parent / "shared" / "data"))
SURVEYS = DATA / "related_work" / "survey_references_dev10.jsonl.gz"
AMONG = (50, 100, 200)
FOUND = 300
Ranker = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Papers that can be searched."""

    papers: Mapping[str, Paper]
    search: "WideSearch"
    lookup: "Lookup"
    rarity: "Rarity"
    scale: Scale

    def ranked(self, query: str, mode: "SearchMode") -> list[str]:
        """Papers by their best passage."""
        return list(dict.fromkeys(one.chunk.key for one in self.search(query, FOUND, Filter(), mode)))

    def wide(self, topic: str, where: Filter | None = None, limit: int = FOUND) -> list[Candidate]:
        """What a wide search finds."""
        return wide_search(
            facets_of_topic(topic),
            search=self.search,
            lookup=self.lookup,
            where=where or Filter(),
            limit=limit,
            rarity=self.rarity,
            scale=self.scale,
        )


@contextmanager
def shelf(texts: Mapping[str, tuple[str, str]], embedding: str | None = None) -> Iterator[Shelf]:
    """Index titles and abstracts as the product does; filters may only name keys."""
    embedder = CachedEmbedder(ROOT / "bench" / ".cache" / "vectors.sqlite3", open_embedder(embedding))
    papers = {key: Paper(key=key, record=Record(title=title, abstract=text)) for key, (title, text) in texts.items()}
    chunks = {one.id: one for key, (title, text) in texts.items() for one in chunk_paper(key, title, text)}

    def lookup(ids: Sequence[str]) -> "dict[str, Chunk]":
        return {one: chunks[one] for one in ids if one in chunks}

    with tempfile.TemporaryDirectory() as folder:
        index = HybridIndex(Path(folder) / "index", embedder)
        index.apply(list(chunks.values()), [])

        def search(query: "str | Examples", k: int, where: Filter, mode: "SearchMode") -> "Sequence[Passage]":
            return index.search(query, k, mode=mode, keys=frozenset(where.keys) or None, lookup=lookup)

        scale = scale_of(embedder)
        yield Shelf(papers=papers, search=search, lookup=papers.get, rarity=index.rarity, scale=scale)
        index.close()


def references() -> tuple[dict[str, tuple[str, str]], dict[str, frozenset[str]]]:
    """Title and abstract of each paper once, and by survey the ids of what it cites."""
    texts: dict[str, tuple[str, str]] = {}
    cited: dict[str, set[str]] = {}
    with gzip.open(SURVEYS, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            key, abstract = str(row["paper_id"]), row["abstract"] or ""
            abstract = "" if abstract == "None" else abstract
            if key not in texts or (abstract and not texts[key][1]):
                texts[key] = (row["title"] or "", abstract)
            cited.setdefault(row["survey"], set()).add(key)
    return texts, {survey: frozenset(keys) for survey, keys in cited.items()}


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embedding", metavar="MODEL", help="another embedding model than the one that is shipped")
    options = parser.parse_args()
    if not SURVEYS.is_file():
        sys.exit(f"{str(SURVEYS)!r} is not there. Set CITEWELL_DATA to the folder that holds `related_work`.")
    texts, cited = references()
    lacking = sum(not abstract for _, abstract in texts.values())
    print(f"{len(texts)} papers, {lacking} of them without an abstract\n")
    with shelf(texts, options.embedding) as held:
        rankers: dict[str, Ranker] = {
            "bm25": lambda topic: held.ranked(topic, "lexical"),
            "dense": lambda topic: held.ranked(topic, "dense"),
            "hybrid": lambda topic: held.ranked(topic, "hybrid"),
            "wide": lambda topic: [one.paper.key for one in held.wide(topic)],
        }
        print_recall(rankers, cited)
        print_cut(held, cited)


def print_recall(rankers: Mapping[str, Ranker], cited: Mapping[str, frozenset[str]]) -> None:
    """Recall of each survey's references, and as a share of what is possible."""
    columns = "".join(f"{f'R@{n}':>7}" for n in AMONG) + "".join(f"{f'of max @{n}':>12}" for n in AMONG)
    print(f"{'survey':34} {'cites':>5} {'search':7}{columns} {'s':>6}")
    results: dict[str, list[list[float]]] = {name: [] for name in rankers}
    for survey, keys in cited.items():
        for name, ranker in rankers.items():
            began = time.perf_counter()
            ranking = ranker(survey)
            seconds = time.perf_counter() - began
            hits = [len(keys.intersection(ranking[:n])) for n in AMONG]
            row = [hit / len(keys) for hit in hits]
            row += [hit / min(n, len(keys)) for hit, n in zip(hits, AMONG, strict=True)]
            results[name].append(row)
            print(f"{survey[:34]:34} {len(keys):5} {name:7}{numbers(row)} {seconds:6.2f}")
    for what, rows in (("mean of ten", slice(None)), ("mean of five, for tuning", slice(0, None, 2)),
                       ("mean of the other five", slice(1, None, 2))):  # fmt: skip
        for name, result in results.items():
            print(f"{what:34} {'':5} {name:7}{numbers(np.mean(result[rows], axis=0).tolist())}")


def numbers(row: Sequence[float]) -> str:
    """Three recalls and three shares, in columns."""
    return "".join(f"{one:7.3f}" for one in row[: len(AMONG)]) + "".join(f"{one:12.3f}" for one in row[len(AMONG) :])


def print_cut(held: Shelf, cited: Mapping[str, frozenset[str]]) -> None:
    """How many papers the relevance cut keeps, and how many of them the survey cites."""
    print(f"\n{'survey':34} {'cites':>5} {'kept':>5} {'precision':>9} {'recall':>7}")
    rows = []
    for survey, keys in cited.items():
        kept = [one.paper.key for one in relevant(held.wide(survey, limit=len(held.papers)))]
        hits = len(keys.intersection(kept))
        rows.append((len(kept), hits / max(1, len(kept)), hits / len(keys)))
        print(f"{survey[:34]:34} {len(keys):5} {rows[-1][0]:5} {rows[-1][1]:9.3f} {rows[-1][2]:7.3f}")
    for what, part in (("mean of ten", rows), ("mean of the other five", rows[1::2])):
        kept_papers, precision, recall = np.mean(part, axis=0).tolist()
        print(f"{what:34} {'':5} {kept_papers:5.0f} {precision:9.3f} {recall:7.3f}")


if __name__ == "__main__":
    main()
