"""The lines of tagged formats, whatever the format."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.readers.tagged.blocks import Block, Grammar, Stray, blocks
from assistant.library.readers.values.pages import pages, pages_between
from assistant.library.sources.content import Content

_FIELD = re.compile(r"([A-Z]): ?(.*)")


def match(text: str) -> tuple[str, str] | None:
    found = _FIELD.fullmatch(text)
    return (found[1], found[2]) if found else None


SET_APART_BY_BLANKS = Grammar(match=match, blank_ends=True)
SET_APART_BY_TAGS = Grammar(match=match, starts=frozenset("S"), ends=frozenset("E"), frame=frozenset("F"))
NUMBERED = Grammar(match=match, separator=re.compile(r"<\d+>"))


def read(text: str, grammar: Grammar) -> list[Block | Stray]:
    return list(blocks(Content.of_text(text).lines(), grammar))


def shape(text: str, grammar: Grammar) -> list[list[tuple[str, str]] | str]:
    return [
        item.text if isinstance(item, Stray) else [(field.tag, field.text) for field in item.fields]
        for item in read(text, grammar)
    ]


def test_fields_and_records_know_their_lines() -> None:
    first, second = read("junk\nA: 1\n  more\nB: 2\n\nA: 3\n", SET_APART_BY_BLANKS)
    assert isinstance(first, Block)
    assert [(field.tag, field.text, field.line) for field in first.fields] == [("A", "1\nmore", 2), ("B", "2", 4)]
    assert (first.line, second.line) == (2, 6)


@pytest.mark.parametrize("gap", ["\n\n", "\n\n\n\n", "\n \t\n"])
def test_blank_lines_set_records_apart(gap: str) -> None:
    assert shape(f"A: 1\nB: 2{gap}A: 3\nB: 4", SET_APART_BY_BLANKS) == [
        [("A", "1"), ("B", "2")],
        [("A", "3"), ("B", "4")],
    ]


def test_in_a_file_with_a_blank_line_after_every_line_two_set_records_apart() -> None:
    assert shape("A: 1\n\nB: 2\n\nC: 3\n\n\n\nA: 4\n\nB: 5", SET_APART_BY_BLANKS) == [
        [("A", "1"), ("B", "2"), ("C", "3")],
        [("A", "4"), ("B", "5")],
    ]


def test_indented_text_after_a_blank_line_goes_on_and_other_text_is_stray() -> None:
    assert shape("A: 1\nB: 2\n\n  more\n\nlost\nwords\n\nA: 3", SET_APART_BY_BLANKS) == [
        [("A", "1"), ("B", "2\n\nmore")],
        "lost",
        [("A", "3")],
    ]


def test_tags_set_records_apart_and_the_files_own_fields_are_none_of_a_records() -> None:
    text = "F: head\nS: x\nA: 1\n\nA: 2\nE:\nS: y\nF: foot"
    assert shape(text, SET_APART_BY_TAGS) == [[("S", "x"), ("A", "1"), ("A", "2")], [("S", "y")]]


def test_missing_starts_and_ends_lose_nothing() -> None:
    assert shape("A: 1\nE:\nA: 2\nS: x\nS: y\nE:\nE:\n", SET_APART_BY_TAGS) == [
        [("A", "1")], [("A", "2")], [("S", "x")], [("S", "y")]
    ]  # fmt: skip


def test_numbers_between_records_are_no_stray_text() -> None:
    assert shape("1.\nS: x\nE:\n2.\nRecord 2 of 3\nS: y\nE:\n", SET_APART_BY_TAGS) == [[("S", "x")], [("S", "y")]]
    assert shape("<1>\nA: 1\n<2>\nA: 2", NUMBERED) == [[("A", "1")], [("A", "2")]]


@given(st.lists(st.sampled_from(["", "A: 1", "S: x", "E:", "F: z", "words", "  words", "7."])))
def test_every_field_comes_out_once_and_in_order(lines: list[str]) -> None:
    for grammar in (SET_APART_BY_BLANKS, SET_APART_BY_TAGS, NUMBERED):
        items = read("\n".join(lines), grammar)
        found = [(field.line, field.tag) for item in items if isinstance(item, Block) for field in item.fields]
        outside = grammar.ends | grammar.frame
        assert found == [
            (number, line[0])
            for number, line in enumerate(lines, start=1)
            if line[1:2] == ":" and line[0] not in outside
        ]
        assert [item.line for item in items] == sorted(item.line for item in items)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12--15", "12-15"), ("12 – 15", "12-15"), ("pp. 12-15", "12-15"), ("454-81", "454-481"), ("S12-5", "S12-S15"),
        ("12-12", "12"), ("e12-e12", "e12"), ("e0815", "e0815"), ("94-98,93", "94-98,93"), ("1007-15", "1007-1015"),
        ("", ""), ("i-iv, 1-74", "i-iv, 1-74"), ("99-101", "99-101"), ("12+", "12+"),
    ],
)  # fmt: skip
def test_pages(text: str, expected: str) -> None:
    assert pages(text) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [("12", "15", "12-15"), ("12", "", "12"), ("", "15", "15"), ("12-15", "15", "12-15"), ("S12", "S15", "S12-S15")],
)
def test_pages_from_a_first_and_a_last(first: str, last: str, expected: str) -> None:
    assert pages_between(first, last) == expected
