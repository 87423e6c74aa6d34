"""What starting costs: heavy packages are imported by the jobs that need them and by no other."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = frozenset(
    """chromadb langchain langchain_core langchain_openai openai numpy onnxruntime tantivy tiktoken tokenizers sklearn
    prompt_toolkit rich jinja2 keyring bibtexparser sentencex pylatexenc""".split()
)
_REPORT = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
_RUN = f"""
import sys
from assistant.cli.app import main
sys.argv[0] = "citewell"
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print()
{_REPORT}
"""


def imported(code: str, *arguments: str | Path) -> set[str]:
    """Top-level packages in memory at the end of a program."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(ended.stdout.splitlines()[-1]))


def test_help_imports_nothing_heavy() -> None:
    assert imported(_RUN, "--help") & HEAVY == set()


@pytest.mark.parametrize("command", ["ask", "chat", "eval"])
def test_help_of_a_command_neither(command: str) -> None:
    assert imported(_RUN, command, "--help") & HEAVY == set()


def test_packages_import_nothing_heavy() -> None:
    code = f"import assistant, vectorstore, prompts, evals\n{_REPORT}"
    assert imported(code) & HEAVY == set()


@pytest.mark.parametrize("command", [("list",), ("show", "lewis2020retrieval")], ids=["list", "show"])
def test_reading_papers_imports_no_index(command: tuple[str, ...], sample_library: Path) -> None:
    assert imported(_RUN, *command, "--library", sample_library) & HEAVY == set()


def test_search_for_words_loads_no_vectors(sample_library: Path) -> None:
    found = imported(_RUN, "search", "retrieval", "--mode", "lexical", "--library", sample_library)
    assert "tantivy" in found
    assert found & {"chromadb", "onnxruntime", "langchain", "openai"} == set()


def test_quoting_loads_no_client_of_a_model(sample_library: Path) -> None:
    found = imported(_RUN, "ask", "How does ColBERT encode queries?", "--library", sample_library)
    assert "onnxruntime" in found
    assert found & {"langchain", "langchain_openai", "openai", "jinja2", "keyring", "prompt_toolkit"} == set()


def test_public_name() -> None:
    import assistant

    assert assistant.__all__ == [
        "Assistant", "Checking", "CitewellError", "Dropped", "Filter", "Limits", "Statement", "Understood",
    ]  # fmt: skip
    assert all(getattr(assistant, name).__name__ == name for name in assistant.__all__)
    assert assistant.Assistant.__name__ == "Assistant"
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        assistant.nonsense  # noqa: B018 - because looking it up is what is tested
