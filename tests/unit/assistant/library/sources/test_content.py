import codecs
import re
import tracemalloc
from contextlib import suppress
from io import BytesIO, RawIOBase
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.sources import content as module
from assistant.library.sources.content import HEAD_BYTES, Content, SourceTooLargeError
from assistant.library.sources.decoding import BinaryContentError, ContentError

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = st.text(st.sampled_from("ab\u00e9\u4e00\U0001f600 \t\r\n"), max_size=40)


def lines_of(text: str) -> list[str]:
    """What lines a text has, its ends written as a pattern."""
    pieces = re.split(r"\r\n|\r|\n", text)
    return pieces if pieces[-1] else pieces[:-1]


class Endless(RawIOBase):
    """A stream that is never held: a beginning, one byte many times, an end."""

    def __init__(self, start: bytes, count: int, end: bytes, byte: bytes = b"x") -> None:
        self._pieces = [(start, len(start)), (byte * (1 << 20), count), (end, len(end))]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while self._pieces and not self._pieces[0][1]:
            self._pieces.pop(0)
        if not self._pieces:
            return 0
        piece, left = self._pieces[0]
        count = min(left, len(piece), len(buffer))
        buffer[:count] = piece[:count]
        is_repeated = len(self._pieces) == 2
        self._pieces[0] = (piece if is_repeated else piece[count:], left - count)
        return count


class TestLines:
    @given(text=TEXTS, block=st.integers(1, 7), codec=st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-8-sig"]))
    def test_are_those_of_the_text_wherever_a_block_ends(self, text: str, block: int, codec: str) -> None:
        encoded = text.encode(codec)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "_BLOCK", block)
            lines = list(Content.of_bytes(encoded).lines())
        assert [line.text for line in lines] == lines_of(text)
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))

    @given(text=TEXTS, block=st.integers(1, 4), most=st.integers(1, 6))
    def test_too_long_are_left_out_and_the_others_keep_their_numbers(self, text: str, block: int, most: int) -> None:
        content = Content.of_bytes(text.encode())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "_BLOCK", block)
            patch.setattr(module, "MOST_LINE_BYTES", most)
            lines = {line.number: line.text for line in content.lines()}
        everything = dict(enumerate(lines_of(text), start=1))
        # A `\r` that may be half of `\r\n` counts while it waits, so that a line of just the most may be lost.
        assert all(len(everything[number].encode()) >= most for number in content.dropped_lines)
        assert lines == {number: line for number, line in everything.items() if number not in content.dropped_lines}
        assert all(len(line.encode()) <= most for line in lines.values())

    def test_begin_anew_each_time(self) -> None:
        content = Content.of_text("a\nb\n")
        assert [line.text for line in content.lines()] == [line.text for line in content.lines()] == ["a", "b"]

    def test_take_little_memory_whatever_the_length(self) -> None:
        content = Content(lambda: cast("BinaryIO", Endless(b"first\n", 200 << 20, b"\nlast\n")))
        tracemalloc.start()
        assert [(line.number, line.text) for line in content.lines()] == [(1, "first"), (3, "last")]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert content.dropped_lines == {2}
        assert peak < 80 << 20


class TestHead:
    def test_does_not_end_within_a_character(self) -> None:
        text = "x" + "\u4e00" * HEAD_BYTES
        assert Content.of_bytes(text.encode()).head == text[: 1 + (HEAD_BYTES - 1) // 3]

    def test_does_not_end_within_a_line_end(self) -> None:
        text = "x" * (HEAD_BYTES - 1) + "\r\nnext"
        assert Content.of_bytes(text.encode()).head == "x" * (HEAD_BYTES - 1)

    def test_of_utf16_does_not_end_within_a_character(self) -> None:
        encoded = codecs.BOM_UTF16_LE + b"a\x00" + "\U0001f600".encode("utf-16-le") * HEAD_BYTES
        assert set(Content.of_bytes(encoded).head) == {"a", "\U0001f600"}

    def test_is_read_once(self) -> None:
        opened = 0

        def opener() -> BinaryIO:
            nonlocal opened
            opened += 1
            return BytesIO(b"text")

        content = Content(opener)
        assert (content.head, content.head, content.signature) == ("text", "text", b"text")
        assert opened == 1


class TestText:
    def test_has_a_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "MOST_BYTES", 3)
        assert Content.of_bytes(b"abc").text() == "abc"
        with pytest.raises(SourceTooLargeError, match="split"):
            Content.of_bytes(b"abcd").text()

    @given(text=st.text())
    def test_of_a_text_is_that_text_but_for_nul_and_marks(self, text: str) -> None:
        expected = text.replace("\x00", "").replace("\ufeff", "")
        assert Content.of_text(text).text() == Content.of_text(text).head == expected

    @given(content=st.binary())
    def test_of_any_bytes_is_a_text_or_a_word(self, content: bytes) -> None:
        given = Content.of_bytes(content)
        asks: tuple[Callable[[], object], ...] = (given.text, lambda: given.head, lambda: list(given.lines()))
        for ask in asks:
            with suppress(ContentError):
                ask()


class TestChunks:
    @given(text=TEXTS, block=st.integers(1, 7), codec=st.sampled_from(["utf-8", "utf-16", "utf-32", "cp1252"]))
    def test_are_the_text_wherever_they_are_cut(self, text: str, block: int, codec: str) -> None:
        content = Content.of_bytes(text.encode(codec, errors="replace"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "_BLOCK", block)
            assert "".join(content.chunks()) == content.text()


def text_of(content: bytes) -> str:
    return Content.of_bytes(content).text()


class TestDecoding:
    @pytest.mark.parametrize(
        "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
    )
    def test_of_unicode_with_and_without_mark(self, codec: str) -> None:
        text = "TY  - JOUR\nTI  - Caf\u00e9 \u4e00 \u0100\nER  - \n"
        assert text_of(text.encode(codec)) == text

    def test_a_wrong_byte_leaves_the_rest_of_its_line_right(self) -> None:
        assert text_of("M\u00fcller ".encode() + b"caf\xe9\n" + "\u4e00".encode()) == "M\u00fcller caf\u00e9\n\u4e00"

    def test_of_windows_latin(self) -> None:
        assert (
            text_of("\u201cna\u00efve\u201d \u2013 \u20ac".encode("cp1252")) == "\u201cna\u00efve\u201d \u2013 \u20ac"
        )

    def test_every_byte_is_a_character(self) -> None:
        assert text_of(b"A\x81\x8d\x8f\x90\x9dZ") == "A\x81\x8d\x8f\x90\x9dZ"

    @pytest.mark.parametrize(
        ("name", "codec", "word"),
        [
            ("MacRoman", "mac-roman", "Caf\u00e9"),
            ("ISO8859_2", "iso8859-2", "\u0141\u00f3d\u017a"),
            ("EUC-JP", "euc-jp", "\u65e5\u672c\u8a9e"),
            ("GBK", "gbk", "\u4e2d\u6587\u6587\u732e"),
            ("UTF-8", "utf-8", "\u0141\u00f3d\u017a"),
        ],
    )
    def test_as_the_file_says(self, name: str, codec: str, word: str) -> None:
        text = f"% Encoding: {name}\n@a{{k, title = {{{word}}}}}\n"
        assert text_of(text.encode(codec)) == text
        assert [line.text for line in Content.of_bytes(text.encode(codec)).lines()] == text.splitlines()

    @pytest.mark.parametrize("name", ["utf-16", "base64", "rot13", "undefined", "unicode_escape", "punycode", "cp037"])
    def test_what_no_text_file_is_written_in_is_not_believed(self, name: str) -> None:
        text = f"% Encoding: {name}\nCaf\u00e9 \\n\n"
        assert text_of(text.encode("cp1252")) == text

    def test_nul_is_left_out_and_lines_stay(self) -> None:
        given = b"@article{a,\x00\n title = {A \x00Title}\n}\n" + b"x" * 100
        assert text_of(given) == given.replace(b"\x00", b"").decode()
        assert [line.number for line in Content.of_bytes(given).lines()] == [1, 2, 3, 4]

    @pytest.mark.parametrize(
        "content", [b"\x00" * 100, bytes(range(32)) * 4, b"@a{\x00\x00\x00\x00", b"{" + b"\x00" * HEAD_BYTES]
    )
    def test_mostly_binary_is_refused(self, content: bytes) -> None:
        with pytest.raises(BinaryContentError, match="binary"):
            text_of(content)

    def test_marks_between_joined_files_are_left_out(self) -> None:
        assert text_of(codecs.BOM_UTF8 + b"a\n" + codecs.BOM_UTF8 + b"b\n") == "a\nb\n"
