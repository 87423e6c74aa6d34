import pytest

from assistant.asking import clauses, lacks_what_is_asked_for, missing_names, named_papers
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
