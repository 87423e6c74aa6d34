"""Mark what is quoted in a text, and what a right answer rests on, at offsets in code points."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

__all__ = ["Quoted", "find", "highlight"]

Range = tuple[int, int]
"""Start and end in code points, the end not included."""

_NOTHING = Markup()
_GAP = Markup(' <span class="gap">[…]</span> ')
_LONGEST_WORD = 40
_REST_OF_WORD = re.compile(rf"\S{{0,{_LONGEST_WORD}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A stretch of a text that sentences quote."""

    start: int
    end: int
    by: frozenset[int]
    """Numbers of the sentences, from 1."""


def highlight(text: str, quotes: Iterable[Quoted], gold: Iterable[Range] = (), *, context: int | None = None) -> Markup:
    """Put a text into HTML with `<mark>` around what is quoted and `<u class="gold">` around the gold spans.

    Quotes that overlap become one mark, which names the sentences of all. A gold span that crosses the edge of a mark
    is underlined inside it and outside. Ranges that are empty or not in the text are left out.

    Args:
        text: any text; it is escaped.
        quotes: in any order.
        gold: in any order.
        context: code points to keep around each mark and gold span, the rest giving way to an ellipsis; the text
            begins there when nothing is marked. None: keep all.
    """
    marks = _merged_quotes(one for one in quotes if 0 <= one.start < one.end <= len(text))
    underlined = _merged(one for one in gold if 0 <= one[0] < one[1] <= len(text))
    islands = _merged([*((one.start, one.end) for one in marks), *underlined])
    shown = [(0, len(text))] if context is None else _around(text, islands, context)
    pieces = [_marked(text, one, marks, underlined) for one in shown]
    before = _GAP if shown[0][0] > 0 else _NOTHING
    after = _GAP if shown[-1][1] < len(text) else _NOTHING
    return before + _GAP.join(pieces) + after


def find(text: str, part: str) -> Range | None:
    """Where a part stands in a text, however its words are spaced; None when it is not there."""
    words = part.split()
    if not words:
        return None
    found = re.search(r"\s+".join(map(re.escape, words)), text)
    return found.span() if found else None


def _marked(text: str, shown: Range, marks: Sequence[Quoted], gold: Sequence[Range]) -> Markup:
    """One shown stretch; a mark is inside it or outside, never across its edge."""
    pieces = []
    position, end = shown
    for mark in marks:
        if not position <= mark.start < end:
            continue
        pieces.append(_underlined(text, position, mark.start, gold))
        by = " ".join(map(str, sorted(mark.by)))
        inner = _underlined(text, mark.start, mark.end, gold)
        pieces.append(Markup('<mark data-by="{}">{}</mark>').format(by, inner))
        position = mark.end
    pieces.append(_underlined(text, position, end, gold))
    return _NOTHING.join(pieces)


def _underlined(text: str, start: int, end: int, gold: Sequence[Range]) -> Markup:
    pieces = []
    position = start
    for gold_start, gold_end in gold:
        low, high = max(gold_start, start), min(gold_end, end)
        if low < high:
            pieces.append(Markup("{}").format(text[position:low]))
            pieces.append(Markup('<u class="gold">{}</u>').format(text[low:high]))
            position = high
    pieces.append(Markup("{}").format(text[position:end]))
    return _NOTHING.join(pieces)


def _merged_quotes(quotes: Iterable[Quoted]) -> list[Quoted]:
    merged: list[Quoted] = []
    for one in sorted(quotes, key=lambda quote: (quote.start, quote.end)):
        last = merged[-1] if merged else None
        if last and one.start < last.end:
            merged[-1] = Quoted(start=last.start, end=max(last.end, one.end), by=last.by | one.by)
        else:
            merged.append(one)
    return merged


def _merged(ranges: Iterable[Range]) -> list[Range]:
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _around(text: str, islands: Sequence[Range], context: int) -> list[Range]:
    """What is shown of a long text: whole words around the islands, or its beginning when there are none."""
    if not islands:
        return [(0, _word_end(text, 2 * context))]
    return _merged((_word_start(text, start - context), _word_end(text, end + context)) for start, end in islands)


def _word_start(text: str, position: int) -> int:
    """The beginning of the word that a position is in; the position itself when the word is a very long one."""
    if position <= 0:
        return 0
    lowest = max(0, position - _LONGEST_WORD)
    space = max(text.rfind(space, lowest, position) for space in " \n\t")
    return position if space < 0 else space + 1


def _word_end(text: str, position: int) -> int:
    found = _REST_OF_WORD.match(text, min(position, len(text)))
    return found.end() if found else position
