import csv
import time
from collections import Counter
from functools import cache

import pytest

from assistant.library.readers import READERS, Reader
from assistant.library.sources.content import Content
from assistant.library.sources.decoding import ContentError
from assistant.library.sources.files import read_sources
from assistant.library.sources.recognising import FAULT
from assistant.types import Record, Skipped
from tests.conftest import REAL_DATA

DATA = REAL_DATA / "import"
TABLES = {"csv/tsv"}
"""Kinds of which the manifest counts lines."""
COUNTED = {"ris", "nbib/medline", "enw/refer", "wos-tagged"}
"""Kinds of which it counts every record."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not DATA.is_dir(), reason=f"no bibliographic files in {DATA}; set CITEWELL_DATA to their parent"
    ),
]


@cache
def manifest() -> tuple[dict[str, str], ...]:
    with (DATA / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def read(name: str) -> tuple[tuple[Record | Skipped, ...], float]:
    """What a file gives, and the seconds that took."""
    begun = time.perf_counter()
    items = tuple(read_sources([DATA / name]))
    return items, time.perf_counter() - begun


def test_no_file_fails_or_takes_long_or_passes_in_silence() -> None:
    for row in manifest():
        items, seconds = read(row["file"])
        faults = [item for item in items if isinstance(item, Skipped) and item.reason.startswith(FAULT)]
        assert not faults, row["file"]
        assert items, row["file"]
        assert seconds < 10, row["file"]
        assert all(item.title.strip() for item in items if isinstance(item, Record)), row["file"]
        assert all(len(item.reason) > 10 for item in items if isinstance(item, Skipped)), row["file"]


def test_nearly_every_record_is_read_or_reported_by_its_line() -> None:
    counted: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for row in manifest():
        if row["kind"] in TABLES:
            continue
        items, _ = read(row["file"])
        told = sum(isinstance(item, Record) or item.line is not None for item in items)
        counted[row["kind"]] += int(row["records"])
        missing[row["kind"]] += max(0, int(row["records"]) - told)
    assert missing.total() <= 0.02 * counted.total()
    for kind in COUNTED:
        assert missing[kind] <= 0.02 * counted[kind], kind
        assert counted[kind] > 0, kind


def test_no_two_readers_take_a_file_for_theirs() -> None:
    """Order decides between formats that hold one another, as JSON may quote BibTeX; it must decide rarely."""
    taken: dict[str, list[str]] = {}
    for row in manifest():
        content = Content.of_bytes((DATA / row["file"]).read_bytes())
        names = [reader.name for reader in READERS if _takes(reader, content)]
        if len(names) > 1:
            taken[row["file"]] = names
    assert len(taken) <= 0.02 * len(manifest()), taken


def _takes(reader: Reader, content: Content) -> bool:
    try:
        return reader.sniff(content)
    except ContentError:
        return False
