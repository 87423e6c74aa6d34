import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.chunk import DEFAULT_BUDGET, chunk_paper
from vectorstore.tokens import count_tokens


def words(text: str) -> int:
    return len(text.split())


def texts(abstract: str, budget: int) -> list[str]:
    return [one.text for one in chunk_paper("key", "Title", abstract, budget=budget, count=words)]


def test_whole_sentences_are_packed_up_to_the_budget() -> None:
    abstract = "One two three. Four five.  Six seven eight. Nine."
    assert texts(abstract, 5) == ["One two three. Four five.", "Six seven eight. Nine."]
    assert texts(abstract, 100) == [abstract]


def test_a_sentence_over_the_budget_is_cut_between_words() -> None:
    assert texts("One two three four five six seven. Eight.", 3) == ["One two three", "four five six", "seven. Eight."]


def test_a_word_over_the_budget_is_cut_between_characters() -> None:
    cut = chunk_paper("key", "Title", "ab abcdefgh cd", budget=3, count=len)
    assert [one.text for one in cut] == ["ab", "abc", "def", "gh", "cd"]


def test_a_character_over_the_budget_stands_alone() -> None:
    assert [one.text for one in chunk_paper("key", "T", "abc", budget=1, count=lambda text: 2 * len(text))] == [*"abc"]


@pytest.mark.parametrize("abstract", ["", "  \n "])
def test_a_paper_without_abstract_is_one_empty_chunk(abstract: str) -> None:
    (only,) = chunk_paper("key", "A title", abstract)
    assert (only.id, only.key, only.text, only.start, only.end) == ("key#0", "key", "", 0, 0)
    assert only.embedding_text == "A title"


def test_ids_and_titles() -> None:
    cut = chunk_paper("li2023", "A title", "One two. Three four.", budget=2, count=words)
    assert [one.id for one in cut] == ["li2023#0", "li2023#1"]
    assert {(one.key, one.title) for one in cut} == {("li2023", "A title")}
    assert cut[0].embedding_text == "A title\nOne two."


def test_a_budget_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="got 0"):
        chunk_paper("key", "Title", "Text.", budget=0)


def test_the_default_budget_is_of_tokens() -> None:
    cut = chunk_paper("key", "Title", "The measured effect is small but reliable. " * 100)
    assert len(cut) > 1
    assert all(DEFAULT_BUDGET - 10 <= count_tokens(one.text) <= DEFAULT_BUDGET for one in cut[:-1])


def test_the_digest_changes_with_everything_an_index_holds() -> None:
    from dataclasses import replace

    (one,) = chunk_paper("key", "Title", "Some text.")
    changes = ({"id": "key#1"}, {"key": "k"}, {"title": "T"}, {"text": "Other"}, {"start": 1}, {"end": 9})
    assert len({one.digest, *(replace(one, **change).digest for change in changes)}) == 7


abstracts = st.lists(
    st.one_of(st.text(max_size=30), st.sampled_from(["A sentence here. ", "Fig. 2 ", "x" * 60, "\n\n", "é😀 "])),
    max_size=12,
).map("".join)


@given(abstracts, st.integers(1, 20), st.sampled_from([words, len, lambda text: len(text.encode("utf-8", "replace"))]))
def test_chunks_are_exact_ordered_within_budget_and_cover_everything(abstract: str, budget: int, count) -> None:  # noqa: ANN001 - because it is one of three
    cut = chunk_paper("key", "Title", abstract, budget=budget, count=count)
    assert cut
    for number, one in enumerate(cut):
        assert one.id == f"key#{number}"
        assert one.text == abstract[one.start : one.end] == one.text.strip()
        assert count(one.text) <= budget or len(one.text) == 1
    assert all(left.end <= right.start for left, right in pairwise(cut))
    visible = re.sub(r"\s", "", abstract)
    assert re.sub(r"\s", "", "".join(one.text for one in cut)) == visible
    assert all(one.text for one in cut) or (len(cut) == 1 and not visible)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a", "word ", "A sentence of some words. ", "中", "\n"])
def test_a_very_long_abstract_takes_no_age(piece: str) -> None:
    abstract = piece * (100_000 // len(piece))
    cut = chunk_paper("key", "Title", abstract)
    assert sum(len(one.text) for one in cut) <= len(abstract)
