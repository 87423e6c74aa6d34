"""Field accuracy of the readers, where a suite carries a paper in two forms: what was read and what should be.

The second form is BibTeX beside another format, read by this project's own reader, or JSON as papis or CSL have it,
looked at directly. A field is compared when the expected side has it, after folding accents, case and punctuation.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from assistant.text import fold
from assistant.types import Record

if TYPE_CHECKING:
    from imports import Outcome

Fields = Mapping[str, str]
"""Folded values by name, empty ones left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A file that was read, and what should have come out of it."""

    name: str
    kind: str
    read: tuple[Fields, ...]
    expected: tuple[Fields, ...]


def field_accuracy(outcomes: Sequence["Outcome"], *, verbose: bool) -> Iterator[str]:
    """Lines that say for each field how many of the compared values are right, by kind of file."""
    right: dict[tuple[str, str], int] = defaultdict(int)
    compared: dict[tuple[str, str], int] = defaultdict(int)
    wrong: list[str] = []
    unread: list[str] = []
    for pair in chain(pairs(outcomes), named_cases(outcomes)):
        if not pair.read:
            unread.append(pair.name)
            continue
        for expected, read in matched(pair):
            for name, value in expected.items():
                if name == "key":
                    continue
                compared[pair.kind, name] += 1
                is_right = SAME.get(name, str.__eq__)(value, read.get(name, ""))
                right[pair.kind, name] += is_right
                if not is_right:
                    wrong.append(f"  {pair.name}: {name} is {read.get(name, '')[:70]!r}, expected {value[:70]!r}")
    names = sorted({name for _, name in compared}, key=list(FIELDS).index)
    yield "\nRight / compared"
    yield f"{'kind':<14}" + "".join(f"{name:>12}" for name in names)
    for kind in (*dict.fromkeys(kind for kind, _ in compared), "all"):
        counts = (
            (sum(right[key] for key in keys), sum(compared[key] for key in keys))
            for keys in ([key for key in compared if key[1] == name and kind in (key[0], "all")] for name in names)
        )
        yield f"{kind:<14}" + "".join(f"{f'{good}/{all_}':>12}" for good, all_ in counts)
    yield f"{len(unread)} more files that should hold papers gave none."
    if verbose:
        yield f"\nThese are {', '.join(unread)}."
        yield "\nFields that differ:"
        yield from wrong


def pairs(outcomes: Sequence["Outcome"]) -> Iterator[Pair]:
    """Files of one suite that lie side by side under one name."""
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        path = PurePosixPath(one.origin)
        stem = re.sub(r"(?i)_out$|-(?:csl|input)$", "", path.stem)
        groups[one.repository, str(path.parent / stem)].append(one)
    for group in groups.values():
        expected = next((one for one in group if is_expected(one, group)), None)
        for one in group:
            wanted = expectation(expected) if expected and one is not expected else ()
            if wanted:
                read = tuple(fields_of(record) for record in one.records)
                yield Pair(name=one.path.name, kind=one.kind, read=read, expected=wanted)


def named_cases(outcomes: Sequence["Outcome"]) -> Iterator[Pair]:
    """Files `output/NAME.bib` beside an `output.json` that says under each NAME which CSL items they hold."""
    by_origin = {(one.repository, one.origin): one for one in outcomes}
    for one in outcomes:
        if not one.origin.endswith("/output.json"):
            continue
        for cases in json.loads(one.path.read_text(encoding="utf-8")).values():
            for name, groups in cases.items():
                file = by_origin.get((one.repository, f"{one.origin.removesuffix('.json')}/{name}.bib"))
                if file is not None:
                    read = tuple(fields_of(record) for record in file.records)
                    expected = tuple(fields_of_json(item) for item in groups[0])
                    yield Pair(name=file.path.name, kind=file.kind, read=read, expected=expected)


def is_expected(one: "Outcome", group: Sequence["Outcome"]) -> bool:
    """An `_out` or CSL file says what its neighbours hold; else the BibTeX file, or RIS beside a table."""
    if re.search(r"(?i)_out\.json$|-csl\.json$", one.path.name):
        return len(group) > 1
    has_json = any(re.search(r"(?i)_out\.json$|-csl\.json$", other.path.name) for other in group)
    is_reference = one.kind == ("bibtex" if any(other.kind == "bibtex" for other in group) else "ris")
    return is_reference and not has_json and any(other.kind != one.kind for other in group)


def expectation(one: "Outcome") -> tuple[Fields, ...]:
    """What a file says that should be read elsewhere."""
    if one.path.suffix != ".json":
        return tuple(fields_of(record) for record in one.records)
    document = json.loads(one.path.read_text(encoding="utf-8"))
    items = document if isinstance(document, list) else [document]
    return tuple(fields_of_json(item) for item in items if isinstance(item, dict))


def matched(pair: Pair) -> Iterator[tuple[Fields, Fields]]:
    """Each expected paper with the one read: by its key, else its title, else its place."""
    by_key = {read["key"]: read for read in pair.read if "key" in read}
    by_title = {read.get("title"): read for read in pair.read}
    for number, expected in enumerate(pair.expected):
        by_place = pair.read[number] if len(pair.read) == len(pair.expected) else {}
        same_key = by_key.get(expected.get("key", ""))
        yield expected, same_key or by_title.get(expected.get("title")) or by_place


def fields_of(record: Record) -> Fields:
    """What is compared of a record."""
    details = dict(record.details)
    return _folded(
        {
            "key": record.key or "",
            "title": record.title,
            "authors": "; ".join(author.family for author in record.authors),
            "year": str(record.year or ""),
            "venue": record.venue or "",
            "doi": record.doi or "",
            "volume": details.get("volume", ""),
            "number": details.get("number", ""),
            "pages": details.get("pages", ""),
            "abstract": record.abstract,
        }
    )


def fields_of_json(item: Mapping[str, Any]) -> Fields:
    """The same of an object as papis or CSL write it."""
    people = item.get("author_list") or item.get("author")
    names = [one.get("family") or one.get("literal", "") for one in people] if isinstance(people, list) else []
    issued = item.get("issued")
    parts = issued.get("date-parts", [[""]]) if isinstance(issued, dict) else [[item.get("year", "")]]
    return _folded(
        {
            "key": _text(item.get("id") or item.get("ref")),
            "title": _text(item.get("title")),
            "authors": "; ".join(names),
            "year": str(parts[0][0]),
            "venue": _text(item.get("journal") or item.get("container-title") or item.get("booktitle")),
            "doi": _text(item.get("doi") or item.get("DOI")),
            "volume": _text(item.get("volume")),
            "number": _text(item.get("issue") or item.get("number")),
            "pages": _text(item.get("pages") or item.get("page")),
            "abstract": _text(item.get("abstract")),
        }
    )


def _text(value: object) -> str:
    return "" if value is None else str(value[0] if isinstance(value, list) and value else value)


def _folded(values: Mapping[str, str]) -> Fields:
    folded = {name: FIELDS[name](value) for name, value in values.items()}
    return {name: value for name, value in folded.items() if value}


def words(text: str) -> str:
    """Letters and digits, folded, with single spaces between."""
    return " ".join(re.findall(r"\w+", fold(re.sub(r"<[^>]+>", "", text))))


def page_range(text: str) -> str:
    """First and last page, whatever dash is between them."""
    return "-".join(re.findall(r"\w+", text)).lower()


def begins(expected: str, read: str) -> bool:
    """Equal, or one a whole beginning of the other: suites cut abstracts short."""
    return bool(read) and (expected.startswith(read) or read.startswith(expected))


FIELDS: Mapping[str, Callable[[str], str]] = {
    "key": str.strip,
    "title": words,
    "authors": words,
    "year": str.strip,
    "venue": words,
    "doi": lambda text: text.lower().removeprefix("https://doi.org/"),
    "volume": words,
    "number": words,
    "pages": page_range,
    "abstract": words,
}
SAME: Mapping[str, Callable[[str, str], bool]] = {"abstract": begins}
