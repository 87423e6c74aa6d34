"""Every test runs in an environment of its own: no user's keys, config, library or keyring."""

import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

import pytest
from hypothesis import settings

# A check before a merge must not fail by chance; at a developer's desk the search goes on with every run.
settings.register_profile("ci", derandomize=True)
settings.register_profile("quick", max_examples=20)  # `make quick`
if os.environ.get("CI"):
    settings.load_profile("ci")

# Whoever starts the tests in the background has them ignore Ctrl-C; what they start would inherit that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent
SAMPLE_BIB = ROOT / "examples" / "library.bib"
REAL_DATA = Path(os.environ.get("CITEWELL_DATA") or ROOT.parent / "shared" / "data")
"""Real data, which is no part of the project; tests that need it skip, saying so, where it is absent."""


def _is_foreign(name: str) -> bool:
    """True for what would let the environment of whoever runs the tests decide their outcome."""
    prefixes = ("CITEWELL_", "LANGSMITH_", "LANGCHAIN_", "OPENAI_", "OLLAMA_", "XDG_")
    suffixes = ("_API_KEY", "_PROXY", "_TOKEN")
    return name.startswith(prefixes) or name.upper().endswith(suffixes)


def _isolate(home: Path, cache: Path) -> None:
    data_folder = os.environ.get("CITEWELL_DATA")
    for name in filter(_is_foreign, list(os.environ)):
        del os.environ[name]
    if data_folder:
        os.environ["CITEWELL_DATA"] = data_folder
    (home / "config.toml").touch()
    os.environ.update(
        HOME=str(home),
        XDG_CONFIG_HOME=str(home / "config"),
        XDG_DATA_HOME=str(home / "data"),
        XDG_STATE_HOME=str(home / "state"),
        XDG_CACHE_HOME=str(cache),
        CITEWELL_CONFIG=str(home / "config.toml"),
        PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring",
        COLUMNS="80",
    )


@pytest.fixture(scope="session", autouse=True)
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The cache folder of all tests, so that the token ranks are unpacked once."""
    cache = tmp_path_factory.mktemp("cache")
    with patch.dict(os.environ):
        _isolate(tmp_path_factory.mktemp("home"), cache)
        yield cache


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Home folders, a new one each time; pytest itself would look at all that there are to number the next."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _isolated(homes: Iterator[Path], shared_cache: Path) -> Iterator[None]:
    home = next(homes)
    home.mkdir()
    with patch.dict(os.environ):
        _isolate(home, shared_cache)
        yield


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Path:
    """The sample library, made with the real embedded model. Read it only; `library` is a copy to write in."""
    from assistant.wiring import Assistant

    folder = tmp_path_factory.mktemp("sample") / "library"
    with Assistant.open(folder, model="embedded") as assistant:
        assistant.add([SAMPLE_BIB])
    return folder


@pytest.fixture
def library(sample_library: Path, tmp_path: Path) -> Path:
    """A copy of the sample library."""
    return shutil.copytree(sample_library, tmp_path / "library")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a run of the command line ended."""

    code: int
    out: str
    err: str


class Run(Protocol):
    """Runs the command line."""

    def __call__(self, *arguments: str | Path, stdin: str | bytes = b"", is_terminal: bool = False) -> Ran: ...


@pytest.fixture(scope="session")
def embedding_session() -> Any:
    """The embedded model's weights, loaded once for all runs in this process."""
    from vectorstore import embed

    return embed.open_session()


@pytest.fixture
def run(embedding_session: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in this process, from the arguments to the exit code."""
    from assistant.cli.app import main

    monkeypatch.setattr("vectorstore.embed.open_session", lambda: embedding_session)

    def run(*arguments: str | Path, stdin: str | bytes = b"", is_terminal: bool = False) -> Ran:
        content = stdin.encode() if isinstance(stdin, str) else stdin
        given = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")
        given.isatty = lambda: is_terminal  # type: ignore[method-assign]  # because nobody sits at a test
        monkeypatch.setattr(sys, "argv", ["citewell", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", given)
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(code=code, out=captured.out, err=captured.err)

    return run


Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The command line in a process of its own, in an empty folder."""

    def program(*arguments: str | Path, **options: Any) -> "subprocess.CompletedProcess[str]":
        folder = tmp_path / "elsewhere"
        folder.mkdir(exist_ok=True)
        settings: dict[str, Any] = {"cwd": folder, "text": True, "encoding": "utf-8", "timeout": 100, "input": ""}
        command = [sys.executable, "-m", "assistant", *map(str, arguments)]
        ended = subprocess.run(command, capture_output=True, check=False, **(settings | options))
        assert "Traceback" not in ended.stderr
        return ended

    return program


@pytest.fixture
def seeds() -> Path:
    """The folder of real author listings, kept outside the project."""
    folder = REAL_DATA / "seeds"
    if not folder.is_dir():
        pytest.skip(f"there are no author listings in {folder}; CITEWELL_DATA names the folder above it")
    return folder
