"""Records as JSON text in the library file, and back."""

import json
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

from assistant.types import Author, Record
from vectorstore.text import encodable


def record_to_json(record: Record) -> str:
    """Write a record; fields that are empty are left out."""
    return json.dumps({name: value for name, value in asdict(record).items() if value}, ensure_ascii=False)


def record_from_json(text: str) -> Record:
    """Read what `record_to_json` wrote; names that this version does not know are ignored."""
    raw: dict[str, Any] = json.loads(text)
    known = {name: value for name, value in raw.items() if name in Record.__dataclass_fields__}
    known["authors"] = tuple(Author(**author) for author in raw.get("authors", ()))
    known["tags"] = tuple(raw.get("tags", ()))
    known["extra"] = tuple((name, value) for name, value in raw.get("extra", ()))
    return Record(**{"title": "", **known})


def storable(record: Record) -> Record:
    """The record with each lone surrogate as `?`, so that it has a UTF-8 form; offsets stay as they are."""
    text = record_to_json(record)
    plain = encodable(text)
    return record if plain == text else record_from_json(plain)


def record_digest(record: Record) -> str:
    """SHA-256 of what a source says in a storable record, wherever in its file and whenever it was saved."""
    said = replace(record, source="", line=None)
    if record.year_inferred:
        said = replace(said, year=None, date=record.date and record.date[len("2023-") :])
    return sha256(record_to_json(said).encode()).hexdigest()
