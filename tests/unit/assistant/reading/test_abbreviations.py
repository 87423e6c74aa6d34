import pytest

from assistant.reading.abbreviations import initials, long_forms, spelled_out


def test_what_a_text_says_a_short_form_stands_for() -> None:
    text = "Angiotensin receptor blockers (ARBs) and red tea (RT) were given; some (XYZ) were not."
    assert long_forms(text) == {"arb": "Angiotensin receptor blockers", "rt": "red tea"}


@pytest.mark.parametrize(("text", "made"), [("ARBs", "angiotensin receptor blockers"), ("ACEI", "ACE inhibitors")])
def test_short_forms_of_the_words_of_a_question(text: str, made: str) -> None:
    found = initials("Do ACE inhibitors and angiotensin receptor blockers harm?", f"{text} help.")
    assert list(found.values()) == [made]


def test_spelled_out() -> None:
    forms = {"arb": "receptor blockers"}
    assert (
        spelled_out("ARBs and ARB and arbs and XYZ", forms)
        == "receptor blockers and receptor blockers and arbs and XYZ"
    )
    assert spelled_out("ARBs", {}) == "ARBs"
