"""What the library file repeats of a record, so that papers are found without reading their records."""

from assistant.text import fold, title_fingerprint
from assistant.types import Record

COLUMNS = ("doi", "arxiv_id", "pmid", "fingerprint", "family", "year", "authors", "venue")
"""Columns of `papers`."""


def columns_of(record: Record) -> list[object]:
    """The values of `COLUMNS`."""
    family = fold(record.authors[0].family) if record.authors else ""
    people = "\n".join(fold(author.name) for author in record.authors)
    venue = fold("\n".join(part for part in (record.venue, record.category) if part))
    fingerprint = title_fingerprint(record.title)
    return [record.doi, record.arxiv_id, record.pmid, fingerprint, family, record.year, people, venue]
