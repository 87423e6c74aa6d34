"""The papers, vectors and questions of `scale.py`, kept in bench/.cache so that a run can be made in parts."""

import gzip
import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vectorstore.chunk import chunk_paper  # noqa: E402 - because the path is set above
from vectorstore.embed import EmbeddedModel  # noqa: E402 - because as above
from vectorstore.sentences import split_sentences  # noqa: E402 - because as above
from vectorstore.types import Chunk, Vectors  # noqa: E402 - because as above

DATA = Path(os.environ.get("CITEWELL_DATA") or ROOT.parent / "shared" / "data") / "scale"
CACHE = ROOT / "bench" / ".cache"
SETS = ("acl_anthology", "paperlists")
_AT_ONCE = 512
_COLUMNS = "id, key, title, text, start, end"


def papers() -> Iterator[tuple[str, str, str, int]]:
    """Every paper in its order: key, title, abstract, year (0 when there is none)."""
    for name in SETS:
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                paper = json.loads(line)
                year = str(paper.get("year") or 0)
                yield f"{name}-{number}", paper["title"] or "", paper["abstract"] or "", int(year)


class Corpus:
    """The chunks of all papers in a SQLite file, made once; `number` counts papers from 0."""

    def __init__(self) -> None:
        CACHE.mkdir(parents=True, exist_ok=True)
        file = CACHE / "scale-chunks.sqlite3"
        if not file.exists():
            _fill(file.with_suffix(".tmp"))
            file.with_suffix(".tmp").rename(file)
        self._database = sqlite3.connect(file)

    def chunks(self, papers: int) -> Iterator[Chunk]:
        """Chunks of the first papers."""
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM chunks WHERE paper < ? ORDER BY n", [papers])
        return (_chunk(row) for row in rows)

    def count(self, papers: int) -> int:
        """How many chunks the first papers have."""
        return int(self._database.execute("SELECT count(*) FROM chunks WHERE paper < ?", [papers]).fetchone()[0])

    def lookup(self, ids: Sequence[str]) -> Mapping[str, Chunk]:
        """Chunks by id."""
        marks = ", ".join("?" * len(ids))
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM chunks WHERE id IN ({marks})", list(ids))
        return {row[0]: _chunk(row) for row in rows}

    def of_key(self, key: str) -> list[Chunk]:
        """The chunks of a paper, in the order of its text."""
        paper = self._database.execute("SELECT paper FROM chunks WHERE id = ?", [f"{key}#0"]).fetchone()
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM chunks WHERE paper = ? ORDER BY n", paper or [-1])
        return [_chunk(row) for row in rows]

    def keys(self, papers: int, condition: str) -> frozenset[str]:
        """Keys of the first papers that fulfil an SQL condition over paper and year."""
        rows = self._database.execute(f"SELECT DISTINCT key FROM chunks WHERE paper < ? AND ({condition})", [papers])
        return frozenset(key for (key,) in rows)

    def years(self, papers: int) -> list[tuple[int, int]]:
        """Number and year of the paper of each chunk."""
        return list(self._database.execute("SELECT paper, year FROM chunks WHERE paper < ? ORDER BY n", [papers]))

    def questions(self, papers: int, count: int) -> list[str]:
        """A sentence from the middle of every so-manieth abstract."""
        numbers = np.linspace(0, papers - 1, 3 * count).astype(int).tolist()
        found: list[str] = []
        for number in numbers:
            row = self._database.execute("SELECT text FROM chunks WHERE paper = ? ORDER BY n", [number]).fetchone()
            spans = split_sentences(row[0])
            start, end = spans[len(spans) // 2] if spans else (0, 0)
            if end - start > 40:
                found.append(row[0][start:end])
        return found[:: max(1, len(found) // count)][:count]


def vectors(chunks: int) -> Vectors:
    """The vectors of the first chunks, which `embed` has made."""
    file = _file().with_suffix(".f32")
    dimensions = EmbeddedModel().dimensions
    numbers: Vectors = (
        np.memmap(file, dtype=np.float32, mode="r").view(np.ndarray) if file.exists() else np.empty(0, dtype=np.float32)
    )
    held = numbers.reshape(-1, dimensions)
    if len(held) < chunks:
        sys.exit(f"{file} holds {len(held)} of {chunks} vectors; `python bench/scale.py` makes the others.")
    return held[:chunks]


def embed(corpus: Corpus, papers: int) -> None:
    """Make the vectors of the first papers that are lacking; may be interrupted and started again."""
    model = EmbeddedModel()
    wanted = corpus.count(papers)
    ids, rows = _file().with_suffix(".ids"), _file().with_suffix(".f32")
    held = min(
        ids.read_bytes().count(b"\n") if ids.exists() else 0,
        rows.stat().st_size // (4 * model.dimensions) if rows.exists() else 0,
    )
    if held >= wanted:
        return
    if held:
        kept = "".join(f"{line}\n" for line in ids.read_text("utf-8").split("\n")[:held])
        ids.write_text(kept, "utf-8")
        os.truncate(rows, held * 4 * model.dimensions)
    chunks = islice(corpus.chunks(papers), held, None)
    with ids.open("a", encoding="utf-8") as names, rows.open("ab") as numbers:
        while batch := list(islice(chunks, _AT_ONCE)):
            numbers.write(model.embed_documents([chunk.embedding_text for chunk in batch]).tobytes())
            names.write("".join(f"{chunk.id}\n" for chunk in batch))
            held += len(batch)
            print(f"\r{held} chunks embedded", end="", file=sys.stderr, flush=True)


def _file() -> Path:
    return CACHE / f"scale-{EmbeddedModel().name.replace('/', '_')}.x"


def _fill(file: Path) -> None:
    file.unlink(missing_ok=True)
    database = sqlite3.connect(file)
    database.execute(
        "CREATE TABLE chunks (n INTEGER PRIMARY KEY, paper INTEGER, year INTEGER, id TEXT UNIQUE, key TEXT, "
        "title TEXT, text TEXT, start INTEGER, end INTEGER)"
    )
    database.execute("CREATE INDEX of_paper ON chunks (paper)")
    for number, (key, title, abstract, year) in enumerate(papers()):
        database.executemany(
            f"INSERT INTO chunks (paper, year, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (number, year, one.id, key, title, one.text, one.start, one.end)
                for one in chunk_paper(key, title, abstract)
            ],
        )
    database.commit()
    database.close()


def _chunk(row: tuple[str, str, str, str, int, int]) -> Chunk:
    one, key, title, text, start, end = row
    return Chunk(id=one, key=key, title=title, text=text, start=start, end=end)
