import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.stances import Stance, Topic, contradict, stance, topic_of

TOPIC = Topic(subject=frozenset({"copper"}), outcome=frozenset({"moss", "growth"}))
UP, DOWN, NONE = frozenset({"up"}), frozenset({"down"}), frozenset({"none"})
_stances = st.builds(
    Stance,
    measure=st.sampled_from(["amount", "worth"]),
    ways=st.frozensets(st.sampled_from(["up", "down", "none"]), min_size=1, max_size=2),
)


@pytest.mark.parametrize(
    ("sentence", "ways"),
    [
        ("Copper lowers the growth of moss in ponds.", DOWN),
        ("Copper raised moss growth.", UP),
        ("Moss growth was increased by copper.", UP),
        ("Copper had no effect on moss growth.", NONE),
        ("No significant difference in moss growth was found between copper and control plots.", NONE),
        ("The effect of copper on moss growth was not significant.", NONE),
        ("Copper was ineffective against moss growth.", NONE),
        ("There was no association between copper and the growth of moss.", NONE),
        ("Copper did not reduce the growth of moss.", UP | NONE),
        ("Copper failed to reduce moss growth.", UP | NONE),
        ("We found no evidence that copper lowers moss growth.", UP | NONE),
        ("Copper was not associated with reduced growth of moss.", UP | NONE),
        ("Copper was associated with lower moss growth.", DOWN),
        ("Copper was inversely associated with moss growth.", DOWN),
        ("Copper affects moss growth.", UP | DOWN),
        ("Copper prevents the increase of moss growth.", DOWN),
        ("Copper deficiency increased moss growth.", DOWN),
        ("Moss growth was lower with zinc than with copper.", UP),
        ("Moss growth was lower with copper than without it.", DOWN),
        ("Copper, which was not washed off, lowered moss growth.", DOWN),
        ("Higher copper levels lowered moss growth.", DOWN),
    ],
)
def test_which_way(sentence: str, ways: frozenset[str]) -> None:
    said = stance(sentence, TOPIC)
    assert said is not None
    assert said.ways == ways


@pytest.mark.parametrize(
    "sentence",
    [
        "Copper is a metal.",
        "Moss growth lowered copper.",
        "Copper lowered the price of tin, and moss growth was seen.",
        "",
    ],
)
def test_no_way(sentence: str) -> None:
    assert stance(sentence, TOPIC) is None


def test_better_of_a_good_thing_is_more_of_it() -> None:
    topic = Topic(subject=frozenset({"copper"}), outcome=frozenset({"memori"}))
    assert stance("Copper improved memory.", topic) == Stance(measure="amount", ways=UP)
    assert stance("Copper improves pain.", Topic(subject=topic.subject, outcome=frozenset({"pain"}))) == Stance(
        measure="amount", ways=DOWN
    )
    assert stance("Copper improved moss growth.", TOPIC) == Stance(measure="worth", ways=UP)


def test_who_beats_whom() -> None:
    topic = topic_of("BM25 is better than dense retrieval.")
    assert topic == Topic(subject=frozenset({"bm"}), outcome=frozenset({"dens", "retriev"}))
    first, second = (
        stance("BM25 is better than dense retrieval.", topic),
        stance("Dense retrieval outperforms BM25.", topic),
    )
    assert first is not None
    assert second is not None
    assert contradict(first, second)


@pytest.mark.parametrize("sentence", ["Copper is a metal.", "Lowers moss.", "Copper lowers.", ""])
def test_sentences_that_have_no_topic(sentence: str) -> None:
    assert topic_of(sentence) is None


@given(_stances, _stances)
def test_a_contradiction_leaves_nothing_possible_and_is_mutual(one: Stance, other: Stance) -> None:
    assert contradict(one, other) == contradict(other, one)
    assert not contradict(one, one)
    if contradict(one, other):
        assert not one.ways & other.ways


def test_more_is_neither_better_nor_worse() -> None:
    more, worse = Stance(measure="amount", ways=UP), Stance(measure="worth", ways=DOWN)
    assert not contradict(more, worse)
    assert contradict(worse, Stance(measure="amount", ways=NONE))
