"""Papers that several files describe, when one of the files changes."""

from dataclasses import replace

import pytest

from assistant.library.deduping import merge
from assistant.library.ingest import add_records
from assistant.library.merging import refilled
from assistant.library.store import Library
from assistant.types import Record
from tests.fakes.shelf import OWLS, record

MINE = replace(OWLS, source="a.bib", venue="Journal of Birds")
THEIRS = replace(
    OWLS, source="b.ris", key="theirs", title="Owls that hunt by night", venue="J Birds", abstract="Cut off.", pmid="7"
)


def got(shelf: Library, key: str = "quill2020") -> Record:
    paper = shelf.get(key)
    assert paper
    return paper.record


def test_another_file_that_changes_overwrites_nothing(shelf: Library) -> None:
    add_records(shelf, [MINE])
    add_records(shelf, [THEIRS])
    report = add_records(shelf, [replace(THEIRS, tags=("new",), abstract="Cut off again.")])
    assert (report.updated, [one.of for one in report.duplicates]) == (0, ["quill2020"])
    kept = got(shelf)
    assert (kept.title, kept.venue, kept.abstract, kept.source) == (MINE.title, MINE.venue, MINE.abstract, "a.bib")
    assert (kept.pmid, kept.tags) == ("7", ("new",))


def test_what_was_taken_from_another_file_follows_it(shelf: Library) -> None:
    add_records(shelf, [replace(MINE, abstract="", venue=None)])
    add_records(shelf, [replace(THEIRS, details=(("pages", "1-2"), ("volume", "3")))])
    add_records(shelf, [replace(THEIRS, abstract="All of it.", pmid=None, details=(("pages", "1-9"),))])
    now = got(shelf)
    assert (now.abstract, now.venue, now.pmid) == ("All of it.", "J Birds", "7")
    assert dict(now.details) == {"pages": "1-9", "volume": "3"}
    assert dict(now.filled) == dict.fromkeys(("abstract", "venue", "pmid", "pages", "volume"), "b.ris")


@pytest.mark.parametrize("key", ["quill2020", "renamed", None])
def test_a_file_that_was_renamed_still_updates_its_papers(key: str | None, shelf: Library) -> None:
    add_records(shelf, [MINE])
    add_records(shelf, [replace(MINE, source="moved.bib")])
    report = add_records(shelf, [replace(MINE, source="moved.bib", key=key, abstract="Rewritten.")])
    assert (report.updated, report.added, got(shelf).abstract) == (1, 0, "Rewritten.")


def test_a_merged_entry_that_changes_does_not_overwrite_the_one_kept(shelf: Library) -> None:
    preprint = record("Owls that hunt at night", "Quill, Ada", key="pre", venue="arXiv", year=2019, abstract="Early.")
    published = replace(OWLS, title="Owls that hunt at night: by sound", venue="Birds")
    add_records(shelf, [preprint, published])
    if shelf.count() > 1:
        merge(shelf, "quill2020", ["pre"])
    before = got(shelf, "quill2020")
    add_records(shelf, [replace(preprint, url="https://example.org/x"), published])
    after = got(shelf, "quill2020")
    assert replace(after, url=None, filled=()) == replace(before, url=None, filled=())


def test_refilling_keeps_what_the_user_edited_and_what_is_the_papers_own() -> None:
    old = replace(MINE, pmid="1", filled=(("pmid", "b.ris"),), edited=("abstract",))
    assert refilled(old, THEIRS) == replace(old, pmid="7")


def test_refilling_authors_and_dates() -> None:
    old = replace(MINE, filled=(("authors", "b.ris"), ("year", "b.ris"), ("date", "b.ris")), et_al=True)
    new = replace(THEIRS, authors=OWLS.authors[:1], year=2021, date="2021-03")
    now = refilled(old, new)
    assert (now.authors, now.et_al, now.year, now.date) == (OWLS.authors[:1], False, 2021, "2021-03")
    silent = replace(THEIRS, authors=(), year=None, date=None)
    assert refilled(old, silent).authors == old.authors
    assert refilled(old, silent).year == old.year
