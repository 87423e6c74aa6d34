import json
import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.doctor import indexes
from assistant.library.meta import note
from assistant.library.migrations import MIGRATIONS
from assistant.library.store import Library
from assistant.stores import new_place, note_leftover
from tests.conftest import Ran, Run
from vectorstore.chunk import chunk_paper
from vectorstore.embed import DEFAULT_EMBEDDER, EmbeddedModel
from vectorstore.index import HybridIndex
from vectorstore.types import Chunk


def checks(ran: Ran) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads(ran.out)["checks"]}


def examined(run: Run, library: Path, *options: str, code: int) -> dict[str, dict[str, Any]]:
    """What the doctor says of each thing, by name."""
    ran = run("doctor", "--json", "--library", library, *options)
    assert ran.code == code, ran.out
    return checks(ran)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but those in which Chroma keeps its own books whenever it is opened."""
    paths = [one for one in folder.rglob("*") if one.is_file() and "dense" not in one.relative_to(folder).parts]
    return {str(one.relative_to(folder)): one.read_bytes() for one in paths}


def opened(library: Path) -> "closing[Library]":
    return closing(Library(library, chunker=chunk_paper))


def test_a_sound_library(run: Run, library: Path) -> None:
    before = contents(library)
    ran = run("doctor", "--library", library)
    assert ran.code == 0
    assert "0 problems, 0 warnings." in ran.out
    document = json.loads(run("doctor", "--json", "--library", library).out)
    assert (document["library"], document["sound"], document["damaged"]) == (str(library), True, False)
    assert {one["status"] for one in document["checks"]} == {"ok"}
    assert {"name", "status", "detail", "next_step", "fixed"} == set(document["checks"][0])
    assert contents(library) == before


@pytest.mark.parametrize("part", ["lexical", "scan", "dense", "."])
def test_a_lost_index_is_named_and_made_anew_only_when_asked(run: Run, library: Path, part: str) -> None:
    shutil.rmtree(library / "index" / part)
    before = contents(library)
    found = examined(run, library, code=1)
    problems = [one for one in found.values() if one["status"] == "problem"]
    assert problems
    assert all("missing, of" in one["detail"] and "citewell doctor --fix" in one["next_step"] for one in problems)
    assert contents(library) == before
    fixed = examined(run, library, "--fix", code=0)
    assert all(fixed[one["name"]]["fixed"] for one in problems)
    assert fixed["papers"]["fixed"] is False
    examined(run, library, code=0)


def test_indexes_are_compared_chunk_by_chunk(run: Run, library: Path) -> None:
    """The counts fit, so a search sees nothing: one chunk is out of date, one is lost, and one is of no paper."""
    with opened(library) as papers:
        ids = sorted(papers.chunk_digests())
        old, lost = papers.chunks(ids[:1])[ids[0]], ids[1]
    index = HybridIndex(library / "index", EmbeddedModel())
    foreign = Chunk(id="nobody#0", key="nobody", title="Of no paper", text="", start=0, end=0)
    changed = Chunk(id=old.id, key=old.key, title="Another title", text=old.text, start=old.start, end=old.end)
    index.apply([changed, foreign], delete=[lost])
    index.close()
    found = examined(run, library, code=1)
    for name in ("vectors in Chroma", "vectors searched", "words"):
        assert found[name]["detail"] == f"1 missing, 1 out of date, 1 of no paper, of {len(ids)} chunks"
    assert examined(run, library, "--fix", code=0)["words"]["fixed"] is True
    assert "nobody" not in run("search", "of no paper", "--library", library).out


@pytest.mark.parametrize("wrong", ["another model's", "not finite"])
def test_vectors_that_the_model_does_not_make(
    run: Run, library: Path, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wrong == "not finite":
        vectors = HybridIndex.vectors
        monkeypatch.setattr(
            HybridIndex, "vectors", lambda self, ids: {one: row * np.nan for one, row in vectors(self, ids).items()}
        )
    else:
        monkeypatch.setattr(EmbeddedModel, "embed_documents", lambda _self, texts: np.eye(len(texts), 384)[::-1])
    found = examined(run, library, code=1)["vectors"]
    assert "not what" in found["detail"]
    assert "citewell reindex" in found["next_step"]


class TestDamage:
    @pytest.mark.parametrize("content", [b"", b"This is no database. " * 500])
    def test_a_file_that_holds_no_library_any_more(self, run: Run, library: Path, content: bytes) -> None:
        for name in ("library.db-wal", "library.db-shm"):
            (library / name).unlink(missing_ok=True)
        (library / "library.db").write_bytes(content)
        ran = run("doctor", "--json", "--library", library)
        assert (ran.code, json.loads(ran.out)["damaged"]) == (4, True)
        assert "backup" in checks(ran)["library file"]["next_step"]
        assert run("doctor", "--fix", "--library", library).code == 4
        assert (library / "library.db").read_bytes() == content

    def test_a_torn_page(self, run: Run, library: Path) -> None:
        path = library / "library.db"
        content = bytearray(path.read_bytes())
        content[len(content) // 2 : len(content) // 2 + 9000] = b"\xaa" * 9000
        path.write_bytes(content)
        assert "damaged" in examined(run, library, code=4)["library file"]["detail"]

    @pytest.mark.parametrize(
        ("sql", "check"),
        [
            ("UPDATE papers SET record = '{' WHERE id = 1", "papers"),
            ("UPDATE chunks SET digest = 'x' WHERE paper = 1", "papers"),
            ("INSERT INTO tags VALUES (4711, 'of nobody')", "library file"),
            ("PRAGMA user_version = 99", "library file"),
        ],
    )
    def test_rows_that_make_no_sense(self, run: Run, library: Path, sql: str, check: str) -> None:
        with closing(sqlite3.connect(library / "library.db", isolation_level=None)) as connection:
            connection.execute(sql)
        found = examined(run, library, code=4)
        assert found[check]["status"] == "problem"
        assert found[check]["next_step"] or "Restore it" in found[check]["detail"]


def as_of_first_schema(connection: sqlite3.Connection) -> None:
    """Take back what later steps made."""
    made_first = "SELECT name FROM first.sqlite_master"
    later = f"SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL AND name NOT IN ({made_first})"
    connection.execute("ATTACH ':memory:' AS first")
    with closing(sqlite3.connect(":memory:")) as made:
        MIGRATIONS[0](made)
        for (name,) in made.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL"):
            connection.execute(f'CREATE TABLE first."{name}" (x)')
    order = {"trigger": 0, "index": 1, "table": 2}
    for kind, name in sorted(connection.execute(later).fetchall(), key=lambda row: order[row[0]]):
        connection.execute(f'DROP {kind.upper()} main."{name}"')
    columns = {row[1] for row in connection.execute("PRAGMA table_info(papers)")}
    if "pmid" in columns:
        connection.execute("ALTER TABLE papers DROP COLUMN pmid")
    connection.execute("PRAGMA user_version = 1")


class TestWhatIsWorthKnowing:
    def test_pending_chunks(self, run: Run, library: Path) -> None:
        with opened(library) as papers:
            papers.mark_pending(papers.chunk_digests())
        found = examined(run, library, code=0)["pending"]
        assert (found["status"], found["detail"].endswith("wait to be indexed")) == ("warning", True)
        assert examined(run, library, "--fix", code=0)["pending"]["fixed"] is True

    def test_others_may_read_it(self, run: Run, library: Path) -> None:
        library.chmod(0o755)
        (library / "library.db").chmod(0o644)
        assert str(library) in examined(run, library, code=0)["permissions"]["detail"]
        assert examined(run, library, "--fix", code=0)["permissions"]["fixed"] is True
        assert (library.stat().st_mode & 0o777, (library / "library.db").stat().st_mode & 0o777) == (0o700, 0o600)

    def test_little_room(self, run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = namedtuple("usage", "total used free")  # noqa: PYI024 - because it stands for one of shutil's
        monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10, 10, 10))
        assert examined(run, library, code=0)["disk"]["status"] == "warning"

    def test_an_older_library_is_left_alone(self, run: Run, library: Path) -> None:
        with closing(sqlite3.connect(library / "library.db", isolation_level=None)) as connection:
            as_of_first_schema(connection)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = contents(library)
        assert examined(run, library, code=0)["schema"]["status"] == "warning"
        assert contents(library) == before
        assert f"schema version {len(MIGRATIONS)}" in examined(run, library, "--fix", code=0)["library file"]["detail"]

    def test_abstracts_cut_in_an_older_way(self, run: Run, library: Path) -> None:
        key = "khattab2020colbert"
        with opened(library) as papers:
            first, _, rest = papers.chunks([f"{key}#0"])[f"{key}#0"].text.partition(". ")
            chunk = papers.chunks([f"{key}#0"])[f"{key}#0"]
            cut = [
                replace(chunk, text=f"{first}.", end=len(first) + 1),
                replace(chunk, id=f"{key}#1", text=rest, start=len(first) + 2),
            ]
            papers.database.rows("DELETE FROM chunks WHERE id = ?", [chunk.id])
            paper = papers.paper_id(key)
            rows = [(one.id, paper, one.start, one.end, one.digest) for one in cut]
            papers.database.many("INSERT INTO chunks VALUES (?, ?, ?, ?, ?)", rows)
            papers.mark_pending([one.id for one in cut])
            note(papers.database, "chunking", "200 tokens")
        assert run("search", "late interaction", "--library", library).code == 0
        found = examined(run, library, code=0)["chunks"]
        assert found["status"] == "warning"
        assert "citewell reindex" in found["next_step"]
        assert run("reindex", "--library", library).code == 0
        assert {one["status"] for one in examined(run, library, code=0).values()} == {"ok"}
        with opened(library) as papers:
            assert papers.chunks([chunk.id]) == {chunk.id: chunk}
            assert f"{key}#1" not in papers.chunk_digests()

    def test_what_a_killed_rebuild_left(self, run: Run, library: Path) -> None:
        shutil.copytree(library / "index", library / "index.new")
        found = examined(run, library, code=0)["store"]
        assert (found["status"], str(library / "index.new") in found["detail"]) == ("warning", True)
        assert examined(run, library, "--fix", code=0)["store"]["fixed"]
        assert not (library / "index.new").exists()

    def test_vectors_left_elsewhere(self, run: Run, library: Path) -> None:
        with opened(library) as papers:
            note_leftover(papers, new_place("http://127.0.0.1:9"), may_be_there=True)
        assert "http://127.0.0.1:9" in examined(run, library, code=0)["store"]["detail"]
        assert examined(run, library, "--fix", code=0)["store"]["status"] == "warning"


class TestAroundIt:
    @pytest.mark.parametrize(
        ("content", "check"),
        [
            ('modle = "a:b"', "config"),
            ('prompts = "/nowhere/at/all"', "templates"),
            ('model = "gpt"', "model"),
            ('model = "openai:gpt-5-mini"', "model"),  # there is no key for it
            ('embedding = "openai:x"', "embedding model"),
        ],
    )
    def test_a_wrong_setting(
        self, run: Run, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, check: str
    ) -> None:
        (tmp_path / "config.toml").write_text(content)
        monkeypatch.setenv("CITEWELL_CONFIG", str(tmp_path / "config.toml"))
        assert examined(run, library, code=1)[check]["status"] == "problem"

    def test_the_embedded_model_of_another_version(self, run: Run, library: Path) -> None:
        with opened(library) as papers:
            note(papers.database, "embedder", "all-MiniLM-L6-v2@00000000")
        library.chmod(0o755)
        found = examined(run, library, "--fix", code=1)
        assert ("citewell reindex" in found["embedding model"]["detail"], found["permissions"]["fixed"]) == (True, True)
        refused = run("search", "retrieval", "--library", library)
        assert (refused.code, "citewell reindex" in refused.err) == (2, True)
        assert run("reindex", "--library", library).code == 0
        assert DEFAULT_EMBEDDER in examined(run, library, code=0)["embedding model"]["detail"]

    def test_a_model_that_makes_no_unit_vectors(self, run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(EmbeddedModel, "embed_query", lambda _self, _text: np.ones(384, dtype=np.float32))
        assert "length" in examined(run, library, code=1)["embedding model"]["detail"]

    def test_a_remote_model_is_not_asked(self, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        class Silent:
            name = "openai:x"

        monkeypatch.setattr(indexes, "library_embedder", lambda *_, **__: Silent())
        with opened(library) as papers:
            check, embedder = indexes.embedder_check(papers, None)
        assert (check.status, isinstance(embedder, Silent)) == ("ok", True)
        assert "not asked" in check.detail

    def test_no_library(self, run: Run, tmp_path: Path) -> None:
        ran = run("doctor", "--library", tmp_path / "none")
        assert ran.code == 2
        assert not (tmp_path / "none").exists()

    def test_it_moves_nothing(self, run: Run, library: Path) -> None:
        ran = run("--store", "local", "doctor", "--library", library)
        assert (ran.code, "takes no --store" in ran.err) == (2, True)
