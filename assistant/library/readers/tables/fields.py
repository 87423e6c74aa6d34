"""Turn one row of a table into a record."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from assistant.library.readers.json.types import BIBTEX_TYPES, entry_type
from assistant.library.readers.tables.columns import columns_of
from assistant.library.readers.tables.people import people
from assistant.library.readers.tagged import wos
from assistant.library.readers.tagged.blocks import Block, Field
from assistant.library.readers.tagged.ris_types import publisher_name, thesis_type
from assistant.library.readers.tagged.values import is_said, publication_date
from assistant.library.readers.values.details import in_order
from assistant.library.readers.values.identifiers import arxiv_id, doi_of_address, find_arxiv_id, find_doi
from assistant.library.readers.values.markup import plain
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages, pages_between
from assistant.types import DETAILS, Record

_LISTS = ("authors", "tags", "editor")
_GUARDED = re.compile(r"\A'(?=[=+\-@\t\r])")
"""How a cell is kept from being taken for a formula."""
# As Embase writes it: `Journal of Owls (2014) 3:2 (152-160). Date of Publication: ...`
_WHOLE_SOURCE = re.compile(
    r"(?P<venue>[^()]+?) \((?P<year>[12]\d{3})\)(?: (?P<volume>[^\s:()]+))?(?::(?P<number>\S+))?"
    r"(?: \((?P<pages>[^()]*)\))?\."
)
_LIST = re.compile(r"\[\s*(?:['\"].*['\"]|\{\s*['\"].*\})\s*\]", re.DOTALL)
"""How Python writes a list of texts; tools that keep tables with it leave such cells."""
_WEB_OF_SCIENCE = frozenset({"PT", "AU", "TI", "SO", "UT"})
_NOT_AVAILABLE = re.compile(r"\[No [a-z ]{1,30} available\]", re.IGNORECASE)
"""What Scopus writes where it has nothing."""
_OF_A_DATABASE = re.compile(r"(?:ieee|iet)\s+(?P<kind>\w+?)s?\b.*", re.IGNORECASE)
"""What IEEE Xplore writes for a type: `IEEE Conferences`."""
_LISTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_NAMED = re.compile(r"['\"](?:display_name|name)['\"]\s*:\s*(?:'([^']*)'|\"([^\"]*)\")")


@dataclass(frozen=True, slots=True)
class Table:
    """What the header of a table says."""

    header: tuple[str, ...]
    columns: Mapping[str, int]
    """Place in a record -> index of its column."""
    is_tagged: bool = False
    """Its columns are called by Web of Science's tags."""

    @classmethod
    def of(cls, header: Sequence[str]) -> "Table":
        """The table with this header."""
        names = tuple(name.strip() for name in header)
        return cls(names, columns_of(header), is_tagged=set(names) >= _WEB_OF_SCIENCE)

    def record(self, row: Sequence[str], *, source: str, line: int) -> Record | None:
        """The record of a row; None without a title."""
        if self.is_tagged:
            return wos.record(self._block(row, line), source)
        cells = [_GUARDED.sub("", _NOT_AVAILABLE.sub("", cell.strip()), count=1) for cell in row]
        values, whole = self._values(cells)
        title = " ".join(plain(values.get("title", "")).split())
        if not title:
            return None
        authors, et_al = people(values.get("authors", ""))
        date = _date(values)
        doi = find_doi(values.get("doi", "")) or doi_of_address(unquote(values.get("url", "")))
        arxiv = _arxiv(values)
        pmid = re.search(r"\d{1,9}$", values.get("pmid", ""))
        kind = _entry_type(values.get("entry_type", ""))
        read: dict[str, object] = {"doi": doi, "arxiv_id": arxiv, "pmid": pmid, "year": date, "authors": authors}
        read |= {"entry_type": kind, "venue": not whole}
        read |= {place: is_said(values.get(place, ""), date) for place in ("date", "month", "day")}
        return Record(
            title=title,
            authors=authors,
            et_al=et_al,
            year=int(date[:4]) if date else None,
            date=date,
            venue=values.get("venue"),
            doi=doi,
            arxiv_id=arxiv,
            pmid=pmid[0] if pmid else None,
            url=values.get("url"),
            category=values.get("category"),
            tags=_tags(values.get("tags", "")),
            abstract=plain(values.get("abstract", "")),
            key=values.get("key"),
            entry_type=kind,
            details=_details(values, kind),
            extra=self._extra(cells, {place for place in values if place not in read or read[place]}),
            notes=values.get("notes", ""),
            source=source,
            line=line,
        )

    def _block(self, row: Sequence[str], line: int) -> Block:
        """A row whose columns are called by tags, as the record of a tagged file."""
        named = zip(self.header, row, strict=False)
        fields = (Field(tag=tag, text=cell.strip(), line=line) for tag, cell in named if cell.strip())
        return Block(fields=tuple(fields), line=line)

    def _values(self, cells: Sequence[str]) -> tuple[dict[str, str], bool]:
        """The filled cells by their places, and whether that of the venue held year, volume and pages as well."""
        values = {place: cells[index] for place, index in self.columns.items() if index < len(cells) and cells[index]}
        values |= {place: _unlisted(values[place]) for place in _LISTS if place in values}
        whole = _WHOLE_SOURCE.match(values.get("venue", ""))
        if whole is None:
            return values, False
        found = {name: text for name, text in whole.groupdict().items() if text}
        return found | values | {"venue": whole["venue"]}, True

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
    """The texts of a list, or the names of the people in it, as Python or JSON write it."""
    if not _LIST.fullmatch(cell):
        return cell
    named = _NAMED.findall(cell) if "{" in cell else _LISTED.findall(cell)
    return "; ".join(text for pair in named for text in pair if text)


def _details(values: Mapping[str, str], kind: str | None) -> tuple[tuple[str, str], ...]:
    found = {name: values[name] for name in DETAILS if name in values}
    if "publisher" in found:
        found[publisher_name(kind)] = found.pop("publisher")
    found["pages"] = (
        pages(found["pages"])
        if "pages" in found
        else pages_between(values.get("first_page", ""), values.get("last_page", ""))
    )
    if "editor" in found:
        found["editor"] = people_text(people(found["editor"])[0])
    return in_order(found)


def _date(values: Mapping[str, str]) -> str | None:
    """The most precise date of those with the year of the table's column for it; month and day may have columns too."""
    year = values.get("year", "")
    parts = " ".join(values[place] for place in ("day", "month") if place in values)
    if parts.replace(" ", "").isdecimal():
        parts = "/".join(values[place] for place in ("month", "day") if place in values)
        parts = f"{year}/{parts}"
    return publication_date([year, values.get("date", ""), parts])


def _entry_type(text: str) -> str | None:
    kind = _OF_A_DATABASE.sub(r"\g<kind>", " ".join(text.lower().partition(";")[0].split()))
    if kind in BIBTEX_TYPES:
        return kind
    return thesis_type(kind) if "thesis" in kind or "dissertation" in kind else entry_type(kind)


def _arxiv(values: Mapping[str, str]) -> str | None:
    own = arxiv_id(values.get("arxiv_id", ""))
    places = (values.get(place, "") for place in ("arxiv_id", "doi", "url", "venue"))
    return own or next((found for place in places if (found := find_arxiv_id(place))), None)


def _tags(text: str) -> tuple[str, ...]:
    separator = r"[;|\n]" if re.search(r"[;|\n]", text) else ","
    return tuple(dict.fromkeys(tag for part in re.split(separator, text) if (tag := " ".join(part.split()))))
