from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from assistant.library.ingest import add_records
from assistant.library.matching import Match, Matcher, are_keys_up_to_date, are_titles_alike, bring_keys_up_to_date
from assistant.library.store import Library
from assistant.types import Record
from tests.fakes.duplicates import DIFFERENT, OWLS, PERHAPS, SAME, paper
from tests.fakes.shelf import BEES, open_shelf
from tests.fakes.shelf import OWLS as HAD


def find(shelf: Library, record: Record) -> Match | None:
    with shelf.changing("look"):
        return Matcher(shelf).find(record)


def added(shelf: Library, *records: Record) -> list[str]:
    with shelf.changing("add"):
        return [shelf.insert(record) for record in records]


class TestFind:
    def test_nothing_in_an_empty_library(self, shelf: Library) -> None:
        assert find(shelf, HAD) is None

    def test_nothing_that_is_another_paper(self, shelf: Library) -> None:
        added(shelf, HAD)
        assert find(shelf, BEES) is None

    @pytest.mark.parametrize(
        ("record", "why"),
        [
            (paper("Owls that hunt", doi="10.1000/owls"), "same DOI"),
            (paper("OWLS that hunt, at night!"), "same title, authors and year"),
            (paper("Owls that hunt at night", year=None), "same title and authors"),
            (paper("Owls that hunt at night", venue="arXiv", year=2019), "preprint of the published version"),
        ],
    )
    def test_says_how_it_is_known(self, shelf: Library, record: Record, why: str) -> None:
        (key,) = added(shelf, replace(HAD, venue="Birds"))
        assert find(shelf, record) == Match(key=key, why=why, is_certain=True)

    def test_a_certain_one_goes_before_one_that_may_be_it(self, shelf: Library) -> None:
        first, second = added(shelf, paper(OWLS, year=2012), paper(OWLS, year=2020, venue="Birds"))
        assert find(shelf, paper(OWLS)) == Match(key=second, why="same title, authors and year", is_certain=True)
        found = find(shelf, paper(OWLS, year=2009))
        assert found == Match(key=first, why="same title and authors, another year", is_certain=False)

    def test_an_identifier_goes_before_a_title(self, shelf: Library) -> None:
        _, second = added(shelf, paper(OWLS), paper(OWLS, doi="10.1/x", year=2012))
        assert find(shelf, paper(OWLS, doi="10.1/x")) == Match(key=second, why="same DOI", is_certain=True)

    def test_the_one_of_several_with_the_identifier_whose_title_fits(self, shelf: Library) -> None:
        _, second = added(shelf, paper("Locating facts", doi="10.1/x"), paper("Songs of whales", doi="10.1/x"))
        found = find(shelf, paper("Songs of whales: a study", doi="10.1/x"))
        assert found == Match(key=second, why="same DOI", is_certain=True)

    def test_of_equals_the_first(self, shelf: Library) -> None:
        first, *_ = added(shelf, paper(OWLS), paper(OWLS))
        found = find(shelf, paper(OWLS))
        assert found is not None
        assert found.key == first

    def test_what_a_paper_became_is_found_and_what_it_was_is_not(self, shelf: Library) -> None:
        (key,) = added(shelf, BEES)
        with shelf.changing("edit"):
            shelf.replace(key, replace(BEES, title="Songs of whales in the sea", arxiv_id=None))
        assert find(shelf, BEES) is None
        found = find(shelf, replace(BEES, title="Songs of whales in the sea", arxiv_id=None))
        assert found is not None
        assert found.key == key

    def test_a_removed_paper_is_not_found(self, shelf: Library) -> None:
        (key,) = added(shelf, HAD)
        with shelf.changing("remove"):
            shelf.remove(key)
        assert find(shelf, HAD) is None

    def test_among_more_papers_of_one_title_than_are_looked_at(self, shelf: Library) -> None:
        added(shelf, *(paper(OWLS, f"Author{number}, A", doi=f"10.1/{number}") for number in range(60)))
        found = find(shelf, paper(OWLS, "Author59, A", doi="10.1/59"))
        assert found is not None
        assert found.why == "same DOI"


class TestPapersOfAnOlderVersion:
    def test_are_looked_up_under_the_keys_of_this_one(self, tmp_path: Path) -> None:
        shelf = open_shelf(tmp_path / "shelf")
        with shelf.changing("add"):
            key = shelf.insert(HAD)
            shelf.insert(BEES)
            shelf.database.rows("DELETE FROM matching_keys")
            shelf.database.rows("INSERT INTO matching_keys VALUES ('t:old', 1)")
        assert not are_keys_up_to_date(shelf)
        found = find(shelf, HAD)
        assert found is not None
        assert found.key == key
        assert are_keys_up_to_date(shelf)
        assert shelf.database.rows("SELECT count(*) FROM matching_keys WHERE key = 't:old'") == [(0,)]
        before = shelf.database.rows("SELECT * FROM matching_keys")
        with shelf.changing("look"):
            bring_keys_up_to_date(shelf)
        assert shelf.database.rows("SELECT * FROM matching_keys") == before
        shelf.close()


@pytest.mark.parametrize("name", SAME)
def test_one_paper_in_either_order(shelf: Library, name: str) -> None:
    one, other = SAME[name]
    assert count_after(shelf, one, other) == 1


@pytest.mark.parametrize("name", SAME)
def test_one_paper_in_the_other_order(shelf: Library, name: str) -> None:
    one, other = SAME[name]
    assert count_after(shelf, other, one) == 1


@pytest.mark.parametrize("name", [*PERHAPS, *DIFFERENT])
def test_two_papers(shelf: Library, name: str) -> None:
    one, other = (PERHAPS | DIFFERENT)[name]
    assert count_after(shelf, one, other) == 2


def count_after(shelf: Library, *records: Record) -> int:
    add_records(shelf, [replace(record, source=f"{place}.bib") for place, record in enumerate(records)])
    return shelf.count()


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([paper(OWLS), paper(OWLS, "Quill, A."), paper(OWLS, year=2021)], 1),
        ([paper(OWLS, doi="10.1/x"), paper(OWLS, doi="10.1/x", year=None), paper(OWLS)], 1),
        ([paper(OWLS, venue="arXiv", year=2019), paper(OWLS, venue="Birds", doi="10.1/x"), paper(OWLS, year=2020)], 1),
        ([paper(OWLS), paper(f"Erratum to: {OWLS}"), paper(OWLS, "Quill, A.")], 2),
        ([paper(f"{OWLS}, part 1"), paper(f"{OWLS}, part 2"), paper(f"{OWLS}. Part I")], 2),
        ([paper("Hearing in the woods: owls"), paper("Hearing in the woods: owls", year=None), paper("Lost mice")], 2),
    ],
)
def test_the_order_of_adding_makes_no_difference(tmp_path: Path, records: list[Record], expected: int) -> None:
    for number, order in enumerate(permutations(records)):
        shelf = open_shelf(tmp_path / str(number))
        assert count_after(shelf, *order) == expected
        shelf.close()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (OWLS, OWLS.upper(), True),
        (OWLS, "Owls that hunt at night", True),
        (OWLS, "Owls find their prey by sound at night", True),
        ("Owls that hunt at night", "Owls that hunt at nightfall", True),
        (OWLS, "Songs of the whales", False),
        (OWLS, f"Erratum: {OWLS}", False),
        ("Locating and Editing Factual Associations in GPT", "Mass-Editing Memory in a Transformer", False),
        ("A survey of large language models", "Teaching large language models to cite", False),
        ("", "Owls", True),
    ],
)
def test_titles_that_can_be_one_papers(one: str, other: str, *, expected: bool) -> None:
    assert are_titles_alike(paper(one), paper(other)) is expected
    assert are_titles_alike(paper(other), paper(one)) is expected
