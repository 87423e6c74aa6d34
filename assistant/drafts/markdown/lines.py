"""The lines of a draft in Markdown, made ready for the parser: what is pandoc's alone is taken out or marked.

A line may change only in its beginning, or keep its length: what the parser finds in it is looked up from its end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.drafts.ignoring import Mark, mark_of
from assistant.drafts.markdown.inline import BREAK, FILLER
from assistant.drafts.running import Lines
from assistant.types import Trouble

_NOT_TEXT = re.compile(r"[^\S\n\t]|[\x00-\x08\x0e-\x1f\x7f]")
_CODE_OR_COMMENT = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?^[ \t]*(?P=fence)[`~]*[ \t]*$|.*\Z)|`[^`\n]*`|<!--",
    re.MULTILINE | re.DOTALL,
)
_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})")
_DIV = re.compile(r"\s*:{3,}(?P<of>[^\n]*)$")
_NOTE = re.compile(r" {0,3}\[\^[^\]\s]+\]:")
_DEFINITION = re.compile(r" {0,2}[:~](?= {1,3}\S)")
_ENVIRONMENT = re.compile(r"\s*\\begin\{(?P<name>[A-Za-z]+\*?)\}")
_GRID = re.compile(r"\s*\+(?:[-=:]+\+)+\s*$")
_RULED = re.compile(r"\s*-{2,}(?:\s+-{2,})+\s*$")
_YAML_OPENS, _YAML_CLOSES = re.compile(r"---\s*$"), re.compile(r"(?:---|\.\.\.)\s*$")
_INDENT = 4


@dataclass(slots=True, kw_only=True)
class Prepared:
    """Lines of a draft, or of a part of it, as the parser gets them."""

    lines: list[str]
    first: int = 0
    """Number of the first one, from 0."""
    header: tuple[int, int] | None = None
    """Numbers of the lines of the YAML header, its fences left out: the first, and the one after the last."""
    marks: list[Mark] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def prepared(source: str) -> Prepared:
    """A draft's lines, ready for the parser."""
    text = _NOT_TEXT.sub(" ", source)
    found = Prepared(lines=[])
    found.lines = _without_comments(text, found).split("\n")
    _take_header(found)
    _take_divs(found.lines)
    endless: set[str] = set()
    for number in _outside_code(found.lines):
        line = found.lines[number]
        if note := _NOTE.match(line) or _DEFINITION.match(line):
            found.lines[number] = BREAK + FILLER + line[note.end() :].lstrip()
            _dedent(found.lines, number + 1)
        elif end := _ending(line):
            if end not in endless and not _fill(found.lines, number, end):
                endless.add(end)
        elif _GRID.match(line) or _RULED.match(line):
            _empty_table(found.lines, number, grid=bool(_GRID.match(line)))
    return found


def _take_divs(lines: list[str]) -> None:
    """Take out the marks of divisions, and the list of references whole."""
    in_references = 0
    for number in _outside_code(lines):
        div = _DIV.match(lines[number])
        if div and (in_references or re.search(r"#refs\b", div["of"])):
            in_references += 1 if div["of"].strip() else -1
        if div or in_references:
            lines[number] = ""


def _ending(line: str) -> str:
    """What ends the environment or the mathematics that a line begins; empty when it begins none."""
    environment = _ENVIRONMENT.match(line)
    if environment:
        return rf"\end{{{environment['name']}}}"
    bare = line.strip()
    return "$$" if bare.startswith("$$") and "$$" not in bare[2:] else ""


def _without_comments(text: str, found: Prepared) -> str:
    """The text with comments filled up, and what they ask noted."""
    if "<!--" not in text:
        return text
    pieces: list[str] = []
    place = 0
    searched = 0
    while match := _CODE_OR_COMMENT.search(text, searched):
        searched = match.end()
        if match[0] != "<!--":
            continue
        end = text.find("-->", match.end())
        end = end + 3 if end >= 0 else match.end()
        if end == match.end():
            line = Lines(text).of(match.start())
            found.troubles.append(Trouble(line=line, what="a comment begins here and never ends; add --> behind it"))
        comment = text[match.start() : end]
        if mark := mark_of(comment, match.start(), end):
            found.marks.append(mark)
        pieces += [text[place : match.start()], re.sub(r"[^\n]", FILLER, comment)]
        place = searched = end
        if comment == "<!--":
            break
    return "".join([*pieces, text[place:]])


def _take_header(found: Prepared) -> None:
    lines = found.lines
    if not _YAML_OPENS.match(lines[0]) or len(lines) == 1 or not lines[1].strip():
        return
    last = next((number for number in range(1, len(lines)) if _YAML_CLOSES.match(lines[number])), None)
    if last is not None:
        found.header = (1, last)


def _outside_code(lines: list[str]) -> Iterator[int]:
    """Numbers of the lines that are not in a fenced code block."""
    fence = ""
    for number in range(len(lines)):
        opened = _FENCE.match(lines[number])
        if not fence and not opened:
            yield number
        elif not fence and opened:
            fence = opened["fence"]
        elif opened and opened["fence"].startswith(fence) and not lines[number].strip(" \t`~"):
            fence = ""


def _dedent(lines: list[str], number: int) -> None:
    """Take the indentation from what goes on with a note, so that it is no code."""
    while number < len(lines) and (not lines[number].strip() or lines[number].startswith((" " * _INDENT, "\t"))):
        lines[number] = lines[number].lstrip()
        number += 1


def _fill(lines: list[str], number: int, end: str) -> bool:
    """Fill up what is not text, from a line to the one that has its end; false when it is not ended."""
    after = lines[number].index(end) + len(end) if end == "$$" else 0
    last = number
    while last < len(lines) and end not in lines[last][after if last == number else 0 :]:
        last += 1
    if last == len(lines):
        return False
    place = lines[last].index(end, after if last == number else 0) + len(end)
    for each in range(number, last):
        lines[each] = FILLER * len(lines[each])
    lines[last] = FILLER * place + lines[last][place:]
    return True


def _empty_table(lines: list[str], number: int, *, grid: bool) -> None:
    """Take out a table drawn with lines, up to the next empty line; and the head above the first line."""
    if not grid and number and lines[number - 1].strip():
        lines[number - 1] = ""
    while number < len(lines) and lines[number].strip():
        lines[number] = ""
        number += 1
