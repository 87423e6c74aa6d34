"""A paper as a text to edit: YAML, one field a line, the abstract as it is stored."""

import re
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from assistant.errors import InputError
from assistant.library.readers.values.identifiers import arxiv_id, find_arxiv_id, find_doi
from assistant.types import DETAILS, Author, Record

_SINGLE = ("title", "year", "date", "venue", "doi", "arxiv_id", "pmid", "url", "category", "entry_type")
_LONG = ("abstract", "notes")
FIELDS = (_SINGLE[0], "authors", *_SINGLE[1:], "tags", *DETAILS, *_LONG)
"""Names of what can be edited, in the order they are shown."""
_OTHERS = "others"
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", re.ASCII)


def to_form(record: Record) -> str:
    """Write what a user may edit of a record; empty fields that most papers have are there to be filled in."""
    import yaml

    values = form_values(record)
    shown = {name: value for name, value in values.items() if value or name in {"authors", "abstract", *_SINGLE[:5]}}
    return str(yaml.dump(shown, Dumper=_dumper(), allow_unicode=True, sort_keys=False, width=float("inf")))


def others_of(record: Record) -> str:
    """A comment that names the fields which `to_form` leaves out because they are empty."""
    import textwrap

    shown = to_form(record)
    names = [name for name in FIELDS if not re.search(rf"^{name}:", shown, re.MULTILINE)]
    return (
        textwrap.fill(f"There are also: {', '.join(names)}.", 110, initial_indent="# ", subsequent_indent="# ") + "\n"
    )


def form_values(record: Record) -> dict[str, Any]:
    """Every field that can be edited with its value as text, or as a list of texts."""
    details = dict(record.details)
    people = [one.inverted for one in record.authors]
    values: dict[str, Any] = {name: details.get(name, "") for name in DETAILS}
    values |= {name: str(getattr(record, name) or "") for name in (*_SINGLE, *_LONG)}
    values |= {"authors": [*people, *[_OTHERS] * record.et_al], "tags": list(record.tags)}
    return {name: values[name] for name in FIELDS}


def from_form(text: str, record: Record) -> Record:
    """The record as somebody edited it; a field that was left out is empty.

    Args:
        text: What `to_form` wrote, edited.
        record: What it wrote it of; fields that are not edited are kept.

    Raises:
        InputError: The text is no such form; the message names the line or the field.
    """
    import yaml

    try:
        # All values as text: a year, a date or a title such as `No` stays what was written.
        values = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - because BaseLoader makes texts only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "the text"
        why = getattr(error, "problem", None) or "it is no list of fields"
        raise InputError(f"In {where}: {why}. Put a value that has a colon in it into quotation marks.") from error
    if not isinstance(values, dict):
        raise InputError("The text is no list of fields. Write each as `name: value`.")
    return record_with(record, {str(name): value for name, value in values.items()})


def record_with(record: Record, values: dict[str, Any], *, only_these: bool = False) -> Record:
    """The record with other values in its fields.

    Args:
        record: What it is now.
        values: Texts, or lists of texts, by the names of the fields.
        only_these: Whether fields that are not among the values stay as they are; else they are emptied.

    Raises:
        InputError: A name is none of a field, or a value is not what its field takes.
    """
    for name in values:
        if name not in FIELDS:
            near = get_close_matches(name, FIELDS, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise InputError(f"{name!r} is no field that can be edited. {hint}There are: {', '.join(FIELDS)}.")
    shown = form_values(record)
    if only_these:
        values = shown | values
    read = {name: _read(name, values.get(name)) for name in FIELDS}
    # What nobody touched stays as it is, also where the form cannot say it: a comma in the name of an institute.
    touched = {name for name, value in read.items() if value != _read(name, shown[name])}
    changed: dict[str, Any] = {name: _worded(name, read[name]) for name in touched & {*_SINGLE, *_LONG, "tags"}}
    if "authors" in touched:
        people = [one for one in read["authors"] if one != _OTHERS]
        changed |= {"authors": tuple(map(_author, people)), "et_al": _OTHERS in read["authors"]}
    _refuse_wrong_identifiers({name: read[name] if name in touched else "" for name in ("doi", "arxiv_id", "pmid")})
    if touched & {"year", "date"}:
        changed["year"], changed["date"] = _year_and_date(read["year"], read["date"], record, touched)
    if touched & {*DETAILS}:
        changed["details"] = tuple((name, read[name]) for name in DETAILS if read[name])
    return replace(record, **changed)


def _read(name: str, value: object) -> Any:  # noqa: ANN401 - because it is a text or a list, by the field
    """A field's value without what surrounds it."""
    if name == "authors":
        return _list(name, value, r"\s*;\s*|\s+and\s+")
    return _list(name, value, r"\s*[,;]\s*") if name == "tags" else _text(name, value)


def _worded(name: str, value: Any) -> Any:  # noqa: ANN401 - because it is a text or a list, by the field
    """A value as a record has it."""
    if name == "tags":
        return tuple(dict.fromkeys(value))
    if name in _LONG:
        return value
    if name == "title":
        return " ".join(value.split())
    bare = {
        "doi": lambda: find_doi(value) or value.lower(),
        "arxiv_id": lambda: arxiv_id(value) or find_arxiv_id(value) or value,
        "entry_type": value.lower,
    }
    return (bare[name]() if name in bare else value) or None


def _refuse_wrong_identifiers(texts: dict[str, str]) -> None:
    doi, arxiv, pmid = (texts[name] for name in ("doi", "arxiv_id", "pmid"))
    if doi and not find_doi(doi):
        raise InputError(f"{doi!r} is no DOI. Write one, as in 10.1000/xyz, or nothing.")
    if arxiv and not (arxiv_id(arxiv) or find_arxiv_id(arxiv)):
        raise InputError(f"{arxiv!r} is no arXiv identifier. Write one, as in 2305.14627, or nothing.")
    if pmid and not pmid.isdecimal():
        raise InputError(f"{pmid!r} is no PubMed number. Write digits, or nothing.")


def _year_and_date(year: str, date: str, record: Record, touched: set[str]) -> tuple[int | None, str | None]:
    if "year" in touched and year and not re.fullmatch(r"[0-9]{4}", year):
        raise InputError(f"The year {year!r} is no year. Write four digits, or nothing.")
    if "date" in touched and date and not _DATE.fullmatch(date):
        raise InputError(f"The date {date!r} is no date. Write 2023, 2023-08 or 2023-08-17, or nothing.")
    if year and date and date[:4] != year:
        # Whoever changes one of them need not change the other.
        if int(year) != record.year:
            return int(year), year
        return int(date[:4]), date
    found = year or date[:4]
    return (int(found) if found else None), (date or year or None)


def _author(text: str) -> Author:
    family, _, given = (part.strip() for part in text.partition(","))
    return Author(family=family, given=given)


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"The field {name!r} takes one text, and got a list. Write `{name}: text`.")
    return value.strip()


def _list(name: str, value: object, between: str) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        value = re.split(between, value)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError(f"The field {name!r} takes a list of texts. Write each on a line of its own, after `- `.")
    return [one.strip() for one in value if one.strip()]


def _dumper() -> Any:  # noqa: ANN401 - because PyYAML is not typed
    """A writer that puts texts of many lines, and long ones, below their name as they are."""
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def as_block(dumper: Any, text: str) -> Any:  # noqa: ANN401 - because PyYAML is not typed
        style = "|" if "\n" in text else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, as_block)
    return Dumper
