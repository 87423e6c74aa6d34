import pytest

from assistant.library.readers.listing.pairs import pair_names
from assistant.library.readers.listing.reader import ListingReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

LISTING = (
    "Quill, Ada\nCounting Sheep, Goats and Lambs\nLi, Bo, Quill, Ada, Yu, Xi\nWe count sheep.\n"
    "Sleep\nQuill, Ada\nWe sleep.\n"
)


class TestInverted(ReaderContract):
    reader = ListingReader()
    sample = LISTING


def read(text: str) -> list[Record | Skipped]:
    return list(ListingReader().read(Content.of_text(text), source="s", saved=SAVED))


def facts(text: str) -> list[tuple[str, list[str], str]]:
    items = read(text)
    return [
        (item.title, [one.name for one in item.authors], item.abstract) for item in items if isinstance(item, Record)
    ]


EXPECTED = [
    ("Counting Sheep, Goats and Lambs", ["Bo Li", "Ada Quill", "Xi Yu"], "We count sheep."),
    ("Sleep", ["Ada Quill"], "We sleep."),
]


@pytest.mark.parametrize("text", [LISTING, LISTING.replace("\n", "\n\n"), LISTING.replace("\n", " \r\n")])
def test_titles_authors_and_abstracts(text: str) -> None:
    assert facts(text) == EXPECTED
    assert all(isinstance(item, Record) and item.date is None and item.year is None for item in read(text))


def test_without_the_owner_line() -> None:
    text = "\n".join(LISTING.splitlines()[1:4]) + "\nDreams\nYu, Xi, Li, Bo\nWe dream.\n"
    assert ListingReader().sniff(Content.of_text(text))
    assert facts(text) == [EXPECTED[0], ("Dreams", ["Xi Yu", "Bo Li"], "We dream.")]


def test_a_missing_abstract_and_one_of_two_lines() -> None:
    text = LISTING.replace("We count sheep.\n", "").replace("We sleep.", "We sleep\nat night.")
    assert facts(text) == [(*EXPECTED[0][:2], ""), (*EXPECTED[1][:2], "We sleep at night.")]


def test_a_title_that_looks_like_a_name_list() -> None:
    text = LISTING + "Attention, Memory, Depth, Width\nLi, Bo, Quill, Ada\nWe think.\n"
    assert facts(text)[2] == ("Attention, Memory, Depth, Width", ["Bo Li", "Ada Quill"], "We think.")


def test_et_al() -> None:
    items = read(LISTING + "Dreams\nLi, Bo, Quill, Ada et al.\nWe dream.\n")
    assert [isinstance(item, Record) and item.et_al for item in items] == [False, False, True]


def test_a_single_author_whose_given_name_ends_in_an_initial() -> None:
    text = "Quill, Ada B.\nSheep\nLi, Bo, Quill, Ada B.\nWe count.\nSleep\nQuill, Ada B.\nWe sleep.\n"
    assert facts(text)[1] == ("Sleep", ["Ada B. Quill"], "We sleep.")


def test_camel_case_names_pair_up_in_a_list_that_is_even() -> None:
    (authors,) = pair_names(["Wang, ZhiDong, RoyChowdhury, Aruni, Yu, Xi"])
    assert [author.given for author in authors] == ["ZhiDong", "Aruni", "Xi"]


def test_a_paper_without_author_list_is_reported() -> None:
    long = "We say much about sheep and goats. " * 10
    text = f"Quill, Ada\nSheep\nLi, Bo, Quill, Ada\n{long}\nGoats without Names\n{long}\nSleep\nQuill, Ada\nWe sleep.\n"
    items = read(text)
    assert [(item.line, type(item)) for item in items] == [(2, Record), (5, Skipped), (6, Skipped), (7, Record)]


@pytest.mark.parametrize(
    ("line", "families"),
    [
        ("Li, Bo, Yu, Xi", ["Li", "Yu"]),
        ("Li, Bo, OpenAI, Yu, Xi", ["Li", "OpenAI", "Yu"]),
        ("Sheep Research Team, Li, Bo, Yu, Xi", ["Sheep Research Team", "Li", "Yu"]),
        ("Li, Bo, Yu, Xi, Plato", ["Li", "Yu", "Plato"]),
        ("King, Martin, Jr., Yu, Xi", ["King Jr.", "Yu"]),
        ("van der Berg, L., O'Brien, Sean", ["van der Berg", "O'Brien"]),
        ("Plato, Quill, Ada, Yu, Xi", ["Plato", "Quill", "Yu"]),
        ("Li, Bo, Plato, Quill, Ada", ["Li", "Plato", "Quill"]),
        ("OpenAI, Google DeepMind, Li, Bo", ["OpenAI", "Google DeepMind", "Li"]),
    ],
)
def test_pairs(line: str, families: list[str]) -> None:
    known = ["Quill, Ada, Yu, Xi", "Li, Bo, Quill, Ada"]
    authors, *_ = pair_names([line, *known], Author(family="Quill", given="Ada"))
    assert [author.family for author in authors] == families
