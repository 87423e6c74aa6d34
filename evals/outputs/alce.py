"""Result files of ALCE: `{"args": {...}, "data": [items]}`, or the bare list of items.

An item is one of ALCE's data set (`evals.datasets.alce`) with the system's `output`. Citations `[1]` count the item's
`docs` from 1. The output of a QAMPARI item, which has `answers`, is a list of names.

All of an output is read. The published script reads its first line only, which its authors' systems were told to write.
"""

from pathlib import Path
from typing import Any

from evals.datasets.alce import documents_of, is_list_question, notes_on, sample_of
from evals.datasets.source import open_source
from evals.outputs.building import Reply, outputs_of
from evals.types import Outputs

__all__ = ["read"]

_EXAMPLE = '{"question": "...", "output": "... [1].", "docs": [{"title": "...", "text": "..."}]}'


def read(path: Path, *, first: int = 1) -> Outputs:
    """Read a result file.

    Args:
        path: The file.
        first: Number of an item's first document in the markers.

    Raises:
        InputError: The file cannot be read or has a bad item.
    """
    source = open_source(path)
    items = source.rows(_EXAMPLE, within="data")
    model = _model(source.document())
    replies = [
        Reply(
            sample=sample_of(item),
            text=item.answer("output"),
            documents=documents_of(item),
            is_list=is_list_question(item),
            model=item.text("model") or model,
        )
        for item in items
    ]
    return outputs_of(path, replies, first=first, notes=notes_on(items))


def _model(whole: object) -> str:
    arguments: Any = whole.get("args") if isinstance(whole, dict) else None
    model = arguments.get("model") if isinstance(arguments, dict) else None
    return model if isinstance(model, str) else ""
