"""From the bytes of a source to its text."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SIGNATURES = (
    (b"%PDF", "a PDF; leave --format out"),
    (b"PK\x03\x04", "a zip archive or office document; unpack or export it first"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "gzip-compressed; unpack it first"),
    (b"\xfd7zXZ\x00", "xz-compressed; unpack it first"),
    (b"(\xb5/\xfd", "zstd-compressed; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document; save it as .xlsx, CSV or text"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "an SQLite database; export its papers first"),
    (b"\x7fELF", "a program"),
)
_BZIP2 = re.compile(rb"BZh[1-9]1AY&SY")
_TAR = b"ustar"
_TAR_AT = 257
_BINARY = "not text but binary data; export the papers as BibTeX or JSON Lines"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(sorted({*range(0x20), 0x7F} - set(b"\t\n\v\f\r\x1b")))
_MOST_CONTROLS = 0.05
_LEAST_CONTROLS = 4
_LEAST_ZEROS = 0.3
_MOST_ZEROS = 0.2
_DECLARED = re.compile(rb"^%+ *Encoding: *([\w.:-]+)", re.IGNORECASE | re.MULTILINE)
"""JabRef writes this comment into the BibTeX files that are not in UTF-8."""
_DECLARED_WITHIN = 1024
_PLAIN = "\n abc{}=@"
LENIENT = "citewell.windows-latin"
"""An error handler: bytes that are wrong are read as Windows' Latin text, which is what such files hold."""


class ContentError(ValueError):
    """A source cannot be read; the message says why and what to do."""


class BinaryContentError(ContentError):
    """The bytes are no text; the message says what they are and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How the characters of a source are written."""

    codec: str = "utf-8"
    mark: int = 0
    """Bytes of the mark at the beginning."""

    @property
    def is_wide(self) -> bool:
        """Whether a character, and so a line's end, takes more than a byte."""
        return self.codec.startswith(("utf-16", "utf-32"))

    def decode(self, content: bytes) -> str:
        """Decode whole characters, no mark before them.

        A byte that is wrong in UTF-8 is read as Windows' Latin text, one that is wrong in UTF-16 or UTF-32 as U+FFFD.
        NUL and byte order marks are left out: no format means anything by them.
        """
        return _without_noise(content.decode(self.codec, errors="replace" if self.is_wide else LENIENT))

    def decode_head(self, content: bytes) -> str:
        """Decode the beginning of a source, with its mark; it may end within a character."""
        return _without_noise(self._decoder().decode(content[self.mark :]))

    def decode_pieces(self, blocks: Iterable[bytes]) -> Iterator[str]:
        """Decode bytes that come in blocks, no mark before them; a block may end within a character."""
        decoder = self._decoder()
        for block in blocks:
            yield _without_noise(decoder.decode(block))
        yield _without_noise(decoder.decode(b"", final=True))

    def _decoder(self) -> codecs.IncrementalDecoder:
        return codecs.getincrementaldecoder(self.codec)(errors="replace" if self.is_wide else LENIENT)


def encoding_of(head: bytes) -> Encoding:
    """Tell the encoding from the beginning of a source.

    By its mark; by the zeros of UTF-16 and UTF-32 without one; by what JabRef wrote into the file when it is not UTF-8.
    All else is UTF-8, in which single bytes may be Windows' Latin text.

    Raises:
        BinaryContentError: The bytes are those of a binary format.
    """
    _refuse_known_formats(head)
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return _checked(head, Encoding(codec=codec, mark=len(mark)))
    wide = _unmarked_wide(head)
    if wide is not None:
        return wide
    _refuse_controls(head)
    return Encoding(codec=_declared(head) or "utf-8")


def _refuse_known_formats(head: bytes) -> None:
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise BinaryContentError(f"not text but {what}")
    if _BZIP2.match(head):
        raise BinaryContentError("not text but bzip2-compressed; unpack it first")
    if head.startswith(_TAR, _TAR_AT):
        raise BinaryContentError("not text but a tar archive; unpack it first")


def _refuse_controls(content: bytes) -> None:
    count = len(content) - len(content.translate(None, delete=_CONTROLS))
    if count >= _LEAST_CONTROLS and count > _MOST_CONTROLS * len(content):
        raise BinaryContentError(_BINARY)


def _checked(head: bytes, encoding: Encoding) -> Encoding:
    """The encoding that a mark names, when the text is indeed written in it."""
    if encoding.is_wide and not _is_valid(head[encoding.mark :], encoding.codec):
        raise BinaryContentError(f"marked as {encoding.codec}, which it is not; save it as UTF-8")
    _refuse_controls(encoding.decode_head(head).encode("utf-8", errors="replace"))
    return encoding


def _unmarked_wide(head: bytes) -> Encoding | None:
    """UTF-16 and UTF-32 write Latin letters, digits and line ends with zeros at places that are rarely zero else."""
    lanes = [head[start::4] for start in range(4)]
    zeros = [lane.count(0) / max(1, len(lane)) for lane in lanes]
    codecs_of_zeros = (
        ("utf-32-le", (2, 3), (0,)),
        ("utf-32-be", (0, 1), (3,)),
        ("utf-16-le", (1, 3), (0, 2)),
        ("utf-16-be", (0, 2), (1, 3)),
    )
    for codec, zero, letters in codecs_of_zeros:
        has_zeros = all(zeros[lane] >= _LEAST_ZEROS for lane in zero)
        if has_zeros and all(zeros[lane] <= _MOST_ZEROS for lane in letters) and _is_valid(head, codec):
            return _checked(head, Encoding(codec=codec))
    return None


def _is_valid(head: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _declared(head: bytes) -> str | None:
    """The encoding named in the file, when it can be one and the file is not in UTF-8."""
    named = _DECLARED.search(head[:_DECLARED_WITHIN])
    if named is None or _is_valid(head, "utf-8"):
        return None
    try:
        codec = codecs.lookup(named[1].decode("ascii", errors="replace").replace(":", "-")).name
        # A line's end must be a byte of its own, as in all text files but those in UTF-16, UTF-7 or EBCDIC.
        is_plain = _PLAIN.encode(codec) == _PLAIN.encode("ascii")
    except (LookupError, UnicodeError):
        return None
    return codec if is_plain and codec != "utf-8" and _is_valid(head, codec) else None


def _without_noise(text: str) -> str:
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text.replace("\ufeff", "") if "\ufeff" in text else text


def _as_windows_latin(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that have no meaning as cp1252, and those that it leaves out as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_WINDOWS_LATIN[byte] for byte in wrong), error.end


_WINDOWS_LATIN = [bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256)]
codecs.register_error(LENIENT, _as_windows_latin)
