"""Keys: where they come from, and how they are kept out of every message."""

import os
import re
from urllib.parse import urlsplit

from assistant.llm.choice import LOCAL_PROVIDERS

_OPENAI_HOST = "api.openai.com"
NO_KEY = "none"  # the client insists on sending a key
_SECRET = re.compile(r"\b(?:sk|pk|rk|key)[-_][\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)
_SECRET_NAME = re.compile(r"_(?:KEY|TOKEN|SECRET)$")
_LONGEST_DETAIL = 300
_NAMES = {
    "google_genai": "GOOGLE_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "huggingface": "HUGGINGFACEHUB_API_TOKEN",
    "perplexity": "PPLX_API_KEY",
}
"""Providers whose key is not called by the provider's name."""
_KEYED = frozenset(
    {"anthropic", "cohere", "deepseek", "fireworks", "google_genai", "groq", "mistralai", "openai", "together", "xai"}
)
"""Providers that answer nobody without a key."""


def name_of_key(provider: str, base_url: str | None) -> str:
    """The name under which a user sets the key, in the environment or the keyring."""
    if is_elsewhere(provider, base_url):
        return "CITEWELL_API_KEY"
    return _NAMES.get(provider, f"{provider.upper()}_API_KEY")


def is_elsewhere(provider: str, base_url: str | None) -> bool:
    """True for a server that is named by its address, unless that is OpenAI's own, asked as such and in secret."""
    if not base_url:
        return False
    parts = urlsplit(base_url)
    return (provider, parts.scheme, parts.hostname) != ("openai", "https", _OPENAI_HOST)


def needs_key(provider: str) -> bool:
    """True for a provider that is known to answer nobody without a key."""
    return provider in _KEYED


def key_for(provider: str, base_url: str | None) -> str | None:
    """The key for a provider, from the environment, else the system's keyring.

    A server named by its address gets the key that was set for it, and never one that was set for somebody else.
    """
    if provider in LOCAL_PROVIDERS:
        return None
    stored = _stored(name_of_key(provider, base_url))
    return stored or (NO_KEY if is_elsewhere(provider, base_url) else None)


def _stored(name: str) -> str | None:
    """A key from the environment, else the system's keyring; a keyring that does not work is an empty one."""
    if value := os.environ.get(name):
        return value
    import keyring

    try:
        return keyring.get_password("citewell", name) or None
    except Exception:  # noqa: BLE001 - because a backend may raise anything, and no key is a state that is explained
        return None


def detail_of(error: Exception, key: str | None) -> str:
    """First line of an error's message, short and without anything secret."""
    lines = _redacted(str(error).strip(), key).splitlines()
    return (lines[0] if lines else type(error).__name__)[:_LONGEST_DETAIL].rstrip(". ")


def _redacted(message: str, key: str | None) -> str:
    """Without the key that was sent, any other secret of the environment, and whatever looks like a key."""
    secrets = {value for name, value in os.environ.items() if _SECRET_NAME.search(name)} | {key or ""}
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) > len(NO_KEY):
            message = message.replace(secret, "[key]")
    return _SECRET.sub("[key]", message)
