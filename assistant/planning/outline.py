"""An outline as Markdown that a user can edit and give back."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.errors import InputError, UsageError
from assistant.guards.neutral import visible
from assistant.library.keys import near_keys
from assistant.retrieve import Lookup
from assistant.types import Filter, Outline, OutlineSection, Paper

__all__ = ["outline_from", "outline_markdown", "resolved"]

_TITLE = "Related work"
_KEY = r"\w+(?:[:.+/-]\w+)*"
_HEADING = re.compile(r"(?P<level>#{1,6})(?:\s+(?P<text>.*?))?(?:\s+#+)?\Z")
_BULLET = re.compile(r"(?:[-*+•–]|\d{1,3}[.)])\s+(?P<body>\S.*)\Z")
_MARKED_KEYS = re.compile(rf"\[?@(?P<first>{_KEY})\]?(?P<rest>.*)\Z", re.DOTALL)
_MORE_KEYS = re.compile(rf"\s*[,;]\s*\[?@(?P<key>{_KEY})\]?")
_BARE_KEY = re.compile(rf"\[?(?P<key>{_KEY})\]?(?P<rest>\s+[—–-].*)?\Z")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRAME = re.compile(r"\A[#\s]+|(?:\s#+)+\Z")
_SPECIAL = re.compile(r"(?=[#@\[\\]|[-*+•–]\s|\d{1,3}[.)]\s|<!--)")
"""How a line of a note begins that would be read as something else."""


def outline_markdown(outline: Outline, papers: Mapping[str, Paper]) -> str:
    """Write an outline so that `outline_from` reads it back.

    Args:
        outline: With a section or more.
        papers: For titles and years; of one that is not there only the key is written.
    """
    blocks = [f"# {_line(outline.title)}"]
    for section in outline.sections:
        blocks.append(f"## {_line(section.heading)}")
        if section.note:
            blocks.append("\n".join(_note_line(line) for line in section.note.splitlines()))
        blocks.append("\n".join(f"- @{key}{_told(papers.get(key))}" for key in section.papers))
    return "\n\n".join(blocks) + "\n"


def outline_from(text: str, *, name: str, known: Lookup | None = None, keys: Sequence[str] = ()) -> Outline:
    """Read an outline: `# Title`, `## Heading`, a line for each paper, and notes to the writer.

    A paper's line is `- @key`, perhaps with more behind it; `*`, `[@key]`, a key alone, and several keys with commas
    between them are read too. Every other line below a heading is a note to the writer of that section.

    Args:
        text: Markdown; comments (`<!-- -->`) are left out.
        name: Of the file, for messages.
        known: Key to paper, which knows earlier keys too; without it every key is taken as it is.
        keys: Of the library, for naming those that are near to one that no paper has.

    Raises:
        InputError: A key that no paper has, a section without papers, text above the first section, or no section;
            with file and line.
    """
    return _Reading(name, known, keys).read(text)


def resolved(keys: Sequence[str], lookup: Lookup, held: Callable[[Filter], Sequence[str]]) -> tuple[Paper, ...]:
    """The papers that have keys, each once.

    Args:
        keys: As a user wrote them, perhaps with `@`.
        lookup: Key to paper.
        held: The keys of the papers that pass a filter.

    Raises:
        UsageError: No paper has one of the keys.
    """
    found: dict[str, Paper] = {}
    for key in (one.strip().removeprefix("@") for one in keys):
        paper = lookup(key)
        if paper is None:
            raise UsageError(f"N{_unknown(key, held(Filter()))[1:]}")
        found[paper.key] = paper
    return tuple(found.values())


@dataclass(slots=True)
class _Open:
    """A section while it is read."""

    heading: str
    line: int
    papers: dict[str, None] = field(default_factory=dict)
    note: list[str] = field(default_factory=list)


class _Reading:
    """Reads line by line."""

    def __init__(self, name: str, known: Lookup | None, keys: Sequence[str]) -> None:
        self._name = name
        self._known = known
        self._keys = keys
        self._title = ""
        self._sections: list[_Open] = []

    def read(self, text: str) -> Outline:
        blank = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text.removeprefix("\ufeff"))
        for number, line in enumerate(blank.splitlines(), start=1):
            self._take(visible(line).strip(), number)
        if not self._sections:
            raise InputError(
                f"{self._name} holds no section. Write `## Heading`, and below it a line `- @key` a paper."
            )
        for one in self._sections:
            if not one.papers:
                raise self._error(
                    one.line, f"the section “{one.heading}” has no paper. Write `- @key` below it, or take it out."
                )
        sections = tuple(
            OutlineSection(heading=one.heading, papers=tuple(one.papers), note="\n".join(one.note).strip("\n"))
            for one in self._sections
        )
        return Outline(title=self._title or _TITLE, sections=sections)

    def _take(self, line: str, number: int) -> None:
        heading = _HEADING.match(line)
        if heading and len(heading["level"]) == 1 and not self._sections and not self._title:
            self._title = _line(heading["text"] or "")
        elif heading:
            self._begin(_line(heading["text"] or ""), number)
        elif self._sections:
            self._within(self._sections[-1], line, number)
        elif line:
            raise self._error(
                number, f"“{line[:60]}” stands above the first section. Begin a section with `## Heading`."
            )

    def _begin(self, heading: str, number: int) -> None:
        if not heading:
            raise self._error(number, "a heading without words. Write it behind `##`.")
        self._sections.append(_Open(heading=heading, line=number))

    def _within(self, section: _Open, line: str, number: int) -> None:
        keys = self._keys_of(line)
        for key in keys:
            section.papers[self._resolved(key, number)] = None
        if not keys and (line or section.note):
            section.note.append(line.removeprefix("\\"))

    def _keys_of(self, line: str) -> list[str]:
        """The keys of a line that names papers; none for a note."""
        bullet = _BULLET.match(line)
        body = bullet["body"] if bullet else line
        if marked := _MARKED_KEYS.match(body):
            found, rest = [marked["first"]], marked["rest"]
            while more := _MORE_KEYS.match(rest):
                found.append(more["key"])
                rest = rest[more.end() :]
            # `@key says more` without a sign of a list is the beginning of a note.
            return found if bullet or not rest.strip() or rest.strip()[:1] in "—–-:" else []
        bare = _BARE_KEY.match(body)
        if bare is None:
            return []
        is_known = self._known is not None and self._known(bare["key"]) is not None
        return [bare["key"]] if is_known or (bullet and (bare["rest"] or _looks_like_key(bare["key"]))) else []

    def _resolved(self, key: str, number: int) -> str:
        if self._known is None:
            return key
        paper = self._known(key)
        if paper is None:
            raise self._error(number, _unknown(key, self._keys))
        return paper.key

    def _error(self, line: int, what: str) -> InputError:
        return InputError(f"{self._name}, line {line}: {what}")


def _looks_like_key(word: str) -> bool:
    """True for a word that is no word of a sentence: it has a digit, or a sign between letters."""
    return any(char.isdigit() for char in word) or not word.replace("-", "").isalpha()


def _unknown(key: str, held: Sequence[str]) -> str:
    near = near_keys(key, held)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`citewell list` shows the keys."
    return f"no paper has the key {key}. {hint}"


def _told(paper: Paper | None) -> str:
    if paper is None or not paper.title.strip():
        return ""
    year = f" ({paper.record.year})" if paper.record.year else ""
    return f" — {_line(paper.title)}{year}"


def _note_line(line: str) -> str:
    line = visible(line).strip()
    return f"\\{line}" if _SPECIAL.match(line) or _BARE_KEY.match(line) else line


def _line(text: str) -> str:
    """One line that is no comment."""
    return _FRAME.sub("", " ".join(visible(text).replace("<!--", "‹!--").split()))
