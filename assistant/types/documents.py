"""A draft that somebody wrote, as it is read: paragraphs of sentences with what each one cites, and where it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

MarkupName = Literal["markdown", "latex", "text", "word"]
"""How a draft is written. `word` is read from a .docx file; its `source` is the plain text that was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One key in a citation of a draft."""

    key: str
    start: int
    end: int
    """`source[start:end]` of the document is the key as written."""
    group: int
    """Keys in one pair of brackets, or in one command, have the same number; it grows through the document."""
    narrative: bool = False
    """The citation is a part of the sentence: `@key says`, `\\citet{key} says`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSentence:
    """A sentence of a draft."""

    pieces: tuple[str | Mention, ...]
    """Its words without markup and without bracketed citations; a narrative citation stands among them."""
    mentions: tuple[Mention, ...]
    """Everything it cites, narrative or not, in order."""
    start: int
    end: int
    """`source[start:end]` is the sentence as written, with its citations and its full stop."""
    line: int
    """Where it starts, from 1."""
    is_ignored: bool = False
    """Its author asked that it not be checked, in a comment (`citewell: ignore`)."""

    @property
    def groups(self) -> tuple[tuple[Mention, ...], ...]:
        """Its mentions by the citation that they stand in, in order."""
        found: dict[int, list[Mention]] = {}
        for one in self.mentions:
            found.setdefault(one.group, []).append(one)
        return tuple(map(tuple, found.values()))

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys that it cites, each once, in order."""
        return tuple(dict.fromkeys(one.key for one in self.mentions))

    @property
    def text(self) -> str:
        """The sentence as plain text; a narrative citation reads `@key`."""
        return self.said(lambda key: f"@{key}")

    def said(self, name: Callable[[str], str]) -> str:
        """The sentence as plain text, with a name in the place of each narrative citation."""
        return "".join(one if isinstance(one, str) else name(one.key) for one in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Sentences that stand together: a paragraph, an item of a list, a caption."""

    sentences: tuple[DraftSentence, ...]
    heading: str = ""
    """The heading above it, as plain text; empty above the first one."""

    @property
    def line(self) -> int:
        """Where it starts, from 1."""
        return self.sentences[0].line if self.sentences else 1

    @property
    def text(self) -> str:
        """Its sentences as plain text."""
        return " ".join(one.text for one in self.sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something in a draft that could not be read, and what to do about it."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A draft as it was read."""

    name: str
    """Its path as the user wrote it; `-` for standard input."""
    markup: MarkupName
    source: str
    """The text that all offsets count in: characters, line ends as `\\n`."""
    paragraphs: tuple[Paragraph, ...]
    """Of the running text, its abstract included; no headings, code, mathematics on its own, tables, references."""
    title: str = ""
    abstract: str = ""
    bibliographies: tuple[str, ...] = ()
    """Files with references that it names, as written there."""
    includes: tuple[str, ...] = ()
    """Files that it takes in (`\\input`), as written there; they are not read with it."""
    troubles: tuple[Trouble, ...] = ()

    @property
    def sentences(self) -> tuple[DraftSentence, ...]:
        """All sentences, in order."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph.sentences)

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Everything that it cites, in order."""
        return tuple(mention for sentence in self.sentences for mention in sentence.mentions)

    def line_of(self, offset: int) -> int:
        """The line, from 1, in which a character of the source stands."""
        return self.source.count("\n", 0, offset) + 1

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that it cites, each once, in order."""
        return tuple(dict.fromkeys(key for sentence in self.sentences for key in sentence.keys))
