"""How long a wide search takes in a large library, beside one plain hybrid search of the same topic in the same run.

    python bench/wide.py [--papers 29882 121661]

The library is the first papers of `bench/scale.py`, with the vectors that it keeps in bench/.cache (they are made first
where they are lacking: some 20 minutes for all). 29,882 of them are the ACL Anthology's. Each topic is searched once
before it is timed, so that what is timed is not the reading of files.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import scale_data
from scale import fill_ours
from seed_library import machine

from assistant.planning.facets import facets_of_topic
from assistant.planning.relevance import relevant
from assistant.planning.wide import Candidate, wide_search
from assistant.types import Filter, Paper, Record
from vectorstore.embed import EmbeddedModel
from vectorstore.index import HybridIndex
from vectorstore.types import Examples, Passage, SearchMode

TOPICS = (
    "retrieval-augmented generation",
    "Hallucination in large language models: causes, detection and mitigation",
    "low-resource machine translation",
    "sarcasm detection in social media",
    "parameter-efficient fine-tuning (PEFT) of transformers for classification, summarization and dialogue",
    "diffusion models for image editing",
    "graph neural networks and recommender systems",
    "crop yields under drought",
)
FOUND, PASSAGES = 300, 50
"""Papers of a wide search, as a draft asks for; passages of a plain one, as an answer does."""


def main() -> None:
    """Fill, search, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", nargs="+", type=int, default=[29_882, 121_661])
    options = parser.parse_args()
    if not scale_data.DATA.is_dir():
        sys.exit(f"{str(scale_data.DATA)!r} is not there. Set CITEWELL_DATA to the folder that holds `scale`.")
    corpus = scale_data.Corpus()
    scale_data.embed(corpus, max(options.papers))
    print(machine())
    for size in options.papers:
        with tempfile.TemporaryDirectory() as folder:
            fill_ours(corpus, Path(folder), size, scale_data.vectors(corpus.count(size)))
            measure(corpus, Path(folder), size)


def measure(corpus: scale_data.Corpus, folder: Path, size: int) -> None:
    """Both searches of every topic."""
    index = HybridIndex(folder / "index", EmbeddedModel())

    def search(query: str | Examples, k: int, where: Filter, mode: SearchMode) -> list[Passage]:
        return index.search(query, k, mode=mode, keys=frozenset(where.keys) or None, lookup=corpus.lookup)

    def paper(key: str) -> Paper:
        of_key = corpus.of_key(key)
        text = " ".join(one.text for one in of_key)
        return Paper(key=key, record=Record(title=of_key[0].title, abstract=text))

    def wide(topic: str) -> list[Candidate]:
        facets = facets_of_topic(topic)
        return wide_search(facets, search=search, lookup=paper, where=Filter(), limit=FOUND, rarity=index.rarity)

    print(f"\n{size:,} papers\n{'topic':42} {'sides':>5} {'plain, ms':>9} {'wide, ms':>9} {'ratio':>6} {'kept':>5}")
    rows = []
    for topic in TOPICS:
        plain = timed(partial(search, topic, PASSAGES, Filter(), "hybrid"))
        seconds = timed(partial(wide, topic))
        rows.append((plain, seconds, seconds / plain))
        kept = len(relevant(wide(topic)))
        sides = len(facets_of_topic(topic))
        print(
            f"{topic[:42]:42} {sides:5} {1000 * plain:9.0f} {1000 * seconds:9.0f} {seconds / plain:6.1f} {kept:5}",
            flush=True,
        )
    plain, seconds, ratio = (statistics.median(column) for column in np.array(rows).T.tolist())
    print(f"{'median':42} {'':5} {1000 * plain:9.0f} {1000 * seconds:9.0f} {ratio:6.1f}", flush=True)
    index.close()


def timed(search: Callable[[], object]) -> float:
    """Seconds of the quickest of three, after one that does not count."""
    seconds = []
    for _ in range(4):
        began = time.perf_counter()
        search()
        seconds.append(time.perf_counter() - began)
    return min(seconds[1:])


if __name__ == "__main__":
    main()
