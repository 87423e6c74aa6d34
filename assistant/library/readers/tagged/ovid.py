"""Read what Ovid exports as text: fields with tags (`TI  - `), or under labels on lines of their own (`Title`)."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from assistant.library.readers.tagged.blocks import Block, Grammar
from assistant.library.readers.tagged.fields import Fields, one_line, read_records
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
from assistant.library.readers.values.identifiers import find_doi, isbns, issns
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped

_NUMBER = re.compile(r"\s?<\d+\.?\s*>")
_FIELD = re.compile(r"\s?(?P<tag>[A-Z][A-Z0-9]{1,4})\s{1,3}-(?:\s+(?P<text>.*))?", re.DOTALL)
_LABELS = {
    "Title": "TI", "Chapter Title": "CT", "Author": "AU", "Authors": "AU", "Source": "SO", "Abstract": "AB",
    "Author Keywords": "KW", "Keywords": "KW", "Publication Type": "PT", "Document Type": "DT", "Language": "LG",
    "ISSN": "IS", "ISBN": "IB", "DOI Number": "DO", "Digital Object Identifier": "DO", "Year of Publication": "YR",
    "Publisher": "PB", "Institution": "IN", "Author e-mail": "EM", "Score": "SCORE", "Accession Number": "AN",
    "Unique Identifier": "UI", "Status": "ST", "Journal Subset": "SB", "NLM Journal Code": "JC", "Database": "DB",
    "Link to the Ovid Full Text or citation": "XL", "MeSH Subject Headings": "MH", "Country of Publication": "CP",
    "Date of Publication": "DP", "Journal Name": "JN", "Book Title": "BT", "Subject Headings": "MH", "Copyright": "RO",
}  # fmt: skip
_LATEST_START = 20
_ROLES = re.compile(r"\s*\[[^\[\]]*\]")
_FOOTNOTES = re.compile(r"\s+[\d*+#,\s]+$")
_DEGREES = re.compile(r"(?:,?\s+(?:MD|PhD|MPH|MSc|MS|MA|BSc|BA|RN|DO|DDS|FRCP|FACS|MBBS|DrPH|PharmD|MBA)\b\.?)+$")
_KIND_OF_ARTICLE = re.compile(r"\s*\[[A-Z][A-Za-z ]+\]\.?$")
_JOURNAL = re.compile(
    r"(?P<name>[^.\d]*?)(?:\s+(?:[A-Z][a-z]+\s+)?(?=[12]\d{3}\b)|[.,]?\s+(?=(?:Vol\.?\s*)?\d)|\.\s*|$)"
)
_DATE = re.compile(
    r"(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s+(?:\d{1,2},?\s+)?)?\b(?:1[89]|20)\d\d\b"
)
_ISSUE = re.compile(r"(?:Vol\.?\s*)?\b(?!(?:19|20)\d\d\s*\()(?P<volume>\d+)\s*\((?P<number>[^()]*)\)")
_PAGES = re.compile(r"(?:\bpp\.?\s*|:\s*)(?P<pages>[A-Za-z]{0,2}\d+\s*[-–]\s*[A-Za-z]{0,2}\d+)")
_ENTRY_TYPES = (
    ("chapter", "incollection"), ("dissertation", "thesis"), ("thesis", "thesis"), ("patent", "patent"),
    ("conference paper", "inproceedings"), ("report", "techreport"), ("text/reference", "book"),
    ("drug reference", "book"),
)  # fmt: skip


def match(text: str) -> tuple[str, str] | None:
    """Tag and text of a line `TI  - A title`; None for another line."""
    found = _FIELD.fullmatch(text)
    return (found["tag"], found["text"] or "") if found else None


def match_label(text: str) -> tuple[str, str] | None:
    """The tag that a label on a line of its own stands for, and no text; None for another line."""
    tag = _LABELS.get(text.strip()) if not text[:1].isspace() else None
    return (tag, "") if tag else None


_TAGGED = Grammar(match=match, separator=_NUMBER)
_LABELLED = Grammar(match=match_label, separator=_NUMBER)


class OvidReader:
    """Ovid, as tagged or labelled text."""

    name = "ovid"

    def sniff(self, content: Content) -> bool:
        """Look for the number of a record, `<1. >`, and fields of Ovid's after it."""
        return _is_tagged(content.head) or _is_labelled(content.head)

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the papers in the order of the file."""
        grammar = _LABELLED if _is_labelled(content.head) and not _is_tagged(content.head) else _TAGGED
        title_line = "TI  - ..." if grammar is _TAGGED else "Title"
        yield from read_records(content, grammar, _record, source=source, title_line=title_line)


def _is_tagged(head: str) -> bool:
    found = tagged_lines(head, match)
    tags = {tag for tag, _ in found.fields}
    has_vendor = any(tag == "VN" and text.startswith("Ovid") for tag, text in found.fields)
    return found.first <= _LATEST_START and "TI" in tags and (has_vendor or ("UI" in tags and _numbers(head)))


def _is_labelled(head: str) -> bool:
    found = tagged_lines(head, match_label)
    tags = {tag for tag, _ in found.fields}
    return _numbers(head) and {"TI", "SO"} <= tags and found.first <= _LATEST_START


def _numbers(head: str) -> bool:
    return any(_NUMBER.fullmatch(line.rstrip()) for line in re.split(r"[\r\n]+", head)[:_LATEST_START])


def _record(block: Block, source: str) -> Record | None:
    fields = Fields(block.fields)
    chapter = fields.first("CT")
    title = _KIND_OF_ARTICLE.sub("", chapter or fields.first("TI")).rstrip(". ")
    if not title:
        return None
    entry_type = _entry_type(fields, is_chapter=bool(chapter))
    authors, et_al = people(_names(fields.take("AU", "FA")))
    source_text = one_line(next(iter(fields.of("SO")), ""))
    dates = [text for tag in ("DP", "DG", "YR") for text in fields.of(tag)]
    date = publication_date([*dates, *_DATE.findall(source_text)[:1]])
    fields.take_if(lambda text: is_said(text, date), "DP", "DG", "YR")
    doi = fields.find(find_doi, "DO", "DI")
    fields.take_if(lambda text: is_only_doi(text, doi), "DO", "DI")
    details = _details(fields, source_text)
    pmid = next((text for text in fields.take_if(lambda text: re.fullmatch(r"[1-9][0-9]{0,8}", text), "PM")), None)
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=_venue(fields, chapter, entry_type, source_text) or None,
        doi=doi,
        pmid=pmid,
        url=fields.find(first_address, "UR", "XL"),
        tags=_tags(fields),
        abstract=fields.take_prose("AB"),
        entry_type=entry_type,
        details=in_order(details),
        extra=fields.rest(),
        source=source,
        line=block.line,
    )


def _names(texts: Iterable[str]) -> Iterator[str]:
    """Names without roles, degrees and the marks of footnotes."""
    for text in texts:
        for line in re.split(r"[;\n]", _ROLES.sub("", text)):
            name = one_line(line)
            while (shorter := _DEGREES.sub("", _FOOTNOTES.sub("", name))) != name:
                name = shorter
            last = name.rstrip(".").rsplit(" ", 1)[-1]
            yield name.rstrip(".") if len(last.replace(".", "")) > len("Jr") else name


def _entry_type(fields: Fields, *, is_chapter: bool) -> str:
    kinds = " ".join(fields.of("PT", "DT")).lower()
    if is_chapter:
        return "incollection"
    found = next((entry_type for word, entry_type in _ENTRY_TYPES if word in kinds), None)
    return found or ("book" if kinds.strip() in ("book", "books") or "IB" in fields else "article")


def _venue(fields: Fields, chapter: str, entry_type: str, source_text: str) -> str:
    if entry_type in ("book", "thesis", "patent"):
        return ""
    name = _JOURNAL.match(source_text) if entry_type in ("article", "inproceedings") else None
    book = (fields.first("TI") if chapter else "") or fields.first("BT")
    return fields.first("JN") or book or (name["name"].strip() if name else "")


def _details(fields: Fields, source_text: str) -> dict[str, str]:
    issue, printed = _ISSUE.search(source_text), _PAGES.search(source_text)
    serials = fields.take_if(issns, "IS", "IT", "EI")
    books = fields.take_if(isbns, "IB", "IS")
    editors, _ = people(_names(fields.take("ED")))
    return {
        "volume": fields.first("VO") or (issue["volume"] if issue else ""),
        "number": fields.first("IP") or (issue["number"].strip() if issue else ""),
        "pages": pages(fields.first("PG")) or (pages(printed["pages"]) if printed else ""),
        "publisher": fields.first("PB", "PU"),
        "edition": fields.first("ET"),
        "editor": people_text(editors),
        "issn": joined(issns, serials),
        "isbn": joined(isbns, books),
        "language": fields.first("LG").rstrip("."),
    }


def _tags(fields: Fields) -> tuple[str, ...]:
    tags = [tag for text in fields.take("KW") for tag in re.split(r"[;\n]", text)]
    tags += [line for text in fields.take("MH") for line in text.split("\n")]
    plain = (one_line(tag).lstrip("*").rstrip(".") for tag in tags)
    return tuple(dict.fromkeys(tag for tag in plain if tag))
