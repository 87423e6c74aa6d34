"""From the bytes of a source to its text."""

import codecs

_SIGNATURES = (
    (b"%PDF", "a PDF; export its reference as BibTeX instead"),
    (b"PK\x03\x04", "a zip archive or office document; unpack or export it first"),
    (b"\x1f\x8b", "gzip-compressed; unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "an SQLite database; export its papers first"),
    (b"\x7fELF", "a program"),
)
_BINARY = "not text but binary data; export the papers as BibTeX or JSON Lines"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class BinaryContentError(ValueError):
    """The bytes are no text; the message says what they are and what to do."""


def decode_text(content: bytes) -> str:
    """Decode UTF-8, UTF-16 and UTF-32 by their marks, UTF-8 without one, and else Windows' Latin text.

    Raises:
        BinaryContentError: The bytes are those of a binary format.
    """
    for signature, what in _SIGNATURES:
        if content.startswith(signature):
            raise BinaryContentError(f"not text but {what}")
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding)
    if b"\x00" in content:
        unmarked = _unmarked_utf16(content)
        if unmarked is None:
            raise BinaryContentError(_BINARY)
        return _decoded(content, unmarked)
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    # Latin-1 gives every byte a character, so nothing is lost even where cp1252 has gaps.
    return content.decode("latin-1")


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 of mostly Latin text has a zero in every other byte, and none between."""
    even, odd = content[0::2], content[1::2]
    for zeros, letters, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if b"\x00" not in letters and zeros.count(0) > 0.8 * len(zeros):
            return encoding
    return None


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            return content.decode("latin-1")
        raise BinaryContentError(
            f"marked as {encoding} but not valid at byte {error.start}; save it as UTF-8"
        ) from error
    if "\x00" in text:
        raise BinaryContentError(_BINARY)
    return text
