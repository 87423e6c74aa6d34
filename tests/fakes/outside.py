"""A world without a network, in which time passes only when somebody waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.fetching import Outside, fetch
from assistant.types import Record, Skipped
from tests.fakes.services import Services

NOW = 1_790_000_000.0
KEYS = {"OPENALEX_API_KEY": "alex-secret", "S2_API_KEY": "s2-secret", "NCBI_API_KEY": "ncbi-secret"}


@dataclass
class World:
    """Services on loopback, and what a user's machine has."""

    services: Services
    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    now: float = NOW
    waits: list[float] = field(default_factory=list)
    """How long was slept, each time."""

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    @property
    def outside(self) -> Outside:
        return Outside(
            environ=self.environ,
            clock=self.clock,
            sleep=self.sleep,
            folder=self.folder,
            addresses=self.services.addresses,
        )

    def fetch(self, query: str, **more: Any) -> list[Record | Skipped]:
        return list(fetch(query, outside=self.outside, **more))

    def only(self, query: str, **more: Any) -> Any:
        """The one item that a query gives."""
        [item] = self.fetch(query, **more)
        return item

    def failure(self, query: str, **more: Any) -> str:
        """Why a query failed."""
        last = self.fetch(query, **more)[-1]
        assert isinstance(last, Skipped)
        assert last.failed
        return last.reason
