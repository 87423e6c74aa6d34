"""Answers from servers that misbehave: through the real client, `Assistant.ask` and the chat loop.

Whatever comes, the answer cites papers of the library and quotes them exactly, or there is an error in words; nothing
hangs, and the conversation goes on and is saved.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from assistant.cli.conversation import Conversation
from assistant.errors import CitewellError, LimitReached, ServiceError, TookTooLong
from assistant.library.ingest import add_records
from assistant.library.store import Library
from assistant.llm import ModelChoice, calling, open_model
from assistant.types import Answer, Event, Label, Limits, Statement
from assistant.wiring import Assistant
from prompts import Prompts
from tests.fakes.embedder import HashEmbedder
from tests.fakes.judge import FakeJudge
from tests.fakes.openai_server import (
    OpenAIServer,
    Reply,
    breaks_off,
    depends,
    fails,
    goes_on,
    refuses,
    says,
    sends,
)
from tests.fakes.papers import BY_KEY, PAPERS, exact
from vectorstore.chunk import chunk_paper

QUESTION = "How far does Lantern raise recall of past facts on TalkBack?"
TRUE = "On the TalkBack benchmark Lantern raises recall of past facts by 14.6 points over a sliding window."
ALSO_TRUE = "It needs 2 GB of storage for 1,210 conversations."
FALSE = "Lantern was tested on whales in the Baltic Sea."
ENOUGH = 30.0
"""Seconds that a misbehaving server may cost; far more than it does."""


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    monkeypatch.setattr(calling, "sleep", lambda _seconds: None)
    library = Library(tmp_path / "library", chunker=chunk_paper)
    choice = ModelChoice(name="embedded", why="a test")
    with Assistant(library, embedder=HashEmbedder(), prompts=Prompts(), choice=choice) as made:
        add_records(library, [paper.record for paper in PAPERS])
        made._judge = FakeJudge(_stands_there)
        yield made


def _stands_there(statement: str, evidence: Sequence[str]) -> Label:
    return "supported" if statement.strip().rstrip(".") in "\n".join(evidence) else "unsupported"


def use(assistant: Assistant, server: OpenAIServer, structured: Any = "off") -> None:
    assistant.choice = ModelChoice(name="openai:tiny", why="a test", base_url=server.base_url)
    assistant._model = open_model(assistant.choice, structured=structured)


def asked(
    assistant: Assistant, *replies: Reply, structured: Any = "off"
) -> tuple[Answer | CitewellError, OpenAIServer]:
    """The answer or the error, after checking what must hold of every answer; and the server."""
    began = perf_counter()
    shown: list[Event] = []
    with OpenAIServer(*replies) as server:
        use(assistant, server, structured)
        try:
            result: Answer | CitewellError = assistant.ask(QUESTION, on_event=shown.append)
        except CitewellError as error:
            result = error
    assert perf_counter() - began < ENOUGH
    if isinstance(result, CitewellError):
        assert "Traceback" not in str(result)
        assert len(str(result)) < 1_000
        return result, server
    for statement in (*result.statements, *(one for one in shown if isinstance(one, Statement))):
        assert statement.citations
        for one in statement.citations:
            assert exact(BY_KEY.get, one.key, one.quote, one.start, one.end, one.where)
    return result, server


def answered(assistant: Assistant, *replies: Reply, structured: Any = "off") -> Answer:
    result, _ = asked(assistant, *replies, structured=structured)
    assert isinstance(result, Answer), result
    return result


def failed(assistant: Assistant, *replies: Reply) -> tuple[CitewellError, OpenAIServer]:
    result, server = asked(assistant, *replies)
    assert isinstance(result, CitewellError)
    return result, server


def texts(answer: Answer) -> list[str]:
    return [one.text for one in answer.statements]


class TestTroubleThatPasses:
    @pytest.mark.parametrize("status", [429, 500, 502, 503])
    @pytest.mark.parametrize("headers", [{}, {"retry-after": "1"}, {"retry-after-ms": "20"}])
    def test_is_waited_out(self, status: int, headers: dict[str, str], assistant: Assistant) -> None:
        trouble = fails(status, headers=headers)
        assert texts(answered(assistant, trouble, trouble, says(f"{TRUE} [1]"))) == [TRUE]

    @pytest.mark.parametrize("status", [429, 500])
    def test_that_stays_is_said_after_three_attempts(self, status: int, assistant: Assistant) -> None:
        error, server = failed(assistant, fails(status, "overloaded", headers={}))
        assert isinstance(error, ServiceError)
        assert "overloaded" in str(error)
        assert len(server.requests) == 3

    def test_cut_before_anything_was_shown_is_asked_for_once_more(self, assistant: Assistant) -> None:
        result, server = asked(assistant, breaks_off("On the Talk"), says(f"{TRUE} [1]"))
        assert isinstance(result, Answer)
        assert texts(result) == [TRUE]
        assert len(server.requests) == 2

    def test_cut_twice_is_an_error(self, assistant: Assistant) -> None:
        error, server = failed(assistant, breaks_off("On the Talk"))
        assert "broke off" in str(error)
        assert len(server.requests) == 2

    def test_cut_after_something_was_shown_keeps_it(self, assistant: Assistant) -> None:
        answer = answered(assistant, breaks_off(f"{TRUE} [1]. {ALSO_TRUE} [1]. {FALSE[:20]}"))
        assert texts(answer)[0] == TRUE
        assert "broke off" in answer.reason


class TestRepliesThatAreNone:
    @pytest.mark.parametrize(
        "reply",
        [
            says(""),
            says("   \n\n  "),
            says("Lantern erhöht die Erinnerung an vergangene Fakten um ein Vielfaches, sagen alle. [1]"),
            says("灯笼提高了对过去事实的回忆。[1]"),
            says("I am sorry, but I cannot help with that."),
            says(f"{FALSE} [1]"),
            says("```json\n{}\n```"),
            says("<think>" + "hm " * 500),
            says('{"statements": [{"text": "Lantern'),
        ],
    )
    def test_are_no_answer(self, reply: Reply, assistant: Assistant) -> None:
        answer = answered(assistant, reply)
        assert answer.statements == ()
        assert answer.abstained
        assert answer.reason

    @pytest.mark.parametrize(
        "reply",
        [
            sends(b"data: {not json\n\n"),
            sends(b"\x00\xff\xfe" * 1_000, "application/octet-stream"),
            sends(b"<html><body>Sign in</body></html>", "text/html"),
            sends(b"", "text/event-stream"),
            sends(b"Bad gateway", "text/plain", status=400),
            sends(b'{"error": "strange"}', "application/json", status=418),
            sends(b"data: [DONE]\n\n"),
        ],
    )
    def test_are_an_error_in_words(self, reply: Reply, assistant: Assistant) -> None:
        error, _ = failed(assistant, reply)
        assert error.exit_code == 3

    def test_refusal_in_its_own_field(self, assistant: Assistant) -> None:
        answer = answered(assistant, refuses("I cannot."), structured="on")
        assert answer.statements == ()
        assert "refused" in answer.reason

    @pytest.mark.parametrize(("finish", "word"), [("length", "cut off"), ("content_filter", "filter")])
    def test_reply_that_was_stopped_says_so(self, finish: str, word: str, assistant: Assistant) -> None:
        answer = answered(assistant, says(f"{TRUE} [1]. Lantern also", finish=finish))
        assert texts(answer)[0] == TRUE
        assert word in answer.reason


class TestEndlessReplies:
    @pytest.mark.parametrize(
        "piece", ["x" * 500, f"{FALSE} [1] ", "[1] ", "1. ", "e.g. ", "\n", '{"statements": [', "Ø" * 100]
    )
    def test_end(self, piece: str, assistant: Assistant) -> None:
        answer = answered(assistant, goes_on(piece * (1 + 2_000 // len(piece))))
        assert answer.statements == ()

    def test_fifty_kilobytes_of_one_token(self, assistant: Assistant) -> None:
        answer = answered(assistant, says("the" * 17_000))
        assert answer.statements == ()
        assert all(len(one.text) < 1_000 for one in answer.dropped)

    def test_true_sentence_again_and_again_is_shown_once(self, assistant: Assistant) -> None:
        answer = answered(assistant, says(f"{TRUE} [1] " * 200))
        assert texts(answer) == [TRUE]


class TestCitations:
    def test_of_papers_that_do_not_exist(self, assistant: Assistant) -> None:
        answer = answered(assistant, says(f"{TRUE} [97]. {FALSE} [@nobody2020nothing] [1000000000000]"))
        assert {one.key for statement in answer.statements for one in statement.citations} <= set(BY_KEY)
        assert FALSE not in " ".join(texts(answer))

    def test_all_on_one_paper(self, assistant: Assistant) -> None:
        claims = [TRUE, "A walk over the graph finds the events that explain a question.", FALSE]
        answer = answered(assistant, says(" ".join(f"{claim} [1]." for claim in claims)))
        for statement in answer.statements:
            assert statement.text != FALSE
            if "graph" in statement.text:
                assert [one.key for one in statement.citations] == ["malk2022quillgraph"]


def json_reply(*statements: str) -> str:
    return json.dumps({"statements": [{"text": text, "passages": [1]} for text in statements], "answered": True})


class TestJson:
    def test_whole(self, assistant: Assistant) -> None:
        assert texts(answered(assistant, says(json_reply(TRUE)), structured="on")) == [TRUE]

    def test_truncated_keeps_what_is_complete(self, assistant: Assistant) -> None:
        document = json_reply(TRUE, ALSO_TRUE)
        answer = answered(assistant, says(document[:-45], finish="length"), says("Nothing more."), structured="on")
        assert TRUE in texts(answer)

    def test_server_that_takes_no_schema(self, assistant: Assistant) -> None:
        def reply(request: Any) -> Reply:
            return fails(400, "response_format?") if "response_format" in request.body else says(f"{TRUE} [1]")

        assert texts(answered(assistant, depends(reply), structured="on")) == [TRUE]

    @pytest.mark.parametrize("text", ["null", "[]", "{}", '{"statements": 3}', "not json", '{"statements": [[[[' * 500])
    def test_other_documents_are_no_answer(self, text: str, assistant: Assistant) -> None:
        answer = answered(assistant, says(text), structured="on")
        assert answer.statements == ()
        assert answer.abstained


class TestLimits:
    def test_nothing_is_sent_beyond_them(self, assistant: Assistant) -> None:
        assistant.limits = Limits(max_tokens=50)
        error, server = failed(assistant, says(TRUE))
        assert isinstance(error, LimitReached)
        assert server.requests == []

    def test_repair_that_does_not_fit_is_left_out(self, assistant: Assistant) -> None:
        probe, server = asked(assistant, says(f"{TRUE} [1]"))
        assert isinstance(probe, Answer)
        from vectorstore.tokens import count_tokens

        assistant.limits = Limits(max_tokens=count_tokens(server.requests[0].prompt) + 400)
        answer = answered(assistant, says(f"{TRUE} [1]. {FALSE} [1]."))
        assert texts(answer) == [TRUE]

    def test_time(self, assistant: Assistant) -> None:
        assistant.limits = Limits(timeout=0.5)
        error, _ = failed(assistant, goes_on("ping", pause=0.02, comment=True))
        assert isinstance(error, TookTooLong)

    def test_time_keeps_what_was_shown(self, assistant: Assistant) -> None:
        assistant.limits = Limits(timeout=2.0)

        def reply(request: Any) -> Reply:
            return goes_on(f"{TRUE} [1].\n\nAnd so on ", pause=0.05)

        answer = answered(assistant, depends(reply))
        assert texts(answer) == [TRUE]
        assert "2 s" in answer.reason

    def test_changed_between_answers(self, assistant: Assistant) -> None:
        assistant.limits = Limits(max_tokens=50)
        failed(assistant, says(TRUE))
        assistant.limits = Limits()
        assert texts(answered(assistant, says(f"{TRUE} [1]"))) == [TRUE]


class TestConversation:
    @pytest.fixture
    def talk(
        self, assistant: Assistant, capsys: pytest.CaptureFixture[str]
    ) -> Callable[..., tuple[str, str, Conversation]]:
        def talk(server: OpenAIServer, *lines: str) -> tuple[str, str, Conversation]:
            use(assistant, server)
            conversation = Conversation(assistant, local=False)
            left = iter(lines)
            conversation.run(lambda: next(left, None))
            captured = capsys.readouterr()
            assert "Traceback" not in captured.out + captured.err
            assert "unexpected" not in captured.err
            return captured.out, captured.err, conversation

        return talk

    @pytest.mark.parametrize(
        "trouble",
        [
            fails(401, headers={}),
            fails(500, headers={}),
            breaks_off("Half a"),
            sends(b"<html>", "text/html"),
            sends(b"data: {not json\n\n"),
        ],
    )
    def test_goes_on_and_is_saved(self, trouble: Reply, talk: Any, assistant: Assistant) -> None:
        attempts = 0

        def reply(request: Any) -> Reply:
            nonlocal attempts
            attempts += "weeks ago" in request.prompt.rpartition("uestion")[2]
            return trouble if "weeks ago" in request.prompt.rpartition("uestion")[2] else says(f"{TRUE} [1]")

        lines = [QUESTION, "Which dialogue agents forget what Lantern said weeks ago?", QUESTION]
        with OpenAIServer(depends(reply)) as server:
            out, err, _ = talk(server, *lines)
        assert attempts > 0
        assert out.count(TRUE) == 2
        assert err.count("\nError: ") == 1
        session = assistant.sessions.latest()
        assert session is not None
        assert [turn.question for turn in assistant.sessions.turns(session)] == [QUESTION, QUESTION]
