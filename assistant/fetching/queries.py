"""What a user asks a service for: `openalex:citation faithfulness`, `arxiv:2305.14627`, `doi:10.1000/xyz`."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from assistant.errors import UsageError
from assistant.library.readers.values.identifiers import find_doi

_EXAMPLES = {
    "openalex": 'openalex:"citation faithfulness", openalex:W2741809807',
    "arxiv": 'arxiv:2305.14627, arxiv:"citation faithfulness"',
    "doi": "doi:10.1000/xyz",
    "crossref": 'crossref:"citation faithfulness"',
    "pubmed": 'pubmed:31452104, pubmed:"citation accuracy"',
    "s2": 's2:"citation faithfulness", s2:arXiv:2305.14627',
}
"""The services' names, and what can be asked of each."""
_ADDRESSES = (
    (re.compile(r"https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/(.+?)(?:\.pdf)?", re.IGNORECASE), "arxiv"),
    (re.compile(r"https?://(?:dx\.)?doi\.org/(.+)", re.IGNORECASE), "doi"),
    (re.compile(r"https?://pubmed\.ncbi\.nlm\.nih\.gov/(\d+)/?", re.IGNORECASE), "pubmed"),
    (re.compile(r"https?://(?:api\.)?openalex\.org/(?:works/)?(W\d+)", re.IGNORECASE), "openalex"),
    (re.compile(r"https?://(?:www\.)?semanticscholar\.org/paper/(?:[^/]+/)?([0-9a-f]{40})", re.IGNORECASE), "s2"),
)
"""Pages of a single paper, as a browser shows their addresses."""
_ARXIV = r"(?:arxiv:)?((?:\d{4}\.\d{4,5}|[a-z][a-z.-]*/\d{7})(?:v\d+)?)"
_OPENALEX = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:works/)?)?(W\d+)", re.IGNORECASE)
_S2_ID = re.compile(r"[0-9a-f]{40}", re.IGNORECASE)
_S2_PREFIXED = re.compile(r"(CorpusId|DOI|ARXIV|MAG|ACL|PMID|PMCID|URL):(\S+)", re.IGNORECASE)
_S2_NAMES = {"corpusid": "CorpusId"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked of which service."""

    service: str
    written: str
    """As the user wrote it."""
    words: str
    """What follows the service's name."""
    ids: tuple[str, ...] = ()
    """The papers asked for, in the service's own writing; empty for a search."""


def is_query(text: str) -> bool:
    """True for what is asked of a service; a file or folder of that name is meant instead when there is one."""
    return _parts(text) is not None and not os.path.lexists(text)


def parsed(text: str) -> Query:
    """Understand a query.

    Raises:
        UsageError: It is none, or asks for nothing, or for what its service does not have.
    """
    parts = _parts(text)
    if parts is None:
        examples = "; ".join(_EXAMPLES.values())
        raise UsageError(f"{text!r} asks no service that Citewell knows. Examples: {examples}")
    service, words = parts
    if not words.strip("\"' "):
        raise UsageError(f"{text!r} asks for nothing. Examples: {_EXAMPLES[service]}")
    ids = _READ_IDS[service](words)
    if service == "doi" and not ids:
        raise UsageError(f"{text!r} has no DOI, which begins with `10.`. To search for words: crossref:{words!r}")
    return Query(service=service, written=text, words=words, ids=ids)


def _parts(text: str) -> tuple[str, str] | None:
    """Name of the service, and what is asked of it."""
    for address, service in _ADDRESSES:
        if match := address.fullmatch(text.strip()):
            return service, unquote(match[1])
    name, colon, words = text.partition(":")
    service = name.strip().lower()
    return (service, " ".join(words.split())) if colon and service in _EXAMPLES else None


def _openalex_ids(words: str) -> tuple[str, ...]:
    if match := _OPENALEX.fullmatch(words):
        return (match[1].upper(),)
    doi = _only_doi(words)
    return (f"doi:{doi}",) if doi else ()


def _arxiv_ids(words: str) -> tuple[str, ...]:
    found = [re.fullmatch(_ARXIV, word, re.IGNORECASE) for word in _listed(words)]
    return tuple(dict.fromkeys(match[1] for match in found if match)) if all(found) else ()


def _doi_ids(words: str) -> tuple[str, ...]:
    doi = find_doi(words)
    return (doi,) if doi else ()


def _pubmed_ids(words: str) -> tuple[str, ...]:
    numbers = [word.lower().removeprefix("pmid:") for word in _listed(words)]
    return tuple(dict.fromkeys(numbers)) if all(number.isascii() and number.isdigit() for number in numbers) else ()


def _s2_ids(words: str) -> tuple[str, ...]:
    if _S2_ID.fullmatch(words):
        return (words.lower(),)
    if match := _S2_PREFIXED.fullmatch(words):
        return (f"{_S2_NAMES.get(match[1].lower(), match[1].upper())}:{match[2]}",)
    if match := re.fullmatch(_ARXIV, words, re.IGNORECASE):
        return (f"ARXIV:{match[1].partition('v')[0]}",)
    doi = _only_doi(words)
    return (f"DOI:{doi}",) if doi else ()


def _crossref_ids(words: str) -> tuple[str, ...]:
    doi = _only_doi(words)
    return (doi,) if doi else ()


def _only_doi(words: str) -> str | None:
    """The DOI when nothing else is asked for."""
    return find_doi(words) if " " not in words else None


def _listed(words: str) -> list[str]:
    """Pieces between spaces, commas and semicolons."""
    return [word for word in re.split(r"[\s,;]+", words) if word]


_READ_IDS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "openalex": _openalex_ids,
    "arxiv": _arxiv_ids,
    "doi": _doi_ids,
    "crossref": _crossref_ids,
    "pubmed": _pubmed_ids,
    "s2": _s2_ids,
}
