"""Pandoc's citations in a text: `[see @a, p. 3; also @b]`, `[-@a]`, `@a [p. 3]`, `@a says`, `@{odd key}`."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from assistant.drafts.running import Cited

_KEY = re.compile(
    r"(?<![^\W_])(?<![^\W_]\.)(?<!\\)-?@(?:\{(?P<odd>[^{}\n]+)\}|(?P<key>\w(?:\w|[:.#$%&+?<>~/-](?=\w)|[:/](?=/))*))"
)
"""Not after a letter, a digit or what belongs to one, so that no address of mail is a citation."""
_SPACES = re.compile(r"[ \t]*(?:\n[ \t]*)?")
_MARKER = re.compile(r"\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]")
MOST_CITED = 20_000
"""Characters between the brackets of a citation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A citation, with the keys that it has."""

    start: int
    end: int
    cited: tuple[Cited, ...]


class Citations:
    """Finds citations in a text, each place in constant time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._keys = list(_KEY.finditer(text))
        self._key_starts = [match.start() for match in self._keys]
        self._closing: dict[int, int] | None = None

    def at(self, place: int, most: int | None = None) -> Citation | None:
        """The citation that begins at a place and ends before `most`, or None."""
        if not self._keys:
            return None
        most = len(self._text) if most is None else most
        found = self._bracketed(place, most) if self._text.startswith("[", place) else self._in_text(place, most)
        return found if found and found.end <= most else None

    def all(self) -> list[Citation]:
        """All citations of the text, in order."""
        found: list[Citation] = []
        for match in re.finditer(r"\[|-?@", self._text) if self._keys else ():
            if (not found or match.start() >= found[-1].end) and (citation := self.at(match.start())):
                found.append(citation)
        return found

    def closing(self, place: int) -> int | None:
        """Where the bracket that opens at a place is closed."""
        if self._closing is None:
            self._closing = _brackets(self._text)
        return self._closing.get(place)

    def _bracketed(self, place: int, most: int, *, narrative: Cited | None = None) -> Citation | None:
        end = self.closing(place)
        if end is None or end >= most or end - place > MOST_CITED or self._text.startswith("(", end + 1):
            return None
        cited = tuple(_cited(match) for match in self._keys_between(place, end))
        if narrative:
            return Citation(start=narrative.start, end=end + 1, cited=(narrative, *cited))
        return Citation(start=place, end=end + 1, cited=cited) if cited else None

    def _in_text(self, place: int, most: int) -> Citation | None:
        index = bisect_left(self._key_starts, place)
        if index == len(self._keys) or self._key_starts[index] != place:
            return None
        match = self._keys[index]
        said = _cited(match, narrative=not match[0].startswith("-"))
        after = _SPACES.match(self._text, match.end())
        behind = after.end() if after else match.end()
        if self._text.startswith("[", behind) and not self._text.startswith("[^", behind):
            with_place = self._bracketed(behind, most, narrative=said)
            if with_place and not _MARKER.match(self._text, behind):
                return Citation(start=place, end=with_place.end, cited=with_place.cited)
        return Citation(start=place, end=match.end(), cited=(said,))

    def _keys_between(self, start: int, end: int) -> list[re.Match[str]]:
        return self._keys[bisect_left(self._key_starts, start) : bisect_left(self._key_starts, end)]


def first_number(text: str) -> int | None:
    """Where the first citation by number stands (`[1]`, `[2, 3]`), which names no paper of the library."""
    match = _MARKER.search(text)
    return match.start() if match else None


def _cited(match: re.Match[str], *, narrative: bool = False) -> Cited:
    group = "odd" if match["odd"] else "key"
    return Cited(key=match[group], start=match.start(group), end=match.end(group), narrative=narrative)


def _brackets(text: str) -> dict[int, int]:
    """Which bracket closes which."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for match in re.finditer(r"\\.|[\[\]]|\n[ \t]*\n", text):
        if match[0] == "[":
            opened.append(match.start())
        elif match[0] == "]" and opened:
            closing[opened.pop()] = match.start()
        elif match[0][0] == "\n":
            opened.clear()
    return closing
