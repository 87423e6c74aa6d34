import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.cli.chat import COMMANDS, Conversation, parse_filter
from assistant.errors import ServiceError, UsageError
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.llm import ChatModel, Delta, ModelChoice
from assistant.types import Filter
from assistant.wiring import Assistant
from prompts import Prompts
from tests.conftest import Run
from tests.fakes.chat import Broken, ScriptedModel
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import PAPERS
from vectorstore.chunk import chunk_paper

QUESTION = "How far does Lantern raise recall of past facts on TalkBack?"
TRUE = "On the TalkBack benchmark Lantern raises recall of past facts by 14.6 points over a sliding window."
ALSO_TRUE = "It needs 2 GB of storage for 1,210 conversations."
FOLLOW_UP = "How much storage does it need for conversations?"

Say = Callable[..., tuple[str, str]]


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    library = Library(tmp_path / "library", chunker=chunk_paper)
    choice = ModelChoice(name="embedded", why="a test")
    with Assistant(library, embedder=HashEmbedder(), prompts=Prompts(), choice=choice) as made:
        add_records(library, [paper.record for paper in PAPERS])
        yield made


def with_model(assistant: Assistant, model: ChatModel) -> Assistant:
    assistant.choice = ModelChoice(name=model.name, why="a test")
    assistant._model = model
    return assistant


@pytest.fixture
def say(assistant: Assistant, capsys: pytest.CaptureFixture[str]) -> Say:
    """A conversation of these lines; what came out on stdout and on stderr."""

    def say(*lines: str, local: bool = False, session: int | None = None) -> tuple[str, str]:
        conversation = Conversation(assistant, local=local)
        if session is not None:
            conversation.resume(session)
        left = iter(lines)
        conversation.run(lambda: next(left, None))
        captured = capsys.readouterr()
        return captured.out, captured.err

    return say


class TestQuestions:
    def test_answer_with_references(self, say: Say) -> None:
        out, err = say(QUESTION)
        assert f"“{TRUE}” [orbin2021lantern]" in out
        assert "References\n  [orbin2021lantern] Orbin" in out
        assert "In the papers' own words:" in err
        assert "Session 1 is saved; `citewell chat --continue` goes on with it." in err

    def test_nothing_said_is_nothing_saved(self, say: Say, assistant: Assistant) -> None:
        out, err = say("", "  ", "/help")
        assert "/quit" in out
        assert "saved; `" not in err
        assert assistant.sessions.latest() is None

    def test_follow_up_is_understood_from_what_was_said(self, say: Say, assistant: Assistant) -> None:
        model = ScriptedModel([f"{TRUE} [1]", "How much storage does Lantern need for conversations?", ALSO_TRUE])
        with_model(assistant, model)
        out, err = say(QUESTION, FOLLOW_UP)
        assert "Understood as: How much storage does Lantern need for conversations?" in err
        assert f"{ALSO_TRUE[:-1]}. [orbin2021lantern]" in out
        assert model.left == 0

    def test_statements_are_shown_as_they_come(self, assistant: Assistant, capsys: pytest.CaptureFixture[str]) -> None:
        shown_before_the_end: list[str] = []

        class Slow(ScriptedModel):
            def stream(self, prompt: str, schema: object = None) -> Iterator[Delta]:
                yield Delta(text=f"{TRUE} [1] {ALSO_TRUE} [1] And ")
                shown_before_the_end.append(capsys.readouterr().out)
                yield Delta(text="so on.")

        conversation = Conversation(with_model(assistant, Slow()), local=False)
        conversation.take(QUESTION)
        assert TRUE in shown_before_the_end[0]
        assert ALSO_TRUE in shown_before_the_end[0] + capsys.readouterr().out


class TestTrouble:
    @pytest.mark.parametrize(
        "trouble",
        [
            ServiceError("The server is gone. Start it."),
            Broken("Lantern", ServiceError("The server is gone. Start it.")),
            ZeroDivisionError("a bug"),
        ],
        ids=["service", "broken", "bug"],
    )
    def test_conversation_goes_on(self, trouble: Exception | Broken, say: Say, assistant: Assistant) -> None:
        with_model(assistant, ScriptedModel([trouble, f"{TRUE} [1]"]))
        out, err = say(QUESTION, QUESTION)
        said = "unexpected ZeroDivisionError" if isinstance(trouble, ZeroDivisionError) else "The server is gone."
        assert f"Error: {said}" in err
        assert "Traceback" not in err
        assert TRUE in out
        assert len(assistant.sessions.turns(1)) == 1

    def test_ctrl_c_stops_the_answer_and_not_the_program(self, say: Say, assistant: Assistant) -> None:
        class Interrupted(ScriptedModel):
            def stream(self, prompt: str, schema: object = None) -> Iterator[Delta]:
                if len(self.prompts) == 0:
                    self.prompts.append(prompt)
                    yield Delta(text=f"{TRUE} [1] And then")
                    raise KeyboardInterrupt
                yield from super().stream(prompt)

        with_model(assistant, Interrupted([f"{TRUE} [1]"]))
        out, err = say(QUESTION, "/sources", QUESTION)
        assert "Stopped." in err
        assert "There is no answer yet." in err
        assert "References" in out
        assert len(assistant.sessions.turns(1)) == 1

    def test_ctrl_c_at_the_prompt_asks_again(self, assistant: Assistant, capsys: pytest.CaptureFixture[str]) -> None:
        lines: list[str | None] = ["/help", None]
        presses = [True, False, True, False]

        def read_line() -> str | None:
            if presses.pop(0):
                raise KeyboardInterrupt
            return lines.pop(0)

        Conversation(assistant, local=False).run(read_line)
        assert "/sources" in capsys.readouterr().out
        assert lines == []


class TestCommands:
    def test_all_do_what_the_help_says(self, say: Say) -> None:
        out, err = say(*(f"/{command.name}" for command in COMMANDS if command.name != "quit"), "/QUIT", "/help")
        assert out.count("/quit") == 1
        assert all(f"/{command.usage}" in out for command in COMMANDS)
        assert "unexpected" not in err

    def test_unknown_command(self, say: Say) -> None:
        _, err = say("/sauces", "/ sources")
        assert "There is no command /sauces. /help lists them" in err

    def test_sources(self, say: Say) -> None:
        out, _ = say(QUESTION, "/sources")
        quotes = out[out.rindex("References") :]
        start = PAPERS[0].abstract.index(TRUE)
        assert f"[orbin2021lantern] abstract {start}-{start + len(TRUE)}: “{TRUE}”" in quotes

    def test_show(self, say: Say) -> None:
        out, err = say("/show [@sund2020facet]", "/show sund", "/show")
        assert "Key:      sund2020facet" in out
        assert "No paper has the key 'sund'. Did you mean sund2020facet?" in err
        assert "Write /show KEY" in err

    def test_filter(self, say: Say) -> None:
        out, err = say(
            "/filter year=2023..", "/filter", QUESTION, "/filter off", "/filter year=x", "/filter colour=red"
        )
        assert "Filter set: 3 papers can be used." in out
        assert "No filter: 12 papers can be used." in out
        assert "orbin2021lantern" not in out
        assert "'x' names no years" in err
        assert "'colour=red' is no filter" in err

    def test_wrong_model_leaves_the_one_before(self, say: Say, assistant: Assistant) -> None:
        with_model(assistant, ScriptedModel([f"{TRUE} [1]"]))
        out, err = say("/model openai:gpt", "/model gpt", "/model cohere:x", "/model", QUESTION)
        assert "Set OPENAI_API_KEY" in err
        assert "Write provider:model" in err
        assert "pip install langchain-cohere" in err
        assert "Model: scripted:model" in err
        assert TRUE in out

    def test_model_can_be_changed(self, say: Say, assistant: Assistant) -> None:
        with_model(assistant, ScriptedModel())
        out, err = say("/model embedded", QUESTION)
        assert "Model: embedded (quotes, no chat model; set by --model)." in err
        assert TRUE in out

    def test_local_stays_local(self, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
        _, err = say("/model openai:gpt", local=True)
        assert "--local refuses openai:gpt" in err

    def test_server_is_kept_when_the_model_changes(self, say: Say, assistant: Assistant) -> None:
        assistant.choice = ModelChoice(name="openai:a", why="a test", base_url="http://localhost:9/v1")
        _, err = say("/model embedded", "/model b")
        assert "Model: embedded (quotes, no chat model; set by --model)." in err
        assert "Model: openai:b at http://localhost:9/v1 (on this machine; set by --model)." in err

    def test_save(self, say: Say, tmp_path: Path) -> None:
        target = tmp_path / "notes.md"
        out, err = say(QUESTION, "What boils at sea level?", f"/save {target}", "/save", f"/save {tmp_path}")
        assert f"Written: {target}" in out
        text = target.read_text()
        assert text.startswith(f"## {QUESTION}\n\n“{TRUE}” [orbin2021lantern]\n")
        assert "\n## What boils at sea level?\n\nNo abstract in the library holds the answer." in text
        assert "Write /save FILE." in err
        assert f"{tmp_path} cannot be written" in err

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("", []),
            ("What", []),
            ("/s", ["/sources", "/show", "/save"]),
            ("/sho", ["/show"]),
            ("/show sund", ["/show sund2020facet"]),
            ("/nope", []),
        ],
    )
    def test_completions(self, line: str, expected: list[str], assistant: Assistant) -> None:
        assert Conversation(assistant, local=False).completions(line) == expected


class TestFilter:
    def test_all_parts(self) -> None:
        assert parse_filter('year=2020..2024 author="van Gogh" author=Li venue=ACL tag=core') == Filter(
            first_year=2020, last_year=2024, authors=("van Gogh", "Li"), venues=("ACL",), tags=("core",)
        )

    @pytest.mark.parametrize("text", ["year=", "colour=red", "2020", 'author="open', "year=2024..2020"])
    def test_what_is_none(self, text: str) -> None:
        with pytest.raises(UsageError):
            parse_filter(text)


class TestSessions:
    def test_continued(self, say: Say) -> None:
        say(QUESTION)
        _, err = say(session=1)
        assert "Session 1, 1 turn." in err
        assert f"Last question: {QUESTION}" in err
        out, _ = say("/sources", session=1)
        assert TRUE in out

    def test_through_the_command_line(self, run: Run, library: Path) -> None:
        question = "How does Self-RAG decide when to retrieve passages?"
        first = run("chat", "--library", library, stdin=f"{question}\n/quit\nnever asked\n")
        assert first.code == 0
        assert "[asai2024self]" in first.out
        assert "> " not in first.out
        assert run("chat", "--library", library, stdin="How does ColBERT encode queries?\n").code == 0
        newest = run("chat", "--continue", "--library", library, stdin="/sources\n")
        assert "Session 2, 1 turn." in newest.err
        assert "khattab2020colbert" in newest.out
        chosen = run("chat", "--session", "1", "--library", library, stdin="/sources\n")
        assert f"Last question: {question}" in chosen.err
        assert "asai2024self" in chosen.out
        wrong = run("chat", "--session", "77", "--library", library)
        assert (wrong.code, wrong.out) == (2, "")
        assert "There is no session 77" in wrong.err

    def test_nothing_to_continue(self, run: Run, library: Path) -> None:
        ended = run("chat", "--continue", "--library", library)
        assert ended.code == 0
        assert "There is no conversation to go on with; this is a new one." in ended.err

    @pytest.mark.parametrize("session", ["0", "x", "99999999999999999999"])
    def test_no_session_number(self, session: str, run: Run, library: Path) -> None:
        assert run("chat", "--session", session, "--library", library).code == 2

    def test_bytes_that_are_no_text(self, run: Run, library: Path) -> None:
        ended = run("chat", "--library", library, stdin=b"caf\xe9\n/help\n")
        assert ended.code == 0
        assert "/sources" in ended.out


def test_ctrl_c_ends_reading_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.cli.prompt import lines

    class Interrupted(io.StringIO):
        def __next__(self) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Interrupted())
    with lines(Path("unused"), lambda _: []) as read_line:
        assert read_line() is None
