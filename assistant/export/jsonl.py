"""JSON Lines: one paper a line, in the fields of `citewell list --json`."""

import json
from collections.abc import Iterable

from assistant.shapes import Json, paper_shape
from assistant.types import Paper

_OURS = frozenset({"source", "incomplete"})
"""What the library says of a paper, not the paper's own."""


def to_jsonl(papers: Iterable[Paper]) -> str:
    """Write papers so that `citewell add` reads them back; fields that are empty are left out."""
    return "".join(json.dumps(_line(paper), ensure_ascii=False) + "\n" for paper in papers)


def _line(paper: Paper) -> Json:
    shape = paper_shape(paper) | {"entry_type": paper.record.entry_type}
    extra = {name: extra_value(text) for name, text in paper.record.extra if name not in shape}
    return extra | {name: value for name, value in shape.items() if value and name not in _OURS}


def extra_value(text: str) -> object:
    """The value of a field without a place in a record: what its JSON text says, or LaTeX as it stood in its source."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if json.dumps(value, ensure_ascii=False) == text else text
