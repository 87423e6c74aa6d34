"""Chat models: which one answers, and the one seam through which it is called."""

import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from assistant.errors import CitewellError, ServiceError, UsageError
from assistant.types import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EMBEDDED = "embedded"
DEFAULT_OPENAI = "openai:gpt-5-mini"
_LOCAL_PROVIDERS = frozenset({"ollama"})
_TIMEOUT_SECONDS = 120.0
_RETRIES = 2
_OPENAI_HOST = "api.openai.com"
_NO_KEY = "none"  # the client insists on sending a key
_SECRET = re.compile(r"\b(?:sk|pk|rk|key)[-_][\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)
_SECRET_NAME = re.compile(r"_(?:KEY|TOKEN|SECRET)$")
_LONGEST_DETAIL = 300
_EXPLANATIONS = (
    ("Authentication|PermissionDenied", "{where} does not accept the key for {model}. Set {key}, or mend it."),
    (
        "Timeout",
        "{where} gave no answer in {seconds:g} s, however often asked. Try again, or name another model with --model.",
    ),
    ("RateLimit", "{where} refuses more requests for now ({detail}). Wait, or check the account's limits."),
    (
        "NotFound",
        "{where} does not know {model} ({detail}). Check the model's name, and the address: most end in /v1.",
    ),
    ("Connect", "{where} cannot be reached ({detail}). Is the server running and the address right?"),
)
"""Parts of the names of what clients raise, and what each means; the first that fits is said."""
_BROKEN_OFF = "{where} broke off in the middle of its answer ({detail}). Try again."
_UNEXPLAINED = "{model} failed: {kind}: {detail}. Try again, or name another model with --model."


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """Which model answers, and why that one."""

    name: str
    """`embedded`, or `provider:model` as LangChain's `init_chat_model` names it."""
    why: str
    base_url: str | None = None
    """A server that speaks OpenAI's protocol. With the embedded default nothing is sent there."""

    @property
    def is_embedded(self) -> bool:
        """True when no chat model is used."""
        return self.name == EMBEDDED

    @property
    def is_remote(self) -> bool:
        """True when text leaves this machine."""
        if self.is_embedded:
            return False
        if self.base_url:
            return not is_loopback(self.base_url)
        if self.name.partition(":")[0] in _LOCAL_PROVIDERS:
            return not is_loopback(os.environ.get("OLLAMA_HOST", "127.0.0.1"))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A piece of a reply as it arrives; the last one carries the usage."""

    text: str
    usage: Usage | None = None


class ChatModel(Protocol):
    """One prompt in, one reply out, piece by piece."""

    @property
    def name(self) -> str:
        """`provider:model`."""
        ...

    @property
    def writes_json(self) -> bool:
        """True when it can be held to a JSON schema."""
        ...

    def stream(self, prompt: str, schema: Mapping[str, Any] | None = None) -> Iterator[Delta]:
        """Send a prompt.

        Args:
            prompt: The text.
            schema: JSON Schema of the reply; only for a model that `writes_json`. The pieces together are then one
                JSON document.

        Raises:
            ServiceError: The model or the way to it failed.
        """
        ...


def choose_model(
    option: str | None,
    *,
    base_url: str | None,
    configured: tuple[str | None, str | None] = (None, None),
    local: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> ModelChoice:
    """Decide which model answers: the option, $CITEWELL_MODEL, the config, an OpenAI key, else the embedded default.

    Args:
        option: What `--model` said.
        base_url: What `--base-url` said: a server that speaks OpenAI's protocol.
        configured: Model and base URL of the config file.
        local: Refuse a model to which text would leave this machine.
        environ: The environment.

    Raises:
        UsageError: The name has no provider, the base URL is none, or `local` refuses the model.
    """
    named = [
        (option, "--model"),
        (environ.get("CITEWELL_MODEL"), "$CITEWELL_MODEL"),
        (configured[0], "the config file"),
    ]
    name, why = next(((value, f"set by {where}") for value, where in named if value), (None, ""))
    # The config file's server goes with the model that is set beside it or in the environment, not with another one
    # that is named for this once.
    server = base_url or (None if option else configured[1])
    if server:
        _check_address(server)
    if name is None and server:
        where = "--base-url" if base_url else "base_url in the config file"
        raise UsageError(f"{where} needs to know which model to ask there: add --model openai:NAME.")
    if name is None and not local and environ.get("OPENAI_API_KEY"):
        name, why = DEFAULT_OPENAI, "OPENAI_API_KEY is set"
    if name is None or name == EMBEDDED:
        return ModelChoice(name=EMBEDDED, why=why or "no model is configured", base_url=server)
    if ":" not in name and server:
        name = f"openai:{name}"
    if not all(part.strip() for part in name.partition(":")):
        raise UsageError(
            f"The model {name!r} has no provider or no name. Write provider:model, for example {DEFAULT_OPENAI}."
        )
    choice = ModelChoice(name=name, why=why, base_url=server)
    if local and choice.is_remote:
        raise UsageError(
            f"--local refuses {name}: it is not on this machine. Use ollama:NAME, or --base-url on localhost."
        )
    return choice


def open_model(choice: ModelChoice) -> ChatModel:
    """Make the chat model; nothing is sent yet.

    Raises:
        UsageError: The provider is unknown, its package is not installed, or there is no key for it.
    """
    provider, _, model = choice.name.partition(":")
    settings: dict[str, Any] = {"max_retries": _RETRIES, "timeout": _TIMEOUT_SECONDS}
    key = _key(provider, choice.base_url)
    if provider == "openai":
        if key is None:
            raise UsageError(
                f"There is no key for {choice.name}. Set OPENAI_API_KEY, or `keyring set citewell OPENAI_API_KEY`."
            )
        settings["stream_usage"] = True
    if provider in _LOCAL_PROVIDERS:
        settings = {}
    elif key:
        settings["api_key"] = key
    if not choice.is_remote:
        settings["temperature"] = 0.0
    if choice.base_url:
        settings["base_url"] = choice.base_url
    from langchain.chat_models import init_chat_model

    try:
        chat = init_chat_model(model, model_provider=provider, **settings)
    except ImportError as error:
        package = re.search(r"pip install (?:-U )?`?([\w-]+)", str(error))
        name = package[1] if package else f"langchain-{provider.replace('_', '-')}"
        raise UsageError(f"{choice.name} needs another package: pip install {name}") from error
    except Exception as error:
        raise UsageError(
            f"The model {choice.name!r} cannot be set up: {_detail(error, key)}. If LangChain has no such provider, "
            "write openai:NAME with --base-url; else see what pip install langchain-PROVIDER brings."
        ) from error
    return _LangChainModel(choice, chat, key)


class _LangChainModel:
    def __init__(self, choice: ModelChoice, chat: "BaseChatModel", key: str | None) -> None:
        self._choice = choice
        self._chat = chat
        self._key = key

    @property
    def name(self) -> str:
        return self._choice.name

    @property
    def writes_json(self) -> bool:
        return False

    def stream(self, prompt: str, schema: Mapping[str, Any] | None = None) -> Iterator[Delta]:  # noqa: ARG002 - because no model is asked for JSON yet
        reply: list[str] = []
        usage: Usage | None = None
        try:
            for chunk in self._chat.stream(prompt):
                text = chunk.text if isinstance(chunk.text, str) else str(chunk.content)
                reply.append(text)
                counted = getattr(chunk, "usage_metadata", None)
                if counted:
                    usage = self._usage(counted["input_tokens"], counted["output_tokens"]) + (usage or Usage())
                if text:
                    yield Delta(text=text)
        except CitewellError:
            raise
        except Exception as error:
            raise ServiceError(self._explanation(error, has_begun=bool(reply))) from error
        yield Delta(text="", usage=usage or self._estimated(prompt, "".join(reply)))

    def _usage(self, prompt: int, completion: int) -> Usage:
        return Usage(prompt=prompt, completion=completion, usd=None if self._choice.is_remote else 0.0)

    def _estimated(self, prompt: str, reply: str) -> Usage:
        from vectorstore.tokens import count_tokens

        return self._usage(count_tokens(prompt), count_tokens(reply))

    def _explanation(self, error: Exception, *, has_begun: bool) -> str:
        """What happened and what to do, without any key."""
        where = self._choice.base_url or self.name.partition(":")[0]
        kind = type(error).__name__
        message = next((text for kinds, text in _EXPLANATIONS if re.search(kinds, kind)), _UNEXPLAINED)
        if has_begun and re.search("Connect|Protocol|Read", kind):
            message = _BROKEN_OFF
        return message.format(
            where=where,
            model=self.name,
            kind=kind,
            detail=_detail(error, self._key),
            seconds=_TIMEOUT_SECONDS,
            key="CITEWELL_API_KEY" if self._choice.base_url else f"{where.upper()}_API_KEY",
        )


def _key(provider: str, base_url: str | None) -> str | None:
    """The key for a provider, from the environment, else the system's keyring.

    A server named by its address gets the key that was set for it, and never one that was set for somebody else.
    """
    if provider in _LOCAL_PROVIDERS:
        return None
    if base_url and (urlsplit(base_url).hostname or "") != _OPENAI_HOST:
        return _stored("CITEWELL_API_KEY") or _NO_KEY
    return _stored(f"{provider.upper()}_API_KEY")


def _stored(name: str) -> str | None:
    """A key from the environment, else the system's keyring; a keyring that does not work is an empty one."""
    if value := os.environ.get(name):
        return value
    import keyring

    try:
        return keyring.get_password("citewell", name) or None
    except Exception:  # noqa: BLE001 - because a backend may raise anything, and no key is a state that is explained
        return None


def _check_address(address: str) -> None:
    """Refuse what is no address of a server, and keys in it, because addresses are shown."""
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port)
    except ValueError:
        raise UsageError(f"{address!r} is no address of a server. Write http://HOST:PORT/v1.") from None
    if parts.username or parts.password or parts.query:
        raise UsageError("The server's address holds a user name, a password or a query. Set CITEWELL_API_KEY instead.")
    if not is_address:
        raise UsageError(f"{address!r} is no address of a server. Write http://HOST:PORT/v1.")


def is_loopback(address: str) -> bool:
    """True for names and numbers of this machine only; a name that merely begins like one is another machine."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _detail(error: Exception, key: str | None) -> str:
    """First line of an error's message, short and without anything secret."""
    lines = _redacted(str(error).strip(), key).splitlines()
    return (lines[0] if lines else type(error).__name__)[:_LONGEST_DETAIL].rstrip(". ")


def _redacted(message: str, key: str | None) -> str:
    """Without the key that was sent, any other secret of the environment, and whatever looks like a key."""
    secrets = {value for name, value in os.environ.items() if _SECRET_NAME.search(name)} | {key or ""}
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) > len(_NO_KEY):
            message = message.replace(secret, "[key]")
    return _SECRET.sub("[key]", message)
