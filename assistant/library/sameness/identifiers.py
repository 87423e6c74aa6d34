"""Identifiers of a paper, and what two sets of them say."""

import re
from dataclasses import dataclass

from assistant.library.sameness.venues import is_preprint_doi
from assistant.types import Record

_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)")
_TRIAL = re.compile(
    r"\b(?:nct\d{8}|isrctn\d{6,8}|actrn\d{14}|chictr-?[a-z0-9-]*\d{6,}|ctri/\d{4}/\d+/\d+|drks\d{8}|euctr\d{4}-\d{6}-\d\d"
    r"|irct[a-z0-9]{8,}|jprn-[a-z0-9]+|pactr\d{15,16}|umin\d{9})\b"
)
_VERSION = re.compile(r"(?:[./]v\d+|v\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """Bare and lower case; None when not known."""

    doi: str | None
    """Without the version that preprint servers put behind it."""
    arxiv_id: str | None
    pmid: str | None
    trial: str | None
    """Under which a clinical trial is registered, of a record of the registration itself."""

    @property
    def has_preprint_doi(self) -> bool:
        """True when the published version has another DOI."""
        return is_preprint_doi(self.doi)

    def shared(self, other: "Identifiers") -> str:
        """Name of an identifier that both have; empty when they share none."""
        named = (("DOI", self.doi, other.doi), *self._beside(other))
        return next((name for name, ours, theirs in named if ours and ours == theirs), "")

    def contradicts(self, other: "Identifiers") -> str:
        """Name of an identifier by which they are two papers; empty when there is none.

        A preprint's DOI contradicts no published one.
        """
        preprints = self.has_preprint_doi + other.has_preprint_doi
        if self.doi and other.doi and self.doi != other.doi and preprints != 1:
            return "DOI"
        named = self._beside(other)
        return next((name for name, ours, theirs in named if ours and theirs and ours != theirs), "")

    def _beside(self, other: "Identifiers") -> tuple[tuple[str, str | None, str | None], ...]:
        return (
            ("arXiv id", self.arxiv_id, other.arxiv_id),
            ("PubMed id", self.pmid, other.pmid),
            ("trial registration", self.trial, other.trial),
        )


def identifiers_of(record: Record) -> Identifiers:
    """The identifiers of a record; arXiv's own DOI is its arXiv id."""
    doi = record.doi.strip().lower() if record.doi else None
    arxiv_id = record.arxiv_id.strip().lower() if record.arxiv_id else None
    found = _ARXIV_DOI.fullmatch(doi) if doi else None
    if found:
        arxiv_id = arxiv_id or found[1]
    if doi and is_preprint_doi(doi):
        doi = _VERSION.sub("", doi)
    return Identifiers(
        doi=doi,
        arxiv_id=_VERSION.sub("", arxiv_id) if arxiv_id else None,
        pmid=record.pmid.strip() if record.pmid else None,
        trial=_trial(record),
    )


def _trial(record: Record) -> str | None:
    """The registration's number where a registry stands for the journal; articles name it elsewhere."""
    found = _TRIAL.search(record.venue.lower()) if record.venue else None
    return found[0] if found else None
