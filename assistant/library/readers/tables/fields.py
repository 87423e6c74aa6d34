"""Turn one row of a table into a record."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from assistant.library.readers.tables.columns import columns_of
from assistant.library.readers.tables.people import people
from assistant.library.readers.values.dates import iso_date
from assistant.library.readers.values.identifiers import arxiv_id, find_arxiv_id, find_doi
from assistant.library.readers.values.markup import plain
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages, pages_between
from assistant.types import DETAILS, Record

_TYPES = {
    "journal article": "article",
    "journalarticle": "article",
    "jour": "article",
    "conference paper": "inproceedings",
    "conferencepaper": "inproceedings",
    "proceedings paper": "inproceedings",
    "proceedings-article": "inproceedings",
    "book chapter": "incollection",
    "booksection": "incollection",
    "book-chapter": "incollection",
    "thesis": "thesis",
    "dissertation": "phdthesis",
    "report": "report",
    "preprint": "misc",
    "review": "article",
}
_KNOWN_TYPES = frozenset(
    """article inproceedings incollection inbook book proceedings phdthesis mastersthesis thesis techreport report
    unpublished misc online dataset software patent manual""".split()
)
_LISTS = ("authors", "tags", "editor")
_GUARDED = re.compile(r"\A'(?=[=+\-@\t\r])")
"""How a cell is kept from being taken for a formula."""
# As Embase writes it: `Journal of Owls (2014) 3:2 (152-160). Date of Publication: ...`
_WHOLE_SOURCE = re.compile(
    r"(?P<venue>[^()]+?) \((?P<year>[12]\d{3})\)(?: (?P<volume>[^\s:()]+))?(?::(?P<number>\S+))?"
    r"(?: \((?P<pages>[^()]*)\))?\."
)
_RESOLVED = re.compile(r"\bdoi(?::|%3A)(10\.[^&\s]+)", re.IGNORECASE)
_LIST = re.compile(r"\[\s*['\"].*['\"]\s*\]", re.DOTALL)
"""How Python writes a list of texts; tools that keep tables with it leave such cells."""
_LISTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class Table:
    """What the header of a table says."""

    header: tuple[str, ...]
    columns: Mapping[str, int]
    """Place in a record -> index of its column."""

    @classmethod
    def of(cls, header: Sequence[str]) -> "Table":
        """The table with this header."""
        return cls(tuple(name.strip() for name in header), columns_of(header))

    def record(self, row: Sequence[str], *, source: str, line: int) -> Record | None:
        """The record of a row; None without a title."""
        cells = [_GUARDED.sub("", cell.strip(), count=1) for cell in row]
        values = {place: cells[index] for place, index in self.columns.items() if index < len(cells) and cells[index]}
        values |= {place: _unlisted(values[place]) for place in _LISTS if place in values}
        title = " ".join(plain(values.get("title", "")).split())
        if not title:
            return None
        whole = _WHOLE_SOURCE.match(values.get("venue", ""))
        if whole:
            values = {name: text for name, text in whole.groupdict().items() if text} | values
            values["venue"] = whole["venue"]
        authors, et_al = people(values.get("authors", ""))
        date = iso_date(values.get("date", "")) or iso_date(values.get("year", ""))
        year = iso_date(values.get("year", "")) or date
        doi = find_doi(values.get("doi", "")) or _doi_in(values.get("url", ""))
        arxiv = _arxiv(values)
        pmid = re.search(r"\d{1,9}$", values.get("pmid", ""))
        entry_type = _entry_type(values.get("entry_type", ""))
        read: dict[str, object] = {
            "doi": doi,
            "arxiv_id": arxiv,
            "pmid": pmid,
            "date": date,
            "year": year,
            "authors": authors,
        }
        read |= {"entry_type": entry_type, "venue": not whole}
        return Record(
            title=title,
            authors=authors,
            et_al=et_al,
            year=int(year[:4]) if year else None,
            date=date if date and year and date[:4] == year[:4] else year,
            venue=values.get("venue"),
            doi=doi,
            arxiv_id=arxiv,
            pmid=pmid[0] if pmid else None,
            url=values.get("url"),
            category=values.get("category"),
            tags=_tags(values.get("tags", "")),
            abstract=plain(values.get("abstract", "")),
            key=values.get("key"),
            entry_type=entry_type,
            details=_details(values),
            extra=self._extra(cells, {place for place in values if place not in read or read[place]}),
            notes=values.get("notes", ""),
            source=source,
            line=line,
        )

    def _extra(self, cells: Sequence[str], used: set[str]) -> tuple[tuple[str, str], ...]:
        """Cells without a place in a record, or whose place could not take them, under their column's name."""
        taken = {index for place, index in self.columns.items() if place in used}
        names = [*self.header, *(f"column {number}" for number in range(len(self.header) + 1, len(cells) + 1))]
        named = zip(names, cells, strict=False)
        return tuple(
            (name or f"column {index + 1}", cell)
            for index, (name, cell) in enumerate(named)
            if cell and index not in taken
        )


def _unlisted(cell: str) -> str:
    if not _LIST.fullmatch(cell):
        return cell
    return "; ".join(single or double for single, double in _LISTED.findall(cell))


def _details(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    found = {name: values[name] for name in DETAILS if name in values}
    found["pages"] = (
        pages(found["pages"])
        if "pages" in found
        else pages_between(values.get("first_page", ""), values.get("last_page", ""))
    )
    if "editor" in found:
        found["editor"] = people_text(people(found["editor"])[0])
    return tuple((name, found[name]) for name in DETAILS if found.get(name))


def _entry_type(text: str) -> str | None:
    folded = text.strip().lower()
    return folded if folded in _KNOWN_TYPES else _TYPES.get(folded)


def _doi_in(url: str) -> str | None:
    """The DOI of an address that is a DOI's, or that asks a link resolver for one."""
    if "doi.org/" in url:
        return find_doi(url)
    asked = _RESOLVED.search(url)
    return find_doi(unquote(asked[1])) if asked else None


def _arxiv(values: Mapping[str, str]) -> str | None:
    own = arxiv_id(values.get("arxiv_id", ""))
    places = (values.get(place, "") for place in ("arxiv_id", "doi", "url", "venue"))
    return own or next((found for place in places if (found := find_arxiv_id(place))), None)


def _tags(text: str) -> tuple[str, ...]:
    separator = r"[;|\n]" if re.search(r"[;|\n]", text) else ","
    return tuple(dict.fromkeys(tag for part in re.split(separator, text) if (tag := " ".join(part.split()))))
