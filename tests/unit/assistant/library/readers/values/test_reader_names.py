import pytest

from assistant.library.readers.values.names import name_score, person, without_et_al


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
