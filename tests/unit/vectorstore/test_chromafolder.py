import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vectorstore import chromafolder
from vectorstore.chroma import ChromaIndex
from vectorstore.chromafolder import Turn
from vectorstore.errors import IndexInUse
from vectorstore.types import Vectors

MANY = 1100  # Chroma writes its graph after a thousand changes
DIGEST = "ab" * 32


def open_index(folder: Path) -> ChromaIndex:
    return ChromaIndex(folder, embedder_name="random", dimensions=16)


def rows(seed: int) -> Vectors:
    found = np.random.default_rng(seed).normal(size=(MANY, 16)).astype(np.float32)
    unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def put(index: ChromaIndex, seed: int) -> None:
    index.store([(f"{seed}-{row}", "key", DIGEST) for row in range(MANY)], rows(seed))


def lost(index: ChromaIndex, seed: int) -> int:
    held = index.vectors([f"{seed}-{row}" for row in range(MANY)])
    return sum(not np.array_equal(held[f"{seed}-{row}"], vector) for row, vector in enumerate(rows(seed)))


class TestTwoUsersInTurns:
    def test_neither_loses_what_the_other_stored(self, tmp_path: Path) -> None:
        one, other = open_index(tmp_path), open_index(tmp_path)
        for index, seed in ((one, 1), (other, 2), (one, 3), (other, 4)):
            put(index, seed)
            index.search(rows(seed)[0], 1)
        one.close()
        other.close()
        again = open_index(tmp_path)
        assert [lost(again, seed) for seed in (1, 2, 3, 4)] == [0, 0, 0, 0]
        assert [again.search(rows(seed)[5], 1)[0][0] for seed in (1, 2, 3, 4)] == ["1-5", "2-5", "3-5", "4-5"]
        again.close()

    def test_one_sees_at_once_what_the_other_stored_and_deleted(self, tmp_path: Path) -> None:
        reader, writer = open_index(tmp_path), open_index(tmp_path)
        put(writer, 1)
        assert reader.search(rows(1)[0], 1)[0][0] == "1-0"
        put(writer, 2)
        writer.delete(["1-0"])
        assert reader.search(rows(2)[0], 1)[0][0] == "2-0"
        assert reader.search(rows(1)[0], 1)[0][0] != "1-0"
        reader.close()
        writer.close()

    def test_a_process_that_reads_while_another_writes_does_not_crash(self, tmp_path: Path) -> None:
        index = open_index(tmp_path)
        put(index, 1)
        code = f"""
from pathlib import Path
from tests.unit.vectorstore.test_chromafolder import open_index, rows
index = open_index(Path({str(tmp_path)!r}))
for turn in range(30):
    assert index.search(rows(1)[turn], 1)[0][0] == f"1-{{turn}}"
"""
        root = Path(chromafolder.__file__).parent.parent
        reader = subprocess.Popen([sys.executable, "-c", code], cwd=root)
        for seed in (2, 3, 4):
            put(index, seed)
        assert reader.wait(60) == 0
        index.close()


def test_whoever_does_not_get_its_turn_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromafolder, "_PATIENCE", 0.05)
    index = open_index(tmp_path)
    with Turn(tmp_path).taken():
        with pytest.raises(IndexInUse, match="Another program"):
            index.count()
        with pytest.raises(IndexInUse, match="Another program"):
            open_index(tmp_path)
    assert index.count() == 0
    index.close()
