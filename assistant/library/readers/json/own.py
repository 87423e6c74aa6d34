"""The lines of `citewell export --format jsonl`, which give every record back as it was."""

import json
import re
from collections.abc import Mapping
from typing import Any

from assistant.types import DETAILS, Author, Record

FORMAT = "citewell"
"""The value of `format` in each of them."""
TEXTS = ("title", "abstract", "notes")
OPTIONAL_TEXTS = ("date", "venue", "doi", "arxiv_id", "pmid", "url", "category", "key", "entry_type")
FLAGS = ("et_al", "year_inferred", "extracted")
WORDS = ("tags", "edited")
PAIRS = ("extra", "written", "filled")
_LINE_END = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BIBTEX_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_:.+-]*")
_LISTED = frozenset({"key", "title", "et_al", "arxiv_id", "source", "incomplete"})


def is_own(item: Mapping[str, object]) -> bool:
    """Whether an object is one of an export, or of `citewell list --json`."""
    return item.get("format") == FORMAT or item.keys() >= _LISTED


def record_of(item: Mapping[str, object], *, source: str, line: int | None) -> Record | None:
    """The record exactly as it was; None when the object was changed into something that is no record."""
    found: dict[str, Any] = {name: item.get(name) or "" for name in TEXTS}
    found |= {name: _on_one_line(item.get(name)) for name in ("title", *OPTIONAL_TEXTS)}
    found |= {name: item.get(name) is True for name in FLAGS}
    texts_are_right = all(isinstance(found[name], str) for name in TEXTS)
    texts_are_right = texts_are_right and all(isinstance(found[name], str | None) for name in OPTIONAL_TEXTS)
    year = item.get("year")
    if not texts_are_right or not found["title"] or not (year is None or type(year) is int):
        return None
    try:
        people = tuple(_author(one) for one in _list(item.get("authors")))
        words = {name: tuple(str(_on_one_line(_word(one))) for one in _list(item.get(name))) for name in WORDS}
        pairs = {name: tuple(_pair(one) for one in _list(item.get(name))) for name in PAIRS}
        details = item.get("details", {})
        pairs["details"] = tuple(_pair(list(one)) for one in details.items()) if isinstance(details, Mapping) else ()
        pairs["extra"] += tuple((name, json.dumps(one)) for name, one in pairs["details"] if name not in DETAILS)
        pairs["details"] = tuple(one for one in pairs["details"] if one[0] in DETAILS)
        pairs["written"] = tuple(one for one in pairs["written"] if _BIBTEX_NAME.fullmatch(one[0]))
    except ValueError:
        return None
    return Record(**{**found, **words, **pairs}, authors=people, year=year, source=source, line=line)


def _on_one_line(value: object) -> object:
    """A text without the line ends that nobody but a forger wrote into it; anything else as it is."""
    return " ".join(value.split()) if isinstance(value, str) and _LINE_END.search(value) else value


def _list(value: object) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(value)  # noqa: TRY004 - because what is wrong in a file is no fault of types here
    return value


def _author(value: object) -> Author:
    if not isinstance(value, Mapping):
        raise ValueError(value)  # noqa: TRY004 - because what is wrong in a file is no fault of types here
    family, given = (_on_one_line(_word(value.get(name, ""))) for name in ("family", "given"))
    return Author(family=str(family), given=str(given))


def _pair(value: object) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - because that is a pair
        raise ValueError(value)
    return _word(value[0]), _word(value[1])


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004 - because what is wrong in a file is no fault of types here
    return value
