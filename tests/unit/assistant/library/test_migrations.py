"""A library made by an older schema is brought to the newest and goes on working."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.library.editing import note
from assistant.library.ingest import add_records
from assistant.library.journal import undo
from assistant.library.migrations import MIGRATIONS
from assistant.library.store import Library
from tests.fakes.shelf import OWLS, WHALES, open_shelf

_OWLS = {"title": OWLS.title, "authors": [{"family": "Quill", "given": "Ada"}], "year": 2020, "abstract": "Owls hunt.",
         "pmid": "123", "key": "quill2020", "source": "lib.bib", "tags": ["night"]}  # fmt: skip


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """A library of schema version 2, as it was written then, with a paper, an alias and a removed paper's key."""
    (tmp_path / "old").mkdir(mode=0o700)
    with closing(sqlite3.connect(tmp_path / "old" / "library.db")) as old:
        for step in MIGRATIONS[:2]:
            step(old)
        old.execute("PRAGMA user_version = 2")
        old.execute(
            "INSERT INTO papers VALUES (1, 'quill2020', ?, '2025-01-01', NULL, NULL, 'owlsthathuntatnight', 'quill',"
            " 2020, 'ada quill', '')",
            [json.dumps(_OWLS)],
        )
        old.execute("INSERT INTO keys VALUES ('quill2020', 1, NULL), ('owls', 1, NULL), ('gone', NULL, 'gonewithit')")
        old.execute("INSERT INTO tags VALUES (1, 'night')")
        old.execute("INSERT INTO sources VALUES (1, 'lib.bib', 'abc', 3)")
        old.execute("INSERT INTO chunks VALUES ('quill2020#0', 1, 0, 10, 'digest')")
        old.commit()
    return tmp_path / "old"


@pytest.fixture
def opened(second: Path) -> Iterator[Library]:
    with closing(open_shelf(second)) as library:
        yield library


def test_what_was_there_is_there(opened: Library) -> None:
    assert opened.database.rows("PRAGMA user_version") == [(len(MIGRATIONS),)]
    (paper,) = opened.papers()
    assert (paper.key, paper.record.tags, paper.record.pmid) == ("quill2020", ("night",), "123")
    assert opened.aliases("quill2020") == ["owls"]
    assert opened.sources("quill2020") == [("lib.bib", 3)]
    assert opened.chunk_digests() == {"quill2020#0": "digest"}
    assert opened.changes() == []


def test_new_columns_are_filled(opened: Library) -> None:
    assert opened.database.rows("SELECT pmid FROM papers") == [("123",)]


def test_it_takes_papers_finds_duplicates_and_undoes_them(opened: Library) -> None:
    report = add_records(opened, [OWLS, WHALES])
    assert (report.added, report.updated, len(report.duplicates)) == (1, 1, 0)
    note(opened, "owls", "mine")
    assert undo(opened)
    assert undo(opened)
    assert undo(opened) is None
    assert [paper.record.doi for paper in opened.papers()] == [None]


def test_a_record_that_makes_no_sense_does_not_keep_it_from_being_opened(second: Path) -> None:
    with closing(sqlite3.connect(second / "library.db")) as old:
        old.execute("UPDATE papers SET record = '{'")
        old.commit()
    open_shelf(second).close()
