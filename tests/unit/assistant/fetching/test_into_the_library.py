"""Papers that were fetched, in a library."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.library.ingest import add_records
from assistant.library.report import AddReport
from assistant.library.store import Library
from tests.fakes.outside import World
from tests.fakes.services import WORKS, many, refuses
from tests.fakes.shelf import open_shelf

COPIED, FAITHFUL, _ = WORKS


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Library]:
    with closing(open_shelf(tmp_path)) as library:
        yield library


def counts(report: AddReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.duplicates)


@pytest.mark.parametrize(
    "query",
    ["openalex:W101", f"arxiv:{COPIED.arxiv}", f"doi:{COPIED.doi}", f"pubmed:{COPIED.pmid}", f"s2:{COPIED.s2}"],
)
def test_a_paper_fetched_again_is_unchanged_until_its_abstract_changes(
    world: World, shelf: Library, query: str
) -> None:
    assert counts(add_records(shelf, world.fetch(query))) == (1, 0, 0, 0)
    assert counts(add_records(shelf, world.fetch(query, fresh=True))) == (0, 0, 1, 0)
    world.services.works = (replace(COPIED, abstract="What they found was retracted."),)
    assert counts(add_records(shelf, world.fetch(query, fresh=True))) == (0, 1, 0, 0)
    [paper] = shelf.papers()
    assert paper.abstract == "What they found was retracted."


def test_a_paper_of_all_services_is_one(world: World, shelf: Library) -> None:
    queries = (f"doi:{FAITHFUL.doi}", "openalex:W102", f"pubmed:{FAITHFUL.pmid}", f"s2:{FAITHFUL.s2}")
    records = [item for query in queries for item in world.fetch(query)]
    assert counts(add_records(shelf, records)) == (1, 0, 0, 3)
    [paper] = shelf.papers()
    assert (paper.record.doi, paper.record.pmid) == (FAITHFUL.doi, FAITHFUL.pmid)
    assert len(shelf.sources(paper.key)) == 4


def test_what_came_before_a_failure_is_added_and_the_rest_later(world: World, shelf: Library) -> None:
    world.services.works = many(150)
    world.services.faults.extend([None, *[refuses(500)] * 4])
    report = add_records(shelf, world.fetch("openalex:notes"))
    assert report.added == 100
    assert [skipped.failed for skipped in report.skipped] == [True]
    assert counts(add_records(shelf, world.fetch("openalex:notes"))) == (50, 0, 100, 0)


def test_files_need_no_client() -> None:
    code = (
        "import sys; from assistant.fetching import fetch, is_query; assert not is_query('library.bib');"
        "fetch('arxiv:2305.14627'); print([name for name in sys.modules if name.partition('.')[0] in"
        " ('httpx2', 'tenacity')])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
