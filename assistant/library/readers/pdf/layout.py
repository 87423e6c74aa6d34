"""Lines of a PDF's page, put together from the pieces of text that stand on it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_BOLD = 600
_SAME_LINE = 0.5
"""How much of the lower of two pieces stands beside the other when they are on one line."""
_WORD_GAP = 0.12
_COLUMN_GAP = 1.3
"""In sizes of the letters."""
_RAISED = 0.2
_SMALL = 0.82
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_SOFT_HYPHENS = "\u00ad\ufffe\u0002"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Letters of one size and weight that stand side by side."""

    text: str
    size: float
    """Height of its letters in points."""
    is_bold: bool
    is_turned: bool
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """A line of a page, in one column of it."""

    text: str
    marked: str
    """The text without raised small letters, such as the numbers behind an author's name, which become commas."""
    size: float
    is_bold: bool
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands on a page, from its top to its bottom; lines of several columns take turns."""

    width: float
    height: float
    lines: tuple[PageLine, ...]
    turned: str
    """Text that is written along an edge."""


def page_of(found: Mapping[str, object]) -> Page:
    """A page from what the worker prints of it."""
    pieces = found.get("runs")
    runs = [_run(piece) for piece in pieces if isinstance(piece, Mapping)] if isinstance(pieces, list) else []
    level = [run for run in runs if not run.is_turned and run.text.strip()]
    return Page(
        width=_number(found.get("width")),
        height=_number(found.get("height")),
        lines=tuple(_lines(level)),
        turned=" ".join(" ".join(run.text for run in runs if run.is_turned).split()),
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _run(piece: Mapping[str, object]) -> Run:
    box = piece.get("box")
    left, bottom, right, top = (_number(one) for one in box) if isinstance(box, list) else (0.0, 0.0, 0.0, 0.0)
    return Run(
        text=plain_text(str(piece.get("text", ""))),
        size=_number(piece.get("size")),
        is_bold=_number(piece.get("weight")) >= _BOLD,
        is_turned=bool(piece.get("turned")),
        left=left,
        bottom=bottom,
        right=right,
        top=top,
    )


def plain_text(text: str) -> str:
    """Text of a PDF as Unicode has it: no ligatures, no control characters, no halves of characters."""
    whole = text.encode("utf-16", errors="surrogatepass").decode("utf-16", errors="replace")
    for hyphen in _SOFT_HYPHENS:
        whole = whole.replace(hyphen, "\u00ad")
    shown = "".join(" " if unicodedata.category(char) == "Cc" else char for char in whole)
    return unicodedata.normalize("NFC", shown.translate(_LIGATURES))


def _lines(runs: Sequence[Run]) -> list[PageLine]:
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.top, run.left)):
        row = next((row for row in reversed(rows[-8:]) if _is_beside(row, run)), None)
        if row is None:
            rows.append([run])
        else:
            row.append(run)
    lines = [_line(piece) for row in rows for piece in _pieces(sorted(row, key=lambda run: run.left))]
    return sorted(lines, key=lambda line: (-round(line.bottom), line.left))


def _is_beside(row: Sequence[Run], run: Run) -> bool:
    tallest = max(row, key=lambda one: one.size)
    shared = min(tallest.top, run.top) - max(tallest.bottom, run.bottom)
    return shared >= _SAME_LINE * min(tallest.top - tallest.bottom, run.top - run.bottom)


def _pieces(row: Sequence[Run]) -> Iterable[list[Run]]:
    """The runs of a row, apart where a gap is as wide as between columns."""
    piece: list[Run] = []
    for run in row:
        if piece and run.left - max(one.right for one in piece) > _COLUMN_GAP * max(run.size, piece[-1].size):
            yield piece
            piece = []
        piece.append(run)
    if piece:
        yield piece


def _line(runs: Sequence[Run]) -> PageLine:
    tall = max(runs, key=lambda run: len(run.text.strip()) * run.size)
    text = marked = ""
    last: Run | None = None
    for run in runs:
        gap = " " if last is not None and run.left - last.right > _WORD_GAP * tall.size else ""
        is_raised = run.size < _SMALL * tall.size and run.bottom > tall.bottom + _RAISED * tall.size
        text += gap + run.text
        marked += " , " if is_raised else gap + run.text
        last = run
    return PageLine(
        text=" ".join(text.split()),
        marked=" ".join(marked.split()),
        size=tall.size,
        is_bold=tall.is_bold,
        left=min(run.left for run in runs),
        bottom=tall.bottom,
        right=max(run.right for run in runs),
        top=tall.top,
    )


def joined(lines: Iterable[str]) -> str:
    """The text of lines that follow one another, words that were broken at their ends put together."""
    pieces = list(lines)
    whole = " ".join(pieces)
    text = ""
    for line in pieces:
        last = re.search(r"(\w+)([-\u00ad\u2010])$", text)
        if last and line[:1].islower():
            first = re.match(r"(\w+)(-?)", line)
            compound = f"{last[1]}-{first[1] if first else ''}"
            # A hyphen stays in a chain of words, and where the same compound stands inside another line.
            stays = compound in whole or bool(first and first[2])
            text = text[:-1] + ("-" if stays else "") + line
        else:
            gap = "" if text.endswith(("-", "\u2010")) else " "
            text = text.rstrip("\u00ad") + gap + line
    return " ".join(text.replace("\u00ad", "").split())


def pitch(lines: Sequence[PageLine]) -> float:
    """The usual distance from one line to the next, in points."""
    steps = [one.bottom - two.bottom for one, two in pairwise(lines)]
    forward = [step for step in steps if step > 0]
    return median(forward) if forward else 1.2 * (lines[0].size if lines else 10)
