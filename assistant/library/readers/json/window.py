"""JSON text read piece by piece: only the value at hand is held, and where a malformed one ends is found too."""

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_CHARACTERS = 1 << 26
"""Of one value, 64 Mi."""
SAID_TWICE = "the name {!r} stands twice with different values; remove one"
_LOOK_AHEAD = 4096
_SPACE = re.compile(r"[\s,\x1e\ufeff]*+")
_MARK = re.compile(r'[{}\[\]"]')
_STRING_END = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_BARE_END = re.compile(r"[\s,\]}]")
_NAME = re.compile(r'"((?:[^"\\]|\\.)*+)"\s*+:', re.DOTALL)
_MAY_BE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parsed(text: str) -> Any:  # noqa: ANN401 - because JSON holds anything
    """The value of a JSON text; `NaN` and `Infinity`, which are no JSON, stand for no value.

    Raises:
        ValueError: It is no JSON, is nested too deeply, or has a name twice in an object with different values.
    """
    try:
        value = _DECODER.decode(text)
        return without_surrogates(value) if _MAY_BE_SURROGATE.search(text) else value
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def without_surrogates(value: Any) -> Any:  # noqa: ANN401 - because JSON holds anything
    """The value with a mark for each half of a character, which has no form in a file."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [without_surrogates(one) for one in value]
    if isinstance(value, dict):
        return {without_surrogates(name): without_surrogates(one) for name, one in value.items()}
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    empty: tuple[Any, ...] = (None, "", [], {})
    found = {}
    for name, value in pairs:
        if name in found and found[name] not in empty and value not in empty and found[name] != value:
            raise ValueError(SAID_TWICE.format(name))
        if found.get(name) in empty:
            found[name] = value
    return found


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_object, parse_constant=lambda _: None)


class Window:
    """A place in a JSON text, and as much of the text behind it as was needed."""

    def __init__(self, chunks: Iterator[str]) -> None:
        """At the beginning of a text that comes in pieces."""
        self._chunks = chunks
        self._text = ""
        self._place = 0
        self._wasted = 0
        self.line = 1
        """Where the place is, from 1."""

    def peek(self) -> str:
        """Pass over space and commas; the character that follows, or nothing at the end."""
        while True:
            self._move_to(_match_end(_SPACE, self._text, self._place))
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._more():
                return ""

    def opening(self) -> str:
        """The next two characters that are no space; they tell a list of objects from other values."""
        self.peek()
        while len(self._text) - self._place < _LOOK_AHEAD and self._more():
            pass
        return "".join(self._text[self._place : self._place + _LOOK_AHEAD].split())[:2]

    def step(self) -> None:
        """Pass over one character."""
        self._move_to(self._place + 1)

    def name(self) -> str | None:
        """Pass over the name and the colon that stand here; None, in place, when they do not."""
        while True:
            match = _NAME.match(self._text, self._place)
            if match or len(self._text) - self._place > _LOOK_AHEAD or not self._more():
                break
        if match is None:
            return None
        self._move_to(match.end())
        return match[1]

    def whole(self) -> Any:  # noqa: ANN401 - because JSON holds anything
        """The value that stands here, without moving on, if it is whole and good so far as it was read; else None."""
        try:
            return _DECODER.raw_decode(self._text, self._place)[0]
        except (ValueError, RecursionError):
            return None

    def value(self) -> Any:  # noqa: ANN401 - because JSON holds anything
        """Pass over the value that stands here.

        Raises:
            ValueError: It is malformed; what was passed over is it alone, as far as can be told.
        """
        try:
            value, end = _DECODER.raw_decode(self._text, self._place)
            is_whole = end < len(self._text) and not _MAY_BE_SURROGATE.search(self._text, self._place, end)
        except (ValueError, RecursionError):
            is_whole = False
        if not is_whole:
            return self._slow_value()
        self._move_to(end)
        return value

    def leave(self) -> None:
        """Pass over all up to the end of the object or list in which the place is."""
        end = self._end(1)
        self._move_to(len(self._text) if end is None else end)

    def _slow_value(self) -> Any:  # noqa: ANN401 - as above
        # Values that have lost their ends are looked through to the end of the text, but not over and over again.
        again = self._again() if self._wasted > MOST_CHARACTERS else None
        end = again or self._end(0) or len(self._text)
        raw = self._text[self._place : end]
        try:
            value = parsed(raw)
        except ValueError as error:
            self._wasted += len(raw)
            self._move_to(min(end, self._again() or end))
            if len(raw) > MOST_CHARACTERS:
                raise ValueError(f"a value of more than {MOST_CHARACTERS >> 20} million characters") from error
            raise
        self._move_to(end)
        return value

    def _again(self) -> int | None:
        """Where the next line begins as that of the value which starts here; None where it begins none."""
        indent = self._text[self._text.rfind("\n", 0, self._place) + 1 : self._place]
        if len(indent) > _LOOK_AHEAD or indent.strip() or self._text[self._place] not in "{[":
            return None
        found = self._text.find("\n" + indent + self._text[self._place], self._place)
        return found if found >= 0 else None

    def _end(self, depth: int) -> int | None:
        """Where the value that starts here ends, which `depth` brackets enclose; None when it has no end."""
        offset = 0
        while True:
            start = self._place + offset
            offset, depth, is_whole = self._scan(start, depth)
            if is_whole:
                return self._place + offset
            if len(self._text) - self._place > MOST_CHARACTERS or not self._more():
                is_bare = depth == 0 and offset == 0
                return len(self._text) if is_bare else None

    def _scan(self, start: int, depth: int) -> tuple[int, int, bool]:
        """Follow the brackets from `start`; how far it is sure, how deep it is there, and whether the value ends."""
        text, begin = self._text, self._place
        if depth == 0 and start == begin and text[start] not in '{["':
            bare = _BARE_END.search(text, start + 1)
            return (bare.start() - begin, 0, True) if bare else (0, 0, False)
        while mark := _MARK.search(text, start):
            if mark[0] == '"':
                closed = _STRING_END.match(text, mark.end())
                if closed is None:
                    return mark.start() - begin, depth, False
                start = closed.end()
            else:
                depth += 1 if mark[0] in "{[" else -1
                start = mark.end()
            if depth <= 0:
                return start - begin, depth, True
        return len(text) - begin, depth, False

    def _move_to(self, end: int) -> None:
        self.line += self._text.count("\n", self._place, end)
        self._place = end

    def _more(self) -> bool:
        """Read on, about as much again as is held."""
        kept = self._text[self._place :]
        before = self._text[max(0, self._place - _LOOK_AHEAD) : self._place]
        pieces = [before, kept]
        wanted = len(kept)
        got = 0
        for chunk in self._chunks:
            pieces.append(chunk)
            got += len(chunk)
            if got >= wanted:
                break
        self._text = "".join(pieces)
        self._place = len(before)
        return got > 0


def _match_end(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place
