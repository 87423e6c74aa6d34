"""Reference lines in plain text."""

from assistant.types import Author, Paper, Reference

_MOST_AUTHORS = 6


def reference(paper: Paper, year: str = "") -> Reference:
    """`Family, Given; Family, Given (2023). Title. Venue. doi:10...`, with what is known.

    Args:
        paper: What is referred to.
        year: As the text cites it, when that is more than the year: `2023a`.
    """
    record = paper.record
    year = year or str(record.year or "n.d.")
    parts = [f"{_authors(record.authors, et_al=record.et_al)} ({year})", record.title.rstrip(".")]
    if record.venue:
        parts.append(record.venue)
    if record.doi:
        parts.append(f"https://doi.org/{record.doi}")
    elif record.arxiv_id:
        parts.append(f"arXiv:{record.arxiv_id}")
    elif record.url:
        parts.append(record.url)
    text = "".join(part + (" " if part.endswith(("?", "!")) else ". ") for part in parts[:-1]) + parts[-1]
    return Reference(key=paper.key, text=text)


def short_name(paper: Paper) -> str:
    """As a sentence names its source: `Li et al. (2023)`, `Li and Song (2024)`, `Li`."""
    name = author_names(paper)
    return f"{name} ({paper.record.year})" if paper.record.year else name


def author_names(paper: Paper) -> str:
    """The same without the year: `Li et al.`; the title in quotation marks when no author is known."""
    record = paper.record
    families = [author.family for author in record.authors]
    if not families:
        return f"“{record.title}”"
    if len(families) == 1 and not record.et_al:
        return families[0]
    if len(families) == 2 and not record.et_al:  # noqa: PLR2004 - because two is a pair
        return f"{families[0]} and {families[1]}"
    return f"{families[0]} et al."


def _authors(authors: tuple[Author, ...], *, et_al: bool) -> str:
    if not authors:
        return "Anonymous"
    names = [one.inverted for one in authors[:_MOST_AUTHORS]]
    more = " et al." if et_al or len(authors) > _MOST_AUTHORS else ""
    return "; ".join(names) + more
