"""How recall, time, memory and disk grow with the library: ours beside stock langchain-chroma and a NumPy scan.

    python bench/scale.py [--sizes 10000 30000 121661] [--questions 100] [--without-stock] [--quick]

Vectors that are not in bench/.cache yet are made first (some 20 minutes for all; it goes on where it was interrupted).
Each store is filled with the ready vectors by one process and searched by another, so that the peak memory of either is
its own. Questions are sentences of abstracts, embedded anew each time by the same model for all three; 50 chunks are
asked for. The filters: every second paper, one in a hundred, papers since 2020. Stock has `half`, `percent` and `year`
as metadata; ours is given the keys of the papers, the same set for all questions as in a session. `--quick` leaves out
the plot.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import scale_data  # noqa: E402 - because the path is set above
from bench.scale_data import Corpus  # noqa: E402 - because as above
from vectorstore.embed import EmbeddedModel  # noqa: E402 - because as above
from vectorstore.index import HybridIndex  # noqa: E402 - because as above

if TYPE_CHECKING:
    from langchain_core.vectorstores import VectorStore

    from vectorstore.types import Vectors

K = 50
FILTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "half": ("paper % 2 = 0", {"half": 0}),
    "1%": ("paper % 100 = 0", {"percent": 0}),
    "year": ("year >= 2020", {"year": {"$gte": 2020}}),
}
_STORED_AT_ONCE = 5000
Search = Callable[[str, str | None], Collection[str]]
"""(question, filter) to chunk ids."""
Dense = Callable[[str], Collection[str]]


def main() -> None:
    """Measure each size and print a row for each store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 30_000, 121_661])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--without-stock", action="store_true")
    parser.add_argument("--quick", action="store_true", help="no plot")
    parser.add_argument("--child", nargs=3, metavar=("WORK", "STORE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not scale_data.DATA.is_dir():
        sys.exit(f"{str(scale_data.DATA)!r} is not there. Set CITEWELL_DATA to the folder that holds `scale`.")
    if options.child:
        work, store, folder = options.child
        jobs = {"fill": fill, "search": measure}
        print(json.dumps(jobs[work](store, Path(folder), options.sizes[0], options.questions)))
    else:
        scale_data.embed(Corpus(), max(options.sizes))
        stores = ["ours", "numpy"] if options.without_stock else ["ours", "stock", "numpy"]
        report(stores, options.sizes, options.questions, with_plot=not options.quick)


def report(stores: Sequence[str], sizes: Sequence[int], questions: int, *, with_plot: bool) -> None:
    """Print a row for each size and store, and draw them."""
    names = [f"{name} {what}" for name in ("all", *FILTERS) for what in ("p50", "p95", "first")]
    print(
        "abstracts store recall@50 fill/s fill-MB search-MB KB/abstract start-s",
        *[name.replace(" ", "-") for name in names],
    )
    rows: list[dict[str, Any]] = []
    for size in sizes:
        for store in stores:
            with tempfile.TemporaryDirectory() as folder:
                filled = child("fill", store, folder, size, questions) if store != "numpy" else {}
                found = child("search", store, folder, size, questions)
            row = {"abstracts": size, "store": store, **filled, **found}
            rows.append(row)
            cells = ["recall", "per_second", "fill_mb", "search_mb", "kb", "start", *names]
            values = [f"{row[cell]:.3g}" if cell in row else "-" for cell in cells]
            print(size, store, *values, flush=True)
    if with_plot:
        plot(rows, ROOT / "bench" / "scale.png")


def child(work: str, store: str, folder: str, size: int, questions: int) -> dict[str, float]:
    """Do one part of the work in a process of its own."""
    command = [sys.executable, __file__, "--child", work, store, folder, "--sizes", str(size)]
    ended = subprocess.run([*command, "--questions", str(questions)], check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def fill(store: str, folder: Path, size: int, _questions: int) -> dict[str, float]:
    """Store the chunks of the first papers with their ready vectors."""
    corpus = Corpus()
    vectors = scale_data.vectors(corpus.count(size))
    start = time.perf_counter()
    (fill_ours if store == "ours" else fill_stock)(corpus, folder, size, vectors)
    seconds = time.perf_counter() - start
    used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {"per_second": len(vectors) / seconds, "fill_mb": peak_megabytes(), "kb": used / size / 1000}


def fill_ours(corpus: Corpus, folder: Path, size: int, vectors: "Vectors") -> None:
    """Both parts of a hybrid index."""
    index = HybridIndex(folder / "index", EmbeddedModel())
    batch, first = [], 0
    for chunk in corpus.chunks(size):
        batch.append(chunk)
        if len(batch) == _STORED_AT_ONCE:
            index.apply(batch, [], vectors={one.id: vectors[first + n] for n, one in enumerate(batch)})
            first, batch = first + len(batch), []
    index.apply(batch, [], vectors={one.id: vectors[first + n] for n, one in enumerate(batch)})
    index.close()


def fill_stock(corpus: Corpus, folder: Path, size: int, vectors: "Vectors") -> None:
    """langchain-chroma with what it does by itself."""
    store = stock_store(folder, iter(vectors))
    described = zip(corpus.chunks(size), corpus.years(size), strict=True)
    while part := list(islice(described, _STORED_AT_ONCE)):
        store.add_texts(
            [one.embedding_text for one, _ in part],
            metadatas=[
                {"key": one.key, "half": paper % 2, "percent": paper % 100, "year": year} for one, (paper, year) in part
            ],
            ids=[one.id for one, _ in part],
        )


def stock_store(folder: Path, ready: "Iterator[Vectors]") -> "VectorStore":
    """A stock store whose documents get the ready vectors, one after the other."""
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

    model = EmbeddedModel()

    class Given(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [next(ready).tolist() for _ in texts]

        def embed_query(self, text: str) -> list[float]:
            return [float(one) for one in model.embed_query(text)]

    return Chroma("papers", embedding_function=Given(), persist_directory=str(folder / "stock"))


def measure(store: str, folder: Path, size: int, count: int) -> dict[str, float]:
    """Ask everything with each filter; recall is that of the unfiltered dense part."""
    corpus, model = Corpus(), EmbeddedModel()
    questions = corpus.questions(size, count)
    model.embed_query("the model is loaded now")
    begun = time.perf_counter()
    makers = {"ours": search_ours, "stock": search_stock, "numpy": search_numpy}
    search, dense = makers[store](corpus, folder, size, model)
    search(questions[0], None)
    found: dict[str, float] = {"start": time.perf_counter() - begun}
    for name in ("all", *FILTERS):
        seconds = []
        for question in questions:
            start = time.perf_counter()
            search(question, None if name == "all" else name)
            seconds.append(1000 * (time.perf_counter() - start))
        found |= {f"{name} p50": statistics.median(seconds), f"{name} first": seconds[0]}
        found[f"{name} p95"] = statistics.quantiles(seconds, n=20)[-1]
    found["search_mb"] = peak_megabytes()
    found["recall"] = recall(corpus, size, model, questions, dense)
    return found


def recall(corpus: Corpus, size: int, model: EmbeddedModel, questions: Sequence[str], dense: Dense) -> float:
    """Mean share of the true 50 nearest that were found; cosines that tie with the fiftieth count as true."""
    ids = [chunk.id for chunk in corpus.chunks(size)]
    row_of = {one: row for row, one in enumerate(ids)}
    vectors = scale_data.vectors(len(ids))
    shares = []
    for question in questions:
        cosines = vectors @ model.embed_query(question)
        least = np.partition(cosines, -K)[-K] - 1e-5
        shares.append(sum(bool(cosines[row_of[one]] >= least) for one in dense(question)) / K)
    return statistics.mean(shares)


def search_ours(corpus: Corpus, folder: Path, size: int, model: EmbeddedModel) -> tuple[Search, Dense]:
    """Hybrid search of 50 chunks, and its dense part."""
    index = HybridIndex(folder / "index", model)
    keys = {name: corpus.keys(size, condition) for name, (condition, _) in FILTERS.items()}

    def search(question: str, name: str | None) -> list[str]:
        found = index.search(question, K, keys=keys[name] if name else None, lookup=corpus.lookup)
        return [passage.chunk.id for passage in found]

    def dense(question: str) -> list[str]:
        return [one.chunk.id for one in index.search(question, K, mode="dense", lookup=corpus.lookup)]

    return search, dense


def search_stock(_corpus: Corpus, folder: Path, _size: int, _model: EmbeddedModel) -> tuple[Search, Dense]:
    """`similarity_search` of 50 documents."""
    store = stock_store(folder, iter(()))

    def search(question: str, name: str | None) -> list[str]:
        found = store.similarity_search(question, k=K, filter=FILTERS[name][1] if name else None)
        return [str(document.id) for document in found]

    return search, lambda question: search(question, None)


def search_numpy(corpus: Corpus, _folder: Path, size: int, model: EmbeddedModel) -> tuple[Search, Dense]:
    """A matrix product, a mask and a partial sort."""
    ids = [chunk.id for chunk in corpus.chunks(size)]
    vectors = np.array(scale_data.vectors(len(ids)))
    of = np.array(corpus.years(size))
    marks = {"half": of[:, 0] % 2 == 0, "1%": of[:, 0] % 100 == 0, "year": of[:, 1] >= 2020}

    def search(question: str, name: str | None) -> list[str]:
        cosines = vectors @ model.embed_query(question)
        if name:
            cosines[~marks[name]] = -2
        best = np.argpartition(cosines, -K)[-K:]
        return [ids[row] for row in best[np.argsort(-cosines[best])]]

    return search, lambda question: search(question, None)


def peak_megabytes() -> float:
    """The most memory that this process had at a time."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def plot(rows: Sequence[dict[str, Any]], file: Path) -> None:
    """Four pictures of growth."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 4, figsize=(18, 4), layout="constrained")
    pictures = {
        "Recall@50 of the dense part": ["recall"],
        "Search, p50 in ms (dashed: every second paper)": ["all p50", "half p50"],
        "Peak memory of searching, MB": ["search_mb"],
        "Disk, KB an abstract": ["kb"],
    }
    for axis, (title, cells) in zip(axes, pictures.items(), strict=True):
        for number, store in enumerate(dict.fromkeys(row["store"] for row in rows)):
            for cell, style in zip(cells, ("-o", "--o"), strict=False):
                points = sorted((row["abstracts"], row[cell]) for row in rows if row["store"] == store and cell in row)
                if points:
                    axis.plot(
                        *zip(*points, strict=True), style, color=f"C{number}", label=store if style == "-o" else None
                    )
        axis.set(title=title, xlabel="abstracts", ylim=(0, None))
        axis.legend()
    figure.savefig(file, dpi=110)
    print(f"drawn: {file.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
