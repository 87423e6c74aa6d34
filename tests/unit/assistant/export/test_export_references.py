from typing import Any

import pytest

from assistant.export.references import reference, short_name
from tests.fakes.shelf import paper

SEVEN = ("A, A", "B, B", "C, C", "D, D", "E, E", "F, F", "G, G")


@pytest.mark.parametrize(
    ("authors", "fields", "text"),
    [
        (
            ("Quill, Ada", "Li, Bo"),
            {"year": 2020, "venue": "Birds", "doi": "10.1/x", "arxiv_id": "2001.00001", "url": "http://x"},
            "Quill, Ada; Li, Bo (2020). Owls. Birds. https://doi.org/10.1/x",
        ),
        (("Quill, Ada",), {"arxiv_id": "2001.00001", "url": "http://x"}, "Quill, Ada (n.d.). Owls. arXiv:2001.00001"),
        (("Owl Society",), {"url": "http://x"}, "Owl Society (n.d.). Owls. http://x"),
        ((), {}, "Anonymous (n.d.). Owls"),
        (("Quill, Ada",), {"et_al": True, "year": 2020}, "Quill, Ada et al. (2020). Owls"),
        (SEVEN[:6], {}, "A, A; B, B; C, C; D, D; E, E; F, F (n.d.). Owls"),
        (SEVEN, {}, "A, A; B, B; C, C; D, D; E, E; F, F et al. (n.d.). Owls"),
    ],
)
def test_reference(authors: tuple[str, ...], fields: dict[str, Any], text: str) -> None:
    found = reference(paper("Owls.", *authors, key="k", **fields))
    assert (found.key, found.text) == ("k", text)


def test_a_title_keeps_its_question_mark_alone() -> None:
    assert reference(paper("Do owls hunt?", venue="Wow!", url="u")).text == "Anonymous (n.d.). Do owls hunt? Wow! u"


@pytest.mark.parametrize(
    ("authors", "fields", "name"),
    [
        (("Li, Bo",), {"year": 2020}, "Li (2020)"),
        (("Li, Bo",), {}, "Li"),
        (("Li, Bo", "Song, Ed"), {"year": 2020}, "Li and Song (2020)"),
        (("Li, Bo", "Song, Ed", "Ek, Io"), {"year": 2020}, "Li et al. (2020)"),
        (("Li, Bo",), {"et_al": True}, "Li et al."),
        (("Li, Bo", "Song, Ed"), {"et_al": True}, "Li et al."),
        ((), {"year": 2020}, "“Owls” (2020)"),
        (("Owl Society",), {}, "Owl Society"),
    ],
)
def test_short_name(authors: tuple[str, ...], fields: dict[str, Any], name: str) -> None:
    assert short_name(paper("Owls", *authors, **fields)) == name
