import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.fakes.openai_server import OpenAIServer, fails, says

TRUE = "Self-RAG trains a language model to decide by itself when to retrieve"
DRAFT = f"# Related work\n\n{TRUE} [@asai2024self].\nNobody has said this.\n"
FALSE = f"{DRAFT}\nThe moon is made of green cheese and honey [@asai2024self].\n"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.md"
    path.write_text(FALSE, encoding="utf-8")
    return path


def test_a_draft_that_holds(run: Run, sample_library: Path, draft: Path) -> None:
    draft.write_text(DRAFT, encoding="utf-8")
    ended = run("verify", draft, "--library", sample_library)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "2 sentences: 1 supported, 1 uncited. Nothing fails.\n"


def test_a_sentence_that_does_not(run: Run, sample_library: Path, draft: Path) -> None:
    ended = run("verify", draft, "--library", sample_library)
    assert ended.code == 1
    assert ended.out.startswith(f"{draft}:6: unsupported (not-stated)\n    The moon is made of green cheese and honey.")
    assert run("verify", draft, "--allow", "unsupported", "--library", sample_library).code == 0
    everything = run("verify", draft, "--show", "all", "--library", sample_library).out
    assert f"{draft}:3: supported" in everything
    assert f"{draft}:4: uncited" in everything


def test_json_and_several_drafts(run: Run, sample_library: Path, draft: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text(f"{TRUE} [@asai2023self].\n", encoding="utf-8")
    ended = run("verify", draft, other, "--json", "--library", sample_library)
    assert ended.code == 1
    shape = json.loads(ended.out)
    assert [one["file"] for one in shape["files"]] == [str(draft), str(other)]
    assert shape["statements"][-1]["problem"] == "unknown-key"
    assert shape["statements"][-1]["keys"][0]["near"] == ["asai2024self"]
    assert shape["summary"]["sentences"] == 4
    assert (
        (json.loads(run("verify", draft, "--format", "json", "--library", sample_library).out)["summary"]["ok"])
        is False
    )


def test_standard_input_and_the_other_forms(run: Run, sample_library: Path, tmp_path: Path) -> None:
    latex = f"{TRUE} \\citep{{asai2024self}}. The moon is made of cheese and honey \\citep{{asai2024self}}.\n"
    ended = run("verify", "-", "--markup", "latex", "--format", "github", "--library", sample_library, stdin=latex)
    assert ended.code == 1
    assert ended.out.startswith("::error line=1,endLine=1,title=unsupported (not-stated)::The moon")
    page = tmp_path / "page.html"
    ended = run("verify", "-", "--format", "html", "--out", page, "--library", sample_library, stdin=FALSE)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"Written: {page}\n3 sentences: ")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("missing.md",), "missing.md"),
        (("a.md", "a.md"), "named twice"),
        (("a.md", "--out", "no/such/folder/f.txt"), "no folder"),
        (("a.md", "--judge", "embeded"), "Did you mean embedded?"),
        (("a.md", "--format", "yaml"), "--format"),
    ],
)
def test_what_cannot_be_done(
    arguments: tuple[str, ...],
    told: str,
    run: Run,
    sample_library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text(DRAFT, encoding="utf-8")
    ended = run("verify", *arguments, "--library", sample_library)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_the_model_for_answers_is_not_asked(
    run: Run, sample_library: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWELL_MODEL", "openai:gpt-of-somebody")
    draft.write_text(DRAFT, encoding="utf-8")
    assert run("verify", draft, "--local", "--library", sample_library).code == 0
    ended = run("verify", draft, "--local", "--judge", "llm", "--library", sample_library)
    assert ended.code == 2
    assert "--local" in ended.err


def test_a_model_judges(run: Run, sample_library: Path, draft: Path) -> None:
    verdict = {"reason": "it says so", "verdict": "partly", "problem": "overclaimed", "confidence": 80}
    with OpenAIServer(says(json.dumps(verdict))) as server:
        options = ("--judge", "llm", "--model", "tiny", "--base-url", server.base_url, "--no-suggest")
        ended = run("verify", draft, *options, "--json", "--library", sample_library)
    assert ended.code == 1
    statements = json.loads(ended.out)["statements"]
    assert [(one["verdict"], one["problem"]) for one in statements] == [
        ("partly", "overclaimed"),
        (None, None),
        ("partly", "overclaimed"),
    ]
    assert json.loads(ended.out)["tokens"]["prompt"] > 0


def test_a_judge_that_fails(run: Run, sample_library: Path, draft: Path) -> None:
    with OpenAIServer(fails(400)) as server:
        options = ("--judge", "llm", "--model", "tiny", "--base-url", server.base_url)
        ended = run("verify", draft, *options, "--library", sample_library)
    assert (ended.code, ended.out) == (3, "")


def test_what_is_not_read_is_told(run: Run, sample_library: Path, tmp_path: Path) -> None:
    path = tmp_path / "main.tex"
    path.write_text("\\begin{document}\n\\input{one}\nIt rains here.\n\\end{document}\n", encoding="utf-8")
    ended = run("verify", path, "--library", sample_library)
    assert ended.code == 0
    assert f"{path}: takes in one, which is not read with it." in ended.err
    assert "cites nothing" in ended.err
