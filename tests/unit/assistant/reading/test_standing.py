from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.extract import Extractor, Reading
from assistant.reading.standing import STANDING_WEIGHTS, THRESHOLD, signals, standing, weighed
from assistant.text import QUESTION_WORDS, content_stems
from assistant.types import Paper
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import BY_KEY, PAPERS, bank, found, paper
from vectorstore.types import Vectors

COPPER = "How much copper did the best protein remove from pond water?"
WEDDING = "Which flowers suit a wedding in winter?"


class WordEmbedder(HashEmbedder):
    """Texts that share no word that says something are not near, as with a real model."""

    def __init__(self) -> None:
        super().__init__("words-1024", 1024)

    def _vector(self, text: str) -> Vectors:
        return super()._vector(" ".join(content_stems(text, leave_out=QUESTION_WORDS)))


def flat(words: Sequence[str]) -> Mapping[str, float]:
    """Every word is as rare as any other."""
    return dict.fromkeys(words, 3.0)


def read(question: str, *papers: Paper, dense: float | None = 0.3) -> Reading:
    papers = papers or PAPERS
    return Extractor(bank(papers, WordEmbedder()), flat).read(question, [found(one, dense=dense) for one in papers])


def test_what_a_paper_says_is_answered() -> None:
    said = standing(read(COPPER))
    assert (said.outcome, said.lacking, said.reason) == ("answered", (), "")
    assert said.confidence >= THRESHOLD


def test_what_no_paper_says_is_not_in_the_library() -> None:
    said = standing(read(WEDDING, dense=0.0))
    assert (said.outcome, said.lacking) == ("not-in-library", ())
    assert said.confidence < THRESHOLD


def test_nothing_found_is_nothing_answered() -> None:
    said = standing(Extractor(bank(()), flat).read(COPPER, []))
    assert (said.outcome, said.confidence) == ("not-in-library", 0.0)


def test_a_title_alone_answers_only_what_it_names() -> None:
    tremor = BY_KEY["quist2017tremor"]
    named = "Which paper is about detecting small earthquakes with phone accelerometers?"
    assert standing(read(named, tremor, dense=0.9)).outcome == "answered"
    more = "Which magnitude have small earthquakes that phone accelerometers are detecting?"
    assert standing(read(more, tremor, dense=0.9)).confidence == 0.0


@pytest.mark.parametrize(
    "question",
    ["What batch size was used to train Squall on buoy data?", "Which optimizer trained Squall on buoy data?"],
)
def test_a_detail_that_the_abstract_leaves_out_is_not_answered(question: str) -> None:
    reading = read(question)
    assert reading.papers[0].paper.key == "adeyemi2022squall"
    assert (standing(reading).outcome, standing(reading).confidence) == ("not-in-library", 0.0)


def test_a_detail_that_the_abstract_gives_is_answered() -> None:
    question = "How many minutes does editing ten thousand facts take on a single machine?"
    assert standing(read(question)).outcome == "answered"


def test_signals_are_what_the_weights_are_for() -> None:
    reading = read(COPPER)
    assert reading.best is not None
    said = signals(reading, reading.best)
    assert {*said, "bias"} == set(STANDING_WEIGHTS)
    assert said["sentence"] >= said["second_sentence"]
    assert 0 <= said["coverage"] <= 1
    assert said["paper"] == 0.3


def test_a_name_that_the_paper_lacks_speaks_against_it() -> None:
    moss = BY_KEY["ferro2018moss"]
    plain, named = (read(f"How much copper did the proteins remove{of}?", moss) for of in ("", " in ZoltanBench"))
    assert plain.best is not None
    assert named.best is not None
    assert (signals(plain, plain.best)["name_missing"], signals(named, named.best)["name_missing"]) == (0.0, 1.0)
    assert weighed(named) < weighed(plain)


def test_being_called_by_name_speaks_for_a_paper() -> None:
    reading = read("What does Moss design?")
    assert reading.best is not None
    assert (reading.best.paper.key, signals(reading, reading.best)["named"]) == ("ferro2018moss", 1.0)


@given(st.text(max_size=60))
def test_any_text_stands_somehow(question: str) -> None:
    said = standing(read(question, BY_KEY["ferro2018moss"]))
    assert 0 <= said.confidence <= 1
    assert (said.outcome == "not-in-library") == (said.confidence < THRESHOLD)
    assert bool(said.lacking) == (said.outcome == "partly")


# Partly


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        (f"{COPPER} And which flowers suit winter weddings?", "which flowers suit winter weddings"),
        (f"Which flowers suit winter weddings? {COPPER}", "Which flowers suit winter weddings"),
        ("Compare proteins that bind copper with wedding flowers.", "wedding flowers"),
        (
            "How long does editing ten thousand facts take, and what learning rate did they use?",
            "what learning rate did they use",
        ),
    ],
)
def test_what_is_lacking_is_said_in_the_words_of_the_question(question: str, lacking: str) -> None:
    said = standing(read(question, dense=0.3))
    assert (said.outcome, said.lacking) == ("partly", (lacking,))
    assert lacking in question


@pytest.mark.parametrize(
    "question",
    [
        COPPER,
        "Compare Facet with ManyFacet.",
        "How many designs were synthesised, and how much copper did the best protein remove from pond water?",
        # What it refers to cannot be told from the clause alone.
        f"{COPPER} And how long did that wedding party take?",
    ],
)
def test_a_question_whose_parts_are_all_there_is_answered(question: str) -> None:
    assert standing(read(question)).outcome == "answered"


def test_when_every_part_is_lacking_it_is_not_in_the_library() -> None:
    said = standing(read("Which flowers suit weddings? And which wine goes with trout?", dense=0.0))
    assert (said.outcome, said.lacking) == ("not-in-library", ())


# Reasons


@pytest.mark.parametrize(
    "question",
    [
        "Wie funktioniert die dichte Suche und welche Daten sind das?",
        "Comment fonctionne la recherche dense dans les bases de données ?",
        "¿Cómo funciona la búsqueda y cuáles son los datos?",
        "密集检索是如何工作的？",
        "Как работает плотный поиск?",
    ],
)
def test_another_language_is_given_as_the_reason(question: str) -> None:
    said = standing(read(question, dense=0.0))
    assert said.outcome == "not-in-library"
    assert "reads English" in said.reason


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the paper on wedding flowers?",
        "When was the flower report published?",
        "Which journal prints weddings?",
    ],
)
def test_what_stands_in_the_record_is_given_as_the_reason(question: str) -> None:
    said = standing(read(question, dense=0.0))
    assert said.outcome == "not-in-library"
    assert "citewell show KEY" in said.reason


@pytest.mark.parametrize("question", [WEDDING, "What is a quetzal?", "die hard box office", "Des Moines weather"])
def test_english_questions_have_no_reason(question: str) -> None:
    assert standing(read(question, dense=0.0)).reason == ""


def test_a_paper_without_a_word_of_the_question_is_no_answer() -> None:
    assert standing(read(COPPER, paper("x", "Wind", "Wind blows at sea."), dense=0.0)).outcome == "not-in-library"
