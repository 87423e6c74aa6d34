from typing import Any

import pytest

from assistant.library.sameness.identifiers import identifiers_of
from tests.fakes.duplicates import paper


@pytest.mark.parametrize(
    ("one", "other", "shared", "contradicts"),
    [
        ({"doi": "10.1/A"}, {"doi": "10.1/a"}, "DOI", ""),
        ({"doi": "10.1/a"}, {"doi": "10.1/b"}, "", "DOI"),
        ({"doi": "10.1/a"}, {"doi": "10.48550/arxiv.2105.00001"}, "", ""),
        ({"doi": "10.1/a"}, {"doi": "10.5281/zenodo.7"}, "", ""),
        ({"doi": "10.48550/arxiv.2105.00001v2"}, {"doi": "10.48550/arxiv.2105.00001"}, "DOI", ""),
        ({"doi": "10.48550/arxiv.2105.00001"}, {"arxiv_id": "2105.00001v3"}, "arXiv id", ""),
        ({"doi": "10.48550/arxiv.2105.00001"}, {"doi": "10.48550/arxiv.2105.00002"}, "", "DOI"),
        ({"arxiv_id": "2105.00001"}, {"arxiv_id": "2105.00002"}, "", "arXiv id"),
        ({"pmid": "1"}, {"pmid": "1"}, "PubMed id", ""),
        ({"pmid": "1"}, {"pmid": "2"}, "", "PubMed id"),
        ({"pmid": "1"}, {"doi": "10.1/a"}, "", ""),
        ({}, {}, "", ""),
    ],
)
def test_two_sets(one: dict[str, Any], other: dict[str, Any], shared: str, contradicts: str) -> None:
    first, second = identifiers_of(paper("x", **one)), identifiers_of(paper("x", **other))
    assert (first.shared(second), second.shared(first)) == (shared, shared)
    assert (first.contradicts(second), second.contradicts(first)) == (contradicts, contradicts)
