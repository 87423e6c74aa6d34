"""Read JSON Lines, one object a paper; also a JSON array of such objects, or `{"papers": [...]}`."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.library.readers.content import Content
from assistant.library.readers.json_fields import record
from assistant.types import Record, Skipped

_SNIFFED_LINES = 20


class JsonLinesReader:
    """JSON Lines and arrays."""

    name = "jsonl"

    def sniff(self, content: Content) -> bool:
        """Look for an object on one of the first lines, or for a whole JSON document of objects."""
        text = content.head
        if not text.lstrip().startswith(("{", "[")):
            return False
        lines = (line for line in re.split(r"\r\n|\n|\r", text) if line.strip())
        if any(isinstance(_parsed(line), dict) for line, _ in zip(lines, range(_SNIFFED_LINES), strict=False)):
            return True
        return isinstance(_parsed(text), dict | list)

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the papers in the order of the file."""
        text = content.text()
        whole = _parsed(text)
        if isinstance(whole, dict) and isinstance(whole.get("papers"), list):
            whole = whole["papers"]
        if isinstance(whole, list):
            for number, item in enumerate(whole, start=1):
                yield _read_item(item, source=source, line=None, where=f"element {number}")
            return
        if isinstance(whole, dict):
            yield _read_item(whole, source=source, line=1, where="the object")
            return
        for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
            if line.strip():
                yield _read_line(line, source=source, line=number)


def _parsed(text: str) -> Any:  # noqa: ANN401 - because JSON holds anything
    """The value of a JSON document; None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _read_line(text: str, *, source: str, line: int) -> Record | Skipped:
    try:
        item = json.loads(text)
    except RecursionError:
        return Skipped(source=source, line=line, reason="not a paper: nested too deeply")
    except ValueError as error:
        return Skipped(source=source, line=line, reason=f"not valid JSON: {error}. Write one object on each line")
    return _read_item(item, source=source, line=line, where="this line")


def _read_item(item: object, *, source: str, line: int | None, where: str) -> Record | Skipped:
    if not isinstance(item, Mapping):
        reason = f"{where} is not a JSON object but {json.dumps(item)[:60]}"
        return Skipped(source=source, line=line, reason=reason)
    found = record(item, source=source, line=line)
    if found is None:
        return Skipped(source=source, line=line, reason=f'{where} has no title; add a "title" field with text')
    return found
