import pytest

from assistant.reading.scopes import is_finding, is_hedged, same_scope

TOPIC = frozenset({"copper", "growth", "moss"})


@pytest.mark.parametrize(
    ("sentence", "is_one"),
    [
        ("Copper lowered moss growth.", True),
        ("Copper may lower moss growth.", True),
        ("We test whether copper lowers moss growth.", False),
        ("Our hypothesis was that copper lowers moss growth.", False),
        ("It was long thought that copper lowers moss growth.", False),
        ("Previous studies found that copper lowers moss growth.", False),
        ("Whether copper lowers moss growth remains unclear.", False),
        ("Does copper lower moss growth?", False),
    ],
)
def test_what_was_found(sentence: str, is_one: bool) -> None:
    assert is_finding(sentence) == is_one


def test_what_may_be() -> None:
    assert is_hedged("Copper may lower moss growth.")
    assert not is_hedged("Copper lowered moss growth.")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Copper lowered moss growth.", "Copper did not lower moss growth.", True),
        ("Copper lowered moss growth in ponds.", "Copper did not lower moss growth.", True),
        ("Copper lowered moss growth in 40 ponds.", "Copper did not lower moss growth in two ponds.", True),
        ("Copper lowered moss growth in ponds.", "Copper did not lower moss growth on roofs.", False),
        ("Copper lowered moss growth in men.", "Copper did not lower moss growth in women.", False),
        ("Copper at 5 mg lowered moss growth.", "Copper at 50 mg did not lower moss growth.", False),
        ("High-dose copper lowered moss growth.", "Low-dose copper did not lower moss growth.", False),
        ("Copper lowered moss growth on short walls.", "Copper lowered moss growth on long walls.", False),
    ],
)
def test_whether_two_sentences_speak_of_one_case(one: str, other: str, is_same: bool) -> None:
    assert same_scope(one, other, papers=(one, other), topic=TOPIC) == is_same
    assert same_scope(other, one, papers=(other, one), topic=TOPIC) == is_same


def test_whom_a_paper_is_about_may_stand_anywhere_in_it() -> None:
    one, other = "Copper lowered moss growth.", "Copper did not lower moss growth."
    assert not same_scope(one, other, papers=(f"{one} Mice ate it.", f"{other} Patients ate it."), topic=TOPIC)
    assert same_scope(one, other, papers=(f"{one} Mice ate it.", f"{other} Mice and patients ate it."), topic=TOPIC)
