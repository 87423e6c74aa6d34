"""Drafts in plain text: paragraphs between empty lines, with pandoc's citations."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.drafts.citing import Citations, first_number
from assistant.drafts.running import Groups, Lines, Running
from assistant.types import Document, MarkupName, Paragraph, Trouble

_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_ITEM = re.compile(r"(?:^|\n)[^\S\n]*(?:[-*•–]|\(?\d{1,2}[.)])[^\S\n]+(?=\S)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HEADING = re.compile(r"[^\n]{1,100}(?<![.!?,;:)\]”\"])")
REFERENCES = re.compile(
    r"(?:\d+\.?\s*)?(?:references|bibliography|works cited|literature(?: cited)?|reference list)", re.IGNORECASE
)
"""The heading under which a draft has what it cites."""
ABSTRACT = re.compile(r"abstract|summary", re.IGNORECASE)
NUMBERED = "numbers in brackets, as here, are not read as citations, for they name no paper; write [@key]"


BlockKind = Literal["text", "heading", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, or what stands above some."""

    kind: BlockKind
    start: int
    end: int
    """`source[start:end]` is its text."""


def read_plain(source: str, name: str, markup: MarkupName = "text") -> Document:
    """Read a draft in plain text.

    A line of its own that does not end like a sentence is a heading, when something follows.
    """
    return read_blocks(source, list(_blocks(source)), name=name, markup=markup)


def read_blocks(
    source: str, blocks: Sequence[Block], *, name: str, markup: MarkupName, troubles: tuple[Trouble, ...] = ()
) -> Document:
    """Read a draft of which it is known what are paragraphs and what are headings."""
    reader = _Reader(source)
    for block in blocks:
        if block.kind == "text":
            if not REFERENCES.fullmatch(reader.heading):
                reader.read(block.start, block.end)
            continue
        said = " ".join(source[block.start : block.end].split())
        reader.heading = said
        if block.kind == "title" or (block == blocks[0] and not reader.title):
            reader.title = reader.title or said
    return Document(
        name=name,
        markup=markup,
        source=source,
        paragraphs=tuple(reader.paragraphs),
        title=reader.title,
        abstract=abstract_of(reader.paragraphs),
        troubles=(*troubles, *numbered(source, reader.paragraphs)),
    )


def abstract_of(paragraphs: Iterable[Paragraph]) -> str:
    """The text of the paragraphs under a heading that says that it is the abstract."""
    return " ".join(one.text for one in paragraphs if ABSTRACT.fullmatch(one.heading))


def is_like_heading(text: str) -> bool:
    """Whether a paragraph is one short line that does not end like a sentence."""
    return bool(_HEADING.fullmatch(text)) and "@" not in text


def _blocks(source: str) -> Iterator[Block]:
    found = list(_PARAGRAPH.finditer(source))
    for index, match in enumerate(found):
        if index + 1 < len(found) and is_like_heading(match[0].rstrip()):
            yield Block(kind="heading", start=match.start(), end=match.end())
            continue
        start = match.start()
        for item in _ITEM.finditer(match[0]):
            if item.start():
                yield Block(kind="text", start=start, end=match.start() + item.start())
            start = match.start() + item.end()
        yield Block(kind="text", start=start, end=match.end())


def numbered(source: str, paragraphs: list[Paragraph]) -> tuple[Trouble, ...]:
    """What to say about a draft that cites by numbers and not by keys."""
    if any(sentence.mentions for paragraph in paragraphs for sentence in paragraph.sentences):
        return ()
    for paragraph in paragraphs:
        for sentence in paragraph.sentences:
            if first_number(source[sentence.start : sentence.end]) is not None:
                return (Trouble(line=sentence.line, what=NUMBERED),)
    return ()


@dataclass(slots=True)
class _Reader:
    source: str
    heading: str = ""
    title: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)
    _lines: Lines = field(init=False)
    _groups: Groups = field(default_factory=Groups)

    def __post_init__(self) -> None:
        self._lines = Lines(self.source)

    def read(self, start: int, end: int) -> None:
        """Read one paragraph."""
        text = _CONTROL.sub(" ", self.source[start:end])
        running = Running(self._lines, self._groups)
        place = 0
        for citation in Citations(text).all():
            running.say(_one_line(text[place : citation.start]), start + place, start + citation.start)
            running.cite([one.moved(start) for one in citation.cited], start + citation.start, start + citation.end)
            place = citation.end
        running.say(_one_line(text[place:]), start + place, end)
        if paragraph := running.paragraph(self.heading):
            self.paragraphs.append(paragraph)


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
