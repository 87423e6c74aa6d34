"""How fast abstracts become searchable, beside Chroma's stock path, in one run; and what the search is worth after.

    python bench/ingest.py [--abstracts 1500] [--rounds 6] [--quality scifact] [--float32]

Stock: `collection.add(documents=...)` with Chroma's default embedding function (the same weights; padded to 256 word
pieces). Ours: chunking, embedding, Chroma, the matrix for exact search and the words index. The two take turns on the
same abstracts, so that other work on the machine slows both; the ratio of a round is what to read. `--float32` measures
what a processor without exact 8-bit products gets.
"""

import argparse
import gzip
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.stock import stock_embedding_function  # noqa: E402 - because the path is set above
from vectorstore import minilm  # noqa: E402 - because as above
from vectorstore.chunk import chunk_paper  # noqa: E402 - because as above
from vectorstore.embed import EmbeddedModel  # noqa: E402 - because as above
from vectorstore.index import HybridIndex  # noqa: E402 - because as above
from vectorstore.threads import model_threads  # noqa: E402 - because as above

DATA = Path(os.environ.get("CITEWELL_DATA", ROOT.parent / "shared" / "data"))
Paper = tuple[str, str, str]
"""(key, title, abstract)."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--abstracts", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--quality", nargs="*", default=["scifact"], help="collections for nDCG@10 of vectors alone")
    parser.add_argument("--float32", action="store_true", help="as on a processor without exact 8-bit products")
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{str(DATA)!r} is not there. Set CITEWELL_DATA to the folder that holds `scale` and `retrieval`.")
    if options.float32:
        minilm.multiplies_int8 = lambda: False  # type: ignore[assignment]  # - because a processor cannot be changed
    papers = spread(options.abstracts)
    lengths = piece_counts(papers)
    print(f"{len(papers)} abstracts, {statistics.mean(lengths):.0f} word pieces on average of at most {minilm.WINDOW};")
    print(f"{model_threads()} threads; graph: {'int8' if minilm.multiplies_int8() else 'float32'}")
    speed(papers, options.rounds, statistics.mean(map(operations, lengths)))
    for name in options.quality:
        quality(name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process, stock path included: {peak:.0f} MiB")


def speed(papers: Sequence[Paper], rounds: int, operations_each: float) -> None:
    """Take turns and print abstracts a second."""
    stock, model = stock_embedding_function(), EmbeddedModel()
    texts = [f"{title}\n{abstract}" for _, title, abstract in papers]
    stock(texts[:32])
    model.embed_documents(texts[:32])
    with tempfile.TemporaryDirectory() as folder:
        collection = chroma_collection(Path(folder) / "stock", stock)
        index = HybridIndex(Path(folder) / "ours", model)
        ways: dict[str, Callable[[Sequence[Paper]], object]] = {
            "stock, to searchable": lambda some: add_stock(collection, some),
            "ours, to searchable": lambda some: index.apply(chunks_of(some), []),
            "stock, vectors only": lambda some: stock([f"{one[1]}\n{one[2]}" for one in some]),
            "ours, vectors only": lambda some: model.embed_documents([f"{one[1]}\n{one[2]}" for one in some]),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        size = len(papers) // rounds
        for start in range(0, size * rounds, size):
            for name, way in ways.items():
                begun = time.perf_counter()
                way(papers[start : start + size])
                taken[name].append(size / (time.perf_counter() - begun))
        index.close()
    for name, rates in taken.items():
        print(f"{name:24} {statistics.median(rates):7.1f} abstracts/s (rounds {min(rates):.1f} to {max(rates):.1f})")
    for what in ("to searchable", "vectors only"):
        ratios = [ours / theirs for ours, theirs in zip(taken[f"ours, {what}"], taken[f"stock, {what}"], strict=True)]
        print(f"ratio, {what}: {statistics.median(ratios):.2f} (rounds {min(ratios):.2f} to {max(ratios):.2f})")
    measured_peak(max(taken["ours, vectors only"]) * operations_each / 1e9)


def measured_peak(reached: float) -> None:
    """Print the operations a second that the best round needed, beside what plain large products reach."""
    bytes_, floats = product_rate(np.uint8), product_rate(np.float32)
    print(f"best round: {reached:.0f} billion operations/s in the encoder (a multiplication and an addition are two)")
    print(f"large product of bytes: {bytes_:.0f}, of float32: {floats:.0f} billion operations/s")
    print(f"so the encoder runs at {reached / bytes_:.0%} of the one and {reached / floats:.0%} of the other")


def product_rate(kind: "type[np.generic]", size: int = 2048) -> float:
    """Billion operations a second of the best of several large matrix products by onnxruntime."""
    from onnx import TensorProto

    from bench.fit_encoder import Graph

    graph = Graph()
    is_bytes = kind is np.uint8
    right = np.ones((size, size), dtype=np.int8 if is_bytes else np.float32)
    product = graph.add("MatMulInteger" if is_bytes else "MatMul", ["rows", graph.given("right", right)])
    types = (TensorProto.UINT8, TensorProto.INT32) if is_bytes else (TensorProto.FLOAT, TensorProto.FLOAT)
    made = graph.model({"rows": (types[0], ["m", "k"])}, {product: types[1]})
    session = minilm.opened(made, {"right": right}, threads=model_threads())
    rows, best = np.ones((size, size), dtype=kind), float("inf")
    for _ in range(8):
        begun = time.perf_counter()
        session.run(None, {"rows": rows})
        best = min(best, time.perf_counter() - begun)
    return 2 * size**3 / best / 1e9


def operations(length: int) -> float:
    """Additions and multiplications of the encoder's matrix products for one text of so many word pieces."""
    width, layers = 384, minilm.LAYERS
    return layers * (2 * length * 12 * width**2 + 4 * length**2 * width)


def quality(name: str) -> None:
    """Print nDCG@10 of vectors alone, papers ranked by their best chunk, stock and ours."""
    from assistant.types import Answer
    from evals.datasets import open_dataset
    from evals.metrics.retrieval import ndcg_10
    from evals.types import Case

    dataset = open_dataset(DATA / "retrieval" / name, format="beir")
    stock, model = stock_embedding_function(), EmbeddedModel()
    questions = [sample.question for sample in dataset.samples]
    chunks = [one for paper in dataset.papers for one in chunk_paper(paper.key, paper.title, paper.abstract)]
    ways: dict[str, tuple[Any, list[str], list[str]]] = {
        "stock": (
            lambda texts: np.array(stock(list(texts))),
            [f"{one.title}\n{one.abstract}" for one in dataset.papers],
            [one.key for one in dataset.papers],
        ),
        "ours": (model.embed_documents, [one.embedding_text for one in chunks], [one.key for one in chunks]),
    }
    for label, (embed, texts, keys) in ways.items():
        scores = embed(questions) @ embed(texts).T
        values = []
        for sample, row in zip(dataset.samples, scores, strict=True):
            ranking = tuple(dict.fromkeys(keys[one] for one in np.argsort(-row, kind="stable")[:300]))
            nothing = Answer(question="", standalone_question="", statements=())
            case = Case(sample=sample, answer=nothing, papers=lambda _: None, ranking=ranking)
            values.append(ndcg_10(case).value or 0.0)
        print(f"{name}, vectors alone, {label}: nDCG@10 {statistics.mean(values):.4f}")


def abstracts() -> Iterator[Paper]:
    """Real titles and abstracts."""
    for name in ("acl_anthology", "paperlists"):
        with gzip.open(DATA / "scale" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                held = json.loads(line)
                yield f"{name}-{number}", held.get("title") or "", held.get("abstract") or ""


def spread(n: int) -> list[Paper]:
    """So many papers, evenly from all."""
    papers = list(abstracts())
    return papers[:: max(1, len(papers) // n)][:n]


def piece_counts(papers: Sequence[Paper]) -> list[int]:
    """Word pieces that the model reads of each."""
    tokenizer = minilm.open_tokenizer()
    return [len(tokenizer.encode(f"{title}\n{abstract}").ids) for _, title, abstract in papers]


def chunks_of(papers: Sequence[Paper]) -> list[Any]:
    """Chunks as the library makes them."""
    return [chunk for paper in papers for chunk in chunk_paper(*paper)]


def chroma_collection(folder: Path, embedding_function: Any) -> Any:  # noqa: ANN401 - because of chromadb's generic types
    """A collection as Chroma's documentation makes one."""
    import chromadb
    from chromadb.config import Settings

    settings: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False}
    client = chromadb.PersistentClient(path=folder, settings=Settings(**settings))
    return client.get_or_create_collection("stock", embedding_function=embedding_function)


def add_stock(collection: Any, papers: Sequence[Paper]) -> None:  # noqa: ANN401 - because as above
    """Add documents as Chroma's documentation does."""
    collection.add(
        ids=[key for key, _, _ in papers], documents=[f"{title}\n{abstract}" for _, title, abstract in papers]
    )


if __name__ == "__main__":
    main()
