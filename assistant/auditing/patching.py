"""Changing places of a text file and nothing else of it: its encoding, its line ends, every other byte stay."""

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from assistant.drafts.document import INVISIBLE, source_of
from assistant.errors import InputError
from assistant.library.sources.content import Content
from assistant.library.sources.decoding import ContentError
from assistant.types.audits import RevisedFile

_LINE_END = re.compile(rb"\r\n|\r|\n")
_QUOTED = re.compile(r'[\x00-\x1f"\\\x7f]')
_NO_END = b"\\ No newline at end of file\n"
_LATIN = "cp1252"
"""What single bytes that are no UTF-8 are read as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """`source[start:end]` of a text becomes `text`."""

    start: int
    end: int
    text: str


class TextFile:
    r"""A text file whose `source`, with line ends as `\n`, can be edited place by place."""

    def __init__(self, path: Path, *, name: str | None = None) -> None:
        """Read it.

        Raises:
            InputError: It cannot be read, or its encoding does not let single places be changed.
        """
        self.path = path
        self.name = name or str(path)
        try:
            self.raw = path.read_bytes()
            content = Content.of_bytes(self.raw)
            self._encoding = content.encoding
            text = content.text()
        except OSError as error:
            raise InputError(f"{self.name} cannot be read: {error.strerror}.") from error
        except ContentError as error:
            raise InputError(f"{self.name}: {error}") from error
        if self._encoding.is_wide:
            raise InputError(f"{self.name} is written in {self._encoding.codec}; save it as UTF-8 to have it changed.")
        self._codec = _LATIN if _is_latin(self.raw) and self._encoding.codec == "utf-8" else self._encoding.codec
        self.source = source_of(text)
        ends = list(_LINE_END.finditer(self.raw))
        self._starts = [0, *(found.end() for found in ends)]
        self._stops = [*(found.start() for found in ends), len(self.raw)]
        self._lines = [0, *(found.end() for found in re.finditer("\n", self.source))]

    def revised(self, edits: Iterable[Edit]) -> RevisedFile | None:
        """The file with places changed that do not overlap; None when it stays as it is.

        Raises:
            InputError: A place cannot be changed: its line is not what was read, or the encoding lacks a character.
        """
        after, last = b"", 0
        for edit in sorted(edits, key=lambda one: (one.start, one.end)):
            start, end = self._byte(edit.start), self._byte(edit.end)
            after += self.raw[last:start] + self._encoded(edit)
            last = end
        after += self.raw[last:]
        if after == self.raw:
            return None
        return RevisedFile(name=self.name, path=self.path, before=self.raw, after=after)

    def line(self, offset: int) -> int:
        """The line, from 1, in which a character of the source stands."""
        return bisect_right(self._lines, offset)

    def _byte(self, offset: int) -> int:
        line = self.line(offset) - 1
        start, stop = self._starts[line], self._stops[line]
        start += self._encoding.mark if line == 0 else 0
        wanted = self.source[self._lines[line] : offset]
        at = start + len(wanted.encode(self._encoding.codec, errors="replace"))
        if self._decoded(start, at) == wanted:
            return at
        # Bytes that are no characters were read as others, or left out.
        found = next((at for at in range(start, stop + 1) if self._decoded(start, at) == wanted), None)
        if found is None:
            raise InputError(f"{self.name}:{line + 1}: the line holds bytes that are no text; save the file as UTF-8.")
        return found

    def _decoded(self, start: int, end: int) -> str:
        return INVISIBLE.sub("", self._encoding.decode(self.raw[start:end]))

    def _encoded(self, edit: Edit) -> bytes:
        line = self.line(edit.start) - 1
        stop = self._stops[line]
        end = self.raw[stop : self._starts[line + 1]] if line + 1 < len(self._starts) else self._usual_end
        try:
            return edit.text.encode(self._codec).replace(b"\n", end)
        except UnicodeEncodeError as error:
            raise InputError(
                f"{self.name}:{line + 1}: {self._codec}, in which the file is written, has no"
                f" {error.object[error.start]!r}; save the file as UTF-8."
            ) from error

    @property
    def _usual_end(self) -> bytes:
        """As the first line ends; a file of one line has none."""
        return self.raw[self._stops[0] : self._starts[1]] if len(self._starts) > 1 else b"\n"


def _is_latin(raw: bytes) -> bool:
    """True when no byte beyond ASCII is a part of a character of UTF-8, and there are such bytes."""
    return not raw.isascii() and raw.decode(errors="ignore").isascii()


def unified_diff(files: Sequence[RevisedFile], *, folder: Path | None = None) -> bytes:
    """A unified diff that `git apply` and `patch -p1` take.

    Args:
        files: As they are and as they would be.
        folder: Where it is to be applied; names are relative to it. The folder one is in when not given.
    """
    return b"".join(line for one in files for line in _diff(one, folder or Path.cwd()))


def _diff(file: RevisedFile, folder: Path) -> Iterable[bytes]:
    name = _relative(file.path, folder)
    lines = difflib.diff_bytes(
        difflib.unified_diff,
        _lines_of(file.before),
        _lines_of(file.after),
        _header(f"a/{name}"),
        _header(f"b/{name}"),
    )
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n" + _NO_END


def _lines_of(content: bytes) -> list[bytes]:
    """As `patch` counts them: only the line feed ends one."""
    ends = [0, *(found.end() for found in re.finditer(rb"\n", content)), len(content)]
    return [content[start:end] for start, end in pairwise(ends) if end > start]


def _relative(path: Path, folder: Path) -> str:
    whole = path.absolute()
    base = folder.absolute()
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else whole.as_posix().lstrip("/")


def _header(name: str) -> bytes:
    """A file's name as git writes it: quoted when it holds control characters, with a tab behind when it has blanks."""
    if _QUOTED.search(name):
        quoted = _QUOTED.sub(lambda found: f"\\{ord(found[0]):03o}", name)
        return f'"{quoted}"'.encode(errors="surrogateescape")
    return (name + "\t" * (" " in name)).encode(errors="surrogateescape")
