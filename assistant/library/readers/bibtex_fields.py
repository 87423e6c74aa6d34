"""Turn the fields of one BibTeX entry into a record."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.library.readers.identifiers import arxiv_id, find_arxiv_id, find_doi
from assistant.library.readers.latex import decode
from assistant.types import Author, Record

_VENUES = ("journal", "journaltitle", "booktitle", "publisher", "school", "institution")
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_RUN_ON = re.compile(r"\s+([A-Za-z][\w-]*)\s*=\s*")
_EXTENDED_NAME = re.compile(r"\b(family|given|prefix|suffix)\s*=\s*(\"[^\"]*\"|\{[^{}]*\}|[^,]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as it stands: field names in lower case, values without their delimiters, LaTeX still in them."""

    entry_type: str
    key: str
    fields: tuple[tuple[str, str], ...]


def month_macros() -> dict[str, str]:
    """The macros that every BibTeX style defines: `jan` to `dec`."""
    return {name: name for name in _MONTH_NUMBERS}


def read_value(raw: str, macros: Mapping[str, str]) -> str:
    """A value without braces or quotes, its macros resolved and its `#` joined; an unknown macro stays its name."""
    pieces: list[str] = []
    rest = raw.strip()
    while rest:
        end = _delimited_end(rest)
        if end:
            pieces.append(rest[1 : end - 1])
        else:
            end = _next_hash(rest)
            name = rest[:end].strip()
            pieces.append(macros.get(name.lower(), name))
        rest = rest[end:].lstrip()
        if rest and not rest.startswith("#"):
            pieces.append(rest)
            break
        rest = rest[1:].lstrip()
    return "".join(pieces)


def split_run_on(name: str, raw: str) -> list[tuple[str, str]]:
    """Fields between which a comma is missing, `title = {A} year = 2020`, taken apart."""
    end = _delimited_end(raw)
    match = _RUN_ON.match(raw, end) if end else None
    if match is None:
        return [(name, raw)]
    return [(name, raw[:end]), *split_run_on(match[1], raw[match.end() :])]


def _delimited_end(text: str) -> int:
    """Where the braced or quoted string at the start of a text ends; 0 when there is none."""
    if text[:1] not in ("{", '"'):
        return 0
    depth = 0
    for index, char in enumerate(text):
        if index and text[index - 1] == "\\" and char in "{}":
            continue
        depth += (char == "{") - (char == "}")
        closes = char == "}" if text[0] == "{" else char == '"' and index > 0
        if closes and depth == 0:
            return index + 1
    return 0


def _next_hash(text: str) -> int:
    return text.index("#") if "#" in text else len(text)


def record(entry: Entry, *, source: str, line: int) -> Record | None:
    """The record of an entry, with fields that have no place in it kept as they are; None without a title."""
    fields = dict(reversed(entry.fields))  # of a repeated field the first one counts
    title = decode(fields.get("title", ""))
    if not title:
        return None
    authors, et_al = _authors(fields.get("author", ""))
    venue_field = next((name for name in _VENUES if decode(fields.get(name, ""))), None)
    date = _date(fields)
    arxiv = _arxiv_id(fields)
    doi = find_doi(decode(fields.get("doi", ""))) or find_doi(_doi_address(fields.get("url", "")))
    used = {"title", "author", "abstract", "url", "keywords", venue_field}
    used |= _used_dates(fields, date) | ({"doi"} if doi or not fields.get("doi") else set())
    if arxiv and arxiv_id(fields.get("eprint", "")) == arxiv:
        used |= {"eprint", "archiveprefix", "eprinttype", "primaryclass"}
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=decode(fields[venue_field]) if venue_field else None,
        doi=doi,
        arxiv_id=arxiv,
        url=_url(fields.get("url", "")),
        category=fields.get("primaryclass") if "primaryclass" in used else None,
        tags=_tags(fields.get("keywords", "")),
        abstract=decode(fields.get("abstract", "")),
        key=entry.key or None,
        entry_type=entry.entry_type.lower(),
        extra=_extra(entry.fields, used),
        source=source,
        line=line,
    )


def _extra(fields: Iterable[tuple[str, str]], used: Iterable[str | None]) -> tuple[tuple[str, str], ...]:
    seen = dict.fromkeys(used)
    kept: list[tuple[str, str]] = []
    first: dict[str, str] = {}
    for name, value in fields:
        is_repeated = name in first and first[name] != value
        if (name not in seen and name not in first) or is_repeated:
            kept.append((name, value))
        first.setdefault(name, value)
    return tuple(kept)


def _authors(text: str) -> tuple[tuple[Author, ...], bool]:
    from bibtexparser.middlewares.names import split_multiple_persons_names

    names = [name for name in split_multiple_persons_names(" ".join(text.split())) if name.strip("{} ,")]
    people = tuple(_author(name) for name in names if name.strip("{} ").lower() not in ("others", "et al", "et al."))
    return tuple(one for one in people if one.family), len(people) < len(names)


def _author(name: str) -> Author:
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    if name.startswith("{") and _delimited_end(name) == len(name):
        return Author(family=decode(name))
    extended = {part: value.strip('{}" ') for part, value in _EXTENDED_NAME.findall(name)}
    if "family" in extended:
        whole_family = " ".join(extended.get(part, "") for part in ("prefix", "family", "suffix"))
        return Author(family=decode(whole_family), given=decode(extended.get("given", "")))
    parts = parse_single_name_into_parts(name, strict=False)
    family = decode(" ".join([*parts.von, *parts.last, *parts.jr]))
    given = decode(" ".join(parts.first))
    return Author(family=family, given=given) if family else Author(family=given)


def _date(fields: Mapping[str, str]) -> str | None:
    iso = _ISO_DATE.match(fields.get("date", "").strip())
    if iso:
        return _iso(int(iso[1]), int(iso[2] or 0), int(iso[3] or 0))
    year = re.search(r"(?<!\d)\d{4}(?!\d)", fields.get("year", ""))
    if year is None:
        return None
    day = re.fullmatch(r"\D{0,3}(\d{1,2})\D{0,3}", fields.get("day", ""))
    return _iso(int(year[0]), _month(fields.get("month", "")), int(day[1]) if day else 0)


def _iso(year: int, month: int, day: int) -> str | None:
    if year == 0:
        return None
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        has_month = 1 <= month <= 12  # noqa: PLR2004 - because a year has twelve months
        return f"{year:04}-{month:02}" if has_month else f"{year:04}"


def _month(text: str) -> int:
    word = re.search(r"[A-Za-z]{3,}", text)
    if word:
        return _MONTH_NUMBERS.get(word[0][:3].lower(), 0)
    number = re.fullmatch(r"\s*(\d{1,2})\s*", text)
    return int(number[1]) if number else 0


def _used_dates(fields: Mapping[str, str], date: str | None) -> set[str]:
    """Date fields that the date says in full; a range or a word such as `in press` is kept besides."""
    if not date:
        return set()
    if fields.get("date", "").strip():
        return {"date"} if fields["date"].strip() == date else set()
    month, day = date[5:7], date[8:10]
    used = {"year"} if fields.get("year", "").strip() == date[:4] else set()
    used |= {"month"} if month and re.fullmatch(r"[A-Za-z]+\.?|\d+", fields.get("month", "").strip()) else set()
    return used | ({"day"} if day else set())


def _arxiv_id(fields: Mapping[str, str]) -> str | None:
    prefix = (fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    own = arxiv_id(fields.get("eprint", "")) if prefix in ("arxiv", "") else None
    places = (fields.get(name, "") for name in ("eprint", "doi", "url", *_VENUES, "volume", "note", "howpublished"))
    return own or next((found for place in places if (found := find_arxiv_id(place))), None)


def _doi_address(url: str) -> str:
    return url if "doi.org/" in url else ""


def _url(text: str) -> str | None:
    plain = re.sub(r"\\url\s*|[{}]|\\(?=[%&_#~])", "", text).strip()
    return plain or None


def _tags(text: str) -> tuple[str, ...]:
    tags = (decode(tag) for tag in re.split(r"[,;\n]", text))
    return tuple(dict.fromkeys(tag for tag in tags if tag))
