"""Read MARCXML, as library catalogues give it out, alone, in a collection or inside an answer to a search."""

import datetime as dt
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from assistant.library.readers.values.dates import iso_date
from assistant.library.readers.values.identifiers import find_doi
from assistant.library.readers.values.names import people_text, person
from assistant.library.readers.values.pages import pages
from assistant.library.readers.xml.fields import details, line_of
from assistant.library.readers.xml.outline import outline
from assistant.library.readers.xml.source import XmlRecord, read_xml
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped

_RECORDS = frozenset({"record"})
_RESULTS = frozenset({"recordData"})
"""In an answer to a search, whose records lie in elements of the same name."""
_SUBJECTS = ("600", "610", "611", "630", "650", "651", "653")
_PEOPLE = ("100", "700")
_BODIES = ("110", "111", "710", "711")
_NOT_WRITTEN = re.compile(r"\b(?:edt|ed|editor|hrsg|trl|translator|ill|illustrator|pbl|publisher)\b", re.IGNORECASE)
_EDITED = re.compile(r"\b(?:edt|ed|editor|hrsg)\b", re.IGNORECASE)
_END = " /:;,=."
_NOTES = (("500", "a", "note"), ("502", "a", "dissertation"), ("505", "a", "contents"), ("773", "g", "part"))
_WHOLE = 6
"""Place in the leader where the kind of record stands; the next one says whether it is a part."""


class MarcXmlReader:
    """MARC 21 in XML."""

    name = "marcxml"

    def sniff(self, content: Content) -> bool:
        """Look for its fields; other catalogues' XML has the same ones but no leader."""
        found = outline(content)
        return found is not None and {"record", "leader", "datafield", "subfield"} <= found.names

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the records in the order of the source."""
        found = outline(content)
        is_answer = found is not None and "recordData" in found.names
        return read_xml(content, _RESULTS if is_answer else _RECORDS, _record, source=source)


def _record(found: XmlRecord, source: str) -> Record | Skipped:
    inner = found.element.find(".//record")
    root = inner if inner is not None else found.element
    title = ": ".join(part for code in "abnp" for part in _texts(root, ("245",), code)[:1])
    if not title:
        return Skipped(source=source, line=found.line, reason="this record has no title (MARC field 245); add one")
    date = next((iso for text in _texts(root, ("260", "264"), "c") if (iso := _date(text))), None)
    host = next(iter(_texts(root, ("773",), "t")), "")
    links = [text for text in _texts(root, ("856",), "u", trimmed=False) if text.startswith("http")]
    identifiers = " ".join(_texts(root, ("024", "856"), "a") + _texts(root, ("856",), "u"))
    return Record(
        title=title,
        authors=tuple(one for one, role in _people(root) if not _NOT_WRITTEN.search(role)),
        year=int(date[:4]) if date else None,
        date=date,
        venue=host or None,
        doi=find_doi(identifiers),
        url=links[0] if links else None,
        tags=tuple(dict.fromkeys(_texts(root, _SUBJECTS, "a"))),
        abstract="\n".join(_texts(root, ("520",), "a", trimmed=False)),
        entry_type=_kind(root, host),
        details=_details(root),
        extra=tuple((name, text) for tag, code, name in _NOTES for text in _texts(root, (tag,), code, trimmed=False)),
        source=source,
        line=found.line,
    )


def _fields(root: Element, tags: tuple[str, ...]) -> Iterator[Element]:
    return (one for one in root.iterfind("datafield") if one.get("tag") in tags)


def _part(field: Element, code: str) -> str:
    return next((line_of(one) for one in field.iterfind("subfield") if one.get("code") == code), "")


def _texts(root: Element, tags: tuple[str, ...], code: str, *, trimmed: bool = True) -> list[str]:
    """The parts of fields with a code, without the punctuation that cards put after them."""
    found = (_part(field, code) for field in _fields(root, tags))
    return [text for one in found if (text := _bare(one) if trimmed else one)]


def _bare(text: str) -> str:
    """Without closing punctuation, but with the full stop of an initial or an abbreviation."""
    bare = text.rstrip(" /:;,=")
    is_abbreviated = re.search(r"\b(?:[A-Z]|Jr|Sr|etc|Inc|Co)\.$", bare)
    return bare if is_abbreviated else bare.rstrip(_END)


def _people(root: Element) -> Iterator[tuple[Author, str]]:
    for field in root.iterfind("datafield"):
        name, role = _bare(_part(field, "a")), f"{_part(field, 'e')} {_part(field, '4')}"
        if name and field.get("tag") in _PEOPLE:
            yield person(name), role
        elif name and field.get("tag") in _BODIES:
            yield Author(family=". ".join(text for text in (name, _bare(_part(field, "b"))) if text)), role


def _date(text: str) -> str | None:
    year = re.search(r"(?<!\d)[12]\d{3}(?!\d)", text)
    whole = iso_date(text)
    return whole if whole and len(whole) > len("2000") and "," in text else iso_date(year[0]) if year else None


def _kind(root: Element, host: str) -> str:
    leader = next((line_of(one) for one in root.iterfind("leader")), "").ljust(_WHOLE + 2)
    if any(_fields(root, ("502",))):
        return "phdthesis"
    if host:
        has_issn = any(_part(field, "x") for field in _fields(root, ("773",)))
        return "article" if has_issn else "incollection"
    is_whole = leader[_WHOLE + 1] == "m"
    return "book" if is_whole and (leader[_WHOLE] in "at" or any(_texts(root, ("020",), "a"))) else "misc"


def _details(root: Element) -> tuple[tuple[str, str], ...]:
    editors = (one for one, role in _people(root) if _EDITED.search(role))
    related = next(iter(_texts(root, ("773",), "g")), "")
    span = re.search(r"(?:S\.|pp?\.|Seite[n]?|pages?)\s*(\d+(?:\s*[-\u2013]\s*\d+)?)", related)
    isbns = (text.split()[0] for text in _texts(root, ("020",), "a"))
    return details(
        volume=next(iter(_texts(root, ("490", "830"), "v")), ""),
        pages=pages(span[1]) if span else "",
        publisher=next(iter(_texts(root, ("260", "264"), "b")), ""),
        address=next(iter(_texts(root, ("260", "264"), "a")), ""),
        edition=next(iter(_texts(root, ("250",), "a")), ""),
        series=next(iter(_texts(root, ("490", "830"), "a")), ""),
        editor=people_text(editors),
        isbn=", ".join(dict.fromkeys(isbns)),
        issn=", ".join(dict.fromkeys(_texts(root, ("022",), "a") + _texts(root, ("773",), "x"))),
        language=next(iter(_texts(root, ("041",), "a")), ""),
    )
