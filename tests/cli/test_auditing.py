import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Run

SAID = (
    "Self-RAG trains a language model to decide by itself when to retrieve, and to comment on its own output with"
    " special reflection tokens"
)
DRAFT = f"""# Retrieval

{SAID}. Previous work has shown that retrieval helps readers.
Retrieval-augmented generation puts passages into a prompt [@lewis2020retrieval; @guu2020realm; @nobody2020].
"""


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("draft.md")
    path.write_text(DRAFT)
    return path


class TestCoverage:
    def test_lines_for_a_person(self, run: Run, sample_library: Path, draft: Path) -> None:
        ended = run("coverage", draft, "--library", sample_library, "--max", "2")
        assert ended.code == 0
        lines = ended.out.splitlines()
        assert lines[0] == "Relevant and not cited"
        assert lines[1].startswith("draft.md:")
        assert sum(line.startswith("    near: ") for line in lines) == 2
        assert "draft.md:3: speaks of others' work: Previous work has shown that retrieval helps readers." in lines
        assert "draft.md:4: nobody2020" in ended.out
        assert lines[-1].startswith("draft.md: 2 papers cited, ")

    def test_json(self, run: Run, sample_library: Path, draft: Path) -> None:
        report = json.loads(run("coverage", draft, "--library", sample_library, "--json").out)
        assert report["cited"] == ["lewis2020retrieval", "guu2020realm"]
        one = report["uncited"][0]
        assert set(one) == {"key", "title", "probability", "line", "near", "citation"}
        assert {row["key"] for row in report["unknown"]} == {"nobody2020"}
        assert [row["line"] for row in report["needs_citation"]][-1] == 3
        assert report["summary"]["unknown"] == 1
        assert run("coverage", draft, "--library", sample_library, "--format", "json", "--out", "c.json").out == ""
        assert json.loads(Path("c.json").read_text()) == report

    def test_as_a_check(self, run: Run, sample_library: Path, draft: Path) -> None:
        assert run("coverage", draft, "--library", sample_library, "--check").code == 1
        ended = run("coverage", "-", "--library", sample_library, "--check", "--max", "0", stdin="Rain is wet.")
        assert (ended.code, ended.out) == (0, "-: nothing to tell; 0 papers are cited.\n")

    def test_a_draft_that_is_not_there(self, run: Run, sample_library: Path) -> None:
        ended = run("coverage", "none.md", "--library", sample_library)
        assert ended.code == 2
        assert "none.md" in ended.err


class TestRefresh:
    def cited(self) -> str:
        return f"# Retrieval\r\n\r\n{SAID} [@lewis2020retrieval].\r\n"

    def test_a_patch_that_git_takes(self, run: Run, sample_library: Path, draft: Path) -> None:
        draft.write_text(self.cited(), newline="")
        ended = run("refresh", draft, "--library", sample_library, "--out", "p.diff")
        assert (ended.code, ended.out) == (0, "")
        assert "draft.md:3: cite asai2024self too; " in ended.err
        assert draft.read_bytes().decode() == self.cited()
        printed = run("refresh", draft, "--library", sample_library).out
        assert printed == Path("p.diff").read_bytes().decode()
        subprocess.run(["git", "apply", "p.diff"], check=True)
        assert draft.read_bytes().decode() == self.cited().replace("retrieval]", "retrieval; @asai2024self]")
        again = run("refresh", draft, "--library", sample_library)
        assert (again.code, again.out) == (0, "")
        assert "draft.md: nothing to change." in again.err

    def test_applied(self, run: Run, sample_library: Path, draft: Path) -> None:
        draft.write_text(self.cited(), newline="")
        ended = run("refresh", draft, "--library", sample_library, "--apply")
        assert (ended.code, ended.out) == (0, "")
        assert "Changed: draft.md" in ended.err
        assert "; @asai2024self]" in draft.read_text()

    def test_json(self, run: Run, sample_library: Path, draft: Path) -> None:
        draft.write_text(self.cited(), newline="")
        said = json.loads(run("refresh", draft, "--library", sample_library, "--json").out)
        (change,) = said["changes"]
        assert set(change) == {"kind", "file", "line", "before", "after", "why", "key", "citation", "in_patch"}
        assert (change["kind"], change["line"], change["key"], change["in_patch"]) == (
            "support",
            3,
            "asai2024self",
            True,
        )
        assert said["diff"].startswith("--- a/draft.md\n+++ b/draft.md\n")
        assert (said["files"], said["applied"]) == (["draft.md"], False)

    def test_only_what_came_since(self, run: Run, sample_library: Path, draft: Path) -> None:
        draft.write_text(self.cited(), newline="")
        assert "@asai2024self" in run("refresh", draft, "--library", sample_library, "--since", "2020-01-31").out
        later = run("refresh", draft, "--library", sample_library, "--since", "2999-01-31")
        assert (later.code, later.out) == (0, "")
        wrong = run("refresh", draft, "--library", sample_library, "--since", "yesterday")
        assert wrong.code == 2
        assert "'yesterday' is no day. Write it as 2026-01-31." in wrong.err

    def test_what_no_patch_can_change_is_the_result(self, run: Run, sample_library: Path, draft: Path) -> None:
        text = f"So it is [@nobody2020].\n{SAID} [@lewis2020retrieval].\n"
        ended = run("refresh", "-", "--library", sample_library, stdin=text)
        assert ended.code == 0
        first, second = ended.out.splitlines()
        assert first == "-:1: no paper of the library has the key nobody2020; it was removed, or never added"
        assert second.startswith("-:2: cite asai2024self too; ")
        shutil.copy(draft, "draft.txt")
        assert run("refresh", "draft.txt", "--library", sample_library).code == 0

    def test_one_way_or_the_other(self, run: Run, sample_library: Path, draft: Path) -> None:
        ended = run("refresh", draft, "--library", sample_library, "--apply", "--out", "p.diff")
        assert ended.code == 2
        assert "Choose one" in ended.err
