"""Against a real server on loopback, through the real client."""

import json
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import llm
from assistant.errors import ServiceError, UsageError
from assistant.llm import Delta, ModelChoice, calling, choose_model, keys, open_model, opening
from assistant.llm import choice as choosing
from assistant.types import Usage
from tests.fakes.openai_server import PROMPT_TOKENS, OpenAIServer, Reply, breaks_off, fails, says, sends, waits

KEY = "sk-test-0123456789abcdef"


def choice(server: OpenAIServer, model: str = "openai:tiny") -> ModelChoice:
    return ModelChoice(name=model, why="a test", base_url=server.base_url)


def text_of(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas)


def failure(*replies: Reply) -> tuple[str, OpenAIServer]:
    """The message of the failure of one call, and the server that was called."""
    with OpenAIServer(*replies) as server, pytest.raises(ServiceError) as raised:
        list(open_model(choice(server)).stream("hello"))
    assert raised.value.exit_code == 3
    return str(raised.value), server


class TestAnswer:
    def test_text_arrives_in_pieces_and_usage_last(self) -> None:
        with OpenAIServer(says("Seven words are here to be counted.")) as server:
            deltas = list(open_model(choice(server)).stream("Count."))
        assert text_of(deltas) == "Seven words are here to be counted."
        assert len([delta for delta in deltas if delta.text]) > 2
        assert deltas[-1].usage == Usage(prompt=PROMPT_TOKENS, completion=7, usd=0.0)
        assert all(delta.usage is None for delta in deltas[:-1])

    def test_request_is_what_was_asked(self) -> None:
        with OpenAIServer(says("Yes.")) as server:
            model = open_model(choice(server))
            list(model.stream("A prompt: “ünïcode”."))
        (request,) = server.requests
        assert request.path == "/v1/chat/completions"
        assert request.prompt == "A prompt: “ünïcode”."
        assert request.body["model"] == "tiny"
        assert request.body["temperature"] == 0.0
        assert request.body["stream"] is True
        assert model.name == "openai:tiny"

    def test_one_request_for_one_call(self) -> None:
        with OpenAIServer(says("Yes.")) as server:
            list(open_model(choice(server)).stream("hello"))
        assert len(server.requests) == 1

    def test_nothing_is_sent_before_the_first_call(self) -> None:
        with OpenAIServer(says("Yes.")) as server:
            open_model(choice(server))
        assert server.requests == []

    def test_usage_is_counted_when_the_server_does_not_say(self) -> None:
        event = b'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,'
        event += b'"delta":{"content":"Fine words."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
        with OpenAIServer(sends(event)) as server:
            deltas = list(open_model(choice(server)).stream("One two three."))
        assert text_of(deltas) == "Fine words."
        assert deltas[-1].usage == Usage(prompt=4, completion=3, usd=0.0)

    @pytest.mark.parametrize(("prompt", "completion"), [(-900, 3), (4, -900), (0, 0), (4, 0), (0, 3)])
    def test_usage_that_cannot_be_is_counted_here(self, prompt: int, completion: int) -> None:
        usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": usage}
        event["choices"] = [{"index": 0, "delta": {"content": "Fine words."}, "finish_reason": "stop"}]
        with OpenAIServer(sends(f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode())) as server:
            deltas = list(open_model(choice(server)).stream("One two three."))
        assert deltas[-1].usage == Usage(prompt=4, completion=3, usd=0.0)

    def test_empty_reply_is_empty(self) -> None:
        with OpenAIServer(says("")) as server:
            assert text_of(list(open_model(choice(server)).stream("hello"))) == ""

    def test_price_and_temperature_of_a_remote_model_are_not_ours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(choosing, "is_loopback", lambda _: False)
        with OpenAIServer(says("Seven words are here to be counted.")) as server:
            deltas = list(open_model(choice(server)).stream("Count."))
        assert deltas[-1].usage == Usage(prompt=PROMPT_TOKENS, completion=7, usd=None)
        assert "temperature" not in server.requests[0].body


class TestKeys:
    @pytest.fixture
    def sent(self) -> Iterator[Callable[[], str]]:
        with OpenAIServer(says("Yes.")) as server:

            def send() -> str:
                list(open_model(choice(server)).stream("hello"))
                assert KEY not in str(server.requests[-1].body)
                return server.requests[-1].key

            yield send

    def test_own_key_is_sent(self, sent: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CITEWELL_API_KEY", KEY)
        assert sent() == KEY

    def test_somebody_elses_key_is_not(self, sent: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert sent() == "none"

    def test_openai_key_goes_to_openai_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert keys.key_for("openai", None) == KEY
        assert keys.key_for("openai", "https://api.openai.com/v1") == KEY
        assert keys.key_for("openai", "https://api.openai.com.example.org/v1") == "none"
        assert keys.key_for("openai", "https://example.org/v1") == "none"
        assert keys.key_for("openai", "http://api.openai.com/v1") == "none"
        assert keys.key_for("anthropic", "https://example.org/v1") == "none"

    def test_each_provider_has_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert keys.key_for("anthropic", None) is None
        monkeypatch.setenv("ANTHROPIC_API_KEY", "another")
        assert keys.key_for("anthropic", None) == "another"
        assert keys.key_for("anthropic", "https://api.openai.com/v1") == "none"
        assert keys.key_for("ollama", None) is None
        assert keys.key_for("ollama", "http://localhost:11434") is None

    def test_no_key_for_openai(self) -> None:
        with pytest.raises(UsageError, match=r"no key for openai:tiny\. Set OPENAI_API_KEY, or `keyring set citewell"):
            open_model(ModelChoice(name="openai:tiny", why=""))


class TestKeyring:
    @pytest.fixture
    def keyring(self) -> Iterator[Any]:
        import keyring

        before = keyring.get_keyring()
        yield keyring
        keyring.set_keyring(before)

    def backend(self, answer: Callable[[str, str], str | None]) -> Any:
        from keyring.backend import KeyringBackend

        class Backend(KeyringBackend):
            priority = 1

            def get_password(self, service: str, username: str) -> str | None:
                return answer(service, username)

            def set_password(self, service: str, username: str, password: str) -> None:
                raise AssertionError("nothing writes to the keyring")

        return Backend()

    def test_key_is_found_there(self, keyring: Any) -> None:
        secrets = {("citewell", "CITEWELL_API_KEY"): KEY}
        keyring.set_keyring(self.backend(lambda service, name: secrets.get((service, name))))
        with OpenAIServer(says("Yes.")) as server:
            list(open_model(choice(server)).stream("hello"))
        assert server.requests[0].key == KEY

    def test_environment_comes_first(self, keyring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        keyring.set_keyring(self.backend(lambda *_: "from-the-keyring"))
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert keys.key_for("openai", None) == KEY

    @pytest.mark.parametrize("error", [RuntimeError("no bus"), OSError("locked")])
    def test_broken_backend_is_an_empty_one(self, keyring: Any, error: Exception) -> None:
        def answer(*_: str) -> str:
            raise error

        keyring.set_keyring(self.backend(answer))
        assert keys.key_for("openai", None) is None

    def test_no_backend_is_an_empty_one(self, keyring: Any) -> None:
        from keyring.backends.fail import Keyring

        keyring.set_keyring(Keyring())
        assert keys.key_for("openai", None) is None


class TestFailures:
    def test_wrong_key(self) -> None:
        message, server = failure(fails(401, "Incorrect API key provided"))
        assert (
            message == f"{server.base_url} does not accept the key for openai:tiny. Set CITEWELL_API_KEY, or mend it."
        )
        assert len(server.requests) == 1

    def test_unknown_model(self) -> None:
        message, server = failure(fails(404, "model tiny not found"))
        assert "does not know openai:tiny" in message
        assert "model tiny not found" in message
        assert "most end in /v1" in message
        assert len(server.requests) == 1

    @pytest.mark.parametrize(("status", "says_so"), [(429, "refuses more requests"), (500, "Error code: 500")])
    def test_passing_trouble_is_retried_and_then_said(self, status: int, says_so: str) -> None:
        message, server = failure(fails(status, "overloaded"))
        assert says_so in message
        assert "overloaded" in message
        assert len(server.requests) == 1 + calling.RETRIES

    def test_passing_trouble_passes(self) -> None:
        with OpenAIServer(fails(500), fails(429), says("At last.")) as server:
            assert text_of(list(open_model(choice(server)).stream("hello"))) == "At last."

    def test_nobody_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(calling, "RETRIES", 0)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        gone = ModelChoice(name="openai:tiny", why="", base_url=f"http://127.0.0.1:{port}/v1")
        with pytest.raises(ServiceError, match=rf"127.0.0.1:{port}/v1 cannot be reached .*Is the server running"):
            list(open_model(gone).stream("hello"))

    def test_no_answer_in_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(calling, "RETRIES", 0)
        monkeypatch.setattr(opening, "SILENCE", 0.05)
        monkeypatch.setattr(calling, "SILENCE", 0.05)
        given_up = threading.Event()
        message, _ = failure(waits(given_up, says("Too late.")))
        given_up.set()
        assert "gave no answer in 0.05 s. " in message
        assert "--model" in message

    def test_garbage(self) -> None:
        message, _ = failure(sends(b"data: {not json\n\n"))
        assert message.startswith("openai:tiny failed (")
        assert "--model" in message

    def test_what_is_refused_is_not_to_be_tried_again(self) -> None:
        message, server = failure(fails(400, "temperature is not allowed"))
        assert message.startswith(f"{server.base_url} refuses what openai:tiny was asked (")
        assert "temperature is not allowed" in message
        assert "Try again" not in message

    def test_a_prompt_that_is_too_long(self) -> None:
        message, _ = failure(fails(400, "This model's maximum context length is 512 tokens."))
        assert message.startswith("The prompt is longer than openai:tiny can read (")

    @pytest.mark.parametrize("content", [b"<html><body>Welcome</body></html>", b"", b"data: [DONE]\n\n"])
    def test_no_reply_in_the_answer(self, content: bytes) -> None:
        message, server = failure(sends(content, "text/html"))
        assert message == f"{server.base_url} sent no reply that can be read. Is the address right? Most end in /v1."

    def test_breaking_off(self) -> None:
        with OpenAIServer(breaks_off("The first half")) as server:
            pieces = open_model(choice(server)).stream("hello")
            assert next(pieces).text == "The first half"
            with pytest.raises(ServiceError, match=r"broke off in the middle of its answer .*Try again"):
                list(pieces)

    @pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
    @pytest.mark.parametrize("key", [KEY, "an-unusual-secret", "ab cd/ef+gh=="])
    def test_no_message_holds_a_key(self, status: int, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CITEWELL_API_KEY", key)
        message, _ = failure(fails(status, "The key is", echo_key=True))
        assert key not in message
        assert key[:9] not in message

    def test_key_is_not_cut_in_two_and_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CITEWELL_API_KEY", "an-unusual-secret")
        for padding in (240, 250, 260, 270, 280):
            message, _ = failure(fails(400, "x" * padding, echo_key=True))
            assert "an-un" not in message

    def test_other_secrets_of_the_environment_are_not_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOME_TOKEN", "hunter2hunter2")
        message, _ = failure(fails(400, "you have hunter2hunter2 and sk-abcdefgh and Bearer xyzxyzxyz"))
        assert "hunter2" not in message
        assert "abcdefgh" not in message
        assert "xyzxyz" not in message

    def test_words_about_keys_stay(self) -> None:
        message, _ = failure(fails(400, "the key provided is a primary key of the request"))
        assert "the key provided is a primary key of the request" in message


class TestOpening:
    def test_missing_package(self) -> None:
        with pytest.raises(UsageError, match=r"cohere:x needs another package: pip install langchain-cohere$"):
            open_model(ModelChoice(name="cohere:x", why=""))

    def test_missing_package_of_an_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "langchain_groq", None)
        with pytest.raises(UsageError, match=r"groq:x needs another package: pip install 'citewell\[groq\]'$"):
            open_model(ModelChoice(name="groq:x", why=""))

    @pytest.mark.parametrize(
        ("provider", "name"),
        [("google_genai", "GOOGLE_API_KEY"), ("mistralai", "MISTRAL_API_KEY"), ("groq", "GROQ_API_KEY")],
    )
    def test_key_is_called_as_the_vendor_calls_it(
        self, provider: str, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, KEY)
        assert keys.key_for(provider, None) == KEY

    def test_unknown_provider(self) -> None:
        with pytest.raises(UsageError, match=r"'nosuch:x' cannot be set up: .*'nosuch'.*pip install langchain-"):
            open_model(ModelChoice(name="nosuch:x", why=""))


LOCAL = "http://localhost:8080/v1"
REMOTE = "https://models.example.org/v1"


class TestChoice:
    def choose(
        self,
        option: str | None = None,
        *,
        base_url: str | None = None,
        configured: tuple[str | None, str | None] = (None, None),
        local: bool = False,
        **environ: str,
    ) -> ModelChoice:
        return choose_model(option, base_url=base_url, configured=configured, local=local, environ=environ)

    def test_order(self) -> None:
        environ = {"CITEWELL_MODEL": "a:env", "OPENAI_API_KEY": KEY}
        chosen = self.choose("a:option", configured=("a:config", None), **environ)
        assert (chosen.name, chosen.why) == ("a:option", "set by --model")
        chosen = self.choose(configured=("a:config", None), **environ)
        assert (chosen.name, chosen.why) == ("a:env", "set by $CITEWELL_MODEL")
        chosen = self.choose(configured=("a:config", None), OPENAI_API_KEY=KEY)
        assert (chosen.name, chosen.why) == ("a:config", "set by the config file")
        chosen = self.choose(OPENAI_API_KEY=KEY)
        assert (chosen.name, chosen.why) == (llm.DEFAULT_OPENAI, "OPENAI_API_KEY is set")
        chosen = self.choose()
        assert (chosen.name, chosen.why) == (llm.EMBEDDED, "no model is configured")

    def test_empty_names_are_none(self) -> None:
        assert self.choose("", CITEWELL_MODEL="", OPENAI_API_KEY="").is_embedded

    def test_embedded_can_be_asked_for(self) -> None:
        chosen = self.choose("embedded", OPENAI_API_KEY=KEY)
        assert (chosen.name, chosen.why, chosen.is_remote) == ("embedded", "set by --model", False)

    def test_local_takes_no_remote_model_because_a_key_is_set(self) -> None:
        chosen = self.choose(local=True, OPENAI_API_KEY=KEY)
        assert (chosen.is_embedded, chosen.why) == (True, "--local leaves out openai:gpt-5-mini, whose key is set")
        assert self.choose(local=True).why == "no model is configured"

    @pytest.mark.parametrize(("name", "hint"), [("embeded", "Did you mean embedded? Else write"), ("gpt", "Write")])
    def test_a_name_near_to_embedded(self, name: str, hint: str) -> None:
        with pytest.raises(UsageError, match=rf"{re.escape(hint)} provider:model"):
            self.choose(name)

    @pytest.mark.parametrize("name", ["openai:gpt", "anthropic:claude"])
    def test_local_refuses_a_remote_model(self, name: str) -> None:
        with pytest.raises(UsageError, match=f"--local refuses {name}"):
            self.choose(name, local=True)
        with pytest.raises(UsageError, match=f"--local refuses {name}"):
            self.choose(local=True, CITEWELL_MODEL=name)
        with pytest.raises(UsageError, match=f"--local refuses {name}"):
            self.choose(local=True, configured=(name, None))

    @pytest.mark.parametrize(
        "address",
        [REMOTE, "http://127.evil.example:80/v1", "http://localhost.evil.example/v1", "http://192.168.1.5/v1"],
    )
    def test_local_refuses_another_machine(self, address: str) -> None:
        with pytest.raises(UsageError, match="--local refuses"):
            self.choose("openai:x", base_url=address, local=True)

    @pytest.mark.parametrize("address", [LOCAL, "http://127.0.0.1:1/v1", "http://127.0.5.1/v1", "http://[::1]:8080/v1"])
    def test_local_allows_this_machine(self, address: str) -> None:
        assert not self.choose("openai:x", base_url=address, local=True).is_remote

    def test_ollama_is_where_its_variable_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert not self.choose("ollama:x", local=True).is_remote
        monkeypatch.setenv("OLLAMA_HOST", "models.example.org:11434")
        with pytest.raises(UsageError, match="--local refuses ollama:x"):
            self.choose("ollama:x", local=True)

    @pytest.mark.parametrize(
        ("host", "is_remote"),
        [
            ("", False),
            (":11435", False),
            ("0.0.0.0:11434", False),
            ("http://127.0.0.1:11434/", False),
            ("[::1]:11434", False),
            ("0.0.0.0.evil.example", True),
            ("http://10.0.0.1", True),
            ("localhost.evil.example:11434", True),
            ("http://[", True),
        ],
    )
    def test_ollama_on_this_machine(self, host: str, is_remote: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OLLAMA_HOST", host)
        assert self.choose("ollama:x").is_remote == is_remote

    def test_server_without_a_model(self) -> None:
        with pytest.raises(UsageError, match="--base-url needs to know which model"):
            self.choose(base_url=LOCAL, OPENAI_API_KEY=KEY)
        with pytest.raises(UsageError, match="base_url in the config file needs to know which model"):
            self.choose(configured=(None, REMOTE), OPENAI_API_KEY=KEY)

    def test_server_makes_the_provider_openai(self) -> None:
        assert self.choose("qwen", base_url=LOCAL).name == "openai:qwen"

    def test_configured_server_is_for_the_configured_model(self) -> None:
        assert self.choose(configured=("qwen", LOCAL)).base_url == LOCAL
        assert self.choose("openai:gpt", configured=("qwen", LOCAL)).base_url is None
        assert self.choose("openai:gpt", base_url=REMOTE, configured=("qwen", LOCAL)).base_url == REMOTE

    @pytest.mark.parametrize("name", ["gpt", "openai:", ":gpt", ":", " : "])
    def test_half_a_name(self, name: str) -> None:
        with pytest.raises(UsageError, match="Write provider:model"):
            self.choose(name)

    @pytest.mark.parametrize("address", ["localhost:8080", "ftp://host/v1", "http://", "http://[::1", "http://h:x/v1"])
    def test_no_address(self, address: str) -> None:
        with pytest.raises(UsageError, match=r"no address of a server\. Write http://HOST"):
            self.choose("openai:x", base_url=address)

    @pytest.mark.parametrize("address", [f"http://me:{KEY}@host/v1", f"http://host/v1?key={KEY}"])
    def test_key_in_an_address_is_refused_and_not_shown(self, address: str) -> None:
        with pytest.raises(UsageError, match="CITEWELL_API_KEY") as raised:
            self.choose("openai:x", base_url=address)
        assert KEY not in str(raised.value)

    @given(st.text())
    def test_any_text_is_chosen_or_refused(self, name: str) -> None:
        try:
            chosen = self.choose(name)
        except UsageError:
            return
        assert chosen.is_embedded or all(chosen.name.partition(":"))

    @given(st.text())
    def test_any_address_is_taken_or_refused(self, address: str) -> None:
        try:
            self.choose("openai:x", base_url=address)
        except UsageError:
            return
        assert not address or address.lower().startswith(("http", *" \t\r\n"))
