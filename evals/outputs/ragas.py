"""RAGAS's samples: a JSON list, JSON Lines, or one object of columns, as `to_dict` and pandas write them.

Single-turn samples in the words of either version: `user_input` or `question`; `response` or `answer`;
`retrieved_contexts` or `contexts`, a list of texts; `reference`, `ground_truth` or `ground_truths`. Citations, if the
answers have any, count the contexts from 1, or name them by `retrieved_context_ids`. Without ids in brackets nothing is
cited: citation recall and precision are 0 then, and faithfulness is what can be read.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from evals.datasets.papers import Document
from evals.datasets.source import Item, Source, open_source
from evals.outputs.building import Reply, outputs_of
from evals.types import Outputs, Sample

__all__ = ["is_table", "read"]

_EXAMPLE = '{"user_input": "...", "response": "...", "retrieved_contexts": ["..."], "reference": "..."}'
_QUESTION = ("user_input", "question")
_RESPONSE = ("response", "answer")
_CONTEXTS = ("retrieved_contexts", "contexts")
_REFERENCE = ("reference", "ground_truth", "ground_truths")


def read(path: Path, *, first: int = 1) -> Outputs:
    """Read samples.

    Args:
        path: The file.
        first: Number of a sample's first context in markers.

    Raises:
        InputError: The file cannot be read, has a bad sample, or one of several turns.
    """
    source = open_source(path)
    items = _items(source)
    return outputs_of(path, [_reply(item) for item in items], first=first, notes=())


def is_table(whole: Mapping[str, Any]) -> bool:
    """Whether an object holds samples as columns, or as a list under `samples`."""
    return isinstance(whole.get("samples"), list) or any(isinstance(whole.get(name), list | dict) for name in _QUESTION)


def _items(source: Source) -> tuple[Item, ...]:
    whole = source.document()
    columns: Mapping[str, Any] = whole if isinstance(whole, dict) else {}
    column = next((columns[name] for name in _QUESTION if isinstance(columns.get(name), list | dict)), None)
    if column is None:
        return source.rows(_EXAMPLE, within="samples")
    names = _by_row(column)
    return tuple(
        Item(fields=_row(columns, key, len(column), source.path), place=f"{source.path}, item {number}", number=number)
        for number, key in enumerate(names, start=1)
    )


def _by_row(column: object) -> dict[str, Any]:
    """A column by the names of its rows; those of a list are numbers from 0."""
    if isinstance(column, list):
        return {str(number): value for number, value in enumerate(column)}
    return column if isinstance(column, dict) else {}


def _row(columns: Mapping[str, Any], key: str, length: int, path: Path) -> dict[str, Any]:
    row = {}
    for name, column in columns.items():
        values = _by_row(column)
        if len(values) != length or key not in values:
            problem = f"the column {name!r} does not have the same rows as the questions"
            raise InputError(f"{path}: {problem}; write the file anew. Nothing was scored.")
        row[name] = values[key]
    return row


def _reply(item: Item) -> Reply:
    name, question = item.named(*_QUESTION)
    if isinstance(question, list):
        raise item.bad(f"{name} is a conversation", "only samples of a single turn can be scored")
    return Reply(
        sample=Sample(
            id=item.identity("id", "sample_id") or str(item.number),
            question=item.question(*_QUESTION),
            answers=item.text_or_texts(*_REFERENCE),
        ),
        text=item.answer(*_RESPONSE),
        documents=_documents(item),
        model=item.text("model"),
    )


def _documents(item: Item) -> tuple[Document, ...]:
    name, _ = item.named(*_CONTEXTS)
    texts, ids = item.values(*_CONTEXTS), item.values("retrieved_context_ids")
    if ids and len(ids) != len(texts):
        problem = f"{len(ids)} retrieved_context_ids for {len(texts)} contexts"
        raise item.bad(problem, "give each context its id, or leave them out")
    for number, text in enumerate(texts, start=1):
        if not isinstance(text, str):
            raise item.bad(f"{name}[{number}] is {text!r}", "write each context as text in quotes")
    return tuple(Document(title="", text=text, id=str(ids[number]) if ids else "") for number, text in enumerate(texts))
