"""Identifiers as a record keeps them: bare, lower case, without version."""

import re

_DOI = re.compile(
    # Old ones of Wiley's hold a serial's item number, `49:8<693::AID-ASI4>3.0.CO;2-O`; other angles are markup.
    r"\b(10\.\d{4,9}(?:\.\d{1,9}){0,5}/(?:[^\s\"<>{}|\\^]|<[\w.:-]*::[\w.:-]*>)+)",
    re.IGNORECASE,
)
_ARXIV = r"(?P<id>\d{4}\.\d{4,5}|[a-z][a-z.-]*/\d{7})(?:v\d+)?"
_BARE_ARXIV = re.compile(rf"(?:arxiv\s*:\s*)?{_ARXIV}", re.IGNORECASE)
_ARXIV_IN_TEXT = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv\s*:\s*|arxiv\s+preprint\s+|10\.48550/arxiv\.){_ARXIV}", re.IGNORECASE
)


def find_doi(text: str) -> str | None:
    """The first DOI in a text, also out of `https://doi.org/...`, bare and lower case."""
    match = _DOI.search(text.replace("\\_", "_").replace("%2F", "/").replace("%2f", "/"))
    return match[1].rstrip(".,;)").lower() if match else None


def arxiv_id(text: str) -> str | None:
    """Read a bare arXiv identifier, with or without `arXiv:` and version."""
    match = _BARE_ARXIV.fullmatch(text.strip())
    return match["id"].lower() if match else None


def find_arxiv_id(text: str) -> str | None:
    """The first arXiv identifier that a text names as one: an address, `arXiv:2305.14627`, or arXiv's own DOI."""
    match = _ARXIV_IN_TEXT.search(text)
    return match["id"].lower() if match else None
