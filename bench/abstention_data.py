"""The questions by which `abstention.py` fits and reports, and the libraries that they are asked of."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from seed_library import DATA, QUESTIONS, ROOT, SEEDS

from assistant import Assistant
from assistant.types import Record

PUBMEDQA = DATA / "qa" / "pubmedqa_dev500.json"
SCIFACT = DATA / "faithfulness"
TRAIN_CLAIMS = 260


Source = Path | list[Record] | None
"""What a library is filled with; None where the data are not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A line of a data set."""

    text: str
    gold: frozenset[str]
    near: frozenset[str] = frozenset()
    """Papers to be taken out as well when the answer is not to be there."""
    answerable: bool
    fit: bool
    both: bool = False
    """Asked a second time without the papers that answer it."""


@contextmanager
def filled(source: Path | list[Record]) -> Iterator[Assistant]:
    """An assistant over a library of a file or of records."""
    with TemporaryDirectory(prefix="citewell-bench-") as folder, Assistant.open(folder, model="embedded") as assistant:
        if isinstance(source, Path):
            assistant.add([source])
        else:
            assistant.add_records(source)
        yield assistant


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file in JSON Lines, gzipped or not."""
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def questions_of(samples: Sequence[dict[str, Any]], *, fit: bool) -> list[Question]:
    """Questions in the form of this project's own sets."""
    return [
        Question(text=one["question"], gold=frozenset(one.get("gold_keys", ())), answerable=one["answerable"], fit=fit)
        for one in samples
    ]


def own() -> tuple[Source, list[Question]]:
    """The sample library: our questions for the fit, the benchmark's for the report."""
    ours = json.loads((QUESTIONS / "standing_fit.json").read_text("utf-8"))
    questions = questions_of(ours, fit=True) + questions_of(lines(QUESTIONS / "builtin.jsonl"), fit=False)
    return ROOT / "examples" / "library.bib", questions


def seeds() -> tuple[Source, list[Question]]:
    """The author listings."""
    names = (("seeds_train", True), ("seeds_dev", True), ("seeds_test", False))
    questions = [one for name, fit in names for one in questions_of(lines(QUESTIONS / f"{name}.jsonl"), fit=fit)]
    return (SEEDS if SEEDS.is_dir() else None), questions


def pubmedqa() -> tuple[Source, list[Question]]:
    """Titles in the form of a question, over their abstracts without titles."""
    if not PUBMEDQA.is_file():
        return None, []
    samples = json.loads(PUBMEDQA.read_text("utf-8"))
    records = [
        Record(title=f"Abstract {key}", key=f"pmid{key}", abstract=" ".join([*one["CONTEXTS"], one["LONG_ANSWER"]]))
        for key, one in samples.items()
    ]
    questions = [
        Question(text=one["QUESTION"], gold=frozenset({f"pmid{key}"}), answerable=True, fit=is_for_fit(key), both=True)
        for key, one in samples.items()
    ]
    return records, questions


def scifact() -> tuple[Source, list[Question]]:
    """Claims over abstracts that support or refute them, or do neither."""
    corpus = SCIFACT / "scifact_corpus.jsonl.gz"
    if not corpus.is_file():
        return None, []
    records = [
        Record(title=one["title"], key=f"d{one['doc_id']}", abstract=" ".join(one["abstract"])) for one in lines(corpus)
    ]
    train = [one for one in lines(SCIFACT / "scifact_claims_train.jsonl") if is_for_fit(one["id"])][:TRAIN_CLAIMS]
    dev = lines(SCIFACT / "scifact_claims_dev.jsonl")
    questions = [
        Question(
            text=one["claim"],
            gold=frozenset(f"d{key}" for key in one["evidence"] or ()),
            near=frozenset(f"d{key}" for key in one["cited_doc_ids"]),
            answerable=bool(one["evidence"]),
            fit=claims is train,
            both=bool(one["evidence"]),
        )
        for claims in (train, dev)
        for one in claims
    ]
    return records, questions


def is_for_fit(name: object) -> bool:
    """Half of a set, by the hash of an id."""
    return int(sha256(str(name).encode()).hexdigest(), 16) % 2 == 1


SETS: dict[str, Callable[[], tuple[Source, list[Question]]]] = {
    "own": own,
    "seeds": seeds,
    "pubmedqa": pubmedqa,
    "scifact": scifact,
}
"""What each set reads: a library, and questions for fitting and for reporting."""
