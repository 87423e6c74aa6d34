import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.cli.commands.registry import COMMANDS, command_named
from assistant.cli.conversation import Conversation
from assistant.cli.filtering import filter_text, parse_filter
from assistant.cli.showing import View
from assistant.errors import UsageError
from assistant.llm import ChatModel, ModelChoice
from assistant.types import Filter, Limits
from assistant.wiring import Assistant
from tests.cli.conftest import Say
from tests.fakes.chat import ScriptedModel
from tests.fakes.papers import PAPERS

QUESTION = "How far does Lantern raise recall of past facts on TalkBack?"
TRUE = "On the TalkBack benchmark Lantern raises recall of past facts by 14.6 points over a sliding window."
COPPER = "How much copper did the best protein of Moss remove from pond water?"
UNKNOWN = "What boils at sea level?"

Use = Callable[[ChatModel], ChatModel]


class TestAll:
    def test_do_what_the_help_says(self, say: Say) -> None:
        out, err = say(*(f"/{command.name}" for command in COMMANDS if command.name not in {"quit", "multi"}), "/QUIT")
        assert all(f"/{command.usage}" in out for command in COMMANDS)
        assert all(command.what in out for command in COMMANDS)
        assert "unexpected" not in err

    @pytest.mark.parametrize("argument", ["\x1b[2J", "'", "a" * 5000, "999999999999999999999999", "..", "[@]", "= ="])
    @pytest.mark.parametrize("name", [one.name for one in COMMANDS if one.name not in {"multi", "quit", "related"}])
    def test_bad_input_is_one_clear_line(
        self, name: str, argument: str, say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.chdir(tmp_path)
        _, err = say(f"/{name} {argument}")
        assert "unexpected" not in err
        assert len([line for line in err.splitlines() if line.startswith("Error: ")]) <= 1
        assert "\x1b" not in err

    def test_unknown_one(self, say: Say) -> None:
        _, err = say("/sauces", "/", "/xyzzy")
        assert "There is no command /sauces. Did you mean /sources? /help lists them" in err
        assert "There is no command /xyzzy. /help lists them; a question does not begin with a slash." in err
        assert "There is no command /. /help lists them" in err

    def test_names_and_aliases_are_different(self) -> None:
        names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
        assert len(names) == len(set(names))
        assert command_named("EXIT") is command_named("quit")

    def test_help_of_one(self, say: Say) -> None:
        out, err = say("/help why", "/help /export", "/help quit", "/help wy")
        assert "/why [N]\n  Why statement N says what it says" in out
        assert "FILE.json the conversation for /load." in out
        assert "The same: /exit, /q" in out
        assert "There is no command /wy. Did you mean /why?" in err


class TestReading:
    def test_sources(self, say: Say) -> None:
        out, _ = say(QUESTION, "/sources")
        quotes = out[out.rindex("References") :]
        start = PAPERS[0].abstract.index(TRUE)
        assert f"[orbin2021lantern] abstract {start}-{start + len(TRUE)}: “{TRUE}”" in quotes

    def test_show(self, say: Say) -> None:
        out, err = say("/show [@sund2020facet]", "/show sund", "/show")
        assert "Key:          sund2020facet" in out
        assert "No paper has the key 'sund'. Did you mean sund2020facet?" in err
        assert "Write /show KEY" in err

    def test_show_takes_what_a_paper_is_called_in_the_answer(self, say: Say) -> None:
        out, _ = say(QUESTION, "/show 1", view=View(style="numeric"))
        assert "Key:          orbin2021lantern" in out
        out, _ = say(QUESTION, "/show Orbin et al., 2021", view=View(style="author-year"))
        assert "Key:          orbin2021lantern" in out

    def test_why_one_statement(self, say: Say) -> None:
        out, err = say(QUESTION, "/why 1", "/why 0", "/why 99", "/why one")
        start = PAPERS[0].abstract.index(TRUE)
        assert f"[orbin2021lantern] abstract {start}-{start + len(TRUE)}: word for word" in out
        assert "verdict:  supported, score 1.00, by fake-1" in out
        assert [word in err for word in ("none is '0'", "none is '99'", "none is 'one'")] == [True] * 3
        assert "Write /why N" in err

    def test_why_the_whole_answer(self, say: Say, answered_by: Use) -> None:
        answered_by(ScriptedModel([f"{TRUE} [1] Bananas are yellow fruit of the tropics [1].", "1. DROP"]))
        out, _ = say(QUESTION, "/why")
        assert "outcome:  answered" in out
        assert "model:    scripted:model" in out
        assert "written:  2 sentences: 1 supported as written, 1 dropped" in out
        assert "- Bananas are yellow fruit of the tropics. [orbin2021lantern] — " in out

    def test_dropped(self, say: Say, answered_by: Use) -> None:
        answered_by(ScriptedModel([f"{TRUE} [1] Bananas are yellow fruit of the tropics [1].", "1. DROP"]))
        out, _ = say(QUESTION, "/dropped")
        before, _, after = out.partition("1 statement dropped: not supported by any paper in your library.")
        assert "Bananas" not in before
        assert "(/dropped says why)" in after
        assert "1 statement dropped:\n" in after
        assert "Bananas" in after

    def test_nothing_dropped(self, say: Say) -> None:
        out, err = say("/dropped", QUESTION, "/dropped")
        assert "There is no answer yet." in err
        assert "Nothing was dropped from the last answer." in out


class TestSettings:
    def test_filter(self, say: Say) -> None:
        out, err = say(
            "/filter year=2023..", "/filter", QUESTION, "/filter off", "/filter year=x", "/filter colour=red"
        )
        assert "Filter set (year=2023..): 3 papers can be used." in out
        assert "No filter: 12 papers can be used." in out
        assert "orbin2021lantern" not in out
        assert "'x' names no years" in err
        assert "'colour=red' is no filter" in err

    def test_wrong_model_leaves_the_one_before(self, say: Say, answered_by: Use) -> None:
        answered_by(ScriptedModel([f"{TRUE} [1]"]))
        out, err = say("/model openai:gpt", "/model gpt", "/model cohere:x", "/model", QUESTION)
        assert "Set OPENAI_API_KEY" in err
        assert "Write provider:model" in err
        assert "pip install langchain-cohere" in err
        assert "Model: scripted:model" in err
        assert TRUE in out

    def test_model_can_be_changed(self, say: Say, answered_by: Use) -> None:
        answered_by(ScriptedModel())
        out, err = say("/model embedded", QUESTION)
        assert "Model: embedded (quotes, no chat model; set meanwhile)." in err
        assert TRUE in out

    def test_local_stays_local(self, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
        _, err = say("/model openai:gpt", local=True)
        assert "--local refuses openai:gpt" in err

    def test_server_is_kept_when_the_model_changes(self, say: Say, assistant: Assistant) -> None:
        assistant.choice = ModelChoice(name="openai:a", why="a test", base_url="http://localhost:9/v1")
        _, err = say("/model embedded", "/model b")
        assert "Model: embedded (quotes, no chat model; set meanwhile)." in err
        assert "Model: openai:b at http://localhost:9/v1 (on this machine; set meanwhile)." in err

    def test_judge(self, say: Say) -> None:
        out, err = say("/judge", "/judge nobody", "/judge", "/judge embedded")
        assert out.count("Sentences are checked by fake-1.") == 2
        assert "Sentences are checked by embedded" in out
        assert "nobody" in err

    def test_style(self, say: Say) -> None:
        out, err = say(QUESTION, "/style numeric", QUESTION, "/style author-year", QUESTION, "/style apa", "/style")
        assert f"{TRUE}” [orbin2021lantern]\n" in out
        assert f"{TRUE}” [1]\n" in out
        assert f"{TRUE}” (Orbin et al., 2021)\n" in out
        assert "There is no citation style 'apa'. The styles are: keys, numeric, author-year." in err
        assert "Citations are written by style author-year." in out

    def test_evidence(self, say: Say) -> None:
        out, err = say("/evidence on", QUESTION, "/evidence off", QUESTION, "/evidence maybe")
        assert out.count(": word for word") == out[: out.index("sentence: off")].count(": word for word") > 0
        assert "/evidence takes on or off, not 'maybe'." in err

    def test_limits(self, say: Say, assistant: Assistant) -> None:
        out, err = say("/limits", "/limits tokens=2000 usd=0.05", "/limits timeout=1.5 usd=off", "/limits usd=-1")
        assert out.splitlines()[:3] == [
            "No limits.",
            "At most 2,000 tokens, $0.05 an answer.",
            "At most 2,000 tokens, 1.5 s an answer.",
        ]
        assert "'usd=-1' is no limit. Write tokens=2000, usd=0.05, timeout=30, or off." in err
        assert assistant.limits == Limits(max_tokens=2000, timeout=1.5)
        say("/limits off")
        assert assistant.limits == Limits()

    @pytest.mark.parametrize(
        "text", ["tokens=0", "tokens=1.5", "tokens=", "usd=nan", "usd=inf", "usd=-0.1", "timeout=0", "pounds=3", "2000"]
    )
    def test_no_limit(self, text: str, say: Say, assistant: Assistant) -> None:
        _, err = say(f"/limits {text}")
        assert f"{text!r} is no limit." in err
        assert assistant.limits == Limits()


class TestTurns:
    def test_undo(self, say: Say, assistant: Assistant) -> None:
        out, err = say(QUESTION, COPPER, "/undo", "/sources", "/undo", "/undo")
        assert f"Forgotten: {COPPER}" in out
        assert TRUE in out[out.index("Forgotten: How much copper") :]
        assert "There is nothing to undo." in err
        assert "is saved" not in err
        assert assistant.sessions.turns(1) == []
        assert assistant.sessions.latest() is None

    def test_undo_and_retry_leave_what_another_chat_said(self, say: Say, assistant: Assistant) -> None:
        ours, theirs = Conversation(assistant), Conversation(assistant)
        ours.take(QUESTION)
        theirs.resume(1)
        theirs.take(COPPER)
        ours.take("/retry")
        assert [turn.question for turn in assistant.sessions.turns(1)] == [QUESTION, COPPER]
        ours.take("/undo")
        assert [turn.question for turn in assistant.sessions.turns(1)] == [COPPER]

    def test_retry_takes_the_place_of_the_last_answer(self, say: Say, assistant: Assistant, answered_by: Use) -> None:
        other = "Lantern raises recall of past facts by 14.6 points over a sliding window."
        model = answered_by(ScriptedModel([f"{TRUE} [1]", f"{other} [1]"]))
        say(QUESTION, "/retry")
        turns = assistant.sessions.turns(1)
        assert [[one.text for one in turn.answer.statements] for turn in turns] == [[other]]
        assert isinstance(model, ScriptedModel)
        assert model.left == 0, "a question that is asked again is no follow-up of itself"

    def test_retry_with_another_model(self, say: Say, assistant: Assistant, answered_by: Use) -> None:
        answered_by(
            ScriptedModel(["Bananas are yellow fruit of the tropics. Xyzzy plugh foo bar baz.", "1. DROP\n2. DROP"])
        )
        out, err = say(QUESTION, "/retry embedded", "/retry nobody")
        assert "Model: embedded (quotes" in err
        assert TRUE in out
        assert "Write provider:model" in err
        assert len(assistant.sessions.turns(1)) == 1

    def test_retry_that_fails_leaves_the_answer(self, say: Say, assistant: Assistant, answered_by: Use) -> None:
        answered_by(ScriptedModel([f"{TRUE} [1]", RuntimeError("a bug")]))
        say(QUESTION, "/retry")
        assert [one.text for one in assistant.sessions.turns(1)[0].answer.statements] == [TRUE]

    def test_retry_keeping_what_is_unsupported(self, say: Say, answered_by: Use) -> None:
        reply = f"{TRUE} [1] Lantern was tried with 99 talking owls on TalkBack [1]."
        answered_by(ScriptedModel([reply, "1. DROP", reply, "1. DROP"]))
        out, _ = say(QUESTION, "/retry keep")
        first, _, again = out.partition("References")
        assert "owls" not in first
        assert "99 talking owls on TalkBack. [orbin2021lantern] (not supported)\n" in again

    def test_nothing_to_retry(self, say: Say) -> None:
        _, err = say("/retry")
        assert "There is no answer yet." in err

    def test_new(self, say: Say, assistant: Assistant) -> None:
        _, err = say(QUESTION, "/new", "/sources", COPPER)
        assert "There is no answer yet." in err
        assert [len(assistant.sessions.turns(number)) for number in (1, 2)] == [1, 1]

    def test_load(self, say: Say) -> None:
        say(QUESTION)
        out, err = say(COPPER, "/load 1", "/sources", "/load 77", "/load", "/load nowhere.json")
        assert "orbin2021lantern" in out
        assert "Session 1, 1 turn." in err
        assert "There is no session 77." in err
        assert "Write /load ID" in err
        assert "nowhere.json cannot be read: No such file or directory." in err

    def test_sessions(self, say: Say) -> None:
        say(QUESTION)
        out, _ = say("/sessions", COPPER, "/sessions COPPER pond", "/sessions xyzzy")
        assert out.count(f"1 turn   {QUESTION}") == 1
        assert out.count(f"1 turn   {COPPER}") == 1
        assert "No conversation has 'xyzzy'." in out

    def test_no_sessions(self, say: Say) -> None:
        assert "No conversation is saved yet." in say("/sessions")[0]

    def test_tokens_and_cost(self, say: Say, answered_by: Use) -> None:
        model = answered_by(ScriptedModel([f"{TRUE} [1]"]))
        out, _ = say(QUESTION, "/tokens", "/cost")
        assert isinstance(model, ScriptedModel)
        words = len(model.prompts[0].split())
        assert f"Last answer:  {words} + 18 tokens, $0.0010; first verified sentence after " in out
        assert f"Conversation: {words} + 18 tokens, $0.0010 for 1 answer" in out
        assert "Last answer $0.0010, conversation $0.0010.\nNo limits." in out


class TestFiles:
    def test_save(self, say: Say, tmp_path: Path) -> None:
        target = tmp_path / "notes.md"
        out, err = say(QUESTION, UNKNOWN, f"/save {target}", "/save", f"/save {tmp_path}", f"/save {tmp_path}/no/x.md")
        assert f"Written: {target}" in out
        text = target.read_text()
        assert text.startswith(f"## {QUESTION}\n\n“{TRUE}” [@orbin2021lantern]\n")
        assert f"\n## {UNKNOWN}\n\nNo abstract" in text
        assert "Write /save FILE." in err
        assert f"{tmp_path} is a folder" in err
        assert "there is no folder" in err

    def test_what_was_there_before_is_kept(self, say: Say, tmp_path: Path) -> None:
        mine = {tmp_path / name: "mine" for name in ("a b.md", "x.bib", "y.json")}
        for path, text in mine.items():
            path.write_text(text)
        lines = [f"/save {tmp_path}/a b.md", f"/export {tmp_path}/x.bib", f"/export {tmp_path}/y.json"]
        _, err = say(QUESTION, *lines)
        assert err.count("is there already. Name another file, or write --force behind its name.") == 3
        assert {path: path.read_text() for path in mine} == mine
        out, err = say(QUESTION, *(f"{line} --force" for line in lines), *lines)
        assert out.count("Written: ") == 6
        assert "already" not in err
        assert all(path.read_text() != "mine" for path in mine)

    def test_export_bibtex(self, say: Say, tmp_path: Path) -> None:
        _, err = say(
            f"/export {tmp_path}/no.bib", QUESTION, COPPER, f"/export {tmp_path}/cited.bib", "/export", "/export x"
        )
        text = (tmp_path / "cited.bib").read_text()
        assert text.index("{orbin2021lantern,") < text.index("{ferro2018moss,")
        assert "This conversation cites no paper yet." in err
        assert err.count("Write /export FILE.bib for the papers cited") == 2

    def test_json_comes_back_whole(self, say: Say, assistant: Assistant, tmp_path: Path) -> None:
        say(QUESTION, UNKNOWN, f"/export {tmp_path}/talk.json", f"/export {tmp_path}/talk.md")
        assert (tmp_path / "talk.md").read_text().startswith("## ")
        out, err = say(f"/load {tmp_path}/talk.json", "/sessions", "/undo", "/sources")
        assert "talk.json: 2 turns." in err
        assert "orbin2021lantern" in out
        assert assistant.sessions.turns(2) == assistant.sessions.turns(1)[:1]

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", "{}", '{"format": "citewell-conversation", "turns": [{}]}', "\x00"]
    )
    def test_what_is_no_conversation(self, text: str, say: Say, assistant: Assistant, tmp_path: Path) -> None:
        path = tmp_path / "talk.json"
        path.write_text(text)
        _, err = say(QUESTION, f"/load {path}", "/why 1")
        assert f"Error: {path} is no conversation that /export FILE.json wrote. Name another file." in err
        assert len(assistant.sessions.saved()) == 1

    def test_a_quote_that_somebody_made_up_is_not_shown(self, say: Say, tmp_path: Path) -> None:
        path = tmp_path / "talk.json"
        say(QUESTION, f"/export {path}")
        document = json.loads(path.read_text())
        document["turns"][0]["statements"][0]["citations"][0]["quote"] = "Lantern is the best."
        document["turns"][0]["statements"][0]["text"] = "Lantern is the best."
        path.write_text(json.dumps(document))
        out, _ = say(f"/load {path}", "/sources", "/dropped")
        assert "the library no longer holds the text that this cites" in out
        assert out.count("Lantern is the best.") == 1

    def test_wrong_types_are_refused(self, say: Say, tmp_path: Path) -> None:
        path = tmp_path / "talk.json"
        say(QUESTION, f"/export {path}")
        document = json.loads(path.read_text())
        for change in ({"reason": 5}, {"outcome": "won"}, {"nearest": [1]}, {"statements": [1]}, {"references": [{}]}):
            path.write_text(json.dumps(document | {"turns": [document["turns"][0] | change]}))
            _, err = say(f"/load {path}")
            assert "is no conversation" in err, change


class TestDraft:
    def test_on_a_topic(self, say: Say, assistant: Assistant) -> None:
        out, _ = say("/related dialogue memory for agents", "/why 1", "/sources")
        assert "[orbin2021lantern]" in out
        assert "verdict:  supported" in out
        assert assistant.sessions.turns(1)[0].question == "Related work: dialogue memory for agents"

    def test_on_what_was_talked_about(self, say: Say, assistant: Assistant) -> None:
        _, err = say("/related", QUESTION, "/related", "/retry")
        assert "Write /related TOPIC" in err
        assert [turn.question for turn in assistant.sessions.turns(1)] == [QUESTION, f"Related work: {QUESTION}"]

    def test_on_papers_that_were_talked_about(
        self, say: Say, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("assistant.jobs.plan.relevant", lambda _found: [])
        say(COPPER, "/related", "/related owls")
        asked, drafted, other = assistant.sessions.turns(1)
        cited = {one.key for one in asked.answer.references}
        assert {one.key for one in drafted.answer.references} == cited != set()
        assert other.answer.abstained, "another topic is not written from them"

    def test_on_nothing_that_is_there(self, say: Say) -> None:
        out, _ = say("/related growing tomatoes xyzzy plugh")
        assert "Not in your library. No paper of the library is clearly on this topic." in out


class TestEditor:
    @pytest.fixture(autouse=True)
    def _at_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(sys.stdin), "isatty", lambda _: True, raising=False)
        monkeypatch.delenv("VISUAL", raising=False)

    def editor(self, folder: Path, body: str) -> str:
        script = folder / "editor.py"
        script.write_text(f"import sys\npath = sys.argv[1]\n{body}\n")
        return f"{sys.executable} {script}"

    def test_what_was_written_is_asked(
        self, say: Say, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv(
            "EDITOR", self.editor(tmp_path, f"open(path, 'w').write({QUESTION.replace(' ', chr(10), 1)!r})")
        )
        out, _ = say("/edit")
        assert TRUE in out
        assert assistant.sessions.turns(1)[0].question == QUESTION

    def test_begins_with_the_text_given(
        self, say: Say, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("EDITOR", self.editor(tmp_path, "open(path, 'a').write('of Moss remove from pond water?')"))
        say("/edit How much copper did the best protein")
        assert assistant.sessions.turns(1)[0].question == COPPER

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ("sys.exit(3)", "The editor did not work ("),
            ("open(path, 'w').write(' \\n')", "Nothing was written in the editor"),
            ("open(path, 'w').write('/quit')", "begins with a slash"),
            ("open(path, 'wb').write(b'\\xff\\xfe\\xff')", "The editor did not work ("),
            ("import os; os.remove(path)", "The editor did not work ("),
        ],
        ids=["fails", "empty", "command", "no text", "removed"],
    )
    def test_trouble(self, body: str, says: str, say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("EDITOR", self.editor(tmp_path, body))
        _, err = say("/edit")
        assert says in err
        assert err.count("Error: ") == 1
        assert "unexpected" not in err

    @pytest.mark.parametrize("command", ["no-such-editor-anywhere", '"open'])
    def test_editor_that_is_not_there(self, command: str, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VISUAL", command)
        _, err = say("/edit")
        assert "The editor did not work (" in err
        assert "Set $VISUAL or $EDITOR to one that does." in err


def test_editor_needs_a_terminal(say: Say) -> None:
    _, err = say("/edit")
    assert "An editor needs a terminal." in err


class TestFilter:
    WHERE = Filter(first_year=2020, last_year=2024, authors=("van Gogh", "Li"), venues=("ACL",), tags=("core",))

    def test_all_parts(self) -> None:
        assert parse_filter('year=2020..2024 author="van Gogh" author=Li venue=ACL tag=core') == self.WHERE

    @pytest.mark.parametrize(
        "where",
        [Filter(), WHERE, Filter(first_year=2020), Filter(last_year=2020), Filter(first_year=2020, last_year=2020)],
        ids=str,
    )
    def test_is_written_as_it_is_read(self, where: Filter) -> None:
        assert parse_filter(filter_text(where)) == where

    @pytest.mark.parametrize("text", ["year=", "colour=red", "2020", 'author="open', "year=2024..2020"])
    def test_what_is_none(self, text: str) -> None:
        with pytest.raises(UsageError):
            parse_filter(text)


class TestCompletion:
    @pytest.fixture
    def complete(self, assistant: Assistant) -> Callable[[str], list[str]]:
        from prompt_toolkit.completion import CompleteEvent
        from prompt_toolkit.document import Document

        from assistant.cli.completion import ChatCompleter

        completer = ChatCompleter(Conversation(assistant))
        return lambda text: [one.text for one in completer.get_completions(Document(text), CompleteEvent())]

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("", []),
            ("What", []),
            ("/sho", ["/show"]),
            ("/nope", []),
            ("/nope x", []),
            ("/show sund", ["sund2020facet"]),
            ("/show facet", ["sund2020facet", "terrell2023manyfacet"]),
            ("What does @facet", ["sund2020facet", "terrell2023manyfacet"]),
            ("@sund2020facet or", []),
            ("mail@facet", []),
            ("/style n", ["numeric"]),
            ("/evidence o", ["on", "off"]),
            ("/judge l", ["llm"]),
            ("/help und", ["undo"]),
            ("/why 1", []),
        ],
    )
    def test_words(self, line: str, expected: list[str], complete: Callable[[str], list[str]]) -> None:
        assert sorted(complete(line)) == sorted(expected)

    def test_every_command(self, complete: Callable[[str], list[str]]) -> None:
        assert complete("/") == [f"/{command.name}" for command in COMMANDS]

    def test_models_sessions_and_files(
        self, complete: Callable[[str], list[str]], say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        say(QUESTION)
        (tmp_path / "talk.json").touch()
        monkeypatch.chdir(tmp_path)
        assert "embedded" in complete("/model emb")
        assert complete("/load ")[0] == "1"
        assert "talk.json" in complete("/load ")
        assert complete("/save tal") == ["k.json"]


def test_view_of_a_conversation_is_numbered(assistant: Assistant) -> None:
    view = Conversation(assistant, view=View(style="numeric")).view
    assert view == replace(View(style="numeric"), numbered=True, how_to_see_dropped="/dropped")
