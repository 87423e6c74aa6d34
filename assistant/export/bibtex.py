"""BibTeX: papers as entries that BibTeX, biber and pandoc read back."""

import re
from collections.abc import Iterable

from assistant.export.bibtex_fields import Field, entry_as_written, fields_of
from assistant.types import Paper, Record

_ENTRY_TYPE = re.compile(r"(?!string$|comment$|preamble$)[a-z]+")
_CONFERENCE = re.compile(r"\b(?:proceedings|conference|workshop|symposium)\b", re.IGNORECASE)


def to_bibtex(papers: Iterable[Paper], *, abstracts: bool = True) -> str:
    """Write papers as BibTeX under their cite keys.

    What came from BibTeX or BibLaTeX has its fields as they stood, in their order, as long as the record says the same;
    fields that were edited or filled in are written anew, those that were added follow.

    Args:
        papers: In the order to write.
        abstracts: Whether to write the abstracts too; their white space is collapsed.
    """
    papers = list(papers)
    entries = {paper.key.lower(): entry_as_written(paper) for paper in papers if paper.record.written}
    found = ((paper, entry_type(paper.record)) for paper in papers)
    return "\n\n".join(
        entry_text(kind, paper.key, fields_of(paper, kind, entries), abstracts=abstracts) for paper, kind in found
    )


def entry_type(record: Record) -> str:
    """The record's own type, or one that fits where it appeared."""
    if record.entry_type and _ENTRY_TYPE.fullmatch(record.entry_type):
        return record.entry_type
    if not record.venue:
        return "misc"
    return "inproceedings" if _CONFERENCE.search(record.venue) else "article"


def entry_text(kind: str, key: str, fields: Iterable[Field], *, abstracts: bool) -> str:
    """One entry, a field a line."""
    lines = [f"\t{one.name} = {one.value}" for one in fields if abstracts or one.name.lower() != "abstract"]
    return "@" + kind + "{" + ",\n".join([key, *lines]) + "\n}\n"
