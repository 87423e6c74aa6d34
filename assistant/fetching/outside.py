"""What fetching needs of the world around it."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import UsageError
from assistant.fetching.hosts import HOSTS


def _usual_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("citewell", appauthor=False) / "fetched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Environment, time and places; the defaults are the real ones."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    clock: Callable[[], float] = time.time
    """Seconds since 1970."""
    sleep: Callable[[float], None] = time.sleep
    folder: Path = field(default_factory=_usual_folder)
    """Where answers are kept for a day, and when each service was asked last."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Other addresses of services, by name; they are trusted with the services' keys."""

    def address_of(self, name: str) -> str:
        """Where a service is: its own address, or below $CITEWELL_SERVICES, a server that stands in for all of them.

        Raises:
            UsageError: That server's address is none.
        """
        if name in self.addresses:
            return self.addresses[name]
        return f"{self._stand_in}/{name}" if self._stand_in else HOSTS[name].address

    def key_of(self, name: str) -> str | None:
        """The user's key for a service; a server that stands in for it gets none.

        Raises:
            UsageError: It cannot be a key.
        """
        variable = HOSTS[name].key
        if not variable or (self._stand_in and name not in self.addresses):
            return None
        key = self.environ.get(variable, "").strip()
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise UsageError(
                f"What ${variable} holds is no key: it has characters that keys do not have. Copy it anew."
            )
        return key or None

    def without_keys(self, text: str) -> str:
        """What a service said, should it say the user's key."""
        for key in filter(None, map(self.key_of, HOSTS)):
            text = text.replace(key, "[key]")
        return text

    @property
    def _stand_in(self) -> str:
        address = self.environ.get("CITEWELL_SERVICES", "").strip().rstrip("/")
        if address and not address.startswith(("http://", "https://")):
            raise UsageError(
                f"$CITEWELL_SERVICES is {address!r}; write an address that begins with https:// or http://"
            )
        return address
