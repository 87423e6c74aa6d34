import pytest

from assistant.library.readers.values.details import in_order
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.titles import with_subtitle
from assistant.types import Author


@pytest.mark.parametrize(
    ("title", "subtitle", "whole"),
    [
        ("Wool", "A History", "Wool: A History"),
        ("Wool :", ": A History", "Wool: A History"),
        ("Why wool?", "A History", "Why wool? A History"),
        ("Wool", "", "Wool"),
        ("", "A History", ""),
        ("Wool: A history", "A History", "Wool: A history"),
        ("Wool (A History)", "A History", "Wool (A History)"),
        ("The History of Wool", "Wool", "The History of Wool: Wool"),
    ],
)
def test_a_title_with_its_subtitle(title: str, subtitle: str, whole: str) -> None:
    assert with_subtitle(title, subtitle) == whole


def test_people_as_a_detail_has_them() -> None:
    people = [
        Author(family="van der Ram", given="Dolly"),
        Author(family="Wool Study Group"),
        Author(family="", given="X"),
    ]
    assert people_text(people) == "van der Ram, Dolly and Wool Study Group and X"
    assert people_text([]) == ""


def test_details_stand_in_one_order_whatever_the_format() -> None:
    given = {"language": "eng", "pages": "", "issn": None, "volume": "2", "wool": "x"}
    assert in_order(given) == (("volume", "2"), ("language", "eng"))
