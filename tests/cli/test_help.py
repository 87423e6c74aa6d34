import pytest
from syrupy.assertion import SnapshotAssertion

from tests.conftest import Run

COMMANDS = (
    "add",
    "list",
    "show",
    "edit",
    "tag",
    "note",
    "remove",
    "dedupe",
    "undo",
    "export",
    "search",
    "embed",
    "reindex",
    "doctor",
    "ask",
    "chat",
    "sessions",
    "related-work",
    "verify",
    "coverage",
    "refresh",
    "eval",
    "eval run",
)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(command: str, run: Run, snapshot: SnapshotAssertion) -> None:
    ended = run(*command.split(), "--help")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == snapshot


def test_every_command_is_in_a_snapshot() -> None:
    from typer.core import TyperGroup
    from typer.main import get_command

    from assistant.cli.app import app

    group = get_command(app)
    assert isinstance(group, TyperGroup)
    assert set(group.commands) == {command.partition(" ")[0] for command in COMMANDS}


def test_short_help(run: Run) -> None:
    assert run("-h").out == run("--help").out


def test_version(run: Run) -> None:
    from importlib.metadata import version

    assert run("--version").out == f"citewell {version('citewell')}\n"


def test_no_command_shows_the_help(run: Run) -> None:
    ended = run()
    assert ended.code == 2
    assert "related-work" in ended.out + ended.err


@pytest.mark.parametrize("arguments", [("nope",), ("ask",), ("list", "--nope"), ("search", "x", "-k", "0")])
def test_wrong_usage(arguments: tuple[str, ...], run: Run) -> None:
    ended = run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert "Error" in ended.err
