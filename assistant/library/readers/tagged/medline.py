"""Read MEDLINE's tagged format (`.nbib`), as PubMed and ERIC export it."""

import datetime as dt
import re
from collections.abc import Iterator

from assistant.library.readers.tagged.blocks import Block, Grammar
from assistant.library.readers.tagged.fields import Fields, one_line, read_records
from assistant.library.readers.tagged.sniffing import tagged_lines
from assistant.library.readers.tagged.values import first_address, is_said, joined, people, publication_date
from assistant.library.readers.values.details import in_order
from assistant.library.readers.values.identifiers import find_arxiv_id, find_doi, find_pmcid, isbns, issns
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped

_FIELD = re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,4})(?P<gap> {0,2})-(?P<text>.*)", re.DOTALL)
_TAG_WIDTH = 4
_TELLING = frozenset("PMID OWN STAT PMC FAU DCOM PHST CRDT EDAT PST JID".split())
"""Tags that no other format has."""
_LEAST_SHARE = 0.4
_LATEST_START = 20
_ENTRY_TYPES = (
    (re.compile(r"book chapter|book section"), "incollection"),
    (re.compile(r"^books?$|guides"), "book"),
    (re.compile(r"master"), "mastersthesis"),
    (re.compile(r"doctoral dissertation"), "phdthesis"),
    (re.compile(r"dissertation|academic thes"), "thesis"),
    (re.compile(r"technical report"), "techreport"),
    (re.compile(r"speeches/meeting papers"), "inproceedings"),
    (re.compile(r"\bdataset\b"), "dataset"),
)


def match(text: str) -> tuple[str, str] | None:
    """Tag and text of a line `TI  - A title`, its tag filled up to four characters; None for another line."""
    found = _FIELD.fullmatch(text)
    if found is None:
        return None
    tag, gap, value = found["tag"], found["gap"], found["text"]
    is_set_apart = not value or value[0].isspace() or (gap and len(tag + gap) == _TAG_WIDTH) or tag == "PMID"
    return (tag, value) if is_set_apart else None


_GRAMMAR = Grammar(match=match, starts=frozenset({"PMID"}), blank_ends=True)


class MedlineReader:
    """MEDLINE, as tagged text."""

    name = "medline"

    def sniff(self, content: Content) -> bool:
        """Look for a title among fields of which some are MEDLINE's own."""
        found = tagged_lines(content.head, match)
        tags = {tag for tag, _ in found.fields}
        is_medline = bool(tags & _TELLING) and len(tags) > 1 and not tags & {"TY", "ER", "VN"}
        indented = sum(line.startswith("      ") for line in re.split(r"[\r\n]+", content.head))
        is_tagged = len(found.fields) + indented > found.lines * _LEAST_SHARE
        return is_medline and is_tagged and found.first <= _LATEST_START

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the papers in the order of the file."""
        yield from read_records(content, _GRAMMAR, _record, source=source, title_line="TI  - ...")


def _record(block: Block, source: str) -> Record | None:
    fields = Fields(block.fields)
    entry_type = _entry_type(fields)
    title = fields.first("TI") or fields.first("BTI", "CTI")
    if not title:
        return None
    authors, et_al = _authors(fields)
    date = _date(fields)
    doi = _doi(fields)
    details = _details(fields, entry_type)
    venue = fields.first("JT", "BTI") if entry_type not in ("book", "phdthesis") else ""
    return Record(
        title=_without_frame(title),
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue or (fields.first("TA") if entry_type == "article" else "") or None,
        doi=doi,
        arxiv_id=fields.find(find_arxiv_id, "AID", "LID", "SO", "JT"),
        pmid=_pmid(fields),
        url=_address(fields),
        tags=_tags(fields),
        abstract=_abstract(fields),
        entry_type=entry_type,
        details=in_order(details),
        extra=fields.rest(),
        source=source,
        line=block.line,
    )


def _without_frame(title: str) -> str:
    """A title without the full stop that MEDLINE ends each with, and the brackets around a translated one."""
    bare = title if title.endswith("..") else title.removesuffix(".")
    is_translated = bare.startswith("[") and bare.endswith("]") and bare.count("[") == 1
    return bare[1:-1].strip(" .") or title if is_translated else bare or title


def _authors(fields: Fields) -> tuple[tuple[Author, ...], bool]:
    """Authors with their full names; one whose full name is missing with the short one, and groups in their place."""
    listed: list[str] = []
    before = ""
    for tag, text in fields.all():
        if tag in ("FAU", "CN") or (tag == "AU" and before != "FAU"):
            listed.append(f"{text}," if tag == "CN" else text)
        before = tag if tag in ("FAU", "AU", "CN") else before
    fields.take("FAU", "AU", "CN")
    return people(listed)


def _entry_type(fields: Fields) -> str:
    for kind in (one_line(text).lower() for text in fields.of("PT")):
        found = next((entry_type for pattern, entry_type in _ENTRY_TYPES if pattern.search(kind)), None)
        if found:
            return found
    fields.take_if(lambda text: text.lower() in ("journal article", "journal articles"), "PT")
    if "BTI" in fields:
        return "incollection" if "TI" in fields else "book"
    return "article" if "JT" in fields or "TA" in fields else "misc"


def _details(fields: Fields, entry_type: str) -> dict[str, str]:
    serials = fields.take_if(issns, "IS", "ISSN")
    books = fields.take_if(isbns, "ISBN")
    editors, _ = people(fields.take("FED"))
    fields.take_if(lambda _: editors, "ED")
    return {
        "volume": fields.first("VI"),
        "number": fields.first("IP"),
        "pages": pages(fields.first("PG")),
        # ERIC has the publisher of a book where PubMed has the journal.
        "publisher": fields.first("PB", *(["JT"] if entry_type == "book" else [])),
        "edition": fields.first("EN"),
        "series": fields.first("CTI"),
        "editor": people_text(editors),
        "shortjournal": fields.first("TA") if "JT" in fields else "",
        "issn": joined(issns, serials),
        "isbn": joined(isbns, books),
        "language": fields.first("LA"),
        "pmcid": _pmcid(fields) or "",
    }


def _date(fields: Fields) -> str | None:
    date = publication_date(fields.of("DP")) or publication_date(fields.of("DEP"))
    fields.take_if(lambda text: is_said(text, date), "DP", "DEP")
    return date


def _doi(fields: Fields) -> str | None:
    places = fields.of("LID", "AID")
    marked = [text for text in places if "[doi]" in text] + [text for text in places if "[" not in text]
    doi = next((found for text in marked if (found := find_doi(text))), None)
    fields.take_if(lambda text: text.lower().replace("[doi]", "").strip() == doi, "LID", "AID")
    return doi


def _pmid(fields: Fields) -> str | None:
    found = next((found[0] for text in fields.of("PMID") if (found := re.search(r"[1-9]\d{0,8}", text))), None)
    fields.take_if(lambda text: text == found, "PMID")
    return found


def _pmcid(fields: Fields) -> str | None:
    texts = (text if text.upper().startswith("PMC") else f"PMC{text}" for text in fields.of("PMC"))
    found = next((pmcid for text in texts if (pmcid := find_pmcid(text))), None)
    fields.take_if(lambda text: text.upper().removeprefix("PMC") == (found or "").removeprefix("PMC"), "PMC")
    return found


def _address(fields: Fields) -> str | None:
    found = fields.find(first_address, "LID", "URL", "AID")
    fields.take_if(lambda text: text == found, "LID", "URL", "AID")
    return found


def _tags(fields: Fields) -> tuple[str, ...]:
    """The authors' keywords and the subject headings; what a heading says besides is left."""
    tags = (one_line(text).split("/")[0].replace("*", "").strip() for text in fields.of("MH"))
    fields.take_if(lambda text: "*" not in text and "/" not in text, "MH")
    keywords = (one_line(text).removeprefix("*").strip() for text in fields.take("OT"))
    return tuple(dict.fromkeys(tag for tag in [*keywords, *tags] if tag))


def _abstract(fields: Fields) -> str:
    return fields.take_prose("AB")
