"""The fields of an entry: as they stood in the BibTeX it came from while they say the same, written anew else."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.export.bibtex_values import address, braced, date_fields, detail, does_something, names, title
from assistant.export.jsonl import extra_value
from assistant.library.cleaning import storable
from assistant.library.readers.bibtex.fields import Entry, entry_of, places_of, record
from assistant.library.readers.bibtex.inheritance import inherited
from assistant.library.readers.bibtex.latex_escapes import escaped
from assistant.library.readers.bibtex.syntax import is_balanced, is_strict, value_text
from assistant.types import DETAILS, Paper, Record

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
_KEPT = frozenset(
    """address chapter edition editor eid howpublished isbn issn location note number organization pages publisher
    series volume""".split()
)
"""Fields without a place in a record that a bibliography prints."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BRACE_CHARACTER = re.compile(r"(?<!\\)((?:\\\\)*)\\([{}])")
_BRACE_NAMES = {"{": r"\lbrace{}", "}": r"\rbrace{}"}
_DATES = ("year", "month", "day")
_EPRINTS = ("eprint", "archiveprefix", "primaryclass")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as it is written."""

    name: str
    value: str
    """With its delimiters."""
    place: str | None = None
    """The part of the record that it says."""


def fields_of(paper: Paper, entry_type: str, entries: Mapping[str, Entry]) -> list[Field]:
    """The fields of a paper under BibTeX's names, or under those that it had in its file.

    Args:
        paper: With what its file had in `written`, if it came from BibTeX.
        entry_type: As it is written.
        entries: What the other papers to write had in their files, by key in lower case: what is inherited from one of
            them is not repeated.
    """
    fresh = list(_fresh(paper.record, entry_type))
    if not paper.record.written:
        return fresh
    entry = inherited(entry_as_written(paper), entries)
    before = storable(record(entry, source="", line=0) or Record(title=""))
    changed = {
        place for place in _all_places(before, paper.record) if _part(before, place) != _part(paper.record, place)
    }
    return _merged(paper.record, entry, changed, fresh)


def entry_as_written(paper: Paper) -> Entry:
    """The entry that a paper was in its file, under the key that it has now."""
    return entry_of(paper.record.entry_type or "misc", paper.key, paper.record.written)


def _merged(now: Record, entry: Entry, changed: set[str], fresh: list[Field]) -> list[Field]:
    """The entry's own fields in their order, those that changed written anew, and behind them what it lacks."""
    places = places_of(entry)
    anew = _anew(now, fresh)
    fields: list[Field] = []
    for name, raw in now.written:
        place = places.get(name.lower())
        is_same = place is None or place not in changed
        fresh_value = anew.get(name.lower(), "") if place else _shown(raw)
        says_same = is_same or value_text(raw) == value_text(fresh_value)
        value = (_as_it_stood(raw) if says_same and raw else "") or fresh_value
        if value:
            fields.append(Field(name=name, value=value, place=place))
    said = {field.place for field in fields} | {None}
    taken = {field.name.lower() for field in fields}
    fields += [field for field in fresh if field.place in changed and _is_lacking(field, said, taken)]
    return fields


def _is_lacking(field: Field, said: set[str | None], taken: set[str]) -> bool:
    if field.name in _DATES:
        return "date" not in taken and field.name not in taken
    if field.name in _EPRINTS:
        return not taken & {"eprint", field.name}
    return field.place not in said and field.name not in taken


def _all_places(before: Record, now: Record) -> list[str]:
    simple = ["title", "authors", "date", "venue", "doi", "arxiv_id", "pmid", "url", "category", "tags", "abstract"]
    return simple + [name for name in DETAILS if name in dict(before.details) or name in dict(now.details)]


def _part(of: Record, place: str) -> object:
    if place in DETAILS:
        return dict(of.details).get(place, "")
    if place == "authors":
        return of.authors, of.et_al
    return (of.year, of.date) if place == "date" else getattr(of, place)


def _fresh(of: Record, entry_type: str) -> Iterator[Field]:
    """Everything that a record says, under BibTeX's names."""
    dates = date_fields(of.date, of.year)
    venue_field = _VENUE_FIELD.get(entry_type, "journal")
    found = [
        Field(name="title", value=braced(title(of.title)), place="title"),
        Field(name="author", value=braced(names(of)), place="authors"),
        Field(name="year", value=dates["year"], place="date"),
        Field(name=venue_field, value=braced(escaped(of.venue or "")), place="venue"),
        Field(name="doi", value=braced(address(of.doi)), place="doi"),
        Field(name="eprint", value=braced(address(of.arxiv_id)), place="arxiv_id"),
        Field(name="archiveprefix", value="{arXiv}" if of.arxiv_id else "", place="arxiv_id"),
        Field(name="primaryclass", value=braced(escaped(of.category or "")) if of.arxiv_id else "", place="category"),
        Field(name="pmid", value=braced(address(of.pmid)), place="pmid"),
        Field(name="url", value=braced(address(of.url)), place="url"),
        Field(name="keywords", value=braced(", ".join(map(escaped, of.tags))), place="tags"),
        Field(name="abstract", value=braced(escaped(of.abstract)), place="abstract"),
        *(Field(name=name, value=dates[name], place="date") for name in ("month", "day")),
        *(Field(name=name, value=braced(detail(name, text)), place=name) for name, text in of.details),
        *(Field(name=name, value=braced(_kept(value))) for name, value in of.extra if name in _KEPT),
    ]
    taken: set[str] = set()
    for field in found:
        if field.value and field.name not in taken:
            taken.add(field.name)
            yield field


def _anew(now: Record, fresh: list[Field]) -> dict[str, str]:
    """Values written anew by the names that a field of BibTeX or BibLaTeX may have; no `subtitle`, it is in `title`."""
    by_place = {field.place: field.value for field in reversed(fresh)}
    dates = date_fields(now.date, now.year)
    aliases = {
        **dict.fromkeys(("journal", "journaltitle", "booktitle"), by_place.get("venue", "")),
        **dict.fromkeys(("eprinttype", "archiveprefix"), "{arXiv}" if now.arxiv_id else "{pubmed}" if now.pmid else ""),
        **dict.fromkeys(("primaryclass", "eprintclass"), by_place.get("category", "")),
        **{name: by_place.get(place, "") for name, place in _DETAIL_ALIASES.items()},
        "eprint": braced(address(now.arxiv_id or now.pmid)),
    }
    details = {name: braced(detail(name, text)) for name, text in now.details}
    return {field.name: field.value for field in fresh if field.place} | aliases | dates | details


_DETAIL_ALIASES = {
    "issue": "number",
    "articleno": "eid",
    "article-number": "eid",
    "location": "address",
    "journalabbr": "shortjournal",
    "pmc": "pmcid",
    "langid": "language",
}


def _as_it_stood(raw: str) -> str:
    """A value that BibTeX takes and TeX only shows, as it stood or in braces; nothing for another."""
    if does_something(raw) or _CONTROL.search(raw.replace("\t", " ").replace("\n", " ")):
        return ""
    if is_strict(raw):
        return raw
    inside = value_text(raw)
    if not is_balanced(inside):  # BibTeX counts these, unlike those who wrote them
        inside = _BRACE_CHARACTER.sub(lambda one: one[1] + _BRACE_NAMES[one[2]], inside)
    return braced(inside) if is_balanced(inside) else ""


def _shown(raw: str) -> str:
    """A value of which TeX shows the very letters."""
    return braced(escaped(value_text(raw)))


def _kept(value: str) -> str:
    """A field that a source had: LaTeX stays as it stood, text out of JSON is escaped, JSON lists are left out."""
    plain = extra_value(value)
    if isinstance(plain, list | dict):
        return ""
    is_sound = plain == value and is_balanced(value) and not value.endswith("\\") and not does_something(value)
    return value if is_sound else escaped(str(plain))
