"""JSON Lines: one paper a line, in the fields of `citewell list --json` and all else that the library knows."""

import json
from collections.abc import Iterable

from assistant.library.readers.json.own import FLAGS, FORMAT, OPTIONAL_TEXTS, PAIRS, TEXTS, WORDS
from assistant.shapes import Json
from assistant.types import Paper


def to_jsonl(papers: Iterable[Paper]) -> str:
    """Write papers so that `citewell add` makes the same records of them; fields that are empty are left out."""
    return "".join(json.dumps(_line(paper), ensure_ascii=False) + "\n" for paper in papers)


def _line(paper: Paper) -> Json:
    record = paper.record
    said: Json = {"format": FORMAT, "key": paper.key, "title": record.title}
    said["authors"] = [{"family": one.family, "given": one.given} for one in record.authors]
    said["year"] = record.year
    said["details"] = dict(record.details)
    for name in (*OPTIONAL_TEXTS, *TEXTS, *FLAGS, *WORDS, *PAIRS):
        if name not in said:
            said[name] = getattr(record, name)
    return {name: value for name, value in said.items() if value not in (None, "", False, [], {}, ())}


def extra_value(text: str) -> object:
    """The value of a field without a place in a record: what its JSON text says, or LaTeX as it stood in its source."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if json.dumps(value, ensure_ascii=False) == text else text
