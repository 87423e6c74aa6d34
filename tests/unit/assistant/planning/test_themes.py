import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.planning.themes import group
from assistant.types import Paper
from tests.fakes.papers import BY_KEY, PAPERS, bank, paper

MEMORY = [BY_KEY[key] for key in ("orbin2021lantern", "malk2022quillgraph", "lindqvist2023survey")]
COPPER = [BY_KEY[key] for key in ("ferro2018moss", "baptiste2021lichen")]
WEATHER = [BY_KEY[key] for key in ("voss2019drizzle", "adeyemi2022squall")]
TITLES = st.text(max_size=12) | st.sampled_from(
    ["A Survey of Methods", "The", "Deep Copper Memory", "Copper Memory", "??", "Ünïcode: Größe", "new model"]
)


def at_corners(*groups: list[Paper]) -> tuple[list[Paper], "np.ndarray[tuple[int, int], np.dtype[np.float32]]"]:
    """Papers with one direction for each group."""
    papers = [one for members in groups for one in members]
    rows = [index for index, members in enumerate(groups) for _ in members]
    return papers, np.eye(len(groups), dtype=np.float32)[rows]


def test_no_papers_make_no_theme() -> None:
    assert group([], np.empty((0, 3), dtype=np.float32)) == []


def test_up_to_five_papers_make_one_theme() -> None:
    (theme,) = group(*at_corners(MEMORY, COPPER))
    assert theme.papers == (*MEMORY, *COPPER)
    assert theme.heading


def test_papers_that_are_near_make_a_theme_named_after_their_titles() -> None:
    themes = group(*at_corners([*MEMORY, *COPPER[:1]], [*COPPER[1:], *WEATHER]))
    assert [theme.papers for theme in themes] == [(*MEMORY, COPPER[0]), (COPPER[1], *WEATHER)]
    assert themes[0].heading == "Dialogue Memory"


def test_a_paper_that_stands_apart_goes_to_the_nearest_theme() -> None:
    near = np.array([[1, 0, 0]] * 4 + [[0, 1, 0]] * 3 + [[0, 0.3, 1]], dtype=np.float32)
    papers = [paper(f"k{number}", f"Copper Memory {number}", "Copper.") for number in range(8)]
    assert [len(theme.papers) for theme in group(papers, near)] == [4, 4]


def test_how_many_themes_there_are_is_what_the_papers_make_of_it() -> None:
    for number in (2, 3, 4):
        groups = [[paper(f"k{at}-{n}", f"Topic {at} Loops", "Loops.") for n in range(6)] for at in range(number)]
        assert [len(theme.papers) for theme in group(*at_corners(*groups))] == [6] * number


def test_papers_that_nothing_separates_make_one_theme() -> None:
    papers = [paper(f"k{number}", "Copper Loops", "Copper loops.") for number in range(8)]
    (theme,) = group(papers, np.ones((8, 3), dtype=np.float32))
    assert theme.heading == "Copper Loops"


def test_a_theme_stands_where_its_best_paper_stands() -> None:
    papers, vectors = at_corners(MEMORY, [*COPPER, *WEATHER])
    order = [6, 0, 1, 2, 3, 4, 5]
    first, second = group([papers[index] for index in order], vectors[order])
    assert first.papers == (WEATHER[1], *COPPER, WEATHER[0])
    assert second.papers == tuple(MEMORY)


def test_a_heading_of_empty_words_is_not_used() -> None:
    vague = [paper(str(number), "A New Framework", f"Something about copper {number}.") for number in range(3)]
    (theme,) = group(vague, np.ones((3, 2), dtype=np.float32))
    assert theme.heading == "A New Framework"  # the best paper's title, because no phrase says anything
    clear = [paper("c", "Improved Methods for Copper Binding", "Copper binding."), *vague]
    (theme,) = group(clear, np.ones((4, 2), dtype=np.float32))
    assert theme.heading == "Copper Binding"


def test_themes_with_the_same_titles_get_headings_of_their_own() -> None:
    copper = [paper(f"c{number}", "Copper Binding", "Copper binding.") for number in range(8)]
    papers, vectors = at_corners(copper[:4], copper[4:], [*MEMORY, *WEATHER])
    named = [theme.heading for theme in group(papers, vectors)]
    assert (named[0], named[-1]) == ("Copper Binding", "Other Work")


def test_untitled_papers_get_a_heading_too() -> None:
    (theme,) = group([paper("x", "", "Copper binds.")], np.ones((1, 2), dtype=np.float32))
    assert theme.heading.strip()


@pytest.mark.parametrize(("number", "least", "most"), [(1, 1, 1), (5, 1, 1), (6, 1, 2), (12, 1, 4)])
def test_neither_too_many_themes_nor_too_few(number: int, least: int, most: int) -> None:
    papers = PAPERS[:number]
    assert least <= len(group(papers, bank().paper_vectors([one.key for one in papers]))) <= most


def test_a_hundred_papers_make_several_themes() -> None:
    papers = [paper(f"k{number}", f"Copper Loops {number}", "Copper.") for number in range(100)]
    vectors = np.random.default_rng(1).normal(size=(100, 8)).astype(np.float32)
    themes = group(papers, vectors)
    assert 2 <= len(themes) <= 7
    assert max(len(theme.papers) for theme in themes) < 60


@given(st.lists(TITLES, min_size=1, max_size=25), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_themes_are_a_partition_in_order_under_distinct_headings(titles: list[str], seed: int) -> None:
    papers = [paper(f"k{number}", title, "Copper memory.") for number, title in enumerate(titles)]
    vectors = np.random.default_rng(seed).normal(size=(len(papers), 6)).astype(np.float32)
    themes = group(papers, vectors)
    place = {one.key: number for number, one in enumerate(papers)}
    groups = [[place[one.key] for one in theme.papers] for theme in themes]
    assert sorted(number for one in groups for number in one) == list(range(len(papers)))
    assert all(one and one == sorted(one) for one in groups)
    in_order = sorted(themes, key=lambda one: (one.heading.startswith("Other Work"), place[one.papers[0].key]))
    assert themes == in_order
    assert len(themes) <= 7
    headings = [theme.heading for theme in themes]
    assert all(heading.strip() for heading in headings)
    assert len({heading.casefold() for heading in headings}) == len(headings)
    assert themes == group(papers, vectors)


def test_vectors_of_no_length_are_grouped_too() -> None:
    vectors = np.zeros((len(PAPERS), 4), dtype=np.float32)
    assert sum(len(theme.papers) for theme in group(PAPERS, vectors)) == len(PAPERS)
