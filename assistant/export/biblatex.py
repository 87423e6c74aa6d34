"""BibLaTeX: the entries of `to_bibtex` under BibLaTeX's own names."""

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.export.bibtex import entry_text, entry_type
from assistant.export.bibtex_fields import Field, entry_as_written, fields_of
from assistant.export.bibtex_values import braced
from assistant.library.readers.bibtex.syntax import value_text
from assistant.types import Paper, Record

_TYPES = {
    "conference": ("inproceedings", ""),
    "electronic": ("online", ""),
    "mastersthesis": ("thesis", "mathesis"),
    "phdthesis": ("thesis", "phdthesis"),
    "techreport": ("report", "techreport"),
    "www": ("online", ""),
}
"""BibTeX's types with those of BibLaTeX, and what then stands in the field `type`."""
_NAMES = {
    "address": "location",
    "annote": "annotation",
    "archiveprefix": "eprinttype",
    "journal": "journaltitle",
    "primaryclass": "eprintclass",
    "school": "institution",
}
_DATES = ("year", "month", "day")


def to_biblatex(
    papers: Iterable[Paper], *, abstracts: bool = True, ids: Mapping[str, Sequence[str]] | None = None
) -> str:
    """Write papers as BibLaTeX under their cite keys; what came from BibTeX keeps its values, under BibLaTeX's names.

    Args:
        papers: In the order to write.
        abstracts: Whether to write the abstracts too; their white space is collapsed.
        ids: Other keys under which a document may cite a paper, by its key.
    """
    papers = list(papers)
    entries = {paper.key.lower(): entry_as_written(paper) for paper in papers if paper.record.written}
    texts: list[str] = []
    for paper in papers:
        before = entry_type(paper.record)
        fields = fields_of(paper, before, entries)
        kind, of_type = type_of(paper.record, before)
        others = (ids or {}).get(paper.key)
        if others and not any(field.name.lower() == "ids" for field in fields):
            fields = [*fields, Field(name="ids", value="{" + ",".join(others) + "}")]
        texts.append(entry_text(kind, paper.key, translated(paper.record, fields, of_type), abstracts=abstracts))
    return "\n\n".join(texts)


def type_of(record: Record, kind: str) -> tuple[str, str]:
    """BibLaTeX's type for one of BibTeX's, and what then stands in the field `type`."""
    return _TYPES.get(kind, (_online(record, kind), ""))


def _online(record: Record, kind: str) -> str:
    """`online` for what has only an address; a preprint is one of these."""
    has_only_address = record.url and not (record.venue or record.details or record.written)
    return "online" if kind == "misc" and has_only_address else kind


def translated(record: Record, fields: list[Field], of_type: str) -> list[Field]:
    """The fields under BibLaTeX's names, the parts of a date as one, where the name is not there already."""
    taken = {field.name.lower() for field in fields}
    has_one_date = "date" in taken or not _is_whole_date(record, fields)
    translated: list[Field] = []
    for field in fields:
        name = field.name.lower()
        if name in _DATES and not has_one_date:
            if name == "year":
                translated.append(Field(name="date", value=braced(record.date or ""), place="date"))
        elif name == "pmid" and record.pmid and not taken & {"eprint", "eprinttype", "archiveprefix"}:
            translated += [Field(name="eprint", value=field.value), Field(name="eprinttype", value="{pubmed}")]
            taken.add("eprint")
        elif _NAMES.get(name, name) not in taken:
            translated.append(Field(name=_NAMES[name], value=field.value, place=field.place))
        else:
            translated.append(field)
    if of_type and "type" not in taken:
        translated.append(Field(name="type", value=braced(of_type)))
    return translated


def _is_whole_date(record: Record, fields: list[Field]) -> bool:
    """Whether the record's date says all that year, month and day say."""
    values = {field.name.lower(): value_text(field.value) for field in fields if field.name.lower() in _DATES}
    parts = (record.date or "").split("-")
    is_plain = all(re.fullmatch(r"\s*\w+\.?\s*", value) for value in values.values())
    return values.get("year", "").strip() == parts[0] and is_plain and len(parts) == len(values)
