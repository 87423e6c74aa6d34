"""What a slash command is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.cli.conversation import Conversation

Completes = Literal["", "key", "file", "session or file", "model", "judge", "style", "switch", "command"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command."""

    usage: str
    """Its name, and what is written after it."""
    what: str
    """What it does, in one line."""
    run: "Callable[[Conversation, str], None]"
    """Given the conversation and what stands after the name."""
    more: str = ""
    """What `/help NAME` says besides."""
    completes: Completes = ""
    """What its argument is, for completing it."""
    aliases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The word after the slash."""
        return self.usage.partition(" ")[0]
