"""The seam between Citewell and chat models: one prompt in, one reply out, piece by piece."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self, runtime_checkable

from assistant.llm.prices import Price
from assistant.types import Usage

LONGEST_REPLY = 100_000
"""Characters. A reply that is longer is not read to its end: it repeats itself, or is none."""

Ending = Literal["complete", "length", "filter", "refusal"]
"""How a reply ended: by itself, because it was long enough, by the vendor's filter, or with a refusal to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A piece of a reply as it arrives; the last one carries the usage and says how the reply ended."""

    text: str
    usage: Usage | None = None
    end: Ending | None = None


class ChatModel(Protocol):
    """One prompt in, one reply out, piece by piece."""

    @property
    def name(self) -> str:
        """`provider:model`."""
        ...

    @property
    def writes_json(self) -> bool:
        """True when it can be held to a JSON schema; may become False when its server refuses one."""
        ...

    def stream(self, prompt: str, schema: Mapping[str, Any] | None = None) -> Iterator[Delta]:
        """Send a prompt.

        Args:
            prompt: The text.
            schema: JSON Schema of the reply; only for a model that `writes_json`. The pieces together are then one
                JSON document, unless the model refuses to answer, is cut short, or its server turns out to take no
                schema.

        Raises:
            ServiceError: The model or the way to it failed.
            BrokenOff: The reply ended in the middle.
            TookTooLong: It was slower than the time limit.
            LimitReached: A limit does not allow the call; nothing was sent.
        """
        ...


@runtime_checkable
class MeteredModel(ChatModel, Protocol):
    """A chat model that can be held to limits."""

    @property
    def price(self) -> Price | None:
        """What it costs; None when that is not known."""
        ...

    @property
    def is_openai(self) -> bool:
        """True for a model that OpenAI itself serves, whose tokens are counted exactly."""
        ...

    def within(self, *, tokens: int | None, seconds: float | None) -> Self | None:
        """The same model, whose replies have at most so many tokens and take at most so many seconds.

        None when the model cannot be held to a number of tokens.
        """
        ...
