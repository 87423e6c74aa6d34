"""Drafts in Markdown, as pandoc reads it."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.drafts.citing import Citation
from assistant.drafts.ignoring import marked
from assistant.drafts.markdown.header import read_header
from assistant.drafts.markdown.inline import BREAK, FILLER, Inline, parser, walk
from assistant.drafts.markdown.lines import Prepared, prepared
from assistant.drafts.plain import REFERENCES, abstract_of, numbered
from assistant.drafts.running import Groups, Lines, Running
from assistant.types import Document, Paragraph

if TYPE_CHECKING:
    from markdown_it.token import Token

_SAID = re.compile(rf"{BREAK}|[^\x00-\x1f\x7f]+|[\t\n]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read_markdown(source: str, name: str) -> Document:
    """Read a draft in Markdown, with plain line ends."""
    text = prepared(source)
    header = read_header(text)
    reader = _Reader(source)
    if header.abstract:
        reader.read(header.abstract, heading="Abstract")
    reader.read(text, heading="")
    return Document(
        name=name,
        markup="markdown",
        source=source,
        paragraphs=marked(reader.paragraphs, text.marks, source),
        title=_shown(header.title) or reader.title,
        abstract=abstract_of(reader.paragraphs),
        bibliographies=header.bibliographies,
        troubles=(*text.troubles, *header.troubles, *numbered(source, reader.paragraphs)),
    )


class _Paragraph(Inline):
    """Running text of one block on its way into paragraphs."""

    def __init__(self, reader: "_Reader", places: "_Places") -> None:
        self._reader = reader
        self._places = places
        self._running = reader.running()
        self._notes: list[_Paragraph] = []

    def say(self, text: str, start: int, end: int) -> None:
        """Add words; a mark in them ends the paragraph."""
        if len(text) != end - start:
            self._running.say(_CONTROL.sub(" ", text), self._places.of(start), self._places.last(end))
            return
        for match in _SAID.finditer(text):
            if match[0] == BREAK:
                self.end()
                continue
            place = self._places.of(start + match.start())
            self._running.say(" " if match[0] in "\t\n" else match[0], place, place + len(match[0]))

    def cite(self, citation: Citation, by: int) -> None:
        """Add a citation."""
        moved = [one.moved(self._places.of(by + one.start) - one.start) for one in citation.cited]
        self._running.cite(moved, self._places.of(by + citation.start), self._places.last(by + citation.end))

    def note(self) -> Inline:
        """A note in the text, which becomes a paragraph behind this one."""
        inner = _Paragraph(self._reader, self._places)
        self._notes.append(inner)
        return inner

    def end(self) -> None:
        """Nothing more comes in this paragraph."""
        self._reader.add(self._running)
        self._running = self._reader.running()
        for note in self._notes:
            note.end()
        self._notes = []


class _Places:
    """Where the text of a block stands in the source."""

    def __init__(self, content: str, lines: list[str], numbers: range, ends: list[int]) -> None:
        self._starts: list[int] = []
        self._places: list[int] = []
        at = 0
        number = numbers.start
        for line in content.split("\n"):
            bare = line.rstrip()
            # A line of a block is the end of a line of the draft; marks of lists and quotations come before it.
            while number < numbers.stop - 1 and not lines[number].rstrip().endswith(bare):
                number += 1
            self._starts.append(at)
            self._places.append(ends[number] - len(lines[number]) + len(lines[number].rstrip()) - len(bare))
            at += len(line) + 1
            number = min(number + 1, numbers.stop - 1)

    def of(self, place: int) -> int:
        """The place in the source of a character of the text."""
        index = bisect_right(self._starts, place) - 1
        return self._places[index] + place - self._starts[index]

    def last(self, place: int) -> int:
        """The place in the source behind the character before a place of the text."""
        return self.of(place - 1) + 1


@dataclass(slots=True)
class _Reader:
    source: str
    heading: str = ""
    title: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)
    _lines: Lines = field(init=False)
    _groups: Groups = field(default_factory=Groups)
    _left_out: int = 0
    """Level of the heading under which nothing is read; 0 for none."""

    def __post_init__(self) -> None:
        self._lines = Lines(self.source)

    def running(self) -> Running:
        """A paragraph to be filled."""
        return Running(self._lines, self._groups)

    def add(self, running: Running) -> None:
        """Keep a paragraph that has text."""
        if paragraph := running.paragraph(self.heading):
            self.paragraphs.append(paragraph)

    def read(self, text: Prepared, heading: str) -> None:
        """Read lines of the draft."""
        self.heading = heading
        ends = [*(start - 1 for start in self._lines.starts[1:]), len(self.source)][text.first :]
        tokens = parser().parse("\n".join(text.lines), {})
        in_table = in_heading = 0
        for token in tokens:
            in_table += token.nesting if token.type in ("table_open", "table_close") else 0
            if token.type == "heading_open":
                in_heading = int(token.tag[1:])
            elif token.type == "inline" and in_heading:
                self._head(token, in_heading)
                in_heading = 0
            elif token.type == "inline" and not in_table and not self._left_out and token.map:
                numbers = range(*token.map)
                places = _Places(token.content, text.lines, numbers, ends)
                to = _Paragraph(self, places)
                walk(token.children or [], token.content, to)
                to.end()

    def _head(self, token: "Token", level: int) -> None:
        self.heading = _words(token)
        if level == 1 and not self.title and not self.paragraphs:
            self.title = self.heading
        if not self._left_out or level <= self._left_out:
            self._left_out = level if REFERENCES.fullmatch(self.heading) else 0


def _shown(markdown: str) -> str:
    """A line of Markdown as plain text."""
    return " ".join(_words(token) for token in parser().parseInline(markdown, {}))


def _words(token: "Token") -> str:
    said = _Said()
    walk(token.children or [], token.content, said)
    return " ".join("".join(said.words).split())


class _Said(Inline):
    """Plain text alone."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def say(self, text: str, start: int, end: int) -> None:  # noqa: ARG002 - because all receivers have one signature
        """Add words."""
        self.words.append(_CONTROL.sub(" ", text.replace(FILLER, "")))

    def cite(self, citation: Citation, by: int) -> None:
        """Leave citations out."""

    def note(self) -> Inline:
        """Leave notes out."""
        return _Said()
