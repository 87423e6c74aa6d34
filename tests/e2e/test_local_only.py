"""`--local` through the command line, in a process of its own: this machine answers, no other is asked."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.fakes.openai_server import OpenAIServer, says

pytestmark = pytest.mark.slow

QUESTION = "What does SynapticRAG retrieve?"


def test_model_on_this_machine_answers_without_a_proxy(program: Program, library: Path) -> None:
    elsewhere = "http://192.0.2.1:3128"
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "OPENAI_PROXY"), elsewhere)
    with OpenAIServer(says("NOT IN THE LIBRARY")) as server:
        options = ["--library", library, "--model", "tiny", "--base-url", server.base_url]
        ended = program("ask", "--local", *options, _question(library), env=os.environ | proxies)
    assert server.requests, ended.stderr
    assert ended.returncode == 0, ended.stderr
    assert "on this machine" in ended.stderr


def test_quotes_need_no_machine_at_all(program: Program, library: Path) -> None:
    ended = program("ask", "--local", "--library", library, _question(library))
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        (["--model", "openai:gpt-5-mini"], "--local refuses openai:gpt-5-mini"),
        (["--model", "x", "--base-url", "http://192.0.2.1/v1"], "--local refuses openai:x"),
        (["--model", "x", "--base-url", "http://localhost.example.org/v1"], "--local refuses openai:x"),
        (["--store", "http://192.0.2.1:8000"], "--local refuses the vector store"),
    ],
)
def test_other_machines_are_refused_by_name(options: list[str], refused: str, program: Program, library: Path) -> None:
    ended = program("ask", "--local", "--library", library, *options, "What is it?")
    assert ended.returncode == 2
    assert refused in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    "call",
    [
        "import httpx; httpx.post('http://192.0.2.1/v1', trust_env=False)",
        "import socket; socket.create_connection(('192.0.2.1', 443))",
        "import urllib.request; urllib.request.urlopen('https://example.org')",
    ],
)
def test_library_that_goes_its_own_way_is_refused_by_the_socket(call: str, library: Path, tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import sys
        import assistant.wiring
        from assistant.cli.app import main

        def ask(*arguments, **options):
            {call}

        assistant.wiring.ask = ask
        sys.argv = ["citewell", "ask", "--local", "--library", sys.argv[1], "What is it?"]
        main()
    """)
    ended = subprocess.run(
        [sys.executable, "-c", program, str(library)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert ended.returncode in {2, 3}, ended.stderr
    assert "Error:" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "--local refuses a connection" in ended.stderr


def _question(library: Path) -> str:
    """A question that the library holds an answer to: the title of one of its papers."""
    from assistant.library.opening import open_library

    with open_library(library) as opened:
        paper = opened.papers()[0]
    return f"What does the paper “{paper.title}” propose?"
