"""How much of a text looks like fields of a tagged format."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedLines:
    """What was found at the beginning of a text."""

    fields: tuple[tuple[str, str], ...]
    """Tag and text of each line that begins a field."""
    lines: int
    """All lines that are not blank."""
    first: int
    """How many of them come before the first field."""


def tagged_lines(head: str, match: Callable[[str], tuple[str, str] | None]) -> TaggedLines:
    """Count the lines of a text that begin a field."""
    texts = [line.rstrip() for line in re.split(r"\r\n|\n|\r", head.removeprefix("\ufeff"))]
    texts = [text.removeprefix("\ufeff") for text in texts if text]
    found = [(index, field) for index, text in enumerate(texts) if (field := match(text)) is not None]
    first = found[0][0] if found else len(texts)
    return TaggedLines(fields=tuple(field for _, field in found), lines=len(texts), first=first)
