"""Sentences that tell their reader what to do: they are no findings, whatever paper they stand in.

An abstract reports. A sentence of it that speaks to a model or a reviewer, or that pretends to be another part of a
prompt, is no evidence for anything and is not passed on. What it asks to be said, if it comes right after it, is none
either.
"""

import base64
import binascii
import re
import unicodedata
from functools import lru_cache
from html import unescape
from typing import Literal

from assistant.guards.neutral import visible
from assistant.guards.order_cues import (
    FORGED_HEADER,
    FORGED_IN_TITLE,
    FORGERIES,
    HIDDEN,
    NUMBERED_PARAGRAPHS,
    OVERRIDES,
    TELLS,
)
from vectorstore.sentences import split_sentences

__all__ = ["is_order", "orders_in", "title_without_orders", "without_orders"]

Span = tuple[int, int]
_Kind = Literal["forged", "announces", "plain"]

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝгпАВЕКМНОРСТХІЈЅαορντικυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxijshdqwrnABEKMHOPCTXIJSaopvtikuABEZHIKMNOPTYX"
)
_MIXED_WORD = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[\u0370-\u052f])\w+\b|\b[аеорсухіјѕһԁԛԝ]+\b")
_SPACED_WORD = re.compile(r"\b(?:[a-z][ .\-_]){4,}[a-z]\b")
_PILE = re.compile(r"[\u0300-\u036f]{2,}")
_RUN = re.compile(r"(\W)\1{3,}")
"""Signs that are repeated: what comes after the third says nothing, and would be looked at from each one of them."""
_EMPHASIS = re.compile(r"[*`~]+|(?<!\w)_+|_+(?!\w)")
_ENCODED = re.compile(r"(?<![\w/.:-])(?:[A-Za-z0-9+/]{24,}={0,2})(?![\w/.-])")
_HEX = re.compile(r"(?<!\w)(?:[0-9a-fA-F]{2}\s?){16,}(?!\w)")
_PERCENT = re.compile(r"(?<![\w/.:?=&#-])(?:\w{0,12}%[0-9a-fA-F]{2}){6,}")
_READABLE = re.compile(r"[\x20-\x7e\s]+\Z")
_TAG_LETTERS = re.compile(r"[\U000e0020-\U000e007e]{4,}")

_TURNED = re.compile(r"vtaber|qvfertneq|sbetrg nyy|cerivbhf|vafgehpgvba|erongi|dragersid|snoitcurtsni|suoiverp")
"""Words of orders in ROT13 and written backwards."""
_LEET = str.maketrans("0134578@$", "oieasbbas")
_LEET_WORD = re.compile(r"\b(?=\w*[a-z])(?=[\w@$]*[0134578@$])[\w@$]+")
_ASKS_FOR_MORE = re.compile(r"[:：]\W*\Z|\b(?:following|below|next|this sentence|as follows)\b")
_HIDDEN_WORDS = 3
_QUOTES = "\"“”‘’'«„"
_WORDS_BEFORE_A_MENTION = 3


def is_order(sentence: str) -> bool:
    """True for a sentence that tells its reader what to do, or pretends to be a part of a prompt."""
    return bool(orders_in(sentence))


def without_orders(text: str) -> str:
    """The text less its orders; the rest as it is."""
    kept, last = "", 0
    for start, end in orders_in(text):
        kept += text[last:start]
        last = end
    return kept + text[last:]


def title_without_orders(title: str) -> str:
    """A title less its orders, up to where it pretends to be something else."""
    forged = FORGED_IN_TITLE.search(title)
    return without_orders(title[: forged.start()] if forged else title)


@lru_cache(maxsize=4_096)
def orders_in(text: str) -> tuple[Span, ...]:
    """Spans of the sentences that are orders, in order.

    After what pretends to be another part of a prompt everything is one; after an order to forget others the next
    sentence is, too, and so is what an order announces.
    """
    hidden = [match for match in HIDDEN.finditer(text) if len((match[match.lastindex or 0]).split()) >= _HIDDEN_WORDS]
    header = None if NUMBERED_PARAGRAPHS.match(text) else FORGED_HEADER.search(text)
    if not hidden and not header and not _kind(text):
        return ()
    found: list[Span] = []
    before: _Kind | None = None
    for start, end in split_sentences(text):
        is_forged = before == "forged" or (header is not None and end > header.end())
        kind = "forged" if is_forged else _kind(text[start:end])
        announced = before == "announces" and kind is None
        if kind or announced or any(_is_in(match, start, end) for match in hidden):
            found.append((start, end))
        before = kind
    return tuple(found)


def _kind(text: str) -> "_Kind | None":
    """What kind of order a text holds: `forged` spoils all that follows, `announces` the next sentence."""
    seen = _seen(text)
    if any(cue.search(seen) for cue in FORGERIES):
        return "forged"
    line = " ".join(seen.split())
    override = next((found for cue in OVERRIDES if (found := cue.search(line))), None)
    if override:
        return "plain" if _is_mention(line, override.start()) else "announces"
    if any(cue.search(line) for cue in TELLS):
        return "announces" if _ASKS_FOR_MORE.search(line) else "plain"
    return "announces" if _is_disguised(text, line) else None


def _is_mention(line: str, start: int) -> bool:
    """True for an order in quotation marks in the middle of a sentence about it."""
    before = line[: start + 1].rstrip()
    return before.endswith(tuple(_QUOTES)) and len(before.split()) > _WORDS_BEFORE_A_MENTION


def _is_disguised(text: str, line: str) -> bool:
    """True when an order, or any message, was written so that only a machine reads it."""
    if _TAG_LETTERS.search(text) or _TURNED.search(line):
        return True
    if any(_decodes(found[0]) for found in _ENCODED.finditer(text)) or _PERCENT.search(text):
        return True
    if any(_READABLE.match(_unhexed(found[0])) for found in _HEX.finditer(text)):
        return True
    plain = _LEET_WORD.sub(lambda word: word[0].translate(_LEET), line)
    return plain != line and any(cue.search(plain) for cue in OVERRIDES[:2])


def _decodes(word: str) -> bool:
    """True for text in Base64."""
    try:
        raw = base64.b64decode(word + "=" * (-len(word) % 4), validate=True)
    except binascii.Error:
        return False
    return bool(_READABLE.match(raw.decode("latin-1")))


def _unhexed(digits: str) -> str:
    return bytes.fromhex("".join(digits.split())).decode("latin-1")


def _seen(text: str) -> str:
    """The text as it reads, for matching: lower case, plain letters, nothing that is not seen; line ends stay."""
    plain = visible(unescape(text))
    if not plain.isascii():
        plain = _PILE.sub("", unicodedata.normalize("NFKD", plain))
        plain = unicodedata.normalize("NFKC", plain)
        plain = _MIXED_WORD.sub(lambda word: word[0].translate(_LOOKALIKES), plain)
    lines = (" ".join(line.split()) for line in _EMPHASIS.sub("", plain).split("\n"))
    plain = _RUN.sub(r"\1\1\1", "\n".join(lines)).lower()
    return _SPACED_WORD.sub(lambda word: re.sub(r"[ .\-_]", "", word[0]), plain)


def _is_in(hidden: "re.Match[str]", start: int, end: int) -> bool:
    """True for a sentence with some of a hidden text in it, or made of nothing but the signs around it."""
    first, last = hidden.span(hidden.lastindex or 0)
    return max(start, first) + 1 < min(end, last) or (hidden.start() <= start and end <= hidden.end())
