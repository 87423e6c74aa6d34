"""Answer files of ScholarQABench: a JSON list or JSON Lines of `{"input", "output", "ctxs": [{"title", "text"}]}`.

Of each line the first field that is there counts: `input`, `question` or `query`; `output` or `answer`; `ctxs`, `docs`
or `passages`; the right answer is `gold_answer`, `reference` or, beside an `output`, `answer`. Citations count the
documents from 0: `[0]` is the first.

Where an item has both `ctxs` and `docs`, `ctxs` is what its numbers mean. The published script checks the range by
`ctxs` and then grades against `docs`.
"""

from pathlib import Path

from evals.datasets.papers import Document, document_of
from evals.datasets.scholarqabench import sample_of
from evals.datasets.source import Item, open_source
from evals.outputs.building import Reply, outputs_of
from evals.types import Outputs

__all__ = ["read"]

_EXAMPLE = '{"input": "...", "output": "... [0].", "ctxs": [{"title": "...", "text": "..."}]}'
_DOCUMENTS = ("ctxs", "docs", "passages")


def read(path: Path, *, first: int = 0) -> Outputs:
    """Read an answer file.

    Args:
        path: The file.
        first: Number of an item's first document in the markers.

    Raises:
        InputError: The file cannot be read or has a bad item.
    """
    items = open_source(path).rows(_EXAMPLE, within="data")
    replies = [_reply(item) for item in items]
    both = sum(item.fields.get("ctxs") is not None and item.fields.get("docs") is not None for item in items)
    notes = (f"{both} of {len(items)} items have both ctxs and docs; citations are of ctxs.",) if both else ()
    return outputs_of(path, replies, first=first, notes=notes)


def _reply(item: Item) -> Reply:
    gold = ("gold_answer", "reference", "answer") if "output" in item.fields else ("gold_answer", "reference")
    return Reply(
        sample=sample_of(item, answer=gold),
        text=item.answer("output", "answer"),
        documents=_documents(item),
        model=item.text("model"),
    )


def _documents(item: Item) -> tuple[Document, ...]:
    name, _ = item.named(*_DOCUMENTS)
    values = enumerate(item.values(*_DOCUMENTS), start=1)
    return tuple(document_of(item, value, f"{name}[{number}]", number) for number, value in values)
