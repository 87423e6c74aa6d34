import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLE_BIB

pytestmark = pytest.mark.slow

EXPECTED = (
    "assistant/__main__.py",
    "assistant/cli/app.py",
    "assistant/py.typed",
    "evals/data/seeds_dev.jsonl",
    "evals/py.typed",
    "prompts/py.typed",
    "prompts/templates/answer.md.j2",
    "prompts/templates/section.md.j2",
    "prompts/templates/standalone_question.md.j2",
    "vectorstore/data/minilm-vocab.txt",
    "vectorstore/py.typed",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_contents(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in EXPECTED if name not in names] == []
    tops = {name.partition("/")[0] for name in names}
    (info,) = (top for top in tops if top.endswith(".dist-info"))
    assert tops == {"assistant", "vectorstore", "prompts", "evals", info}
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/NOTICE"} <= set(names)
    assert [name for name in names if name.endswith(".pyc") or "/tests/" in name or "/." in name] == []


def test_wheel_works_alone_in_another_folder(wheel: Path, tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    install = ["install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check", "--target", str(target)]
    subprocess.run([sys.executable, "-m", "pip", *install, str(wheel)], check=True)
    environment = os.environ | {"PYTHONPATH": str(target), "CITEWELL_LIBRARY": str(tmp_path / "library")}

    def run(*arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, *arguments], check=True, capture_output=True, text=True, cwd=elsewhere, env=environment
        )
        return ended.stdout

    where = run("-c", "import assistant, evals, prompts, vectorstore as v; print(assistant.__file__, v.__file__)")
    assert where.split() == [str(target / "assistant/__init__.py"), str(target / "vectorstore/__init__.py")]
    assert run("-m", "assistant", "--version").startswith("citewell ")
    assert "eval" in run("-m", "assistant", "--help")
    assert (target / "bin" / "citewell").exists()
    assert run("-m", "assistant", "add", str(SAMPLE_BIB)) == "42 added.\n"
    answer = json.loads(run("-m", "assistant", "ask", "How does ColBERT encode queries?", "--json"))
    assert answer["references"][0]["key"] == "khattab2020colbert"
