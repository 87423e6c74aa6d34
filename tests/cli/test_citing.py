import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cli.citing import STYLES, Citer, style_named
from assistant.errors import UsageError
from assistant.types import Paper
from tests.fakes.papers import BY_KEY, paper

TWINS = {
    "a": paper("a", "One", by="Li, Wei; Song, Mo", year=2023),
    "b": paper("b", "Two", by="Li, Wei; Song, Mo", year=2023),
    "c": paper("c", "Three", by="Li, Wei; Song, Mo"),
    "d": paper("d", "Untitled"),
}


def lookup(key: str) -> Paper | None:
    return {**BY_KEY, **TWINS}.get(key)


@pytest.mark.parametrize(
    ("style", "marker"),
    [
        ("keys", "[sund2020facet; orbin2021lantern]"),
        ("numeric", "[1, 2]"),
        ("author-year", "(Sund, 2020; Orbin et al., 2021)"),
    ],
)
def test_marker(style: str, marker: str) -> None:
    citer = Citer(style_named(style), lookup)
    assert citer.marker(["sund2020facet", "orbin2021lantern"]) == marker
    assert citer.marker(["sund2020facet", "orbin2021lantern"]) == marker, "a paper keeps its name"
    assert citer.marker([]) == ""


def test_numbers_are_in_the_order_of_first_citation_and_sorted_in_one_marker() -> None:
    citer = Citer("numeric", lookup)
    assert [citer.marker([key]) for key in ("b", "a", "b")] == ["[1]", "[2]", "[1]"]
    assert citer.marker(["a", "c", "b"]) == "[1, 2, 3]"
    assert (citer.key_of("2"), citer.key_of("9")) == ("a", None)


def test_papers_of_one_name_are_told_apart() -> None:
    citer = Citer("author-year", lookup)
    labels = [citer.label(key) for key in ("a", "b", "c", "d", "gone")]
    assert labels == ["Li and Song, 2023", "Li and Song, 2023b", "Li and Song, n.d.", "“Untitled”, n.d.", "gone"]


@given(st.lists(st.sampled_from([*BY_KEY, *TWINS, "gone", "also gone"]), min_size=1), st.sampled_from(list(STYLES)))
def test_different_papers_have_different_names(keys: list[str], style: str) -> None:
    citer = Citer(STYLES[style], lookup)
    labels = {key: citer.label(key) for key in keys}
    assert len(set(labels.values())) == len(labels)
    assert {key: citer.key_of(label) for key, label in labels.items()} == {key: key for key in labels}


def test_more_papers_of_one_name_than_letters() -> None:
    citer = Citer("author-year", lambda key: paper(key, "T", by="Li, Wei", year=2023))
    labels = [citer.label(f"k{number}") for number in range(40)]
    assert len(set(labels)) == 40


def test_unknown_style() -> None:
    assert style_named(" Numeric ") == "numeric"
    with pytest.raises(UsageError, match=r"no citation style 'apa'\. The styles are: keys, numeric, author-year"):
        style_named("apa")
