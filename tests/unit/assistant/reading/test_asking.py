import pytest

from assistant.reading.asking import (
    clauses,
    lacks_what_is_asked_for,
    missing_names,
    named_papers,
    sides_compared,
    things_asked,
    topic_of_list,
)
from assistant.types import Paper
from tests.fakes.papers import paper

PALM = paper("palm", "PalmTree: Storing Notes", "PalmTree keeps notes. It beats LeafNet on TalkBack-2.")
LEAF = paper("leaf", "Sorting leaves with LeafNet", "LeafNet sorts leaves into 12 kinds.")
PLAIN = paper("plain", "On wind", "Wind blows. LLMs do not.")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("What does PalmTree keep?", {"palm"}),
        ("Compare PalmTree with LeafNet.", {"palm", "leaf"}),
        ("What is TalkBack-2?", {"palm"}),
        ("What does palmtree keep?", set()),
        ("Does PalmTreeX count?", set()),
        ("What keeps notes?", set()),
    ],
)
def test_papers_are_known_by_the_names_that_a_text_calls(text: str, keys: set[str]) -> None:
    assert named_papers([PALM, LEAF, PLAIN], text) == keys


def test_a_name_that_many_papers_have_names_none() -> None:
    many = [paper(f"p{number}", f"Paper {number}", "We use LeafNet.") for number in range(3)]
    assert named_papers(many, "What is LeafNet?") == frozenset()


@pytest.mark.parametrize(
    ("text", "cited", "names"),
    [
        ("PalmTree sorts leaves into 12 kinds.", LEAF, ["PalmTree"]),
        ("PalmTree beats LeafNet.", PALM, []),
        ("LeafNets sort leaves.", LEAF, []),
        ("NewThing sorts leaves.", LEAF, ["NewThing"]),
        ("Leaves are sorted.", LEAF, []),
        ("LLMs answer well.", paper("x", "On large language models", "They answer."), []),
        ("GNNs answer well.", paper("x", "On large language models", "They answer."), ["GNNs"]),
    ],
)
def test_a_name_that_the_cited_paper_does_not_have_is_missing(text: str, cited: Paper, names: list[str]) -> None:
    assert missing_names(text, [cited]) == names


def test_clauses_are_parts_that_can_be_asked_alone() -> None:
    question = "Compare two storms: which winds blow in the first storm and what stops the second storm at night?"
    assert clauses(question) == ["which winds blow in the first storm", "what stops the second storm at night"]


def test_a_detail_that_the_abstract_mentions_is_not_lacking() -> None:
    assert lacks_what_is_asked_for("Which batch size was used?", LEAF)
    assert not lacks_what_is_asked_for("Which batch size was used?", paper("x", "X", "The batch size was 8."))
    assert not lacks_what_is_asked_for("Which leaves were sorted?", LEAF)


@pytest.mark.parametrize(
    "question",
    [
        "Compare PalmTree and LeafNet.",
        "How do PalmTree and LeafNet differ?",
        "How do PalmTree and LeafNet differ from each other in speed?",
        "In which way are PalmTree and LeafNet different?",
        "What is the difference between PalmTree and LeafNet?",
        "What sets PalmTree apart from LeafNet?",
        "How does PalmTree differ from LeafNet?",
        "Is PalmTree or LeafNet faster?",
        "Which is better, PalmTree or LeafNet?",
        "Should I take PalmTree or LeafNet for notes?",
        "PalmTree vs LeafNet",
        "PalmTree vs. LeafNet?",
    ],
)
def test_the_sides_of_a_comparison(question: str) -> None:
    assert sides_compared(question) == things_asked(question) == ["PalmTree", "LeafNet"]


@pytest.mark.parametrize(
    "question",
    ["Do cats or dogs sleep?", "Does rain help or hurt memory more?", "How do cats sleep?", "Is it better or not?"],
)
def test_what_is_no_comparison_has_no_sides(question: str) -> None:
    assert sides_compared(question) == []


def test_more_than_two_names_are_as_many_sides() -> None:
    assert sides_compared("Compare PalmTree with LeafNet and RootNet.") == ["PalmTree", "LeafNet", "RootNet"]
    assert sides_compared("Compare PalmTree with salt and pepper.") == ["PalmTree", "salt and pepper"]


def test_names_of_several_words_are_sides() -> None:
    assert sides_compared("Are Natural Notes or Palm Leaves in use?") == ["Natural Notes", "Palm Leaves"]
    assert sides_compared("How do cats and dogs differ from wolves?") == ["cats and dogs", "wolves"]


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("How many notes has LeafNet and on which machines was it trained?", 2),
        ("What does PalmTree do and what notes do users keep?", 2),
        ("What does PalmTree keep on leaves and on branches?", 1),
    ],
)
def test_each_question_of_several_is_a_thing(question: str, things: int) -> None:
    assert len(things_asked(question)) == things


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which papers introduce data on leaves?", "data on leaves"),
        ("List all papers about leaf sorting", "leaf sorting"),
        ("What papers are there on leaf sorting?", "leaf sorting"),
        ("Which of my recent works deal with leaves?", "leaves"),
        ("Which papers are there?", None),
        ("Which leaves do papers sort?", None),
        ("Which leaves in these papers are green?", None),
    ],
)
def test_what_a_list_of_papers_is_to_be_about(question: str, topic: str | None) -> None:
    assert topic_of_list(question) == topic
