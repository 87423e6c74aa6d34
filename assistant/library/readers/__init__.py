"""Readers: from a source file to records.

A reader knows one format. It is chosen by what a source holds, not by the name of its file.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Protocol

from assistant.library.readers.bibtex import BibtexReader
from assistant.library.readers.content import Content
from assistant.library.readers.jsonl import JSON_READERS
from assistant.library.readers.listing import ListingReader
from assistant.library.readers.medline import MedlineReader
from assistant.library.readers.ovid import OvidReader
from assistant.library.readers.pdf import PdfReader
from assistant.library.readers.refer import ReferReader
from assistant.library.readers.refworks import RefWorksReader
from assistant.library.readers.ris import RisReader
from assistant.library.readers.tables import TableReader
from assistant.library.readers.workbook import WorkbookReader
from assistant.library.readers.wos import WebOfScienceReader
from assistant.library.readers.xml_readers import XML_READERS
from assistant.types import Record, Skipped

__all__ = ["FORMATS", "READERS", "Reader"]


class Reader(Protocol):
    """One format of bibliographic records."""

    @property
    def name(self) -> str:
        """What `--format` calls it."""
        ...

    def sniff(self, content: Content) -> bool:
        """Whether the source is of this format, told from its `signature` or its `head`."""
        ...

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:
        """Yield every record, and every piece that could not be read as one, in the order of the source.

        Never raises for anything that the source holds, but what `Content` raises.

        Args:
            content: The source.
            source: What to call it in records and reports.
            saved: When the source was last written; dates without a year are told from it.
        """
        ...


# JSON may quote BibTeX, and a listing may quote anything, so the strictest format is asked first.
READERS: tuple[Reader, ...] = (
    PdfReader(),
    WorkbookReader(),
    *XML_READERS,
    *JSON_READERS,
    RisReader(),
    MedlineReader(),
    WebOfScienceReader(),
    ReferReader(),
    RefWorksReader(),
    OvidReader(),
    BibtexReader(),
    ListingReader(),
    TableReader(),
)
FORMATS: tuple[str, ...] = tuple(reader.name for reader in READERS)
