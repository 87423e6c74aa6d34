"""What a sentence calls its source, which is known from the bibliography and stands in no abstract."""

import re
from collections.abc import Iterable

from assistant.text import fold
from assistant.types import Paper


def without_attribution(text: str, papers: Iterable[Paper]) -> str:
    """The text less the names and years by which it calls these papers.

    `In 2021, Li and Song (2021)`, `Li et al. (2021)`, `Li et al.'s`, `Li (2021)`. A family name alone stays, because
    it may be a common word, and so does a year that is not the paper's.
    """
    named = [paper for paper in papers if any(author.family for author in paper.record.authors)]
    # With their years first: of two papers by the same people each loses its own.
    for pattern in [_called(paper, dated=True) for paper in named if paper.record.year]:
        text = pattern.sub(" ", text)
    for paper in named:
        text = _called(paper).sub(" ", text)
    return " ".join(text.split())


def others_called(text: str, papers: Iterable[Paper]) -> tuple[str, ...]:
    """The people whom a text calls `Li et al.` and who wrote none of these papers, in order."""
    families = fold(" ".join(author.family for paper in papers for author in paper.record.authors))
    names = dict.fromkeys(match.group(1) for match in _AND_OTHERS.finditer(text))
    return tuple(name for name in names if fold(name) not in families)


def years_called(text: str) -> tuple[str, ...]:
    """The years in brackets by which a text calls papers, `Li et al. (2019)`, in order."""
    return tuple(match.group(1) for match in _YEAR_IN_BRACKETS.finditer(text))


_AND_OTHERS = re.compile(r"(?<!\w)([^\W\d_a-z][\w'’-]{0,60}),?\s+et\s+al\b")
_YEAR_IN_BRACKETS = re.compile(r"[(\[]((?:19|20)\d\d)[a-z]?[)\]]")


def _called(paper: Paper, *, dated: bool = False) -> "re.Pattern[str]":
    """How a paper may be called; if `dated` only together with its year."""
    record = paper.record
    family = "(?:" + "|".join(re.escape(author.family) for author in record.authors if author.family) + ")"
    year = (
        rf"(?:,?\s*(?:\({record.year}[a-z]?\)|\[{record.year}[a-z]?\]|{record.year}[a-z]?\b))"
        if record.year
        else "(?!)"
    )
    more = rf"(?:(?:,|,?\s+(?:and|&))\s+{family})"
    others = r"(?:,?\s+et\s+al\b\.?|\s+and\s+(?:colleagues|others))"
    before = rf"(?:\bin\s+{record.year},?\s+)?" if record.year else ""
    undated = rf"|{more}*{others}|{more}+" if not dated else ""
    return re.compile(
        rf"{before}(?<!\w){family}(?:{more}*{others}?{year}{undated})(?:['’]s?)?(?!\w)",
        re.IGNORECASE,
    )
