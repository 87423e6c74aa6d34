"""Drafts in LaTeX."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.drafts.ignoring import marked
from assistant.drafts.latex import terms
from assistant.drafts.latex.preamble import Preamble, read_preamble
from assistant.drafts.latex.scanning import PLACEHOLDER, Scanned, scanned
from assistant.drafts.plain import REFERENCES, abstract_of, numbered
from assistant.drafts.running import Groups, Lines, Running
from assistant.library.readers.bibtex.latex import decode
from assistant.types import Document, Paragraph, Trouble

_ABSTRACT = "Abstract"
_GAP = re.compile(r"\n[ \t]*\n\s*")
_OPTION = re.compile(r"\s*\[[^\[\]]{0,300}\]")
_PIECE = re.compile(rf"{PLACEHOLDER}+|[^{PLACEHOLDER}\n]+|\n")
_SPACE_MACROS = frozenset(
    [" ", ",", ";", ":", "~", "\n", "\t", "\\", "quad", "qquad", "space", "newline", "linebreak", "enspace"]
)
_NO_SPACE_MACROS = frozenset(["!", "/", "-", "xspace", "@"])
_ACCENTS = frozenset("`'^~=.\"uvHckrdbt")
_BRACES = {"textbraceleft": "{", "textbraceright": "}"}
_DEEPEST_EXPANSION = 3
Node = Any
"""A node of pylatexenc, which publishes no types."""


def read_latex(source: str, name: str) -> Document:
    """Read a draft in LaTeX, with plain line ends."""
    preamble = read_preamble(source)
    scan = scanned(source, preamble.start, preamble.end)
    reader = _Reader(source, scan, preamble)
    nodes, troubles = _nodes(scan)
    reader.walk(nodes)
    reader.end_paragraph()
    return Document(
        name=name,
        markup="latex",
        source=source,
        paragraphs=marked(reader.paragraphs, scan.marks, source),
        title=preamble.title,
        abstract=abstract_of(reader.paragraphs),
        bibliographies=preamble.bibliographies,
        includes=preamble.includes,
        troubles=(*scan.troubles, *troubles, *numbered(source, reader.paragraphs)),
    )


def _nodes(scan: Scanned) -> tuple[Sequence[Node], list[Trouble]]:
    """The parsed draft; what is nested too deeply is parsed without its braces and environments."""
    try:
        return _parsed(scan.text), []
    except RecursionError:
        flat = re.sub(
            r"\\(?:begin|end)\s*\{[^{}]*\}|\\[A-Za-z]+|[{}\[\]$\\]", lambda match: " " * len(match[0]), scan.text
        )
        what = "commands are nested too deeply here or below; the draft was read as if it had none, so simplify them"
        return _parsed(flat), [Trouble(line=1, what=what)]


def _parsed(text: str) -> Sequence[Node]:
    from pylatexenc.latexwalker import LatexWalker

    walker = LatexWalker(text, latex_context=terms.context(), tolerant_parsing=True)
    nodes: Sequence[Node] = walker.get_latex_nodes()[0]
    return nodes


@dataclass(slots=True)
class _Reader:
    source: str
    scan: Scanned
    preamble: Preamble
    heading: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)
    _lines: Lines = field(init=False)
    _groups: Groups = field(default_factory=Groups)
    _running: Running = field(init=False)
    _notes: list[Sequence[Node]] = field(default_factory=list)
    _is_left_out: bool = False

    def __post_init__(self) -> None:
        self._lines = Lines(self.source)
        self._running = Running(self._lines, self._groups)

    def walk(self, nodes: Iterable[Node]) -> None:
        """Read nodes in their order."""
        is_after_unknown = False
        for node in nodes:
            if node is None:
                continue
            kind = type(node).__name__
            start, end = node.pos, node.pos + node.len
            if kind == "LatexCharsNode":
                option = _OPTION.match(self.scan.text, start, end) if is_after_unknown else None
                self._chars(option.end() if option else start, end)
            elif kind == "LatexGroupNode":
                self.walk(node.nodelist)
            elif kind == "LatexMathNode":
                self._mathematics(node, start, end)
            elif kind == "LatexSpecialsNode":
                self._special(node.specials_chars, start, end)
            elif kind == "LatexEnvironmentNode":
                self._environment(node)
            elif kind == "LatexMacroNode":
                self._macro(node, start, end)
            is_command = kind == "LatexMacroNode" and node.macroname.isalpha()  # and no sign such as \\%
            is_after_unknown = is_command and not (node.nodeargd and node.nodeargd.argnlist)

    def end_paragraph(self) -> None:
        """What comes now is a paragraph of its own; the notes of this one come before it."""
        paragraph = None if self._is_left_out else self._running.paragraph(self.heading)
        if paragraph:
            self.paragraphs.append(paragraph)
        self._running = Running(self._lines, self._groups)
        notes, self._notes = self._notes, []
        for note in notes:
            self.walk(note)
            self.end_paragraph()

    def _chars(self, start: int, end: int) -> None:
        place = start
        for gap in _GAP.finditer(self.scan.text, start, end):
            self._words(place, gap.start())
            self.end_paragraph()
            place = gap.end()
        self._words(place, end)

    def _words(self, start: int, end: int) -> None:
        for match in _PIECE.finditer(self.scan.text, start, end):
            if match[0][0] == PLACEHOLDER:
                self._placeholders(*match.span())
            else:
                self._running.say(" " if match[0] == "\n" else match[0], *match.span())

    def _placeholders(self, place: int, end: int) -> None:
        while place < end:
            if citation := self.scan.citations.get(place):
                self._running.cite(citation.cited, place, citation.end)
                place = citation.end
            elif code := self.scan.codes.get(place):
                self._running.say(code[1], place, code[0])
                place = code[0]
            else:
                place += 1

    def _mathematics(self, node: Node, start: int, end: int) -> None:
        if node.displaytype == "inline":
            written = self.source[start:end]
            said = decode(written)
            self._running.say(said if said and " " not in said else written.replace("\n", " "), start, end)

    def _special(self, chars: str, start: int, end: int) -> None:
        if not chars.strip():
            self.end_paragraph()
        elif chars in ("~", "&"):
            self._running.say(" ", start, end)
        else:
            self._running.say(decode(chars) or chars, start, end)

    def _environment(self, node: Node) -> None:
        name = node.environmentname.rstrip("*")
        if name in terms.SHOWN_MATHEMATICS:
            return
        if name in terms.LEFT_OUT:
            self.end_paragraph()
            return
        self.end_paragraph()
        if name in terms.FLOATS:
            for caption in _captions(node.nodelist):
                self.walk(caption)
                self.end_paragraph()
            return
        heading = self.heading
        if name == "abstract":
            self.heading = _ABSTRACT
        nodes = list(node.nodelist)
        if nodes and type(nodes[0]).__name__ == "LatexCharsNode":
            option = _OPTION.match(self.scan.text, nodes[0].pos, nodes[0].pos + nodes[0].len)
            if option:
                self._chars(option.end(), nodes[0].pos + nodes[0].len)
                nodes = nodes[1:]
        self.walk(nodes)
        self.end_paragraph()
        if name == "abstract":
            self.heading = heading

    def _macro(self, node: Node, start: int, end: int) -> None:
        name = node.macroname
        arguments = list((node.nodeargd.argnlist if node.nodeargd else None) or ())
        last = next((one for one in reversed(arguments) if one is not None), None)
        if name in terms.HEADINGS:
            self._head(last)
        elif name in terms.NOTES and last is not None:
            self._notes.append([last])
        elif name in terms.REFERENCES:
            self._running.drop_space()
        elif name in terms.SILENT:
            return
        elif name in terms.PARAGRAPH_ENDS:
            self.end_paragraph()
            self.walk(arguments)
        elif name in ("caption", "captionof", "abstract"):
            self._apart(last, _ABSTRACT if name == "abstract" else self.heading)
        elif name in terms.LAST_IS_TEXT:
            self.walk([last])
        else:
            self._other(node, arguments, start, end)

    def _head(self, node: Node) -> None:
        self.end_paragraph()
        written = self.source[node.pos : node.pos + node.len] if node is not None else ""
        inner = written[1:-1] if written.startswith("{") else written
        self.heading = plain_heading(inner)
        self._is_left_out = bool(REFERENCES.fullmatch(self.heading))

    def _apart(self, node: Node, heading: str) -> None:
        """Something that is a paragraph of its own wherever it stands."""
        self.end_paragraph()
        before, self.heading = self.heading, heading
        self.walk([node])
        self.end_paragraph()
        self.heading = before

    def _other(self, node: Node, arguments: list[Node], start: int, end: int) -> None:
        name = node.macroname
        if name in _SPACE_MACROS:
            self._running.say(" ", start, end)
        elif name in self.preamble.own and not any(arguments):
            self._say_name(self._expanded(name), node, start, end)
        elif name in _NO_SPACE_MACROS:
            return
        elif (len(name) == 1 and not name.isalpha()) or name in _ACCENTS:
            self._running.say(decode(self.source[start:end]), start, end)
        elif any(one is not None for one in arguments):
            self.walk(one for one in arguments if one is not None and not _is_option(self.source, one))
        else:
            said = _BRACES.get(name) or decode(f"\\{name}")
            self._say_name("" if said == f"\\{name}" else said, node, start, end)

    def _say_name(self, said: str, node: Node, start: int, end: int) -> None:
        """A word that a command stands for; TeX would take the space behind it, which nobody means."""
        space = node.macro_post_space
        word_end = end - len(space)
        self._running.say(said, start, word_end)
        if space and (len(said) != 1 or not said.isalpha()):
            self._running.say(" ", word_end, end)

    def _expanded(self, name: str) -> str:
        written = self.preamble.own[name]
        for _ in range(_DEEPEST_EXPANSION):
            longer = re.sub(r"\\([A-Za-z]+)", lambda match: self.preamble.own.get(match[1], match[0]), written)
            if longer == written or len(longer) > len(written) + 300:
                break
            written = longer
        return plain_heading(written)


def plain_heading(written: str) -> str:
    """A few words of LaTeX as plain text; commands that are not known are left out."""
    from assistant.drafts.latex.citing import COMMAND, citation_at

    cited = re.sub(r"\\(?:label|footnote|thanks|index|vspace|texorpdfstring)\*?\s*\{[^{}]*\}", "", written)
    for match in reversed(list(COMMAND.finditer(cited))):
        if found := citation_at(cited, match):
            cited = cited[: match.start()] + cited[found.end :]
    said = decode(cited)
    return " ".join(re.sub(r"\\[A-Za-z]+\*?(?:\[[^\]]*\])?|(?<!\$)[{}]", "", said).split())


def _is_option(source: str, node: Node) -> bool:
    return source.startswith("[", node.pos) or source[node.pos : node.pos + node.len] == "*"


def _captions(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """The texts of the captions in a figure or a table, in their order."""
    for node in nodes:
        name = getattr(node, "macroname", "")
        if name in ("caption", "captionof", "subcaption"):
            yield [one for one in node.nodeargd.argnlist if one is not None][-1:]
        elif name == "subfloat":
            yield [one for one in node.nodeargd.argnlist[:1] if one is not None]
        else:
            yield from _captions([one for one in getattr(node, "nodelist", None) or () if one is not None])
