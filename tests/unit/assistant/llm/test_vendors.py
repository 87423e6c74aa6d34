"""Anthropic's and Ollama's clients behind the same seam; skipped where the package of one is missing."""

from collections.abc import Callable
from typing import Any

import pytest

from assistant.budget import limited, spending
from assistant.errors import ServiceError, UsageError
from assistant.llm import Delta, ModelChoice, calling, open_model
from assistant.types import Limits
from tests.fakes.vendor_server import (
    PROMPT_TOKENS,
    Protocol,
    VendorServer,
    anthropic,
    anthropic_error,
    ollama,
    ollama_error,
)

KEY = "sk-ant-0123456789"
TEXT = "Lantern raises recall by 14.6 points [1]."
SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}


def text_of(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas)


@pytest.fixture(params=["anthropic", "ollama"])
def vendor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> "Vendor":
    pytest.importorskip(f"langchain_{request.param}", reason=f"citewell[{request.param}] is not installed")
    monkeypatch.setattr(calling, "sleep", lambda _seconds: None)
    monkeypatch.setenv("CITEWELL_API_KEY", KEY)
    if request.param == "anthropic":
        return Vendor("anthropic", anthropic, anthropic_error, "max_tokens")
    return Vendor("ollama", ollama, ollama_error, "length")


class Vendor:
    def __init__(
        self,
        name: str,
        says: Callable[..., Protocol],
        fails: Callable[[int, str], Protocol],
        cut: str,
    ) -> None:
        self.name = name
        self.says = says
        self.fails = fails
        self.cut = cut

    def choice(self, server: VendorServer) -> ModelChoice:
        return ModelChoice(name=f"{self.name}:tiny", why="a test", base_url=server.address)

    def sent_most(self, body: Any) -> int:
        return int(body["max_tokens"] if self.name == "anthropic" else body["options"]["num_predict"])


def test_text_arrives_in_pieces_with_its_usage(vendor: Vendor) -> None:
    with VendorServer(vendor.says(TEXT)) as server:
        deltas = list(open_model(vendor.choice(server)).stream("hello"))
    assert text_of(deltas) == TEXT
    assert len([delta for delta in deltas if delta.text]) > 2
    assert deltas[-1].end == "complete"
    usage = deltas[-1].usage
    assert usage is not None
    assert (usage.prompt, usage.completion, usage.usd) == (PROMPT_TOKENS, len(TEXT.split()), 0.0)


def test_json_is_asked_for(vendor: Vendor) -> None:
    document = '{"text": "Some words."}'
    with VendorServer(vendor.says(document)) as server:
        deltas = list(open_model(vendor.choice(server), structured="on").stream("hello", SCHEMA))
    assert text_of(deltas) == document
    body = server.requests[0].body
    asked = body["format"] if vendor.name == "ollama" else body["output_config"]["format"]["schema"]
    assert asked["properties"] == {"text": {"type": "string"}}


def test_reply_is_capped(vendor: Vendor) -> None:
    with (
        VendorServer(vendor.says(TEXT, **{"stop" if vendor.name == "anthropic" else "reason": vendor.cut})) as server,
        spending(Limits(max_tokens=1_000)) as spent,
    ):
        deltas = list(limited(open_model(vendor.choice(server))).stream("hello"))
    assert 900 < vendor.sent_most(server.requests[0].body) < 1_000
    assert deltas[-1].end == "length"
    assert spent.tokens == PROMPT_TOKENS + len(TEXT.split())


@pytest.mark.parametrize("status", [429, 500, 529])
def test_passing_trouble_is_waited_out(status: int, vendor: Vendor) -> None:
    trouble = vendor.fails(status, "overloaded")
    with VendorServer(trouble, trouble, vendor.says(TEXT)) as server:
        assert text_of(list(open_model(vendor.choice(server)).stream("hello"))) == TEXT
    assert len(server.requests) == 3


def test_trouble_that_stays_is_said(vendor: Vendor) -> None:
    with VendorServer(vendor.fails(500, "overloaded")) as server, pytest.raises(ServiceError, match="overloaded"):
        list(open_model(vendor.choice(server)).stream("hello"))
    assert len(server.requests) == 3


@pytest.mark.parametrize(("status", "words"), [(404, "does not know"), (401, "does not accept the key")])
def test_what_does_not_pass_is_said_at_once(status: int, words: str, vendor: Vendor) -> None:
    with VendorServer(vendor.fails(status, "so it is")) as server, pytest.raises(ServiceError, match=words) as raised:
        list(open_model(vendor.choice(server)).stream("hello"))
    assert len(server.requests) == 1
    assert KEY not in str(raised.value)


def test_nobody_there(vendor: Vendor) -> None:
    with VendorServer(vendor.says(TEXT)) as server:
        choice = vendor.choice(server)
    with pytest.raises(ServiceError, match=r"cannot be reached .*Is the server running"):
        list(open_model(choice).stream("hello"))


class TestAnthropic:
    @pytest.fixture(autouse=True)
    def _installed(self) -> None:
        pytest.importorskip("langchain_anthropic", reason="citewell[anthropic] is not installed")

    def test_key_is_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(UsageError, match=r"no key for anthropic:claude\. Set ANTHROPIC_API_KEY"):
            open_model(ModelChoice(name="anthropic:claude", why=""))
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        open_model(ModelChoice(name="anthropic:claude", why=""))

    def test_key_of_another_server_is_sent_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("CITEWELL_API_KEY", "another")
        with VendorServer(anthropic(TEXT)) as server:
            choice = ModelChoice(name="anthropic:tiny", why="", base_url=server.address)
            list(open_model(choice).stream("hello"))
        assert "another" in str(server.requests[0].headers)
        assert KEY not in str(server.requests[0])

    def test_prompt_that_is_not_reported_is_counted(self) -> None:
        with VendorServer(anthropic(TEXT, counts_prompt=False)) as server:
            choice = ModelChoice(name="anthropic:tiny", why="", base_url=server.address)
            usage = list(open_model(choice).stream("three words here"))[-1].usage
        assert usage is not None
        assert (usage.prompt, usage.completion) == (3, len(TEXT.split()))

    def test_refusal(self) -> None:
        with VendorServer(anthropic("I will not.", stop="refusal")) as server:
            choice = ModelChoice(name="anthropic:tiny", why="", base_url=server.address)
            assert list(open_model(choice).stream("hello"))[-1].end == "refusal"


class TestOllama:
    @pytest.fixture(autouse=True)
    def _installed(self) -> None:
        pytest.importorskip("langchain_ollama", reason="citewell[ollama] is not installed")

    def test_window_holds_the_prompt(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with VendorServer(ollama(TEXT)) as server:
            monkeypatch.setenv("OLLAMA_HOST", server.address)
            choice = ModelChoice(name="ollama:tiny", why="")
            assert not choice.is_remote
            list(open_model(choice).stream("hello"))
            assert server.requests[0].body["options"]["num_ctx"] == 8_192
            monkeypatch.setenv("OLLAMA_CONTEXT_LENGTH", "32768")
            list(open_model(choice).stream("hello"))
            assert "num_ctx" not in server.requests[1].body["options"]

    def test_no_key_is_sent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CITEWELL_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        with VendorServer(ollama(TEXT)) as server:
            list(open_model(ModelChoice(name="ollama:tiny", why="", base_url=server.address)).stream("hello"))
        assert KEY not in str(server.requests[0])
