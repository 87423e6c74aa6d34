"""Papers that were added without an index."""

from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.cli.diagnostics import progress
from assistant.errors import LibraryInUse, ServiceError

if TYPE_CHECKING:
    from assistant.wiring import Assistant

_MANY = 64
"""Chunks; fewer are indexed before a bar would be drawn."""


def catch_up(assistant: "Assistant") -> None:
    """Index what was left for later, with a bar, before a search would do so in silence.

    What stands in the way of it is for the search to say: it may find without.
    """
    if assistant.library.pending_count() < _MANY:
        return
    with suppress(LibraryInUse, ServiceError), progress("Indexing what was added") as on_progress:
        assistant.index.bring_up_to_date(on_progress)
