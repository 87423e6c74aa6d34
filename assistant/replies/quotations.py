"""What a sentence puts in quotation marks."""

import re
from collections.abc import Iterator

from assistant.text import fold

__all__ = ["quotations"]

_QUOTATION = re.compile(r"[“\"„«]([^“”\"„«»]+)[”\"“»]")
_WORDS_OF_A_QUOTATION = 3


def quotations(text: str) -> Iterator[str]:
    """What stands in quotation marks and has several words, folded."""
    for match in _QUOTATION.finditer(text):
        quote = fold(match.group(1)).strip(" .,;!?")
        if len(quote.split()) >= _WORDS_OF_A_QUOTATION:
            yield quote
