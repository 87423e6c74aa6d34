from collections.abc import Collection, Mapping
from typing import cast

import numpy as np
import pytest

from vectorstore.alike import alike
from vectorstore.types import DenseIndex, Hit, Vectors


class Rows:
    """Vectors compared one by one; `id` is `key#0`."""

    def __init__(self, rows: Mapping[str, list[float]]) -> None:
        self.rows = {
            one: np.array(row, dtype=np.float32) / np.float32(np.linalg.norm(row)) for one, row in rows.items()
        }

    def search(self, vector: Vectors, k: int, keys: Collection[str] | None = None) -> list[Hit]:
        hits = [(one, float(row @ vector)) for one, row in self.rows.items() if keys is None or one[:-2] in keys]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]

    def vectors(self, ids: Collection[str]) -> dict[str, Vectors]:
        return {one: self.rows[one] for one in ids if one in self.rows}


FIELD = cast(
    "DenseIndex",
    Rows(
        {  # all share the first direction, as papers of one field do
            "owl#0": [3, 1, 0, 0],
            "owlet#0": [3, 0.9, 0.1, 0],
            "hawk#0": [3, 0.4, 0, 0.6],
            "bee#0": [3, 0, 1, 0],
            "whale#0": [3, 0, 0, 1],
            "plain#0": [3, 0, 0, 0],
        }
    ),
)


def found(examples: Mapping[str, float], k: int = 6, keys: Collection[str] | None = None) -> list[str]:
    return [one for one, _ in alike(examples, k, keys, FIELD)]


def test_what_tells_the_examples_from_the_rest_decides() -> None:
    ranking = found({"owl#0": 1.0})
    assert ranking[:3] == ["owl#0", "owlet#0", "hawk#0"]
    scores = dict(alike({"owl#0": 1.0}, 6, None, FIELD))
    plain = dict(FIELD.search(FIELD.vectors(["owl#0"])["owl#0"], 6))
    assert scores["owl#0"] - scores["bee#0"] > 2 * (plain["owl#0"] - plain["bee#0"])
    assert set(ranking[3:]) == {"bee#0", "whale#0", "plain#0"}


def test_an_example_counts_by_its_weight() -> None:
    assert found({"owl#0": 1.0, "whale#0": 0.1})[0] == "owl#0"
    assert found({"owl#0": 0.1, "whale#0": 1.0})[0] == "whale#0"


def test_only_papers_that_pass_are_found_and_the_examples_need_not() -> None:
    assert found({"owl#0": 1.0}, keys=frozenset({"bee", "owlet"})) == ["owlet#0", "bee#0"]


def test_the_first_are_the_first_of_a_longer_list() -> None:
    assert found({"bee#0": 1.0}, 2) == found({"bee#0": 1.0})[:2]


def test_all_chunks_as_examples_still_have_a_direction() -> None:
    every = dict.fromkeys(["owl#0", "owlet#0", "hawk#0", "bee#0", "whale#0", "plain#0"], 1.0)
    assert found(every)[0] in every
    assert len(found(every)) == 6


@pytest.mark.parametrize("examples", [{}, {"gone#0": 1.0}, {"owl#0": 0.0}])
def test_without_an_example_that_is_held_nothing_is_found(examples: dict[str, float]) -> None:
    assert found(examples) == []


def test_none_wanted_none_found() -> None:
    assert found({"owl#0": 1.0}, 0) == []


def test_the_order_in_which_examples_come_makes_no_difference() -> None:
    one = alike({"owl#0": 0.3, "bee#0": 0.7, "whale#0": 0.1}, 6, None, FIELD)
    assert one == alike({"whale#0": 0.1, "bee#0": 0.7, "owl#0": 0.3}, 6, None, FIELD)
