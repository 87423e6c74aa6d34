"""What a reader is given: one source, opened as often as wanted and never held whole unless a reader asks for it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import BinaryIO

from assistant.library.sources.decoding import ContentError, Encoding, encoding_of

HEAD_BYTES = 1 << 16
"""What a format is told from."""
MOST_BYTES = 1 << 28
"""Of a source that must be held whole: 256 MiB."""
MOST_LINE_BYTES = 1 << 24
"""Of a line: 16 MiB. No record is that long, and a file without line ends must not fill the memory."""
_BLOCK = 1 << 20


class SourceTooLargeError(ContentError):
    """The source must be held whole to be read, and is too large for that; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a source, without its end."""

    number: int
    """From 1."""
    text: str


class Content:
    """The bytes of one source: a file, a member of an archive, or standard input."""

    def __init__(self, opener: Callable[[], BinaryIO], *, encoding: Encoding | None = None) -> None:
        """A source.

        Args:
            opener: Opens it at its beginning, each time anew.
            encoding: How its text is written; None to tell it from the first bytes.
        """
        self._opener = opener
        self._known_encoding = encoding
        self.dropped_lines: set[int] = set()
        """Numbers of the lines that `lines` left out so far, for being longer than `MOST_LINE_BYTES`."""

    @classmethod
    def of_bytes(cls, content: bytes) -> "Content":
        """A source that is in memory already."""
        return cls(lambda: BytesIO(content))

    @classmethod
    def of_text(cls, text: str) -> "Content":
        """A text, as its UTF-8; whatever it holds, it is never taken for binary data."""
        encoded = text.encode("utf-8", errors="replace")
        return cls(lambda: BytesIO(encoded), encoding=Encoding())

    def binary(self) -> BinaryIO:
        """Open the source at its beginning; whoever asks closes it."""
        return self._opener()

    @cached_property
    def signature(self) -> bytes:
        """The first 64 KiB, as they are."""
        with self.binary() as file:
            return file.read(HEAD_BYTES)

    @cached_property
    def encoding(self) -> Encoding:
        """How its text is written.

        Raises:
            BinaryContentError: The source is no text.
        """
        return self._known_encoding or encoding_of(self.signature)

    @cached_property
    def head(self) -> str:
        r"""The first 64 KiB as text, perhaps cut in the middle of a line but not within a character or `\r\n`.

        Raises:
            BinaryContentError: The source is no text.
        """
        text = self.encoding.decode_head(self.signature)
        is_cut = len(self.signature) == HEAD_BYTES
        return text.removesuffix("\r") if is_cut else text

    def text(self) -> str:
        """The whole source as text, its line ends as they are.

        Raises:
            BinaryContentError: The source is no text.
            SourceTooLargeError: It has more than `MOST_BYTES`.
        """
        encoding = self.encoding
        with self.binary() as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise SourceTooLargeError(f"larger than {MOST_BYTES >> 20} MiB; split it into smaller files")
        return encoding.decode(content[encoding.mark :])

    def chunks(self) -> Iterator[str]:
        """The whole source as text in pieces of about 1 MiB, cut anywhere, its line ends as they are.

        Raises:
            BinaryContentError: The source is no text.
        """
        encoding = self.encoding
        with self.binary() as file:
            file.read(encoding.mark)
            yield from encoding.decode_pieces(iter(lambda: file.read(_BLOCK), b""))

    def lines(self) -> Iterator[Line]:
        r"""The lines one after another, ended by `\n`, `\r\n` or `\r`; only one is held at a time.

        A line of more than `MOST_LINE_BYTES` is left out and its number noted in `dropped_lines`.

        Raises:
            BinaryContentError: The source is no text.
        """
        encoding = self.encoding
        with self.binary() as file:
            file.read(encoding.mark)
            blocks = iter(lambda: file.read(_BLOCK), b"")
            if encoding.is_wide:
                pieces, encoding = encoding.decode_pieces(blocks), Encoding()
                blocks = (piece.encode("utf-8", errors="replace") for piece in pieces)
            for number, line in enumerate(_split(blocks), start=1):
                if line is None:
                    self.dropped_lines.add(number)
                else:
                    yield Line(number=number, text=encoding.decode(line))


def _split(blocks: Iterable[bytes]) -> Iterator[bytes | None]:
    """The lines without their ends; None in place of one that is too long."""
    rest, is_too_long = b"", False
    for block in blocks:
        if is_too_long and rest != b"\r" and b"\n" not in block and b"\r" not in block:
            continue  # the middle of a line that is left out need not be put together
        lines = (rest + block).splitlines(keepends=True)
        # A last `\r` may be half of `\r\n`.
        rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        for line in lines:
            bare = line.rstrip(b"\r\n")
            yield None if is_too_long or len(bare) > MOST_LINE_BYTES else bare
            is_too_long = False
        is_too_long = is_too_long or len(rest) > MOST_LINE_BYTES
        if is_too_long:
            rest = rest[-1:]
    if rest:
        yield None if is_too_long else rest.rstrip(b"\r\n")
