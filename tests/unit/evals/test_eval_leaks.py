from dataclasses import replace

import pytest

from assistant.types import Paper, Record
from evals.datasets.leaks import leaks
from evals.types import Dataset, Sample, Span

PAPER = Paper(
    key="moss2020",
    record=Record(
        title="Does Moss Bind Copper in Acid Water?",
        doi="10.1000/moss",
        abstract="We put moss in water.  After a day — as thought — the moss had bound most of the copper.",
    ),
)
CLEAN = Sample(
    id="q1",
    question="Which metal does moss take up?",
    gold_keys=("moss2020",),
    facts=(("copper", "Cu"),),
    answers=("Copper.", "Within a day, moss takes up nearly all copper that there is."),
    gold_spans=(Span(key="moss2020", text="the moss had bound most of the copper."),),
)


def found(sample: Sample) -> tuple[str, ...]:
    return leaks(Dataset(name="d", sha256="0", samples=(sample,), papers=(PAPER,)))


def test_a_clean_sample_leaks_nothing() -> None:
    assert found(CLEAN) == ()


@pytest.mark.parametrize(
    ("leaking", "said"),
    [
        (
            replace(CLEAN, answers=("after a day - as thought - the moss had bound most of the COPPER.",)),
            "have a right answer that stands word for word in a paper",
        ),
        (replace(CLEAN, question="What does moss2020 say?"), "name a gold paper by its key or id"),
        (replace(CLEAN, question="What does 10.1000/moss say?"), "name a gold paper by its key or id"),
        (replace(CLEAN, question="Does moss bind copper in acid water", facts=()), "are the title of a paper"),
        (
            replace(CLEAN, question="as thought - the moss had bound most of the zinc", facts=()),
            "",
        ),
        (replace(CLEAN, question="Does it take up cu?"), "contain a wording of a fact that is asked for"),
        (
            replace(CLEAN, question="Is it so that the moss had bound most of the copper?", facts=()),
            "contain a gold span",
        ),
        (
            replace(CLEAN, question="as thought - the moss had bound most of the copper?", facts=(), gold_spans=()),
            "stand word for word in an abstract",
        ),
    ],
)
def test_leaks_are_told(leaking: Sample, said: str) -> None:
    expected = (f"Leak: 1 of 1 questions {said} (first: 'q1').",) if said else ()
    assert found(leaking) == expected


def test_a_short_answer_is_in_the_papers_by_right() -> None:
    assert found(replace(CLEAN, answers=("most of the copper",))) == ()


def test_an_answer_of_eight_words_is_long() -> None:
    eight = "the moss had bound most of the copper."
    assert found(replace(CLEAN, answers=(eight.removeprefix("the "),))) == ()
    assert "word for word" in found(replace(CLEAN, answers=(eight,)))[0]


def test_a_key_of_five_characters_tells() -> None:
    assert "by its key" in found(replace(CLEAN, gold_keys=("mo-20",), question="What does mo-20 say?"))[0]


@pytest.mark.parametrize("key", ["moss", "12"])
def test_a_key_that_is_a_word_or_a_short_number_is_no_leak(key: str) -> None:
    assert found(replace(CLEAN, gold_keys=(key,), question="Are 12 sorts of moss alike?")) == ()


def test_leaks_are_counted_and_the_first_are_named() -> None:
    samples = tuple(replace(CLEAN, id=f"q{number}", question="Is it Cu?") for number in range(5))
    (note,) = leaks(Dataset(name="d", sha256="0", samples=(*samples, CLEAN)))
    assert note == "Leak: 5 of 6 questions contain a wording of a fact that is asked for (first: 'q0', 'q1', 'q2')."
