import json
import tracemalloc
from io import BytesIO, RawIOBase
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library.readers.json import window as json_window
from assistant.library.readers.json.stream import items
from assistant.library.readers.json.window import Window
from assistant.library.sources.content import Content

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def found(text: str) -> list[tuple[int, object]]:
    """Lines with their values; what is malformed as its class."""
    return [(item.line, ValueError if item.problem else item.value) for item in items(Content.of_text(text))]


@settings(deadline=None)
@given(st.lists(_values, max_size=5), st.sampled_from([None, 0, 2]), st.integers(1, 30))
def test_a_list_gives_its_values_however_it_arrives(values: list[object], indent: int | None, size: int) -> None:
    text = json.dumps(values, indent=indent)
    window = Window(iter([text[start : start + size] for start in range(0, len(text), size)]))
    assert window.peek() == "["
    window.step()
    read: list[object] = []
    while window.peek() not in ("", "]"):
        read.append(window.value())
    assert read == values
    window.step()
    assert window.line == 1 + text.count("\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}\n\n{"a": 2}', [(1, {"a": 1}), (3, {"a": 2})]),
        ('{"a": 1}{"a": 2}\n{"a": 3}', [(1, {"a": 1}), (1, {"a": 2}), (2, {"a": 3})]),
        ('{\n"a": 1\n}\n{\n"a": 2\n}', [(1, {"a": 1}), (4, {"a": 2})]),
        ('[\n{"a": 1},\n{"a": 2}\n]', [(2, {"a": 1}), (3, {"a": 2})]),
        ('{"next": null,\n"results": [\n{"a": 1}],\n"count": 1}', [(3, {"a": 1})]),
        ('{"message": {"x": 1, "items": [\n{"a": 1}]}}', [(2, {"a": 1})]),
        ('{"title": "T", "items": [{"a": 1}]}', [(1, {"title": "T", "items": [{"a": 1}]})]),
        ('{"results": []}', []),
        ("[]", []),
        ("", []),
        ('"text"', [(1, "text")]),
        ("17", [(1, 17)]),
    ],
)
def test_where_values_stand(text: str, expected: list[tuple[int, object]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "lines", "good"),
    [
        ('[\n{"a": 1},\n{"a": 2,},\n{"a": 3}\n]', [2, 3, 4], [{"a": 1}, {"a": 3}]),
        ('[\n{"a": 1},\n{"a": "2},\n{"a": 3}\n]', [2, 3, 4], [{"a": 1}, {"a": 3}]),
        ('[\n  {"a": [1},\n  {"a": 3}\n]', [2, 3], [{"a": 3}]),
        ('[{"a": 1}, junk, {"a": 3}]', [1, 1, 1], [{"a": 1}, {"a": 3}]),
        ('[{"a": 1}}, {"a": 3}]', [1, 1, 1], [{"a": 1}, {"a": 3}]),
        ('{"a": 1}\n{"a": 2\n{"a": 3}', [1, 2, 3], [{"a": 1}, {"a": 3}]),
        ('[{"a": 1}, {"a": ', [1, 1, 1], [{"a": 1}]),
        ('{"results": [{"a": 1}, {"a": 2', [1, 1, 1, 1], [{"a": 1}]),
        ('[{"a": 1, "a": 2}, {"a": 3}]', [1, 1], [{"a": 3}]),
        ('[{"a": ' + "9" * 5000 + '}, {"a": 3}]', [1, 1], [{"a": 3}]),
        ("[" + '{"a":' * 3000 + "1" + "}" * 3000 + ', {"a": 3}]', [1, 1], [{"a": 3}]),
        ("[" * 100_000, [1, 1], []),
        ('{"message":' * 2000, [1] * 4, []),
    ],
)
def test_what_is_malformed_loses_only_itself(text: str, lines: list[int], good: list[object]) -> None:
    read = found(text)
    assert [line for line, _ in read] == lines
    assert [value for _, value in read if value is not ValueError] == good


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('[{"a": NaN, "b": -Infinity}]', {"a": None, "b": None}),
        ('[{"a": "x\\ud83dy", "b": "\\ud83d\\ude00"}]', {"a": "x\ufffdy", "b": "😀"}),
        ('[{"a": 1, "a": 1, "b": null, "b": 2}]', {"a": 1, "b": 2}),
        ('[{"a": "two\nlines\tand a tab"}]', {"a": "two\nlines\tand a tab"}),
    ],
)
def test_what_is_no_json_but_plain_enough(text: str, value: object) -> None:
    assert found(text) == [(1, value)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_other_encodings_and_line_ends(encoding: str, end: str) -> None:
    text = end.join(["[", *(json.dumps({"a": "Zoë – " + "x" * 40}, ensure_ascii=False) + "," for _ in range(50)), "]"])
    read = [(item.line, item.value) for item in items(Content.of_bytes(text.encode(encoding)))]
    assert read == [(line, {"a": "Zoë – " + "x" * 40}) for line in range(2, 52)]


def test_characters_across_the_ends_of_blocks() -> None:
    text = "[" + ", ".join(json.dumps({"a": "é😀" * 50}, ensure_ascii=False) for _ in range(9000)) + "]"
    assert {item.value["a"] for item in items(Content.of_text(text))} == {"é😀" * 50}


class _Endless(RawIOBase):
    """A list on one line, of so many objects."""

    def __init__(self, count: int) -> None:
        self._pieces = iter([b"[", *[b'{"a": "' + b"x" * 1000 + b'"},'] * count, b"{}]"])
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        while len(self._rest) < len(view) and (piece := next(self._pieces, None)):
            self._rest += piece
        got = min(len(view), len(self._rest))
        view[:got], self._rest = self._rest[:got], self._rest[got:]
        return got


@pytest.mark.slow
def test_memory_does_not_grow_with_a_list() -> None:
    def peak(count: int) -> int:
        content = Content(lambda: cast("BytesIO", _Endless(count)))
        tracemalloc.start()
        assert sum(1 for _ in items(content)) == count + 1
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(40_000) < 1.5 * peak(10_000)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "[" + '{"a": [1},\n' * 20_000,
        "[\n" + '{"a": "x},\n' * 20_000,
        '{"results": [' + "[" * 200_000,
        '[{"a": "' + "x" * 3_000_000,
        "{" + '"a": {' * 20_000,
        '{"a": 1; "b": 2}\n' * 5_000,
        "[" + "}" * 50_000,
    ],
)
def test_no_text_takes_long(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_window, "MOST_CHARACTERS", 1 << 22)
    assert all(item.problem for item in items(Content.of_text(text)))


def test_a_first_line_that_is_long_does_not_hide_that_others_follow() -> None:
    lines = [
        '{"title": "First", "abstract": "' + "owl " * 20_000 + '"}',
        '{"title": "Second"',
        '{"title": "Third"}',
        "no",
    ]
    content = Content.of_text("\n".join([*lines, '{"title": "Last"}']))
    found = [(item.line, item.value["title"] if item.value else "") for item in items(content)]
    assert found == [(1, "First"), (2, ""), (3, "Third"), (4, ""), (5, "Last")]
