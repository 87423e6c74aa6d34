"""Follow-ups without a model, from the question as typed to what is quoted."""

from collections.abc import Iterator, Sequence

import pytest

from assistant.jobs.ask import AskParts, ask
from assistant.reading.standing import THRESHOLD
from assistant.types import Answer, Turn
from tests.fakes.papers import BY_KEY, open_parts

LANTERN, QUILL = BY_KEY["orbin2021lantern"], BY_KEY["malk2022quillgraph"]
ABOUT_LANTERN = "How does Lantern store old conversations?"
ABOUT_BOTH = "How do Lantern and QuillGraph store a dialogue memory of conversations?"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskParts]:
    with open_parts(tmp_path_factory.mktemp("follow") / "library") as parts:
        yield parts


def said(parts: AskParts, *questions: str) -> list[Answer]:
    """The answers of one conversation."""
    history: list[Turn] = []
    for question in questions:
        history.append(Turn(question=question, answer=ask(question, parts, history=history)))
    return [one.answer for one in history]


def texts(answer: Answer) -> Sequence[str]:
    return [one.text for one in answer.statements]


def test_other_questions_on_one_paper_bring_other_sentences(shared: AskParts) -> None:
    _, recall, storage = said(
        shared, ABOUT_LANTERN, "By how many points does it raise recall?", "How much storage does it need?"
    )
    assert {one.key for answer in (recall, storage) for one in answer.references} == {LANTERN.key}
    assert any("14.6 points" in text for text in texts(recall))
    assert any("2 GB" in text for text in texts(storage))
    assert texts(recall) != texts(storage)


def test_how_large_asks_for_a_size(shared: AskParts) -> None:
    *_, answer = said(shared, ABOUT_LANTERN, "And how large is it?")
    assert texts(answer)[-1] == "It needs 2 GB of storage for 1,210 conversations."


def test_without_a_size_nothing_there_answers_how_large(shared: AskParts) -> None:
    *_, answer = said(shared, "What does Beacon drop?", "And how large is it?")
    assert answer.outcome == "not-in-library"
    assert "taken to be about [okafor2024beacon], and nothing there seems to answer it" in answer.reason
    assert answer.confidence is not None
    assert answer.confidence < THRESHOLD


def test_the_authors_of_the_paper_before_stand_in_its_record(shared: AskParts) -> None:
    *_, answer = said(shared, ABOUT_LANTERN, "Who are its authors?")
    assert answer.abstained
    assert f"`citewell show {LANTERN.key}` shows it" in answer.reason
    assert answer.nearest[0] == LANTERN.key


def test_after_what_no_abstract_says_the_paper_is_still_the_subject(shared: AskParts) -> None:
    *_, answer = said(
        shared, ABOUT_LANTERN, "Who are its authors?", "What about the other one?", "How much storage does it need?"
    )
    assert answer.standalone_question.endswith(f"(about: {LANTERN.title})")
    assert "2 GB" in answer.text


def test_the_other_one_is_the_other_paper_that_was_cited(shared: AskParts) -> None:
    both, other = said(shared, ABOUT_BOTH, "And what about the other one?")
    first, second = (one.key for one in both.references)
    assert {first, second} == {LANTERN.key, QUILL.key}
    assert [one.key for one in other.references] == [second]


def test_another_one_that_was_never_shown_is_asked_back(shared: AskParts) -> None:
    *_, answer = said(shared, ABOUT_LANTERN, "What about the other one?")
    assert (answer.abstained, answer.outcome, answer.confidence) == (True, "declined", None)
    assert answer.reason.startswith("It is unclear which paper “the other one” is.")
    (alone,) = said(shared, "What about the other one?")
    assert "unclear" not in alone.reason


def test_what_is_compared_with_a_name_is_the_paper_before(shared: AskParts) -> None:
    *_, answer = said(shared, ABOUT_LANTERN, "compare it with QuillGraph")
    assert answer.standalone_question == f"compare “{LANTERN.title}” with QuillGraph"
    assert {one.key for one in answer.references} == {LANTERN.key, QUILL.key}
