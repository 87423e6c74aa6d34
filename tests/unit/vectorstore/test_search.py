from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.embedder import HashEmbedder
from vectorstore.lexical import TantivyIndex
from vectorstore.search import rank
from vectorstore.types import Chunk, DenseIndex, Hit, Passage, SearchMode, Vectors

WORDS = "owl mouse night bee dance flower whale song sea moss frost newt".split()
MODES: list[SearchMode] = ["hybrid", "dense", "lexical"]


def chunk(number: int, text: str) -> Chunk:
    return Chunk(id=f"paper{number}#0", key=f"paper{number}", title="", text=text, start=0, end=len(text))


def written(number: int) -> str:
    """Some words, the same for a number each time."""
    return " ".join(WORDS[(number * step + step) % len(WORDS)] for step in range(1, 3 + number % 4))


CHUNKS = {one.id: one for one in (chunk(number, written(number)) for number in range(700))}


class ExactVectors:
    """The vectors of a hash embedder, compared one by one."""

    def __init__(self, chunks: Mapping[str, Chunk]) -> None:
        rows = HashEmbedder().embed_documents([one.embedding_text for one in chunks.values()])
        self.rows = dict(zip(chunks, rows, strict=True))

    def search(self, vector: Vectors, k: int, keys: Collection[str] | None = None) -> list[Hit]:
        hits = [(one, float(row @ vector)) for one, row in self.rows.items() if keys is None or one[:-2] in keys]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]

    def vectors(self, ids: Collection[str]) -> dict[str, Vectors]:
        return {one: self.rows[one] for one in ids if one in self.rows}


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TantivyIndex]:
    index = TantivyIndex(tmp_path_factory.mktemp("words"))
    index.upsert(list(CHUNKS.values()))
    yield index
    index.close()


VECTORS = cast("DenseIndex", ExactVectors(CHUNKS))


def lookup(ids: Sequence[str]) -> dict[str, Chunk]:
    return {one: CHUNKS[one] for one in ids if one in CHUNKS}


def find(
    words: TantivyIndex, query: str, k: int, mode: SearchMode = "hybrid", keys: Collection[str] | None = None
) -> list[Passage]:
    search = partial(rank, mode=mode, keys=keys, embedder=HashEmbedder(), lookup=lookup)
    return search(query, k, dense=lambda: VECTORS, lexical=lambda: words)


def ids(passages: Sequence[Passage]) -> list[str]:
    return [one.chunk.id for one in passages]


QUERIES = st.lists(st.sampled_from([*WORDS, "zebra"]), min_size=1, max_size=5).map(" ".join)


@settings(max_examples=30, deadline=None)
@given(query=QUERIES, mode=st.sampled_from(MODES), small=st.integers(1, 40), more=st.integers(0, 600))
def test_fewer_are_the_beginning_of_more(
    words: TantivyIndex, query: str, mode: SearchMode, small: int, more: int
) -> None:
    assert ids(find(words, query, small, mode)) == ids(find(words, query, small + more, mode))[:small]


@settings(max_examples=30, deadline=None)
@given(query=QUERIES, mode=st.sampled_from(MODES))
def test_every_chunk_once_best_first(words: TantivyIndex, query: str, mode: SearchMode) -> None:
    found = find(words, query, 200, mode)
    assert max(Counter(ids(found)).values(), default=1) == 1
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@settings(max_examples=30, deadline=None)
@given(query=QUERIES)
def test_a_hybrid_search_knows_all_scores_of_every_passage(words: TantivyIndex, query: str) -> None:
    found = find(words, query, 50)
    cosines = dict(VECTORS.search(HashEmbedder().embed_query(query), 1000))
    bm25 = dict(words.search(query, 1000))
    for one in found:
        assert one.scores.dense == pytest.approx(cosines[one.chunk.id], abs=1e-6)
        assert (one.scores.lexical or 0.0) == pytest.approx(bm25.get(one.chunk.id, 0.0), rel=1e-4)
        assert one.scores.fused == one.score


@settings(max_examples=20, deadline=None)
@given(query=QUERIES, numbers=st.sets(st.integers(0, 699), min_size=1, max_size=300), mode=st.sampled_from(MODES))
def test_only_of_the_papers_asked_for(words: TantivyIndex, query: str, numbers: set[int], mode: SearchMode) -> None:
    keys = {f"paper{number}" for number in numbers}
    found = find(words, query, 700, mode, keys)
    assert {one.chunk.key for one in found} <= keys
    if mode == "dense":
        assert len(found) == len(keys)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[TantivyIndex]:
    index = TantivyIndex(tmp_path / "words")
    yield index
    index.close()


def searched(index: TantivyIndex, chunks: Sequence[Chunk], query: str) -> list[Passage]:
    index.upsert(chunks)
    held = {one.id: one for one in chunks}
    vectors = cast("DenseIndex", ExactVectors(held))
    search = partial(rank, mode="hybrid", keys=None, embedder=HashEmbedder())
    return search(
        query,
        10,
        dense=lambda: vectors,
        lexical=lambda: index,
        lookup=lambda wanted: {one: held[one] for one in wanted if one in held},
    )


def test_words_of_the_first_documents_find_more(small: TantivyIndex) -> None:
    related = "the auroral oval brightens with the substorm"
    chunks = [
        chunk(1, "northern lights: the auroral oval and its substorm"),
        chunk(2, "northern lights, an auroral substorm"),
        chunk(3, related),
        *(chunk(number, f"paper about subject{number} with the result{number}") for number in range(4, 60)),
    ]
    found = searched(small, chunks, "northern lights")
    scores = {one.chunk.id: one.scores for one in found}
    assert scores["paper1#0"].lexical is not None
    assert scores["paper3#0"].lexical is None
    assert (scores["paper3#0"].feedback or 0.0) > 0.0
    others = (one.feedback or 0.0 for name, one in scores.items() if name not in ("paper1#0", "paper2#0", "paper3#0"))
    assert (scores["paper3#0"].feedback or 0.0) > max(others)


def test_one_chunk_alone_is_found(small: TantivyIndex) -> None:
    found = searched(small, [chunk(1, "owls hunt")], "owls")
    assert [(one.chunk.id, one.score) for one in found] == [("paper1#0", 0.0)]


def test_a_query_without_a_word_is_ordered_by_meaning(small: TantivyIndex) -> None:
    found = searched(small, [chunk(1, "owls hunt"), chunk(2, "bees dance"), chunk(3, "mice sleep")], "?!")
    cosines = [one.scores.dense or 0.0 for one in found]
    assert len(found) == 3
    assert cosines == sorted(cosines, reverse=True)
    assert {one.scores.lexical for one in found} == {None}


@pytest.mark.parametrize("mode", ["lexical", "dense"])
def test_a_part_that_is_not_asked_stays_closed(words: TantivyIndex, mode: SearchMode) -> None:
    opened: list[str] = []

    def dense() -> DenseIndex:
        opened.append("dense")
        return VECTORS

    def lexical() -> TantivyIndex:
        opened.append("lexical")
        return words

    search = partial(rank, keys=None, embedder=HashEmbedder(), lookup=lookup)
    found = search("owl", 3, mode=mode, dense=dense, lexical=lexical)
    assert opened == [mode]
    assert len(found) == 3
    assert {one.scores.fused for one in found} == {None}


@pytest.mark.parametrize(("query", "k", "keys"), [("", 3, None), (" \n", 3, None), ("owl", 0, None), ("owl", 3, [])])
def test_nothing_asked_for_is_nothing_found(words: TantivyIndex, query: str, k: int, keys: list[str] | None) -> None:
    assert find(words, query, k, "hybrid", keys) == []
