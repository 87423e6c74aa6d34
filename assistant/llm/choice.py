"""Which chat model answers, why that one, and whether text leaves this machine for it."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal
from urllib.parse import urlsplit

from assistant.errors import UsageError

EMBEDDED = "embedded"
DEFAULT_OPENAI = "openai:gpt-5-mini"
LOCAL_PROVIDERS = frozenset({"ollama"})
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - because nothing is bound to it: who connects to it reaches this machine

Structured = Literal["auto", "on", "off"]
"""Whether replies are asked for as JSON: when the model is known to write it, always, or never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """Which model answers, and why that one."""

    name: str
    """`embedded`, or `provider:model` as LangChain's `init_chat_model` names it."""
    why: str
    base_url: str | None = None
    """A server that speaks OpenAI's protocol. With the embedded default nothing is sent there."""

    @property
    def provider(self) -> str:
        """The part of the name before the colon."""
        return self.name.partition(":")[0]

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
        if self.provider in LOCAL_PROVIDERS:
            return not is_ollama_here(os.environ.get("OLLAMA_HOST", ""))
        return True


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
    if name is None and environ.get("OPENAI_API_KEY"):
        if local:
            why = f"--local leaves out {DEFAULT_OPENAI}, whose key is set"
        else:
            name, why = DEFAULT_OPENAI, "OPENAI_API_KEY is set"
    if name is None or name == EMBEDDED:
        return ModelChoice(name=EMBEDDED, why=why or "no model is configured", base_url=server)
    if ":" not in name and server:
        name = f"openai:{name}"
    if not all(part.strip() for part in name.partition(":")):
        hint = f"Did you mean {EMBEDDED}? Else write" if _is_like_embedded(name) else "Write"
        raise UsageError(
            f"The model {name!r} has no provider or no name. {hint} provider:model, for example {DEFAULT_OPENAI}."
        )
    choice = ModelChoice(name=name, why=why, base_url=server)
    if local and choice.is_remote:
        raise UsageError(
            f"--local refuses {name}: it is not on this machine. Use ollama:NAME, or --base-url on localhost."
        )
    return choice


def _is_like_embedded(name: str) -> bool:
    return bool(get_close_matches(name.lower(), [EMBEDDED]))


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


def is_ollama_here(host: str) -> bool:
    """True when $OLLAMA_HOST names this machine: it may leave the machine out, or say where Ollama listens."""
    address = host if "//" in host else f"//{host}"
    try:
        return is_loopback(address) or (urlsplit(address).hostname or _EVERYWHERE) == _EVERYWHERE
    except ValueError:
        return False


def is_loopback(address: str) -> bool:
    """True for names and numbers of this machine only; a name that merely begins like one is another machine."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
