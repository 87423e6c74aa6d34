"""The text of a LaTeX draft made ready for the parser, every character in its place.

Comments and verbatim text become spaces, citations become placeholders, and whatever is opened is closed: pylatexenc
gives the rest of the draft to a brace or an environment that is not, and cannot follow very deep nesting.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from assistant.drafts.citing import Citation
from assistant.drafts.ignoring import Mark, mark_of
from assistant.drafts.latex.citing import COMMAND, citation_at
from assistant.drafts.running import Lines
from assistant.types import Trouble

PLACEHOLDER = "\x02"
"""Stands in each place of a citation, or of code."""
_DEEPEST = 40
_MOST_TROUBLES = 20
_NOT_TEXT = re.compile(r"[^\S\n\t]|[\x00-\x08\x0e-\x1f\x7f]")
_VERBATIM = r"verbatim|Verbatim|lstlisting|minted|comment|alltt|filecontents|tikzpicture|pgfpicture|CCSXML"
_TOKEN = re.compile(
    r"(?P<comment>\n[ \t]*%[^\n]*|%[^\n]*)"
    rf"|\\begin[ \t]*\{{(?P<verbatim>(?:{_VERBATIM})\*?)\}}"
    r"|\\(?P<side>begin|end)[ \t]*\{(?P<environment>[^{}\\\n]{0,80})\}"
    r"|\\(?:verb|lstinline|mintinline)(?![A-Za-z])\*?(?:\[[^\]\n]*\])?(?P<mark>[^\sA-Za-z*{])(?P<code>[^\n]{0,300}?)(?P=mark)"
    r"|(?P<cite>\\[A-Za-z]*[cC]ite[A-Za-z]*\*?)"
    r"|\\(?P<shown>[\[\]()])"
    r"|(?P<never>\\iffalse(?![A-Za-z@]))"
    r"|\\(?:[A-Za-z@]+|.|\n)"
    r"|(?P<brace>[{}])|(?P<dollar>\$\$?)|(?P<gap>\n[ \t]*(?=\n))",
    re.DOTALL,
)
_CONDITION = re.compile(r"\\[%\\]|%[^\n]*|\\(?P<opens>if[A-Za-z@]*)|\\(?P<closes>fi|else)(?![A-Za-z@])")
_SHOWN = {"{": "{", "}": "{", "[": r"\[", "]": r"\[", "(": r"\(", ")": r"\("}
_OPENING = frozenset("{[(")
_SIGNS = {"{": "}", r"\[": r"\]", r"\(": r"\)"}


@dataclass(slots=True, kw_only=True)
class Scanned:
    """A draft's text for the parser, as long as the draft."""

    text: str = ""
    citations: dict[int, Citation] = field(default_factory=dict)
    """By the places where they begin."""
    codes: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Code in the text by the place where it begins: where it ends, and what it says."""
    marks: list[Mark] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def scanned(source: str, start: int = 0, end: int | None = None) -> Scanned:
    """The text of a draft, or of a part of it, ready for the parser; there are spaces in the place of the rest."""
    end = len(source) if end is None else end
    outside = re.compile(r"[^\n]")
    text = outside.sub(" ", source[:start]) + source[start:end] + outside.sub(" ", source[end:])
    scan = _Scan(_NOT_TEXT.sub(" ", text))
    scan.run()
    scan.result.text = scan.edited()
    scan.result.troubles.sort(key=lambda one: one.line)
    return scan.result


@dataclass(frozen=True, slots=True)
class _Opened:
    name: str
    """`{`, or an environment's name."""
    start: int
    end: int
    is_left_out: bool


class _Scan:
    def __init__(self, text: str) -> None:
        self.result = Scanned()
        self._text = text
        self._edits: list[tuple[int, int, str]] = []
        self._opened: list[_Opened] = []
        self._counts: dict[str, int] = {}
        self._dollar: tuple[int, int] | None = None
        self._lines = Lines(text)
        self._never_ended: set[str] = set()
        """Names of verbatim environments that have no end behind the place that was read last."""

    def run(self) -> None:
        place = 0
        while match := _TOKEN.search(self._text, place):
            place = max(match.end(), self._take(match))
        self._end_of_paragraph()
        while self._opened:
            self._never_closed(self._opened.pop())

    def edited(self) -> str:
        """The text with everything replaced that was asked for, each by as many characters."""
        pieces: list[str] = []
        place = 0
        for start, end, filler in sorted(self._edits):
            if start >= place:
                pieces += [self._text[place:start], filler]
                place = end
        return "".join([*pieces, self._text[place:]])

    def _take(self, match: re.Match[str]) -> int:
        """Note what a token asks for; returns where to go on, if that is behind it."""
        start, end = match.span()
        if match["verbatim"]:
            return self._verbatim(match)
        if match["cite"]:
            return self._cite(start)
        if match["never"]:
            return self._never(start, end)
        if match["comment"]:
            if mark := mark_of(match[0], start + match[0].index("%"), end):
                self.result.marks.append(mark)
            self._blank(start, end, lines=False)
        elif match["mark"]:
            self.result.codes[start] = (end, match["code"])
            self._edits.append((start, end, PLACEHOLDER * (end - start)))
        elif match["dollar"]:
            self._take_dollar(start, end)
        elif match["gap"]:
            self._end_of_paragraph()
        else:
            self._take_bracket(match)
        return end

    def _take_bracket(self, match: re.Match[str]) -> None:
        """Something that opens, or closes what was opened."""
        name = match["environment"] or _SHOWN.get(match["brace"] or match["shown"] or "")
        if name and (match["side"] == "begin" or (match["brace"] or match["shown"] or "") in _OPENING):
            self._open(name, *match.span())
        elif name:
            self._close(name, *match.span())

    def _take_dollar(self, start: int, end: int) -> None:
        if self._dollar is None:
            self._dollar = (start, end)
        elif end - start > self._dollar[1] - self._dollar[0]:
            self._dollar = (start + 1, end)  # `$x$$y$`: the first of the two closes
        else:
            self._dollar = None

    def _blank(self, start: int, end: int, *, lines: bool = True) -> None:
        """Put spaces in the place of something; its line ends stay if `lines`."""
        text = self._text[start:end]
        self._edits.append((start, end, re.sub(r"[^\n]", " ", text) if lines else " " * len(text)))

    def _trouble(self, place: int, what: str) -> None:
        if len(self.result.troubles) < _MOST_TROUBLES:
            self.result.troubles.append(Trouble(line=self._lines.of(place), what=what))

    def _verbatim(self, match: re.Match[str]) -> int:
        name = match["verbatim"]
        end = re.compile(rf"\\end[ \t]*\{{{re.escape(name)}\}}")
        close = None if name in self._never_ended else end.search(self._text, match.end())
        if close is None:
            self._never_ended.add(name)
            self._trouble(match.start(), f"\\begin{{{name}}} is never ended; add \\end{{{name}}}")
            self._blank(*match.span())
            return match.end()
        self._blank(match.start(), close.end())
        return close.end()

    def _never(self, start: int, end: int) -> int:
        """Leave out what stands from `iffalse` to its `else` or `fi`."""
        stop = self._conditions.get(start)
        if stop is None:
            self._trouble(start, "\\iffalse is never ended; add \\fi")
            return end
        self._blank(start, stop)
        return stop

    @cached_property
    def _conditions(self) -> dict[int, int]:
        """Where the `else` or `fi` of each condition ends, by where the condition begins."""
        ends: dict[int, int] = {}
        opened: list[int] = []
        for match in _CONDITION.finditer(self._text):
            if match["opens"]:
                opened.append(match.start())
            elif match["closes"] and opened:
                ends.setdefault(opened[-1], match.end())
                if match["closes"] == "fi":
                    opened.pop()
        return ends

    def _cite(self, start: int) -> int:
        command = COMMAND.match(self._text, start)
        citation = citation_at(self._text, command) if command else None
        if citation is None:
            return start
        self.result.citations[start] = citation
        self._edits.append((start, citation.end, PLACEHOLDER * (citation.end - start)))
        return citation.end

    def _open(self, name: str, start: int, end: int) -> None:
        is_left_out = len(self._opened) >= _DEEPEST
        if is_left_out:
            self._blank(start, end)
        self._opened.append(_Opened(name, start, end, is_left_out))
        self._counts[name] = self._counts.get(name, 0) + 1

    def _close(self, name: str, start: int, end: int) -> None:
        if not self._counts.get(name):
            sign = _SIGNS.get(name)
            what = f"a {sign} closes nothing here" if sign else f"\\end{{{name}}} ends nothing that was begun"
            self._trouble(start, f"{what}; take it out")
            self._blank(start, end)
            return
        while True:
            opened = self._opened.pop()
            if opened.name == name:
                break
            self._never_closed(opened)
        self._counts[name] -= 1
        if opened.is_left_out:
            self._blank(start, end)

    def _never_closed(self, opened: _Opened) -> None:
        self._counts[opened.name] -= 1
        if opened.name == "document":
            return
        what = f"a {opened.name} is" if opened.name in _SIGNS else f"\\begin{{{opened.name}}} is"
        self._trouble(opened.start, f"{what} never closed; close it where it should end")
        if not opened.is_left_out:
            self._blank(opened.start, opened.end)

    def _end_of_paragraph(self) -> None:
        """Mathematics ends with the paragraph: a dollar sign alone would turn text and mathematics around."""
        if self._dollar:
            start, end = self._dollar
            self._trouble(start, "a $ has no second one in its paragraph; write \\$ for the sign, or add the second")
            self._blank(start, end)
            self._dollar = None
