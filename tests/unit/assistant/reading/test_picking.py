from collections.abc import Mapping, Sequence

import pytest

from assistant.reading.asking import name_defined, name_spelled_out, own_words, subject_appended
from assistant.reading.extract import Extractor, Reading
from assistant.reading.picking import picked
from assistant.reading.standing import standing
from assistant.types import Paper
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import BY_KEY, bank, found, paper

LANTERN, FACET = BY_KEY["orbin2021lantern"], BY_KEY["sund2020facet"]
LOOSE = paper(
    "reed2016loose",
    "On the Worth of RWA for Ordering Seed Catalogues",
    "Ripeness weighted averaging orders seeds by how ripe their fruit was. A farmer chooses the weight. Gardeners"
    " planted the seeds in two springs.",
)


def flat(words: Sequence[str]) -> Mapping[str, float]:
    """Every word is as rare as any other."""
    return dict.fromkeys(words, 3.0)


def read(question: str, *papers: Paper, dense: float | None = 0.5) -> Reading:
    return Extractor(bank(papers, HashEmbedder()), flat).read(question, [found(one, dense=dense) for one in papers])


def first(question: str, one: Paper, most: int = 1) -> list[str]:
    return [sentence.text for sentence in picked(read(question, one), one.key, most)]


# The question's own words


@pytest.mark.parametrize(
    ("question", "own", "about"),
    [
        (f"How large is it? (about: {LANTERN.title})", "How large is it?", {LANTERN.key}),
        (f"How large is “{FACET.title}”?", "How large is it?", {FACET.key}),
        ("Why? (about: How are facts edited?)", "Why?", set()),
        ("What is “a fact” (about which one reads)?", "What is “a fact” (about which one reads)?", set()),
    ],
)
def test_titles_that_were_put_in_come_out(question: str, own: str, about: set[str]) -> None:
    assert own_words(question, [LANTERN, FACET]) == (own, frozenset(about))


def test_the_subject_is_what_was_appended() -> None:
    assert subject_appended("Why? (about: Bees (and wasps))") == "Bees (and wasps)"
    assert subject_appended("Why (about: bees) so?") is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [("How much storage does it need?", "2 GB"), ("By how many points does recall rise?", "14.6 points")],
)
def test_the_title_chooses_the_paper_and_the_question_the_sentence(question: str, answer: str) -> None:
    (sentence,) = first(f"{question} (about: {LANTERN.title})", LANTERN)
    assert answer in sentence


# Names in titles


def test_a_name_of_a_title_is_read_as_the_words_of_its_abstract() -> None:
    assert name_spelled_out("What is RWA?", [LANTERN, LOOSE]) == "What is RWA (ripeness weighted averaging)?"
    assert name_spelled_out("What does RWA stand for?", [LOOSE]).startswith("What does RWA (ripeness")
    assert name_spelled_out("What is TalkBack?", [LANTERN, LOOSE]) == "What is TalkBack?"
    assert first("What is RWA?", LOOSE) == ["Ripeness weighted averaging orders seeds by how ripe their fruit was."]


def test_what_a_name_in_a_title_is_gets_an_answer_from_that_paper() -> None:
    said = standing(read("What is RWA?", LOOSE, LANTERN, dense=0.0))
    assert said.outcome == "answered"
    assert standing(read("What is QXZ?", LOOSE, LANTERN, dense=0.0)).outcome == "not-in-library"


def test_a_name_that_many_titles_have_is_none_papers_own() -> None:
    papers = [paper(f"p{number}", f"RWA for Plant {number}", "Plants grow.") for number in range(3)]
    assert name_defined("What is RWA?", papers) is None
    assert name_defined("What is RWA?", papers[:2]) == ("RWA", papers[:2])
    assert name_defined("How fast is RWA?", papers[:2]) is None


# Quotes that need the sentence before


def test_a_quote_that_points_back_brings_what_it_points_to() -> None:
    one = paper("x", "Hedges", "Older pruners cut at dawn. They optimise the angle of the blade. Birds sing.")
    assert first("Who optimises the angle of the blade?", one, most=3)[:2] == [
        "Older pruners cut at dawn.",
        "They optimise the angle of the blade.",
    ]


def test_what_points_back_is_not_quoted_where_there_is_no_room() -> None:
    one = paper("x", "Hedges", "The blade has an angle. Old pruners exist. They optimise the blade. The angle matters.")
    assert len(first("Which angle of the blade do pruners optimise?", one, most=2)) <= 2


def test_a_sentence_between_two_quotes_is_not_left_out() -> None:
    opening, close = (
        "Brook measures how clean the water of a river is with cheap meters.",
        "Brook measures speed with a float.",
    )
    between, last = "Silt is the share of mud in it.", "Brook measures colour with a disc."
    question = "What does Brook measure in a river?"
    assert first(question, paper("x", "Brook", f"{opening} {between} {close} {last}"), most=5)[1] == between
    assert first(question, paper("x", "Brook", f"{opening} {between} {close} {last}"), most=3) == [opening, close, last]
    assert between not in first(question, paper("x", "Brook", f"{between} {opening} {close} {last}"), most=5)
