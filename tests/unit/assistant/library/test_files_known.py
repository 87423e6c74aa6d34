"""A file that was added whole is known by its bytes, and reported as if it had been read again."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.library import files_known
from assistant.library.editing import edit, tag
from assistant.library.ingest import Adding
from assistant.library.journal import undo
from assistant.library.report import AddReport
from assistant.library.sources.content import Content
from assistant.library.sources.files import read_sources
from assistant.library.store import Library
from assistant.types import Record, Skipped
from tests.fakes.shelf import BEES, OWLS, WHALES

PAPERS = {one.title: {"title": one.title, "abstract": one.abstract, "year": one.year} for one in (OWLS, BEES, WHALES)}


class Desk:
    """Files that are added to a library, and how many of them had to be read."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library = library
        self.folder = folder
        self.read = 0

    def write(self, name: str, *lines: object) -> Path:
        path = self.folder / name
        path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
        return path

    def add(self, *paths: Path, tags: tuple[str, ...] = (), format: str | None = None) -> AddReport:  # noqa: A002 - because add's word is format
        adding = Adding(self.library, tags=tags, format=format)
        self.read = 0

        def is_known(source: str, content: Content) -> bool:
            known = adding.is_known(source, content)
            self.read += not known
            return known

        return adding.add(read_sources(paths, format=format, is_known=is_known))


@pytest.fixture
def desk(shelf: Library, tmp_path: Path) -> Desk:
    return Desk(shelf, tmp_path)


def test_the_report_is_the_same_as_of_reading_again(desk: Desk) -> None:
    file = desk.write("a.jsonl", *PAPERS.values(), "torn", PAPERS[BEES.title], {"no": "title"})
    first = desk.add(file)
    adding = Adding(desk.library)
    again = adding.add(read_sources([file]))
    known = desk.add(file)
    assert desk.read == 0
    assert known == again
    assert (known.unchanged, len(known.skipped), known.papers) == (4, 2, first.papers)
    assert known.sources[0].unchanged == 4


def test_papers_are_told_in_the_order_of_the_file_whatever_the_order_they_came_in(desk: Desk) -> None:
    owls, bees, whales = PAPERS.values()
    desk.add(desk.write("a.jsonl", whales, bees))
    file = desk.write("a.jsonl", owls, bees, {**whales, "abstract": "They sing."})
    again = desk.add(file)
    assert desk.read == 1
    assert desk.add(file).papers == again.papers
    assert desk.read == 0


def test_of_several_only_those_that_changed_are_read(desk: Desk) -> None:
    owls, bees, whales = PAPERS.values()
    one, two = desk.write("a.jsonl", owls), desk.write("b.jsonl", bees)
    desk.add(desk.folder)
    desk.write("b.jsonl", bees, whales)
    report = desk.add(one, two)
    assert desk.read == 1
    assert (report.added, report.unchanged) == (1, 2)
    assert [(one.source[-7:], one.added, one.unchanged) for one in report.sources] == [
        ("a.jsonl", 0, 1),
        ("b.jsonl", 1, 1),
    ]


def test_an_entry_that_is_gone_from_the_file_is_not_told(desk: Desk) -> None:
    owls, bees, _ = PAPERS.values()
    desk.add(desk.write("a.jsonl", owls, bees))
    file = desk.write("a.jsonl", bees)
    desk.add(file)
    assert len(desk.add(file).papers) == 1
    assert desk.read == 0


def test_a_removed_paper_comes_back(desk: Desk) -> None:
    file = desk.write("a.jsonl", *PAPERS.values())
    (key, *_) = desk.add(file).papers
    with desk.library.changing("remove"):
        desk.library.remove(key)
    report = desk.add(file)
    assert (report.added, report.unchanged, desk.read) == (1, 2, 1)


def test_what_was_undone_comes_again(desk: Desk) -> None:
    owls = PAPERS[OWLS.title]
    desk.add(desk.write("a.jsonl", owls))
    file = desk.write("a.jsonl", {**owls, "abstract": "Changed."})
    desk.add(file)
    undo(desk.library)
    assert (desk.add(file).updated, desk.read) == (1, 1)
    undo(desk.library)
    undo(desk.library)
    assert (desk.add(file).added, desk.read) == (1, 1)


def test_merged_papers_are_told_under_the_kept_key(desk: Desk) -> None:
    file = desk.write("a.jsonl", *PAPERS.values())
    first, second, third = desk.add(file).papers
    with desk.library.changing("dedupe"):
        desk.library.absorb(first, second)
    assert desk.add(file).papers == (first, third)
    assert desk.read == 1
    assert desk.add(file).papers == (first, third)
    assert desk.read == 0


def test_tags_and_edits_by_hand_do_not_make_it_read_again(desk: Desk) -> None:
    file = desk.write("a.jsonl", *PAPERS.values())
    key = desk.add(file).papers[0]
    tag(desk.library, [key], add=["x"])
    paper = desk.library.get(key)
    assert paper
    edit(desk.library, key, replace(paper.record, abstract="Mine."))
    assert (desk.add(file).unchanged, desk.read) == (3, 0)


def test_asked_for_tags_are_put_on(desk: Desk) -> None:
    file = desk.write("a.jsonl", *PAPERS.values())
    desk.add(file)
    assert (desk.add(file, tags=("new",)).updated, desk.read) == (3, 1)


def test_another_format_or_other_readers_read_it_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    file = desk.write("a.jsonl", *PAPERS.values())
    desk.add(file)
    desk.add(file, format="jsonl")
    assert desk.read == 1
    desk.add(file, format="jsonl")
    assert desk.read == 0
    monkeypatch.setattr(files_known, "_readers_state", lambda: "newer")
    desk.add(file, format="jsonl")
    assert desk.read == 1


def test_a_file_that_changes_while_it_is_read_is_not_known(desk: Desk) -> None:
    file = desk.write("a.jsonl", *PAPERS.values())
    adding = Adding(desk.library)

    def touching() -> Iterator[Record | Skipped]:
        for number, one in enumerate(read_sources([file], is_known=adding.is_known)):
            if not number:
                os.utime(file, (1, 1))
            yield one

    adding.add(touching())
    desk.add(file)
    assert desk.read == 1


def test_a_dry_run_and_a_failure_leave_nothing_known(desk: Desk) -> None:
    file = desk.write("a.jsonl", *PAPERS.values())
    adding = Adding(desk.library)
    adding.add(read_sources([file], is_known=adding.is_known), dry_run=True)
    assert (desk.add(file).added, desk.read) == (3, 1)


def test_named_twice_it_is_counted_twice(desk: Desk) -> None:
    file = desk.write("a.jsonl", *PAPERS.values())
    first = desk.add(file, file)
    assert (first.added, first.unchanged) == (3, 3)
    again = desk.add(file, file)
    assert (again.unchanged, again.papers) == (6, first.papers)
    assert (desk.add(file).unchanged, len(desk.library.papers())) == (3, 3)
