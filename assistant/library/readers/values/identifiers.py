"""Identifiers as a record keeps them: bare, lower case, without version; and the numbers of books and serials."""

import re

_DOI = re.compile(
    # Old ones of Wiley's hold a serial's item number, `49:8<693::AID-ASI4>3.0.CO;2-O`; other angles are markup.
    r"\b(10\.\d{4,9}(?:\.\d{1,9}){0,5}/(?:[^\s\"<>{}|\\^]|<[\w.:-]*::[\w.:-]*>)+)",
    re.IGNORECASE,
)
_ARXIV = r"(?P<id>\d{4}\.\d{4,5}|[a-z][a-z.-]*/\d{7})(?:v\d+)?"
_BARE_ARXIV = re.compile(rf"(?:arxiv\s*:\s*)?{_ARXIV}", re.IGNORECASE)
_ARXIV_IN_TEXT = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv\s*:\s*|arxiv\s+preprint\s+|10\.48550/arxiv\.|^abs/){_ARXIV}", re.IGNORECASE
)

_ADDRESS_PARTS = re.compile(r"[?&=#]")
_PART_OF_A_PAPER = re.compile(
    r"(?:/(?:abstract|full|full-?text|e?pdf(?:direct)?|summary|references|meta|html)|\.(?:abstract|full|full-text|pdf|html))+/?$",
    re.IGNORECASE,
)
"""What publishers put behind the DOI in the address of a paper's page."""
_ENTRIES = "10.1002/central/"
"""How the DOIs of Cochrane's entries on trials begin, which are not those of the papers."""
_PUBMED = re.compile(
    r"(?:\bPMID\s*[:=]?\s*|pubmed\.ncbi\.nlm\.nih\.gov/|\bMEDLINE\s*:\s*"
    r"|ncbi\.nlm\.nih\.gov/(?:pubmed|entrez/\S*?list_uids=)[/?]*(?:term=)?)(\d{1,9})\b|\b(\d{1,9})\s*\[pmid\]",
    re.IGNORECASE,
)
_PMCID = re.compile(r"\bPMC\s*(\d{3,9})\b", re.IGNORECASE)
_BARE_PMCID = re.compile(r"(?:PMC)?\s*:?\s*(\d{1,9})(?:\.\d+)?/?", re.IGNORECASE)
_ISSN = re.compile(r"\d{4}-?\d{3}[\dX]", re.IGNORECASE)
_ISBN = re.compile(r"(?:97[89])?\d{9}[\dX]", re.IGNORECASE)


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


def doi_of_address(url: str) -> str | None:
    """The DOI in a web address: its path, or a parameter."""
    if "doi.org/" in url.lower():
        return find_doi(url)
    found = (_PART_OF_A_PAPER.sub("", doi) for part in _ADDRESS_PARTS.split(url) if (doi := find_doi(part)))
    return next((doi for doi in found if not doi.startswith(_ENTRIES)), None)


def find_pmid(text: str) -> str | None:
    """The PubMed number that a text names as one: `PMID: 123`, `123[pmid]` or PubMed's address."""
    match = _PUBMED.search(text)
    return (match[1] or match[2]).lstrip("0") or None if match else None


def find_pmcid(text: str) -> str | None:
    """The first PubMed Central identifier in a text: `PMC123`."""
    match = _PMCID.search(text)
    return f"PMC{match[1]}" if match else None


def pmcid(text: str) -> str | None:
    """`PMC123` out of that, with or without version, or of a bare number."""
    match = _BARE_PMCID.fullmatch(text.strip())
    return f"PMC{match[1]}" if match else None


def issns(text: str) -> list[str]:
    """The ISSNs in a text, each once, with their hyphens."""
    found = (token.replace("-", "").upper() for token in _tokens(text) if _ISSN.fullmatch(token))
    return list(dict.fromkeys(f"{digits[:4]}-{digits[4:]}" for digits in found))


def isbns(text: str) -> list[str]:
    """The ISBNs in a text, each once, as they are written."""
    whole = re.sub(r"^\W*is[bs]n\W*|\s*\([^()]*\)\s*$", "", text.strip(), flags=re.IGNORECASE)
    if _ISBN.fullmatch(re.sub(r"[\s-]", "", whole)):
        return [whole]
    return list(dict.fromkeys(token for token in _tokens(text) if _ISBN.fullmatch(token.replace("-", ""))))


def _tokens(text: str) -> list[str]:
    tokens = (token for token in re.split(r"[\s,;:()<>\\/]+", text) if token)
    return [re.sub(r"^e?is[bs]n-?", "", token, flags=re.IGNORECASE) for token in tokens]
