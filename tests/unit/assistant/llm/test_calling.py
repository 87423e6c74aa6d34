"""What happens between a prompt and its reply, through the real client against a server that misbehaves."""

import threading
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import pytest

from assistant.errors import BrokenOff, LimitReached, ServiceError, TookTooLong
from assistant.llm import LONGEST_REPLY, Delta, MeteredModel, ModelChoice, Price, calling, open_model
from assistant.llm.prices import Prices
from tests.fakes.openai_server import (
    PROMPT_TOKENS,
    OpenAIServer,
    Reply,
    breaks_off,
    depends,
    fails,
    goes_on,
    refuses,
    says,
    sends,
    waits,
)

SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}


def model_at(server: OpenAIServer, structured: Any = "auto", name: str = "openai:tiny") -> MeteredModel:
    return open_model(ModelChoice(name=name, why="a test", base_url=server.base_url), structured=structured)


def text_of(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """How long was waited before each attempt; nobody waits."""
    waited: list[float] = []
    monkeypatch.setattr(calling, "sleep", waited.append)
    return waited


def failure(*replies: Reply) -> tuple[ServiceError, int]:
    with OpenAIServer(*replies) as server, pytest.raises(ServiceError) as raised:
        list(model_at(server).stream("hello"))
    return raised.value, len(server.requests)


class TestJson:
    def test_pieces_are_one_document_and_usage_is_reported(self) -> None:
        document = '{"text": "Some words that make a sentence."}'
        with OpenAIServer(says(document)) as server:
            model = model_at(server, "on")
            deltas = list(model.stream("hello", SCHEMA))
        assert model.writes_json
        assert text_of(deltas) == document
        assert len([delta for delta in deltas if delta.text]) > 2
        assert deltas[-1].usage is not None
        assert deltas[-1].usage.prompt == PROMPT_TOKENS
        assert deltas[-1].end == "complete"
        wanted = server.requests[0].body["response_format"]["json_schema"]
        assert wanted["strict"] is True
        assert wanted["schema"]["required"] == ["text"]

    def test_without_a_schema_none_is_sent(self) -> None:
        with OpenAIServer(says("Yes.")) as server:
            list(model_at(server, "on").stream("hello"))
        assert "response_format" not in server.requests[0].body

    def test_unknown_server_writes_text_unless_told(self) -> None:
        with OpenAIServer(says("Yes.")) as server:
            assert not model_at(server).writes_json
            assert not model_at(server, name="openai:gpt-5-mini").writes_json
            assert not model_at(server, "off").writes_json
            list(model_at(server, "off").stream("hello", SCHEMA))
        assert "response_format" not in server.requests[0].body

    def test_known_model_of_the_vendor_writes_json(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
        assert open_model(ModelChoice(name="openai:gpt-5-mini", why="")).writes_json
        assert not open_model(ModelChoice(name="openai:gpt-5-mini", why=""), structured="off").writes_json
        assert not open_model(ModelChoice(name="openai:never-heard-of", why="")).writes_json

    @pytest.mark.parametrize("status", [400, 422])
    def test_server_that_takes_no_schema_is_read_as_text_from_then_on(
        self, status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        def reply(request: Any) -> Reply:
            return fails(status, "response_format is not known") if "response_format" in request.body else says("Yes.")

        with OpenAIServer(depends(reply)) as server:
            model = model_at(server, "on")
            assert text_of(list(model.stream("hello", SCHEMA))) == "Yes."
            assert not model.writes_json
            assert text_of(list(model.stream("hello", SCHEMA))) == "Yes."
        assert len(server.requests) == 3
        assert caplog.text.count("takes no JSON schema") == 1

    def test_what_is_held_to_limits_remembers_it_too(self) -> None:
        with OpenAIServer(fails(400, "json_schema?"), says("Yes.")) as server:
            model = model_at(server, "on")
            held = model.within(tokens=50, seconds=9)
            assert held
            list(held.stream("hello", SCHEMA))
            assert not model.writes_json

    def test_vendor_without_a_way_to_ask_for_it_is_read_as_text(self) -> None:
        from langchain_core.language_models import FakeListChatModel

        model = calling.LangChainModel(
            choice=ModelChoice(name="odd:one", why=""),
            chat=FakeListChatModel(responses=["Yes."]),
            key=None,
            price=None,
            json=calling.JsonState(is_written=True),
        )
        assert text_of(list(model.stream("hello", SCHEMA))) == "Yes."
        assert not model.writes_json

    def test_other_bad_requests_are_errors(self) -> None:
        with OpenAIServer(fails(400, "the prompt is empty")) as server, pytest.raises(ServiceError, match="is empty"):
            list(model_at(server, "on").stream("hello", SCHEMA))
        assert len(server.requests) == 1

    @pytest.mark.parametrize("document", ['{"text": "It ends in the mid', "no JSON at all", "[]", '{"text": 7}'])
    def test_what_is_no_such_document_is_handed_on(self, document: str) -> None:
        with OpenAIServer(says(document)) as server:
            assert text_of(list(model_at(server, "on").stream("hello", SCHEMA))) == document


class TestEnd:
    @pytest.mark.parametrize(
        ("finish", "end"), [("stop", "complete"), ("length", "length"), ("content_filter", "filter")]
    )
    @pytest.mark.parametrize("schema", [None, SCHEMA])
    def test_of_a_reply(self, finish: str, end: str, schema: Any) -> None:
        with OpenAIServer(says('{"text": "half a', finish=finish)) as server:
            deltas = list(model_at(server, "on").stream("hello", schema))
        assert text_of(deltas) == '{"text": "half a'
        assert deltas[-1].end == end

    def test_refusal_in_its_own_field(self) -> None:
        with OpenAIServer(refuses("I would rather not.")) as server:
            deltas = list(model_at(server, "on").stream("hello", SCHEMA))
            assert deltas[-1].end == "refusal"
            assert list(model_at(server).stream("hello"))[-1].text == ""

    @pytest.mark.parametrize("piece", ["word " * 50, "x" * 1_000, "\n" * 500])
    def test_endless_reply_is_cut(self, piece: str) -> None:
        with OpenAIServer(goes_on(piece)) as server:
            deltas = list(model_at(server).stream("hello"))
        assert len(text_of(deltas)) == LONGEST_REPLY
        assert deltas[-1].end == "length"


class TestRetries:
    def test_what_the_server_says_is_waited(self, slept: list[float]) -> None:
        replies = [
            fails(429, headers={"retry-after": "7"}),
            fails(503, headers={"retry-after-ms": "1500"}),
            says("Yes."),
        ]
        with OpenAIServer(*replies) as server:
            assert text_of(list(model_at(server).stream("hello"))) == "Yes."
        assert slept == [7.0, 1.5]

    @pytest.mark.parametrize("after", [None, "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "-3", "nan"])
    def test_longer_each_time_when_it_says_nothing(self, after: str | None, slept: list[float]) -> None:
        error, requests = failure(fails(500, headers={"retry-after": after} if after else {}))
        assert requests == 3
        assert 0.5 <= slept[0] <= 0.65
        assert 1.0 <= slept[1] <= 1.3
        assert "500" in str(error)

    def test_server_that_asks_for_too_long_is_not_waited_for(self, slept: list[float]) -> None:
        error, requests = failure(fails(429, "too many", headers={"retry-after": "3600"}))
        assert (requests, slept) == (1, [])
        assert "too many" in str(error)
        assert "asks to wait 3600 s" in str(error)

    def test_empty_account_is_not_asked_again(self, slept: list[float]) -> None:
        error, requests = failure(fails(429, "You exceeded your quota", code="insufficient_quota"))
        assert (requests, slept) == (1, [])
        assert "nothing left to pay with" in str(error)

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
    def test_what_does_not_pass_is_not_asked_again(self, status: int, slept: list[float]) -> None:
        assert failure(fails(status))[1] == 1
        assert slept == []

    def test_what_has_begun_is_not_asked_again(self, slept: list[float]) -> None:
        error, requests = failure(breaks_off("Half"))
        assert (requests, slept) == (1, [])
        assert isinstance(error, BrokenOff)

    def test_usage_of_what_broke_off_is_told_before(self) -> None:
        with OpenAIServer(breaks_off("Half of it")) as server:
            pieces = model_at(server).stream("hello there")
            assert next(pieces).text == "Half of it"
            usage = next(pieces).usage
            assert usage is not None
            assert (usage.prompt, usage.completion) == (2, 3)
            with pytest.raises(BrokenOff):
                next(pieces)

    def test_web_page_of_a_proxy_is_not_quoted(self, slept: list[float]) -> None:
        page = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body>nginx</body></html>"
        error, requests = failure(sends(page, "text/html", status=502))
        assert requests == 3
        assert "502, with a web page" in str(error)
        assert "<" not in str(error)


class TestTime:
    def held(self, server: OpenAIServer, seconds: float) -> MeteredModel:
        held = model_at(server).within(tokens=None, seconds=seconds)
        assert held
        return held

    @pytest.mark.parametrize("comment", [False, True])
    def test_dripping_reply_is_stopped(self, comment: bool) -> None:
        with OpenAIServer(goes_on("word ", pause=0.02, comment=comment)) as server:
            began = perf_counter()
            pieces = self.held(server, 0.3).stream("hello")
            with pytest.raises(TookTooLong, match=r"not done in 0\.3 s"):
                list(pieces)
            assert perf_counter() - began < 5

    def test_nothing_goes_on_in_the_background(self) -> None:
        with OpenAIServer(goes_on("word ", pause=0.02)) as server:
            with pytest.raises(TookTooLong):
                list(self.held(server, 0.2).stream("hello"))
            readers = [one for one in threading.enumerate() if one.name == "citewell-reply"]
            for one in readers:
                one.join(10)
            assert not any(one.is_alive() for one in readers)

    def test_slow_first_byte(self) -> None:
        given_up = threading.Event()
        with OpenAIServer(waits(given_up, says("Too late."))) as server:
            with pytest.raises(TookTooLong):
                list(self.held(server, 0.2).stream("hello"))
            given_up.set()
        assert len(server.requests) == 1

    def test_no_wait_beyond_the_limit(self, slept: list[float]) -> None:
        with (
            OpenAIServer(fails(429, headers={"retry-after": "30"})) as server,
            pytest.raises(ServiceError, match="asks to wait 30 s"),
        ):
            list(self.held(server, 20).stream("hello"))
        assert (len(server.requests), slept) == (1, [])

    def test_reader_who_takes_long_does_not_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with OpenAIServer(says("One two three four five six seven.")) as server:
            pieces = self.held(server, 3).stream("hello")
            first = next(pieces)
            # The clock goes on by an hour while the reader is busy.
            real = perf_counter
            monkeypatch.setattr(calling, "perf_counter", lambda: real() + 3_600)
            assert first.text + text_of(list(pieces)) == "One two three four five six seven."

    def test_reply_that_never_ends_is_stopped_without_a_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(calling, "LONGEST_CALL", 0.2)
        with (
            OpenAIServer(goes_on("ping", pause=0.02, comment=True)) as server,
            pytest.raises(BrokenOff, match="still writing"),
        ):
            list(model_at(server).stream("hello"))


class TestTokens:
    def test_both_names_for_the_number_are_sent_to_other_servers(self) -> None:
        with OpenAIServer(says("Yes.")) as server:
            held = model_at(server).within(tokens=77, seconds=None)
            assert held
            list(held.stream("hello"))
        assert server.requests[0].body["max_completion_tokens"] == 77
        assert server.requests[0].body["max_tokens"] == 77

    @pytest.mark.parametrize(("name", "most"), [("openai:tiny", 4_096), ("openai:gpt-5-mini", 128_000)])
    def test_number_is_never_beyond_what_the_model_can_write(self, name: str, most: int) -> None:
        with OpenAIServer(says("Yes.")) as server:
            held = model_at(server, name=name).within(tokens=10**9, seconds=None)
            assert held
            list(held.stream("hello"))
        assert server.requests[0].body["max_tokens"] == most

    def test_model_without_such_a_setting_is_refused_under_a_limit(self) -> None:
        from langchain_core.language_models import FakeListChatModel

        from assistant.budget import limited, spending
        from assistant.types import Limits

        made = calling.LangChainModel(
            choice=ModelChoice(name="odd:one", why=""),
            chat=FakeListChatModel(responses=["Never."]),
            key=None,
            price=None,
            json=calling.JsonState(is_written=False),
        )
        assert made.within(tokens=5, seconds=None) is None
        with spending(Limits(max_tokens=5_000)), pytest.raises(LimitReached, match="cannot be held to a number"):
            list(limited(made).stream("hello"))

    def test_price_of_a_remote_model(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assistant.llm.choice.is_loopback", lambda _: False)
        prices = Prices(known=({"openai:t*": Price(prompt=2.0, completion=8.0)}, {}))
        with OpenAIServer(says("Four words are here.")) as server:
            model = open_model(ModelChoice(name="openai:tiny", why="", base_url=server.base_url), prices=prices)
            usage = list(model.stream("hello"))[-1].usage
        assert usage is not None
        assert usage.usd == pytest.approx((PROMPT_TOKENS * 2 + 4 * 8) / 1e6)
