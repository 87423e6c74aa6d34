from pathlib import Path

import pytest

from evals.log import to_json
from evals.page import page
from tests.conftest import Run
from tests.fakes.evaluated import evaluated


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "run.json"
    path.write_text(to_json(evaluated()), encoding="utf-8")
    return path


def test_the_page_is_written_beside_the_run(run: Run, log: Path) -> None:
    ran = run("eval", "report", log)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"The page is in {log.with_suffix('.html')}.\n"
    assert "How many tidal mills were there?" in log.with_suffix(".html").read_text("utf-8")


def test_the_log_read_back_makes_the_page_of_the_log(run: Run, log: Path, tmp_path: Path) -> None:
    run("eval", "report", log, "--out", tmp_path / "a page.html", "--title", "Ours")
    assert (tmp_path / "a page.html").read_text("utf-8") == page(evaluated(), title="Ours")


def test_a_page_is_written_anew(run: Run, log: Path) -> None:
    run("eval", "report", log)
    ran = run("eval", "report", log, "--title", "Second")
    assert ran.code == 0
    assert '<h1 dir="auto">Second</h1>' in log.with_suffix(".html").read_text("utf-8")


def test_what_is_no_page_is_kept(run: Run, log: Path) -> None:
    other = log.with_suffix(".html")
    other.write_text("my thesis", encoding="utf-8")
    ran = run("eval", "report", log)
    assert ran.code == 2
    assert "add --force" in ran.err
    assert other.read_text("utf-8") == "my thesis"
    assert run("eval", "report", log, "--force").code == 0
    assert other.read_text("utf-8") != "my thesis"


def test_the_run_itself_is_never_written_over(run: Run, log: Path) -> None:
    before = log.read_bytes()
    ran = run("eval", "report", log, "--out", log, "--force")
    assert ran.code == 2
    assert "is the run itself" in ran.err
    assert log.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "said"), [("{}", "no log of an evaluation"), ("nonsense", "not JSON"), (None, "there is no such file")]
)
def test_what_is_no_run_is_refused(run: Run, tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "other.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    ran = run("eval", "report", path)
    assert ran.code == 2
    assert said in ran.err
    assert not path.with_suffix(".html").exists()


def test_a_folder_is_no_place_for_a_page(run: Run, log: Path, tmp_path: Path) -> None:
    assert run("eval", "report", log, "--out", tmp_path).code == 2
    assert run("eval", "report", log, "--out", tmp_path / "none" / "page.html").code == 2
    assert run("eval", "report", tmp_path).code == 2


def test_what_cannot_be_read_is_kept(run: Run, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = log.with_suffix(".html")
    other.write_text("my thesis", encoding="utf-8")

    def refuse(*_arguments: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "read_bytes", lambda _path: to_json(evaluated()).encode())
    ran = run("eval", "report", log)
    assert ran.code == 2
    assert "cannot be read (Permission denied)" in ran.err
