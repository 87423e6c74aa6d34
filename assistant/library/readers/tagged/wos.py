"""Read Web of Science's tagged format (`.ciw`, `.isi`, `savedrecs.txt`)."""

import datetime as dt
import re
from collections.abc import Iterator

from assistant.library.readers.tagged.blocks import Block, Grammar
from assistant.library.readers.tagged.fields import Fields, one_line, read_records
from assistant.library.readers.tagged.ris_types import PARTS_OF_BOOKS
from assistant.library.readers.tagged.sniffing import tagged_lines
from assistant.library.readers.tagged.values import is_only_doi, is_said, joined, people, publication_date
from assistant.library.readers.values.details import in_order
from assistant.library.readers.values.identifiers import find_arxiv_id, find_doi, find_pmid, isbns, issns
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages, pages_between
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped

_FIELD = re.compile(r"(?P<tag>[A-Z][A-Z0-9])(?:\s(?P<text>.*))?", re.DOTALL)
_PUBLICATION_TYPES = re.compile(r"(?:[JBSPC]|Journal|Book|Series|Patent|Conference)\b.*")
_LATEST_START = 20
_ARTICLE_NUMBER = re.compile(r"^(?:UNSP|ARTN|ARTID|Art\. No\.)\s+", re.IGNORECASE)


def match(text: str) -> tuple[str, str] | None:
    """Tag and text of a line `TI A title`; None for a line that goes on, which is indented."""
    found = _FIELD.fullmatch(text)
    return (found["tag"], found["text"] or "") if found else None


_GRAMMAR = Grammar(match=match, starts=frozenset({"PT"}), ends=frozenset({"ER"}), frame=frozenset({"FN", "VR", "EF"}))


class WebOfScienceReader:
    """Web of Science, as tagged text."""

    name = "wos"

    def sniff(self, content: Content) -> bool:
        """Look for the file's own first lines, or for a record with its type and title and its end or number."""
        found = tagged_lines(content.head, match)
        tags = [tag for tag, _ in found.fields]
        if found.first > _LATEST_START or "PT" not in tags:
            return False
        has_frame = "FN" in tags and "VR" in tags and tags.index("FN") < tags.index("PT")
        kinds = [text for tag, text in found.fields if tag == "PT"]
        has_record = {"TI", "SO"} <= set(tags) and bool({"ER", "UT"} & set(tags))
        return has_frame or (has_record and all(_PUBLICATION_TYPES.fullmatch(kind) for kind in kinds))

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the papers in the order of the file."""
        yield from read_records(content, _GRAMMAR, record, source=source, title_line="TI ...")


def record(block: Block, source: str) -> Record | None:
    """The record of a block of Web of Science's fields; None without a title."""
    fields = Fields(block.fields)
    title = fields.first("TI")
    if not title:
        return None
    entry_type = _entry_type(fields, title)
    authors, et_al = _authors(fields)
    date = _date(fields)
    venue = fields.first("SO", "JI", "J9") if entry_type not in ("book", "patent") else ""
    details = _details(fields, entry_type)
    doi = fields.find(find_doi, "DI")
    fields.take_if(lambda text: is_only_doi(text, doi), "DI")
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue or None,
        doi=doi,
        arxiv_id=fields.find(find_arxiv_id, "DI", "UT", "AR", "BP", "SO"),
        pmid=_pmid(fields),
        tags=_tags(fields),
        abstract=fields.take_prose("AB"),
        entry_type=entry_type,
        details=in_order(details),
        extra=fields.rest(),
        source=source,
        line=block.line,
    )


def _entry_type(fields: Fields, title: str) -> str:
    kind = next(iter(fields.of("PT")), "J")[:1].upper()
    document = " ".join(fields.of("DT")).lower()
    fields.take("PT")
    if kind == "P" or document == "patent":
        return "patent"
    if "proceedings paper" in document and kind != "J":
        return "inproceedings"
    if "chapter" in document:
        return "incollection"
    if kind == "B":
        sources = [one_line(text).lower().rstrip(".") for text in fields.of("SO")]
        is_whole = "chapter" not in document and sources in ([], [title.lower().rstrip(".")])
        fields.take_if(lambda _: is_whole, "SO")
        return "book" if is_whole else "incollection"
    return "inproceedings" if kind == "C" else "article"


def _authors(fields: Fields) -> tuple[tuple[Author, ...], bool]:
    """The people by their full names when all have one, and then the groups."""
    full, short = fields.of("AF"), fields.of("AU")
    has_all = "\n".join(full).count("\n") >= "\n".join(short).count("\n")
    people_texts = full if full and has_all else short or full or fields.of("BF", "BA")
    groups = [f"{line}," for text in fields.of("CA") for line in text.split("\n")]
    authors, et_al = people([*people_texts, *groups])
    fields.take_if(lambda text: text.strip("[] \n").lower() != "anonymous", "AF", "AU", "CA")
    return authors, et_al


def _details(fields: Fields, entry_type: str) -> dict[str, str]:
    serials, books = fields.take_if(issns, "SN", "EI"), fields.take_if(isbns, "BN", "SN")
    editors, _ = people(fields.take("BE", "ED"))
    number = _ARTICLE_NUMBER.sub("", fields.first("AR"))
    first_and_last = pages_between(fields.first("BP"), fields.first("EP"))
    both = fields.take_if(lambda text: pages(text) == first_and_last or not first_and_last, "PS")
    first_and_last = first_and_last or pages(next(iter(both), ""))
    is_article = entry_type not in PARTS_OF_BOOKS
    return {
        "volume": fields.first("VL"),
        "number": fields.first("IS"),
        "pages": first_and_last,
        "eid": number,
        "publisher": fields.first("PU"),
        "address": fields.first("PI"),
        "series": fields.first("SE"),
        "editor": people_text(editors),
        "shortjournal": fields.first("JI", "J9") if is_article else "",
        "issn": joined(issns, serials),
        "isbn": joined(isbns, books),
        "language": fields.first("LA"),
    }


def _date(fields: Fields) -> str | None:
    date = publication_date([*fields.of("PY"), *fields.of("PD")])
    fields.take_if(lambda text: is_said(text, date), "PY", "PD")
    return date


def _pmid(fields: Fields) -> str | None:
    own = (text.strip() for text in fields.take_if(lambda text: re.fullmatch(r"[1-9][0-9]{0,8}", text), "PM"))
    told = (found for text in fields.of("UT") if (found := find_pmid(text)))
    return next(own, None) or next(told, None)


def _tags(fields: Fields) -> tuple[str, ...]:
    """The authors' keywords, and those that Web of Science adds."""
    tags = (
        one_line(tag) for text in [*fields.take("DE"), *fields.take("ID")] for tag in " ".join(text.split()).split(";")
    )
    return tuple(dict.fromkeys(tag for tag in tags if tag))
