"""Preprints that a draft cites and that have appeared since."""

import re
from collections.abc import Iterator, Sequence

from assistant.library.published import is_published
from assistant.library.sameness.identifiers import identifiers_of
from assistant.library.sameness.judging import judge
from assistant.library.sameness.venues import is_preprint
from assistant.library.sameness.works import Work
from assistant.retrieve import Lookup, Search, find_papers
from assistant.types import Filter, Paper, Record

_CANDIDATES = 8
_ARXIV_YEAR = re.compile(r"(\d\d)(?:0[1-9]|1[0-2])\.\d{4,5}")
_WITHDRAWN = re.compile(
    r"^\W*(?:retracted|withdrawn|retraction(?: notice)?|removed)\b\s*(?:article|paper)?\s*[:\-–\]]", re.IGNORECASE
)
_BETWEEN = (
    r"(?:\s+et\s+al\b\.?|,?\s+(?:and|&|\\&)\s+[^\W\d_][\w'’-]*|\s+and\s+(?:colleagues|others))?(?:['’]s)?,?[\s~]*[(\[]?"
)
_FIRST_CENTURY = 2000


def published_version(paper: Paper, search: Search, lookup: Lookup) -> Paper | None:
    """The published version of a preprint, when the library has it under another key."""
    if not is_preprint(paper.record) or not paper.title.strip():
        return None
    work = Work(paper.record)
    found = find_papers(paper.title, search=search, lookup=lookup, limit=_CANDIDATES, where=Filter())
    others = (one.paper for one in found if one.paper.key != paper.key and is_published(one.paper.record))
    return next((one for one in others if judge(work, Work(one.record)).outcome == "same"), None)


def is_withdrawn(paper: Paper) -> bool:
    """True when a paper's title says that it was retracted."""
    return _WITHDRAWN.match(paper.title) is not None


def years_of_preprint(now: Paper, records: Sequence[Record]) -> frozenset[int]:
    """Years by which the preprint of a published paper may be called, its own year not among them."""
    years = {one.year for one in records if one.year and is_preprint(one)}
    for one in (now.record, *records):
        found = _ARXIV_YEAR.match(identifiers_of(one).arxiv_id or "")
        years |= {_FIRST_CENTURY + int(found[1])} if found else set()
    return frozenset(years) - {now.record.year} if now.record.year else frozenset()


def years_said(
    source: str, start: int, end: int, paper: Paper, years: frozenset[int], others: Sequence[Paper]
) -> Iterator[tuple[int, int]]:
    """Where a sentence calls a paper by its first author and one of these years: `Li et al. (2023)`, `Li, 2023`.

    Nowhere when another paper that it cites has an author of that name.
    """
    family = paper.record.authors[0].family if paper.record.authors else ""
    if not family or any(family in {author.family for author in one.record.authors} for one in others):
        return
    said = "|".join(str(year) for year in sorted(years))
    pattern = re.compile(rf"(?<!\w){re.escape(family)}{_BETWEEN}(?P<year>{said})(?![\d\w])")
    for found in pattern.finditer(source, start, end):
        yield found.span("year")
