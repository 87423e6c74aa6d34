"""Read RIS: what Zotero, EndNote, Mendeley, Scopus, Embase, publishers and search services export."""

import datetime as dt
import re
from collections.abc import Iterator

from assistant.library.readers.tagged.blocks import Block, Grammar
from assistant.library.readers.tagged.fields import Fields, read_records
from assistant.library.readers.tagged.ris_fields import record
from assistant.library.readers.tagged.sniffing import tagged_lines
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_KNOWN = frozenset(
    """TY ER ID LB TI T1 T2 T3 BT CT ST TT AU A1 A2 A3 A4 ED AD PY Y1 Y2 DA JF JO JA J1 J2 VL VO IS SP EP PB CY PP ET SN
    DO UR LK L1 L2 L3 L4 AB N1 N2 KW AN DB DP LA C1 C2 C3 C4 C5 C6 C7 C8 M1 M2 M3 U1 U2 U3 U4 U5 AV RP RN CN CP SE OP TA
    NV""".split()
)
# The space between tag and dash may be one or a tab in files made by hand, in known tags only: prose has dashes too.
_FIELD = re.compile(r"\s{0,8}(?P<tag>[A-Z][A-Z0-9])(?P<gap>\s*)[-\u2013\u2014](?P<text>.*)", re.DOTALL)
_LEAST_SHARE = 0.15
_LEAST_FIELDS = 3
_LATEST_START = 60


def match(text: str) -> tuple[str, str] | None:
    """Tag and text of a line `TI  - A title`; None for another line."""
    found = _FIELD.fullmatch(text)
    if found is None:
        return None
    tag, value = found["tag"], found["text"]
    if found["gap"].count(" ") >= len("  "):
        return tag, value
    is_certain = tag in _KNOWN and (not value or value[0].isspace()) and not (tag == "ER" and value.strip())
    return (tag, value) if is_certain else None


GRAMMAR = Grammar(match=match, starts=frozenset({"TY"}), ends=frozenset({"ER"}))


class RisReader:
    """RIS."""

    name = "ris"

    def sniff(self, content: Content) -> bool:
        """Look for `TY` or `ER` near the beginning among lines of which a good part are fields."""
        found = tagged_lines(content.head, match)
        tags = [tag for tag, _ in found.fields]
        known = [tag for tag in tags if tag in _KNOWN]
        is_framed = "TY" in tags or ("ER" in tags and len(known) > _LEAST_FIELDS)
        return is_framed and len(known) > 1 and found.first <= _LATEST_START and len(tags) > found.lines * _LEAST_SHARE

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the papers in the order of the file."""
        yield from read_records(content, GRAMMAR, _record, source=source, title_line="TI  - ...")


def _record(block: Block, source: str) -> Record | None:
    return record(Fields(block.fields), source=source, line=block.line)
