"""What only a process of its own can show: pipes, signals, sockets, exit codes."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import SAMPLE_BIB, Program
from tests.fakes.openai_server import OpenAIServer, says, waits

pytestmark = pytest.mark.slow

QUESTION = "How does Self-RAG decide when to retrieve passages?"
READY = "\x1b[?2004h"
"""What prompt_toolkit sends a terminal when it begins to read a line (bracketed paste on)."""
TRUE = "Self-RAG trains a language model to decide by itself when to retrieve."

_WITHOUT_SOCKETS = """
import sys
tried = []

def forbid(event, arguments):
    if event.startswith("socket.") and event not in {"socket.gethostname"}:
        tried.append(f"{event} {arguments}")
        raise PermissionError(f"{event} is forbidden")

sys.addaudithook(forbid)
from assistant.cli.app import main
library, source, out = sys.argv[1:]
for command in (
    ["add", source],
    ["ask", "How does Self-RAG decide when to retrieve passages?"],
    ["related-work", "evaluating citations", "--max-papers", "3", "--out", out],
    ["search", "dense retrieval"],
):
    sys.argv = ["citewell", *command, "--library", library]
    try:
        main()
    except SystemExit as end:
        print("exit", end.code)
print("tried", tried)
"""


def test_exit_codes(program: Program, tmp_path: Path, sample_library: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"This is no database. " * 500)
    for code, command in (
        (0, ["list", "--library", sample_library]),
        (2, ["list", "--library", tmp_path / "none"]),
        (2, ["nope"]),
        (4, ["list", "--library", tmp_path]),
    ):
        assert program(*command).returncode == code


def test_no_socket_is_opened(tmp_path: Path) -> None:
    environment = os.environ | {
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_TRACING_V2": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_API_KEY": "x",
        "CHROMA_OTEL_COLLECTION_ENDPOINT": "",
    }
    arguments = [str(tmp_path / "library"), str(SAMPLE_BIB), str(tmp_path / "out.md")]
    ended = subprocess.run(
        [sys.executable, "-c", _WITHOUT_SOCKETS, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=tmp_path,
    )
    assert ended.stdout.count("exit 0") == 4
    assert ended.stdout.splitlines()[-1] == "tried []"
    assert "[asai2024self]" in ended.stdout
    assert (tmp_path / "out.md").exists()


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["export"], ["--help"]], ids=" ".join)
def test_reader_that_has_enough(arguments: list[str], sample_library: Path) -> None:
    command = [sys.executable, "-m", "assistant", "--library", str(sample_library), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaints = process.stderr.read()
    assert (process.returncode, complaints.replace("42 papers.\n", "")) == (0, "")


def test_results_and_the_rest_go_different_ways(program: Program, sample_library: Path) -> None:
    ended = program("ask", QUESTION, "--library", sample_library, "--json")
    assert json.loads(ended.stdout)["statements"]
    assert ended.stderr.startswith("Model: embedded")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminal_that_knows_few_characters(encoding: str, program: Program, sample_library: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    options = {"env": environment, "encoding": encoding}
    assert program("show", "asai2024self", "--library", sample_library, **options).returncode == 0
    quoted = program("search", "retrieval", "--mode", "lexical", "--library", sample_library, "--json", **options)
    assert json.loads(quoted.stdout)["passages"]


def test_ctrl_c_ends_a_command(sample_library: Path) -> None:
    answered = threading.Event()
    with OpenAIServer(waits(answered, says(TRUE))) as server:
        options = ["--model", "tiny", "--base-url", server.base_url, "--library", str(sample_library)]
        command = [sys.executable, "-m", "assistant", "ask", QUESTION, *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            until(lambda: bool(server.requests))
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        answered.set()
    assert (process.returncode, out) == (130, "")
    assert err.endswith("Stopped.\n")


class Terminal:
    """A conversation at a terminal."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = os.openpty()
        self.seen = ""
        environment = os.environ | {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        command = [sys.executable, "-m", "assistant", *arguments]
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environment
        )
        os.close(theirs)

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def expect(self, text: str) -> None:
        """Read until a text comes that was not there before; forget all up to it."""
        ends = time.monotonic() + 60
        while text not in self.seen:
            assert time.monotonic() < ends, f"{text!r} is not in {self.seen!r}"
            if select.select([self._ours], [], [], 1.0)[0]:
                self.seen += self._read()
        self.seen = self.seen.partition(text)[2]

    def _read(self) -> str:
        try:
            return os.read(self._ours, 65536).decode("utf-8", "replace")
        except OSError as error:  # Linux says so when the other side has gone
            raise AssertionError(f"the program ended; it said {self.seen!r}") from error

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    answered = threading.Event()
    with OpenAIServer(waits(answered, says(TRUE)), says(f"{TRUE} [1]")) as made:
        yield made
        answered.set()


def test_conversation_at_a_terminal(server: OpenAIServer, library: Path) -> None:
    terminal = Terminal("chat", "--model", "tiny", "--base-url", server.base_url, "--library", str(library))
    try:
        terminal.expect("Ctrl-D ends.")
        terminal.expect(READY)
        terminal.type(f"{QUESTION}\r")
        until(lambda: bool(server.requests))
        terminal.process.send_signal(signal.SIGINT)
        terminal.expect("Stopped.")
        terminal.expect(READY)
        terminal.type("half a question\x03")  # Ctrl-C leaves the line, not the program
        terminal.expect(READY)
        terminal.type("/hel")
        terminal.expect("this list, or more")  # the menu of what may follow, with what each does
        terminal.type("\t\r")
        terminal.expect("/quit")
        terminal.expect(READY)
        terminal.type(f"{QUESTION}\r")
        terminal.expect("[asai2024self]")
        terminal.expect("References")
        terminal.expect(READY)
        terminal.type("\x04")
        terminal.expect("Session 1 is saved")
        assert terminal.process.wait(timeout=30) == 0
    finally:
        terminal.close()
    assert (library / "chat_history").stat().st_mode & 0o777 == 0o600


def until(condition: Callable[[], bool]) -> None:
    """Wait for another process, for a minute at most."""
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_told_in_words(library: Path) -> None:
    command = [sys.executable, "-m", "assistant", "--library", str(library), "list", "--json"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 3
    assert "is full" in ended.stderr


@pytest.mark.parametrize(
    ("command", "closed", "code", "said"),
    [
        (["add", "-"], "<&-", 2, "Nothing could be read"),
        (["edit", "asai2024selfrag"], "<&-", 2, ""),
        (["list"], ">&-", 0, ""),
        (["list"], "2>&-", 0, ""),
    ],
)
def test_standard_streams_that_are_closed(
    command: list[str], closed: str, code: int, said: str, sample_library: Path
) -> None:
    arguments = [sys.executable, "-m", "assistant", *command, "--library", str(sample_library)]
    ended = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *arguments], capture_output=True, text=True, timeout=100, check=False
    )
    assert ended.returncode == code
    assert "unexpected" not in ended.stderr
    assert said in ended.stderr
