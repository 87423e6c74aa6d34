"""Files that real tools wrote, kept outside the project: skipped where they are not."""

import datetime as dt
import gzip
import json
import unicodedata
from itertools import islice

import pytest

from assistant.library.readers import READERS
from assistant.library.readers.json.reader import JsonReader
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped
from tests.conftest import REAL_DATA as _DATA

_SAVED = dt.date(2026, 1, 1)

pytestmark = pytest.mark.skipif(not _DATA.is_dir(), reason=f"no data at {_DATA}; name its folder in CITEWELL_DATA")


def test_fields_of_the_acl_anthology() -> None:
    with gzip.open(_DATA / "scale" / "acl_anthology.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = list(islice(file, 3000))
    said = [json.loads(line) for line in lines]
    read = list(JsonReader("jsonl").read(Content.of_text("".join(lines)), source="s", saved=_SAVED))
    records = [one for one in read if isinstance(one, Record)]
    assert len(records) == len(read) == len(said)
    assert [one.year for one in records] == [one["year"] for one in said]
    assert [one.key for one in records] == [one["bibkey"] for one in said]
    assert [len(one.authors) for one in records] == [len(one["authors"]) for one in said]
    abstracts = [unicodedata.normalize("NFC", one["abstract"]).strip() for one in said]
    assert [one.abstract for one in records] == abstracts


@pytest.mark.parametrize("kind", ["json", "json-api"])
def test_every_document_is_read_or_reported(kind: str) -> None:
    for path in sorted((_DATA / "import" / kind).iterdir()):
        content = Content.of_bytes(path.read_bytes())
        readers = [reader for reader in READERS if reader.name != "xlsx" and reader.sniff(content)]
        assert readers, path.name
        found = list(readers[0].read(content, source="s", saved=_SAVED))
        assert found, path.name
        assert sum(isinstance(one, Skipped) for one in found) <= 20, path.name
