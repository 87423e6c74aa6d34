"""RIS: papers as records that Zotero, EndNote, Mendeley and the screening tools read."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from assistant.library.readers.tagged.ris_types import ENTRY_TYPES, RIS_TYPES, WHOLE_WORKS
from assistant.library.readers.values.identifiers import find_arxiv_id
from assistant.types import Author, Paper, Record

_DETAILS = {
    "volume": "VL",
    "number": "IS",
    "eid": "C7",
    "publisher": "PB",
    "institution": "PB",
    "school": "PB",
    "organization": "PB",
    "address": "CY",
    "edition": "ET",
    "chapter": "SE",
    "isbn": "SN",
    "issn": "SN",
    "language": "LA",
    "series": "T3",
    "shortjournal": "J2",
    "pmcid": "C2",
    "note": "N1",
}
_THESES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
_KEPT = frozenset(
    """A2 A3 A4 AD AN AV C1 C3 C4 C5 C6 C8 CA CN CP DA DB DP ID J1 JA JF JO L1 L2 L3 L4 LK M1 M2 M3 N1 NV OP PY RP SP ST
    SV T2 TA TT U1 U2 U3 U4 U5 UR Y1 Y2""".split()
)
"""Standard tags that are written again when a RIS file had something in them that has no place in a record."""
_FOREIGN = frozenset("OWN STAT DCOM LR EDAT CRDT PHST PMID UT TC Z9 NR VN UP RT SR".split())
"""Tags of other tagged formats, where some of RIS's mean something else."""
_PAGES = re.compile(r"(?P<first>[^\s-]+)-(?P<last>[^\s-]+)")
_NO_PART_OF_A_NAME = re.compile(r"[,;\s]+")


def to_ris(papers: Iterable[Paper]) -> str:
    """Write papers as RIS under their cite keys, each value on one line.

    Fields that a RIS file had and a record has no place for are written again.
    """
    return "\n".join("\n".join(_lines(paper)) + "\nER  - \n" for paper in papers)


def _lines(paper: Paper) -> Iterator[str]:
    record = paper.record
    ris_type = _ris_type(record)
    yield f"TY  - {ris_type}"
    fields = [*_fields(record, ris_type), ("ID", paper.key)]
    lines = [f"{tag}  - {value}" for tag, text in fields if (value := _one_line(text))]
    yield from lines
    kept = (f"{tag}  - {value}" for tag, text in _kept(record) if (value := _one_line(text)))
    yield from (line for line in dict.fromkeys(kept) if line not in lines)


def _ris_type(record: Record) -> str:
    """The type that the source had, when it is RIS and means the same, and else the one for BibTeX's."""
    own = dict(record.extra).get("TY", "").strip()
    entry_type = record.entry_type or ("article" if record.venue else "misc")
    written = RIS_TYPES.get(entry_type, "GEN")
    return own if ENTRY_TYPES.get(own) == ENTRY_TYPES.get(written) else written


def _fields(record: Record, ris_type: str) -> Iterator[tuple[str, str]]:
    details = dict(record.details)
    yield "TI", record.title
    yield from (("AU", _person(author)) for author in record.authors if author.name)
    yield "AU", "et al." if record.et_al else ""
    yield from (("ED", name) for name in details.get("editor", "").split(" and "))
    yield "PY", str(record.year or "")
    yield "DA", (record.date or "").replace("-", "/") if record.date != str(record.year) else ""
    yield _venue_tag(record, details), record.venue or ""
    yield "BT", details.get("booktitle", "") if details.get("booktitle") != record.venue else ""
    yield from (
        (tag, details.get(name, "")) for name, tag in _DETAILS.items() if not (tag == "SE" and ris_type != "CHAP")
    )
    yield from _pages(details.get("pages", ""))
    yield "M3", _THESES.get(record.entry_type or "", "")
    yield "DO", record.doi or ""
    yield "DB", "PubMed" if record.pmid else ""
    yield "AN", record.pmid or ""
    yield "UR", record.url or ""
    yield "UR", _arxiv_address(record)
    yield from (("KW", tag.replace(";", ",")) for tag in record.tags)
    yield "AB", record.abstract
    yield "N1", record.notes


def _person(author: Author) -> str:
    """Family name first; a group whose name has several words ends with a comma, or it would be read as a person."""
    family, given = (_NO_PART_OF_A_NAME.sub(" ", part).strip() for part in (author.family, author.given))
    if family and given:
        return f"{family}, {given}"
    name = family or given
    return f"{name}," if " " in name else name


def _venue_tag(record: Record, details: dict[str, str]) -> str:
    """Where the venue goes: of a book, a report or a thesis it is who published it."""
    if record.entry_type not in WHOLE_WORKS - {"proceedings"}:
        return "T2"
    return "T2" if {"publisher", "institution", "school"} & set(details) else "PB"


def _pages(pages: str) -> Iterator[tuple[str, str]]:
    both = _PAGES.fullmatch(pages)
    yield "SP", both["first"] if both else pages
    yield "EP", both["last"] if both else ""


def _arxiv_address(record: Record) -> str:
    """The address at arXiv, when nothing else that is written says the identifier."""
    said = [record.doi or "", record.url or "", record.venue or ""]
    if record.arxiv_id is None or any(find_arxiv_id(text) == record.arxiv_id for text in said):
        return ""
    return f"https://arxiv.org/abs/{record.arxiv_id}"


def _kept(record: Record) -> Iterator[tuple[str, str]]:
    if not _FOREIGN.isdisjoint(tag for tag, _ in record.extra):
        return
    written = {"AN", "DB"} if record.pmid else set()
    yield from ((tag, value) for tag, value in record.extra if tag in _KEPT - written)


def _one_line(text: str) -> str:
    """A value without line ends and control characters, which could begin a field or end the record."""
    spaced = (" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    return " ".join("".join(spaced).split())
