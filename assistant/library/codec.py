"""Records as JSON text in the library file, and back."""

import json
from hashlib import sha256
from typing import Any

from assistant.types import Author, Record

_NAMES = tuple(Record.__dataclass_fields__)
_PAIRS = ("details", "extra", "written", "filled")
_TEXTS = ("tags", "edited")


def record_to_json(record: Record) -> str:
    """Write a record; fields that are empty are left out."""
    return _dumped(_raw(record))


def record_from_json(text: str) -> Record:
    """Read what `record_to_json` wrote; names that this version does not know are ignored."""
    raw: dict[str, Any] = json.loads(text)
    known = {name: value for name, value in raw.items() if name in Record.__dataclass_fields__}
    known["authors"] = tuple(Author(**author) for author in raw.get("authors", ()))
    for name in _TEXTS:
        known[name] = tuple(raw.get(name, ()))
    for name in _PAIRS:
        known[name] = tuple((first, second) for first, second in raw.get(name, ()))
    return Record(**{"title": "", **known})


def record_digest(record: Record) -> str:
    """SHA-256 of what a source says in a storable record, wherever in its file and whenever it was saved."""
    said = _raw(record)
    for place in ("source", "line"):
        said.pop(place, None)
    if record.year_inferred:
        said.pop("year", None)
        if day := (record.date or "")[len("2023-") :]:
            said["date"] = day
        else:
            said.pop("date", None)
    return sha256(_dumped(said).encode()).hexdigest()


def _raw(record: Record) -> dict[str, Any]:
    raw = {name: value for name in _NAMES if (value := getattr(record, name))}
    if record.authors:
        raw["authors"] = [{"family": author.family, "given": author.given} for author in record.authors]
    return raw


_dumped = json.JSONEncoder(ensure_ascii=False).encode
