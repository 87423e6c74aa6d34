"""What the values of tagged fields say: people, dates and addresses."""

import re
from collections.abc import Callable, Iterable

from assistant.library.readers.tagged.fields import one_line
from assistant.library.readers.values.dates import iso_date, month_number
from assistant.library.readers.values.names import is_group, person, short_name, without_et_al
from assistant.types import Author

_BETWEEN = re.compile(r"[;\n]")
_AND = re.compile(r"\s+(?:and|&)\s+")
_ADDRESS = re.compile(r"\s*\([^()\s]*@[^()\s]*\)")
_INITIALS_LIKE_A_SUFFIX = re.compile(r"([^,]+),\s*(JR|SR|II)")
_MOST_NAMES = 4
"""Words of one person's name; what has more is a group."""
_LONGEST_LIST = 5000
"""Of names without a semicolon between them; a longer text is none, and matching it would take long."""
_HISTORY = re.compile(r"received|accepted|revised|submitted|accessed|modified", re.IGNORECASE)
_COMPACT_DATE = re.compile(r"(?<!\d)([12]\d{3})(0[1-9]|1[0-2])([0-3]\d)(?!\d)")
_LONGEST_PART_OF_A_YEAR = 15
_YEAR = 4


def people(texts: Iterable[str]) -> tuple[tuple[Author, ...], bool]:
    """The people of a field for each, or of several in one, and whether it is said that there are more."""
    found: list[Author] = []
    et_al = False
    for text in texts:
        for piece in _BETWEEN.split(text):
            if len(piece) > _LONGEST_LIST:
                found.append(Author(family=one_line(piece)))
                continue
            name, more = without_et_al(one_line(_ADDRESS.sub("", piece)))
            et_al = et_al or more or name.strip(" .,").lower() == "others"
            names = _AND.split(name) if name.count(",") > 1 else [name]
            found += [author for one in names if (author := _person(one)) is not None]
    return tuple(found), et_al


def _person(text: str) -> Author | None:
    name = text.strip(" ;")
    if name.strip(" .,").lower() in ("", "others", "[anonymous]"):
        return None
    if "," in name.rstrip(","):
        initials = _INITIALS_LIKE_A_SUFFIX.fullmatch(name)
        author = Author(family=initials[1], given=initials[2]) if initials else person(name)
        return author if author.family else Author(family=author.given)
    if name.endswith(",") or _is_group(name):
        return Author(family=name.rstrip(", "))
    return short_name(name) or person(name)


def _is_group(name: str) -> bool:
    return len(name.split()) > _MOST_NAMES or is_group(name)


def publication_date(texts: Iterable[str]) -> str | None:
    """ISO 8601 out of several fields, the one that counts most first.

    The first that has a year decides on it, and the most precise of those that agree on the date: `2017` and `JAN`
    are `2017-01`.
    """
    usable = [_COMPACT_DATE.sub(r"\1-\2-\3", text) for text in texts if not _HISTORY.search(text)]
    dated = [date for text in usable if (date := iso_date(text))]
    if not dated:
        return None
    year = dated[0][:_YEAR]
    date = max((one for one in dated if one.startswith(year)), key=len)
    if len(date) > _YEAR:
        return date
    short = (text for text in usable if not iso_date(text) and len(text) <= _LONGEST_PART_OF_A_YEAR)
    return next((more for text in short if (more := iso_date(f"{year} {text}")) and len(more) > _YEAR), date)


def is_said(text: str, date: str | None) -> bool:
    """Whether a date says everything that a text does."""
    parts = [int(part) for part in (date or "").split("-") if part]
    tokens = re.findall(r"\d+|[^\W\d_]+", _COMPACT_DATE.sub(r"\1-\2-\3", text))
    return bool(parts) and all(
        int(token) in parts if token.isdecimal() else month_number(token) in (parts[1:2] or [-1]) for token in tokens
    )


def is_only_doi(text: str, doi: str | None) -> bool:
    """Whether a text says nothing but a DOI."""
    bare = re.sub(r"^(?:https?://)?(?:dx\.)?(?:doi\.org/|doi[:\s]\s*)?", "", text.strip(), flags=re.IGNORECASE)
    return doi is not None and bare.rstrip(".,;").lower() == doi


def first_address(text: str) -> str | None:
    """The first web address in a text."""
    match = re.search(r"(?:https?|ftp)://\S+", text, re.IGNORECASE)
    return match[0] if match else None


def joined(numbers: Callable[[str], Iterable[str]], texts: Iterable[str]) -> str:
    """The numbers of a kind in some texts, as a detail has them: each once, with commas between."""
    return ", ".join(dict.fromkeys(number for text in texts for number in numbers(text)))
