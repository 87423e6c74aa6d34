"""Real files of tagged formats; skipped where they are not."""

import csv
from collections import Counter
from functools import partial

import pytest

from assistant.library.readers import READERS
from assistant.library.sources.content import Content
from tests.conftest import REAL_DATA
from tests.contracts.reader_contract import SAVED

DATA = REAL_DATA / "import"
KINDS = {"ris": "ris", "nbib/medline": "medline", "enw/refer": "refer", "wos-tagged": "wos"}

pytestmark = pytest.mark.skipif(
    not (DATA / "MANIFEST.tsv").exists(), reason="no folder of real files; set CITEWELL_DATA"
)


def files() -> list[dict[str, str]]:
    with (DATA / "MANIFEST.tsv").open(encoding="utf-8") as manifest:
        rows = [row for row in csv.DictReader(manifest, delimiter="\t") if row["kind"] in KINDS]
    return [row for row in rows if (DATA / row["file"]).exists()]


def test_nearly_every_record_of_real_files_is_read_or_reported_by_the_reader_that_alone_recognises_it() -> None:
    expected: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for row in files():
        content = Content(partial((DATA / row["file"]).open, "rb"))
        recognising = [reader for reader in READERS if reader.sniff(content)]
        items = [item for reader in recognising for item in reader.read(content, source=row["file"], saved=SAVED)]
        assert len(recognising) == 1 or row["records"] == "0", row["file"]
        expected[row["kind"]] += int(row["records"])
        found[row["kind"]] += min(len(items), int(row["records"]))
    assert set(expected) == set(KINDS)
    for kind, count in expected.items():
        assert found[kind] >= 0.98 * count, kind
