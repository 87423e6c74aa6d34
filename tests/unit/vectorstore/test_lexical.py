from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.index_contract import ALL, BEES, OWLS, FolderContract, chunk
from vectorstore.errors import IndexDamaged, IndexInUse, VectorstoreError
from vectorstore.lexical import TantivyIndex
from vectorstore.types import Chunk, Hit


class TestTantivy(FolderContract):
    def open(self, folder: Path) -> TantivyIndex:
        return TantivyIndex(folder)

    def put(self, index: TantivyIndex, chunks: Sequence[Chunk]) -> None:
        index.upsert(chunks)

    def find(self, index: TantivyIndex, words: str, k: int = 10, keys: Sequence[str] | None = None) -> list[Hit]:
        return index.search(words, k, keys)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[TantivyIndex]:
    index = TantivyIndex(tmp_path / "index")
    index.upsert(ALL)
    yield index
    index.close()


def ids(hits: Sequence[Hit]) -> list[str]:
    return [one for one, _ in hits]


@pytest.mark.parametrize("query", ["OWL", "hunting", "owl's", "the owls!", "mice?"])
def test_words_are_stemmed_and_case_is_ignored(index: TantivyIndex, query: str) -> None:
    assert ids(index.search(query, 1)) == [OWLS.id]


def test_accents_are_ignored(index: TantivyIndex) -> None:
    index.upsert([chunk(9, "Schrödinger's naïve café")])
    assert ids(index.search("schrodinger cafe", 1)) == ["paper9#9"]


@pytest.mark.parametrize("query", ["", "   ", "?!", "zebra", '"', "a" * 100_000])
def test_a_query_that_shares_no_word_finds_nothing(index: TantivyIndex, query: str) -> None:
    assert index.search(query, 10) == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TantivyIndex]:
    index = TantivyIndex(tmp_path_factory.mktemp("shared"))
    index.upsert(ALL)
    yield index
    index.close()


@settings(max_examples=100, deadline=None)
@given(query=st.text(max_size=60))
@pytest.mark.parametrize("syntax", ['"', "(", "title:", "AND", "-", "^", "[a TO", "\\", "*"])
def test_any_text_is_a_valid_query(shared: TantivyIndex, syntax: str, query: str) -> None:
    assert OWLS.id in ids(shared.search(f"{syntax} {query} owls {query} {syntax}", 10))


def test_a_very_long_query_is_read_as_far_as_it_can_matter(index: TantivyIndex) -> None:
    words = " ".join(f"word{number}" for number in range(20_000))
    assert ids(index.search(f"bees {words}", 10)) == [BEES.id]
    assert index.search(f"{words} bees", 10) == []


def test_words_of_the_title_count(index: TantivyIndex) -> None:
    index.upsert([chunk(8, "Nothing here.", title="Axolotl regeneration"), chunk(9, "An axolotl is mentioned.")])
    assert ids(index.search("axolotl regeneration", 2)) == ["paper8#8", "paper9#9"]


def test_ties_at_the_cut_are_settled_by_id(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "index")
    twins = [chunk(number, "The same words.", key="twin") for number in range(200)]
    index.upsert(twins[::-1])
    assert ids(index.search("same", 3)) == sorted(one.id for one in twins)[:3]
    index.close()


def test_what_another_writer_stored_is_found(index: TantivyIndex, tmp_path: Path) -> None:
    other = TantivyIndex(tmp_path / "index")
    other.upsert([chunk(9, "Newts sleep.")])
    other.close()
    assert ids(index.search("newts", 1)) == ["paper9#9"]


def test_a_second_writer_is_told_to_wait(index: TantivyIndex, tmp_path: Path) -> None:
    other = TantivyIndex(tmp_path / "index")
    with other._writer() as writer:
        assert writer
        with pytest.raises(IndexInUse, match="Try again"):
            index.upsert([OWLS])
    index.upsert([OWLS])
    other.close()


def test_an_interrupted_write_changes_nothing(index: TantivyIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    before = index.digests()

    def interrupt(_: Chunk) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("vectorstore.lexical._document", interrupt)
        with pytest.raises(KeyboardInterrupt):
            index.upsert([OWLS])
    assert index.digests() == before
    index.delete([OWLS.id])
    assert OWLS.id not in index.digests()


def test_a_writer_that_cannot_start_is_named(index: TantivyIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vectorstore.lexical._WRITER_HEAP", 1)
    with pytest.raises(VectorstoreError, match="memory"):
        index.upsert([OWLS])


def test_in_how_many_chunks_a_word_occurs(index: TantivyIndex) -> None:
    assert index.document_frequencies(["owls", "Study", "zebra", "?", "night-study"]) == {
        "owls": 1,
        "Study": 3,
        "zebra": 0,
        "?": 0,
        "night-study": 1,
    }


@pytest.mark.parametrize("suffix", ["meta.json", ".term", ".idx", ".store", ".fast"])
def test_garbage_is_damage(tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / "index"
    index = TantivyIndex(folder)
    index.upsert(ALL)
    index.close()
    broken = [file for file in folder.iterdir() if file.name.endswith(suffix) and file.name != ".managed.json"]
    assert broken
    broken[0].write_bytes(b"\xff\x00garbage" * 500)
    with pytest.raises(IndexDamaged, match="Delete that folder"):
        TantivyIndex(folder).digests()


def test_another_kind_of_index_is_damage(tmp_path: Path) -> None:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body")
    tantivy.Index(builder.build(), path=str(tmp_path))
    with pytest.raises(IndexDamaged):
        TantivyIndex(tmp_path)


def test_a_place_that_cannot_be_written_is_not_damage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VectorstoreError, match="could not be used") as caught:
        TantivyIndex(tmp_path / "file" / "index")
    assert not isinstance(caught.value, IndexDamaged)


def test_a_native_panic_is_damage(index: TantivyIndex) -> None:
    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(IndexDamaged), index._failures_named():
        raise panic


QUERIES = st.lists(st.sampled_from(["owls", "bees", "dance", "study", "night", "zebra"]), max_size=5).map(" ".join)


@settings(max_examples=50, deadline=None)
@given(query=QUERIES)
def test_scores_of_some_are_those_of_a_search(shared: TantivyIndex, query: str) -> None:
    found = dict(shared.search(query, 10))
    assert shared.scores(query, [one.id for one in ALL] + ["unknown#0"]) == pytest.approx(found)
    assert shared.scores(query, [OWLS.id]) == pytest.approx({k: v for k, v in found.items() if k == OWLS.id})


def test_scores_of_nothing(index: TantivyIndex) -> None:
    assert index.scores("owls", []) == {}
    assert index.scores("?", [OWLS.id]) == {}


def test_terms_may_weigh_more_or_less(index: TantivyIndex) -> None:
    owl, bee = index.terms("Owls") + index.terms("bees")
    assert ids(index.search({owl: 0.9, bee: 0.1}, 2)) == [OWLS.id, BEES.id]
    assert ids(index.search({owl: 0.1, bee: 0.9}, 2)) == [BEES.id, OWLS.id]
    assert dict(index.search({owl: 1.0}, 1)) == pytest.approx(dict(index.search("owls", 1)))
    assert index.search({}, 3) == []


def test_in_how_many_chunks_a_term_occurs(index: TantivyIndex) -> None:
    terms = index.terms("Owls study zebra")
    assert list(index.holding(terms).values()) == [1, 3, 0]


def test_storing_again_what_is_held_changes_no_score(index: TantivyIndex) -> None:
    before = index.search("owls study", 3)
    for _ in range(5):
        index.upsert(ALL)
    assert index.search("owls study", 3) == before
