import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.planning.subject import subject_of
from assistant.text import words


@pytest.mark.parametrize(
    ("topic", "subject"),
    [
        ("A Survey on Dialogue Memory", "Dialogue Memory"),
        ("Dialogue Memory: A Survey", "Dialogue Memory"),
        ("Dialogue memory (a systematic review)", "Dialogue memory"),
        ("Sleep and coffee: a systematic review and meta-analysis", "Sleep and coffee"),
        ("The Rise and Potential of Copper Binding: An Overview", "Copper Binding"),
        ("Recent advances in wind forecasting", "wind forecasting"),
        ("Copper binding: taxonomy, challenges, and future directions", "Copper binding"),
        ("Judging: A Comprehensive Survey on Fact Checkers", "Judging: Fact Checkers"),
        ("related work on rain sensors", "rain sensors"),
        ("Please write me a literature review on rain sensors", "rain sensors"),
        ("what has been done on rain sensors", "rain sensors"),
        ("papers about rain sensors", "rain sensors"),
        ("effects of coffee on sleep", "effects of coffee on sleep"),
        ("peer review of grants", "peer review of grants"),
        ("survey sampling in villages", "survey sampling in villages"),
        ("  dialogue \n memory ", "dialogue memory"),
        ("methods", "methods"),
    ],
)
def test_what_a_topic_is_about(topic: str, subject: str) -> None:
    assert subject_of(topic) == subject


@pytest.mark.parametrize("topic", ["", "  ", "a survey", "A Literature Review.", "?!", "related work"])
def test_a_topic_of_nothing_but_the_kind_of_text_is_about_nothing(topic: str) -> None:
    assert subject_of(topic) == ""


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_no_word_is_added(topic: str) -> None:
    assert set(words(subject_of(topic))) <= set(words(topic))
