"""Drafts in Word's .docx files: python-docx opens them, within limits."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from assistant.drafts.plain import Block, BlockKind, is_like_heading, read_blocks
from assistant.drafts.word.fields import field_text
from assistant.errors import InputError
from assistant.types import Document, Trouble

if TYPE_CHECKING:
    from docx.document import Document as Opened

MOST_UNPACKED = 1 << 28
"""Bytes of all parts of a document, 256 MiB."""
MOST_XML = 1 << 25
"""Bytes of its text with all markup, 32 MiB: books have a tenth of that."""
_MOST_PARTS = 10_000
_DAMAGE = (BadZipFile, OSError, EOFError, ValueError, KeyError, RuntimeError, OverflowError, struct.error, zlib.error,
           AttributeError, TypeError, IndexError, AssertionError, NotImplementedError)  # fmt: skip
"""What zipfile and python-docx raise for what is no Word document, or a damaged one; lxml's errors are ValueErrors or
SyntaxErrors."""
_MAIN = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT = frozenset(
    [
        *(f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "txbxContent", "sdtPr", "sectPr", "tbl")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
        "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMathPara",
    ]
)
_NO_KEYS = (
    "a citation that a program put here carries no cite key, so it was read as the words that it shows; write [@key], "
    "or give the papers citation keys in Zotero and refresh the document"
)
_ONLY_CITED = re.compile(r"(?:\s*\[-?@[^\[\]]+\]\s*[.;]?)+")
_HEADING = re.compile(r"heading\s*(\d)", re.IGNORECASE)
_AROUND = frozenset(f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml"))
"""Paragraphs may stand in them."""
_MADE = ("docPartObj", "bibliography")
"""Marks of a table of contents, or a list of references, that Word makes itself."""
Element = Any
"""An element of lxml, which publishes no types."""


def read_word(content: bytes, name: str) -> Document:
    """Read a draft from the bytes of a .docx file.

    Raises:
        InputError: It is no Word document, or one that is damaged or far too large; the message says what to do.
    """
    text = _text_of(content, name)
    source = "".join(text.pieces)
    troubles = tuple(Trouble(line=source.count("\n", 0, place) + 1, what=_NO_KEYS) for place in text.without_keys[:1])
    return read_blocks(source, text.blocks, name=name, markup="word", troubles=troubles)


def _text_of(content: bytes, name: str) -> "_Text":
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        _refuse_bombs(content, name)
        text = _Text(docx.Document(BytesIO(content)))
        text.read()
    except InputError:
        raise
    except (*_DAMAGE, SyntaxError, PackageNotFoundError) as error:
        message = f"{name} is no Word document, or a damaged one ({error}); open it in Word and save it again as .docx"
        raise InputError(message) from error
    return text


def _refuse_bombs(content: bytes, name: str) -> None:
    """Refuse what unpacks to far too much; no more than it states comes out of a member."""
    with ZipFile(BytesIO(content)) as archive:
        infos = archive.infolist()
        too_large = (
            len(infos) > _MOST_PARTS
            or sum(info.file_size for info in infos) > MOST_UNPACKED
            or sum(info.file_size for info in infos if info.filename.endswith((".xml", ".rels"))) > MOST_XML
        )
        if too_large:
            raise InputError(f"{name} unpacks to far more than a draft would; save its text as .docx or .txt anew")
        head = archive.open(_MAIN).read(1 << 12)
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise InputError(f"{name} defines entities, which no Word document does; save it again as .docx")


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    is_shown: bool = False
    """What follows is what it shows."""
    is_hidden: bool = False
    """What it shows is not read."""


@dataclass(slots=True)
class _Text:
    """The text of a document, put together paragraph by paragraph."""

    opened: "Opened"
    pieces: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    without_keys: list[int] = field(default_factory=list)
    _length: int = 0
    _fields: list[_Field] = field(default_factory=list)
    _styles: dict[str, str] = field(default_factory=dict)
    _notes: dict[str, Element] = field(default_factory=dict)
    _later: list[Element] = field(default_factory=list)

    def read(self) -> None:
        """Read the body, and the notes behind it."""
        self._styles = {style.style_id: style.name or "" for style in self.opened.styles}
        self._notes = dict(_notes(self.opened))
        for paragraph in _paragraphs(self.opened.element.body):
            self._paragraph(paragraph)
        later, self._later = self._later, []
        for note in later:
            for paragraph in _paragraphs(note):
                self._paragraph(paragraph)

    def _paragraph(self, element: Element) -> None:
        text = self._said(element).strip()
        style = element.find(f"{_W}pPr/{_W}pStyle")
        name = self._styles.get(style.get(f"{_W}val"), "") if style is not None else ""
        if not text or name.lower().startswith(("toc", "bibliography")):
            return
        if self.pieces:
            self._add("\n\n")
        start = self._length
        self._add(text)
        is_item = name.lower().startswith("list") or element.find(f"{_W}pPr/{_W}numPr") is not None
        is_heading = _HEADING.match(name) or (not is_item and "aption" not in name and is_like_heading(text))
        kind: BlockKind = "title" if name.lower() == "title" else "heading" if is_heading else "text"
        self.blocks.append(Block(kind=kind, start=start, end=self._length))

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self._length += len(text)

    def _said(self, element: Element) -> str:
        """The text of a paragraph, with `[@key]` in the place of citations that carry keys."""
        said: list[str] = []
        waiting = list(reversed(element))
        while waiting:
            one = waiting.pop()
            if one.tag in _LEFT_OUT or not isinstance(one.tag, str):
                continue
            if one.tag == f"{_W}fldSimple" and self._simple(one, said):
                continue
            self._leaf(one, said)
            waiting += reversed(one)
        return re.sub(r"[^\S\n]*\n\s*", "\n", "".join(said))

    def _leaf(self, one: Element, said: list[str]) -> None:
        kind = one.tag.removeprefix(_W)
        if kind == "fldChar":
            self._mark(one.get(f"{_W}fldCharType"), said)
        elif kind == "instrText" and self._fields:
            self._fields[-1].instruction += one.text or ""
        elif any(not each.is_shown or each.is_hidden for each in self._fields):
            return
        elif kind == "t":
            said.append((one.text or "").replace("\x00", ""))
        elif kind in ("tab", "br", "cr"):
            said.append(" ")
        elif kind == "noBreakHyphen":
            said.append("-")
        elif kind in ("footnoteReference", "endnoteReference"):
            self._note(f"{kind[:-9]}{one.get(f'{_W}id')}", said)

    def _simple(self, one: Element, said: list[str]) -> bool:
        """A field in one element; true when what it shows is not read."""
        found = field_text(one.get(f"{_W}instr") or "")
        if found.text is None:
            self.without_keys += [self._length] if found.is_unknown else []
            return False
        said.append(found.text)
        return True

    def _mark(self, kind: str | None, said: list[str]) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind in ("separate", "end") and self._fields:
            top = self._fields[-1]
            if not top.is_shown:
                top.is_shown = True
                found = field_text(top.instruction)
                if found.text is not None:
                    top.is_hidden = True
                    if all(each.is_shown and not each.is_hidden for each in self._fields[:-1]):
                        said.append(found.text)
                elif found.is_unknown:
                    self.without_keys.append(self._length)
            if kind == "end":
                self._fields.pop()

    def _note(self, name: str, said: list[str]) -> None:
        """A note of citations alone is read where its number stands, another one at the end."""
        note = self._notes.pop(name, None)
        if note is None:
            return
        fields, self._fields = self._fields, []
        text = " ".join(self._said(paragraph).strip() for paragraph in _paragraphs(note))
        self._fields = fields
        if _ONLY_CITED.fullmatch(text):
            said.append(f" {text.strip(' .;')}")
        else:
            self._later.append(note)


def _paragraphs(element: Element) -> Iterator[Element]:
    """The paragraphs of a body or a note; tables, and lists that Word makes itself, are left out."""
    waiting = list(reversed(element))
    while waiting:
        one = waiting.pop()
        if one.tag == f"{_W}p":
            yield one
        elif one.tag in _AROUND and all(one.find(f"{_W}sdtPr/{_W}{made}") is None for made in _MADE):
            waiting += reversed(one)


def _notes(opened: "Opened") -> Iterator[tuple[str, Element]]:
    """The foot- and endnotes by kind and number."""
    from docx.oxml import parse_xml

    for part in opened.part.package.iter_parts():
        kind = {"/word/footnotes.xml": "footnote", "/word/endnotes.xml": "endnote"}.get(str(part.partname))
        if kind:
            for note in parse_xml(part.blob).iter(f"{_W}{kind}"):
                if note.get(f"{_W}type") is None:
                    yield f"{kind}{note.get(f'{_W}id')}", note
