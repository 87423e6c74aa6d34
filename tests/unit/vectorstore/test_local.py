import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import chromadb
import pytest
from chromadb.config import Settings

from tests.contracts.index_contract import ALL, BEES, OWLS, WHALES, DenseContract, FolderContract
from tests.fakes.embedder import HashEmbedder
from vectorstore import local
from vectorstore.errors import EmbedderMismatch, IndexDamaged
from vectorstore.local import LocalVectors, known
from vectorstore.types import Chunk, Hit

DIGESTS = {one.id: one.digest for one in ALL}
NEWTS = Chunk(id="newt#0", key="newt", title="Newts", text="Newts sleep.", start=0, end=12)


def open_index(folder: Path, embedder_name: str = "hash-64") -> LocalVectors:
    return LocalVectors(folder, embedder_name=embedder_name, dimensions=64)


def put(index: Any, chunks: Sequence[Chunk]) -> None:
    index.upsert(chunks, HashEmbedder().embed_documents([one.embedding_text for one in chunks]))


def find(index: LocalVectors, words: str, k: int = 10, keys: Collection[str] | None = None) -> list[Hit]:
    return index.search(HashEmbedder().embed_query(words), k, keys)


class TestLocal(DenseContract, FolderContract):
    def open(self, folder: Path) -> LocalVectors:
        return open_index(folder)

    def put(self, index: LocalVectors, chunks: Sequence[Chunk]) -> None:
        put(index, chunks)

    def find(self, index: LocalVectors, words: str, k: int = 10, keys: Collection[str] | None = None) -> list[Hit]:
        return find(index, words, k, keys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> Iterator[LocalVectors]:
    index = open_index(folder)
    put(index, ALL)
    yield index
    index.close()


def old_collection(folder: Path) -> None:
    """What the first version left: texts, titles and offsets in Chroma, and nothing beside it."""
    options: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False}
    client = chromadb.PersistentClient(path=folder / "dense", settings=Settings(**options))
    collection = client.get_or_create_collection(
        "chunks",
        metadata={"embedder": "hash-64"},
        configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}},
        embedding_function=None,
    )
    collection.upsert(
        ids=[one.id for one in ALL],
        embeddings=HashEmbedder().embed_documents([one.embedding_text for one in ALL]),
        documents=[one.text for one in ALL],
        metadatas=[
            {"key": one.key, "start": one.start, "end": one.end, "title": one.title, "digest": one.digest}
            for one in ALL
        ],
    )
    client.close()


class TestOneOfTwoIsLost:
    @pytest.mark.parametrize("part", ["dense", "scan"])
    def test_and_filled_from_the_other(self, index: LocalVectors, folder: Path, part: str) -> None:
        index.close()
        shutil.rmtree(folder / part)
        again = open_index(folder)
        assert again.count() == (3 if part == "dense" else 0)
        assert again.digests() == {}
        assert find(again, "owls hunt mice", 1)[0][0] == OWLS.id
        again.level()
        assert again.digests() == DIGESTS
        assert {name: held.digests() for name, held in again.parts().items()} == {"dense": DIGESTS, "scan": DIGESTS}
        assert again.count() == 3
        assert not list(folder.glob("*.new"))
        again.close()

    @pytest.mark.parametrize("part", ["dense", "scan"])
    def test_a_crash_while_it_is_made_anew(
        self, index: LocalVectors, folder: Path, part: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        index.close()
        shutil.rmtree(folder / part)
        again = open_index(folder)

        def dying(_: Path, __: Path) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", dying)
            with pytest.raises(KeyboardInterrupt):
                again.level()
        again.close()
        assert (folder / f"{part}.new").exists()
        last = open_index(folder)
        assert last.digests() == {}
        last.level()
        assert last.digests() == DIGESTS
        last.close()

    def test_a_part_that_lacks_some_gets_them(self, index: LocalVectors, folder: Path) -> None:
        index.chroma.delete([OWLS.id])
        index._scan.delete([BEES.id])
        assert index.digests() == {WHALES.id: WHALES.digest}
        index.level()
        assert index.digests() == DIGESTS

    def test_chroma_is_made_anew_by_the_next_change(self, index: LocalVectors, folder: Path) -> None:
        index.close()
        changes: list[tuple[Callable[[LocalVectors], None], dict[str, str]]] = [
            (lambda held: put(held, [NEWTS]), {**DIGESTS, NEWTS.id: NEWTS.digest}),
            (lambda held: held.delete([NEWTS.id, OWLS.id]), {BEES.id: BEES.digest, WHALES.id: WHALES.digest}),
        ]
        for change, left in changes:
            shutil.rmtree(folder / "dense")
            again = open_index(folder)
            assert find(again, "owls")
            assert not (folder / "dense").exists()
            change(again)
            assert {name: held.digests() for name, held in again.parts().items()} == {"dense": left, "scan": left}
            again.close()

    def test_chroma_is_lost_while_it_is_open(self, index: LocalVectors, folder: Path) -> None:
        shutil.rmtree(folder / "dense")
        put(index, [NEWTS])
        assert index.parts()["dense"].digests() == {**DIGESTS, NEWTS.id: NEWTS.digest}
        assert index.count() == 4

    def test_both(self, index: LocalVectors, folder: Path) -> None:
        index.close()
        shutil.rmtree(folder)
        again = open_index(folder)
        again.level()
        assert (again.count(), again.digests(), find(again, "owls")) == (0, {}, [])
        again.close()


class TestCrash:
    def test_between_the_two_writes(self, index: LocalVectors, monkeypatch: pytest.MonkeyPatch) -> None:
        changed = Chunk(id=OWLS.id, key=OWLS.key, title="owls", text="changed", start=0, end=7)
        with monkeypatch.context() as patched:
            patched.setattr(index._scan, "upsert", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                put(index, [changed, NEWTS])
        assert index.digests([OWLS.id, NEWTS.id, BEES.id]) == {BEES.id: BEES.digest}
        vectors = known(index.parts().values(), [changed, NEWTS, BEES, WHALES])
        assert vectors.keys() == {OWLS.id, NEWTS.id, BEES.id, WHALES.id}
        assert vectors[OWLS.id] == pytest.approx(HashEmbedder().embed_query(changed.embedding_text), abs=1e-6)
        assert known(index.parts().values(), [OWLS]).keys() == {OWLS.id}

    def test_between_the_two_deletions(self, index: LocalVectors, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(index.chroma, "delete", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                index.delete([OWLS.id])
        assert OWLS.id not in index.digests()
        assert OWLS.id not in [one for one, _ in find(index, "owls")]
        assert OWLS.id in index.parts()["dense"].digests()


class TestOlderVersion:
    def test_its_vectors_are_kept_and_take_less_room(self, folder: Path) -> None:
        old_collection(folder)
        index = open_index(folder)
        assert find(index, "owls hunt mice", 1)[0][0] == OWLS.id
        assert index.count() == 0
        index.level()
        assert (index.digests(), index.count()) == (DIGESTS, 3)
        for one in ALL:
            stored = HashEmbedder().embed_query(one.embedding_text)
            for part in index.parts().values():
                assert part.vectors([one.id])[one.id] == pytest.approx(stored, abs=1e-6)
        put(index, [NEWTS])
        index.close()
        with sqlite3.connect(folder / "dense" / "chroma.sqlite3") as database:
            names = {name for (name,) in database.execute("SELECT DISTINCT key FROM embedding_metadata")}
        database.close()
        assert names == {"key", "digest"}
        assert open_index(folder).count() == 4

    def test_of_another_embedder_is_refused(self, folder: Path) -> None:
        old_collection(folder)
        with pytest.raises(EmbedderMismatch):
            open_index(folder, "other")


class TestDamage:
    def test_of_the_matrix_is_told_when_it_is_opened(self, index: LocalVectors, folder: Path) -> None:
        index.close()
        (folder / "scan" / "state.json").write_text("{")
        with pytest.raises(IndexDamaged) as caught:
            open_index(folder)
        assert caught.value.folder == folder / "scan"

    def test_of_chroma_does_not_hinder_a_search_and_is_told_by_a_change(
        self, index: LocalVectors, folder: Path
    ) -> None:
        index.close()
        (folder / "dense" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
        again = open_index(folder)
        assert find(again, "owls hunt mice", 1)[0][0] == OWLS.id
        for work in (again.level, again.digests, lambda: again.delete([OWLS.id])):
            with pytest.raises(IndexDamaged) as caught:
                work()
            assert caught.value.folder == folder / "dense"
        again.close()


def test_a_search_imports_no_chroma(index: LocalVectors, folder: Path) -> None:
    index.close()
    code = f"""
import sys
from pathlib import Path
from tests.fakes.embedder import HashEmbedder
from vectorstore.local import LocalVectors
index = LocalVectors(Path({str(folder)!r}), embedder_name="hash-64", dimensions=64)
print(index.count(), index.search(HashEmbedder().embed_query("owls hunt mice"), 1)[0][0], "chromadb" in sys.modules)
"""
    root = Path(local.__file__).parent.parent
    ended = subprocess.run([sys.executable, "-c", code], check=True, cwd=root, capture_output=True, text=True)
    assert ended.stdout.split() == ["3", OWLS.id, "False"]
