"""What a citation opens: the paper, the quote, and where it stands in the abstract."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote as encoded
from urllib.parse import urlsplit

from markupsafe import Markup

from assistant.types import Citation, Paper, Record, Source

__all__ = ["Cited", "Link", "cited", "link_of", "people_of"]

_MOST_PEOPLE = 8
_IN_DOI = "/:;()._-<>[]"
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ARXIV = re.compile(r"[\w.-]+(?:/\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a paper is on the web."""

    href: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """One paper behind a citation."""

    key: str
    title: Markup
    """With marks where it is what is quoted."""
    people: str
    """Authors, year and venue."""
    link: Link | None
    quotes: tuple[str, ...]
    """Quotes of the abstract; one of the title is marked there."""
    abstract: Markup
    """The whole, with the quotes marked; empty when there is none."""
    problem: str
    """What is wrong with a quote; empty when each stands where it says."""


def cited(key: str, paper: Paper | None, citations: Sequence[Citation]) -> Cited:
    """What is shown of one paper that is cited with these quotes."""
    if paper is None:
        return Cited(
            key=key,
            title=Markup("{}").format(key),
            people="",
            link=None,
            quotes=tuple(one.quote for one in citations),
            abstract=Markup(),
            problem="This paper is not in the library.",
        )
    lost = [one for one in citations if one.quote and not _is_exact(one, paper)]
    return Cited(
        key=key,
        title=_marked(paper.title, citations, "title", paper),
        people=people_of(paper),
        link=link_of(paper.record),
        quotes=tuple(dict.fromkeys(one.quote for one in citations if one.where == "abstract" or one in lost)),
        abstract=_marked(paper.abstract, citations, "abstract", paper),
        problem="A quote does not stand where it should in the stored text." if lost else "",
    )


def people_of(paper: Paper) -> str:
    """`Ida Nacht, Tom Berg (2023). Journal of Quiet Systems`."""
    record = paper.record
    names = [author.name for author in record.authors[:_MOST_PEOPLE]]
    people = ", ".join(names) + (" et al." if record.et_al or len(record.authors) > _MOST_PEOPLE else "")
    year = f"({record.year})" if record.year else ""
    return ". ".join(filter(None, (f"{people} {year}".strip(), record.venue or "")))


def link_of(record: Record) -> Link | None:
    """The paper's DOI, its page at arXiv or its address, when that is one of the web."""
    if record.doi and _DOI.fullmatch(record.doi):
        return Link(href=f"https://doi.org/{encoded(record.doi, safe=_IN_DOI)}", name=f"doi:{record.doi}")
    if record.arxiv_id and _ARXIV.fullmatch(record.arxiv_id):
        return Link(href=f"https://arxiv.org/abs/{record.arxiv_id}", name=f"arXiv:{record.arxiv_id}")
    url = (record.url or "").strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and host and not re.search(r"[\s<>\"\\]", url)
    return Link(href=url, name=str(host)) if is_web else None


def _is_exact(citation: Citation, paper: Paper) -> bool:
    text = paper.abstract if citation.where == "abstract" else paper.title
    return 0 <= citation.start < citation.end <= len(text) and text[citation.start : citation.end] == citation.quote


def _marked(text: str, citations: Iterable[Citation], where: Source, paper: Paper) -> Markup:
    """The text with `<mark>` around what is quoted; quotes that overlap are one mark."""
    pieces = []
    end = 0
    for start, stop in _merged((c.start, c.end) for c in citations if c.where == where and _is_exact(c, paper)):
        pieces.append(Markup("{}<mark>{}</mark>").format(text[end:start], text[start:stop]))
        end = stop
    pieces.append(Markup("{}").format(text[end:]))
    return Markup().join(pieces)


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
