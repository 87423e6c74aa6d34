import errno
import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from assistant.library.store import Library
from assistant.stores import place_of, remember_place
from tests.conftest import SAMPLE_BIB, Run
from vectorstore.chunk import chunk_paper


def spoil_scan(index: Path) -> None:
    (index / "scan" / "state.json").write_text("spoiled")


def spoil_words(index: Path) -> None:
    (index / "lexical" / "meta.json").write_text("{")


def spoil_chroma(index: Path) -> None:
    os.truncate(index / "dense" / "chroma.sqlite3", 100_000)


def spoil_scores(index: Path) -> None:
    """What no reader of tantivy's notices, or only by dying."""
    (path,) = (index / "lexical").glob("*.fieldnorm")
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


@pytest.mark.parametrize("spoil", [spoil_scan, spoil_words, spoil_chroma, spoil_scores])
def test_a_damaged_index_is_made_anew_when_asked(run: Run, library: Path, spoil: object) -> None:
    assert callable(spoil)
    spoil(library / "index")
    found = run("doctor", "--library", library)
    assert found.code == 1
    assert found.out.count("is damaged") == 1
    assert "1 problem," in found.out
    fixed = run("doctor", "--fix", "--library", library)
    assert (fixed.code, "0 problems" in fixed.out) == (0, True), fixed.out
    assert "fixed" in fixed.out


def test_vectors_of_another_model_are_a_finding(run: Run, library: Path) -> None:
    (library / "index" / "embedder.json").write_text(json.dumps({"embedder": "openai:text-embedding-3-small"}))
    found = run("doctor", "--library", library)
    assert found.code == 1
    assert "was indexed with the embedding model 'openai:text-embedding-3-small'" in found.out
    assert "citewell reindex" in found.out


def test_a_file_that_may_not_be_written_is_not_called_damaged(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        os, "access", lambda _path, mode: not mode & os.W_OK
    )  # permissions do not hold for whoever is root
    found = run("doctor", "--library", library)
    assert found.code == 4
    assert "cannot be read and written by you" in found.out
    assert "damaged" not in found.out


def test_an_index_that_another_version_made_is_not_called_damaged(
    run: Run, library: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body")
    shutil.rmtree(library / "index" / "lexical")
    (library / "index" / "lexical").mkdir()
    tantivy.Index(builder.build(), path=str(library / "index" / "lexical"))
    found = run("doctor", "--library", library)
    assert (found.code, "made by another version" in found.out, "doctor --fix" in found.out) == (1, True, True)
    assert run("search", "late interaction", "--library", library).out
    assert "made by another version; it is made anew now" in caplog.text
    assert "damaged" not in found.out + caplog.text
    assert run("doctor", "--library", library).code == 0


@pytest.mark.parametrize("command", [["search", "late interaction"], ["list"], ["add", str(SAMPLE_BIB)], ["reindex"]])
def test_a_file_that_lost_all_that_it_held_is_not_a_new_library(run: Run, library: Path, command: list[str]) -> None:
    for path in library.glob("library.db*"):
        path.unlink()
    (library / "library.db").touch()
    ran = run(*command, "--library", library)
    assert (ran.code, ran.out) == (4, "")
    assert "is empty, and there are indexes of what it held. Restore it from a backup" in ran.err
    assert (library / "library.db").stat().st_size == 0
    assert run("doctor", "--library", library).code == 4
    shutil.rmtree(library / "index")
    found = run("doctor", "--library", library)
    assert (found.code, "there are none yet" in found.out) == (0, True)
    assert run("add", SAMPLE_BIB, "--library", library).code == 0


@pytest.mark.parametrize("command", [["search", "owls"], ["list"], ["doctor"], ["reindex"], ["add", str(SAMPLE_BIB)]])
def test_a_folder_that_may_not_be_read(
    run: Run, library: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    stat = Path.stat

    def refused(path: Path, **options: bool) -> os.stat_result:  # permissions do not hold for whoever is root
        if path.parent == library:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refused)
    ran = run(*command, "--library", library)
    assert (ran.code, "unexpected" in ran.err) == (4, False)
    assert f"{library} can" in ran.err
    assert "Permission denied" in ran.err


def test_a_server_that_is_away_is_said_once(run: Run, library: Path) -> None:
    with closing(Library(library, chunker=chunk_paper)) as papers:
        remember_place(papers, place_of(papers, "http://127.0.0.1:9"))
    found = run("doctor", "--library", library)
    assert (found.code, found.out.count("cannot be reached"), found.out.count("--store local")) == (1, 1, 1)
    assert "--fix" not in found.out.partition("cannot be reached")[2].partition("problem")[0]
    assert "the vectors are on a server" in found.out


def test_what_is_done_while_a_server_is_away_is_said(run: Run, library: Path, tmp_path: Path) -> None:
    with closing(Library(library, chunker=chunk_paper)) as papers:
        remember_place(papers, place_of(papers, "http://127.0.0.1:9"))
    removed = run("remove", "guu2020realm", "--library", library)
    assert (removed.code, "The papers are removed" in removed.err) == (3, True)
    assert run("show", "guu2020realm", "--library", library).code == 2
    (tmp_path / "new.bib").write_text("@article{moth2020, title={Moths at night}, abstract={Moths fly to lamps.}}")
    added = run("add", tmp_path / "new.bib", "--library", library)
    assert (added.code, "The papers are in the library; they are indexed by the next search." in added.err) == (3, True)
    assert run("show", "moth2020", "--library", library).code == 0


def test_indexes_that_may_not_be_read(run: Run, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != library / "index")
    found = run("doctor", "--library", library)
    assert (found.code, "chmod -R u+rwX" in found.out) == (1, True)
    assert "1 problem," in found.out
