from collections.abc import Sequence

import pytest

from assistant.followups.followup import standalone_by_rule, titles_for_keys
from assistant.followups.recall import recall
from assistant.types import Answer, Reference, Turn
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import BY_KEY

LANTERN, QUILL, MOSS, WIND, SURVEY = (
    BY_KEY[key]
    for key in ("orbin2021lantern", "malk2022quillgraph", "ferro2018moss", "adeyemi2022squall", "lindqvist2023survey")
)


def turn(question: str, *keys: str) -> Turn:
    references = tuple(Reference(key=key, text=key) for key in keys)
    answer = Answer(
        question=question, standalone_question=question, statements=(), references=references, abstained=not keys
    )
    return Turn(question=question, answer=answer)


TALK = (
    turn("Which proteins bind copper in pond water?", MOSS.key),
    turn("How is coastal wind forecast from buoys?", WIND.key),
    turn("How is a dialogue memory kept?", LANTERN.key, QUILL.key),
    turn("How large is the first one?", LANTERN.key),
)


def order(question: str, history: Sequence[Turn] = TALK) -> list[int]:
    return [one.index for one in recall(question, history, HashEmbedder("words", 1024))]


def rule(question: str, history: Sequence[Turn] = TALK) -> str:
    return standalone_by_rule(question, history, BY_KEY.get, embedder=HashEmbedder("words", 1024))


def test_nothing_was_said_before() -> None:
    assert recall("Why?", [], HashEmbedder()) == []


def test_meaning_brings_back_an_old_turn() -> None:
    assert order("Which copper proteins did the pond water need?")[0] == 0
    assert order("What about the wind forecast from buoys?")[0] == 1


def test_of_equally_like_turns_the_newest_is_the_most_present() -> None:
    same = [turn("How is wind forecast?", WIND.key)] * 3
    found = recall("Wind?", same, HashEmbedder())
    assert found[0].index == 2
    assert len({round(one.likeness, 6) for one in found}) == 1


def test_what_is_taken_up_again_and_again_is_more_present_than_what_is_not() -> None:
    other = [turn(f"Subject {word}?", MOSS.key) for word in ("alpha", "beta", "gamma")]
    once, often = turn("Wind and buoys?", WIND.key), turn("Copper and proteins?", MOSS.key)
    found = {one.index: one for one in recall("Wind copper", [once, often, often, *other], HashEmbedder("w", 1024))}
    assert found[1].activation / found[1].likeness > found[0].activation / found[0].likeness


def test_activation_is_likeness_less_what_was_forgotten() -> None:
    for one in recall("How is copper bound?", TALK, HashEmbedder()):
        assert 0 <= one.activation <= one.likeness <= 1
    last = recall("How large is the first one?", TALK, HashEmbedder())[0]
    assert (last.index, last.activation) == (3, last.likeness)


# In a follow-up


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("And what about the proteins that bind copper we discussed at the start, how many?", MOSS),
        ("Going back to the coastal wind forecast from buoys: how large is the error?", WIND),
        ("How large is it?", LANTERN),
        ("Why is that?", LANTERN),
    ],
)
def test_a_follow_up_is_read_with_the_turn_that_it_means(question: str, meant: object) -> None:
    assert rule(question) == f"{question} (about: {getattr(meant, 'title', '')})"


def test_without_an_embedder_only_the_last_turn_is_meant() -> None:
    question = "Going back to the coastal wind forecast from buoys: how large is the error?"
    assert standalone_by_rule(question, TALK, BY_KEY.get) == f"{question} (about: {LANTERN.title})"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How large is the second one?", f"How large is “{QUILL.title}”?"),  # of the list before the last answer
        ("And the latter?", f"And “{QUILL.title}”?"),
        ("What does the first paper you showed me say?", f"What does “{MOSS.title}” say?"),
        (
            "Compare that with the first paper you showed me.",
            f"Compare that with “{MOSS.title}”. (about: {LANTERN.title})",
        ),
    ],
)
def test_an_ordinal_counts_in_what_was_shown(question: str, expected: str) -> None:
    assert rule(question) == expected


def test_a_question_that_refers_to_nothing_stays() -> None:
    for question in ("Which papers review dialogue memory?", "What is the first step of editing facts in Facet?"):
        assert rule(question) == question


# Cite keys


@pytest.mark.parametrize(
    "question",
    ["What does [ferro2018moss] bind?", "What does @ferro2018moss bind?", "What does [@ferro2018moss] bind?"],
)
def test_a_cite_key_stands_for_the_title(question: str) -> None:
    assert titles_for_keys(question, BY_KEY.get) == f"What does “{MOSS.title}” bind?"


@pytest.mark.parametrize(
    "question", ["What is [unknown2020]?", "Mail me@ferro2018moss.org", "What is MRR@10?", "a [b c] d"]
)
def test_what_is_no_key_stays(question: str) -> None:
    assert titles_for_keys(question, BY_KEY.get) == question
