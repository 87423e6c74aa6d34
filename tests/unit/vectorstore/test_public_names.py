import json
import subprocess
import sys
from pathlib import Path

import pytest

import vectorstore

ROOT = Path(vectorstore.__file__).parents[1]
HEAVY = {
    "chromadb",
    "langchain",
    "langchain_core",
    "numpy",
    "onnxruntime",
    "tantivy",
    "tiktoken",
    "tokenizers",
    "openai",
}


def loaded_after(code: str) -> set[str]:
    script = f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)} & HEAVY


def test_every_public_name_is_there() -> None:
    assert sorted(vectorstore.__all__) == dir(vectorstore) == sorted(vectorstore._HOMES)
    for name in vectorstore.__all__:
        assert getattr(vectorstore, name).__name__ == name
    with pytest.raises(AttributeError, match="nonsense"):
        vectorstore.nonsense  # noqa: B018 - because looking it up is the test


@pytest.mark.parametrize("module", ["", ".types", ".chunk", ".sentences", ".tokens", ".lexical", ".index", ".fuse"])
def test_importing_is_cheap(module: str) -> None:
    assert loaded_after(f"import vectorstore{module}") == set()


@pytest.mark.parametrize(
    ("module", "allowed"), [(".embed", {"numpy"}), (".chroma", {"numpy"}), (".packaged", set()), (".errors", set())]
)
def test_vendors_wait_until_they_are_needed(module: str, allowed: set[str]) -> None:
    assert loaded_after(f"import vectorstore{module}") <= allowed


def test_searching_by_words_loads_neither_chroma_nor_a_model(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from vectorstore import HybridIndex, open_embedder\n"
        f"index = HybridIndex(Path({str(tmp_path)!r}), open_embedder())\n"
        "assert index.search('owls', 3, mode='lexical', lookup=dict) == []"
    )
    assert loaded_after(code) <= {"numpy", "tantivy"}
