"""The retrieval metrics, against their formulas written out."""

import math
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.metrics import named
from evals.types import Case, Metric, Sample, Score
from tests.fakes.evaluation import SHELF, abstention

NAMES = ("ndcg_10", "map", "recall_100", "recall_10", "mrr")


def score(
    name: str, ranking: Sequence[str] | None, grades: Mapping[str, int] | None = None, gold: Sequence[str] = ()
) -> Score:
    metric = named(name)
    assert isinstance(metric, Metric)
    sample = Sample(id="1", question="q", gold_keys=tuple(gold), relevance=grades or {})
    ranked = None if ranking is None else tuple(ranking)
    return metric.score(Case(sample=sample, answer=abstention(), papers=SHELF.get, ranking=ranked))


def by_formula(ranking: Sequence[str], grades: Mapping[str, int]) -> list[float]:
    places = [at for at, key in enumerate(ranking, start=1) if grades.get(key, 0) > 0]
    count = sum(grade > 0 for grade in grades.values())
    gains = [grades.get(key, 0) for key in ranking[:10]]
    best = sorted(grades.values(), reverse=True)[:10]

    def discounted(values: Sequence[int]) -> float:
        return sum(gain / math.log2(at + 1) for at, gain in enumerate(values, start=1))

    return [
        discounted(gains) / discounted(best),
        sum(found / at for found, at in enumerate(places, start=1)) / count,
        sum(at <= 100 for at in places) / count,
        sum(at <= 10 for at in places) / count,
        1 / places[0] if places else 0,
    ]


def test_by_hand() -> None:
    # b has grade 2 and is second, a has 1 and is fourth; c, with 1, is not found.
    values = [score(name, "xbya", {"a": 1, "b": 2, "c": 1}).value for name in NAMES]
    best = 2 + 1 / math.log2(3) + 1 / 2
    ndcg = (2 / math.log2(3) + 1 / math.log2(5)) / best
    assert values == pytest.approx([ndcg, (1 / 2 + 2 / 4) / 3, 2 / 3, 2 / 3, 1 / 2], abs=1e-6)


KEYS = [f"k{number}" for number in range(130)]


@settings(deadline=None)
@given(
    st.permutations(KEYS).flatmap(lambda keys: st.integers(1, len(keys)).map(lambda count: keys[:count])),
    st.dictionaries(st.sampled_from(KEYS), st.integers(0, 3), min_size=1, max_size=15),
)
def test_equal_to_the_formulas(ranking: list[str], grades: dict[str, int]) -> None:
    found = [score(name, ranking, grades).value for name in NAMES]
    if any(grades.values()):
        assert found == pytest.approx(by_formula(ranking, grades), abs=1e-6)
    else:
        assert found == [None] * len(NAMES)


def test_gold_papers_have_grade_1_where_there_are_no_grades() -> None:
    for name in NAMES:
        assert score(name, "xay", gold="ab") == score(name, "xay", {"a": 1, "b": 1})
        assert score(name, "xay", {"x": 1}, gold="ab").value == score(name, "xay", {"x": 1}).value


def test_a_paper_that_is_found_twice_has_its_first_place() -> None:
    for name in NAMES:
        assert score(name, "xaxa", gold="a") == score(name, "xa", gold="a")


@pytest.mark.parametrize("name", NAMES)
class TestEach:
    def test_finding_nothing_is_0(self, name: str) -> None:
        assert score(name, "", gold="a").value == 0
        assert score(name, "xyz", gold="a").value == 0

    def test_finding_all_of_it_first_is_1(self, name: str) -> None:
        assert score(name, "abx", gold="ab").value == pytest.approx(1)

    def test_does_not_apply_without_a_ranking_or_relevant_papers(self, name: str) -> None:
        assert score(name, None, gold="a") == Score(value=None, explanation="retrieval was not asked")
        assert score(name, "a").explanation == "no relevant papers are known"
        assert score(name, "a", {"a": 0}).value is None

    def test_an_abstention_does_not_matter(self, name: str) -> None:
        assert score(name, "ax", gold="a").explanation == "1 of 1 relevant papers among the 2 found"
