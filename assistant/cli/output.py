"""Owns stdout: results, for people or as one JSON document."""

import json
import re
import sys
import textwrap
from collections.abc import Sequence
from shutil import get_terminal_size
from typing import Any

from assistant.types import Paper

_WIDEST = 100
_UNSAFE_IN_JSON = re.compile(r"[\x7f-\x9f\ud800-\udfff]")


def print_json(document: object) -> None:
    """Print one JSON document and nothing else."""
    carries_all = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(document, ensure_ascii=not carries_all, indent=2)
    # What acts on a terminal, or is no character, is written as JSON's escape; it can only stand inside a string.
    sys.stdout.write(_UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def print_text(text: str = "") -> None:
    """Print text for a person: control characters, which act on a terminal, become spaces."""
    sys.stdout.write(printable(text) + "\n")


def print_marked(text: str) -> None:
    """Print text that was made printable, with marks of our own in it."""
    sys.stdout.write(text + "\n")


def flush() -> None:
    """Show what was printed so far."""
    sys.stdout.flush()


def printable(text: str) -> str:
    """Text that cannot act on a terminal; line ends stay."""
    return "".join(char if char in "\n\t" or char.isprintable() else " " for char in text)


def wrapped(text: str, indent: str = "") -> str:
    """Text broken at the terminal's width when stdout is a terminal, else one line."""
    return _filled(text, indent, indent)


def hanging(label: str, text: str) -> str:
    """A label, and text broken as by `wrapped` beside it."""
    return _filled(text, label, " " * len(label))


def item(text: str) -> str:
    """An entry of a list, broken as by `wrapped`, its further lines set in."""
    return _filled(text, "  ", "    ")


def _filled(text: str, first: str, others: str) -> str:
    if not sys.stdout.isatty():
        return first + text
    return broken(text, min(get_terminal_size().columns, _WIDEST), first, others)


def broken(text: str, width: int, first: str = "", others: str = "") -> str:
    """Text broken between words at a width; what stands before the first line and before the others counts."""
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=others, break_on_hyphens=False, break_long_words=False
    )


_EXTRACTED = (
    "Title, authors and abstract were read off the pages of a PDF, and may be wrong; `citewell edit` mends them."
)
_FIELD_NAMES = {"extra": "other fields", "doi": "DOI", "arxiv_id": "arXiv id", "pmid": "PubMed id", "url": "URL"}
_KNOWN_BY = 60
_NO_ABSTRACT = "No abstract: this paper is found by its title."
_DETAIL_NAMES = {"isbn": "ISBN", "issn": "ISSN", "pmcid": "PMC", "eid": "Article no.", "shortjournal": "Abbreviated"}


def print_paper(paper: Paper, sources: Sequence[tuple[str, int | None]], aliases: Sequence[str]) -> None:
    """A paper with all that is known of it."""
    record = paper.record
    people = ", ".join(author.name for author in record.authors) + (" et al." if record.et_al else "")
    rows: list[tuple[str, Any]] = [
        ("Key", paper.key),
        ("Also", ", ".join(aliases)),
        ("Authors", people),
        ("Date", record.date or record.year),
        ("Venue", record.venue),
        ("Type", record.entry_type),
        ("Category", record.category),
        *((_DETAIL_NAMES.get(name, name.capitalize()), value) for name, value in record.details),
        ("DOI", record.doi),
        ("Other DOI", dict(record.extra).get("doi")),
        ("arXiv", record.arxiv_id),
        ("PubMed", record.pmid),
        ("URL", record.url),
        ("Tags", ", ".join(record.tags)),
        ("From", "; ".join(map(_origin, sources))),
        ("Took over", "; ".join(f"{field_name(name)} from {source}" for name, source in record.filled)),
        ("Yours", ", ".join(map(field_name, record.edited))),
        ("Lacks", ", ".join(paper.incomplete)),
    ]
    print_text(wrapped(record.title))
    if record.extracted:
        print_text(wrapped(_EXTRACTED))
    for name, value in rows:
        if value:
            print_text(hanging(f"{name + ':':14}", str(value)))
    if record.notes:
        print_text("\nYour notes:\n" + "\n".join(wrapped(line) for line in record.notes.split("\n")))
    print_text(
        "\n" + ("\n".join(wrapped(line) for line in record.abstract.split("\n")) if record.abstract else _NO_ABSTRACT)
    )


def field_name(name: str) -> str:
    """A field of a record as a reader knows it."""
    return _FIELD_NAMES.get(name, name)


def shortened(text: str) -> str:
    """The beginning of a text, to know it by."""
    return textwrap.shorten(text, _KNOWN_BY, placeholder="…")


def _origin(origin: tuple[str, int | None]) -> str:
    source, line = origin
    name = "standard input" if source == "-" else source
    return f"{name}, line {line}" if line else name


def print_papers(papers: Sequence[Paper]) -> None:
    """A table of papers; plain columns when piped."""
    if not sys.stdout.isatty():
        for paper in papers:
            print_text("\t".join(_cells(paper)))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name, style in (("Key", "bold"), ("Year", ""), ("Authors", ""), ("Title", "")):
        table.add_column(name, style=style, overflow="fold")
    for paper in papers:
        table.add_row(*(Text(cell) for cell in _cells(paper)))
    Console(highlight=False).print(table)


def _cells(paper: Paper) -> list[str]:
    """One line per paper: no cell holds a tab or a line end."""
    cells = (paper.key, str(paper.record.year or ""), people(paper), paper.title)
    return [" ".join(printable(cell).split()) for cell in cells]


def people(paper: Paper) -> str:
    """Family names of the first two authors, and whether there are more."""
    families = [author.family for author in paper.record.authors]
    more = " et al." if paper.record.et_al or len(families) > 2 else ""  # noqa: PLR2004 - because two names fit
    return ", ".join(families[:2]) + more
