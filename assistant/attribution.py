"""What a sentence calls its source, which is known from the bibliography and stands in no abstract."""

import re
from collections.abc import Iterable

from assistant.types import Paper


def without_attribution(text: str, papers: Iterable[Paper]) -> str:
    """The text less the names and years by which it calls these papers.

    `In 2021, Li and Song (2021)`, `Li et al. (2021)`, `Li et al.'s`, `Li (2021)`. A family name alone stays, because
    it may be a common word, and so does a year that is not the paper's.
    """
    for paper in papers:
        text = _called(paper).sub(" ", text) if paper.record.authors else text
    return " ".join(text.split())


def _called(paper: Paper) -> "re.Pattern[str]":
    record = paper.record
    family = "(?:" + "|".join(re.escape(author.family) for author in record.authors) + ")"
    year = (
        rf"(?:,?\s*(?:\({record.year}[a-z]?\)|\[{record.year}[a-z]?\]|{record.year}[a-z]?\b))"
        if record.year
        else "(?!)"
    )
    more = rf"(?:(?:,|,?\s+(?:and|&))\s+{family})"
    others = r"(?:,?\s+et\s+al\b\.?|\s+and\s+(?:colleagues|others))"
    before = rf"(?:\bin\s+{record.year},?\s+)?" if record.year else ""
    return re.compile(
        rf"{before}(?<!\w){family}(?:{more}*{others}{year}?|{more}*{year}|{more}+)(?:['’]s?)?(?!\w)",
        re.IGNORECASE,
    )
