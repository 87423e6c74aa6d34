from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.jobs.ask import AskParts, ask
from assistant.jobs.asked import keys_in, without_reading
from assistant.types import Answer, Filter, cited_keys
from tests.fakes.chat import ScriptedModel
from tests.fakes.papers import BY_KEY, open_parts
from vectorstore.types import Passage, SearchMode

_STANDS_IN_THE_RECORD = "stands in its record, not in its abstract"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskParts]:
    with open_parts(tmp_path_factory.mktemp("asked") / "library") as parts:
        yield parts


def asked(question: str, parts: AskParts, where: Filter | None = None) -> Answer:
    """The answer, for which no model may be called when there is none."""
    model = ScriptedModel()
    answer = ask(question, replace(parts, model=model), where=where)
    assert model.prompts == []
    assert answer.abstained
    assert (answer.statements, answer.references, answer.lacking) == ((), (), ())
    return answer


# Greetings


@pytest.mark.parametrize("words", ["Hello", "hi there!", "Thank you very much.", "ok, thanks"])
def test_a_greeting_is_told_what_to_ask(words: str, shared: AskParts) -> None:
    answer = asked(words, shared)
    assert answer.reason.startswith("Ask a question about your papers")
    assert (answer.nearest, answer.confidence, answer.outcome) == ((), None, "declined")


@pytest.mark.parametrize("words", ["Hello, which papers are about copper?", "test set", "help with copper"])
def test_what_only_begins_like_a_greeting_is_a_question(words: str) -> None:
    assert without_reading(words, BY_KEY.get, lambda _where: list(BY_KEY)) is None


# Keys


@pytest.mark.parametrize(
    ("question", "known", "unknown"),
    [
        ("What did @sund2020facet find?", ["sund2020facet"], []),
        ("Compare [@sund2020facet] with [nobody2020].", ["sund2020facet"], ["nobody2020"]),
        ("Is recall@10 or precision@k better? [1] [sic]", [], []),
        ("Does @nobody2020 agree with @nobody2020 and @sund2020facet?", ["sund2020facet"], ["nobody2020"]),
    ],
)
def test_keys_in_a_question(question: str, known: list[str], unknown: list[str]) -> None:
    assert keys_in(question, BY_KEY.get) == (known, unknown)


def test_a_key_of_no_paper_is_said_to_be_one_with_those_near_to_it(shared: AskParts) -> None:
    answer = asked("What did @sund2021facet find?", shared)
    assert answer.reason == "No paper has the key sund2021facet. Did you mean sund2020facet?"
    assert (answer.nearest, answer.outcome) == ((), "not-in-library")
    assert asked("What did @qqq find?", shared).reason == "No paper has the key qqq. `citewell list` shows the keys."


def test_beside_a_known_key_an_unknown_one_is_a_caution(shared: AskParts) -> None:
    answer = ask("Which facts does @sund2020facet edit, and @sund2021facet?", shared)
    assert set(cited_keys(answer.statements)) == {"sund2020facet"}
    assert "No paper has the key sund2021facet." in answer.reason
    assert answer.outcome == "partly"


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("How does @orbin2021lantern compare to @malk2022quillgraph?", {"orbin2021lantern", "malk2022quillgraph"}),
        ("What dialogue memory of conversations does @malk2022quillgraph store?", {"malk2022quillgraph"}),
    ],
)
def test_only_papers_whose_keys_are_named_are_quoted(question: str, keys: set[str], shared: AskParts) -> None:
    assert set(cited_keys(ask(question, shared).statements)) == keys


def test_other_papers_are_quoted_when_they_are_asked_for(shared: AskParts) -> None:
    answer = ask("Which other papers store a dialogue memory of conversations like @malk2022quillgraph?", shared)
    assert len(answer.nearest) == 3


def test_a_filter_holds_for_named_keys(shared: AskParts) -> None:
    answer = asked("What did @sund2020facet find?", shared, Filter(keys=("ferro2018moss",)))
    assert "sund2020facet" not in answer.nearest


# What stands in records


@pytest.mark.parametrize(
    "question",
    [
        "Which papers were written by Ana Terrell?",
        "List all papers by Terrell",
        "Which papers has Terrell published?",
        "What did Ana Terrell write?",
    ],
)
def test_papers_of_an_author_are_listed_by_a_command(question: str, shared: AskParts) -> None:
    answer = asked(question, shared)
    assert _STANDS_IN_THE_RECORD in answer.reason
    assert "`citewell list --author Terrell`" in answer.reason
    assert set(answer.nearest) == {"malk2022quillgraph", "terrell2023manyfacet"}


def test_of_papers_by_an_author_only_those_are_quoted(shared: AskParts) -> None:
    question = "Which papers by Per Sund edit facts in the weights of a language model?"
    answer = ask(question, shared)
    assert cited_keys(answer.statements)
    assert set(cited_keys(answer.statements)) <= {"orbin2021lantern", "sund2020facet", "terrell2023manyfacet"}
    everyone = ask(question.replace("Sund", "Zzyzx"), shared)
    assert len(everyone.nearest) == 3


def test_what_an_author_did_not_write_about_is_looked_for_in_the_list(shared: AskParts) -> None:
    assert "`citewell list --author Sund`" in asked("Which papers by Sund are about weddings in winter?", shared).reason


def test_an_abstention_says_that_a_filter_was_set(shared: AskParts) -> None:
    question = "Which flowers suit a wedding in winter?"
    assert "filter" not in asked(question, shared).reason
    assert "Only papers that pass the filter were searched." in asked(question, shared, Filter(first_year=2020)).reason


def test_an_author_of_no_paper_is_said_to_be_one(shared: AskParts) -> None:
    answer = asked("Which papers were written by Zoe Zzyzx?", shared)
    assert answer.reason.startswith("No paper has an author “Zzyzx”: `citewell list`")


def test_what_a_system_did_is_no_question_for_an_author(shared: AskParts) -> None:
    answer = ask("Which facts in a language model were edited by Facet?", shared)
    assert set(cited_keys(answer.statements)) == {"sund2020facet"}


@pytest.mark.parametrize(
    "question", ["Who wrote the Drizzle paper?", "When was Drizzle published?", "Who are the authors of Drizzle?"]
)
def test_the_record_of_the_paper_that_is_asked_about_is_named(question: str, shared: AskParts) -> None:
    answer = asked(question, shared)
    assert answer.outcome == "declined"
    assert _STANDS_IN_THE_RECORD in answer.reason
    assert "`citewell show voss2019drizzle`" in answer.reason
    assert answer.nearest[0] == "voss2019drizzle"


def test_when_no_paper_is_asked_about_none_is_named(shared: AskParts) -> None:
    assert "`citewell show KEY`" in asked("Who wrote the paper on zebras?", shared).reason


@pytest.mark.parametrize("question", ["Which of the papers is the oldest?", "What is the most recent paper?"])
def test_the_age_of_papers_stands_in_their_records(question: str, shared: AskParts) -> None:
    assert "`citewell list` shows the years" in asked(question, shared).reason


# Several things


def test_each_thing_is_searched_for(tmp_path: Path) -> None:
    with open_parts(tmp_path / "library") as parts:
        queries: list[str] = []

        def search(query: str, k: int, where: Filter, mode: SearchMode) -> Sequence[Passage]:
            queries.append(query)
            return parts.search(query, k, where, mode)

        question = "How do Squall and Moss differ?"
        answer = ask(question, replace(parts, search=search))
    assert queries[:3] == [question, "Squall", "Moss"]
    assert set(cited_keys(answer.statements)) == {"adeyemi2022squall", "ferro2018moss"}
