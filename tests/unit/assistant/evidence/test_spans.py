import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence.spans import best_span, is_aim, lines_and_sentences, nearest_sentences

EAST, NORTH = np.array([1.0, 0.0], dtype=np.float32), np.array([0.0, 1.0], dtype=np.float32)
VECTORS = np.stack([EAST, NORTH, EAST])
A, B, AB = frozenset("a"), frozenset("b"), frozenset("ab")


def texts(text: str) -> list[str]:
    return [text[start:end] for start, end in lines_and_sentences(text)]


def test_the_nearest_sentence_is_chosen_and_the_first_of_equals() -> None:
    span = best_span(A, EAST, [A, B, A], VECTORS)
    assert (span.first, span.last, span.cosine, span.coverage) == (0, 0, 1.0, 1.0)


def test_two_neighbours_are_chosen_when_each_has_a_part() -> None:
    span = best_span(AB, (EAST + NORTH) / np.sqrt(2), [A, B, frozenset()], VECTORS)
    assert (span.first, span.last, span.coverage) == (0, 1, 1.0)
    assert span.cosine == pytest.approx(1.0)


def test_neighbours_of_two_texts_are_no_pair() -> None:
    span = best_span(AB, (EAST + NORTH) / np.sqrt(2), [A, B], VECTORS[:2], runs=((0, 1), (1, 2)))
    assert span.first == span.last


def test_an_aim_is_chosen_only_when_nothing_else_comes_near() -> None:
    assert best_span(A, EAST, [A, frozenset(), A], VECTORS, claims=[False, True, True]).first == 2
    assert best_span(A, EAST, [A, B], VECTORS[:2], claims=[False, True]).first == 0
    assert nearest_sentences(A, EAST, [A, B, A], VECTORS, claims=[False, True, True], k=2) == (2, 0)


@pytest.mark.parametrize(
    ("sentence", "aim"),
    [
        ("OBJECTIVE To determine whether owls see.", True),
        ("It remains unclear what owls see.", True),
        ("We asked whether owls see.", True),
        ("Owls see mice.", False),
        ("The objective function falls.", False),
    ],
)
def test_aims_are_told_from_findings(sentence: str, aim: bool) -> None:
    assert is_aim(sentence) is aim


def test_a_title_is_a_sentence_of_its_own() -> None:
    assert texts("Owls at night\nOwls hunt mice. They see.") == ["Owls at night", "Owls hunt mice.", "They see."]
    assert texts("Owls at night\nOwls hunt\nmice. They see.") == ["Owls at night", "Owls hunt\nmice.", "They see."]


def test_wrapped_lines_end_no_sentence() -> None:
    assert texts("Owls hunt\nmice at\nnight. They see.") == ["Owls hunt\nmice at\nnight.", "They see."]


def test_lines_of_a_list_are_sentences() -> None:
    assert texts("Adverse Events 1:\nTotal: 5/32\nNausea 1/32") == ["Adverse Events 1:", "Total: 5/32", "Nausea 1/32"]


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.text())
def test_sentences_are_in_order_and_leave_out_only_white_space(text: str) -> None:
    found = lines_and_sentences(text)
    rest, at = "", 0
    for start, end in found:
        assert at <= start < end
        rest += text[at:start]
        at = end
    assert not (rest + text[at:]).strip()
