"""Read tables of papers: CSV with any delimiter, TSV; a header row names the columns."""

import csv
import datetime as dt
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Literal

from assistant.library.readers.tables.columns import is_header
from assistant.library.readers.tables.fields import Table
from assistant.library.sources.content import HEAD_BYTES, Content, Line
from assistant.types import Record, Skipped

_DELIMITERS = ",;\t|"
HEADER_WITHIN = 20
"""Rows at the beginning among which the header is looked for."""
_MOST_LINES_OF_A_ROW = 2000
"""A quotation mark that is never closed would make one row of all that follows."""
_LONGEST_CELL = 1 << 24
_NAME = re.compile(r"\w[^\n\"{}\[\]=<>@]{0,79}(?<![.:])")
"""A name of a column."""
_SNIFFED_ROWS = 6
_LEAST_ROWS = 2
_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)
"""What Excel puts above a table."""


class TableReader:
    """CSV and TSV."""

    name = "csv"

    def sniff(self, content: Content) -> bool:
        """Look for a header with a title among the first rows, or for rows that are as long as a header above them."""
        lines = _whole_lines(content)
        delimiter = _delimiter(lines)
        if delimiter is None:
            return False
        rows = _first_rows(lines, delimiter)
        return any(is_header(row) for row in rows if len(row) > 1) or _is_table(rows, delimiter)

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the rows in their order; a quotation mark that is never closed loses its own line."""
        lines = _whole_lines(content)
        delimiter = _delimiter(lines) or ","
        rows = _first_rows(lines, delimiter)
        header = next((row for row in rows if is_header(row)), rows[0] if rows else [])
        table = Table.of(header)
        is_past_header = False
        for line, row in _Rows(content.lines(), delimiter, is_quoted=delimiter != "\t" or not table.is_tagged):
            if isinstance(row, str):
                yield Skipped(source=source, line=line, reason=row)
            elif row == header:
                is_past_header = True
            elif is_past_header and any(cell.strip() for cell in row):
                yield read_row(table, row, source=source, line=line)


def read_row(table: Table, row: Sequence[str], *, source: str, line: int) -> Record | Skipped:
    """The record of a row, or why it has none."""
    found = table.record(row, source=source, line=line)
    if found is not None:
        return found
    if "title" in table.columns:
        reason = "the row has no title; fill in its cell under " + repr(table.header[table.columns["title"]])
    else:
        names = ", ".join(repr(name) for name in table.header[:6])
        reason = f"no column of the table is called title (it has {names}); name the column of the titles so"
    return Skipped(source=source, line=line, reason=reason)


class _Rows:
    """The rows of a table with the lines they start at; in place of a row that is none the reason."""

    def __init__(self, lines: Iterator[Line], delimiter: str, *, is_quoted: bool) -> None:
        self._lines = lines
        self._quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE
        self._delimiter = delimiter
        self._row: list[Line] = []
        """Lines taken for the row that is being read."""
        self._again: deque[Line] = deque()
        """Lines to be read once more, after a row that swallowed them."""

    def __iter__(self) -> Iterator[tuple[int, list[str] | str]]:
        csv.field_size_limit(_LONGEST_CELL)
        while True:
            reader = csv.reader(self._feed(), delimiter=self._delimiter, quoting=self._quoting)
            self._row = []
            try:
                for row in reader:
                    line = self._row[0].number if self._row else 0
                    if self._is_unclosed(row):
                        break
                    self._row = []
                    yield line, row
                else:
                    return
            except csv.Error:  # a cell beyond all measure
                pass
            first, *rest = self._row
            self._again.extendleft(reversed(rest))
            yield first.number, "a quotation mark in the line is never closed; close it, or double it to keep it"

    def _feed(self) -> Iterator[str]:
        while len(self._row) < _MOST_LINES_OF_A_ROW:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                return
            self._row.append(line)
            yield line.text + "\n"

    def _is_unclosed(self, row: list[str]) -> bool:
        """True when the lines ended inside a quoted cell: only there a last cell ends with a line end."""
        return self._quoting == csv.QUOTE_MINIMAL and bool(row) and row[-1].endswith("\n")


def _whole_lines(content: Content) -> list[Line]:
    """The lines of the head, without one that may be cut; and without the line by which Excel is told the delimiter."""
    texts = re.split(r"\r\n|\n|\r", content.head)
    is_cut = len(texts) > 1 and len(content.signature) >= HEAD_BYTES
    return [Line(number=number, text=text) for number, text in enumerate(texts[: -1 if is_cut else None], start=1)]


def _delimiter(lines: Sequence[Line]) -> str | None:
    """What separates cells: what `sep=` says, else what makes a header of a row, else what makes the most cells."""
    told = _SEPARATOR.fullmatch(lines[0].text) if lines else None
    if told:
        return told[1]
    best: dict[str, int] = {}
    for delimiter in _DELIMITERS:
        rows = _first_rows(lines, delimiter)
        if any(is_header(row) for row in rows if len(row) > 1):
            return delimiter
        best[delimiter] = len(rows[0]) if rows else 0
    found = max(best, key=lambda one: best[one])
    if best[found] > 1:
        return found
    return "," if lines and is_header([lines[0].text]) else None


def _parsed(lines: Sequence[Line], delimiter: str) -> list[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    try:
        return list(csv.reader((line.text + "\n" for line in lines), delimiter=delimiter))
    except csv.Error:
        return []


def _first_rows(lines: Sequence[Line], delimiter: str) -> list[list[str]]:
    """The rows among which the header may be, without empty ones."""
    return [row for row in _parsed(lines, delimiter) if any(cell.strip() for cell in row)][:HEADER_WITHIN]


def _is_table(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Whether short names stand above rows of as many cells, as in a table that happens to name no title."""
    if len(rows) < _LEAST_ROWS or delimiter not in ",;\t":
        return False
    header, *others = rows[:_SNIFFED_ROWS]
    return all(map(_NAME.fullmatch, header)) and all(len(row) == len(header) for row in others)
