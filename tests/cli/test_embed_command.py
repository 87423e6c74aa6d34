import json
from pathlib import Path

import pytest

from tests.conftest import SAMPLE_BIB, Run


def found(run: Run, library: Path) -> str:
    return run("search", "dense retrieval", "-k", "20", "--library", library, "--json").out


@pytest.mark.slow
def test_what_is_added_without_indexing_is_embedded_by_workers(run: Run, tmp_path: Path, sample_library: Path) -> None:
    added = run("add", SAMPLE_BIB, "--no-index", "--library", tmp_path / "shelf", "--json")
    assert json.loads(added.out)["added"] == 42
    assert not (tmp_path / "shelf" / "index").exists()
    ended = run("embed", "--workers", "2", "--library", tmp_path / "shelf", "--json")
    report = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert list(report) == ["chunks", "embedding", "engine", "seconds"]
    assert (report["chunks"], report["engine"]) == (42, "processes")
    assert report["embedding"].startswith("all-MiniLM-L6-v2")
    assert found(run, tmp_path / "shelf") == found(run, sample_library)
    again = run("embed", "--library", tmp_path / "shelf")
    assert (again.code, again.out) == (0, "")
    assert again.err.startswith("0 chunks embedded with ")


def test_a_search_indexes_what_nobody_did(run: Run, tmp_path: Path, sample_library: Path) -> None:
    run("add", SAMPLE_BIB, "--no-index", "--library", tmp_path / "shelf")
    assert found(run, tmp_path / "shelf") == found(run, sample_library)
    ended = run("embed", "--engine", "threads", "--library", tmp_path / "shelf")
    assert ended.err.startswith("0 chunks embedded")


@pytest.mark.parametrize("options", [["--engine", "spark"], ["--workers", "0"]])
def test_wrong_options(run: Run, sample_library: Path, options: list[str]) -> None:
    ended = run("embed", *options, "--library", sample_library)
    assert (ended.code, ended.out) == (2, "")
    assert options[0] in ended.err


def test_no_library(run: Run, tmp_path: Path) -> None:
    ended = run("embed", "--library", tmp_path / "none")
    assert ended.code == 2
    assert not (tmp_path / "none").exists()


def test_ray_is_an_extra(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    run("add", SAMPLE_BIB, "--no-index", "--library", tmp_path / "shelf")
    ended = run("embed", "--engine", "ray", "--library", tmp_path / "shelf")
    assert ended.code == 3
    assert "pip install 'citewell[ray]'" in ended.err
