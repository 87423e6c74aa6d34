"""Sentences that their author asks not to be checked, in a comment of the draft.

`citewell: ignore` behind a sentence or in it means that sentence; alone on a line it means the sentence that begins,
or goes on, on the next line with text. `citewell: ignore-start` and `citewell: ignore-end` mean all between them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.types import DraftSentence, Paragraph

_ASKED = re.compile(r"\bcitewell\s*:\s*ignore(?:-(?P<side>start|end))?(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A comment that asks for sentences to be left out of the checks."""

    start: int
    end: int
    side: str = ""
    """`start` or `end` of a stretch; empty for one sentence."""


def mark_of(comment: str, start: int, end: int) -> Mark | None:
    """What a comment at `source[start:end]` asks, if it asks anything."""
    asked = _ASKED.search(comment)
    return Mark(start=start, end=end, side=(asked["side"] or "").lower()) if asked else None


def marked(paragraphs: Sequence[Paragraph], marks: Sequence[Mark], source: str) -> tuple[Paragraph, ...]:
    """The paragraphs with the sentences that the marks mean as ignored."""
    if not marks:
        return tuple(paragraphs)
    sentences = sorted({one.start: one for paragraph in paragraphs for one in paragraph.sentences}.items())
    starts = [start for start, _ in sentences]
    ordered = [one for _, one in sentences]
    chosen = {one.start for mark in marks if not mark.side and (one := _meant(mark, ordered, starts, source))}
    for first, last in _stretches(marks, len(source)):
        chosen.update(starts[bisect_left(starts, first) : bisect_left(starts, last)])
    return tuple(
        replace(
            paragraph,
            sentences=tuple(replace(one, is_ignored=one.start in chosen) for one in paragraph.sentences),
        )
        for paragraph in paragraphs
    )


def _meant(mark: Mark, ordered: list[DraftSentence], starts: list[int], source: str) -> DraftSentence | None:
    line_start = source.rfind("\n", 0, mark.start) + 1
    line_end = _line_end(source, mark.end)
    if source[line_start : mark.start].strip() or source[mark.end : line_end].strip():
        before = bisect_left(starts, mark.start) - 1
        if before >= 0 and ordered[before].end > line_start:
            return ordered[before]
        first, last = mark.end, line_end
    else:
        text = re.compile(r"\S").search(source, mark.end)
        first = text.start() if text else len(source)
        last = _line_end(source, first)
        before = bisect_left(starts, first) - 1
        if before >= 0 and ordered[before].end > first:
            return ordered[before]
    after = bisect_left(starts, first)
    return ordered[after] if after < len(ordered) and starts[after] < last else None


def _line_end(source: str, place: int) -> int:
    end = source.find("\n", place)
    return len(source) if end < 0 else end


def _stretches(marks: Sequence[Mark], length: int) -> Iterable[tuple[int, int]]:
    """Where each stretch begins and ends; one that is not ended goes on to the end of the draft."""
    began: int | None = None
    for mark in sorted(marks, key=lambda one: one.start):
        if mark.side == "start" and began is None:
            began = mark.end
        elif mark.side == "end" and began is not None:
            yield began, mark.start
            began = None
    if began is not None:
        yield began, length
