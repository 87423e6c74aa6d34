import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from evals.page.highlight import Quoted, find, highlight

TEXT = "One & two < three."


def quoted(start: int, end: int, *by: int) -> Quoted:
    return Quoted(start=start, end=end, by=frozenset(by or (1,)))


def test_marks_a_quote_and_escapes_the_text() -> None:
    assert highlight(TEXT, [quoted(4, 9)]) == 'One <mark data-by="1">&amp; two</mark> &lt; three.'


def test_offsets_count_code_points() -> None:
    assert highlight("🧊🧊ice", [quoted(2, 5)]) == '🧊🧊<mark data-by="1">ice</mark>'


def test_overlapping_quotes_become_one_mark_that_names_both_sentences() -> None:
    made = highlight("abcdefgh", [quoted(3, 6, 2), quoted(1, 4, 1)])
    assert made == 'a<mark data-by="1 2">bcdef</mark>gh'


def test_a_quote_inside_another_does_not_end_it() -> None:
    assert highlight("abcdefgh", [quoted(1, 7), quoted(2, 3)]) == 'a<mark data-by="1">bcdefg</mark>h'


def test_quotes_that_only_touch_stay_apart() -> None:
    made = highlight("abcd", [quoted(0, 2, 1), quoted(2, 4, 2)])
    assert made == '<mark data-by="1">ab</mark><mark data-by="2">cd</mark>'


def test_a_gold_span_is_underlined_on_both_sides_of_a_mark() -> None:
    made = highlight("abcdef", [quoted(2, 4)], [(1, 3)])
    assert made == 'a<u class="gold">b</u><mark data-by="1"><u class="gold">c</u>d</mark>ef'


def test_what_is_not_in_the_text_is_left_out() -> None:
    assert highlight("abc", [quoted(2, 9), quoted(-1, 2), quoted(1, 1)], [(0, 7), (3, 3)]) == "abc"


def test_nothing_is_lost_by_an_empty_text() -> None:
    assert highlight("", []) == ""
    assert highlight("", [], context=10) == ""


def test_context_keeps_whole_words_around_the_marks() -> None:
    text = "alpha beta gamma delta epsilon zeta eta theta"
    made = highlight(text, [quoted(17, 22)], context=3)
    gap = ' <span class="gap">[…]</span> '
    assert made == f'{gap}gamma <mark data-by="1">delta</mark> epsilon{gap}'


def test_context_joins_what_is_near_and_keeps_gold_spans() -> None:
    text = "alpha beta gamma delta epsilon zeta eta theta"
    made = highlight(text, [quoted(0, 5)], [(11, 16)], context=4)
    assert made.startswith('<mark data-by="1">alpha</mark> beta <u class="gold">gamma</u> delta')
    assert made.count("[…]") == 1


def test_context_shows_each_of_two_marks_that_are_far_apart_once() -> None:
    made = highlight("alpha beta gamma delta epsilon zeta eta theta", [quoted(0, 5, 1), quoted(40, 45, 2)], context=2)
    assert made == (
        '<mark data-by="1">alpha</mark> beta <span class="gap">[…]</span> eta <mark data-by="2">theta</mark>'
    )


def test_without_marks_context_shows_the_beginning() -> None:
    assert highlight("word " * 100, [], context=10).startswith("word word word word ")
    assert len(highlight("word " * 100, [], context=10)) < 80


def test_a_part_is_found_however_its_words_are_spaced() -> None:
    assert find("one  two\nthree", "two three") == (5, 14)
    assert find("one two", "two one") is None
    assert find("one (two)", "(two)") == (4, 9)
    assert find("one", " ") is None


TEXTS = st.text(st.sampled_from("ab <>&\"'\u202e🧊 \n"), max_size=60)
RANGES = st.tuples(st.integers(-2, 62), st.integers(-2, 62))


@given(text=TEXTS, ranges=st.lists(RANGES, max_size=6), gold=st.lists(RANGES, max_size=4))
def test_the_text_stays_the_same_and_exactly_the_quotes_are_marked(
    text: str, ranges: list[tuple[int, int]], gold: list[tuple[int, int]]
) -> None:
    made = str(highlight(text, [quoted(*one) for one in ranges], gold))
    assert unescape(re.sub(r"<[^>]*>", "", made)) == text
    wanted = {at for start, end in ranges if 0 <= start < end <= len(text) for at in range(start, end)}
    assert _marked(made, "mark") == wanted
    wanted = {at for start, end in gold if 0 <= start < end <= len(text) for at in range(start, end)}
    assert _marked(made, "u") == wanted


@given(text=TEXTS, ranges=st.lists(RANGES, max_size=6), context=st.integers(0, 20))
def test_context_never_hides_a_mark(text: str, ranges: list[tuple[int, int]], context: int) -> None:
    quotes = [quoted(*one) for one in ranges]
    whole, short = highlight(text, quotes), highlight(text, quotes, context=context)
    assert re.findall(r"<mark.*?</mark>", short, re.DOTALL) == re.findall(r"<mark.*?</mark>", whole, re.DOTALL)


def _marked(made: str, tag: str) -> set[int]:
    """Offsets of the text that stand inside a tag; fails when tags of one name are nested."""
    inside, depth, at = set(), 0, 0
    for piece in re.split(r"(<[^>]*>)", made):
        if piece.startswith("<"):
            name = re.match(r"</?(\w+)", piece)
            assert name
            if name[1] == tag:
                depth += -1 if piece.startswith("</") else 1
                assert depth in {0, 1}
            continue
        length = len(unescape(piece))
        inside |= set(range(at, at + length)) if depth else set()
        at += length
    return inside
