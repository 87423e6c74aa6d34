import json
import subprocess
import sys
import threading
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.index_contract import ALL, BEES, OWLS, WHALES, FolderContract, PartContract
from tests.fakes.embedder import HashEmbedder
from vectorstore import scan, scanfile
from vectorstore.errors import EmbedderMismatch, IndexDamaged, IndexInUse, VectorstoreError
from vectorstore.scan import ScanIndex
from vectorstore.types import Chunk, Hit

DIGEST = "ab" * 32


def open_index(folder: Path, embedder_name: str = "hash-64", dimensions: int = 64) -> ScanIndex:
    return ScanIndex(folder, embedder_name=embedder_name, dimensions=dimensions)


def put(index: ScanIndex, chunks: Sequence[Chunk]) -> None:
    index.upsert(chunks, HashEmbedder().embed_documents([one.embedding_text for one in chunks]))


def find(index: ScanIndex, words: str, k: int = 10) -> list[str]:
    return [one for one, _ in index.search(HashEmbedder().embed_query(words), k)]


class TestScan(PartContract, FolderContract):
    def open(self, folder: Path) -> ScanIndex:
        return open_index(folder)

    def put(self, index: ScanIndex, chunks: Sequence[Chunk]) -> None:
        put(index, chunks)

    def find(self, index: ScanIndex, words: str, k: int = 10, keys: Collection[str] | None = None) -> list[Hit]:
        return index.search(HashEmbedder().embed_query(words), k, keys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "scan"


@pytest.fixture
def index(folder: Path) -> ScanIndex:
    index = open_index(folder)
    put(index, ALL)
    return index


class TestExact:
    @settings(max_examples=30, deadline=None)
    @given(
        seed=st.integers(0, 2**32 - 1),
        k=st.integers(1, 60),
        gone=st.sets(st.integers(0, 49), max_size=40),
        papers=st.none() | st.sets(st.integers(0, 24), min_size=1, max_size=20),
    )
    def test_the_same_as_sorting_all_cosines(
        self, tmp_path_factory: pytest.TempPathFactory, seed: int, k: int, gone: set[int], papers: set[int] | None
    ) -> None:
        random = np.random.default_rng(seed)
        vectors = random.normal(size=(50, 8)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        index = open_index(tmp_path_factory.mktemp("scan") / "scan", dimensions=8)
        index.store([(f"c{n:02}", f"p{n % 25}", DIGEST) for n in range(50)], vectors)
        index.delete([f"c{n:02}" for n in gone])
        cosines = vectors.astype(float) @ vectors[0].astype(float)
        expected = sorted(
            {*range(50)} - gone - {n for n in range(50) if papers and n % 25 not in papers},
            key=lambda n: (-round(cosines[n], 12), n),
        )
        keys = frozenset(f"p{n}" for n in papers) if papers else None
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(scan, "_BLOCK", 3)
            assert [one for one, _ in index.search(vectors[0], k, keys)] == [f"c{n:02}" for n in expected[:k]]

    def test_ties_at_the_cut_are_settled_by_id_wherever_they_stand(self, folder: Path) -> None:
        index = open_index(folder, dimensions=8)
        vector = np.full((1, 8), 8**-0.5, dtype=np.float32)
        order = np.random.default_rng(1).permutation(1000)
        index.store([(f"c{n:04}", "p", DIGEST) for n in order], np.repeat(vector, 1000, axis=0))
        assert [one for one, _ in index.search(vector[0], 5)] == [f"c{n:04}" for n in range(5)]

    def test_the_same_filter_again_after_a_change(self, index: ScanIndex) -> None:
        query, keys = HashEmbedder().embed_query("owls"), frozenset({"paper1", "paper9"})
        assert [one for one, _ in index.search(query, 5, keys)] == [OWLS.id]
        newt = Chunk(id="paper9#9", key="paper9", title="owls", text="", start=0, end=0)
        put(index, [newt])
        assert [one for one, _ in index.search(query, 5, keys)] == [newt.id, OWLS.id]
        index.delete([newt.id])
        assert [one for one, _ in index.search(query, 5, keys)] == [OWLS.id]


class TestFolder:
    def test_reading_makes_nothing(self, folder: Path) -> None:
        index = open_index(folder)
        assert (index.exists, index.count(), index.search(np.ones(64, dtype=np.float32), 3)) == (False, 0, [])
        index.delete(["unknown"])
        index.check()
        assert not folder.exists()

    def test_another_embedder_is_refused(self, index: ScanIndex, folder: Path) -> None:
        with pytest.raises(EmbedderMismatch, match=r"'hash-64'.*'other'"):
            open_index(folder, "other", 32)

    def test_vectors_of_another_length_are_damage(self, index: ScanIndex, folder: Path) -> None:
        with pytest.raises(IndexDamaged, match="64 dimensions"):
            open_index(folder, dimensions=32)

    @pytest.mark.parametrize("name", ["tab\there", "line\nend", "back\\slash\\n", "\\t", "nul\x00", "é\ud800", ""])
    def test_any_name(self, folder: Path, name: str) -> None:
        vectors = np.eye(2, 64, dtype=np.float32)
        open_index(folder).store([(f"{name}#0", name, DIGEST), ("b", "b", DIGEST)], vectors)
        again = open_index(folder)
        assert again.digests() == {f"{name}#0": DIGEST, "b": DIGEST}
        assert again.search(vectors[0], 1, [name]) == [(f"{name}#0", 1.0)]

    def test_a_folder_made_anew_is_seen_by_who_had_the_old_one_open(self, index: ScanIndex, folder: Path) -> None:
        reader = open_index(folder)
        assert reader.count() == 3
        for path in folder.iterdir():
            path.unlink()
        assert (reader.count(), find(reader, "owls")) == (0, [])
        writer = open_index(folder)
        for one in (WHALES, OWLS, BEES, WHALES):
            put(writer, [one])
        assert find(reader, "owls hunt mice", 1) == [OWLS.id]
        assert reader.digests() == {one.id: one.digest for one in ALL}


class TestCrash:
    """What a process that died left behind, made by hand at each of its steps."""

    def test_a_torn_tail_of_every_file_is_written_over(self, index: ScanIndex, folder: Path) -> None:
        before = index.digests()
        for path in folder.glob("*-*.*"):
            with path.open("ab") as file:
                file.write(b"\xff" * 1001)
        again = open_index(folder)
        again.check()
        assert again.digests() == before
        changed = Chunk(id=OWLS.id, key=OWLS.key, title="newts", text="", start=0, end=0)
        put(again, [changed])
        for reader in (again, open_index(folder), index):
            reader.check()
            assert reader.digests() == {**before, OWLS.id: changed.digest}
            assert find(reader, "newts", 1) == [OWLS.id]

    @pytest.mark.parametrize("step", range(1, 8))
    @pytest.mark.parametrize("change", ["put", "delete", "compact"])
    def test_a_process_that_dies_at_any_write(
        self, folder: Path, change: str, step: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if change == "compact":
            monkeypatch.setattr(scanfile, "_MANY_DEAD", 1)
        put(open_index(folder), ALL)
        changed = Chunk(id=OWLS.id, key=OWLS.key, title="newts", text="", start=0, end=0)
        before = {one.id: one.digest for one in ALL}
        after = {**before, OWLS.id: changed.digest}
        if change == "delete":
            after = {one: digest for one, digest in before.items() if one != OWLS.id}
        steps = []

        def dying(descriptor: int) -> None:
            steps.append(descriptor)
            if len(steps) == step:
                raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(scanfile.os, "fsync", dying)
            writer = open_index(folder)
            with suppress(KeyboardInterrupt):
                put(writer, [changed]) if change != "delete" else writer.delete([OWLS.id])
        found = open_index(folder)
        found.check()
        assert found.digests() in (before, after)
        assert (len(steps) < step) <= (found.digests() == after)
        put(found, [changed]) if change != "delete" else found.delete([OWLS.id])
        again = open_index(folder)
        again.check()
        assert again.digests() == after
        assert len({path.stem for path in folder.glob("*-*.*")}) == 4


def test_what_died_before_anything_was_published_is_removed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
        patched.setattr(scanfile, "replace_whole", dying)
        put(open_index(folder), ALL)
    put(open_index(folder), ALL)
    assert len(list(folder.glob("*-*.*"))) == 4


class TestDamage:
    @pytest.mark.parametrize("kind", ["vectors", "digests", "names", "dead", "state"])
    @pytest.mark.parametrize("hurt", ["emptied", "garbage", "lost"])
    def test_is_told_when_it_is_opened(self, index: ScanIndex, folder: Path, kind: str, hurt: str) -> None:
        index.delete([BEES.id])
        (path,) = folder.glob(f"{kind}*.*")
        if hurt == "lost":
            path.unlink()
        else:
            path.write_bytes(b"" if hurt == "emptied" else b"\xaa" * path.stat().st_size)
        if (kind, hurt) == ("state", "lost"):
            assert not open_index(folder).exists
            return
        with pytest.raises(IndexDamaged, match="can be made anew") as caught:
            open_index(folder)
        assert caught.value.folder == folder

    def test_of_large_files_is_told_by_samples_or_by_the_check(
        self, index: ScanIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(scanfile, "_WHOLE", 0)
        (path,) = folder.glob("vectors*")
        good = path.read_bytes()
        path.write_bytes(b"\xaa" * len(good))
        with pytest.raises(IndexDamaged, match="not those that were written"):
            open_index(folder)
        path.write_bytes(good[:-4] + b"\x01\x00\x00\x00")
        with pytest.raises(IndexDamaged, match="not those that were written"):
            open_index(folder).check()

    def test_a_vector_of_no_length_is_none(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scanfile, "_WHOLE", 0)
        vectors = HashEmbedder().embed_documents([one.embedding_text for one in ALL])
        vectors[1] = 0  # what some models make of a text without words that they know
        open_index(folder).upsert(ALL, vectors)
        assert find(open_index(folder), "owls hunt mice", 1) == [OWLS.id]

    @pytest.mark.parametrize("change", [{"rows": -1}, {"layout": 2}, {"epoch": 3}, {"more": 1}, {"epoch": "../x"}])
    def test_a_state_that_makes_no_sense(self, index: ScanIndex, folder: Path, change: dict[str, object]) -> None:
        state = json.loads((folder / "state.json").read_text())
        (folder / "state.json").write_text(json.dumps({**state, **change}))
        with pytest.raises(IndexDamaged):
            open_index(folder)

    def test_a_state_that_changes_without_end(self, index: ScanIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        states = iter(range(1000))
        monkeypatch.setattr(index._file, "_read_state", lambda: b"%d" % next(states))

        def gone(*_: object) -> None:
            raise FileNotFoundError

        monkeypatch.setattr(index._file, "_loaded", gone)
        with pytest.raises(VectorstoreError, match="changes faster than it can be read"):
            index.count()


class TestCompaction:
    def test_dead_rows_do_not_pile_up(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scanfile, "_MANY_DEAD", 10)
        index, reader = open_index(folder), open_index(folder)
        for _ in range(30):
            put(index, ALL)
            assert reader.digests() == {one.id: one.digest for one in ALL}
            assert find(reader, "bees dance", 1) == [BEES.id]
        assert sum(path.stat().st_size for path in folder.glob("vectors*")) <= 4 * 64 * (3 + 15)
        assert len(list(folder.glob("vectors*"))) == 1
        open_index(folder).check()

    def test_files_that_a_reader_keeps_from_being_deleted_go_later(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def kept(_: Path) -> None:
            raise PermissionError("a reader has mapped it")  # as Windows says

        monkeypatch.setattr(scanfile, "_MANY_DEAD", 1)
        index = open_index(folder)
        put(index, ALL)
        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", kept)
            put(index, ALL)
        assert len(list(folder.glob("vectors*"))) > 1
        put(index, ALL)
        assert len(list(folder.glob("vectors*"))) == 1
        assert index.digests() == {one.id: one.digest for one in ALL}


class TestTwoWriters:
    def test_one_waits_for_the_other(self, index: ScanIndex, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("vectorstore.scan._PATIENCE", 0.05)
        other = open_index(folder)
        with index._writing(), pytest.raises(IndexInUse):
            put(other, [OWLS])
        put(other, [Chunk(id="new#0", key="new", title="newts", text="", start=0, end=0)])
        assert find(index, "newts", 1) == ["new#0"]

    def test_threads_search_while_another_waits_or_writes(
        self, index: ScanIndex, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        writing, searched, real = threading.Event(), threading.Event(), index._file.append
        found: list[str] = []

        def append(*given: object, **named: object) -> None:
            writing.set()
            assert searched.wait(timeout=10)
            real(*given, **named)  # type: ignore[arg-type] - because they are handed on as they came

        def search() -> None:
            found.extend(find(index, "owls hunt mice", 1))
            searched.set()

        monkeypatch.setattr(index._file, "append", append)
        threads = [threading.Thread(target=put, args=(index, [BEES])), threading.Thread(target=search)]
        threads[0].start()
        assert writing.wait(timeout=10)
        threads[1].start()
        for thread in threads:
            thread.join()
        assert found == [OWLS.id]

    def test_closing_meanwhile_loses_nothing(self, index: ScanIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        real = index._file.append

        def append(*given: object, **named: object) -> None:
            index.close()
            real(*given, **named)  # type: ignore[arg-type] - because they are handed on as they came

        monkeypatch.setattr(index._file, "append", append)
        put(index, [Chunk(id="new#0", key="new", title="newts", text="", start=0, end=0)])
        assert index.count() == len(ALL) + 1
        index.check()

    @pytest.mark.slow
    def test_one_writes_while_many_search(self, index: ScanIndex, folder: Path) -> None:
        stop, failures, seen = threading.Event(), [], []

        def reading() -> None:
            reader = open_index(folder)
            try:
                while not stop.is_set():
                    seen.append(len(find(reader, "owls hunt mice", 1000)))
                    assert find(reader, "owls hunt mice", 1) == [OWLS.id]
            except BaseException as error:  # noqa: BLE001 - because it is raised again below
                failures.append(error)

        threads = [threading.Thread(target=reading) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(60):
            put(index, [Chunk(id=f"k{number}#0", key="k", title=f"newt {number}", text="", start=0, end=0)])
            put(index, [BEES])
        stop.set()
        for thread in threads:
            thread.join()
        assert failures == []
        assert min(seen) >= 3
        assert index.count() == 63


def test_a_writer_that_is_killed_leaves_no_lock(index: ScanIndex, folder: Path) -> None:
    code = f"""
import os, signal, numpy as np
from pathlib import Path
from vectorstore.scan import ScanIndex
index = ScanIndex(Path({str(folder)!r}), embedder_name="hash-64", dimensions=64)
with index._writing():
    os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(scanfile.__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=root).returncode == -9
    put(index, [BEES])
    assert index.count() == 3
