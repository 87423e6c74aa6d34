"""CSV: one paper a row, for spreadsheets and for other programs."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from assistant.types import DETAILS, Author, Paper

COLUMNS = (
    *"key title authors year date venue".split(),
    *DETAILS,
    *"doi arxiv_id pmid url type category tags abstract notes".split(),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(papers: Iterable[Paper]) -> str:
    """Write papers so that `citewell add` reads these columns back.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for paper in papers:
        writer.writerow([guarded(cell) for cell in _cells(paper)])
    return out.getvalue()


def _cells(paper: Paper) -> Iterator[str]:
    record = paper.record
    details = dict(record.details)
    values = {
        "key": paper.key,
        "title": record.title,
        "authors": "; ".join([*map(_person, record.authors), *["et al."] * record.et_al]),
        "year": str(record.year or ""),
        "date": record.date,
        "type": record.entry_type,
        "tags": "; ".join(record.tags),
    }
    for name in COLUMNS:
        yield str(values.get(name) or details.get(name) or getattr(record, name, None) or "")


def _person(author: Author) -> str:
    """Family name first; a name of several words without a given one would be read as a person's."""
    return "{" + author.family + "}" if not author.given and " " in author.family else author.inverted


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(_FORMULA) else cell
