"""What each service is asked, and what comes of its answers."""

from dataclasses import replace
from typing import Any

import pytest

from assistant.types import Author, Record, Skipped
from tests.fakes.outside import World
from tests.fakes.services import WORKS, many

COPIED, FAITHFUL, LEDGER = WORKS
IDENTIFIED = [
    (f"openalex:{COPIED.openalex}", "openalex:W101"),
    (f"openalex:{COPIED.doi}", "openalex:W101"),
    (f"arxiv:{COPIED.arxiv}", f"arxiv:{COPIED.arxiv}"),
    (f"arxiv:{COPIED.arxiv}v1", f"arxiv:{COPIED.arxiv}"),
    (f"doi:{COPIED.doi}", f"doi:{COPIED.doi}"),
    (f"crossref:{COPIED.doi}", f"doi:{COPIED.doi}"),
    (f"pubmed:{COPIED.pmid}", f"pubmed:{COPIED.pmid}"),
    (f"s2:{COPIED.s2}", f"s2:{COPIED.s2}"),
    (f"s2:DOI:{COPIED.doi}", f"s2:{COPIED.s2}"),
]
NAMES = ("openalex", "arxiv", "crossref", "pubmed", "s2")


@pytest.mark.parametrize(("query", "source"), IDENTIFIED)
def test_a_paper_is_found_by_its_identifier(world: World, query: str, source: str) -> None:
    record = world.only(query)
    assert record.source == source
    assert record.line is None
    assert record.title == COPIED.title
    assert record.abstract == COPIED.abstract
    assert record.authors == (Author(family="Okafor", given="Ines"),)
    assert record.year == COPIED.year


@pytest.mark.parametrize("name", NAMES)
def test_a_search_finds_papers(world: World, name: str) -> None:
    assert world.only(f"{name}:faithful quotation").title == FAITHFUL.title


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_turned_until_there_are_enough(world: World, name: str) -> None:
    world.services.works = many(250)
    progress: list[Any] = []
    notes: list[str] = []
    found = world.fetch(
        f"{name}:notes citations", most=230, on_progress=lambda *done: progress.append(done), on_note=notes.append
    )
    assert [item.title for item in found if isinstance(item, Record)] == [work.title for work in many(230)]
    assert len({item.source for item in found}) == 230
    assert progress[-1] == (230, 230)
    assert [done for done in progress if done[0]] == [(100, 230), (200, 230), (230, 230)]
    assert "finds 250 papers; the first 230 are taken" in notes[0]


@pytest.mark.parametrize("name", NAMES)
def test_fewer_papers_than_wanted_are_all_of_them(world: World, name: str) -> None:
    world.services.works = many(120)
    progress: list[Any] = []
    assert len(world.fetch(f"{name}:notes", on_progress=lambda *done: progress.append(done))) == 120
    assert progress[-1] == (120, 120)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_found_is_said(world: World, name: str) -> None:
    skipped = world.only(f"{name}:unheard-of")
    assert isinstance(skipped, Skipped)
    assert "finds nothing for 'unheard-of'" in skipped.reason
    assert not skipped.failed


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ("openalex:W9", "openalex:W9"),
        ("arxiv:2401.00009", "arxiv:2401.00009"),
        ("pubmed:9", "pubmed:9"),
        ("s2:CorpusId:9", "s2:CorpusId:9"),
        ("doi:10.5555/none", "doi:10.5555/none"),
    ],
)
def test_an_unknown_identifier_is_said(world: World, query: str, source: str) -> None:
    skipped = world.only(query)
    assert isinstance(skipped, Skipped)
    assert skipped.source == source
    assert "no such paper" in skipped.reason or "no registrar knows this DOI" in skipped.reason
    assert not skipped.failed


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        (f"arxiv:2401.00009,{COPIED.arxiv}v2,{FAITHFUL.arxiv}", "arxiv:2401.00009"),
        (f"pubmed:{COPIED.pmid} 9 {FAITHFUL.pmid}", "pubmed:9"),
    ],
)
def test_of_a_list_what_is_missing_is_named(world: World, query: str, missing: str) -> None:
    found = world.fetch(query)
    assert [item.title for item in found if isinstance(item, Record)] == [COPIED.title, FAITHFUL.title]
    assert [item.source for item in found if isinstance(item, Skipped)] == [missing]


def test_a_long_list_is_asked_for_in_pieces(world: World) -> None:
    world.services.works = many(150)
    found = world.fetch("pubmed:" + ",".join(work.pmid for work in many(150)), most=10)
    assert len(found) == 150
    assert [len(asked.fields["id"].split(",")) for asked in world.services.asked] == [100, 50]


def test_a_doi_that_crossref_lacks_is_asked_for_at_its_registrar(world: World) -> None:
    record = world.only(f"doi:{LEDGER.doi}")
    assert (record.title, record.source) == (LEDGER.title, f"doi:{LEDGER.doi}")
    assert record.authors == (Author(family="Adeyemi", given="Tunde"),)
    assert record.doi == LEDGER.doi
    assert world.services.paths == [f"crossref/works/{LEDGER.doi}", f"doi/{LEDGER.doi}"]
    assert world.services.asked[-1].headers["accept"] == "application/vnd.citationstyles.csl+json"


def test_what_is_odd_in_a_doi_is_quoted(world: World) -> None:
    odd = "10.5555/a(1)#b?c;d"
    world.only(f"doi:{odd}")
    assert world.services.paths == [f"crossref/works/{odd}", f"doi/{odd}"]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("faithful quotation", "all:faithful AND all:quotation"),
        ('"faithful quotation" summaries', 'all:"faithful quotation" AND all:summaries'),
        ("ti:faithful", "ti:faithful"),
        ("faithful OR quotation", "faithful OR quotation"),
    ],
)
def test_words_for_arxiv_are_written_in_its_way(world: World, words: str, asked: str) -> None:
    world.fetch(f"arxiv:{words}")
    assert world.services.asked[0].fields["search_query"] == asked


def test_what_arxiv_does_not_understand_is_said_in_its_words(world: World) -> None:
    skipped = world.only("arxiv:ti:(citation")
    assert "malformed query ti:(citation" in skipped.reason


def test_hyphens_are_taken_from_words_for_semantic_scholar(world: World) -> None:
    world.fetch("s2:state-of-the-art")
    assert world.services.asked[0].fields["query"] == "state of the art"


@pytest.mark.parametrize("query", [f"openalex:{COPIED.openalex}", f"doi:{COPIED.doi}", f"s2:{COPIED.s2}"])
def test_what_changes_by_itself_is_no_part_of_a_record(world: World, query: str) -> None:
    names = {name for name, _ in world.only(query).extra}
    assert names & {"cited_by_count", "citationCount", "is-referenced-by-count", "score", "indexed"} == set()


@pytest.mark.parametrize(
    ("by_id", "by_words"), [("openalex:W101", "openalex:citing"), ("s2:" + COPIED.s2, "s2:citing")]
)
def test_a_paper_is_the_same_however_it_was_found(world: World, by_id: str, by_words: str) -> None:
    assert world.only(by_id) == world.only(by_words)


def test_crossref_says_the_same_of_a_doi_and_in_a_search(world: World) -> None:
    assert world.only(f"doi:{COPIED.doi}") == world.only("crossref:citing")


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_without_a_title_is_skipped_and_the_others_come(world: World, name: str) -> None:
    untitled, titled = many(2)
    world.services.works = (replace(untitled, title=""), titled)
    world.services.found = lambda words: list(world.services.works)  # type: ignore[method-assign]  # because the fake looks into titles
    found = world.fetch(f"{name}:notes")
    assert [item.title for item in found if isinstance(item, Record)] == [titled.title]
    [skipped] = [item for item in found if isinstance(item, Skipped)]
    assert "title" in skipped.reason
