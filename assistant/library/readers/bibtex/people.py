"""Names of people as BibTeX and BibLaTeX write them."""

import re
from collections.abc import Iterator

from assistant.library.readers.bibtex.latex import decode
from assistant.library.readers.bibtex.syntax import delimited_end
from assistant.library.readers.values.names import people_text
from assistant.types import Author

_EXTENDED = re.compile(r"\b(family|given|prefix|suffix)\s*=\s*(\"[^\"]*\"|\{[^{}]*\}|[^,]*)")
_LOOSE_AND = re.compile(r"^and\s+|\s+and$", re.IGNORECASE)
_REST = ("others", "et al", "et al.")


def people(text: str) -> tuple[tuple[Author, ...], bool]:
    """The people of a field such as `author`, and whether it ends in `and others`."""
    names = list(_names(text))
    listed = [name for name in names if name.strip("{} ").lower() not in _REST]
    return tuple(one for name in listed if (one := _person(name)).family), len(listed) < len(names)


def names_text(text: str) -> str:
    """The people of a field in plain text: `Family, Given and Family, Given and others`."""
    authors, et_al = people(text)
    return people_text([*authors, *[Author(family="others")] * et_al])


def _names(text: str) -> Iterator[str]:
    from bibtexparser.middlewares.names import split_multiple_persons_names

    for name in split_multiple_persons_names(_joined(" ".join(text.split()))):
        # BibLaTeX's pointer to a name of another entry is no name.
        if name.strip("{} ,") and not name.lower().startswith("xdata="):
            yield name


def _joined(text: str) -> str:
    """The list without an `and` that joins nothing, and with one for each semicolon where these stand in its place."""
    text = _LOOSE_AND.sub("", text)
    pieces = text.split(";")
    is_list = len(pieces) > 1 and " and " not in text and not any(char in text for char in "{}&")
    return " and ".join(pieces) if is_list and all("," in piece for piece in pieces if piece.strip()) else text


def _person(name: str) -> Author:
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    if name.startswith("{") and delimited_end(name) == len(name):
        return Author(family=decode(name))
    extended = {part: value.strip('{}" ') for part, value in _EXTENDED.findall(name)}
    if "family" in extended:
        whole_family = " ".join(extended.get(part, "") for part in ("prefix", "family", "suffix"))
        return Author(family=decode(whole_family), given=decode(extended.get("given", "")))
    parts = parse_single_name_into_parts(name, strict=False)
    family = decode(" ".join([*parts.von, *parts.last, *parts.jr]))
    given = decode(" ".join(parts.first))
    return Author(family=family, given=given) if family else Author(family=given)
