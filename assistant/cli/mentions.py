"""Papers that a question names by their keys: `How does @asai2024self decide?`."""

import re
from collections.abc import Callable

from assistant.types import Paper

_MENTION = re.compile(r"(?<!\S)@([^\s,;?!]*[^\s,;?!.:])")


def with_titles(question: str, lookup: Callable[[str], Paper | None]) -> str:
    """The question with titles in the place of `@KEY`, which the papers themselves do not say."""

    def title(mention: "re.Match[str]") -> str:
        paper = lookup(mention[1])
        return f"“{paper.title}”" if paper else mention[0]

    return _MENTION.sub(title, question)
