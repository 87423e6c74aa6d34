from collections.abc import Sequence

from assistant.retrieve import find_also, find_papers
from assistant.types import Filter
from tests.fakes.papers import BY_KEY
from vectorstore.types import Chunk, Passage, Scores, SearchMode

WHERE = Filter(first_year=2020)


def passage(key: str, number: int, score: float, dense: float | None) -> Passage:
    chunk = Chunk(id=f"{key}#{number}", key=key, title="", text="", start=0, end=0)
    return Passage(chunk=chunk, score=score, scores=Scores(dense=dense, lexical=None))


class Searching:
    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self.asked: list[tuple[str, int, Filter, SearchMode]] = []

    def __call__(self, query: str, k: int, where: Filter, mode: SearchMode) -> Sequence[Passage]:
        self.asked.append((query, k, where, mode))
        return self.passages[:k]


def test_passages_are_grouped_by_paper_best_first() -> None:
    search = Searching(
        [
            passage("sund2020facet", 1, 0.9, None),
            passage("voss2019drizzle", 0, 0.8, 0.3),
            passage("sund2020facet", 0, 0.7, 0.6),
            passage("ferro2018moss", 0, 0.6, None),
            passage("sund2020facet", 2, 0.5, 0.4),
        ]
    )
    first, second, third = find_papers("q", search=search, lookup=BY_KEY.get, limit=5, where=WHERE)
    assert [one.chunk.id for one in first.passages] == ["sund2020facet#1", "sund2020facet#0", "sund2020facet#2"]
    assert (first.paper.key, first.score, first.dense) == ("sund2020facet", 0.9, 0.6)
    assert (second.paper.key, second.score, second.dense) == ("voss2019drizzle", 0.8, 0.3)
    assert (third.paper.key, third.score, third.dense) == ("ferro2018moss", 0.6, None)
    assert search.asked == [("q", 20, WHERE, "hybrid")]


def test_no_more_papers_than_asked_for() -> None:
    keys = list(BY_KEY)
    search = Searching([passage(key, 0, 1.0, None) for key in keys])
    found = find_papers("q", search=search, lookup=BY_KEY.get, limit=2, where=WHERE)
    assert [one.paper.key for one in found] == keys[:2]


def test_a_paper_that_went_away_meanwhile_is_left_out() -> None:
    search = Searching([passage("gone2020", 0, 1.0, None), passage("sund2020facet", 0, 0.5, None)])
    found = find_papers("q", search=search, lookup=BY_KEY.get, limit=2, where=WHERE)
    assert [one.paper.key for one in found] == ["sund2020facet"]


def test_nothing_found() -> None:
    assert find_papers("q", search=Searching([]), lookup=BY_KEY.get, limit=2, where=WHERE) == []


def test_what_is_found_for_a_part_stands_behind_the_rest_without_a_cosine() -> None:
    search = Searching([passage("voss2019drizzle", 0, 0.8, 0.3), passage("ferro2018moss", 0, 0.6, 0.2)])
    first = find_papers("q", search=search, lookup=BY_KEY.get, limit=1, where=WHERE)
    both = find_also(first, ("a", "b"), search=search, lookup=BY_KEY.get, limit=2, where=WHERE)
    assert both[0] == first[0]
    assert [(one.paper.key, one.score, one.dense) for one in both[1:]] == [("ferro2018moss", 0.0, None)]
    assert search.asked[1:] == [("a", 8, WHERE, "hybrid"), ("b", 8, WHERE, "hybrid")]
    assert find_also(first, (), search=search, lookup=BY_KEY.get, limit=2, where=WHERE) == first
