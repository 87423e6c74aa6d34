"""Where the sentences of scientific prose begin and end, as offsets into the text."""

import re
from collections import deque

from vectorstore.text import encodable

__all__ = ["split_sentences"]

_NUMBERED = (
    r"(?:tab|tabs|eq|eqs|eqn|eqns|prop|thm|alg|algs|app|ch|chap|sect|sects|sec|secs|fig|figs|ref|refs|def|lem|cor"
    r"|ex|vol|no|nos|suppl|supp|ed|eds|approx|avg|max|min|incl|ca|art|p|pp)"
)
_BEFORE_A_NUMBER = re.compile(rf"\b{_NUMBERED}\.$", re.IGNORECASE)
_A_NUMBER = re.compile(r"[(\[~≈<>±]?\s?(?:\d|[B-HJ-Z]\b|A\b(?=[.,;)])|[IVX]{2,}\b)")
_NEVER_LAST = re.compile(
    r"\b(?:(?:resp|spp|cf|viz|vs|e\.\s?g|i\.\s?e|w\.r\.t|a\.k\.a|et|suppl|incl|excl|esp)\.|(?:yahoo|jeopardy)!)$",
    re.IGNORECASE,
)
_A_WORD_AFTER_ALL = re.compile(r"(?<=\s)(?:no|art|may|min)\.(?=\s+[A-Z][a-z])")
"""A word that is an abbreviation before a number, and before a word in capitals ends its sentence."""
_MAY_GO_ON = re.compile(r"[?!][\"'”’)]*$")
"""A name, a title or a quotation; a word in small letters after it belongs to the same sentence."""
_NEVER_FIRST = re.compile(r"[,;:)\]]|%(?=[,.;)]|\s[a-z])|al\.")
_ITEM_NUMBER = re.compile(r"(?<=\s)\((\d{1,2}|[a-z]|[ivx]{1,4})\)(?=\s)")
_MATH = re.compile(
    r"\$\$.{1,1000}?\$\$|\$(?!\s)[^$]{1,500}(?<!\s)\$(?!\d)|\\\(.{1,500}?\\\)|\\\[.{1,1000}?\\\]", re.DOTALL
)
"""TeX in text. As in pandoc, a dollar opens before a non-space and closes after one, so prices are not mathematics."""


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Find the sentences of a text.

    sentencex decides; what it does not know about scientific writing (numbered things, TeX, some abbreviations)
    is put together again afterwards.

    Returns:
        `(start, end)` offsets without outer white space, in order, not overlapping. Everything outside them is
        white space. Empty for a text without visible characters.
    """
    from sentencex import get_sentence_boundaries

    # sentencex starts a list at every "(2)"; in prose such a number stands inside a sentence. The length stays.
    prose = encodable(_ITEM_NUMBER.sub(r"_\1_", text))
    found = [(piece["start_index"], piece["end_index"]) for piece in get_sentence_boundaries("en", prose)]
    pieces = [span for start, end in _cut(prose, found) if (span := _stripped(text, start, end))]
    formulas = deque(match.span() for match in _MATH.finditer(text))
    sentences: list[tuple[int, int]] = []
    for start, end in pieces:
        while formulas and formulas[0][1] <= start:
            formulas.popleft()
        in_formula = bool(formulas) and formulas[0][0] < start
        if sentences and (in_formula or _belong_together(text, sentences[-1], (start, end))):
            sentences[-1] = (sentences[-1][0], end)
        else:
            sentences.append((start, end))
    return sentences


def _cut(prose: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pieces with their ends at words that look like abbreviations and are none."""
    pieces: list[tuple[int, int]] = []
    for start, end in found:
        ends = [match.end() for match in _A_WORD_AFTER_ALL.finditer(prose, start, end)]
        pieces += zip([start, *ends], [*ends, end], strict=True)
    return pieces


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    visible = piece.strip()
    if not visible:
        return None
    first = start + len(piece) - len(piece.lstrip())
    return first, first + len(visible)


def _belong_together(text: str, left: tuple[int, int], right: tuple[int, int]) -> bool:
    """True when the boundary between two pieces is not the end of a sentence."""
    if "\n\n" in text[left[1] : right[0]]:
        return False
    before, after = text[max(left[0], left[1] - 12) : left[1]], text[right[0] : right[0] + 24]
    if _NEVER_FIRST.match(after) or _NEVER_LAST.search(before):
        return True
    if after[:1].islower() and _MAY_GO_ON.search(before):
        return True
    return bool(_BEFORE_A_NUMBER.search(before) and _A_NUMBER.match(after))
