"""Which format a data set has, told from what is in it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import InputError, UsageError
from evals.datasets import alce, beir, jsonl, pubmedqa, scholarqabench, scifact
from evals.datasets.source import open_source
from evals.types import Dataset

__all__ = ["FORMATS", "open_dataset"]

_READERS: Mapping[str, Callable[[Path], Dataset]] = {
    "jsonl": jsonl.read,
    "alce": alce.read,
    "scholarqabench": scholarqabench.read,
    "scifact": scifact.read,
    "pubmedqa": pubmedqa.read,
    "beir": beir.read,
}
FORMATS = tuple(_READERS)
"""What `--format` calls them."""
_PAIR_SETS = {"citation-integrity": "Citation-Integrity", "attributionbench": "AttributionBench"}
_PAIRS = "a file of labelled pairs"
_PAIR_FIELDS = (
    ({"citing_sentence"}, _PAIR_SETS["citation-integrity"]),
    ({"attribution_label"}, _PAIR_SETS["attributionbench"]),
    ({"claim", "evidence_sentences"}, _PAIRS),
    ({"statement", "evidence"}, _PAIRS),
    ({"exaggeration_label"}, _PAIRS),
)
_ALCE_ONLY = {"qa_pairs", "annotations", "claims", "answers"}
_SCHOLARQA_ONLY = set(scholarqabench.QUESTION) - {"question"}
_OURS_ONLY = {"gold_keys", "gold_spans", "facts", "answerable", "relevance"}


def open_dataset(path: Path, *, format: str | None = None) -> Dataset:  # noqa: A002 - because that is what the option is called
    """Read a data set.

    Args:
        path: A file, or the folder of a BEIR collection.
        format: One of `FORMATS`; told from the content when None.

    Raises:
        InputError: It cannot be read, has a bad item, has an id twice, or is of a form that holds no questions.
        UsageError: There is no such format.
    """
    if format is not None and format.lower() not in _READERS:
        raise _no_format(path, format)
    dataset = _READERS[format.lower() if format else _format_of(path)](path)
    seen: set[str] = set()
    for sample in dataset.samples:
        if sample.id in seen:
            raise InputError(f"{path}: two questions have the id {sample.id!r}; give each its own. Nothing was scored.")
        seen.add(sample.id)
    if not dataset.samples:
        raise InputError(f"{path}: holds no questions; name another file.")
    return dataset


def _no_format(path: Path, name: str) -> UsageError:
    if name.lower() in _PAIR_SETS:
        return _is_pair_set(path, _PAIR_SETS[name.lower()])
    return UsageError(f"--format {name!r}: there is no such format; there are {', '.join(FORMATS)}.")


def _is_pair_set(path: Path, what: str) -> InputError:
    return InputError(
        f"{path}: {what} has statements with labels and no questions; it measures judges: "
        f"`citewell eval judge --dataset {path}`."
    )


def _format_of(path: Path) -> str:
    """The format; `jsonl` when nothing else is told, since its reader says best what is wrong."""
    if path.is_dir() or path.suffix == ".tsv":
        return "beir"
    source = open_source(path)
    source.refuse_broken_document()
    whole = source.document()
    if isinstance(whole, dict):
        values = list(whole.values())
        if values and all(isinstance(one, dict) and "QUESTION" in one for one in values):
            return "pubmedqa"
        if isinstance(whole.get("data"), list):
            return _format_of_rows(path, whole["data"][0] if whole["data"] else {}, is_list=True)
    if isinstance(whole, list):
        return _format_of_rows(path, whole[0] if whole else {}, is_list=True)
    return _format_of_rows(path, _first_line(source.text), is_list=False)


def _first_line(text: str) -> Any:  # noqa: ANN401 - because JSON holds anything
    line = next((line for line in text.split("\n") if line.strip()), "")
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _format_of_rows(path: Path, row: object, *, is_list: bool) -> str:
    fields = set(row) if isinstance(row, dict) else set()
    for wanted, what in _PAIR_FIELDS:
        if wanted <= fields:
            raise _is_pair_set(path, what)
    if "claim" in fields:
        return "scifact"
    if {"_id", "text"} <= fields:
        raise InputError(f"{path}: a part of a BEIR collection; name its folder.")
    if "question" in fields and ("docs" in fields or (is_list and _ALCE_ONLY & fields)):
        return "alce"
    if fields & _SCHOLARQA_ONLY or (is_list and not _OURS_ONLY & fields):
        return "scholarqabench"
    return "jsonl"
