import logging
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from tests.contracts.index_contract import ALL, OWLS, FolderContract, PartContract
from tests.fakes.embedder import HashEmbedder
from vectorstore.chroma import ChromaIndex
from vectorstore.connections import close_client, open_client
from vectorstore.errors import EmbedderMismatch, IndexDamaged, VectorstoreError
from vectorstore.types import Chunk, Hit


def open_index(folder: Path, embedder_name: str = "hash-64") -> ChromaIndex:
    return ChromaIndex(folder, embedder_name=embedder_name, dimensions=64)


def put(index: ChromaIndex, chunks: Sequence[Chunk]) -> None:
    index.upsert(chunks, HashEmbedder().embed_documents([one.embedding_text for one in chunks]))


class TestChroma(PartContract, FolderContract):
    def open(self, folder: Path) -> ChromaIndex:
        return open_index(folder)

    def put(self, index: ChromaIndex, chunks: Sequence[Chunk]) -> None:
        put(index, chunks)

    def find(self, index: ChromaIndex, words: str, k: int = 10, keys: Collection[str] | None = None) -> list[Hit]:
        return index.search(HashEmbedder().embed_query(words), k, keys)


def test_another_embedder_is_refused(tmp_path: Path) -> None:
    open_index(tmp_path / "index").close()
    with pytest.raises(EmbedderMismatch, match=r"'hash-64'.*'other:model'.*--embedding other:model"):
        open_index(tmp_path / "index", "other:model")
    open_index(tmp_path / "index").close()


def test_a_closed_and_deleted_folder_can_be_opened_again(tmp_path: Path) -> None:
    first = open_index(tmp_path / "index")
    put(first, ALL)
    first.close()
    shutil.rmtree(tmp_path / "index")
    again = open_index(tmp_path / "index")
    assert again.digests() == {}
    put(again, [OWLS])
    assert again.digests() == {OWLS.id: OWLS.digest}
    again.close()


def test_garbage_is_damage_and_the_folder_can_be_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    open_index(folder).close()
    (folder / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexDamaged, match="can be made anew"):
        open_index(folder)
    shutil.rmtree(folder)
    again = open_index(folder)
    put(again, ALL)
    assert len(again.digests()) == 3
    again.close()


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_lost_graph_is_damage(tmp_path: Path, is_sealed: bool) -> None:
    folder = tmp_path / "index"
    index = open_index(folder)
    texts = [Chunk(id=f"k#{n}", key="k", title="t", text=f"{n}", start=0, end=1) for n in range(1100)]
    put(index, texts)
    index.close()
    graphs = list(folder.glob("*/header.bin"))
    assert graphs, "Chroma writes its graph to disk after a thousand chunks"
    graphs[0].unlink()
    if not is_sealed:
        (folder / "seal.json").unlink()
    for _ in range(2):
        with pytest.raises(IndexDamaged, match=r"header\.bin is not as Chroma wrote it" if is_sealed else "hnsw"):
            open_index(folder)


def test_a_batch_larger_than_chromas_own_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = open_index(tmp_path / "index")
    monkeypatch.setattr(index, "_batch", 2)
    put(index, ALL)
    assert len(index.digests()) == 3
    index.delete([one.id for one in ALL])
    assert index.digests() == {}
    index.close()


def test_neither_text_nor_title_is_kept_twice(tmp_path: Path) -> None:
    index = open_index(tmp_path / "index")
    put(index, ALL)
    index.close()
    for path in (tmp_path / "index").rglob("*"):
        assert path.is_dir() or b"hunt mice" not in path.read_bytes()


def test_a_broad_filter_whose_papers_are_far_is_asked_of_chroma(tmp_path: Path) -> None:
    index = open_index(tmp_path / "index")
    near = [Chunk(id=f"near#{n}", key="near", title=f"owls hoot {n}", text="", start=0, end=0) for n in range(200)]
    far = [Chunk(id=f"far{n}#0", key=f"far{n}", title=f"bees {n}", text="", start=0, end=0) for n in range(60)]
    put(index, [*near, *far])
    keys = [one.key for one in far]
    found = index.search(HashEmbedder().embed_query("owls"), 5, keys)
    assert len(found) == 5
    assert all(one.startswith("far") for one, _ in found)
    index.close()


def test_digests_of_more_than_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vectorstore.chroma._PAGE", 2)
    index = open_index(tmp_path / "index")
    put(index, ALL)
    expected = {one.id: one.digest for one in ALL}
    assert index.digests() == index.digests(list(expected)) == expected
    index.close()


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("error returned from database: (code: 5) database is locked", "another program"),
        ("disk I/O error", "could not be used: disk I/O error"),
        ("hnsw: No space left on device", "could not be used: hnsw"),
    ],
)
def test_failures_that_pass_are_not_damage(tmp_path: Path, words: str, kind: str) -> None:
    class Failing:
        def count(self) -> int:
            raise RuntimeError(words)

    index = open_index(tmp_path / "index")
    index._collection = Failing()  # type: ignore[assignment] - because a full disk cannot be had here
    with pytest.raises(VectorstoreError, match=f"(?i){kind}") as caught:
        index.digests()
    assert not isinstance(caught.value, IndexDamaged)
    index.close()


@pytest.mark.parametrize("kind", ["PanicException", "KeyboardInterrupt"])
def test_a_native_panic_is_damage_and_an_interrupt_is_not(tmp_path: Path, kind: str) -> None:
    raised = KeyboardInterrupt if kind == "KeyboardInterrupt" else type(kind, (BaseException,), {})

    class Failing:
        def count(self) -> int:
            raise raised

    index = open_index(tmp_path / "index")
    index._collection = Failing()  # type: ignore[assignment] - because a panic cannot be had here
    with pytest.raises(KeyboardInterrupt if raised is KeyboardInterrupt else IndexDamaged):
        index.digests()
    index.close()


def test_a_panic_for_want_of_files_is_not_damage(tmp_path: Path) -> None:
    class Failing:
        def count(self) -> int:
            raise type("PanicException", (BaseException,), {})("failed to create UnixStream: Too many open files")

    index = open_index(tmp_path / "index")
    index._collection = Failing()  # type: ignore[assignment] - because a panic cannot be had here
    with pytest.raises(VectorstoreError, match="not too many files are open") as caught:
        index.digests()
    assert not isinstance(caught.value, IndexDamaged)
    index.close()


def test_nothing_of_the_users_folder_configures_chroma(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_text("IS_PERSISTENT=false\nANONYMIZED_TELEMETRY=true\nCHROMA_API_IMPL=nonsense\n")
    monkeypatch.chdir(tmp_path)
    with caplog.at_level(logging.DEBUG):
        index = open_index(tmp_path / "index")
    put(index, ALL)
    index.close()
    assert (tmp_path / "index" / "chroma.sqlite3").exists()
    assert "telemetry" not in "\n".join(record.getMessage() for record in caplog.records if record.levelno > 20)


def test_what_it_does_is_reported_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its exporter would go past Python's sockets, and so past what keeps text on this machine."""
    monkeypatch.setenv("CHROMA_OTEL_COLLECTION_ENDPOINT", "http://192.0.2.1:4317")
    monkeypatch.setenv("CHROMA_OTEL_GRANULARITY", "all")
    client = open_client(tmp_path)
    assert client.get_settings().chroma_otel_granularity == "none"
    close_client(client)
