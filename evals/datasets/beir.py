"""A folder in BEIR's form: a retrieval test collection with graded relevance.

Source: Thakur et al. (2021), "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval
Models". The folder has `corpus.jsonl` and `queries.jsonl` (`_id`, `title`, `text`; either may be packed) and
`qrels/SPLIT.tsv` (query id, document id, grade, under a line of headings).

Naming the folder reads the split `test`; naming a file of `qrels` reads that split. Only queries with judgements are
asked. Documents of a grade above 0 are the gold keys. Nothing is said of which queries can be answered.
"""

import csv
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from assistant.errors import InputError
from evals.datasets.papers import Document, Shelf
from evals.datasets.source import Source, open_source
from evals.types import Dataset, Sample

__all__ = ["read"]

_EXAMPLE = '{"_id": "1", "title": "...", "text": "..."}'
_HEADINGS = ["query-id", "corpus-id", "score"]


def read(path: Path) -> Dataset:
    """Read a split of a collection; the hash is that of its three files.

    Raises:
        InputError: A file is missing, cannot be read or has a bad line.
    """
    judgements = path if path.is_file() else _split(path, "test")
    folder = judgements.parent.parent
    corpus, queries, qrels = (
        open_source(one) for one in (_file(folder, "corpus"), _file(folder, "queries"), judgements)
    )
    shelf = Shelf()
    keys = _keys(corpus, shelf)
    texts = _texts(queries)
    grades = _grades(qrels)
    for query in grades:
        if query not in texts:
            raise InputError(f"{judgements}: judges query {query!r}, which is not in {queries.path}; get both anew.")
    return Dataset(
        name=f"{folder.resolve().name}/{judgements.stem}",
        sha256=sha256(corpus.raw + queries.raw + qrels.raw).hexdigest(),
        samples=tuple(_sample(query, texts[query], grades[query], keys) for query in texts if query in grades),
        papers=shelf.papers,
        notes=_notes(grades, keys),
    )


def _split(folder: Path, name: str) -> Path:
    path = folder / "qrels" / f"{name}.tsv"
    if path.is_file():
        return path
    others = ", ".join(str(one) for one in sorted((folder / "qrels").glob("*.tsv")))
    advice = f"name one of {others}" if others else "name a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv"
    raise InputError(f"{folder}: there is no {path.relative_to(folder)}; {advice}.")


def _file(folder: Path, name: str) -> Path:
    for path in (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"):
        if path.is_file():
            return path
    raise InputError(f"{folder}: there is no {name}.jsonl or {name}.jsonl.gz; a BEIR folder has one.")


def _keys(corpus: Source, shelf: Shelf) -> dict[str, str]:
    """Cite keys by document id."""
    keys: dict[str, str] = {}
    for item in corpus.lines(_EXAMPLE):
        doc = item.identity("_id")
        if not doc or doc in keys:
            raise item.bad(f"the _id {doc!r} is missing or there twice", "give each document its own")
        keys[doc] = shelf.put(Document(id=doc, title=item.text("title"), text=item.text("text")))
    return keys


def _texts(queries: Source) -> dict[str, str]:
    """Questions by query id."""
    texts: dict[str, str] = {}
    for item in queries.lines(_EXAMPLE):
        query = item.identity("_id")
        if not query or query in texts:
            raise item.bad(f"the _id {query!r} is missing or there twice", "give each query its own")
        texts[query] = item.question("text")
    return texts


def _grades(qrels: Source) -> dict[str, dict[str, int]]:
    """Grades by query and document."""
    grades: dict[str, dict[str, int]] = {}
    for number, row in enumerate(csv.reader(qrels.text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
        if row == _HEADINGS or not row:
            continue
        try:
            query, doc, written = row
            grade = int(written)
        except ValueError as error:
            problem = f"{qrels.path}:{number}: {' '.join(row)!r} is not a query, a document and a grade"
            raise InputError(f"{problem}; write these three with tabs between. Nothing was scored.") from error
        if grades.setdefault(query, {}).setdefault(doc, grade) != grade:
            problem = f"{qrels.path}:{number}: document {doc!r} has another grade for query {query!r} above"
            raise InputError(f"{problem}; keep one of them. Nothing was scored.")
    if not grades:
        raise InputError(f"{qrels.path}: holds no judgements; write query id, document id and grade on each line.")
    return grades


def _sample(query: str, text: str, grades: Mapping[str, int], keys: Mapping[str, str]) -> Sample:
    relevance = {keys.get(doc, doc): grade for doc, grade in grades.items()}
    return Sample(
        id=query,
        question=text,
        gold_keys=tuple(key for key, grade in relevance.items() if grade > 0),
        relevance=relevance,
    )


def _notes(grades: Mapping[str, Mapping[str, int]], keys: Mapping[str, str]) -> tuple[str, ...]:
    missing = {doc for judged in grades.values() for doc in judged if doc not in keys}
    if not missing:
        return ()
    return (f"{len(missing)} judged documents are not in the corpus, such as {min(missing)!r}: recall cannot reach 1.",)
