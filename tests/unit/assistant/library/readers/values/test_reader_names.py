import pytest

from assistant.library.readers.values.names import name_score, person, short_name, without_et_al
from assistant.types import Author


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("Ada Quill", "Quill", "Ada"),
        ("Quill, Ada", "Quill", "Ada"),
        ("Quoc V. Le", "Le", "Quoc V."),
        ("Laurens van der Maaten", "van der Maaten", "Laurens"),
        ("Luc Van Gool", "Van Gool", "Luc"),
        ("Nguyen Van Thieu", "Thieu", "Nguyen Van"),
        ("Maria de la Cruz", "de la Cruz", "Maria"),
        ("Martin Luther King Jr.", "King Jr.", "Martin Luther"),
        ("King, Jr., Martin", "King Jr.", "Martin"),
        ("Martin King, Jr.", "King Jr.", "Martin"),
        ("Plato", "Plato", ""),
        ("chi-ho Lin", "Lin", "chi-ho"),
        ("", "", ""),
    ],
)
def test_parts_of_a_name(text: str, family: str, given: str) -> None:
    assert (person(text).family, person(text).given) == (family, given)


@pytest.mark.parametrize(
    "text", ["Ada Quill", "J. K. Marlow", "Omar al-Farsi", "Sean O'Brien", "Ronan McDonald", "Xi Li"]
)
def test_names_score_above_zero(text: str) -> None:
    assert name_score(text) > 0


@pytest.mark.parametrize("text", ["and Activation", "a New Task", "GPT-4", "Text: A Survey", "", "?", "in the Wild"])
def test_other_text_scores_below_zero(text: str) -> None:
    assert name_score(text) < 0


def test_a_word_of_the_abstracts_counts_against_a_name() -> None:
    assert name_score("Graph Learning", {"graph", "learning"}) < name_score("Graph Learning")


@pytest.mark.parametrize("text", ["Ada Quill et al.", "Ada Quill, et al", "Ada Quill and others"])
def test_et_al(text: str) -> None:
    assert without_et_al(text) == ("Ada Quill", True)
    assert without_et_al("Etta Alvarez") == ("Etta Alvarez", False)


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("Quill, Ada B Jr", "Quill Jr", "Ada B"),
        ("World Owl Organization", "World Owl Organization", ""),
        ("王 小明", "王", "小明"),
        ("King, Ada, Jr.", "King Jr.", "Ada"),
    ],
)
def test_groups_suffixes_and_families_that_come_first(text: str, family: str, given: str) -> None:
    assert person(text) == Author(family=family, given=given)


def test_family_names_before_initials() -> None:
    assert short_name("van der Quill AB Jr") == Author(family="van der Quill Jr", given="AB")
    assert short_name("Ada Quill") is None
    assert short_name("Quill " * 100 + "AB") is None


def test_dots_say_that_there_are_more() -> None:
    assert without_et_al("A Quill, B Reed...") == ("A Quill, B Reed", True)
    assert without_et_al("A Quill, B Reed, et al.") == ("A Quill, B Reed", True)
    assert without_et_al("Karet al") == ("Karet al", False)
    assert without_et_al("\t," * 50_000) == ("\t," * 50_000, False)
