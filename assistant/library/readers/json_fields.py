"""Turn one JSON object into a record, whatever usual names its fields have."""

import json
import re
from collections.abc import Mapping

from assistant.library.readers.identifiers import arxiv_id, find_arxiv_id, find_doi
from assistant.library.readers.names import person, without_et_al
from assistant.types import Author, Record

_ALIASES = {
    "key": ("key", "id", "cite_key", "citekey", "citation-key", "bibkey"),
    "title": ("title",),
    "abstract": ("abstract", "summary"),
    "authors": ("authors", "author", "author_names"),
    "year": ("year",),
    "date": ("date", "publication_date", "publicationdate", "published", "issued"),
    "venue": ("venue", "journal", "booktitle", "container-title"),
    "doi": ("doi", "DOI"),
    "arxiv_id": ("arxiv_id", "arxiv", "arxivId"),
    "url": ("url", "URL", "site"),
    "category": ("category", "primary_category"),
    "tags": ("tags", "keywords"),
    "et_al": ("et_al",),
    "entry_type": ("entry_type",),
}
_PLAIN = ("venue", "url", "category", "key", "entry_type")
_ISO_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")


def record(item: Mapping[str, object], *, source: str, line: int | None) -> Record | None:
    """The record of an object; None without a title.

    Fields without a place, and values of a form that their place does not take, go into `extra` as JSON text.
    """
    names = {place: next((name for name in aliases if item.get(name)), None) for place, aliases in _ALIASES.items()}
    values = {place: item[name] for place, name in names.items() if name is not None}
    title = _text(values.get("title"))
    if not title:
        return None
    authors, et_al = _authors(values.get("authors"))
    date = _date(values.get("date"))
    year = _year(values.get("year")) or (int(date[:4]) if date else None)
    doi = find_doi(_text(values.get("doi")) or "")
    arxiv = arxiv_id(_text(values.get("arxiv_id")) or "") or _found_arxiv(values)
    abstract = _text(values.get("abstract")) or ""
    tags = _tags(values.get("tags"))
    read = {"abstract": abstract, "authors": authors, "tags": tags, "doi": doi, "arxiv_id": arxiv, "date": date}
    used = {names[place] for place in _taken(values, read)}
    return Record(
        title=" ".join(title.split()),
        authors=authors,
        et_al=et_al or values.get("et_al") is True,
        year=year,
        date=date or (str(year) if year else None),
        venue=_text(values.get("venue")),
        doi=doi,
        arxiv_id=arxiv,
        url=_text(values.get("url")),
        category=_text(values.get("category")),
        tags=tags,
        abstract=abstract,
        key=_text(values.get("key")),
        entry_type=_text(values.get("entry_type")),
        extra=tuple((name, _as_json(value)) for name, value in item.items() if _is_extra(name, value, used)),
        source=source,
        line=line,
    )


def _taken(values: Mapping[str, object], read: Mapping[str, object]) -> set[str]:
    """Places that took their value; what a place could not take goes into `extra`."""
    taken = {"title"} | {place for place in _PLAIN if _text(values.get(place))}
    taken |= {place for place, value in read.items() if value}
    taken |= {"et_al"} if isinstance(values.get("et_al"), bool) else set()
    return taken | ({"year"} if _year(values.get("year")) else set())


def _is_extra(name: str, value: object, used: set[str | None]) -> bool:
    return name not in used and value not in (None, "", [], {})


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text(value: object) -> str | None:
    """Text of a string or a number, or of the first element of a list, as some exports wrap every value."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _authors(value: object) -> tuple[tuple[Author, ...], bool]:
    if isinstance(value, str):
        names = [name for name in re.split(r"\s+and\s+|;", value) if name.strip()]
        value = names if len(names) > 1 else _comma_list(names)
    if not isinstance(value, list):
        return (), False
    people: list[Author] = []
    et_al = False
    for item in value:
        author, more = _author(item)
        et_al = et_al or more
        people += [author] if author else []
    return tuple(people), et_al


def _comma_list(value: list[str]) -> list[str]:
    """`Ada Byron, Alan Turing` has given names first; `Byron, Ada` is one person."""
    pieces = [piece.strip() for name in value for piece in name.split(",") if piece.strip()]
    return pieces if all(" " in piece for piece in pieces) else value


def _author(item: object) -> tuple[Author | None, bool]:
    if isinstance(item, str):
        name, et_al = without_et_al(item)
        is_rest = name.strip().lower() in ("", "others")
        return (None, et_al or is_rest) if is_rest else (person(name), et_al)
    if isinstance(item, Mapping):
        family, given = (_text(item.get(part)) or "" for part in ("family", "given"))
        if family:
            particle = _text(item.get("non-dropping-particle"))
            return Author(family=f"{particle} {family}" if particle else family, given=given), False
        if whole_name := _text(item.get("name")):
            return person(whole_name), False
        whole = _text(item.get("literal")) or given
        return Author(family=whole) if whole else None, False
    return None, False


def _year(value: object) -> int | None:
    match = re.search(r"(?<!\d)[12]\d{3}(?!\d)", _text(value) or "")
    return int(match[0]) if match else None


def _date(value: object) -> str | None:
    """ISO 8601 of a date string with or without time, or of CSL's `date-parts`."""
    if isinstance(value, Mapping) and isinstance(value.get("date-parts"), list) and value["date-parts"]:
        parts = value["date-parts"][0]
        value = "-".join(str(part).zfill(2) for part in parts) if isinstance(parts, list) else None
    match = _ISO_DATE.match(_text(value) or "")
    return match[0] if match and match[1] != "0000" else None


def _tags(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = re.split(r"[,;]", value)
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(tag for item in value if (tag := _text(item))))


def _found_arxiv(values: Mapping[str, object]) -> str | None:
    places = (_text(values.get(place)) or "" for place in ("doi", "url", "venue", "arxiv_id"))
    return next((found for place in places if (found := find_arxiv_id(place))), None)
