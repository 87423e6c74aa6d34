"""A chat model that says what a test wrote down beforehand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.llm import Delta, Ending
from assistant.types import Usage

USD_PER_CALL = 0.001


@dataclass(frozen=True, slots=True)
class Broken:
    """A reply that breaks off: `text` arrives, then `error` is raised."""

    text: str
    error: Exception


Reply = str | Exception | Broken


class ScriptedModel:
    """Gives the replies of a queue, one for each prompt, in pieces of a few characters; remembers the prompts.

    Raises AssertionError when it is asked more often than there are replies: a model that is scripted with nothing
    proves that no model was called. Words stand for tokens in the usage.
    """

    def __init__(
        self, replies: Sequence[Reply] = (), *, name: str = "scripted:model", piece: int = 7, writes_json: bool = False
    ) -> None:
        self.name = name
        self.writes_json = writes_json
        self.schemas: list[Mapping[str, Any] | None] = []
        self.prompts: list[str] = []
        self.end: Ending | None = None
        """How every reply ends."""
        self._replies = list(replies)
        self._piece = piece

    @property
    def left(self) -> int:
        """Number of replies that nobody has asked for yet."""
        return len(self._replies)

    def stream(self, prompt: str, schema: Mapping[str, Any] | None = None) -> Iterator[Delta]:
        self.prompts.append(prompt)
        self.schemas.append(schema)
        if not self._replies:
            raise AssertionError(f"nothing is scripted for prompt {len(self.prompts)}: {prompt[:300]!r}")
        return self._deltas(prompt, self._replies.pop(0))

    def _deltas(self, prompt: str, reply: Reply) -> Iterator[Delta]:
        if isinstance(reply, Exception):
            raise reply
        text = reply if isinstance(reply, str) else reply.text
        for start in range(0, len(text), self._piece):
            yield Delta(text=text[start : start + self._piece])
        if isinstance(reply, Broken):
            raise reply.error
        usage = Usage(prompt=len(prompt.split()), completion=len(text.split()), usd=USD_PER_CALL)
        yield Delta(text="", usage=usage, end=self.end)
