import datetime as dt
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from assistant.library.readers import READERS
from assistant.library.readers.tables.workbook import WorkbookReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.fakes.workbook import Cell, workbook

SAVED = dt.date(2026, 5, 4)
ROWS: list[list[Cell]] = [
    ["Title", "Authors", "Year", "Abstract", "Volume"],
    ["Owls at dusk", "Quill, Ada; Reed, Bo", 2020.0, "They hunt.", 3],
    [None, "Lund, Cy", 2021, None, None],
    ["Bees", None, None, None, None],
]


def read(whole: bytes) -> list[Record | Skipped]:
    return list(WorkbookReader().read(Content.of_bytes(whole), source="t.xlsx", saved=SAVED))


def test_rows_become_records() -> None:
    owls, skipped, bees = read(workbook({"Papers": ROWS}))
    assert owls == Record(
        title="Owls at dusk",
        authors=(Author(family="Quill", given="Ada"), Author(family="Reed", given="Bo")),
        year=2020,
        date="2020",
        abstract="They hunt.",
        details=(("volume", "3"),),
        source="t.xlsx",
        line=2,
    )
    assert isinstance(skipped, Skipped)
    assert (skipped.line, "no title" in skipped.reason) == (3, True)
    assert (bees.line, isinstance(bees, Record) and bees.title) == (4, "Bees")


def test_only_workbooks_are_recognised() -> None:
    whole = workbook({"Papers": ROWS})
    assert next(reader.name for reader in READERS if reader.sniff(Content.of_bytes(whole))) == "xlsx"
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("papers.bib", "@article{a, title={A}}")
    assert not WorkbookReader().sniff(Content.of_bytes(out.getvalue()))
    assert not WorkbookReader().sniff(Content.of_text("title,year\nOwls,2020\n"))


def test_every_sheet_with_a_title_is_read_and_another_is_reported() -> None:
    sheets: dict[str, list[list[Cell]]] = {
        "A": ROWS[:2],
        "B": [["My list"], [None], ["Title", "Year"], ["Bees", 2021]],
        "C": [["x", "y"], [1, 2]],
        "D": [],
    }
    first, second, third = read(workbook(sheets))
    assert (first.source, first.line) == ("t.xlsx [A]", 2)
    assert (second.source, second.line, isinstance(second, Record) and second.title) == ("t.xlsx [B]", 4, "Bees")
    assert isinstance(third, Skipped)
    assert "no column of the table is called title" in third.reason


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.library.readers.tables.workbook.MOST_BYTES", 50_000)
    rows: list[list[Cell]] = [["Title"], *([["A"]] * 2000)]
    (skipped,) = read(workbook({"A": rows}))
    assert isinstance(skipped, Skipped)
    assert "split it into smaller ones" in skipped.reason


def test_a_part_that_holds_more_than_it_says_is_refused() -> None:
    whole = bytearray(workbook({"A": ROWS}))
    name = b"xl/worksheets/sheet1.xml"
    central = whole.rindex(name) - 46
    assert whole[central : central + 4] == b"PK\x01\x02"
    whole[central + 24 : central + 28] = (10).to_bytes(4, "little")  # the size when unpacked
    (skipped,) = read(bytes(whole))
    assert isinstance(skipped, Skipped)
    assert "save it again" in skipped.reason


@pytest.mark.parametrize("cut", [40, 200, 600])
def test_a_broken_workbook_is_reported(cut: int) -> None:
    whole = workbook({"A": ROWS})
    (skipped,) = read(whole[:-cut])
    assert isinstance(skipped, Skipped)


def test_every_byte_may_be_wrong() -> None:
    whole = workbook({"A": ROWS})
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        for one in read(bytes(damaged)):
            assert isinstance(one, Record | Skipped)


def test_an_archive_that_only_calls_itself_a_workbook_is_reported() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook><!ENTITY")
    (skipped,) = read(out.getvalue())
    assert isinstance(skipped, Skipped)
    assert "save it as CSV" in skipped.reason
