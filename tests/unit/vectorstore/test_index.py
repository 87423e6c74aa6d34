import json
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.embedder import HashEmbedder
from vectorstore.errors import EmbedderError, EmbedderMismatch, IndexDamaged
from vectorstore.index import Difference, HybridIndex, drop_vectors, recorded_embedder
from vectorstore.types import Chunk, Passage, Vectors

Lookup = Callable[[Sequence[str]], Mapping[str, Chunk]]


def chunk(number: int, text: str) -> Chunk:
    return Chunk(id=f"paper{number}#0", key=f"paper{number}", title="A study", text=text, start=0, end=len(text))


OWLS = chunk(1, "Owls hunt mice at night.")
BEES = chunk(2, "Bees dance to tell where flowers are.")
WHALES = chunk(3, "Whales sing songs that travel far.")
ALL = [OWLS, BEES, WHALES]
EXPECTED = {one.id: one.digest for one in ALL}


def lookup(ids: Sequence[str]) -> Mapping[str, Chunk]:
    return {one.id: one for one in ALL if one.id in ids}


def ids(passages: Sequence[Passage]) -> list[str]:
    return [passage.chunk.id for passage in passages]


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path, embedder: HashEmbedder) -> Iterator[HybridIndex]:
    index = HybridIndex(folder, embedder)
    yield index
    index.close()


@pytest.fixture
def filled(index: HybridIndex) -> HybridIndex:
    index.apply(ALL, [])
    return index


class TestSearch:
    def test_hybrid_fuses_both_and_keeps_their_scores(self, filled: HybridIndex) -> None:
        found = filled.search("owls hunt mice", 3, lookup=lookup)
        best = found[0]
        assert best.chunk == OWLS
        assert best.score > max(passage.score for passage in found[1:])
        assert best.scores.dense is not None
        assert best.scores.dense <= 1.0
        assert best.scores.lexical is not None
        assert best.scores.lexical > 0.0
        assert {passage.scores.lexical for passage in found[1:]} == {None}

    @pytest.mark.parametrize("mode", ["dense", "lexical"])
    def test_one_part_alone_is_ordered_by_its_score(self, filled: HybridIndex, mode: str) -> None:
        found = filled.search("a study: bees dance near flowers", 3, mode=mode, lookup=lookup)  # type: ignore[arg-type] - because parametrize gives a str
        assert ids(found)[0] == BEES.id
        assert [passage.score for passage in found] == [getattr(passage.scores, mode) for passage in found]
        other = "lexical" if mode == "dense" else "dense"
        assert {getattr(passage.scores, other) for passage in found} == {None}

    def test_no_more_than_k(self, filled: HybridIndex) -> None:
        assert len(filled.search("a study", 2, lookup=lookup)) == 2
        assert filled.search("a study", 0, lookup=lookup) == []

    @pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
    def test_only_of_the_papers_asked_for(self, filled: HybridIndex, mode: str) -> None:
        found = filled.search("a study of owls", 3, mode=mode, keys={"paper2"}, lookup=lookup)  # type: ignore[arg-type] - because as above
        assert ids(found) == [BEES.id]

    def test_no_paper_asked_for_is_no_work(self, filled: HybridIndex, embedder: HashEmbedder) -> None:
        assert filled.search("owls", 3, keys=[], lookup=lookup) == []
        assert filled.search("  ", 3, lookup=lookup) == []
        assert embedder.query_calls == []

    def test_chunks_that_the_library_no_longer_knows_are_left_out(self, filled: HybridIndex) -> None:
        found = filled.search(
            "owls hunt mice", 1, lookup=lambda wanted: {i: c for i, c in lookup(wanted).items() if c != OWLS}
        )
        assert len(found) == 1
        assert found[0].chunk != OWLS

    def test_an_empty_index(self, index: HybridIndex) -> None:
        assert index.search("owls", 3, lookup=lookup) == []


class TestApply:
    def test_twice_changes_and_embeds_nothing(self, filled: HybridIndex, embedder: HashEmbedder) -> None:
        filled.apply(ALL, [])
        assert len(embedder.document_calls) == 1
        assert filled.missing(EXPECTED).is_empty

    def test_what_is_embedded_is_the_title_and_the_text(self, filled: HybridIndex, embedder: HashEmbedder) -> None:
        assert embedder.document_calls == [[one.embedding_text for one in ALL]]
        assert filled.missing(EXPECTED).is_empty

    def test_changes_and_deletions(self, filled: HybridIndex, embedder: HashEmbedder) -> None:
        changed = replace(BEES, text="Newts sleep.", end=12)
        filled.apply([changed, WHALES], [OWLS.id, "unknown#0"])
        assert filled.missing({changed.id: changed.digest, WHALES.id: WHALES.digest}).is_empty
        assert embedder.document_calls[1:] == [[changed.embedding_text]]

    def test_progress_counts_up_to_all(self, index: HybridIndex, embedder: HashEmbedder) -> None:
        chunks = [chunk(number, f"Text {number}.") for number in range(600)]
        index.apply(chunks[:10], [])
        seen: list[int] = []
        index.apply(chunks, [], seen.append)
        assert seen == sorted(seen)
        assert seen[0] <= 100
        assert seen[-1] == 600
        assert max(len(call) for call in embedder.document_calls) <= 64
        assert sum(len(call) for call in embedder.document_calls) == 600

    def test_vectors_that_are_ready_are_not_made_again(self, index: HybridIndex, embedder: HashEmbedder) -> None:
        ready = HashEmbedder().embed_documents([OWLS.embedding_text, WHALES.embedding_text])
        index.apply(ALL, [], vectors={OWLS.id: ready[0], WHALES.id: ready[1]})
        assert embedder.document_calls == [[BEES.embedding_text]]
        assert index.missing(EXPECTED).is_empty
        for one in ALL:
            assert index.vectors([one.id])[one.id] == pytest.approx(HashEmbedder().embed_query(one.embedding_text))

    def test_a_crash_between_the_two_places_of_vectors_embeds_nothing_again(
        self, filled: HybridIndex, embedder: HashEmbedder
    ) -> None:
        filled._open_dense().parts()["scan"].delete([OWLS.id])
        filled.apply(ALL, [])
        assert len(embedder.document_calls) == 1
        assert ids(filled.search("owls hunt mice", 1, lookup=lookup)) == [OWLS.id]

    def test_nothing(self, index: HybridIndex) -> None:
        seen: list[int] = []
        index.apply([], [], seen.append)
        assert seen == []

    def test_the_same_chunk_twice(self, index: HybridIndex) -> None:
        index.apply([OWLS, OWLS], [])
        assert index.missing({OWLS.id: OWLS.digest}).is_empty

    def test_vectors_that_hold_no_numbers_are_refused(self, folder: Path) -> None:
        class Broken(HashEmbedder):
            def embed_documents(self, texts: Sequence[str]) -> Vectors:
                return super().embed_documents(texts) * np.float32("nan")

        broken = HybridIndex(folder, Broken())
        with pytest.raises(EmbedderError, match="'hash-64' gave something else than numbers"):
            broken.apply(ALL, [])
        assert broken.counts() == [0, 0]
        broken.close()

    def test_an_embedder_that_fails_leaves_something_that_can_be_completed(self, folder: Path) -> None:
        class Failing(HashEmbedder):
            def embed_documents(self, texts: Sequence[str]) -> None:  # type: ignore[override] - because it never returns
                raise RuntimeError("the power went out")

        broken = HybridIndex(folder, Failing())
        with pytest.raises(RuntimeError, match="power"):
            broken.apply(ALL, [])
        broken.close()
        again = HybridIndex(folder, HashEmbedder())
        assert again.missing(EXPECTED).to_index == EXPECTED.keys()
        again.apply(ALL, [])
        assert again.missing(EXPECTED).is_empty
        again.close()


class TestMissing:
    def test_everything_of_an_empty_index(self, index: HybridIndex) -> None:
        assert index.missing(EXPECTED) == Difference(to_index=frozenset(EXPECTED), to_delete=frozenset())

    def test_changed_new_and_superfluous(self, filled: HybridIndex) -> None:
        found = filled.missing({OWLS.id: "another digest", BEES.id: BEES.digest, "new#0": "digest"})
        assert found == Difference(to_index=frozenset({OWLS.id, "new#0"}), to_delete=frozenset({WHALES.id}))
        assert not found.is_empty

    def test_one_part_alone_is_behind(self, filled: HybridIndex, folder: Path, embedder: HashEmbedder) -> None:
        filled.close()
        shutil.rmtree(folder / "lexical")
        assert filled.missing(EXPECTED).to_index == EXPECTED.keys()
        filled.apply(ALL, [])
        assert filled.missing(EXPECTED).is_empty
        assert len(embedder.document_calls) == 1

    @pytest.mark.parametrize("part", ["dense", "scan"])
    def test_lost_vectors_are_taken_from_where_they_are_too(
        self, filled: HybridIndex, folder: Path, embedder: HashEmbedder, part: str
    ) -> None:
        filled.close()
        shutil.rmtree(folder / part)
        assert filled.counts("dense") == [3 if part == "dense" else 0]
        assert filled.missing(EXPECTED).is_empty
        assert filled.counts() == [3, 3]
        assert len(embedder.document_calls) == 1

    def test_vectors_lost_in_both_places_are_made_anew(
        self, filled: HybridIndex, folder: Path, embedder: HashEmbedder
    ) -> None:
        drop_vectors(folder)
        filled.close()
        assert sorted(path.name for path in folder.iterdir()) == ["embedder.json", "lexical"]
        assert filled.missing(EXPECTED).to_index == EXPECTED.keys()
        filled.apply(ALL, [])
        assert len(embedder.document_calls) == 2
        assert filled.missing(EXPECTED).is_empty

    def test_what_only_one_place_holds_is_found_out(self, filled: HybridIndex) -> None:
        filled._open_dense().parts()["scan"].delete([OWLS.id])
        filled._open_dense().parts()["dense"].delete([OWLS.id])
        assert filled.missing(EXPECTED).to_index == {OWLS.id}


class TestFigures:
    def test_counts_are_of_the_parts_that_a_search_reads(self, filled: HybridIndex, folder: Path) -> None:
        assert filled.counts() == [3, 3]
        filled.close()
        shutil.rmtree(folder / "dense")
        assert filled.counts("dense") == [3]  # searches read the matrix
        filled.close()
        shutil.rmtree(folder / "scan")
        assert filled.counts("lexical") == [3]
        assert filled.counts("dense") == [0]
        assert filled.counts("hybrid") == [0, 3]

    def test_what_each_part_holds_is_told_without_a_change(self, filled: HybridIndex, folder: Path) -> None:
        assert {name: digests() for name, digests in filled.held().items()} == dict.fromkeys(
            ("vectors", "scan", "words"), EXPECTED
        )
        filled.close()
        for part in ("dense", "scan", "lexical"):
            shutil.rmtree(folder / part)
        assert [digests() for digests in filled.held().values()] == [{}, {}, {}]
        assert [path.name for path in folder.iterdir()] == ["embedder.json"]

    @pytest.mark.parametrize(
        ("path", "damaged"), [("dense/chroma.sqlite3", {"vectors"}), ("scan/state.json", {"scan"})]
    )
    def test_what_a_part_holds_is_told_whatever_state_another_is_in(
        self, filled: HybridIndex, folder: Path, path: str, damaged: set[str]
    ) -> None:
        filled.close()
        (folder / path).write_bytes(b"garbage" * 1000)
        for name, digests in filled.held().items():
            if name in damaged:
                with pytest.raises(IndexDamaged) as caught:
                    digests()
                assert caught.value.folder == (folder / path).parent
            else:
                assert digests() == EXPECTED

    def test_rare_words_weigh_more(self, filled: HybridIndex) -> None:
        rarity = filled.rarity(["study", "owls", "zebra"])
        assert rarity["zebra"] == pytest.approx(log(1 + 3.5 / 0.5))
        assert rarity["zebra"] > rarity["owls"] > rarity["study"] > 0

    def test_replaced_chunks_do_not_make_a_word_less_than_common(self, index: HybridIndex) -> None:
        chunks = [chunk(number, "Owls.") for number in range(50)]
        index.apply(chunks, [])
        index.apply([replace(one, end=4) for one in chunks], [])
        index.apply([], [one.id for one in chunks[1:]])
        assert index.rarity(["owls"])["owls"] > 0

    def test_rarity_in_an_empty_index(self, index: HybridIndex) -> None:
        assert index.rarity(["owls"]) == {"owls": pytest.approx(log(2))}


class TestDamage:
    @pytest.mark.parametrize(("part", "file"), [("scan", "state.json"), ("lexical", "meta.json")])
    def test_a_damaged_part_is_told_and_then_rebuilt(
        self, filled: HybridIndex, folder: Path, caplog: pytest.LogCaptureFixture, part: str, file: str
    ) -> None:
        filled.close()
        (folder / part / file).write_bytes(b"garbage" * 1000)
        with pytest.raises(IndexDamaged):
            filled.search("owls", 3, lookup=lookup)
        with caplog.at_level(logging.WARNING):
            missing = filled.missing(EXPECTED).to_index
        assert missing == (EXPECTED.keys() if part == "lexical" else frozenset())
        assert "is damaged" in caplog.text
        filled.apply(ALL, [])
        assert ids(filled.search("owls hunt mice", 1, lookup=lookup)) == [OWLS.id]

    @pytest.mark.parametrize("file", ["scan/state.json", "scan/vectors-*", "dense/chroma.sqlite3"])
    def test_damaged_vectors_are_replaced_without_embedding(
        self, filled: HybridIndex, folder: Path, embedder: HashEmbedder, file: str
    ) -> None:
        filled.close()
        (path,) = folder.glob(file)
        path.write_bytes(b"\xaa" * path.stat().st_size)
        assert filled.repair() is True
        assert filled.repair() is False
        assert filled.missing(EXPECTED).is_empty
        assert len(embedder.document_calls) == 1

    def test_vectors_damaged_in_both_places(self, filled: HybridIndex, folder: Path, embedder: HashEmbedder) -> None:
        filled.close()
        for file in ("scan/state.json", "dense/chroma.sqlite3"):
            (folder / file).write_bytes(b"garbage" * 1000)
        assert filled.missing(EXPECTED).to_index == EXPECTED.keys()
        filled.apply(ALL, [])
        assert ids(filled.search("owls hunt mice", 1, lookup=lookup)) == [OWLS.id]

    def test_what_is_sound_is_left_alone(self, filled: HybridIndex) -> None:
        assert filled.repair() is False
        assert filled.missing(EXPECTED).is_empty

    def test_search_by_words_does_not_need_the_vectors(self, filled: HybridIndex, folder: Path) -> None:
        filled.close()
        (folder / "dense" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
        assert ids(filled.search("owls", 3, mode="lexical", lookup=lookup)) == [OWLS.id]
        assert filled.repair() is True


class TestEmbedder:
    def test_another_embedder_is_refused_before_chroma_is_touched(self, filled: HybridIndex, folder: Path) -> None:
        filled.close()
        shutil.rmtree(folder / "dense")
        assert recorded_embedder(folder) == "hash-64"
        with pytest.raises(EmbedderMismatch, match=r"'hash-64'.*'other'.*citewell reindex --embedding other"):
            HybridIndex(folder, HashEmbedder(name="other"))

    @pytest.mark.parametrize("record", [None, "{", "[]", '{"embedder": 3}'])
    def test_a_lost_record_is_made_good_by_the_vectors(
        self, filled: HybridIndex, folder: Path, record: str | None
    ) -> None:
        filled.close()
        (folder / "embedder.json").unlink()
        if record is not None:
            (folder / "embedder.json").write_text(record)
        assert recorded_embedder(folder) is None
        other = HybridIndex(folder, HashEmbedder(name="other"))
        with pytest.raises(EmbedderMismatch):
            other.search("owls", 3, lookup=lookup)
        with pytest.raises(EmbedderMismatch):
            other.apply([], [])
        assert recorded_embedder(folder) is None
        filled.apply([], [])
        assert json.loads((folder / "embedder.json").read_text()) == {"embedder": "hash-64"}

    def test_nothing_is_recorded_before_something_is_stored(self, index: HybridIndex, folder: Path) -> None:
        assert recorded_embedder(folder) is None
        assert index.search("owls", 3, mode="lexical", lookup=lookup) == []
        assert recorded_embedder(folder) is None


def test_a_closed_index_opens_again_when_it_is_used(filled: HybridIndex) -> None:
    filled.close()
    filled.close()
    assert ids(filled.search("owls hunt mice", 1, lookup=lookup)) == [OWLS.id]


def test_the_folder_is_its_owners_alone(filled: HybridIndex, folder: Path) -> None:
    assert filled is not None
    assert folder.stat().st_mode & 0o077 == 0


def test_scores_by_words_do_not_depend_on_what_is_gone(filled: HybridIndex, tmp_path: Path) -> None:
    fresh = HybridIndex(tmp_path / "fresh", HashEmbedder())
    fresh.apply([OWLS, BEES], [])
    assert not fresh.is_uneven()
    filled.apply([], [WHALES.id])
    assert filled.is_uneven()
    filled.even_out(lookup)
    assert not filled.is_uneven()
    queries = ["owls", "a study of bees", "whales"]
    found, expected = (
        [index.search(query, 3, mode="lexical", lookup=lookup) for query in queries] for index in (filled, fresh)
    )
    assert found == expected
    fresh.close()


def test_vectors_in_a_folder_need_no_mark(filled: HybridIndex) -> None:
    filled.set_mark("mine")
    assert filled.mark() is None
