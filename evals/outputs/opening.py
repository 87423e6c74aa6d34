"""Which format a file of outputs has, told from what is in it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from assistant.errors import InputError, UsageError
from evals.datasets.source import Source, open_source
from evals.outputs import alce, citewell, ragas, scholarqa
from evals.types import Outputs

__all__ = ["FORMATS", "open_outputs"]

FORMATS = ("citewell", "alce", "scholarqa", "ragas")
"""What `--outputs-format` calls them."""
_FIRST: Mapping[str, Literal[0, 1]] = {"alce": 1, "scholarqa": 0, "ragas": 1}
_NUMBERED: Mapping[str, Callable[..., Outputs]] = {
    "alce": alce.read,
    "scholarqa": scholarqa.read,
    "ragas": ragas.read,
}
_RAGAS_ONLY = {"user_input", "response", "retrieved_contexts", "contexts", "ground_truth", "ground_truths"}


def open_outputs(path: Path, *, format: str | None = None, first: Literal[0, 1] | None = None) -> Outputs:  # noqa: A002 - because that is what the option is called
    """Read what a system answered.

    Args:
        path: A file.
        format: One of `FORMATS`; told from the content when None.
        first: Number of the first document in the answers' markers; None for what is usual in the format: 0 in
            `scholarqa`, 1 elsewhere. `citewell` has no numbers.

    Raises:
        InputError: It cannot be read, has a bad item, or its format cannot be told.
        UsageError: There is no such format.
    """
    if format is not None and format.lower() not in FORMATS:
        raise UsageError(f"--outputs-format {format!r}: there is no such format; there are {', '.join(FORMATS)}.")
    source = open_source(path)
    name = format.lower() if format else _format_of(source)
    if name == "citewell":
        return citewell.read(path)
    number = _FIRST[name] if first is None else first
    outputs = _NUMBERED[name](path, first=number)
    said = f"Read as the answers of {name}, in which [{number}] cites the first document."
    dataset = replace(outputs.dataset, notes=(said, *outputs.dataset.notes))
    return replace(outputs, dataset=dataset, sha256=source.sha256)


def _format_of(source: Source) -> str:
    whole = source.document()
    if whole is None and not isinstance(citewell.first_of(source), dict):
        source.refuse_broken_document()
    if citewell.is_log(whole):
        return "citewell"
    if not isinstance(whole, dict | list):
        return _format_of_fields(source, citewell.first_of(source))
    rows = whole.get("data", [whole]) if isinstance(whole, dict) else whole
    if isinstance(whole, dict) and ragas.is_table(whole):
        return "ragas"
    return _format_of_fields(source, rows[0] if isinstance(rows, list) and rows else {})


def _format_of_fields(source: Source, row: object) -> str:
    fields = set(row) if isinstance(row, dict) else set()
    if {"question", "statements"} <= fields:
        return "citewell"
    if _RAGAS_ONLY & fields:
        return "ragas"
    if {"ctxs", "input", "passages"} & fields:
        return "scholarqa"
    if {"question", "output"} <= fields:
        return "alce"
    if {"question", "answer"} <= fields:
        return "scholarqa" if "docs" in fields else "ragas"
    names = ", ".join(sorted(map(str, fields))) or "no fields"
    raise InputError(
        f"{source.path}: of none of the formats {', '.join(FORMATS)} (its first item has {names}); "
        "name the right one with --outputs-format, or rename its fields."
    )
