from collections.abc import Iterator, Sequence

import pytest

from assistant.jobs.ask import AskParts
from assistant.planning.facets import Facet, facets_of_topic
from assistant.planning.wide import Candidate, wide_search
from assistant.types import Filter
from tests.fakes.papers import BY_KEY, PAPERS, open_parts, paper
from vectorstore.types import Chunk, Examples, Passage, Scores, SearchMode

EVERYTHING = Filter()


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskParts]:
    with open_parts(tmp_path_factory.mktemp("wide") / "library") as opened:
        yield opened


def found(parts: AskParts, *facets: Facet, where: Filter = EVERYTHING, limit: int = 50) -> list[Candidate]:
    return wide_search(facets, search=parts.search, lookup=parts.lookup, where=where, limit=limit, rarity=parts.rarity)


def keys(candidates: Sequence[Candidate]) -> list[str]:
    return [one.paper.key for one in candidates]


def test_papers_on_the_topic_come_first(parts: AskParts) -> None:
    candidates = found(parts, *facets_of_topic("A survey on dialogue memory"))
    assert set(keys(candidates)[:3]) == {"orbin2021lantern", "malk2022quillgraph", "lindqvist2023survey"}
    assert [one.score for one in candidates] == sorted((one.score for one in candidates), reverse=True)
    assert candidates[0].probability > candidates[-1].probability


def test_every_side_brings_its_papers_and_is_named(parts: AskParts) -> None:
    candidates = found(parts, *facets_of_topic("copper binding and coastal wind"))
    assert set(keys(candidates)[:3]) == {"ferro2018moss", "baptiste2021lichen", "adeyemi2022squall"}
    squall = next(one for one in candidates if one.paper.key == "adeyemi2022squall")
    assert squall.facets[0] == "coastal wind"


def test_what_a_passage_of_a_draft_asks_for_is_searched_too(parts: AskParts) -> None:
    topic = Facet(text="dialogue memory")
    alone = keys(found(parts, topic))
    wider = keys(found(parts, topic, Facet(text="copper in pond water", side="draft")))
    assert wider.index("ferro2018moss") < alone.index("ferro2018moss")


def test_only_papers_that_pass_the_filter_are_found(parts: AskParts) -> None:
    facets = facets_of_topic("dialogue memory")
    assert set(keys(found(parts, *facets, where=Filter(first_year=2022)))) == {
        one.key for one in PAPERS if (one.record.year or 0) >= 2022
    }
    assert found(parts, *facets, where=Filter(tags=("none has it",))) == []


def test_a_smaller_limit_gives_the_beginning_of_the_same_list(parts: AskParts) -> None:
    facets = facets_of_topic("language models and facts")
    assert found(parts, *facets, limit=4) == found(parts, *facets)[:4]
    assert found(parts, *facets, limit=0) == []


def test_it_gives_the_same_each_time(parts: AskParts) -> None:
    facets = facets_of_topic("rain and wind forecasts in cities")
    assert found(parts, *facets) == found(parts, *facets)


def test_nothing_is_found_for_nothing(parts: AskParts) -> None:
    assert found(parts) == []


def test_sides_alone_are_enough(parts: AskParts) -> None:
    assert keys(found(parts, Facet(text="coastal wind", side="draft")))[0] == "adeyemi2022squall"


@pytest.mark.parametrize("count", [1, 2, 5])
def test_small_libraries_are_searched(tmp_path_factory: pytest.TempPathFactory, count: int) -> None:
    with open_parts(tmp_path_factory.mktemp("small") / "library", papers=PAPERS[:count]) as opened:
        assert set(keys(found(opened, *facets_of_topic("dialogue memory")))) == {one.key for one in PAPERS[:count]}


def passage(key: str, dense: float, score: float, number: int = 0) -> Passage:
    chunk = Chunk(id=f"{key}#{number}", key=key, title=key, text="", start=0, end=0)
    return Passage(chunk=chunk, score=score, scores=Scores(dense=dense))


class Library:
    """Answers a text from a list, and examples with one more paper; remembers the examples."""

    def __init__(self, *passages: Passage, like: Sequence[Passage] = ()) -> None:
        self.passages = passages
        self.like = like
        self.examples: Examples = {}

    def search(self, query: str | Examples, _k: int, _where: Filter, _mode: SearchMode) -> Sequence[Passage]:
        if isinstance(query, str):
            return self.passages
        self.examples = query
        return self.like


def test_the_first_papers_are_the_examples_for_the_second_round() -> None:
    many = [passage(f"p{at:02}", 0.5, 2.0 - at / 10) for at in range(20)]
    library = Library(*many, like=[passage("other", 0.4, 0.9)])
    papers = {f"p{at:02}": paper(f"p{at:02}", "P") for at in range(20)} | {"other": paper("other", "O")}
    candidates = wide_search([Facet(text="any")], search=library.search, lookup=papers.get, where=EVERYTHING, limit=50)
    assert list(library.examples) == ["p00#0", "p01#0", "p02#0", "p03#0", "p04#0"]
    assert list(library.examples.values()) == sorted(library.examples.values(), reverse=True)
    other = next(one for one in candidates if one.paper.key == "other")
    assert other.facets == ()
    assert other.signals.likeness == 0.9
    assert other.signals.cosine == 0.5  # the least that was seen


def test_a_paper_stands_where_its_best_passage_does_and_the_library_may_have_lost_it() -> None:
    library = Library(passage("lost", 0.9, 3.0), passage("kept", 0.3, 2.0), passage("kept", 0.7, 1.0, 1))
    candidates = wide_search(
        [Facet(text="any")],
        search=library.search,
        lookup={"kept": BY_KEY["sund2020facet"]}.get,
        where=EVERYTHING,
        limit=5,
    )
    assert [one.paper.key for one in candidates] == ["sund2020facet"]
    assert candidates[0].signals.cosine == 0.7
    assert candidates[0].signals.papers == 2
