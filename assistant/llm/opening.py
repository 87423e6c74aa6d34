"""Makes a chat model from its name; nothing is sent yet."""

import os
import re
from typing import TYPE_CHECKING, Any

from assistant.errors import UsageError
from assistant.llm.calling import SILENCE, JsonState, LangChainModel
from assistant.llm.choice import LOCAL_PROVIDERS, ModelChoice, Structured
from assistant.llm.keys import NO_KEY, detail_of, is_elsewhere, key_for, name_of_key, needs_key
from assistant.llm.prices import FREE, Price, Prices
from assistant.llm.seam import MeteredModel

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_EXTRAS = {
    "anthropic": "anthropic",
    "google_genai": "google",
    "groq": "groq",
    "mistralai": "mistral",
    "ollama": "ollama",
}
"""Extras of Citewell that bring what a provider needs."""
_OLLAMA_WINDOW = 8_192
"""Tokens. Ollama's own default is half of that, and it cuts the beginning of a longer prompt off without a word."""


def open_model(choice: ModelChoice, *, prices: Prices | None = None, structured: Structured = "auto") -> MeteredModel:
    """Make the chat model; nothing is sent yet.

    Args:
        choice: Its name and where it is.
        prices: What models cost; one on this machine costs nothing.
        structured: Whether it is asked for JSON; by itself (`auto`) when LangChain's profile of it says that it can.

    Raises:
        UsageError: The provider is unknown, its package is not installed, or there is no key for it.
    """
    provider, model = choice.provider, choice.name.partition(":")[2]
    key = key_for(provider, choice.base_url)
    lacks_key = key is None and needs_key(provider)
    # Made all the same, because a package that is missing is to be told of before a key.
    chat = _chat(choice, provider, model, NO_KEY if lacks_key else key)
    if lacks_key:
        name = name_of_key(provider, choice.base_url)
        raise UsageError(f"There is no key for {choice.name}. Set {name}, or `keyring set citewell {name}`.")
    price: Price | None = FREE
    if choice.is_remote:
        price = prices.of(choice.name, at_vendor=not is_elsewhere(provider, choice.base_url)) if prices else None
    json = JsonState(is_written=_writes_json(structured, choice, chat))
    return LangChainModel(choice=choice, chat=chat, key=key, price=price, json=json)


def _chat(choice: ModelChoice, provider: str, model: str, key: str | None) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    try:
        chat: BaseChatModel = init_chat_model(model, model_provider=provider, **_settings(choice, provider, key))
    except ImportError as error:
        raise UsageError(f"{choice.name} needs another package: {_what_to_install(provider, error)}") from error
    except Exception as error:
        raise UsageError(
            f"The model {choice.name!r} cannot be set up: {detail_of(error, key)}. If LangChain has no such provider, "
            "write openai:NAME with --base-url; else see what pip install langchain-PROVIDER brings."
        ) from error
    return chat


def _settings(choice: ModelChoice, provider: str, key: str | None) -> dict[str, Any]:
    """What every model is made with, and what only some take."""
    settings: dict[str, Any] = {"max_retries": 0, "timeout": SILENCE}
    if provider == "openai":
        settings["stream_usage"] = True
    if provider in LOCAL_PROVIDERS:
        settings = {"client_kwargs": {"timeout": SILENCE}}
        if not os.environ.get("OLLAMA_CONTEXT_LENGTH"):
            settings["num_ctx"] = _OLLAMA_WINDOW
    elif key:
        settings["api_key"] = key
    if not choice.is_remote:
        settings["temperature"] = 0.0
        if provider == "openai":
            settings["openai_proxy"] = ""  # else $OPENAI_PROXY would lead what is asked of this machine to another
    if choice.base_url:
        settings["base_url"] = choice.base_url
    return settings


def _what_to_install(provider: str, error: ImportError) -> str:
    if provider in _EXTRAS:
        return f"pip install 'citewell[{_EXTRAS[provider]}]'"
    package = re.search(r"pip install (?:-U )?`?([\w-]+)", str(error))
    return f"pip install {package[1] if package else 'langchain-' + provider.replace('_', '-')}"


def _writes_json(structured: Structured, choice: ModelChoice, chat: "BaseChatModel") -> bool:
    """A profile goes by the model's name; any server may call a model that, so `auto` trusts the vendor's own only."""
    if structured != "auto":
        return structured == "on"
    profile = getattr(chat, "profile", None) or {}
    return bool(profile.get("structured_output")) and not is_elsewhere(choice.provider, choice.base_url)
