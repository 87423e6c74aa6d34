"""Take the papers of a JSON document one after another, however large it is; a malformed one loses only itself."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.library.readers.json.window import SAID_TWICE, Window, parsed
from assistant.library.sources.content import Content

_CONTAINERS = frozenset(
    "items results papers data works records publications documents docs entries entry hit result "
    "recommendedPapers".split()
)
"""Names under which answers of services and exports of programs hold a list of papers."""
_ENVELOPES = frozenset({"message", "resultList", "result", "hits", "response", "search-results"})
"""Names of objects in which such a list stands."""
_MOST_ENVELOPES = 4
"""Within one another."""
_SNIFFED_LINES = 20
_START = re.compile(r"\s*+(?:\[\s*+)*+\{\s*+[\"}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A value of the document, or why it is none."""

    line: int
    """Where it starts, from 1."""
    number: int | None = None
    """Which element of its list it is, from 1; None outside of lists."""
    value: Any = None
    problem: str = ""


def is_json(head: str) -> bool:
    """Whether a text begins as JSON that may hold papers: with objects, on lines or in lists, or as a whole list."""
    if _START.match(head) or _are_lines(head):
        return True
    return head.lstrip()[:1] == "[" and isinstance(_value(head), list)


def items(content: Content) -> Iterator[Item]:
    """The elements of lists, also of lists in known envelopes, else the values themselves, in their order.

    Raises:
        BinaryContentError: The source is no text.
    """
    if _are_lines(content.head) or _has_long_first_line(content):
        for line in content.lines():
            if line.text.strip():
                yield from _line_items(line.text, line.number)
    else:
        yield from _document_items(Window(_pieces(content)))


def _is_envelope(value: Mapping[str, Any], depth: int = 1) -> bool:
    """Whether an object only wraps a list of papers."""
    if value.get("title") or depth > _MOST_ENVELOPES:
        return False
    return any(
        (name in _CONTAINERS and isinstance(one, list) and (not one or isinstance(one[0], dict | list)))
        or (name in _ENVELOPES and isinstance(one, dict) and _is_envelope(one, depth + 1))
        for name, one in value.items()
    )


def _are_lines(head: str) -> bool:
    """Whether each line is an object, told from the first lines; one of them may be malformed."""
    lines = [line for line in re.split(r"\r\n|\n|\r", head.lstrip("\ufeff"))[: 2 * _SNIFFED_LINES] if line.strip()]
    if not lines or not lines[0].startswith(("{", '"', "[")):
        return False
    if isinstance(_value(lines[0]), dict):
        return True
    goes_on = any(line.rstrip()[-1] in ",[]{:" or not line.startswith(("{", "[", '"')) for line in lines[:-1])
    return not goes_on and any(isinstance(_value(line), dict) for line in lines[1:_SNIFFED_LINES])


def _has_long_first_line(content: Content) -> bool:
    """Whether the head ends inside the first line, and that, or the next if it is too long, is a paper of its own."""
    if "\n" in content.head.strip() or not content.head.startswith("{"):
        return False
    first = next(Content(content.binary).lines(), None)
    value = _value(first.text) if first else None
    return isinstance(value, dict) and not _is_envelope(value)


def _value(text: str) -> Any:  # noqa: ANN401 - because JSON holds anything
    try:
        return parsed(text)
    except ValueError:
        return None


def _line_items(text: str, line: int) -> Iterator[Item]:
    try:
        value = parsed(text)
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError) and error.msg == "Extra data":
            yield from (replace(item, line=line) for item in _document_items(Window(iter([text]))))
        else:
            yield Item(line=line, problem=f"{_why(error, line)}. Write one object on each line")
        return
    yield from _unwrapped(value, line)


def _unwrapped(value: Any, line: int) -> Iterator[Item]:  # noqa: ANN401 - as above
    if isinstance(value, dict) and _is_envelope(value):
        for name, one in value.items():
            if name in _CONTAINERS and isinstance(one, list):
                yield from (Item(line=line, number=number, value=each) for number, each in enumerate(one, start=1))
            elif name in _ENVELOPES and isinstance(one, dict):
                yield from _unwrapped(one, line)
    else:
        yield from _one_or_several(Item(line=line, value=value))


def _one_or_several(item: Item) -> Iterator[Item]:
    """The item itself; of an object that has papers under their cite keys each of these."""
    value = item.value
    if not isinstance(value, dict) or not value or not all(_is_titled(one) for one in value.values()):
        yield item
        return
    for number, (name, one) in enumerate(value.items(), start=1):
        has_key = not one.keys().isdisjoint(("id", "key", "citation-key"))
        yield replace(item, number=number, value=one if has_key else {"key": name, **one})


def _is_titled(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("title"), str | list)


def _document_items(window: Window) -> Iterator[Item]:
    while opens := window.peek():
        line = window.line
        if opens == "[":
            yield from _elements(window)
        elif opens == "{":
            value = window.whole()
            if isinstance(value, dict) and not _is_envelope(value):
                yield from _one_or_several(_item(window, None))
            else:
                yield from _members(window, 1)
        elif opens in "]}:":
            window.step()
            yield Item(line=line, problem=f"not valid JSON: {opens!r} out of place")
        else:
            yield _item(window, None)


def _item(window: Window, number: int | None) -> Item:
    line = window.line
    try:
        return Item(line=line, number=number, value=window.value())
    except ValueError as error:
        return Item(line=line, number=number, problem=_why(error, line))


def _why(error: ValueError, line: int) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON: {error.msg} (line {line + error.lineno - 1}, column {error.colno})"
    return f"not valid JSON: {error}"


def _elements(window: Window) -> Iterator[Item]:
    """The elements of the list that starts here."""
    line = window.line
    window.step()
    number = 0
    while opens := window.peek():
        if opens == "]":
            window.step()
            return
        number += 1
        if opens in "}:":
            yield Item(line=window.line, number=number, problem=f"not valid JSON: {opens!r} out of place")
            window.step()
        else:
            yield _item(window, number)
    yield Item(line=line, problem="the list that starts here has no end; is the file cut off?")


def _members(window: Window, depth: int) -> Iterator[Item]:
    """What stands in the lists of the object that starts here if it is an envelope, or else the object itself."""
    line = window.line
    rest: dict[str, Any] = {}
    problem = ""
    is_envelope = False
    window.step()
    while (opens := window.peek()) and opens != "}":
        name = window.name()
        if name is None:
            problem = f"not valid JSON: a name in double quotes and a colon are missing on line {window.line}"
            window.leave()
            break
        opening = window.opening()
        if name in _CONTAINERS and opening in ("[{", "[]", "[[") and not rest.get("title"):
            is_envelope = True
            yield from _elements(window)
        elif name in _ENVELOPES and opening[:1] == "{" and not rest.get("title") and depth < _MOST_ENVELOPES:
            is_envelope = True
            yield from _members(window, depth + 1)
        elif opening:
            one = _item(window, None)
            is_again = name in rest and one.value not in (None, "", rest[name])
            problem = problem or one.problem or (f"not valid JSON: {SAID_TWICE.format(name)}" if is_again else "")
            rest[name] = one.value
    else:
        problem = problem or ("" if opens else "the object that starts here has no end; is the file cut off?")
        if opens:
            window.step()
    if problem:
        yield Item(line=line, problem=problem)
    elif not is_envelope:
        yield from _one_or_several(Item(line=line, value=rest))


def _pieces(content: Content) -> Iterator[str]:
    """The text of a source, each line ended by one character."""
    held = ""
    for chunk in content.chunks():
        text = held + chunk
        # A last return may be half of a line's end.
        held = "\r" if text.endswith("\r") else ""
        yield _with_short_ends(text.removesuffix("\r"))
    yield _with_short_ends(held)


def _with_short_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def first_object(head: str) -> dict[str, Any] | None:
    """The first object that is whole in the beginning of a document."""
    if _are_lines(head):
        lines = [line for line in re.split(r"\r\n|\n|\r", head) if line.strip()]
        found = (item.value for line in lines[:_SNIFFED_LINES] for item in _line_items(line, 1))
    else:
        found = (item.value for item in _document_items(Window(iter([_with_short_ends(head)]))))
    return next((one for one in found if isinstance(one, dict)), None)
