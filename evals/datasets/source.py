"""Files of data sets and of outputs: their bytes, the JSON in them, and the errors that say where it is wrong.

One bad item refuses the whole file, since scores over the rest would be scores of another set.
"""

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from vectorstore.text import encodable

__all__ = ["Item", "Source", "mended", "open_source"]

_GZIP = b"\x1f\x8b"
_KINDS = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One JSON object of a file, and where it stands."""

    fields: Mapping[str, Any]
    place: str
    """What error messages start with: `file.jsonl:3` or `file.json, item 3`."""
    number: int
    """Of the line, or of the item in its list, from 1."""

    def bad(self, problem: str, advice: str) -> InputError:
        """Make the error that refuses the file for this item."""
        return InputError(f"{self.place}: {problem}; {advice}. Nothing was scored.")

    def named(self, *names: str) -> tuple[str, Any]:
        """The first of these fields that is there and not null, with its value; the first name and None otherwise."""
        return next(
            ((name, self.fields[name]) for name in names if self.fields.get(name) is not None), (names[0], None)
        )

    def text(self, *names: str) -> str:
        """A text; empty when the field is not there."""
        name, value = self.named(*names)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.bad(f"{name} is {_kind_of(value)}", "write it as text in quotes")
        return value

    def question(self, *names: str) -> str:
        """A text that must be there and not be blank."""
        text = self.text(*names)
        if not text.strip():
            raise self.bad("there is no question", f'give it a "{names[0]}"')
        return text

    def answer(self, *names: str) -> str | None:
        """A text that may be null, which says that a system gave no answer; one of the fields must be there."""
        if not any(name in self.fields for name in names):
            raise self.bad(f"there is no {' or '.join(names)}", f'give it an "{names[0]}", or null for no answer')
        _, value = self.named(*names)
        return None if value is None else self.text(*names)

    def texts(self, *names: str) -> tuple[str, ...]:
        """A list of texts, none of them blank; empty when the field is not there."""
        name, value = self.named(*names)
        return self.texts_in([] if value is None else value, name)

    def texts_in(self, value: object, name: str) -> tuple[str, ...]:
        """Check that a value is a list of texts, none of them blank."""
        if not isinstance(value, list):
            raise self.bad(f"{name} is {_kind_of(value)}", "write a list of texts")
        for one in value:
            if not isinstance(one, str):
                raise self.bad(f"{name} holds {_kind_of(one)} ({one!r})", "put it in quotes")
            if not one.strip():
                raise self.bad(f"{name} holds an empty text", "fill it in or take it out")
        return tuple(value)

    def text_or_texts(self, *names: str) -> tuple[str, ...]:
        """A text or a list of texts; a blank text counts as none."""
        name, value = self.named(*names)
        if isinstance(value, list):
            return self.texts_in(value, name)
        text = self.text(*names)
        return (text,) if text.strip() else ()

    def values(self, *names: str) -> list[Any]:
        """A list of anything; empty when the field is not there."""
        name, value = self.named(*names)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.bad(f"{name} is {_kind_of(value)}", "write a list")
        return value

    def objects(self, *names: str) -> tuple["Item", ...]:
        """A list of objects; empty when the field is not there."""
        name, _ = self.named(*names)
        return tuple(
            self.part(value, f"{name}[{number}]", number) for number, value in enumerate(self.values(*names), start=1)
        )

    def part(self, value: object, name: str, number: int) -> "Item":
        """An object inside this one; its errors name both."""
        if not isinstance(value, dict):
            raise self.bad(f"{name} is {_kind_of(value)}, not an object", "write an object in braces")
        return Item(fields=value, place=f"{self.place}, {name}", number=number)

    def identity(self, *names: str) -> str:
        """A text or whole number that names the item; empty when the field is not there."""
        name, value = self.named(*names)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            raise self.bad(f"{name} is {value!r}", "use a text or a whole number, or leave it out")
        return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file, unpacked."""

    path: Path
    raw: bytes
    text: str

    @property
    def sha256(self) -> str:
        """Hash of the unpacked bytes, so that packing a file does not make it another."""
        return sha256(self.raw).hexdigest()

    def document(self) -> object:
        """The JSON value that is the whole file; None when it is none, as in a file of several lines."""
        try:
            return mended(json.loads(self.text))
        except (ValueError, RecursionError):
            return None

    def refuse_broken_document(self) -> None:
        """Raise an `InputError` when this is one JSON value with a fault in it."""
        try:
            json.loads(self.text)
        except json.JSONDecodeError as error:
            if self._is_document():
                problem = f"{self.path}:{error.lineno}: not JSON ({error.msg})"
                raise InputError(f"{problem}; mend it there. Nothing was scored.") from error
        except RecursionError as error:
            if self._is_document():
                raise InputError(f"{self.path}: not JSON: nested too deeply. Nothing was scored.") from error

    def rows(self, example: str, *, within: str = "") -> tuple[Item, ...]:
        """The objects of a JSON list, of the list that an object has under `within`, or of JSON Lines.

        An object without such a list is the only row.

        Args:
            example: What an object looks like, for error messages.
            within: Name of the field that holds the list when the file is one object.
        """
        whole = self.document()
        if isinstance(whole, dict) and isinstance(whole.get(within), list):
            whole = whole[within]
        elif isinstance(whole, dict):
            whole = [whole]
        if isinstance(whole, list):
            rows = tuple(self._item(value, number, example) for number, value in enumerate(whole, start=1))
        else:
            self.refuse_broken_document()
            rows = self.lines(example)
        if not rows:
            raise InputError(f"{self.path}: holds nothing; write objects such as {example}.")
        return rows

    def lines(self, example: str) -> tuple[Item, ...]:
        """The objects of JSON Lines; blank lines are passed over."""
        # Only "\n" ends a line: a line separator may stand inside a JSON text.
        numbered = enumerate(self.text.split("\n"), start=1)
        return tuple(self._line(line, number, example) for number, line in numbered if line.strip())

    def _line(self, line: str, number: int, example: str) -> Item:
        blank = Item(fields={}, place=f"{self.path}:{number}", number=number)
        try:
            value = mended(json.loads(line))
        except (ValueError, RecursionError) as error:
            raise blank.bad(fault(error), f"write one object on one line, such as {example}") from error
        if not isinstance(value, dict):
            raise blank.bad(f"{_kind_of(value)}, not an object", f"write {example}")
        return Item(fields=value, place=blank.place, number=number)

    def _item(self, value: object, number: int, example: str) -> Item:
        blank = Item(fields={}, place=f"{self.path}, item {number}", number=number)
        if not isinstance(value, dict):
            raise blank.bad(f"{_kind_of(value)}, not an object", f"write {example}")
        return Item(fields=value, place=blank.place, number=number)

    def _is_document(self) -> bool:
        """Whether this is meant as one JSON value rather than as a value on each line."""
        first = next((line.strip() for line in self.text.split("\n") if line.strip()), "")
        return first.startswith("[") or first == "{"


def fault(error: ValueError | RecursionError) -> str:
    """What is wrong with one line of JSON, without the decoder's own line number, which is always 1."""
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error.msg}, column {error.colno})"
    return "not JSON (nested too deeply)" if isinstance(error, RecursionError) else f"not JSON ({error})"


def mended(value: Any) -> Any:  # noqa: ANN401 - because it is what JSON holds
    """A JSON value without lone surrogates, which escapes can make and no UTF-8 file can hold: each becomes `?`."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, list):
        return [mended(one) for one in value]
    if isinstance(value, dict):
        return {mended(name): mended(one) for name, one in value.items()}
    return value


def open_source(path: Path) -> Source:
    """Read a UTF-8 file, unpacking gzip; the bytes decide, not the name.

    Raises:
        InputError: The file cannot be read, is damaged or is no UTF-8 text.
    """
    raw = _bytes(path)
    if raw.startswith(_GZIP):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"{path}: the gzip file is damaged ({error}); fetch it again.") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8 text.") from error
    return Source(path=path, raw=raw, text=text)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file; check the path.") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder; name the file in it.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path}: cannot be read ({reason}); check its name and permissions.") from error


def _kind_of(value: object) -> str:
    return _KINDS.get(type(value), "null")
