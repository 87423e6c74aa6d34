"""Read workbooks of papers (XLSX, also XLS and ODS); python-calamine reads the cells."""

import datetime as dt
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from assistant.library.readers.tables.columns import is_header
from assistant.library.readers.tables.fields import Table
from assistant.library.readers.tables.reader import HEADER_WITHIN, read_row
from assistant.library.sources.content import MOST_BYTES, Content, SourceTooLargeError
from assistant.types import Record, Skipped

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_ERRORS = (BadZipFile, OSError, EOFError, ValueError, RuntimeError, OverflowError, struct.error, zlib.error)
"""What zipfile raises for archives that are damaged, locked or of a kind it does not know."""
_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
"""One of these is in a workbook of any kind, and in no other archive that papers come in."""


class WorkbookReader:
    """Excel's workbooks, and OpenDocument's."""

    name = "xlsx"

    def sniff(self, content: Content) -> bool:
        """Look for the parts of a workbook in a zip archive, or for the mark of Office's older files."""
        if content.signature.startswith(_OLD_OFFICE):
            return True
        if not content.signature.startswith(_ZIP):
            return False
        try:
            with content.binary() as file, ZipFile(file) as archive:
                return any(name in _PARTS for name in archive.namelist())
        except _ZIP_ERRORS:
            return False

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the rows of every sheet that has a header with a title."""
        from python_calamine import CalamineError, CalamineWorkbook

        with content.binary() as file:
            whole = file.read(MOST_BYTES + 1)
        if len(whole) > MOST_BYTES:
            raise SourceTooLargeError(f"larger than {MOST_BYTES >> 20} MiB; split it into smaller files")
        reason = _refusal(whole)
        if reason:
            yield Skipped(source=source, line=None, reason=reason)
            return
        try:
            book = CalamineWorkbook.from_filelike(BytesIO(whole))
            sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        except (CalamineError, OSError, ValueError) as error:
            yield Skipped(source=source, line=None, reason=f"a workbook that cannot be read: {error}; save it as CSV")
            return
        for sheet in sheets:
            yield from _rows(sheet, source=source if len(sheets) == 1 else f"{source} [{sheet.name}]")


def _refusal(whole: bytes) -> str | None:
    """Why a workbook is not opened: its parts are too large, or not what the archive says of them."""
    if not whole.startswith(_ZIP):
        return None
    try:
        with ZipFile(BytesIO(whole)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                return f"a workbook of more than {MOST_BYTES >> 20} MiB when unpacked; split it into smaller ones"
            damaged = archive.testzip()  # a part that says less than it holds fails here too
    except _ZIP_ERRORS as error:
        return f"a workbook that cannot be unpacked: {error}; save it again"
    return f"a damaged workbook: {damaged} does not unpack to what it should; save it again" if damaged else None


def _rows(sheet: "CalamineSheet", *, source: str) -> Iterator[Record | Skipped]:
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    first = next((index for index, row in enumerate(rows[:HEADER_WITHIN]) if is_header(row)), None)
    filled = [index for index, row in enumerate(rows) if any(row)]
    if first is None:
        if filled:
            table = Table.of(rows[filled[0]])
            yield read_row(table, [], source=source, line=filled[0] + 1)
        return
    table = Table.of(rows[first])
    for index in filled:
        if index > first and rows[index] != rows[first]:
            yield read_row(table, rows[index], source=source, line=index + 1)


def _text(cell: object) -> str:
    """A cell as it is read in a sheet: whole numbers without `.0`, dates as ISO 8601."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell).strip()
