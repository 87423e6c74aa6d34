"""Readers: from a source file to records.

A reader knows one format. It is chosen by what a source holds, not by the name of its file.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Protocol

from assistant.library.readers.bibtex.reader import BibtexReader
from assistant.library.readers.json.reader import JSON_READERS
from assistant.library.readers.listing.reader import ListingReader
from assistant.library.readers.pdf.reader import PdfReader
from assistant.library.readers.tables.reader import TableReader
from assistant.library.readers.tables.workbook import WorkbookReader
from assistant.library.readers.tagged.medline import MedlineReader
from assistant.library.readers.tagged.ovid import OvidReader
from assistant.library.readers.tagged.refer import ReferReader
from assistant.library.readers.tagged.refworks import RefWorksReader
from assistant.library.readers.tagged.ris import RisReader
from assistant.library.readers.tagged.wos import WebOfScienceReader
from assistant.library.readers.xml.readers import XML_READERS
from assistant.library.sources.content import Content
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
