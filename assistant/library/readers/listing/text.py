"""The lines of a saved listing, and how an abstract is put together from them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LONGEST_SCRAP = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that is not blank, without outer white space."""

    number: int
    """In the file, from 1."""
    text: str
    after_blank: bool
    """A blank line stands before it."""


def nonblank_lines(text: str) -> list[Line]:
    """Split at line ends of any system, and only there: other separators belong to the text."""
    lines: list[Line] = []
    after_blank = True
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        stripped = raw.strip()
        if stripped:
            lines.append(Line(number=number, text=stripped, after_blank=after_blank))
        after_blank = not stripped
    return lines


def abstract_and_rest(lines: Sequence[Line]) -> tuple[str, list[Line]]:
    """The abstract, and scraps of the page that follow it.

    Lines that follow one another are joined by a space, paragraphs by a blank line. A scrap is a short line after a
    blank one that does not end as a sentence does.
    """
    rest: list[Line] = []
    abstract = ""
    for line in lines:
        if abstract and (rest or (line.after_blank and _is_scrap(line.text))):
            rest.append(line)
        elif abstract:
            abstract += ("\n\n" if line.after_blank else " ") + line.text
        else:
            abstract = line.text
    return abstract, rest


def _is_scrap(text: str) -> bool:
    return len(text) < _LONGEST_SCRAP and text[-1] not in ".!?:;,)\"'\u201d"
