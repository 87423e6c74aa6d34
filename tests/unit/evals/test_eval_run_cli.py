import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

import evals.cli.tasks
from assistant.errors import CitewellError, LibraryDamaged, ServiceError
from assistant.types import Answer
from evals.cli.app import app
from evals.cli.tasks import Scoring
from evals.log import read
from evals.systems import SystemOptions
from evals.task import Task
from evals.types import Dataset
from tests.fakes.evaluation import SHELF, ScriptedSystem, abstention, answer, cite, say
from tests.fakes.judge import always

Script = dict[str, Answer | CitewellError]

ROWS = [
    {"id": "1", "question": "How much?", "kind": "fact", "answerable": True, "facts": [["5%"]], "gold_keys": ["ant"]},
    {"id": "2", "question": "Who?", "kind": "unanswerable", "answerable": False},
    {"id": "3", "question": "How many?", "kind": "fact", "answerable": True},
]
SCRIPT: Script = {
    "How much?": answer(say("It gains 5%.", cite("ant"))),
    "Who?": abstention(),
    "How many?": answer(say("Seven.", cite("bee"))),
}


class Opened:
    """Stands where the user's library would be opened; remembers with what, and whether it was closed."""

    def __init__(self, script: Script) -> None:
        self.system: Any = ScriptedSystem(script)
        self.options: SystemOptions | None = None
        self.scoring: Scoring | None = None
        self.closed = False

    @contextmanager
    def __call__(
        self, dataset: Dataset, options: SystemOptions, scoring: Scoring, cache: Path | None
    ) -> Iterator[Task]:
        self.options = options
        self.scoring = scoring
        try:
            yield Task(
                dataset=dataset,
                system=self.system,
                judge=always("supported"),
                papers=SHELF.get,
                metric_sets=scoring.metric_sets,
            )
        finally:
            self.closed = True


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    return path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    fake = Opened(dict(SCRIPT))
    monkeypatch.setattr(evals.cli.tasks, "task_of_system", fake)
    return fake


def call(*arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr; an error for the reader is told as `citewell` tells it."""
    result = CliRunner().invoke(app, ["run", "--no-cache", *map(str, arguments)])
    if isinstance(result.exception, CitewellError):
        return result.exception.exit_code, result.stdout, f"{result.stderr}Error: {result.exception}\n"
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_table_for_people(data: Path, opened: Opened) -> None:
    code, out, err = call("--dataset", data)
    assert code == 0
    assert out.startswith("set.jsonl: 3 questions, 1 abstained, 0 failed, 0 unscored\n")
    assert "citation_recall" in out
    assert err.startswith("3 questions in ")
    assert err.endswith("s; 2 verdicts asked for.\n")
    assert opened.closed


def test_json_is_all_there_is_on_stdout(data: Path, opened: Opened) -> None:
    opened.system = ScriptedSystem(SCRIPT | {"How many?": ServiceError("gone")})
    code, out, err = call("--dataset", data, "--json")
    assert code == 0
    found = json.loads(out)
    assert found["n"] == 3
    assert found["metrics"]["facts_stated"]["value"] == 1
    assert err.startswith("Note: 1 of 3 questions got no answer and are in no metric.\n3 questions in ")


def test_out_writes_the_same_document(data: Path, tmp_path: Path, opened: Opened) -> None:
    out_file = tmp_path / "report.json"
    code, out, err = call("--dataset", data, "--json", "--out", out_file)
    assert code == 0
    assert json.loads(out_file.read_text(encoding="utf-8")) == json.loads(out)
    assert read(out_file).dataset == "set.jsonl"
    assert str(out_file) in err


def test_options_reach_the_system_and_the_run(data: Path, opened: Opened) -> None:
    code, out, _ = call(
        "--dataset",
        data,
        "--json",
        "--library",
        "lib",
        "--model",
        "p:m",
        "--base-url",
        "http://x",
        "--local",
        "--seed",
        "7",
    )
    assert code == 0
    assert opened.options == SystemOptions(library=Path("lib"), model="p:m", base_url="http://x", local=True)
    assert json.loads(out)["seed"] == 7


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["--limit", "2"], ["How much?", "Who?"]),
        (["--kind", "fact"], ["How much?", "How many?"]),
        (["--kind", "fact", "--limit", "1"], ["How much?"]),
        (["--kind", "fact", "--kind", "unanswerable"], ["How much?", "Who?", "How many?"]),
    ],
)
def test_a_part_of_the_questions(data: Path, opened: Opened, arguments: list[str], asked: list[str]) -> None:
    code, out, _ = call("--dataset", data, "--json", *arguments)
    assert code == 0
    assert opened.system.asked == asked
    assert json.loads(out)["n"] == len(asked)


class TestExitCodes:
    def test_a_bad_data_set_is_2_and_opens_nothing(self, data: Path, opened: Opened) -> None:
        data.write_text('{"question": "a?"}\n{"question": 5}\n', encoding="utf-8")
        code, out, err = call("--dataset", data, "--json")
        assert (code, out) == (2, "")
        assert err.startswith(f"Error: {data}:2: question is a number")
        assert opened.options is None

    @pytest.mark.parametrize("arguments", [["--kind", "fiction"], ["--limit", "0"], ["--seed", "-1"], ["--loud"]])
    def test_a_wrong_option_is_2(self, data: Path, opened: Opened, arguments: list[str]) -> None:
        code, out, err = call("--dataset", data, *arguments)
        assert (code, out) == (2, "")
        assert arguments[0] in err
        assert opened.options is None

    def test_no_data_set_is_2(self, opened: Opened) -> None:
        code, _, err = call("--json")
        assert code == 2
        assert "--dataset" in err

    def test_an_unwritable_out_is_2_before_anything_is_asked(self, data: Path, tmp_path: Path, opened: Opened) -> None:
        for out_file in (tmp_path, tmp_path / "nowhere" / "report.json"):
            code, _, err = call("--dataset", data, "--out", out_file)
            assert code == 2
            assert str(out_file) in err
        assert opened.options is None

    @pytest.mark.parametrize("name", ["x" * 300, "taken/report.json"])
    def test_out_that_cannot_be_written_is_2(self, data: Path, tmp_path: Path, opened: Opened, name: str) -> None:
        def take_its_place(_question: str) -> Answer:
            (tmp_path / name).mkdir()
            return abstention()

        (tmp_path / "taken").mkdir()
        opened.system = SimpleNamespace(ask=take_its_place)
        code, out, err = call("--dataset", data, "--limit", 1, "--out", tmp_path / name)
        assert (code, out) == (2, "")
        assert "cannot be written" in err

    @pytest.mark.parametrize(("error", "code"), [(ServiceError("gone"), 3), (LibraryDamaged("broken"), 4)])
    def test_no_answer_at_all(self, data: Path, opened: Opened, error: CitewellError, code: int) -> None:
        opened.system = ScriptedSystem(dict.fromkeys(SCRIPT, error))
        found, out, err = call("--dataset", data, "--json")
        assert (found, out) == (code, "")
        assert err.startswith("Error: None of 3 questions got an answer")
        assert opened.closed


def test_without_a_library_it_says_how_to_make_one(data: Path, tmp_path: Path) -> None:
    code, out, err = call("--dataset", data, "--library", tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert "citewell add" in err


def test_help_names_the_command_and_its_options() -> None:
    assert "run" in CliRunner().invoke(app, ["--help"]).stdout
    _, out, _ = call("--help")
    assert "--dataset" in out
    assert "--kind" in out


def test_the_module_is_light_to_import() -> None:
    heavy = ("numpy", "rich.table", "langchain", "langchain_core", "openai", "chromadb", "onnxruntime", "evals.run")
    code = f"import sys, evals.cli.app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
