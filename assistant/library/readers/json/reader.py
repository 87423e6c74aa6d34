"""Read JSON: lines, lists and answers of services, in any of the shapes that are known."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from assistant.library.readers.json.papers import LINES, read_items, shape_of
from assistant.library.readers.json.stream import first_object, is_json, items
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_NAME = re.compile(r'"([A-Za-z][\w-]{1,30})"\s*:')


class JsonReader:
    """JSON whose first object has one shape; objects of the other shapes in it are read too."""

    def __init__(self, name: str) -> None:
        """A reader of one shape: `jsonl`, `csl-json`, `openalex`, `semantic-scholar` or `crossref`."""
        self._name = name

    @property
    def name(self) -> str:
        """What `--format` calls it."""
        return self._name

    def sniff(self, content: Content) -> bool:
        """Look for an object, and at its names."""
        return is_json(content.head) and _shape(content.head) == self._name

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:
        """Yield the papers in the order of the file."""
        return read_items(items(content), asked=self._name, source=source, saved=saved)


def _shape(head: str) -> str:
    """The shape of the first object that is whole in the beginning of a document, or that its names tell."""
    found = first_object(head)
    if found is None:
        names: Mapping[str, object] = dict.fromkeys(_NAME.findall(head))
        return shape_of(names)
    inner = [one for one in found.values() if isinstance(one, dict)]
    shapes = [shape_of(one) for one in (found, *inner)] if not found.get("title") else [shape_of(found)]
    return next((one for one in shapes if one != LINES), LINES)


JSON_READERS = tuple(JsonReader(name) for name in ("openalex", "semantic-scholar", "crossref", "csl-json", LINES))
"""One for each shape; of each document exactly one recognises its own."""
