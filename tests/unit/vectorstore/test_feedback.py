from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.feedback import expanded_terms

TERMS = st.lists(st.sampled_from("abcdefgh"), max_size=12)
DOCUMENTS = st.lists(st.tuples(st.floats(-5, 5), TERMS), max_size=5)
COMMON = dict.fromkeys("abcdefgh", 10)


@given(TERMS, DOCUMENTS, st.integers(10, 1000))
def test_weights_are_shares_of_one(query: list[str], documents: list[tuple[float, list[str]]], total: int) -> None:
    weights = expanded_terms(query, documents, COMMON, total)
    assert all(weight > 0 for weight in weights.values())
    assert sum(weights.values()) == pytest.approx(1.0 if query else 0.0)
    assert set(query) <= weights.keys() or not query


@given(TERMS, DOCUMENTS)
def test_the_query_keeps_half(query: list[str], documents: list[tuple[float, list[str]]]) -> None:
    weights = expanded_terms(query, documents, COMMON, 1000)
    for term in query:
        assert weights[term] >= 0.5 / len(set(query)) - 1e-12


@pytest.mark.parametrize("documents", [[], [(1.0, [])], [(1.0, ["alone"])], [(1.0, ["everywhere"])]])
def test_nothing_to_learn_leaves_the_query_as_it_is(documents: Sequence[tuple[float, list[str]]]) -> None:
    holding = {"alone": 1, "everywhere": 100}
    assert expanded_terms(["owl", "mouse", "owl"], documents, holding, 100) == {"owl": 0.5, "mouse": 0.5}


def test_rare_frequent_and_early_words_weigh_more() -> None:
    documents = [(2.0, ["rare", "common", "twice", "twice", "filler"]), (0.0, ["late", "filler"])]
    weights = expanded_terms(["owl"], documents, {"rare": 2, "common": 50, "twice": 2, "filler": 90, "late": 2}, 100)
    assert weights["twice"] == pytest.approx(2 * weights["rare"])
    assert weights["rare"] > weights["common"] > weights["filler"]
    assert weights["rare"] > weights["late"] > 0


def test_only_the_most_telling_words_are_taken() -> None:
    words = [f"word{number:03}" for number in range(80)]
    weights = expanded_terms(["owl"], [(1.0, [*words, "word079"])], dict.fromkeys(words, 2), 100)
    assert len(weights) == 51
    assert "word079" in weights
    assert "word078" not in weights
