import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.index_contract import ALL, BEES, OWLS, FolderContract, chunk
from vectorstore.errors import IndexDamaged, IndexInUse, IndexOutdated, VectorstoreError
from vectorstore.lexical import TantivyIndex
from vectorstore.types import Chunk, Hit

SEGMENT_SUFFIXES = {".term", ".idx", ".pos", ".store", ".fast", ".fieldnorm"}
NEWTS = replace(OWLS, text="Newts sleep.", end=12)


class TestTantivy(FolderContract):
    def open(self, folder: Path) -> TantivyIndex:
        return TantivyIndex(folder)

    def put(self, index: TantivyIndex, chunks: Sequence[Chunk]) -> None:
        index.upsert(chunks)

    def find(self, index: TantivyIndex, words: str, k: int = 10, keys: Collection[str] | None = None) -> list[Hit]:
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
            index.upsert([NEWTS])
    index.upsert([NEWTS])
    other.close()


def test_an_interrupted_write_changes_nothing(index: TantivyIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    before = index.digests()

    def interrupt(_: Chunk) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("vectorstore.lexical.document", interrupt)
        with pytest.raises(KeyboardInterrupt):
            index.upsert([NEWTS])
    assert index.digests() == before
    index.delete([OWLS.id])
    assert OWLS.id not in index.digests()


def test_a_writer_that_cannot_start_is_named(index: TantivyIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vectorstore.lexical._WRITER_HEAP", 1)
    with pytest.raises(VectorstoreError, match="memory"):
        index.upsert([NEWTS])


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
    with pytest.raises(IndexDamaged, match="can be made anew"):
        TantivyIndex(folder).digests()


def test_another_kind_of_index_is_damage(tmp_path: Path) -> None:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body")
    tantivy.Index(builder.build(), path=str(tmp_path))
    with pytest.raises(IndexOutdated, match="another version"):
        TantivyIndex(tmp_path)


def test_a_changed_byte_is_found_in_every_file(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "index")
    index.upsert(ALL)
    index.upsert([NEWTS])
    index.delete([BEES.id])
    index.check()
    held = index.digests()
    files = [one for one in (tmp_path / "index").iterdir() if one.suffix in SEGMENT_SUFFIXES]
    assert {one.suffix for one in files} == SEGMENT_SUFFIXES
    for file in files:
        sound = file.read_bytes()
        body = sound.rindex(b'{"version"')
        for at in {0, body // 2, body - 1, body, len(sound) - 9, len(sound) - 5, len(sound) - 1}:
            file.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
            with pytest.raises(IndexDamaged, match=file.name):
                index.check()
            with pytest.raises(IndexDamaged, match=file.name):
                index.digests()
        for end in (0, 5, len(sound) // 2):
            file.write_bytes(sound[:end])
            with pytest.raises(IndexDamaged, match=file.name):
                index.check()
        file.write_bytes(sound)
    assert index.digests() == held


def test_what_a_killed_writer_left_is_no_damage(index: TantivyIndex, tmp_path: Path) -> None:
    (tmp_path / "index" / f"{'0' * 32}.term").write_bytes(b"half writ")
    index.check()


def test_a_file_that_another_process_deletes_meanwhile_is_no_damage(index: TantivyIndex, tmp_path: Path) -> None:
    (term,) = (tmp_path / "index").glob("*.term")
    term.with_suffix(".11.del").symlink_to(tmp_path / "nowhere")  # listed, and gone when it is read
    index.check()


def test_a_folder_that_is_deleted_meanwhile_is_damage(index: TantivyIndex, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "index")
    with pytest.raises(IndexDamaged):
        index.digests()


@pytest.mark.parametrize("content", [b"{", b"{}", b"[]", b'{"segments": [4711]}'])
def test_a_list_of_files_that_cannot_be_read_is_damage(index: TantivyIndex, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index" / "meta.json").write_bytes(content)
    with pytest.raises(IndexDamaged):
        index.check()


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


NAMES = "owl bee whale newt frog mouse song night dance hunt".split()
TEXTS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=12).map(" ".join)
EVERY = " ".join(NAMES)


def scores(index: TantivyIndex) -> dict[str, float]:
    return dict(index.search(EVERY, 100))


def rewritten(index: TantivyIndex, chunks: dict[str, Chunk]) -> dict[str, float]:
    """What the index says after whatever it needs."""
    if index.is_uneven():
        index.rewrite(chunks.values())
    assert not index.is_uneven()
    assert index.digests() == {one.id: one.digest for one in chunks.values()}
    return scores(index)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    steps=st.lists(
        st.lists(st.tuples(st.integers(0, 12), TEXTS | st.none()), min_size=1, max_size=20), min_size=1, max_size=6
    )
)
def test_scores_depend_on_what_is_held_and_not_on_what_was(steps: list[list[tuple[int, str | None]]]) -> None:
    held: dict[str, Chunk] = {}
    with TemporaryDirectory() as folder:
        index, fresh = TantivyIndex(Path(folder) / "index"), TantivyIndex(Path(folder) / "fresh")
        for step in steps:
            for number, text in step:
                one = chunk(number, text or "")
                if text is None:
                    index.delete([one.id])
                    held.pop(one.id, None)
                else:
                    index.upsert([one])
                    held[one.id] = one
        fresh.upsert(list(held.values()))
        assert rewritten(index, held) == pytest.approx(scores(fresh), rel=1e-6)
        index.close()
        fresh.close()


def test_adding_leaves_nothing_to_write_anew(index: TantivyIndex) -> None:
    index.upsert(ALL)
    index.delete(["unknown#0"])
    assert not index.is_uneven()
    index.delete([OWLS.id])
    assert index.is_uneven()


def test_of_a_large_index_little_may_be_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vectorstore.lexical._LARGE", 100)
    index = TantivyIndex(tmp_path / "index")
    index.upsert([chunk(number, "owls") for number in range(200)])
    index.delete([chunk(number, "").id for number in range(3)])
    assert not index.is_uneven()
    index.upsert([chunk(number, "bees") for number in range(3, 5)])
    assert index.is_uneven()
    index.close()


def test_a_note_that_was_half_written_means_write_anew(index: TantivyIndex, tmp_path: Path) -> None:
    (tmp_path / "index" / "uneven").write_text("")
    assert index.is_uneven()


def test_an_interrupted_rewriting_changes_nothing(index: TantivyIndex) -> None:
    def interrupted() -> Iterator[Chunk]:
        yield BEES
        raise KeyboardInterrupt

    index.delete([OWLS.id])
    before = index.digests(), index.search("bees study", 3)
    with pytest.raises(KeyboardInterrupt):
        index.rewrite(interrupted())
    assert (index.digests(), index.search("bees study", 3)) == before
    assert index.is_uneven()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TantivyIndex]:
    index = TantivyIndex(tmp_path_factory.mktemp("many"))
    words = [" ".join(NAMES[(number * step + step) % 10] for step in range(1, 3 + number % 7)) for number in range(600)]
    index.upsert([chunk(number, text) for number, text in enumerate(words)])
    yield index
    index.close()


@settings(max_examples=40, deadline=None)
@given(
    query=st.lists(st.sampled_from([*NAMES, "zebra"]), min_size=1, max_size=4).map(" ".join),
    every=st.integers(1, 12),
    k=st.integers(1, 80),
    first=st.integers(0, 500),
)
def test_a_filter_leaves_the_order_and_the_scores(
    many: TantivyIndex, query: str, every: int, k: int, first: int
) -> None:
    keys = [f"paper{number}" for number in range(first, 600, every)] + ["nobody"]
    expected = [hit for hit in many.search(query, 600) if hit[0].partition("#")[0] in set(keys)][:k]
    found = many.search(query, k, keys)
    assert ids(found) == ids(expected)
    assert [score for _, score in found] == pytest.approx([score for _, score in expected])


def test_a_filter_on_what_the_query_hardly_finds(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "index")
    index.upsert([chunk(number, "owl " * (1 if number < 1000 else 9)) for number in range(4000)])
    keys = frozenset(f"paper{number}" for number in range(1000))
    assert {one.partition("#")[0] for one in ids(index.search("owl", 5, keys))} < keys
    index.close()
