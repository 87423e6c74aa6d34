import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.cli.conversation import Conversation
from assistant.errors import ServiceError
from assistant.llm import ChatModel, Delta
from assistant.wiring import Assistant
from tests.cli.conftest import Say
from tests.conftest import Run
from tests.fakes.chat import Broken, ScriptedModel

QUESTION = "How far does Lantern raise recall of past facts on TalkBack?"
TRUE = "On the TalkBack benchmark Lantern raises recall of past facts by 14.6 points over a sliding window."
ALSO_TRUE = "It needs 2 GB of storage for 1,210 conversations."
FOLLOW_UP = "How much storage does it need for conversations?"
SELF_RAG = "How does Self-RAG decide when to retrieve passages?"

Use = Callable[[ChatModel], ChatModel]


class TestQuestions:
    def test_answer_with_references(self, say: Say) -> None:
        out, err = say(QUESTION)
        assert f" 1  “{TRUE}” [orbin2021lantern]" in out
        assert "References\n  [orbin2021lantern] Orbin" in out
        assert "In the papers' own words:" in err
        assert "Session 1 is saved; `citewell chat --continue` goes on with it." in err

    def test_nothing_said_is_nothing_saved(self, say: Say, assistant: Assistant) -> None:
        out, err = say("", "  ", "/help")
        assert "/quit" in out
        assert "saved; `" not in err
        assert assistant.sessions.latest() is None

    def test_follow_up_is_understood_from_what_was_said(self, say: Say, answered_by: Use) -> None:
        model = ScriptedModel([f"{TRUE} [1]", "How much storage does Lantern need for conversations?", ALSO_TRUE])
        answered_by(model)
        out, err = say(QUESTION, FOLLOW_UP)
        assert err.count("Understood as: How much storage does Lantern need for conversations?") == 1
        assert f"{ALSO_TRUE} [orbin2021lantern]" in out
        assert model.left == 0

    def test_how_it_was_understood_stands_above_the_answer(
        self, assistant: Assistant, capsys: pytest.CaptureFixture[str]
    ) -> None:
        conversation = Conversation(assistant)
        conversation.take(QUESTION)
        capsys.readouterr()
        order: list[str] = []
        printer = conversation.printer()
        assistant.ask(
            FOLLOW_UP,
            history=conversation.turns,
            on_event=lambda event: (printer.take(event), order.append("".join(capsys.readouterr()))),
        )
        assert "Understood as: " in order[0]
        assert ALSO_TRUE not in order[0]
        assert ALSO_TRUE in "".join(order[1:])

    def test_a_key_after_an_at_sign_stands_for_its_paper(self, say: Say, assistant: Assistant) -> None:
        out, _ = say(
            "What did @sund2020facet, the method, edit?", "Does a@b.org or @nobody edit a single fact in a model?"
        )
        first, second = assistant.sessions.turns(1)
        assert first.question == "What did “Facet: Editing One Fact in a Language Model”, the method, edit?"
        assert second.question.startswith("Does a@b.org or @nobody edit")
        assert "[sund2020facet]" in out

    def test_statements_are_shown_as_they_come(
        self, assistant: Assistant, answered_by: Use, capsys: pytest.CaptureFixture[str]
    ) -> None:
        shown_before_the_end: list[str] = []

        class Slow(ScriptedModel):
            def stream(self, prompt: str, schema: object = None) -> Iterator[Delta]:
                yield Delta(text=f"{TRUE} [1] {ALSO_TRUE} [1] And ")
                shown_before_the_end.append(capsys.readouterr().out)
                yield Delta(text="so on.")

        answered_by(Slow())
        Conversation(assistant).take(QUESTION)
        assert TRUE in shown_before_the_end[0]
        assert ALSO_TRUE in shown_before_the_end[0] + capsys.readouterr().out

    def test_a_number_means_the_sentence_that_had_it(self, assistant: Assistant, say: Say, answered_by: Use) -> None:
        """What is rewritten is shown after what passed at once, and is numbered and saved so."""
        wrong = "Lantern raises recall of past facts by 99 points over a sliding window."
        right = "Lantern raises recall of past facts by 14.6 points over a sliding window."
        answered_by(ScriptedModel([f"{wrong} [1] {ALSO_TRUE} [1]", f"1. {right} [1]"]))
        out, _ = say(QUESTION, "/why 2")
        assert f" 1  {ALSO_TRUE} [orbin2021lantern]\n" in out
        assert f" 2  {right} [orbin2021lantern] (rewritten)\n" in out
        assert f"changed:  rewritten; it said “{wrong}” — " in out
        saved = assistant.sessions.turns(1)[0].answer
        assert [one.text for one in saved.statements] == [ALSO_TRUE, right]


class TestSeveralLines:
    @pytest.mark.parametrize(
        "lines",
        [
            ("/multi", *QUESTION.split(" ", 2), "."),
            ("/multi", *QUESTION.split(" ", 2), " /end "),
            ("/multi", *QUESTION.split(" ", 2)),  # the input ends
            ('"""', *QUESTION.split(" ", 2), '"""'),
            ('"""' + QUESTION.split(" ", 1)[0], QUESTION.split(" ", 1)[1] + '"""'),
            (f'"""{QUESTION}"""',),
        ],
        ids=["dot", "end", "eof", "quotes", "quotes beside", "one line"],
    )
    def test_are_one_question(self, lines: tuple[str, ...], say: Say, assistant: Assistant) -> None:
        out, _ = say(*lines)
        assert TRUE in out
        assert [turn.question for turn in assistant.sessions.turns(1)] == [QUESTION]

    def test_slashes_and_empty_lines_in_them_are_text(self, say: Say, assistant: Assistant) -> None:
        say("/multi", "", "/quit", "How far does Lantern raise recall of past facts?", ".", "/new")
        assert assistant.sessions.turns(1)[0].question.startswith("/quit How far")

    def test_nothing_is_no_question(self, say: Say, assistant: Assistant) -> None:
        say("/multi", ".", '"""', '"""', '""""""')
        assert assistant.sessions.latest() is None

    def test_prompt_says_so_and_ctrl_c_ends_them(self, assistant: Assistant) -> None:
        conversation = Conversation(assistant)
        prompts: list[str] = []
        script: list[str | None] = ["/multi", "What", "^C", None]

        def read_line() -> str | None:
            prompts.append(conversation.prompt)
            line = script.pop(0)
            if line == "^C":
                raise KeyboardInterrupt
            return line

        conversation.run(read_line)
        assert prompts == ["> ", ". ", ". ", "> "]
        assert conversation.turns == []


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
    def test_conversation_goes_on(
        self, trouble: Exception | Broken, say: Say, assistant: Assistant, answered_by: Use
    ) -> None:
        answered_by(ScriptedModel([trouble, f"{TRUE} [1]"]))
        out, err = say(QUESTION, QUESTION)
        said = "unexpected ZeroDivisionError" if isinstance(trouble, ZeroDivisionError) else "The server is gone."
        assert f"Error: {said}" in err
        assert "Traceback" not in err
        assert TRUE in out
        assert len(assistant.sessions.turns(1)) == 1

    def test_ctrl_c_stops_the_answer_and_not_the_program(
        self, say: Say, assistant: Assistant, answered_by: Use
    ) -> None:
        class Interrupted(ScriptedModel):
            def stream(self, prompt: str, schema: object = None) -> Iterator[Delta]:
                if len(self.prompts) == 0:
                    self.prompts.append(prompt)
                    yield Delta(text=f"{TRUE} [1] And then")
                    raise KeyboardInterrupt
                yield from super().stream(prompt)

        answered_by(Interrupted([f"{TRUE} [1]"]))
        out, err = say(QUESTION, "/sources", QUESTION)
        assert "Stopped." in err
        assert "There is no answer yet." in err
        assert "References" in out
        assert len(assistant.sessions.turns(1)) == 1

    @pytest.mark.parametrize("words", ["", "It", f"{TRUE} [1] And then"])
    def test_what_was_stopped_can_be_asked_again_and_has_cost_something(
        self, words: str, say: Say, assistant: Assistant, answered_by: Use
    ) -> None:
        class Interrupted(ScriptedModel):
            def stream(self, prompt: str, schema: object = None) -> Iterator[Delta]:
                self.prompts.append(prompt)
                if len(self.prompts) == 2:
                    if words:
                        yield Delta(text=words)
                    raise KeyboardInterrupt
                yield Delta(text=f"{TRUE} [1]" if len(self.prompts) == 1 else f"{ALSO_TRUE} [1]")

        answered_by(Interrupted())
        storage = "How much storage does Lantern need for conversations?"
        out, err = say(QUESTION, "/new", storage, "/tokens", "/cost", "/why", "/retry", "/why", "/tokens")
        assert "Stopped. /retry asks again." in err
        assert err.count("There is no answer yet.") == 1
        before, _, after = out.partition(ALSO_TRUE)
        assert "for 0 answers and what was stopped or failed" in before
        assert "Conversation: 0 + 0 tokens" not in before
        assert "for 1 answer and what was stopped or failed" in after
        assert [turn.question for turn in assistant.sessions.turns(2)] == [storage]
        assert "is about:" not in err

    def test_a_retry_that_was_stopped_takes_the_old_place_when_it_is_made_again(
        self, say: Say, assistant: Assistant, answered_by: Use
    ) -> None:
        answered_by(ScriptedModel([f"{TRUE} [1]", ServiceError("Gone."), f"{ALSO_TRUE} [1]"]))
        _, err = say(QUESTION, "/retry", "/why 1", "/retry")
        assert f"The last question has no answer; this is about: {QUESTION}" in err
        (turn,) = assistant.sessions.turns(1)
        assert [one.text for one in turn.answer.statements] == [ALSO_TRUE]

    def test_what_was_undone_is_not_retried(self, say: Say, assistant: Assistant, answered_by: Use) -> None:
        answered_by(ScriptedModel([f"{TRUE} [1]", ServiceError("Gone.")]))
        _, err = say(QUESTION, "/retry", "/undo", "/retry")
        assert "There is no answer yet." in err
        assert assistant.sessions.turns(1) == []

    def test_limits_are_named_as_the_chat_sets_them(self, say: Say, answered_by: Use) -> None:
        answered_by(ScriptedModel())
        _, err = say("/limits tokens=250", QUESTION, "/load 999")
        assert re.search(r"Allow at least (\d+) with /limits tokens=\1, ", err)
        assert "--max-tokens" not in err
        assert "There is no session 999. /sessions lists them." in err

    def test_ctrl_c_at_the_prompt_asks_again(self, assistant: Assistant, capsys: pytest.CaptureFixture[str]) -> None:
        lines: list[str | None] = ["/help", None]
        presses = [True, False, True, False]

        def read_line() -> str | None:
            if presses.pop(0):
                raise KeyboardInterrupt
            return lines.pop(0)

        Conversation(assistant).run(read_line)
        assert "/sources" in capsys.readouterr().out
        assert lines == []

    def test_a_turn_is_saved_when_the_reader_has_gone(
        self, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def gone(*_: object) -> None:
            raise BrokenPipeError

        monkeypatch.setattr("assistant.cli.showing.AnswerPrinter.end", gone)
        with pytest.raises(BrokenPipeError):
            Conversation(assistant).run(lambda: QUESTION)
        assert [turn.question for turn in assistant.sessions.turns(1)] == [QUESTION]


class TestSessions:
    def test_continued(self, say: Say) -> None:
        say(QUESTION)
        _, err = say(session=1)
        assert "Session 1, 1 turn." in err
        assert f"Last question: {QUESTION}" in err
        out, _ = say("/sources", session=1)
        assert TRUE in out

    def test_a_paper_that_is_gone_is_not_cited_any_more(self, say: Say, assistant: Assistant) -> None:
        say(QUESTION)
        assistant.remove(["orbin2021lantern"])
        out, _ = say("/sources", "/dropped", session=1)
        assert "The last answer cites nothing." in out
        assert "the library no longer holds the text that this cites" in out

    def test_through_the_command_line(self, run: Run, library: Path) -> None:
        first = run("chat", "--library", library, stdin=f"{SELF_RAG}\n/why 1\n/quit\nnever asked\n")
        assert first.code == 0
        assert "[asai2024self]" in first.out
        assert "verdict:  supported, score 1.00, by embedded" in first.out
        assert "> " not in first.out
        assert run("chat", "--library", library, stdin="How does ColBERT encode queries?\n").code == 0
        newest = run("chat", "--continue", "--library", library, stdin="/sources\n")
        assert "Session 2, 1 turn." in newest.err
        assert "khattab2020colbert" in newest.out
        chosen = run("chat", "--session", "1", "--library", library, stdin="/sources\n")
        assert f"Last question: {SELF_RAG}" in chosen.err
        assert "asai2024self" in chosen.out
        wrong = run("chat", "--session", "77", "--library", library)
        assert (wrong.code, wrong.out) == (2, "")
        assert "There is no session 77. `citewell sessions` lists them." in wrong.err

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

    def test_options_reach_the_conversation(self, run: Run, library: Path) -> None:
        options = ("--style", "numeric", "--show", "evidence", "--max-tokens", "900", "--timeout", "7.5")
        ended = run("chat", "--library", library, *options, stdin=f"{SELF_RAG}\n/limits\n/style\n/show 1\n")
        assert ended.code == 0
        assert "” [1]\n      [asai2024self] abstract 0-135: word for word" in ended.out
        assert "At most 900 tokens, 7.5 s an answer." in ended.out
        assert "Key:          asai2024self" in ended.out

    def test_survive_kill_9(self, library: Path) -> None:
        """Each turn is on disk when its answer has been printed."""
        command = [sys.executable, "-m", "assistant", "chat", "--library", str(library)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as program:
            assert program.stdin is not None
            assert program.stdout is not None
            program.stdin.write(f"{SELF_RAG}\n".encode())
            program.stdin.flush()
            assert any(line.startswith(b"References") for line in iter(program.stdout.readline, b""))
            os.kill(program.pid, signal.SIGKILL)
        from assistant.library.opening import open_library
        from assistant.session import Sessions

        with open_library(library) as papers:
            assert [turn.question for turn in Sessions(papers.database).turns(1)] == [SELF_RAG]


class TestPrompt:
    def test_ctrl_c_ends_reading_from_a_pipe(self, monkeypatch: pytest.MonkeyPatch, assistant: Assistant) -> None:
        from assistant.cli.prompt import lines

        class Interrupted(io.StringIO):
            def __next__(self) -> str:
                raise KeyboardInterrupt

        monkeypatch.setattr(sys, "stdin", Interrupted())
        with lines(Path("unused"), Conversation(assistant)) as read_line:
            assert read_line() is None

    def test_at_a_terminal_lines_are_edited_and_remembered(
        self, monkeypatch: pytest.MonkeyPatch, assistant: Assistant, tmp_path: Path
    ) -> None:
        from prompt_toolkit.application import create_app_session
        from prompt_toolkit.input import create_pipe_input
        from prompt_toolkit.output import DummyOutput

        from assistant.cli.prompt import lines

        history = tmp_path / "history"
        history.touch(mode=0o644)
        monkeypatch.setattr(type(sys.stdin), "isatty", lambda _: True, raising=False)
        monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            keys.send_text("one\x1b\rtwo\r")
            keys.send_text("\x04")
            with lines(history, Conversation(assistant)) as read_line:
                assert read_line() == "one\ntwo"
                assert read_line() is None
        assert "+one\n+two\n" in history.read_text()
        assert history.stat().st_mode & 0o777 == 0o600

    def test_history_that_cannot_be_kept_is_said_and_no_obstacle(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from assistant.cli.prompt import _history

        kept = _history(tmp_path / "no" / "folder")
        kept.append_string("x")
        assert "What you type is not remembered" in capsys.readouterr().err
