from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

from assistant.evidence.bank import EvidenceBank
from assistant.jobs.ask import AskParts
from assistant.judges.embedded import EmbeddedJudge
from assistant.reading.extract import Extractor, Reading, contribution
from assistant.reading.picking import scored as score_of
from assistant.reading.standing import standing
from assistant.retrieve import find_papers
from assistant.types import Filter, Paper, Statement, cited_keys
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import BY_KEY, PAPERS, bank, exact, found, open_parts, paper
from vectorstore.embed import EmbeddedModel

if TYPE_CHECKING:
    from pathlib import Path

JUDGE = EmbeddedJudge(HashEmbedder())


def flat(words: Sequence[str]) -> Mapping[str, float]:
    """Every word is as rare as any other."""
    return dict.fromkeys(words, 3.0)


def read(question: str, *papers: Paper, dense: float | None = 0.5) -> Reading:
    return Extractor(bank(papers), flat).read(question, [found(one, dense=dense) for one in papers])


def quoted(question: str, *papers: Paper, dense: float | None = 0.5) -> list[str]:
    return [one.text for one in read(question, *papers, dense=dense).statements(JUDGE)]


# Weighing


def test_the_paper_about_the_question_comes_first() -> None:
    reading = read("How much copper did the proteins remove from pond water?", *PAPERS)
    assert reading.papers[0].paper.key == "ferro2018moss"
    assert [one.log_odds for one in reading.papers] == sorted((one.log_odds for one in reading.papers), reverse=True)
    assert all(0 < one.probability < 1 for one in reading.papers)
    assert reading.fit == reading.papers[0].probability


def test_papers_far_behind_the_best_are_not_relevant() -> None:
    reading = read("Copper poisons freshwater: which proteins bind copper in pond water?", *PAPERS)
    assert [one.key for one in reading.relevant(0.0)] == ["ferro2018moss"]
    assert len(reading.relevant(1_000.0)) == len(PAPERS)


def test_papers_that_are_named_are_relevant_however_far_behind() -> None:
    for question in ("How do Squall and Moss differ?", "What did Squall forecast and what did Moss bind in ponds?"):
        assert {one.key for one in read(question, *PAPERS).relevant(0.0)} == {"adeyemi2022squall", "ferro2018moss"}


def test_nothing_found_is_nothing_answered() -> None:
    reading = read("What does Lantern replay?")
    assert (reading.best, reading.fit) == (None, 0.0)
    assert reading.relevant(5.0) == []


def test_a_paper_without_any_text_is_not_read() -> None:
    assert read("What does Lantern replay?", paper("x", "", "")).papers == []


def test_without_a_cosine_of_the_search_the_best_sentence_stands_in() -> None:
    moss = BY_KEY["ferro2018moss"]
    with_cosine, without = (read("Which proteins bind copper?", moss, dense=dense) for dense in (0.0, None))
    assert without.fit > with_cosine.fit


# Quoting


@pytest.mark.parametrize(
    ("question", "key", "fact"),
    [
        (
            "By how many points does Lantern raise recall of past facts over a sliding window?",
            "orbin2021lantern",
            "14.6",
        ),
        ("Which benchmark was Ferryman evaluated on?", "kranz2020ferryman", "Harbour"),
        ("What share of the questions did QuillGraph answer in tests with users?", "malk2022quillgraph", "81 percent"),
        (
            "Which two things group dialogue memory in the survey: summary memories and what?",
            "lindqvist2023survey",
            "graph",
        ),
    ],
)
def test_the_sentence_that_answers_is_quoted(question: str, key: str, fact: str) -> None:
    statements = read(question, *PAPERS).statements(JUDGE)
    assert set(cited_keys(statements)) == {key}
    assert any(fact in one.text for one in statements)
    assert_exact(statements)


def test_quotes_of_one_paper_stand_in_the_order_of_its_abstract() -> None:
    statements = read(
        "How does ManyFacet edit facts, and how long does editing take on a machine?", *PAPERS
    ).statements(JUDGE)
    starts = [one.citations[0].start for one in statements]
    assert len(starts) > 1
    assert starts == sorted(starts)
    assert len(starts) <= 4


@pytest.mark.parametrize(
    "question",
    [
        "Compare how dialogue memory is stored: old conversations as summaries or as a graph of events?",
        "Which papers store a dialogue memory of conversations or events?",
        "How do Lantern and QuillGraph store a dialogue memory?",
    ],
)
def test_a_question_about_several_papers_quotes_several(question: str) -> None:
    statements = read(question, *PAPERS).statements(JUDGE)
    assert {"orbin2021lantern", "malk2022quillgraph"} <= set(cited_keys(statements))
    assert len(cited_keys(statements)) <= 4
    assert_exact(statements)


def test_papers_that_a_question_names_are_quoted_before_any_other() -> None:
    question = "How do Squall and Moss differ?"
    assert set(cited_keys(read(question, *PAPERS).statements(JUDGE))) == {"adeyemi2022squall", "ferro2018moss"}


def test_a_comparison_quotes_the_paper_that_is_most_about_each_side() -> None:
    net = paper("net", "Sorting leaves", "LeafNet sorts leaves on a belt. LeafNet is quick.")
    other = paper("other", "Sorting roots", "RootNet sorts roots and leaves on a belt, as LeafNet does. It is slow.")
    palm = paper("palm", "Keeping notes", "PalmTree keeps notes in trees. PalmTree forgets none of them.")
    for question in ("How do LeafNet and PalmTree differ?", "Is LeafNet or PalmTree quicker?", "LeafNet vs PalmTree"):
        statements = read(question, other, net, palm).statements(JUDGE)
        assert set(cited_keys(statements)) == {"net", "palm"}


def test_of_a_name_that_many_papers_have_the_one_with_it_in_its_title_is_quoted() -> None:
    using = [paper(f"p{n}", f"Belts {n}", f"We sort leaves on belt {n} with BM25. It is quick.") for n in range(4)]
    net = paper("net", "LeafNet: Sorting Leaves", "LeafNet sorts leaves.")
    titled = paper("title", "The Ranking of BM25", "Terms are weighed by how rare they are. Long texts count less.")
    statements = read("How do LeafNet and BM25 differ?", *using, net, titled).statements(JUDGE)
    assert set(cited_keys(statements)) == {"net", "title"}


def test_of_a_side_that_is_in_no_paper_nothing_is_quoted() -> None:
    reading = read("Compare Squall with LaserNet.", *PAPERS)
    assert {one.question for one in reading.things} == {"Squall", "LaserNet"}
    assert len(cited_keys(reading.statements(JUDGE))) > 1
    assert set(cited_keys(reading.without(["LaserNet"]).statements(JUDGE))) == {"adeyemi2022squall"}
    assert reading.without([]) is reading


def test_of_two_questions_only_the_one_that_is_answered_is_quoted_on() -> None:
    question = "How does Squall forecast coastal wind? What batch size did ManyFacet use?"
    reading = read(question, *PAPERS)
    lacking = [one.question for one in reading.things][1:]
    assert set(cited_keys(reading.statements(JUDGE))) == {"adeyemi2022squall", "terrell2023manyfacet"}
    assert set(cited_keys(reading.without(lacking).statements(JUDGE))) == {"adeyemi2022squall"}


def test_a_list_of_papers_has_one_sentence_of_each() -> None:
    statements = read("Which papers are about copper and proteins?", *PAPERS).statements(JUDGE)
    assert [one.citations[0].key for one in statements][:2] == ["ferro2018moss", "baptiste2021lichen"]
    assert len(statements) == len(cited_keys(statements))


def test_a_list_may_be_long_and_ends_where_papers_are_about_something_else() -> None:
    copper = [paper(f"p{n}", f"Copper {n}", f"Copper binds protein number {n}. It is warm.") for n in range(8)]
    far = paper("far", "Wind", "Wind blows at sea. It is cold.")
    statements = read("Which papers bind copper to protein?", far, *copper).statements(JUDGE)
    assert set(cited_keys(statements)) == {one.key for one in copper}


def test_what_is_asked_beside_a_list_is_answered_too() -> None:
    question = "Which papers are about copper and proteins, and how much copper did the best protein remove?"
    assert read(question, *PAPERS).listed is None


def test_yes_or_no_is_answered_by_every_paper_that_is_about_it() -> None:
    yes = paper("yes", "Salt one", "Salt water slows rust on iron. We looked twice. Iron was red.")
    no = paper("no", "Salt two", "Salt water speeds rust on iron. We looked once.")
    far = paper("far", "Wind", "Wind blows at sea.")
    statements = read("Does salt water slow rust on iron?", yes, no, far).statements(JUDGE)
    assert set(cited_keys(statements)) == {"yes", "no"}
    assert [one.text for one in statements if one.citations[0].key == "no"] == ["Salt water speeds rust on iron."]
    assert set(cited_keys(read("How does salt water slow rust on iron?", yes, no).statements(JUDGE))) == {"yes"}


def test_papers_asked_about_by_key_are_named() -> None:
    reading = Extractor(bank(PAPERS), flat).read(
        "How do they differ?", [found(one) for one in PAPERS[:3]], ["sund2020facet"]
    )
    assert "sund2020facet" in reading.named


def test_where_the_code_is_is_quoted_only_when_asked_for() -> None:
    moss = paper("x", "Moss", "Moss proteins bind copper. Our code for proteins is available at https://moss.example.")
    assert quoted("How do Moss proteins bind copper?", moss) == ["Moss proteins bind copper."]
    assert "https://moss.example." in quoted("Where is the code for Moss proteins?", moss)[-1]


def test_of_two_like_sentences_the_one_that_says_little_counts_less() -> None:
    question = "How do Moss proteins bind copper?"
    little, much = (
        "Code for copper proteins is available at moss.example.",
        "Clay near copper proteins is warm at moss.example.",
    )
    scores = {
        text: next(
            score
            for one, score in score_of(read(question, paper("x", "Moss", f"Moss binds. {text}")), "x")
            if one.text == text
        )
        for text in (little, much)
    }
    assert scores[little] < scores[much] - 1


def test_a_sentence_that_names_data_answers_a_question_about_data() -> None:
    text = (
        "Moss binds copper well in water. Experiments on the PondBench dataset show that Moss binds copper. Bad copper."
    )
    assert "PondBench" in " ".join(
        quoted("On which dataset is Moss evaluated, binding copper?", paper("x", "Moss", text))
    )


def test_a_sentence_with_a_list_answers_a_question_for_one() -> None:
    plain, listing = "Moss binds copper to its loops.", "Moss has loops for copper, one short, one long, one round."
    scored = {}
    for question in ("Which loops of Moss bind copper?", "How do loops of Moss bind copper?"):
        moss = paper("x", "Moss", f"{plain} {listing}")
        scored[question] = {sentence.text: score for sentence, score in score_of(read(question, moss), "x")}
    asked, other = scored.values()
    assert asked[listing] - other[listing] > 0.5
    assert asked[plain] - other[plain] < 0.5


# Not answering


def test_a_title_alone_answers_only_what_it_names() -> None:
    tremor = BY_KEY["quist2017tremor"]
    named = read("Which paper is about detecting small earthquakes with phone accelerometers?", tremor, dense=0.9)
    assert named.best is not None
    (statement,) = named.statements(JUDGE)
    assert (statement.text, statement.citations[0].where) == (tremor.title, "title")
    more = read("Which magnitude have small earthquakes that phone accelerometers are detecting?", tremor, dense=0.9)
    assert more.fit > 0.3
    assert more.best is None
    assert more.statements(JUDGE) == []


def test_a_paper_with_an_abstract_answers_where_a_title_cannot() -> None:
    quake = paper("q", "Shaking", "Small earthquakes have a magnitude of 2. Phone accelerometers miss them.")
    question = "Which magnitude have small earthquakes that phone accelerometers are detecting?"
    assert set(cited_keys(read(question, BY_KEY["quist2017tremor"], quake, dense=0.9).statements(JUDGE))) == {"q"}


# What a paper adds


def test_the_contribution_is_what_a_paper_proposes() -> None:
    held = bank([BY_KEY["orbin2021lantern"]])
    assert contribution(held.matches("dialogue memory")).text.startswith("We propose Lantern")


def test_what_says_little_is_no_contribution() -> None:
    held = bank([paper("x", "Moss", "The code is available at a site about copper. Moss designs copper binders.")])
    assert contribution(held.matches("copper")).text == "Moss designs copper binders."


# With the real model


@pytest.fixture(scope="module")
def real_parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskParts]:
    folder: Path = tmp_path_factory.mktemp("extract") / "library"
    with open_parts(folder, embedder=EmbeddedModel()) as parts:
        yield parts


def really_read(question: str, parts: AskParts) -> Reading:
    papers = find_papers(question, search=parts.search, lookup=parts.lookup, limit=10, where=Filter())
    held = EvidenceBank([one.paper for one in papers], parts.embedder)
    return Extractor(held, parts.rarity).read(question, papers)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "keys", "facts"),
    [
        ("How much does Lantern improve recall?", {"orbin2021lantern"}, ["14.6"]),
        ("How long does it take ManyFacet to edit facts?", {"terrell2023manyfacet"}, ["40 minutes"]),
        ("How large is the error of rain forecasts from bicycles?", {"voss2019drizzle"}, ["0.8 millimetres"]),
        (
            "Does the shape of loops tell whether a protein binds copper?",
            {"baptiste2021lichen", "ferro2018moss"},
            ["does not predict", "search over loop shapes"],
        ),
        ("In how many languages was Ferryman tested?", {"kranz2020ferryman"}, ["26"]),
        ("How many citations of Beacon are right?", {"okafor2024beacon"}, ["9 of 10"]),
        (
            "How do Lantern and QuillGraph store memories?",
            {"orbin2021lantern", "malk2022quillgraph"},
            ["summaries", "graph"],
        ),
        ("Compare Facet with ManyFacet.", {"sund2020facet", "terrell2023manyfacet"}, ["single fact", "ten thousand"]),
    ],
)
def test_real_answers(question: str, keys: set[str], facts: list[str], real_parts: AskParts) -> None:
    reading = really_read(question, real_parts)
    assert standing(reading).outcome == "answered"
    statements = reading.statements(real_parts.judge)
    assert set(cited_keys(statements)) == keys
    assert [fact for fact in facts if fact not in " ".join(one.text for one in statements)] == []
    assert_exact(statements)


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Peru?",
        "How do bees dance?",
        "Which loss function trains speech recognisers for children?",
        "What learning rate does Squall use?",
        "Which magnitude can Tremor detect at night?",
    ],
)
def test_real_abstentions(question: str, real_parts: AskParts) -> None:
    assert standing(really_read(question, real_parts)).outcome == "not-in-library"


def assert_exact(statements: Sequence[Statement]) -> None:
    assert statements
    for one in statements:
        (citation,) = one.citations
        assert one.quoted
        assert one.text == citation.quote
        assert one.verdict.label == "supported"
        assert exact(BY_KEY.get, citation.key, citation.quote, citation.start, citation.end, citation.where)
