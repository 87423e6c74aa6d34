import re
from itertools import islice

import pytest
from hypothesis import given

from assistant.library.keys import free_key, made_key, near_keys, proposed_keys
from assistant.types import Author, Record
from tests.fakes.shelf import any_records, record

# What pandoc takes for one key after @: a letter, digit or _, then alphanumerics and single internal punctuation marks.
PANDOC_KEY = re.compile(r"\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*")


@pytest.mark.parametrize(
    ("described", "key"),
    [
        (record("PMET: Precise Model Editing in a Transformer", "Li, Xiaopeng", year=2023), "li2023pmet"),
        (record("On the Opportunities and Risks", "Bommasani, Rishi", year=2021), "bommasani2021opportunities"),
        (record("GPT-4 Technical Report", "OpenAI", year=2023), "openai2023gpt4"),
        (record("Über Größe", "Müller-Lüdenscheidt, Ö.", year=2001), "mullerludenscheidt2001uber"),
        (record("Étude", "van der Berg, Jan", year=1999), "vanderberg1999etude"),
        (record("'What' is it?"), "anonndit"),
        (record("The Of And"), "anonnduntitled"),
        (record("!?", "…"), "anonnduntitled"),
        (record("深度学习", "李, 明", year=2020), "li2020shenduxuexi"),
    ],
)
def test_made_keys(described: Record, key: str) -> None:
    assert made_key(described) == key


def test_the_sources_own_key_comes_first_when_it_is_usable() -> None:
    described = record("Owls", "Quill, Ada", year=2020, key="Quill:20a")
    assert list(islice(proposed_keys(described), 4)) == [
        "Quill:20a",
        "quill2020owls",
        "quill2020owlsb",
        "quill2020owlsc",
    ]


def test_there_is_always_another_key() -> None:
    keys = list(islice(proposed_keys(record("Owls", "Quill, Ada", year=2020)), 2000))
    assert len(set(keys)) == 2000
    assert keys[25:28] == ["quill2020owlsz", "quill2020owlsaa", "quill2020owlsab"]


@pytest.mark.parametrize(
    "key", ["a b", "a,b", "a{b", "a--b", "a..b", "-a", "a-", "a'b", "a%b", "a#b", "a\n", "@a", "a]", "x" * 101]
)
def test_a_key_that_other_programs_would_not_read_back_is_not_used(key: str) -> None:
    assert next(proposed_keys(record("Owls", "Quill, Ada", year=2020, key=key))) == "quill2020owls"


@pytest.mark.parametrize("key", ["a", "_", "a_b", "DBLP:conf/acl/LiS23", "a.b+c-d", "2020", "müller2020", "傅斯年1985"])
def test_a_key_that_they_read_back_is(key: str) -> None:
    assert next(proposed_keys(record("Owls", key=key))) == key


@given(any_records)
def test_every_proposed_key_is_short_and_can_be_cited(described: Record) -> None:
    for key in islice(proposed_keys(described), 3):
        assert PANDOC_KEY.fullmatch(key)
        assert len(key) <= 100


def test_long_names_and_words_are_cut() -> None:
    described = Record(title="x" * 500, authors=(Author(family="The Company " * 30),), year=2020)
    assert made_key(described) == ("thecompany" * 4) + "2020" + "x" * 40


@pytest.mark.parametrize("count", [0, 1, 2, 24, 25, 26, 27, 49, 50, 51, 703, 5000])
def test_the_free_key_behind_many_that_are_taken(count: int) -> None:
    described = record("Editorial", year=2020)
    keys = list(islice(proposed_keys(described), count + 1))
    taken, asked = set(keys[:count]), []

    def is_taken(key: str) -> bool:
        asked.append(key)
        return key in taken

    assert free_key(described, is_taken) == keys[count]
    assert len(asked) < 60


def test_a_key_that_was_given_back_goes_first() -> None:
    described = record("Editorial", year=2020, key="own")
    first = list(islice(proposed_keys(described), 100))
    assert free_key(described, (set(first) - {first[3]}).__contains__) == first[3]


def test_the_keys_that_may_have_been_meant_are_the_two_nearest_whatever_their_capitals() -> None:
    held = ["li2023pmet", "li2023pmets", "li2023premise", "meng2022rome"]
    assert near_keys("Li2023pmte", held) == ("li2023pmet", "li2023pmets")
    assert near_keys("MENG2022ROME", held) == ("meng2022rome",)
    assert near_keys("nothing-like-it", held) == ()
