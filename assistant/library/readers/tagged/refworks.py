"""Read RefWorks' tagged format; its fields are nearly those of RIS."""

import datetime as dt
from collections.abc import Iterator

from assistant.library.readers.tagged.blocks import Block, Grammar
from assistant.library.readers.tagged.fields import Fields, read_records
from assistant.library.readers.tagged.ris_fields import record
from assistant.library.readers.tagged.sniffing import tagged_lines
from assistant.library.readers.tagged.wos import match
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_GRAMMAR = Grammar(match=match, starts=frozenset({"RT"}))
_RIS_NAMES = {
    "RT": "TY", "YR": "PY", "FD": "DA", "VO": "VL", "OP": "EP", "K1": "KW", "NO": "N1", "PP": "CY", "UL": "UR",
    "ED": "ET", "DS": "DB",
}  # fmt: skip
_KINDS = (
    "Journal Book Abstract Dissertation Thesis Conference Report Web Magazine Newspaper Generic Patent Computer Map"
)
_FIRST_WORDS = frozenset([*_KINDS.split(), "Unpublished", "Personal", "Monograph", "Video", "Sound", "Motion", "Laws"])
_LATEST_START = 20


class RefWorksReader:
    """RefWorks, as tagged text."""

    name = "refworks"

    def sniff(self, content: Content) -> bool:
        """Look for a record's type, written out, and its title."""
        found = tagged_lines(content.head, match)
        tags = {tag for tag, _ in found.fields}
        kinds = {text.replace(",", " ").split(" ")[0] for tag, text in found.fields if tag == "RT"}
        return bool(kinds & _FIRST_WORDS) and bool(tags & {"T1", "T2"}) and found.first <= _LATEST_START

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the papers in the order of the file."""
        yield from read_records(content, _GRAMMAR, _record, source=source, title_line="T1 ...")


def _record(block: Block, source: str) -> Record | None:
    return record(Fields(block.fields, _RIS_NAMES), source=source, line=block.line)
