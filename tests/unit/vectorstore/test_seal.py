import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import vectorstore
from tests.fakes.embedder import HashEmbedder
from vectorstore.chroma import ChromaIndex
from vectorstore.errors import IndexDamaged, VectorstoreError
from vectorstore.index import HybridIndex
from vectorstore.seal import Seal
from vectorstore.types import Chunk

ROOT = Path(vectorstore.__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "points.bin").write_bytes(b"points")
    (tmp_path / "graph" / "links.bin").write_bytes(b"links")
    (tmp_path / "beside").write_bytes(b"not of the graph")
    Seal(tmp_path).renew("word")
    return tmp_path


def garble(graph: Path) -> None:
    (graph / "points.bin").write_bytes(b"pOints")


CHANGES = pytest.mark.parametrize(
    "change",
    [garble, lambda graph: (graph / "points.bin").unlink(), lambda graph: (graph / "points.new").touch()],
    ids=["garbled", "lost", "added"],
)


@pytest.mark.parametrize("word", ["word", "of a change that did not get to the graph"])
def test_what_was_sealed_is_sound(folder: Path, word: str) -> None:
    (folder / "beside").write_bytes(b"other")
    for _ in range(2):
        assert Seal(folder).check(word)


def test_an_empty_folder_is_sound(tmp_path: Path) -> None:
    assert Seal(tmp_path).check("word")


@CHANGES
def test_other_files_after_the_same_change_are_damage(folder: Path, change: Callable[[Path], object]) -> None:
    change(folder / "graph")
    for _ in range(2):
        with pytest.raises(IndexDamaged, match=r"graph/points\..* is not as Chroma wrote it") as caught:
            Seal(folder).check("word")
        assert caught.value.folder == folder


@CHANGES
def test_other_files_after_a_change_that_was_not_finished_are_tried(
    folder: Path, change: Callable[[Path], object]
) -> None:
    change(folder / "graph")
    seal = Seal(folder)
    assert not seal.check("other")
    seal.survived()
    seal = Seal(folder)
    assert not seal.check("other")
    seal.renew("other")
    assert Seal(folder).check("other")


def test_who_dies_of_trying_is_the_last(folder: Path) -> None:
    (folder / "seal.json").unlink()
    assert not Seal(folder).check("word")
    for _ in range(2):
        after = Seal(folder)
        with pytest.raises(IndexDamaged, match="the last program that read its graph died") as caught:
            after.check("word")
        assert caught.value.folder == folder
        after.survived()


@pytest.mark.parametrize("content", [b"", b"{", b"7", b"[1]", b"{}", b'{"word": "word", "sums": 7}', b"\xff"])
def test_a_seal_that_cannot_be_read_is_damage(folder: Path, content: bytes) -> None:
    (folder / "seal.json").write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"seal\.json"):
        Seal(folder).check("word")


def test_what_did_not_change_is_not_read_again(folder: Path) -> None:
    seal = Seal(folder)
    seal.check("word")
    (folder / "seal.json").unlink()
    seal.renew("word")
    assert not (folder / "seal.json").exists()
    (folder / "graph" / "links.bin").write_bytes(b"more links")
    seal.renew("word")
    assert Seal(folder).check("word")


CHUNKS = [Chunk(id=f"{n}#0", key=str(n), title=f"paper {n}", text="", start=0, end=0) for n in range(1100)]


def open_chroma(folder: Path) -> ChromaIndex:
    return ChromaIndex(folder / "dense", embedder_name="hash-64", dimensions=64)


def is_sealed(folder: Path) -> bool:
    """Whether the last change is, in the folder of a collection."""
    return Seal(folder / "dense").check((folder / "dense" / "changed").read_bytes().hex())


def test_chroma_is_sealed_whatever_it_writes(tmp_path: Path) -> None:
    index = open_chroma(tmp_path)
    vectors = HashEmbedder().embed_documents([one.embedding_text for one in CHUNKS])
    seals = set()
    for start in range(0, 1100, 550):
        index.upsert(CHUNKS[start : start + 550], vectors[start : start + 550])
        assert is_sealed(tmp_path)
        seals.add(str(json.loads((tmp_path / "dense" / "seal.json").read_bytes())["sums"]))
    index.delete([one.id for one in CHUNKS[:1000]])
    assert is_sealed(tmp_path)
    index.close()
    assert is_sealed(tmp_path)
    assert len(seals) == 2


@pytest.mark.parametrize(
    ("raised", "seen", "sealed"), [(KeyboardInterrupt, KeyboardInterrupt, True), (ValueError, VectorstoreError, False)]
)
def test_chroma_is_sealed_when_the_user_interrupts_but_not_when_it_fails(
    tmp_path: Path, raised: type[BaseException], seen: type[BaseException], sealed: bool
) -> None:
    index = open_chroma(tmp_path)
    (tmp_path / "dense" / "graph").mkdir()

    def store() -> None:
        with index._using(to_change=True):
            (tmp_path / "dense" / "graph" / "points.bin").write_text("torn?")
            raise raised

    with pytest.raises(seen):
        store()
    assert is_sealed(tmp_path) is sealed
    index.close()


def run_python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, str(folder)]
    return subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)


REPAIR = """
import sys
from pathlib import Path
from tests.fakes.embedder import HashEmbedder
from vectorstore.errors import IndexDamaged
from vectorstore.index import HybridIndex
embedder = HashEmbedder()
index = HybridIndex(Path(sys.argv[1]), embedder)
try:
    index.held()["vectors"]()
except IndexDamaged as damage:
    print(damage.folder.name)
print(index.repair(), len(index.held()["vectors"]()), len(embedder.document_calls))
index.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize("is_known", [True, False])
def test_a_garbled_graph_is_made_anew_without_embedding(tmp_path: Path, is_known: bool) -> None:
    """Chroma ends the process that reads it with a segmentation fault: nobody but the first who knows no better."""
    index = HybridIndex(tmp_path, HashEmbedder())
    index.apply(CHUNKS, [])
    index.close()
    graph = next(tmp_path.glob("dense/*/data_level0.bin"))
    content = bytearray(graph.read_bytes())
    content[1000 : len(content) // 2] = np.random.default_rng(0).bytes(len(content) // 2 - 1000)
    graph.write_bytes(content)
    if not is_known:
        (tmp_path / "dense" / "seal.json").unlink()
        assert run_python(REPAIR, tmp_path).returncode not in (0, 1)
    for said in (["dense", "True", "1100", "0"], ["False", "1100", "0"]):
        ended = run_python(REPAIR, tmp_path)
        assert (ended.returncode, ended.stdout.split()) == (0, said), ended.stderr
    again = open_chroma(tmp_path)
    assert len(again.search(np.ones(64, dtype=np.float32), 5)) == 5
    again.close()
