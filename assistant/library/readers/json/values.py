"""Single values out of JSON objects, as records hold them."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping

from assistant.library.readers.values.dates import iso, iso_date, month_number
from assistant.library.readers.values.details import in_order
from assistant.library.readers.values.identifiers import pmcid
from assistant.library.readers.values.markup import plain
from assistant.library.readers.values.names import is_suffix, person, short_name, without_et_al
from assistant.library.readers.values.pages import pages
from assistant.types import Author

_EMPTY: tuple[object, ...] = (None, "", [], {})
_PMID = re.compile(r"(?:(?:pmid|pubmed)\s*:?\s*|https?://\S*?/)?(?:medline:)?(\d{1,9})/?", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_ISO_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_NAMESAKE = re.compile(r"\s\d{4}$")
"""By which DBLP tells people of one name apart."""
_REST = frozenset({"", "others", "et al", "et al.", "and others"})


def text(value: object) -> str | None:
    """Text of a string or a number on one line; of a list's only element too, as some exports wrap every value."""
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if isinstance(value, list):
        return text(value[0]) if len(value) == 1 and not isinstance(value[0], list) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def line_of(value: object) -> str | None:
    """Text on one line, without markup: a title, a journal."""
    found = text(value)
    if found and ("<" in found or "&" in found):
        found = " ".join(plain(found).split())
    return _normal(found) or None if found else None


def abstract_of(value: object) -> str:
    """Text with its paragraphs, without markup."""
    found = value[0] if isinstance(value, list) and len(value) == 1 else value
    return _normal(plain(found)).strip() if isinstance(found, str) else text(found) or ""


def _normal(value: str) -> str:
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def first(value: object) -> object:
    """The first element of a list; anything else as it is."""
    return (value[0] if value else None) if isinstance(value, list) else value


def mapping(value: object) -> Mapping[str, object]:
    """The value when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[object]:
    """The value when it is a list; one alone stands for a list of it."""
    if isinstance(value, list):
        return value
    return [] if value in _EMPTY else [value]


def extra_of(item: Mapping[str, object], used: Iterable[str | None]) -> tuple[tuple[str, str], ...]:
    """The fields that have no place in a record, as JSON text; empty ones are left out."""
    taken = frozenset(used)
    return tuple(
        (name, as_json(value)) for name, value in item.items() if name not in taken and value not in _EMPTY and name
    )


def as_json(value: object) -> str:
    """JSON text; a number too large for one is written in words."""
    return json.dumps(value, ensure_ascii=False)


def details_of(values: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    """What a bibliography prints besides, in its order, pages as it prints them."""
    return in_order({**values, "pages": pages(values.get("pages") or "")})


def author_of(item: object) -> Author | None:
    """A person from a name or an object of its parts, whatever they are called; None for nobody."""
    if isinstance(item, str):
        name = _normal(" ".join(item.split()))
        return None if name.lower() in _REST else person(name)
    if not isinstance(item, dict):
        return None
    family = _name(item, "family", "last_name", "lastname", "lastName", "familyName", "surname", "last")
    given = _name(item, "given", "first_name", "firstname", "firstName", "givenName", "forename", "first")
    if family:
        before = [_name(item, "non-dropping-particle"), _name(item, "dropping-particle")]
        parts = [*dict.fromkeys(one for one in reversed(before) if one), family, _name(item, "suffix")]
        return Author(family=" ".join(one for one in parts if one), given=given)
    if literal := _name(item, "literal") or given:
        return None if literal.lower() in _REST else Author(family=literal)
    if "sequence" in item and (group := _name(item, "name")):
        return Author(family=group)  # Crossref has persons in two parts
    name = _name(item, "name", "display_name", "fullName", "full_name", "raw_author_name")
    return author_of(name or _NAMESAKE.sub("", _name(item, "text")))


def _name(item: Mapping[str, object], *names: str) -> str:
    for name in names:
        if found := item.get(name):
            return line_of(found) or ""
    return ""


def authors_of(value: object) -> tuple[tuple[Author, ...], bool]:
    """Everybody in a list, or in a string with `and`, semicolons or commas between; and whether there are more."""
    et_al = False
    if isinstance(value, str):
        value, et_al = without_et_al(value)
        names = [name for name in re.split(r"\s+and\s+|\s*;\s*|\n", value) if name.strip()]
        value = names if len(names) > 1 else _comma_list(names)
        short = [author for name in value if (author := short_name(name.strip().rstrip(".")))]
        if len(short) == len(value) > 1:  # `Byron A, King AB.` of Europe PMC
            return tuple(short), et_al
    elif isinstance(value, dict):
        value = sequence(value.get("author") or value)  # DBLP has a list within
    if not isinstance(value, list):
        return (), False
    people: list[Author] = []
    for item in value:
        if isinstance(item, str):
            name, more = without_et_al(item)
            et_al = et_al or more or name.strip().lower() in _REST - {""}
            author = author_of(name)
        else:
            author = author_of(item)
            is_rest = (
                author is None and str(mapping(item).get("literal") or mapping(item).get("family")).lower() in _REST
            )
            et_al = et_al or is_rest
        people += [author] if author and author.family else []
    return tuple(people), et_al


def _comma_list(value: list[str]) -> list[str]:
    """`Ada Byron, Alan Turing` has given names first; `Byron, Ada` is one person, and so is `Ford, Jr., Henry`."""
    pieces = [piece.strip() for name in value for piece in name.split(",") if piece.strip()]
    if len(pieces) > 1 and all(" " in piece and not is_suffix(piece) for piece in pieces):
        return pieces
    return value


def people_of(written: str) -> tuple[Author, ...]:
    """Editors out of what `people_text` writes."""
    names = (name.partition(", ") for name in written.split(" and ") if name)
    return tuple(Author(family=family, given=given) for family, _, given in names)


def tags_of(value: object) -> tuple[str, ...]:
    """Keywords of a list, or of a string with semicolons or commas between."""
    if isinstance(value, str):
        value = value.split(";" if ";" in value else ",")
    if not isinstance(value, list):
        return ()
    names = ("keyword", "display_name", "subject", "name", "tag", "value", "term")
    plain_tags = (
        line_of(next((item[name] for name in names if item.get(name)), None) if isinstance(item, dict) else item)
        for item in value
    )
    return tuple(dict.fromkeys(tag for tag in plain_tags if tag))


def year_of(value: object) -> int | None:
    """The first year that a number or a text names."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 1000 <= value < 3000 else None  # noqa: PLR2004 - because years have four digits
    match = _YEAR.search(text(value) or "")
    return int(match[0]) if match else None


def date_of(value: object) -> str | None:
    """ISO 8601 of a text, a number, a list of year, month and day, or CSL's and Crossref's `date-parts`."""
    if value is None:
        return None
    if isinstance(value, str) and _ISO_DAY.fullmatch(value[:10].rstrip("T ")):
        return iso_date(value[:10])
    if isinstance(value, dict):
        parts = value.get("date-parts")
        first = parts[0] if isinstance(parts, list) and parts else None
        found = date_of(first) if isinstance(first, list) else None
        written = (text(value.get(name)) for name in ("literal", "raw", "date", "published", "start"))
        return found or next((date for one in written if one and (date := iso_date(one))), None)
    if isinstance(value, list) and value and not isinstance(value[0], list | dict):
        year, month, day = ([_number(one) for one in value[:3]] + [0, 0])[:3]
        return iso(year, month, day) if year <= 9999 else None  # noqa: PLR2004 - because ISO years have four digits
    found_text = text(value)
    return iso_date(found_text) if found_text else None


def date_from(year: object, month: object, day: object) -> str | None:
    """ISO 8601 of parts that stand in fields of their own; None without a year."""
    found = year_of(year)
    if found is None:
        return None
    return iso(found, month_number(text(month) or ""), _number(day)) if month else f"{found}"


def _number(value: object) -> int:
    found = text(value) or ""
    return int(found) if re.fullmatch(r"\d{1,9}", found, re.ASCII) else 0


def pmid_of(value: object) -> str | None:
    """PubMed's number out of `12345`, `PMID: 12345` or an address."""
    match = _PMID.fullmatch(text(value) or "")
    return match[1] if match else None


def pmcid_of(value: object) -> str | None:
    """`PMC12345` out of that, a bare number or an address."""
    return pmcid((text(value) or "").rsplit("/articles/", 1)[-1])
