"""Limits on tokens, money and time, over all calls of one answer."""

import math
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import budget
from assistant.budget import LEAST_REPLY, Spending, limited, spending
from assistant.errors import LimitReached, ServiceError, TookTooLong
from assistant.llm import Delta, ModelChoice, Price, Prices, open_model
from assistant.types import Limits, Usage
from tests.fakes.chat import Broken, ScriptedModel
from tests.fakes.openai_server import PROMPT_TOKENS, OpenAIServer, breaks_off, fails, goes_on, says, waits
from vectorstore.tokens import count_tokens

PRICE = Price(prompt=2.0, completion=10.0)
PROMPT = "A prompt of some words. " * 20


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers on loopback count as remote ones, which cost something."""
    monkeypatch.setattr("assistant.llm.choice.is_loopback", lambda _: False)


def at(server: OpenAIServer, price: Price | None = PRICE) -> Any:
    known = {"openai:tiny": price} if price else {}
    prices = Prices(known=(known, {}))
    return limited(open_model(ModelChoice(name="openai:tiny", why="", base_url=server.base_url), prices=prices))


def text_of(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas)


class TestTokens:
    def test_reply_is_capped_at_what_is_left(self) -> None:
        with OpenAIServer(says("Yes.")) as server, spending(Limits(max_tokens=1_000)) as spent:
            list(at(server).stream(PROMPT))
            first = server.requests[0].body["max_completion_tokens"]
            assert count_tokens(PROMPT) + first <= 1_000
            assert first > 800
            assert spent.tokens == PROMPT_TOKENS + 1
            list(at(server).stream(PROMPT))
            assert server.requests[1].body["max_completion_tokens"] == first - PROMPT_TOKENS - 1

    def test_nothing_is_sent_when_the_prompt_does_not_fit(self) -> None:
        with (
            OpenAIServer(says("Never.")) as server,
            spending(Limits(max_tokens=150)),
            pytest.raises(LimitReached, match=r"limit of 150 tokens .*Nothing was sent.* with --max-tokens") as raised,
        ):
            list(at(server).stream(PROMPT))
        assert raised.value.exit_code == 2
        assert server.requests == []

    def test_said_number_is_enough(self) -> None:
        with OpenAIServer(says("Yes.")) as server:
            with spending(Limits(max_tokens=150)), pytest.raises(LimitReached) as raised:
                list(at(server).stream(PROMPT))
            enough = int(str(raised.value).partition("Allow at least ")[2].split()[0].replace(",", ""))
            with spending(Limits(max_tokens=enough)):
                assert text_of(list(at(server).stream(PROMPT))) == "Yes."
            with spending(Limits(max_tokens=enough - 1)), pytest.raises(LimitReached):
                list(at(server).stream(PROMPT))

    def test_later_call_is_refused_when_the_first_used_it_up(self) -> None:
        with OpenAIServer(says("word " * 200)) as server, spending(Limits(max_tokens=700)):
            list(at(server).stream(PROMPT))
            with pytest.raises(LimitReached, match="the calls before used 521 tokens"):
                list(at(server).stream(PROMPT))
        assert len(server.requests) == 1

    def test_server_that_does_not_keep_to_it_is_stopped(self) -> None:
        with OpenAIServer(goes_on("several words in a row. ")) as server, spending(Limits(max_tokens=500)) as spent:
            deltas = list(at(server).stream("hello"))
        assert deltas[-1].end == "length"
        assert deltas[-1].usage is not None
        assert 450 <= spent.tokens <= 700
        assert text_of(deltas).startswith("several words in a row. several")

    def test_reply_that_broke_off_counts(self) -> None:
        with (
            OpenAIServer(breaks_off("Four words are here")) as server,
            spending(Limits(max_tokens=1_000)) as spent,
            pytest.raises(ServiceError),
        ):
            list(at(server).stream("hello"))
        assert spent.tokens >= 5

    def test_what_was_refused_does_not_count(self) -> None:
        with (
            OpenAIServer(fails(401)) as server,
            spending(Limits(max_tokens=1_000)) as spent,
            pytest.raises(ServiceError),
        ):
            list(at(server).stream("hello"))
        assert spent.tokens == 0

    def test_reader_who_leaves_early_has_bought_what_was_read(self) -> None:
        model = limited(ScriptedModel(["One two three four five six."]))
        with spending(Limits(max_tokens=1_000)) as spent:
            pieces = model.stream("hello")
            next(pieces)
            pieces.close()  # type: ignore[attr-defined] - because it is a generator
        assert spent.usage.completion > 0

    def test_schema_counts(self) -> None:
        model = limited(ScriptedModel(["{}"], writes_json=True))
        schema = {"type": "object", "description": "many words " * 200}
        with spending(Limits(max_tokens=400)), pytest.raises(LimitReached):
            list(model.stream("hello", schema))

    def test_only_what_openai_serves_is_counted_exactly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
        name = "openai:tiny"
        prompts = [
            limited(open_model(ModelChoice(name=name, why="", base_url=url)))._tokens_of(PROMPT, None)  # type: ignore[attr-defined] - because it is ours
            for url in ("https://api.openai.com/v1", "http://localhost:1/v1")
        ]
        assert prompts[0] == count_tokens(PROMPT) + 24
        assert prompts[1] == math.ceil(count_tokens(PROMPT) * 1.4) + 24

    def test_other_vendors_count_more(self) -> None:
        text = "Ein längerer Satz, dessen Wörter anderswo anders zerlegt werden. " * 10
        seen = []
        for name in ("openai:a", "anthropic:a"):
            with spending(Limits(max_tokens=100)), pytest.raises(LimitReached) as raised:
                list(limited(ScriptedModel(["x"], name=name)).stream(text))
            seen.append(int(str(raised.value).partition("about ")[2].split()[0].replace(",", "")))
        assert seen[0] == pytest.approx(count_tokens(text), abs=40)
        assert seen[1] >= 1.4 * count_tokens(text)


@pytest.mark.usefixtures("remote")
class TestMoney:
    def test_cap_follows_from_the_price(self) -> None:
        with OpenAIServer(says("Yes.")) as server, spending(Limits(max_usd=0.01)) as spent:
            list(at(server).stream(PROMPT))
            cap = server.requests[0].body["max_completion_tokens"]
            assert PRICE.of(count_tokens(PROMPT), cap) <= 0.01
            assert PRICE.of(math.ceil(count_tokens(PROMPT) * 1.4) + 40, cap + 1) >= 0.01
            assert spent.usage.usd == pytest.approx(PRICE.of(PROMPT_TOKENS, 1))

    def test_nothing_is_sent_when_it_costs_more(self) -> None:
        with (
            OpenAIServer(says("Never.")) as server,
            spending(Limits(max_usd=0.001)),
            pytest.raises(LimitReached, match=r"limit of 0\.001 USD .*at least 0\.002.*--max-usd") as raised,
        ):
            list(at(server).stream(PROMPT))
        assert raised.value.exit_code == 2
        assert server.requests == []

    def test_unknown_price_is_refused_and_says_where_to_write_it(self) -> None:
        with (
            OpenAIServer(says("Never.")) as server,
            spending(Limits(max_usd=5)),
            pytest.raises(LimitReached, match=r"openai:tiny costs is not known.*prices\.toml.*\"openai:tiny\" ="),
        ):
            list(at(server, price=None).stream(PROMPT))
        assert server.requests == []

    def test_unknown_price_does_not_matter_without_that_limit(self) -> None:
        with OpenAIServer(says("Yes.")) as server, spending(Limits(max_tokens=5_000)) as spent:
            list(at(server, price=None).stream(PROMPT))
        assert spent.usage.usd is None

    @given(
        most=st.floats(min_value=1e-5, max_value=1.0),
        prompt=st.floats(min_value=0, max_value=100),
        completion=st.just(0.0) | st.floats(min_value=0.001, max_value=500),
        tokens=st.integers(min_value=1, max_value=20_000),
        before=st.integers(min_value=0, max_value=20_000),
    )
    @settings(max_examples=200)
    def test_cap_never_costs_more_than_is_left(
        self, most: float, prompt: float, completion: float, tokens: int, before: int
    ) -> None:
        price = Price(prompt=prompt, completion=completion)
        usage = Usage(prompt=before, completion=0, usd=price.of(before, 0))
        spent = Spending(limits=Limits(max_usd=most), usage=usage)
        try:
            room = spent.room(tokens, price, "a:b")
        except LimitReached:
            assert price.of(before + tokens, LEAST_REPLY) > most * (1 - 1e-9)
            return
        if room is not None:
            assert room >= LEAST_REPLY - 1
            assert price.of(before + tokens, room) <= most * (1 + 1e-9)
        else:
            assert completion == 0


def test_local_model_costs_nothing() -> None:
    with OpenAIServer(says("Yes.")) as server, spending(Limits(max_usd=0.000001)) as spent:
        assert text_of(list(at(server, price=None).stream(PROMPT))) == "Yes."
    assert spent.usage.usd == 0.0
    assert "max_completion_tokens" not in server.requests[0].body


class TestTime:
    def test_is_for_all_calls_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = iter(range(1_000))
        monkeypatch.setattr(budget, "perf_counter", lambda: float(next(now)))  # every piece takes a second
        model = limited(ScriptedModel(["One two.", "Three four."], piece=100))
        with spending(Limits(timeout=4)) as spent:
            list(model.stream("hello"))
            assert spent.seconds == 3  # the text, the usage, the end
            with pytest.raises(TookTooLong, match=r"stopped after 4 s.*--timeout") as raised:
                list(model.stream("hello"))
            with pytest.raises(TookTooLong):
                list(model.stream("never sent"))
        assert raised.value.exit_code == 3

    def test_silent_server(self) -> None:
        given_up = threading.Event()
        with OpenAIServer(waits(given_up, says("Too late."))) as server, spending(Limits(timeout=0.2)) as spent:
            with pytest.raises(TookTooLong, match=r"0\.2 s"):
                list(at(server).stream("hello"))
            given_up.set()
        assert spent.usage.prompt > 0


class TestScope:
    def test_without_an_answer_nothing_is_limited(self) -> None:
        model = limited(ScriptedModel(["Yes."]))
        assert text_of(list(model.stream(PROMPT))) == "Yes."

    def test_each_answer_has_its_own(self) -> None:
        model = limited(ScriptedModel(["Yes."] * 4))
        for _ in range(4):
            with spending(Limits(max_tokens=450)) as spent:
                list(model.stream(PROMPT))
                assert spent.tokens > 80

    def test_threads_do_not_share(self) -> None:
        spent: list[int] = []

        def answer() -> None:
            with spending(Limits(max_tokens=450)) as mine:
                list(limited(ScriptedModel(["Yes."])).stream(PROMPT))
                spent.append(mine.tokens)

        threads = [threading.Thread(target=answer) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(spent)) == 1
        assert len(spent) == 4

    def test_judge_and_writer_share(self) -> None:
        writer, judge = limited(ScriptedModel(["Yes."])), limited(ScriptedModel(["No."], name="b:c"))
        with spending(Limits()) as spent:
            list(writer.stream("one two"))
            list(judge.stream("three"))
        assert (spent.usage.prompt, spent.usage.completion) == (3, 2)

    def test_once_is_enough(self) -> None:
        model = limited(ScriptedModel(["Yes."]))
        assert limited(model) is model
        assert (model.name, model.writes_json) == ("scripted:model", False)

    def test_error_of_the_model_is_its_own(self) -> None:
        model = limited(ScriptedModel([Broken("One two", ServiceError("it broke"))]))
        with spending(Limits(max_tokens=1_000)) as spent, pytest.raises(ServiceError, match="it broke"):
            list(model.stream("hello"))
        assert spent.usage.completion == 2


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    assert budget._current.get() is None


def test_no_limit_is_no_number() -> None:
    assert Spending(limits=Limits()).room(10**9, None, "a:b") is None
    assert Spending(limits=Limits()).time_left("a:b") is None
    assert not math.isnan(Spending(limits=Limits()).seconds)
