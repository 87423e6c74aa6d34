from typing import Any

import pytest

from assistant.library.sameness.places import PlaceRelation, place_of, place_relation
from tests.fakes.duplicates import paper


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"volume": "7", "pages": "657-668"}, {"volume": "7", "pages": "657-68"}, "exact"),
        ({"volume": "07", "pages": "pp. 657–668"}, {"volume": "7", "pages": "657"}, "exact"),
        ({"volume": "7", "pages": "S12-S15"}, {"volume": "7", "pages": "s12"}, "exact"),
        ({"volume": "7", "pages": "e12"}, {"volume": "7", "eid": "E12"}, "exact"),
        ({"pages": "657-668"}, {"pages": "657"}, "same"),
        ({"pages": "657-668"}, {"volume": "7", "pages": "657"}, "same"),
        ({"pages": "1-9"}, {"pages": "1-12"}, "unknown"),
        ({"pages": "1-9"}, {"volume": "7", "pages": "657"}, "unknown"),
        ({"pages": "1-9"}, {"pages": "657-665"}, "unknown"),
        ({"volume": "7"}, {"volume": "7"}, "unknown"),
        ({"volume": "7", "pages": "no pagination"}, {"volume": "7", "pages": "3"}, "unknown"),
        ({}, {}, "unknown"),
        ({"volume": "7"}, {"volume": "8"}, "different"),
        ({"volume": "7", "pages": "3"}, {"volume": "8", "pages": "3"}, "different"),
        ({"volume": "7", "pages": "3"}, {"volume": "7", "pages": "5"}, "different"),
        ({"pages": "3"}, {"pages": "5"}, "different"),
    ],
)
def test_relation(one: dict[str, Any], other: dict[str, Any], expected: PlaceRelation) -> None:
    first, second = place_of(paper("x", **one)), place_of(paper("x", **other))
    assert place_relation(first, second) == expected
    assert place_relation(second, first) == expected
