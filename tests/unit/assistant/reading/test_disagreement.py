import json
from pathlib import Path
from typing import Any

import pytest

from assistant.reading.disagreement import conflicts
from assistant.reading.extract import Extractor
from assistant.types import Conflict, Paper
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import bank, found, paper

QUESTION = "Does copper lower the growth of moss?"
YES = paper("yes", "Moss one", "Copper lowers the growth of moss in ponds. Rain fell.")
NO = paper("no", "Moss two", "Copper does not lower the growth of moss in ponds. Rain fell.")
ALSO = paper("also", "Moss three", "Copper lowers the growth of moss.")
ROOFS = paper("roofs", "Moss four", "Copper lowers the growth of moss on roofs.")
WIND = paper("wind", "Wind", "Wind blows from the sea at night.")
CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[4] / "evals" / "data" / "disagreements.json").read_text("utf-8")
)


def look(question: str, *papers: Paper, quotes: tuple[str, ...] = ()) -> tuple[Conflict, ...]:
    evidence = bank(papers, HashEmbedder("words", 1024))
    reading = Extractor(evidence, lambda words: dict.fromkeys(words, 1.0)).read(
        question, [found(one) for one in papers]
    )
    return conflicts(question, reading, evidence, quotes)


def test_papers_on_both_sides_of_a_yes_or_no_question() -> None:
    (one,) = look(QUESTION, YES, NO, ALSO, WIND)
    assert {citation.key for citation in one.supporting} == {"yes", "also"}
    assert [citation.key for citation in one.opposing] == ["no"]
    assert one.claim in {YES.abstract[: YES.abstract.index(" Rain")], ALSO.abstract}
    assert 0 < one.score <= 1


def test_the_side_of_the_claim_comes_first() -> None:
    (one,) = look("Is it true that copper does not lower the growth of moss?", YES, NO)
    assert (one.supporting[0].key, one.opposing[0].key) == ("no", "yes")


def test_quotes_are_exact() -> None:
    (one,) = look(QUESTION, YES, NO)
    for citation, cited in ((one.supporting[0], YES), (one.opposing[0], NO)):
        assert citation.quote == cited.abstract[citation.start : citation.end]


@pytest.mark.parametrize(
    "question",
    ["What does copper do to the growth of moss?", "What is known about copper and the growth of moss in ponds?"],
)
def test_other_questions_than_yes_or_no(question: str) -> None:
    (one,) = look(question, YES, NO)
    assert (one.supporting[0].key, one.opposing[0].key) == ("yes", "no")
    assert one.claim == one.supporting[0].quote


@pytest.mark.parametrize("papers", [(YES, ALSO), (YES, WIND), (YES,), (), (NO, WIND), (NO, ROOFS)])
def test_papers_that_agree_or_speak_of_other_things_are_no_conflict(papers: tuple[Paper, ...]) -> None:
    assert look(QUESTION, *papers) == ()


def test_a_paper_that_says_both_stands_on_neither_side() -> None:
    both = paper("both", "Moss", f"{YES.abstract} {NO.abstract}")
    assert look(QUESTION, both, ALSO) == ()


def test_two_guesses_are_no_conflict() -> None:
    perhaps = paper("perhaps", "Moss", "Copper might lower the growth of moss in ponds.")
    not_so = paper("not-so", "Moss", "Copper may not lower the growth of moss in ponds.")
    assert look(QUESTION, perhaps, not_so) == ()
    assert look(QUESTION, perhaps, NO)


def test_short_forms_are_read_as_what_they_stand_for() -> None:
    first = paper("first", "A", "Copper oxide dust (COD) was strewn. COD lowers the growth of moss.")
    second = paper("second", "B", "Copper oxide dust does not lower the growth of moss.")
    (one,) = look("Does copper oxide dust lower the growth of moss?", first, second)
    assert one.supporting[0].quote == "COD lowers the growth of moss."


def test_what_an_answer_rests_on_is_compared_whatever_was_asked() -> None:
    quotes = tuple(one.abstract.removesuffix(" Rain fell.") for one in (YES, NO))
    assert look("Which flowers suit a wedding?", YES, NO) == ()
    (one,) = look("Which flowers suit a wedding?", YES, NO, quotes=quotes)
    assert {one.supporting[0].key, one.opposing[0].key} == {"yes", "no"}


# In a plain question pairs are found by nearness, for which a real embedder is needed.
@pytest.mark.parametrize(
    "case",
    [one for one in CASES if one["half"] == "tune" and one["kind"] != "plain question"],
    ids=lambda case: case["id"],
)
def test_cases(case: dict[str, Any]) -> None:
    papers = [paper(one["key"], one["title"], one["abstract"]) for one in case["papers"]]
    sides = {
        frozenset(citation.key for citation in side)
        for one in look(case["question"], *papers)
        for side in (one.supporting, one.opposing)
    }
    assert sides == {frozenset(side) for side in case["sides"]}


def test_cases_are_whole() -> None:
    assert len({one["id"] for one in CASES}) == len(CASES)
    for case in CASES:
        keys = [one["key"] for one in case["papers"]]
        assert sorted(key for side in case["sides"] for key in side) in ([], sorted(keys))
