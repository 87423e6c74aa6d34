"""Papers that several files describe, when one of the files changes."""

from dataclasses import replace

import pytest

from assistant.library.deduping import merge
from assistant.library.ingest import add_records
from assistant.library.journal import undo
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


PREPRINT = replace(
    OWLS, key="pre2019", source="a.bib", venue="arXiv", year=2019, date="2019-12", doi="10.48550/arxiv.1912.00001"
)
ARTICLE = replace(OWLS, key="quill2020", source="b.ris", venue="Journal of Birds", details=(("volume", "3"),))


@pytest.mark.parametrize("order", [(PREPRINT, ARTICLE), (ARTICLE, PREPRINT)])
def test_added_in_any_order_the_published_version_is_cited(order: tuple[Record, Record], shelf: Library) -> None:
    for one in order:
        add_records(shelf, [one])
    assert shelf.count() == 1
    now = got(shelf, "quill2020")
    assert now == got(shelf, "pre2019")
    assert (now.venue, now.year, now.doi, now.arxiv_id, dict(now.details), dict(now.extra)) == (
        "Journal of Birds", 2020, "10.1000/owls", "1912.00001", {"volume": "3"}, {"doi": PREPRINT.doi}
    )  # fmt: skip
    for one in order:
        add_records(shelf, [replace(one, source="again.bib")])
    assert (shelf.count(), replace(got(shelf, "quill2020"), filled=())) == (1, replace(now, filled=()))


def test_publication_is_told_and_can_be_undone(shelf: Library) -> None:
    add_records(shelf, [PREPRINT])
    before = got(shelf, "pre2019")
    (duplicate,) = add_records(shelf, [ARTICLE]).duplicates
    assert {"venue", "doi", "year", "volume"} <= set(duplicate.filled)
    assert dict(got(shelf, "pre2019").filled)["venue"] == "b.ris"
    undo(shelf)
    assert got(shelf, "pre2019") == before
    assert shelf.get("quill2020") is None


def test_merging_into_the_preprint_by_name_gives_it_the_place_too(shelf: Library) -> None:
    with shelf.changing("two papers"):
        shelf.insert(PREPRINT)
        shelf.insert(replace(ARTICLE, key="other2020"))
    merged = merge(shelf, "pre2019", ["other2020"])
    assert (merged.key, merged.record.venue, merged.record.doi) == ("pre2019", "Journal of Birds", "10.1000/owls")


def test_the_preprints_file_that_changes_does_not_take_the_place_back(shelf: Library) -> None:
    add_records(shelf, [PREPRINT])
    add_records(shelf, [ARTICLE])
    report = add_records(shelf, [replace(PREPRINT, abstract="Owls hunt voles.", date="2019-12-24")])
    now = got(shelf, "pre2019")
    assert report.updated == 1
    assert (now.abstract, now.venue, now.year, now.doi) == (
        "Owls hunt voles.", "Journal of Birds", 2020, "10.1000/owls"
    )  # fmt: skip
    assert dict(now.filled)["venue"] == "b.ris"


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
