"""The file of labels: JSON Lines that the judge's report card reads, written anew after every label."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import InputError
from evals.datasets.source import open_source
from vectorstore.text import encodable

if TYPE_CHECKING:
    from evals.labelling.sitting import Item

__all__ = ["LabelFile", "read_labels"]

_EXAMPLE = '{"id": "...", "statement": "...", "evidence": ["..."], "label": "supported"}'
_DIGITS = 6

Row = Mapping[str, Any]


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).date()


class LabelFile:
    """Labels by the id of their pair. Lines of other pairs that are in the file stay as they are."""

    def __init__(self, path: Path, *, today: Callable[[], dt.date] = _today) -> None:
        """Read what is there; a file that is not there is empty.

        Raises:
            InputError: What is there is no file of labels.
        """
        self._path = path
        self._today = today
        self._rows: dict[str, Row] = dict(read_labels(path)) if path.exists() else {}

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._rows

    def label_of(self, item_id: str) -> str:
        """The label of a pair; empty when it has none."""
        row = self._rows.get(item_id)
        return row["label"] if row else ""

    def put(self, item: "Item", label: str) -> None:
        """Set the label of a pair and save the file.

        Raises:
            InputError: The file cannot be written; then it is as it was.
        """
        row: dict[str, Any] = {
            "id": item.id,
            "statement": item.statement,
            "evidence": list(item.evidence),
            "label": label,
        }
        if label != "supported":
            row["problem"] = label
        if item.verdict:
            row |= {
                "judge_label": item.verdict.label,
                "judge_score": round(item.verdict.score, _DIGITS),
                "judge": item.verdict.judge,
            }
        row |= {"labelled": self._today().isoformat(), "run": item.run, "place": item.place}
        rows = self._rows | {item.id: row}
        self._save(rows)
        self._rows = rows

    def _save(self, rows: Mapping[str, Row]) -> None:
        """Replace the file in one step, so that a crash leaves the old one or the new one."""
        beside = self._path.with_name(self._path.name + ".part")
        try:
            lines = (encodable(json.dumps(row, ensure_ascii=False)) + "\n" for row in rows.values())
            beside.write_text("".join(lines), "utf-8")
            beside.replace(self._path)
        except OSError as error:
            raise InputError(f"--out {self._path}: cannot be written ({error.strerror}); name another file.") from error


def read_labels(path: Path) -> dict[str, Row]:
    """Read the lines of a file of labels by their ids.

    Raises:
        InputError: The file cannot be read, or a line is no label.
    """
    rows: dict[str, Row] = {}
    for item in open_source(path).lines(_EXAMPLE):
        identity, label = item.identity("id"), item.text("label")
        if not identity or not label:
            raise InputError(f"{item.place}: no id or no label; a line looks like {_EXAMPLE}.")
        if identity in rows:
            raise InputError(f"{item.place}: the id {identity!r} has a label in a line above; delete one of the two.")
        rows[identity] = item.fields
    return rows
