"""Lines of JSON with their numbers, and fields of them that are what they should be."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from evals.datasets.source import fault
from evals.judging.types import Pair

__all__ = ["FieldError", "Format", "Labels", "Row", "content", "label", "one_text", "rows", "some_texts", "text"]

Row = Mapping[str, Any]
Labels = Mapping[str, str]
"""A source's label, lower case, to what is wrong with such a pair; empty when nothing is."""

_GZIP = b"\x1f\x8b"


class FieldError(Exception):
    """A field is not what it should be; whoever knows file and line says so to the reader."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How pairs of one source are written."""

    name: str
    fields: frozenset[str]
    """Names of the fields by which its lines are known."""
    open: Callable[[Path], Callable[[Row, int], list[Pair]]]
    """Takes the file and makes what turns one of its lines, with its number, into pairs; may raise `FieldError`."""
    notes: tuple[str, ...] = ()
    """What a reader must know of every set of this format."""
    beside: Callable[[Path], Path | None] = lambda _path: None
    """Another file that the pairs come from."""


def content(path: Path) -> bytes:
    """The bytes of a file, unpacked when they are gzip's, whatever its name.

    Raises:
        InputError: It cannot be read.
    """
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw.startswith(_GZIP) else raw
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file; check the path of the labelled pairs.") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder; name the file of labelled pairs in it.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: the compressed file is damaged ({error}); copy it again.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check its permissions.") from error


def rows(raw: bytes, path: Path) -> Iterator[tuple[int, Row]]:
    """The objects of a JSON Lines file with the numbers of their lines, from 1.

    Raises:
        InputError: A line is no JSON object.
    """
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8 text.") from error
    for number, line in enumerate(decoded.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path}:{number}: {fault(error)}; write one object on one line.") from error
        if not isinstance(found, dict):
            raise InputError(f"{path}:{number}: {line.strip()[:40]!r} is no object; write one object on one line.")
        yield number, found


def text(row: Row, name: str) -> str:
    """A text that may be missing."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FieldError(f"{name} is {value!r:.60}", "write it as text in quotes")
    return value


def one_text(row: Row, name: str) -> str:
    """A text that must be there."""
    if not (found := text(row, name).strip()):
        raise FieldError(f"there is no {name}", f'give the line a "{name}"')
    return found


def some_texts(row: Row, name: str) -> tuple[str, ...]:
    """A list of texts, or one text; blank ones are left out."""
    value = row.get(name)
    listed = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise FieldError(f"{name} is {value!r:.60}", "write a list of texts")
    return tuple(one.strip() for one in listed if one.strip())


def label(row: Row, name: str, labels: Labels) -> str:
    """What is wrong with the pair; empty when nothing is."""
    value = row.get(name)
    if not isinstance(value, str) or value.strip().lower() not in labels:
        raise FieldError(f"{name} is {value!r:.60}", f"use one of: {', '.join(labels)}")
    return labels[value.strip().lower()]
