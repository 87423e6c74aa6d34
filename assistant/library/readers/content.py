"""What a reader is given: one source, opened as often as wanted and never held whole unless a reader asks for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import BinaryIO

from assistant.library.readers.decoding import decode_text

HEAD_BYTES = 1 << 16
"""What a format is told from."""
MOST_BYTES = 1 << 28
"""Of a source that must be held whole: 256 MiB."""


class SourceTooLargeError(ValueError):
    """The source must be held whole to be read, and is too large for that; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a source, without its end."""

    number: int
    """From 1."""
    text: str


class Content:
    """The bytes of one source: a file, a member of an archive, or standard input."""

    def __init__(self, opener: Callable[[], BinaryIO]) -> None:
        """A source.

        Args:
            opener: Opens it at its beginning, each time anew.
        """
        self._opener = opener

    @classmethod
    def of_bytes(cls, content: bytes) -> "Content":
        """A source that is in memory already."""
        return cls(lambda: BytesIO(content))

    @classmethod
    def of_text(cls, text: str) -> "Content":
        """A text, as its UTF-8."""
        return cls.of_bytes(text.encode("utf-8", errors="replace"))

    def binary(self) -> BinaryIO:
        """Open the source at its beginning; whoever asks closes it."""
        return self._opener()

    @cached_property
    def signature(self) -> bytes:
        """The first 64 KiB, as they are."""
        with self.binary() as file:
            return file.read(HEAD_BYTES)

    @cached_property
    def head(self) -> str:
        """The first 64 KiB as text, perhaps cut in the middle of a line.

        Raises:
            BinaryContentError: The source is no text.
        """
        return decode_text(self.signature)

    def text(self) -> str:
        """The whole source as text, its line ends as they are.

        Raises:
            BinaryContentError: The source is no text.
            SourceTooLargeError: It has more than `MOST_BYTES`.
        """
        with self.binary() as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise SourceTooLargeError(f"larger than {MOST_BYTES >> 20} MiB; split it into smaller files")
        return decode_text(content)

    def lines(self) -> Iterator[Line]:
        r"""The lines one after another, ended by `\n`, `\r\n` or `\r`; only one is held at a time.

        Raises:
            BinaryContentError: The source is no text.
        """
        text = self.text().replace("\r\n", "\n").replace("\r", "\n")
        for number, line in enumerate(text.split("\n"), start=1):
            yield Line(number=number, text=line)
