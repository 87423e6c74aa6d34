import pytest

from assistant.reading.stances import Topic
from assistant.reading.topics import claim_of, topic_asked


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Does X reduce Y?", "X reduce Y."),
        ("is coffee bad for sleep", "Coffee bad for sleep."),
        ("Is it true that X reduces Y?", "X reduces Y."),
        ("Is there evidence that X reduces Y?", "X reduces Y."),
        ("Doesn't X help?", "X help."),
        ("Is X or Y better?", None),
        ("How does X reduce Y?", None),
        ("", None),
    ],
)
def test_a_question_as_a_claim(question: str, claim: str | None) -> None:
    assert claim_of(question) == claim


@pytest.mark.parametrize(
    "question",
    [
        "Does copper reduce moss?",
        "How does copper affect moss?",
        "What effect does copper have on moss?",
        "What is the effect of copper on moss?",
        "What does copper do to moss?",
        "Is there evidence that copper reduces moss?",
        "What is the relationship between copper and moss?",
        "Does copper make moss worse?",
    ],
)
def test_what_moves_what(question: str) -> None:
    assert topic_asked(question) == Topic(subject=frozenset({"copper"}), outcome=frozenset({"moss"}))


@pytest.mark.parametrize("question", ["Which moss is green?", "Is moss green?", "Who found copper?", ""])
def test_questions_that_ask_for_something_else(question: str) -> None:
    assert topic_asked(question) is None
