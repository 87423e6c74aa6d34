"""The characters of an XML source: by its declaration, repaired where it is harmless, and cut between tags."""

import codecs
import io
import re
from collections.abc import Iterator
from html.entities import html5

from assistant.library.sources.content import Content
from assistant.library.sources.decoding import LENIENT

_CHUNK = 1 << 16
_MOST_BETWEEN_TAGS = 1 << 24
"""Characters without any `>`: 16 Mi. More is no record."""
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z][\w.:-]{0,40})[\"']")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_SAMPLE = '<?xml version="1.0"?>'
_AMPERSAND = re.compile(r"&(#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{0,31};)?")
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_WINDOWS = {code: bytes([code]).decode("cp1252", errors="replace") for code in range(0x80, 0xA0)}
"""What Windows' Latin text has where Unicode has control characters that nobody uses."""
_CONTROL = {code: " " for code in (*range(32), 0xFFFE, 0xFFFF) if chr(code) not in "\t\n\r"} | _WINDOWS
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_FIRST_PRINTABLE = 0x20
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


class EndlessTagError(ValueError):
    """Millions of characters came without the end of a tag."""


def encoding_of(start: bytes) -> str:
    """The encoding of a source that begins with `start`: by its mark, its declaration, else UTF-8.

    A declaration that cannot be true is not believed: UTF-16 in one-byte letters, or Latin text that is valid UTF-8.
    """
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    declared = _DECLARED.match(start.lstrip())
    name = declared[1].decode("ascii") if declared else "utf-8"
    if not _says_ascii_as_ascii(name) or (not start.isascii() and _is_utf8(start)):
        return "utf-8"
    return name


def _says_ascii_as_ascii(name: str) -> bool:
    try:
        return _SAMPLE.encode("ascii").decode(name) == _SAMPLE
    except (LookupError, UnicodeError):
        return False


def _is_utf8(start: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def pieces(content: Content) -> Iterator[str]:
    r"""The source as text, cut after the ends of tags, lines ended by `\n`.

    Entities of HTML are replaced by what they stand for, bare ampersands escaped, and control characters, which XML
    does not allow, made spaces. Entities that are neither XML's nor HTML's become text, so that none is ever expanded.

    Raises:
        EndlessTagError: There is no end of a tag in millions of characters.
    """
    repair = _Repair()
    kept: list[str] = []
    size = 0
    for chunk in _decoded(content):
        end = chunk.rfind(">") + 1
        if end:
            yield repair("".join([*kept, chunk[:end]]))
            kept, size = [], 0
        kept.append(chunk[end:])
        size += len(chunk) - end
        if size > _MOST_BETWEEN_TAGS:
            raise EndlessTagError(f"{_MOST_BETWEEN_TAGS >> 20} million characters without the end of a tag")
    yield repair("".join(kept))


def _decoded(content: Content) -> Iterator[str]:
    encoding = encoding_of(content.signature)
    errors = LENIENT if codecs.lookup(encoding).name == "utf-8" else "replace"
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors=errors), translate=True)
    with content.binary() as file:
        is_first = True
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            yield text.lstrip("\ufeff") if is_first else text
            is_first = False
    yield decoder.decode(b"", final=True)


class _Repair:
    """Mends pieces in their order; knows whether the last one ended inside a section of characters."""

    def __init__(self) -> None:
        self._in_characters = False

    def __call__(self, piece: str) -> str:
        piece = piece.translate(_CONTROL) if not piece.isprintable() else piece
        if "&" not in piece:
            self._in_characters = self._ends_in_characters(piece)
            return piece
        mended: list[str] = []
        place = 0
        while place < len(piece):
            mark = _CDATA_END if self._in_characters else _CDATA
            end = piece.find(mark, place)
            stop = len(piece) if end < 0 else end + len(mark)
            part = piece[place:stop]
            mended.append(part if self._in_characters else _AMPERSAND.sub(_mended, part))
            self._in_characters ^= end >= 0
            place = stop
        return "".join(mended)

    def _ends_in_characters(self, piece: str) -> bool:
        opened, closed = piece.rfind(_CDATA), piece.rfind(_CDATA_END)
        return self._in_characters if opened == closed == -1 else opened > closed


def _mended(match: re.Match[str]) -> str:
    reference = match[1]
    if reference in _OF_XML:
        return match[0]
    if reference is None:
        return "&amp;"
    if reference.startswith("#"):
        is_hex = reference[1] in "xX"
        code = int(reference[2:-1], 16) if is_hex else int(reference[1:-1])
        return _WINDOWS.get(code, match[0]) if _is_allowed(code) else " "
    characters = html5.get(reference)
    return "".join(f"&#{ord(char)};" for char in characters) if characters else f"&amp;{reference}"


def _is_allowed(code: int) -> bool:
    is_printable = code >= _FIRST_PRINTABLE or chr(code) in "\t\n\r"
    return is_printable and code <= _LAST_CHARACTER and code not in _SURROGATES and code not in (0xFFFE, 0xFFFF)
