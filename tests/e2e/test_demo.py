import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no sh here")
def test_demo(tmp_path: Path) -> None:
    """The script as `make demo` calls it, with a program that runs the code under test."""
    program = tmp_path / "bin" / "citewell"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m assistant "$@"\n')
    program.chmod(0o755)
    environment = os.environ | {
        "BIN": str(program.parent),
        "DEMO": str(tmp_path / "demo"),
        "CITEWELL_MODEL": "openai:x",
    }
    ended = subprocess.run(
        ["sh", "examples/demo.sh"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    steps = ended.stdout.split("\n$ citewell ")
    assert [step.split()[0] for step in steps[1:]] == ["add", "ask", "ask", "related-work", "verify"]
    _, added, answered, abstained, drafted, verified = steps
    assert "42 added." in added
    assert "[asai2024self]" in answered
    assert "No abstract that was found seems to answer this." in abstained
    assert 'title: "Related work: ' in drafted
    assert "\n@" in drafted
    assert "Nothing fails." in verified
    assert (tmp_path / "demo" / "related.bib").read_text().count("@") > 1
