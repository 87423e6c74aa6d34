"""Read refer and its descendant, EndNote's tagged format (`.enw`), as Google Scholar and libraries export it too."""

import datetime as dt
import re
from collections.abc import Iterator

from assistant.library.readers.tagged.blocks import Block, Grammar
from assistant.library.readers.tagged.fields import Fields, one_line, read_records
from assistant.library.readers.tagged.ris_types import (
    ENTRY_TYPES,
    PARTS_OF_BOOKS,
    WHOLE_WORKS,
    WRITTEN_OUT,
    publisher_name,
)
from assistant.library.readers.tagged.sniffing import tagged_lines
from assistant.library.readers.tagged.values import (
    first_address,
    is_only_doi,
    is_said,
    joined,
    people,
    publication_date,
)
from assistant.library.readers.values.details import in_order
from assistant.library.readers.values.identifiers import (
    doi_of_address,
    find_arxiv_id,
    find_doi,
    find_pmcid,
    find_pmid,
    isbns,
    issns,
)
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_FIELD = re.compile(r"%(?P<tag>[A-Z0-9@+!&()*$#~?<>\[\]=^|,:;-])(?:\s+(?P<text>.*))?", re.DOTALL)
_TITLES = frozenset({"T", "0"})
_OTHERS = frozenset("AJDBIX")
_LEAST_SHARE = 0.3
_LATEST_START = 20
_MASTERS = re.compile(r"\bmaster", re.IGNORECASE)


def match(text: str) -> tuple[str, str] | None:
    """Tag and text of a line `%T A title`; None for another line."""
    found = _FIELD.fullmatch(text)
    return (found["tag"], found["text"] or "") if found else None


_GRAMMAR = Grammar(match=match, starts=frozenset({"0"}), blank_ends=True, blank_ends_started=False)


class ReferReader:
    """Refer and EndNote's tagged format."""

    name = "refer"

    def sniff(self, content: Content) -> bool:
        """Look for fields that begin with a percent sign, a title or type among them and an author, date or source."""
        found = tagged_lines(content.head, match)
        tags = {tag for tag, _ in found.fields}
        has_record = bool(tags & _TITLES) and bool(tags & _OTHERS)
        return has_record and found.first <= _LATEST_START and len(found.fields) > found.lines * _LEAST_SHARE

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the papers in the order of the file."""
        yield from read_records(content, _GRAMMAR, _record, source=source, title_line="%T ...")


def _record(block: Block, source: str) -> Record | None:
    fields = Fields(block.fields)
    entry_type = _entry_type(fields)
    title = fields.first("T") or fields.first("!")
    if not title:
        return None
    authors, et_al = people(fields.take("A"))
    date = _date(fields)
    venue = _venue(fields, entry_type)
    doi = _doi(fields)
    details = _details(fields, entry_type)
    pmid = fields.find(find_pmid, "M", "U", "Z", "2")
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue,
        doi=doi,
        arxiv_id=fields.find(find_arxiv_id, "R", "U", "J", "M"),
        pmid=pmid,
        url=_address(fields),
        tags=_tags(fields),
        abstract=fields.take_prose("X"),
        key=_key(fields),
        entry_type=entry_type,
        details=in_order(details),
        extra=fields.rest(),
        source=source,
        line=block.line,
    )


def _entry_type(fields: Fields) -> str:
    """BibTeX's type; refer itself has none, and says by its fields what it is."""
    written = one_line(next(iter(fields.of("0")), "")).lower()
    if written:
        entry_type = ENTRY_TYPES.get(WRITTEN_OUT.get(written, ""), "misc")
        if entry_type == "thesis":
            entry_type = "mastersthesis" if any(_MASTERS.search(text) for text in fields.of("9", "V")) else "phdthesis"
        if entry_type in ("article", "book", "techreport", "patent") and written != "magazine article":
            fields.take("0")
        return "inproceedings" if entry_type == "proceedings" else entry_type
    told = (("J", "article"), ("B", "incollection"), ("R", "techreport"), ("I", "book"))
    return next((entry_type for tag, entry_type in told if tag in fields), "misc")


def _venue(fields: Fields, entry_type: str) -> str | None:
    if entry_type in WHOLE_WORKS:
        return None
    return fields.first(*("BJ" if entry_type in PARTS_OF_BOOKS else "JB")) or None


def _details(fields: Fields, entry_type: str) -> dict[str, str]:
    editors, _ = people(fields.take("E"))
    serials = fields.take_if(lambda text: issns(text) or isbns(text), "@")
    return {
        "volume": fields.first("V"),
        "number": fields.first("N"),
        "pages": pages(fields.first("P")) if entry_type not in WHOLE_WORKS else "",  # there it is how many there are
        publisher_name(entry_type): fields.first("I"),
        "address": fields.first("C"),
        "edition": fields.first("7"),
        "series": fields.first("S") or (fields.first("B") if entry_type == "book" else ""),
        "editor": people_text(editors),
        "chapter": fields.first("&") if entry_type == "incollection" else "",
        "issn": joined(issns, serials),
        "isbn": joined(isbns, serials),
        "language": fields.first("G"),
        "pmcid": next((found for text in fields.take_if(find_pmcid, "2") if (found := find_pmcid(text))), ""),
    }


def _date(fields: Fields) -> str | None:
    date = publication_date([*fields.of("D"), *fields.of("8")])
    fields.take_if(lambda text: is_said(text, date), "D", "8")
    return date


def _doi(fields: Fields) -> str | None:
    own = fields.find(find_doi, "R")
    doi = own or fields.find(doi_of_address, "U", ">")
    fields.take_if(lambda text: is_only_doi(text, doi), "R")
    return doi


def _address(fields: Fields) -> str | None:
    found = fields.find(first_address, "U")
    fields.take_if(lambda text: text == found, "U")
    return found


def _tags(fields: Fields) -> tuple[str, ...]:
    tags = (one_line(tag) for text in fields.take("K") for tag in re.split(r"[;\n]", text))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _key(fields: Fields) -> str | None:
    """EndNote's label as cite key; refer's own label too where it is one word and the file is not EndNote's."""
    for tag in ("F",) if "0" in fields else ("F", "L"):
        for text in fields.of(tag):
            if len(text.split()) == 1 and not text.isdecimal():
                return fields.first(tag)
    return None
