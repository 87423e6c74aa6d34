"""BibTeX: papers as entries that BibTeX, biber and pandoc read back."""

import re
from collections.abc import Iterable, Iterator

from assistant.export.jsonl import extra_value
from assistant.types import Author, Paper, Record

# Braces by name: BibTeX counts the ones in `\{` and `\}` too, and takes a value with an odd one for broken.
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\lbrace{}",
    "}": r"\rbrace{}",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
# A second dash or quotation mark would make TeX draw another character of the two.
_ESCAPED = re.compile(r"[\\{}&%#_$~^]|(?<=-)-|(?<=`)`|(?<=')'")
_CAPITALISED = re.compile(r"[^\W_]*(?:[^\W_][A-Z]|[A-Z]\d)[^\W_]*")
_ENTRY_TYPE = re.compile(r"(?!string$|comment$|preamble$)[a-z]+")
_CONFERENCE = re.compile(r"\b(?:proceedings|conference|workshop|symposium)\b", re.IGNORECASE)
_VENUE_FIELD = {
    "book": "publisher",
    "conference": "booktitle",
    "inbook": "booktitle",
    "incollection": "booktitle",
    "inproceedings": "booktitle",
    "mastersthesis": "school",
    "phdthesis": "school",
    "report": "institution",
    "techreport": "institution",
    "thesis": "institution",
}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
"""Macros that every style defines."""
_KEPT = frozenset(
    """address chapter edition editor eid howpublished isbn issn location note number organization pages publisher
    series volume""".split()
)
"""Fields without a place in a record that a bibliography prints."""


def to_bibtex(papers: Iterable[Paper], *, abstracts: bool = True) -> str:
    """Write papers as BibTeX under their cite keys.

    Args:
        papers: In the order to write.
        abstracts: Whether to write the abstracts too; their white space is collapsed.
    """
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    library = Library()
    for paper in papers:
        fields = [Field(name, value) for name, value in _fields(paper.record, abstracts=abstracts)]
        library.add(Entry(_entry_type(paper.record), paper.key, fields))
    # An empty stack: bibtexparser's own would put every value into a second pair of braces.
    text: str = write_string(library, unparse_stack=[])
    return text


def _entry_type(record: Record) -> str:
    if record.entry_type and _ENTRY_TYPE.fullmatch(record.entry_type):
        return record.entry_type
    if not record.venue:
        return "misc"
    return "inproceedings" if _CONFERENCE.search(record.venue) else "article"


def _fields(record: Record, *, abstracts: bool) -> Iterator[tuple[str, str]]:
    """Field names with their values, delimiters included."""
    people = [_person(author) for author in record.authors if author.name] + (["others"] if record.et_al else [])
    written = {
        "title": _title(record.title),
        "author": " and ".join(people),
        "year": str(record.year) if record.year else "",
        _VENUE_FIELD.get(_entry_type(record), "journal"): _escaped(record.venue or ""),
        "doi": _address(record.doi),
        "eprint": _address(record.arxiv_id),
        "archiveprefix": "arXiv" if record.arxiv_id else "",
        "primaryclass": _escaped(record.category or "") if record.arxiv_id else "",
        "url": _address(record.url),
        "keywords": ", ".join(map(_escaped, record.tags)),
        "abstract": _escaped(record.abstract) if abstracts else "",
    }
    for name, value in written.items():
        if value:
            yield name, "{" + value + "}"
    yield from _month_and_day(record.date)
    for name, value in record.extra:
        kept = _kept(value) if name in _KEPT and not written.get(name) else ""
        if kept:
            yield name, "{" + kept + "}"


def _month_and_day(date: str | None) -> Iterator[tuple[str, str]]:
    _, month, day = [*(date or "").split("-"), "", ""][:3]
    if month:
        yield "month", _MONTHS[int(month) - 1]
    if day:
        yield "day", "{" + str(int(day)) + "}"


def _kept(value: str) -> str:
    """A field that a source had: LaTeX stays as it stood, text out of JSON is escaped, JSON lists are left out."""
    plain = extra_value(value)
    if isinstance(plain, list | dict):
        return ""
    return value if plain == value and _is_balanced(value) else _escaped(str(plain))


def _is_balanced(value: str) -> bool:
    depth = 0
    for char in value:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0 and not value.endswith("\\")


def _title(title: str) -> str:
    """Words with capitals inside stand in braces, so that no style makes them small."""
    pieces: list[str] = []
    end = 0
    for word in _CAPITALISED.finditer(title):
        pieces += [_escaped_as_is(title[end : word.start()]), "{", word.group(), "}"]
        end = word.end()
    return " ".join("".join([*pieces, _escaped_as_is(title[end:])]).split())


def _person(author: Author) -> str:
    if not author.given or not author.family:
        return "{" + _escaped(author.name) + "}"
    return f"{_name_part(author.family)}, {_name_part(author.given)}"


def _name_part(text: str) -> str:
    """A part of a name; in braces when a comma, an "and" or a command in it would mislead readers of names."""
    escaped = _escaped(text)
    is_whole = "," in text or "\\" in escaped or "and" in text.lower().split()
    return "{" + escaped + "}" if is_whole else escaped


def _address(text: str | None) -> str:
    """Written as it is, since styles and readers do so; only what could end the field is encoded."""
    return "".join(f"%{ord(char):02X}" if char in "{}\\" or char.isspace() else char for char in text or "")


def _escaped(text: str) -> str:
    return " ".join(_escaped_as_is(text).split())


def _escaped_as_is(text: str) -> str:
    return _ESCAPED.sub(lambda match: _SPECIAL.get(match.group(), "{}" + match.group()), text)
