import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.sameness.people import Agreement, agreement, first_family
from assistant.types import Author, Record
from tests.fakes.duplicates import paper


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Quill, Ada", "Quill, A.", "all"),
        ("Quill, Ada", "Quill", "all"),
        ("Quill, Ada; Li, Bo", "Li, B.; Quill, A.", "all"),
        ("Quill, Ada; Li, Bo", "Quill, A.", "same"),
        ("Quill, Ada; Li, Bo; Roe, Jo", "Quill, A.; Dove, E.; Roe, J.", "same"),
        ("Quill, Ada; Li, Bo; Roe, Jo", "Quill, A.; Dove, E.; Berg, C.", "unsure"),
        ("Quill, Ada; Li, Bo; Roe, Jo", "Li, B.; Roe, J.", "same"),
        ("Quill, Ada", "Quill, Bea", "different"),
        ("Quill, Ada", "Dove, Eve", "different"),
        ("Quill, Ada", "", "unknown"),
        ("Quill, Ada", "Anonymous", "unknown"),
        ("", "", "unknown"),
        ("Li, Wei", "Wei, Li", "all"),
        ("Li, W.", "Wei, Li", "all"),
        ("World Health Organization", "World Health Organization", "all"),
        ("Owl Study Group", "Bird Study Group", "different"),
        ("Ivanov, Alexander", "Ivanov, Aleksandr", "all"),
        ("Wang, Yan", "Wang, Yu", "different"),
        ("Schröder, J", "Schroeder, J", "all"),
        ("Quill Jr, Ada", "Quill, A", "all"),
        ("de la Cruz, Ana", "Cruz, A. de la", "all"),
        ("Al-Rahman, Omar", "Rahman, O.", "all"),
        ("Xu, Ada", "Xue, Ada", "different"),
        ("Smith, Ada", "Smyth, Ada", "all"),
    ],
)
def test_agreement(one: str, other: str, expected: Agreement) -> None:
    assert agreement(paper("x", one), paper("x", other)) == expected
    assert agreement(paper("x", other), paper("x", one)) == expected


def test_et_al_stands_for_those_left_out() -> None:
    whole = paper("x", "Quill, Ada; Li, Bo; Roe, Jo")
    assert agreement(whole, paper("x", "Quill, Ada")) == "same"
    assert agreement(whole, paper("x", "Quill, Ada", et_al=True)) == "all"


@pytest.mark.parametrize(
    ("names", "expected"),
    [("Quill, Ada", "quill"), ("van den Müller, J", "muller"), ("Anonymous", ""), ("", ""), ("Owl Group", "owlgroup")],
)
def test_first_family(names: str, expected: str) -> None:
    assert first_family(paper("x", names)) == expected


_names = st.lists(st.builds(Author, family=st.text(max_size=8), given=st.text(max_size=8)), max_size=4).map(tuple)


@given(one=_names, other=_names)
def test_any_names(one: tuple[Author, ...], other: tuple[Author, ...]) -> None:
    first, second = Record(title="x", authors=one), Record(title="x", authors=other)
    assert agreement(first, second) == agreement(second, first)
    assert agreement(first, first) in ("all", "unknown")
